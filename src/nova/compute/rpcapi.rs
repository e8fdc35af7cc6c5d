use std::sync::Arc;
use std::time::Duration;

use super::Ended;
use super::endpoint::ComputeClient;
use crate::mask;
use crate::nova::block_device::Instance;
use crate::nova::objects::XenapiLiveMigrateData;
use crate::object::VersionedObject;
use crate::registry::Registry;
use crate::rpc::{
    Address, CallContext, CallError, Client, Negotiation, Observer, Pinned, Release, ReleaseMapping,
    Transport, TransportError,
};
use crate::version::Version;

/// Topic that the compute service listens to.
pub(super) const TOPIC: &str = "compute";

/// The version of the compute service's methods.
const VERSION: Version = ComputeClient::VERSION;

/// The releases of the compute service, as far as a live migration between XenServer hosts goes: the one before SRs were
/// named in two ways, and the one that says it.
pub fn releases() -> ReleaseMapping {
    let name = &XenapiLiveMigrateData::SCHEMA.name;
    let old = Release::new("old", 1, VERSION).object(&**name, Version::new(0, 1));
    let new = Release::new("new", 2, VERSION).object(&**name, Version::new(1, 0));
    [old, new].into_iter().collect()
}

/// Calls the compute services of other hosts. What it sends them goes in the greatest version that both know.
#[derive(Clone, Debug)]
pub struct ComputeApi {
    client: Client,
    registry: Arc<Registry>,
    negotiation: Arc<Negotiation>,
    patience: Duration,
}

/// How long a call waits, unless told otherwise (`rpc_response_timeout`).
const PATIENCE: Duration = Duration::from_secs(60);

/// How much longer a call may take that does work on a host.
const LONG: u32 = 30;

/// Below this a host sends no signs of life.
const LEAST_MONITORED: Duration = Duration::from_secs(2);

/// How a live migration is made, which is the same in all calls.
const BLOCK_MIGRATION: Option<bool> = Some(true);

impl ComputeApi {
    /// Calls over this transport, from a host that knows these objects.
    pub fn new(transport: Arc<dyn Transport>, registry: Arc<Registry>) -> Self {
        let client = Client::new(transport, Address::topic(TOPIC)).version(VERSION);
        ComputeApi {
            client,
            negotiation: Arc::new(Negotiation::at_first_contact(Arc::clone(&registry))),
            registry,
            patience: PATIENCE,
        }
    }

    /// Asks nobody what it reads: all hosts get what an operator says (`[upgrade_levels] compute`).
    pub fn pinned(mut self, pin: &Pinned) -> Self {
        self.negotiation = Arc::new(Negotiation::pinned(Arc::clone(&self.registry), pin));
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
        let host = self.long_call(destination);
        host.check_can_live_migrate_destination(
            context,
            instance,
            &BLOCK_MIGRATION,
            &Some(false),
            &None,
            &None,
        )
        .await
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
        let host = self.call(&instance.host);
        host.check_can_live_migrate_source(context, instance, dest_check_data).await
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
        let (host, destination) = (self.long_call(&instance.host), destination.to_owned());
        let ended = host
            .live_migration(context, instance, &destination, &BLOCK_MIGRATION, migrate_data, &None)
            .await?;
        Ok(Ended { reason: mask::told(&ended.reason), ..ended })
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
        self.long_call(destination).pre_live_migration(context, instance, &None, migrate_data).await
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
        let host = &self.call(destination);
        clean_up(|| host.post_live_migration_at_destination(context, instance, &BLOCK_MIGRATION)).await
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
        let (host, migrate_data) = (&self.call(destination), &Some(migrate_data.clone()));
        clean_up(|| host.rollback_live_migration_at_destination(context, instance, &Some(true), migrate_data))
            .await
    }

    fn call(&self, host: &str) -> ComputeClient {
        let client = self.client.clone().to(Address::server(TOPIC, host));
        ComputeClient::new(client, Arc::clone(&self.negotiation))
    }

    /// A call of a method that may take long.
    fn long_call(&self, host: &str) -> ComputeClient {
        let call = self.call(host);
        if self.patience < LEAST_MONITORED {
            return call;
        }
        let long = self.patience.saturating_mul(LONG);
        call.prepare(|client| client.timeout(long).call_monitor_timeout(self.patience))
    }
}

/// A call that cleans up is made again once where it doesn't get through. A host that got it has tried twice already
/// whatever it answers.
async fn clean_up<F: Future<Output = Result<(), CallError>>>(call: impl Fn() -> F) -> Result<(), CallError> {
    match call().await {
        Err(CallError::Transport(
            TransportError::Unreachable { .. }
            | TransportError::Timeout { .. }
            | TransportError::Unknown { .. },
        )) => call().await,
        outcome => outcome,
    }
}
