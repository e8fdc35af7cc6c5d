use std::sync::Arc;

use super::{Departed, Hypervisor, VMOps};
use crate::nova::Exception;
use crate::nova::block_device::Instance;
use crate::nova::objects::XenapiLiveMigrateData;

/// The driver of XenServer: what the compute manager asks of a hypervisor.
#[derive(Debug)]
pub struct XenAPIDriver<H> {
    vmops: VMOps<H>,
}

impl<H: Hypervisor> XenAPIDriver<H> {
    /// The driver of this hypervisor.
    pub fn new(hypervisor: Arc<H>) -> Self {
        XenAPIDriver { vmops: VMOps::new(hypervisor) }
    }

    /// Checks on the destination whether the instance can come, and tells the source how to send it.
    ///
    /// # Errors
    /// Where it can't.
    pub async fn check_can_live_migrate_destination(
        &self,
        instance: &Instance,
        block_migration: bool,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        self.vmops.check_can_live_migrate_destination(instance, block_migration).await
    }

    /// On the destination, after both checks: the check made nothing here, so there is nothing to clean up.
    pub async fn check_can_live_migrate_destination_cleanup(&self, _: &XenapiLiveMigrateData) {}

    /// Checks on the source whether the instance can go; a release that can tell how it named its SRs does so.
    ///
    /// # Errors
    /// Where it can't.
    pub async fn check_can_live_migrate_source(
        &self,
        instance: &Instance,
        dest_check_data: XenapiLiveMigrateData,
        says_naming: bool,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        self.vmops.check_can_live_migrate_source(instance, dest_check_data, says_naming).await
    }

    /// Connects the volumes on the destination, named as the source says, and answers with their SRs.
    ///
    /// # Errors
    /// Where a volume can't be connected; nothing that was made for it stays then.
    pub async fn pre_live_migration(
        &self,
        instance: &Instance,
        mut migrate_data: XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        let conventions = migrate_data.sr_uuid_naming_convention_map.get().cloned().unwrap_or_default();
        let sr_uuid_map = self.vmops.connect_block_device_volumes(instance, &conventions).await?;
        migrate_data.sr_uuid_map.set(sr_uuid_map);
        Ok(migrate_data)
    }

    /// Sends the instance from the source.
    ///
    /// # Errors
    /// Where it can't be sent; it then runs here.
    pub async fn live_migration(
        &self,
        instance: &Instance,
        migrate_data: &XenapiLiveMigrateData,
    ) -> Result<Departed, Exception> {
        self.vmops.live_migrate(instance, migrate_data).await
    }

    /// On the source, once the instance has left: tidies up, and gives what stays all the same.
    pub async fn post_live_migration(&self, departed: Departed) -> Vec<String> {
        self.vmops.post_live_migration(departed).await
    }

    /// On the destination, once the instance has come.
    ///
    /// # Errors
    /// Where it isn't found.
    pub async fn post_live_migration_at_destination(&self, instance: &Instance) -> Result<(), Exception> {
        self.vmops.post_live_migration_at_destination(instance).await
    }

    /// On the destination, once the migration failed.
    ///
    /// # Errors
    /// Where something that was made for it stays.
    pub async fn rollback_live_migration_at_destination(&self, instance: &Instance) -> Result<(), Exception> {
        self.vmops.rollback_live_migration_at_destination(instance).await
    }
}
