use std::sync::Arc;

use super::{ComputeApi, Ended, Outcome};
use crate::nova::Exception;
use crate::nova::block_device::Instance;
use crate::nova::notifications::{NotificationAction, Phase, Teller, Told};
use crate::nova::objects::XenapiLiveMigrateData;
use crate::nova::virt::xenapi::{Departed, Hypervisor, XenAPIDriver};
use crate::object::VersionedObject;
use crate::registry::Registry;
use crate::rpc::CallContext;

/// The compute service of a host.
///
/// A host of an older release differs in its registry alone, which reads and announces nothing newer.
#[derive(Debug)]
pub struct ComputeManager<H> {
    registry: Arc<Registry>,
    compute_rpcapi: ComputeApi,
    driver: XenAPIDriver<H>,
    told: Told,
}

impl<H: Hypervisor> ComputeManager<H> {
    /// The service of a host with these objects and this hypervisor, which calls others so.
    pub fn new(registry: Arc<Registry>, compute_rpcapi: ComputeApi, hypervisor: Arc<H>) -> Self {
        ComputeManager {
            registry,
            compute_rpcapi,
            driver: XenAPIDriver::new(hypervisor),
            told: Told::default(),
        }
    }

    /// Tells its deeds on instances as nova's `instance.live_migration_*` notifications.
    pub fn told_by(mut self, teller: Option<Arc<dyn Teller>>) -> Self {
        self.told = Told::by(teller);
        self
    }

    pub(super) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Checks on the destination whether the instance can come; the source is asked as well.
    ///
    /// # Errors
    /// Where it can't, whatever the reason: [`Exception::PreCheck`]. Nothing was touched.
    pub async fn check_can_live_migrate_destination(
        &self,
        context: &CallContext,
        instance: &Instance,
        block_migration: bool,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        let outcome = self._do_check_can_live_migrate_destination(context, instance, block_migration).await;
        outcome.map_err(Exception::in_check)
    }

    async fn _do_check_can_live_migrate_destination(
        &self,
        context: &CallContext,
        instance: &Instance,
        block_migration: bool,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        let dest_check_data =
            self.driver.check_can_live_migrate_destination(instance, block_migration).await?;
        let migrate_data =
            self.compute_rpcapi.check_can_live_migrate_source(context, instance, &dest_check_data).await;
        self.driver.check_can_live_migrate_destination_cleanup(&dest_check_data).await;
        Ok(migrate_data?)
    }

    /// Checks on the source whether the instance can go.
    ///
    /// # Errors
    /// Where it can't, whatever the reason: [`Exception::PreCheck`]. Nothing was touched.
    pub async fn check_can_live_migrate_source(
        &self,
        _: &CallContext,
        instance: &Instance,
        dest_check_data: XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        let outcome =
            self.driver.check_can_live_migrate_source(instance, dest_check_data, self.says_naming()).await;
        outcome.map_err(Exception::in_check)
    }

    /// Whether this host's release says how it named its SRs.
    fn says_naming(&self) -> bool {
        let schema = XenapiLiveMigrateData::SCHEMA;
        let field = schema.field(crate::field_name!(XenapiLiveMigrateData, sr_uuid_naming_convention_map));
        let newest = self.registry.versions(&schema.name).last().copied();
        field.zip(newest).is_some_and(|(field, newest)| field.is_in(newest))
    }

    /// Moves the instance from the source to the destination, or leaves all as it was.
    pub async fn live_migration(
        &self,
        context: &CallContext,
        instance: &Instance,
        destination: &str,
        migrate_data: XenapiLiveMigrateData,
    ) -> Ended {
        self._do_live_migration(context, instance, destination, migrate_data).await
    }

    async fn _do_live_migration(
        &self,
        context: &CallContext,
        instance: &Instance,
        destination: &str,
        migrate_data: XenapiLiveMigrateData,
    ) -> Ended {
        let api = &self.compute_rpcapi;
        let ready = match api.pre_live_migration(context, destination, instance, &migrate_data).await {
            Ok(ready) => ready,
            Err(error) => {
                let error = Exception::from(error);
                return self
                    ._rollback_live_migration(context, instance, destination, &migrate_data, error)
                    .await;
            }
        };
        match self.driver.live_migration(instance, &ready).await {
            Ok(departed) => self._post_live_migration(context, instance, destination, departed).await,
            Err(error) => self._rollback_live_migration(context, instance, destination, &ready, error).await,
        }
    }

    async fn _post_live_migration(
        &self,
        context: &CallContext,
        instance: &Instance,
        destination: &str,
        departed: Departed,
    ) -> Ended {
        self.told.about(context, instance, NotificationAction::LiveMigrationPost, Phase::Start);
        let mut untidied = self.driver.post_live_migration(departed).await;
        let api = &self.compute_rpcapi;
        let outcome = api.post_live_migration_at_destination(context, destination, instance).await;
        if let Err(error) = outcome {
            untidied.push(format!("the end of the migration on the destination: {}", Exception::from(error)));
        }
        self.told.about(context, instance, NotificationAction::LiveMigrationPost, Phase::End);
        if untidied.is_empty() {
            return Ended::new(Outcome::Migrated, "");
        }
        Ended::new(Outcome::Migrated, format!("not tidied up: {}", untidied.join(", ")))
    }

    async fn _rollback_live_migration(
        &self,
        context: &CallContext,
        instance: &Instance,
        destination: &str,
        migrate_data: &XenapiLiveMigrateData,
        error: Exception,
    ) -> Ended {
        self.told.about(context, instance, NotificationAction::LiveMigrationRollback, Phase::Start);
        let api = &self.compute_rpcapi;
        let outcome =
            api.rollback_live_migration_at_destination(context, destination, instance, migrate_data).await;
        let reason = match outcome {
            Ok(()) => error.to_string(),
            Err(failed) => format!("{error}; the destination: {}", Exception::from(failed)),
        };
        self.told.about(context, instance, NotificationAction::LiveMigrationRollback, Phase::End);
        Ended::new(Outcome::RolledBack, reason)
    }

    /// Makes the destination ready for the instance.
    ///
    /// # Errors
    /// Where it can't be made ready; nothing that was made for it stays then.
    pub async fn pre_live_migration(
        &self,
        context: &CallContext,
        instance: &Instance,
        migrate_data: XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, Exception> {
        self.told.about(context, instance, NotificationAction::LiveMigrationPre, Phase::Start);
        let data = self.driver.pre_live_migration(instance, migrate_data).await?;
        self.told.about(context, instance, NotificationAction::LiveMigrationPre, Phase::End);
        Ok(data)
    }

    /// Finishes on the destination once the instance has come.
    ///
    /// # Errors
    /// Where it isn't found.
    pub async fn post_live_migration_at_destination(
        &self,
        context: &CallContext,
        instance: &Instance,
    ) -> Result<(), Exception> {
        self.told.about(context, instance, NotificationAction::LiveMigrationPostDest, Phase::Start);
        self.driver.post_live_migration_at_destination(instance).await?;
        self.told.about(context, instance, NotificationAction::LiveMigrationPostDest, Phase::End);
        Ok(())
    }

    /// Rolls back on the destination, since the instance won't come.
    ///
    /// # Errors
    /// Where something that was made for it stays.
    pub async fn rollback_live_migration_at_destination(
        &self,
        context: &CallContext,
        instance: &Instance,
    ) -> Result<(), Exception> {
        self.told.about(context, instance, NotificationAction::LiveMigrationRollbackDest, Phase::Start);
        self.driver.rollback_live_migration_at_destination(instance).await?;
        self.told.about(context, instance, NotificationAction::LiveMigrationRollbackDest, Phase::End);
        Ok(())
    }
}
