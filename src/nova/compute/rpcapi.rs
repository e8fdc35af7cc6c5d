use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use super::Ended;
use crate::error::Error;
use crate::nova::block_device::Instance;
use crate::nova::objects::XenapiLiveMigrateData;
use crate::object::VersionedObject;
use crate::registry::Registry;
use crate::rpc::{
    Address, Answer, Args, CallContext, CallError, Client, Negotiation, Observer, Pinned, Release, Releases,
    Transport, TransportError,
};
use crate::version::{Target, Version};

/// What the compute service listens to.
pub(super) const TOPIC: &str = "compute";

/// The version of the compute service's methods.
pub(super) const VERSION: Version = Version::new(6, 0);

/// The releases of the compute service, as far as a live migration between XenServer hosts goes: the one before SRs were
/// named in two ways, and the one that says it.
pub fn releases() -> Releases {
    let name = &XenapiLiveMigrateData::SCHEMA.name;
    let old = Release::new("old", 1, VERSION).object(&**name, Version::new(0, 1));
    let new = Release::new("new", 2, VERSION).object(&**name, Version::new(1, 0));
    [old, new].into_iter().collect()
}

/// Calls the compute services of other hosts. What it sends them goes in the greatest version that both know.
#[derive(Debug)]
pub struct ComputeApi {
    client: Client,
    registry: Arc<Registry>,
    negotiation: Negotiation,
    patience: Duration,
}

/// How long a call waits, unless told otherwise (`rpc_response_timeout`).
const PATIENCE: Duration = Duration::from_secs(60);

/// How much longer a call may take that does work on a host.
const LONG: u32 = 30;

/// Below this a host sends no signs of life.
const LEAST_MONITORED: Duration = Duration::from_secs(2);

/// What a live migration is made with, which is the same in all calls.
const BLOCK_MIGRATION: (&str, bool) = ("block_migration", true);

impl ComputeApi {
    /// Calls over this transport, from a host that knows these objects.
    pub fn new(transport: Arc<dyn Transport>, registry: Arc<Registry>) -> Self {
        let client = Client::new(transport, Address::topic(TOPIC)).version(VERSION);
        ComputeApi {
            client,
            negotiation: Negotiation::at_first_contact(Arc::clone(&registry)),
            registry,
            patience: PATIENCE,
        }
    }

    /// Asks nobody what it reads: all hosts get what an operator says (`[upgrade_levels] compute`).
    pub fn pinned(mut self, pin: &Pinned) -> Self {
        self.negotiation = Negotiation::pinned(Arc::clone(&self.registry), pin);
        self
    }

    /// Tells of each request.
    pub fn observer(mut self, observer: Observer) -> Self {
        self.client = self.client.observer(observer);
        self
    }

    /// How long a call waits for its reply. Those that do work on a host wait thirty times as long, and for signs of
    /// life meanwhile (`long_rpc_timeout` beside `rpc_response_timeout`).
    pub fn patience(mut self, patience: Duration) -> Self {
        self.client = self.client.timeout(patience);
        self.patience = patience;
        self
    }

    /// Whether the instance can come to that host: its answer is what the move needs to be known of. A host with which
    /// this one has no version in common to say that in isn't asked.
    ///
    /// # Errors
    /// Where it can't.
    pub async fn check_can_live_migrate_destination(
        &self,
        context: &CallContext,
        destination: &str,
        instance: &Instance,
    ) -> Result<XenapiLiveMigrateData, CallError> {
        let host = self.client.clone().to(Address::server(TOPIC, destination));
        let agreement = self.negotiation.agreement(&host, context).await?;
        if agreement.is_known() {
            agreement.version(&XenapiLiveMigrateData::SCHEMA.name)?;
        }
        let answer = self
            .long_call(destination, "check_can_live_migrate_destination", context, |args, _| {
                args.insert_plain("instance", instance)?;
                args.insert_plain(BLOCK_MIGRATION.0, &BLOCK_MIGRATION.1)?;
                args.insert_plain("disk_over_commit", &false)?;
                args.insert_plain("migration", &Value::Null)?;
                args.insert_plain("limits", &Value::Null)
            })
            .await?;
        answer.read(&self.registry)
    }

    /// Whether the instance can leave the host that it is on.
    ///
    /// # Errors
    /// Where it can't.
    pub async fn check_can_live_migrate_source(
        &self,
        context: &CallContext,
        instance: &Instance,
        dest_check_data: &XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, CallError> {
        let answer = self
            .call(&instance.host, "check_can_live_migrate_source", context, |args, target| {
                args.insert_plain("instance", instance)?;
                args.insert("dest_check_data", dest_check_data, target)
            })
            .await?;
        answer.read(&self.registry)
    }

    /// Moves the instance away from the host that it is on.
    ///
    /// # Errors
    /// Where the host can't be asked.
    pub async fn live_migration(
        &self,
        context: &CallContext,
        instance: &Instance,
        destination: &str,
        migrate_data: &XenapiLiveMigrateData,
    ) -> Result<Ended, CallError> {
        let answer = self
            .long_call(&instance.host, "live_migration", context, |args, target| {
                args.insert_plain("instance", instance)?;
                args.insert_plain("dest", destination)?;
                args.insert_plain(BLOCK_MIGRATION.0, &BLOCK_MIGRATION.1)?;
                args.insert("migrate_data", migrate_data, target)?;
                args.insert_plain("migration", &Value::Null)
            })
            .await?;
        answer.read_plain()
    }

    /// Makes the destination ready.
    ///
    /// # Errors
    /// Where it can't be made ready.
    pub async fn pre_live_migration(
        &self,
        context: &CallContext,
        destination: &str,
        instance: &Instance,
        migrate_data: &XenapiLiveMigrateData,
    ) -> Result<XenapiLiveMigrateData, CallError> {
        let answer = self
            .long_call(destination, "pre_live_migration", context, |args, target| {
                args.insert_plain("instance", instance)?;
                args.insert_plain("disk", &Value::Null)?;
                args.insert("migrate_data", migrate_data, target)
            })
            .await?;
        answer.read(&self.registry)
    }

    /// Tells the destination that the instance has come.
    ///
    /// # Errors
    /// Where it doesn't find it.
    pub async fn post_live_migration_at_destination(
        &self,
        context: &CallContext,
        destination: &str,
        instance: &Instance,
    ) -> Result<(), CallError> {
        self.clean_up(destination, "post_live_migration_at_destination", context, |args, _| {
            args.insert_plain("instance", instance)?;
            args.insert_plain(BLOCK_MIGRATION.0, &BLOCK_MIGRATION.1)
        })
        .await
    }

    /// Tells the destination that the instance won't come.
    ///
    /// # Errors
    /// Where something stays there.
    pub async fn rollback_live_migration_at_destination(
        &self,
        context: &CallContext,
        destination: &str,
        instance: &Instance,
        migrate_data: &XenapiLiveMigrateData,
    ) -> Result<(), CallError> {
        self.clean_up(destination, "rollback_live_migration_at_destination", context, |args, target| {
            args.insert_plain("instance", instance)?;
            args.insert_plain("destroy_disks", &true)?;
            args.insert("migrate_data", migrate_data, target)
        })
        .await
    }

    async fn call<F>(
        &self,
        host: &str,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<Answer, CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let client = self.client.clone().to(Address::server(TOPIC, host));
        self.negotiation.call(&client, method, context, fill).await
    }

    /// A call of a method that may take long.
    async fn long_call<F>(
        &self,
        host: &str,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<Answer, CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let mut client = self.client.clone().to(Address::server(TOPIC, host));
        if self.patience >= LEAST_MONITORED {
            client = client.timeout(self.patience * LONG).call_monitor_timeout(self.patience);
        }
        self.negotiation.call(&client, method, context, fill).await
    }

    /// A call that cleans up is made again once where it doesn't get through. A host that got it has tried twice
    /// already whatever it answers.
    async fn clean_up<F>(
        &self,
        host: &str,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<(), CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        match self.call(host, method, context, &fill).await {
            Err(CallError::Transport(
                TransportError::Unreachable { .. }
                | TransportError::Timeout { .. }
                | TransportError::Unknown { .. },
            )) => self.call(host, method, context, &fill).await.map(drop),
            outcome => outcome.map(drop),
        }
    }
}
