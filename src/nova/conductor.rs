//! The conductor: in a live migration it asks whether the instance can move, and has it moved; and it runs methods
//! of objects for other hosts, and writes objects anew for them.

use std::sync::Arc;

use crate::nova::Exception;
use crate::nova::block_device::Instance;
use crate::nova::compute::{ComputeApi, Ended, Outcome};
use crate::nova::objects::XenapiLiveMigrateData;
use crate::registry::Registry;
use crate::rpc::{
    Address, CallContext, CallError, Client, ObjectActions, ObjectContext, RpcIndirectionApi, Transport,
};
use crate::version::Version;

/// The topic that conductors listen to.
pub const TOPIC: &str = "conductor";

/// The version of their methods.
pub const VERSION: Version = Version::new(3, 0);

/// The methods of a conductor that knows these objects (`ConductorManager`). Objects' methods are added to it.
///
/// It reads what its registry reads, which has to be as new as the newest host. What it can't read it refuses; it
/// asks nobody else.
pub fn manager(registry: Arc<Registry>) -> ObjectActions {
    ObjectActions::new(ObjectContext::new(registry)).of_version(VERSION)
}

/// Asks a conductor over this transport: to run methods of objects, and to write objects anew (`ConductorAPI`).
pub fn api(transport: Arc<dyn Transport>) -> RpcIndirectionApi {
    RpcIndirectionApi::new(Client::new(transport, Address::topic(TOPIC)).version(VERSION))
}

/// Moves an instance from the host that it is on to the destination.
pub async fn live_migrate(
    compute: &ComputeApi,
    context: &CallContext,
    instance: &Instance,
    destination: &str,
) -> Ended {
    let checked = compute.check_can_live_migrate_destination(context, destination, instance).await;
    let migrate_data = match checked {
        Ok(migrate_data) => migrate_data,
        Err(error) => return Ended::new(Outcome::Refused, Exception::from(error).to_string()),
    };
    match compute.live_migration(context, instance, destination, &migrate_data).await {
        Ok(ended) => ended,
        Err(error) => rollback(compute, context, instance, destination, &migrate_data, error).await,
    }
}

/// The source didn't say how it ended. Whatever became of it, the destination shall not keep what it made in vain; that is
/// taken away once, however often it is asked for. A destination on which the instance runs already keeps it all, and
/// then it has moved.
async fn rollback(
    compute: &ComputeApi,
    context: &CallContext,
    instance: &Instance,
    destination: &str,
    migrate_data: &XenapiLiveMigrateData,
    error: CallError,
) -> Ended {
    let was_asked =
        matches!(error, CallError::Transport(_) | CallError::Remote(_) | CallError::Malformed { .. });
    let reason = Exception::from(error).to_string();
    if !was_asked {
        return Ended::new(Outcome::RolledBack, reason);
    }
    let outcome =
        compute.rollback_live_migration_at_destination(context, destination, instance, migrate_data).await;
    match outcome {
        Ok(()) => Ended::new(Outcome::RolledBack, reason),
        Err(failed) if Exception::is_instance_exists(&failed) => {
            Ended::new(Outcome::Migrated, format!("not tidied up: the source: {reason}"))
        }
        Err(failed) => {
            let failed = Exception::from(failed);
            Ended::new(Outcome::RolledBack, format!("{reason}; the destination: {failed}"))
        }
    }
}
