use std::sync::Arc;

use serde::de::IgnoredAny;

use super::ComputeManager;
use super::rpcapi::{TOPIC, VERSION};
use crate::nova::block_device::Instance;
use crate::nova::objects::XenapiLiveMigrateData;
use crate::nova::virt::xenapi::Hypervisor;
use crate::registry::Registry;
use crate::rpc::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload};
use crate::version::{Target, Version};

/// The methods that a compute service offers to other hosts.
#[derive(Debug)]
pub struct ComputeEndpoint<H> {
    manager: Arc<ComputeManager<H>>,
}

impl<H> ComputeEndpoint<H> {
    /// What compute services listen to.
    pub const TOPIC: &str = TOPIC;

    /// The methods of this manager.
    pub fn new(manager: Arc<ComputeManager<H>>) -> Self {
        ComputeEndpoint { manager }
    }
}

const CHECK_DESTINATION: &str = "check_can_live_migrate_destination";
const CHECK_SOURCE: &str = "check_can_live_migrate_source";
const LIVE_MIGRATION: &str = "live_migration";
const PRE: &str = "pre_live_migration";
const POST_AT_DESTINATION: &str = "post_live_migration_at_destination";
const ROLLBACK_AT_DESTINATION: &str = "rollback_live_migration_at_destination";

impl<H: Hypervisor> ComputeEndpoint<H> {
    async fn dispatch(
        &self,
        method: &str,
        mut args: Args,
        context: &CallContext,
    ) -> Result<Payload, Failure> {
        let manager = &self.manager;
        let registry = manager.registry();
        let instance: Instance = args.take_plain("instance")?;
        match method {
            CHECK_DESTINATION => {
                let block_migration: Option<bool> = args.take_plain("block_migration")?;
                let _: Option<bool> = args.take_plain("disk_over_commit")?;
                let _: IgnoredAny = args.take_plain("migration")?;
                let _: IgnoredAny = args.take_plain("limits")?;
                args.finish()?;
                let block_migration = block_migration.unwrap_or(true);
                let data =
                    manager.check_can_live_migrate_destination(context, &instance, block_migration).await?;
                answer(&data, context, registry)
            }
            CHECK_SOURCE => {
                let data: XenapiLiveMigrateData = args.take("dest_check_data", registry)?;
                args.finish()?;
                answer(
                    &manager.check_can_live_migrate_source(context, &instance, data).await?,
                    context,
                    registry,
                )
            }
            LIVE_MIGRATION => {
                let destination: String = args.take_plain("dest")?;
                let _: Option<bool> = args.take_plain("block_migration")?;
                let data: XenapiLiveMigrateData = args.take("migrate_data", registry)?;
                let _: IgnoredAny = args.take_plain("migration")?;
                args.finish()?;
                let ended = manager.live_migration(context, &instance, &destination, data).await;
                Ok(Payload::plain(&ended)?)
            }
            PRE => {
                let _: IgnoredAny = args.take_plain("disk")?;
                let data: XenapiLiveMigrateData = args.take("migrate_data", registry)?;
                args.finish()?;
                answer(&manager.pre_live_migration(context, &instance, data).await?, context, registry)
            }
            POST_AT_DESTINATION => {
                let _: Option<bool> = args.take_plain("block_migration")?;
                args.finish()?;
                manager.post_live_migration_at_destination(context, &instance).await?;
                Ok(Payload::null())
            }
            ROLLBACK_AT_DESTINATION => {
                let _: Option<bool> = args.take_plain("destroy_disks")?;
                let _: Option<XenapiLiveMigrateData> = args.take("migrate_data", registry)?;
                args.finish()?;
                manager.rollback_live_migration_at_destination(context, &instance).await?;
                Ok(Payload::null())
            }
            _ => Err(Failure::no_such_method(method)),
        }
    }
}

/// An object that came goes back in the version that it came in.
fn answer(
    data: &XenapiLiveMigrateData,
    context: &CallContext,
    registry: &Registry,
) -> Result<Payload, Failure> {
    Ok(Payload::reply(data, Target::Own, context, registry)?)
}

impl<H: Hypervisor> Endpoint for ComputeEndpoint<H> {
    fn version(&self) -> Version {
        VERSION
    }

    fn methods(&self) -> &[&str] {
        &[CHECK_DESTINATION, CHECK_SOURCE, LIVE_MIGRATION, PRE, POST_AT_DESTINATION, ROLLBACK_AT_DESTINATION]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(self.dispatch(method, args, context))
    }
}
