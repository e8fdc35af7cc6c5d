use std::sync::Arc;

use serde_json::value::RawValue;

use super::rpcapi::TOPIC;
use super::{ComputeManager, Ended};
use crate::nova::Exception;
use crate::nova::block_device::Instance;
use crate::nova::objects::XenapiLiveMigrateData;
use crate::nova::virt::xenapi::Hypervisor;
use crate::registry::Registry;
use crate::rpc::CallContext;

/// The methods that a compute service offers to other hosts.
#[derive(Debug)]
pub struct ComputeEndpoint<H> {
    manager: Arc<ComputeManager<H>>,
}

/// An argument that is there for hosts which look at it.
type Unread = Option<Box<RawValue>>;

impl<H> ComputeEndpoint<H> {
    /// The topic that compute services listen to.
    pub const TOPIC: &str = TOPIC;

    /// The methods of this manager.
    pub fn new(manager: Arc<ComputeManager<H>>) -> Self {
        ComputeEndpoint { manager }
    }
}

impl<H: Hypervisor> ComputeEndpoint<H> {
    fn registry(&self) -> &Registry {
        self.manager.registry()
    }
}

#[versioned_objects_derive::endpoint(
    version = "6.0",
    registry = Self::registry,
    client = ComputeClient,
    crate = crate
)]
impl<H: Hypervisor> ComputeEndpoint<H> {
    /// Asks the destination whether the instance can come.
    pub(super) async fn check_can_live_migrate_destination(
        &self,
        context: &CallContext,
        #[plain] instance: Instance,
        block_migration: Option<bool>,
        _disk_over_commit: Option<bool>,
        #[plain] _migration: Unread,
        #[plain] _limits: Unread,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        let block_migration = block_migration.unwrap_or(true);
        self.manager.check_can_live_migrate_destination(context, &instance, block_migration).await
    }

    /// Asks the source whether the instance can go.
    pub(super) async fn check_can_live_migrate_source(
        &self,
        context: &CallContext,
        #[plain] instance: Instance,
        dest_check_data: XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        self.manager.check_can_live_migrate_source(context, &instance, dest_check_data).await
    }

    /// Has the source move the instance.
    #[plain]
    pub(super) async fn live_migration(
        &self,
        context: &CallContext,
        #[plain] instance: Instance,
        dest: String,
        _block_migration: Option<bool>,
        migrate_data: XenapiLiveMigrateData,
        #[plain] _migration: Unread,
    ) -> Result<Ended, Exception> {
        Ok(self.manager.live_migration(context, &instance, &dest, migrate_data).await)
    }

    /// Makes the destination ready.
    pub(super) async fn pre_live_migration(
        &self,
        context: &CallContext,
        #[plain] instance: Instance,
        #[plain] _disk: Unread,
        migrate_data: XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        self.manager.pre_live_migration(context, &instance, migrate_data).await
    }

    /// Tells the destination that the instance has come.
    pub(super) async fn post_live_migration_at_destination(
        &self,
        context: &CallContext,
        #[plain] instance: Instance,
        _block_migration: Option<bool>,
    ) -> Result<(), Exception> {
        self.manager.post_live_migration_at_destination(context, &instance).await
    }

    /// Tells the destination that the instance won't come.
    pub(super) async fn rollback_live_migration_at_destination(
        &self,
        context: &CallContext,
        #[plain] instance: Instance,
        _destroy_disks: Option<bool>,
        _migrate_data: Option<XenapiLiveMigrateData>,
    ) -> Result<(), Exception> {
        self.manager.rollback_live_migration_at_destination(context, &instance).await
    }
}
