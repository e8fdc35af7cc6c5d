//! The conductor's part of a live migration: it asks whether the instance can move, and has it moved.

use crate::nova::Exception;
use crate::nova::block_device::Instance;
use crate::nova::compute::{ComputeApi, Ended, Outcome};
use crate::nova::objects::XenapiLiveMigrateData;
use crate::rpc::{CallContext, CallError};

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

/// The source didn't say how it ended. Where it is gone, nobody else has the destination take away what it made; a
/// destination that has the instance keeps it all.
async fn rollback(
    compute: &ComputeApi,
    context: &CallContext,
    instance: &Instance,
    destination: &str,
    migrate_data: &XenapiLiveMigrateData,
    error: CallError,
) -> Ended {
    let is_gone = matches!(error, CallError::Transport(_));
    let mut reason = Exception::from(error).to_string();
    if is_gone {
        let outcome = compute
            .rollback_live_migration_at_destination(context, destination, instance, migrate_data)
            .await;
        if let Err(failed) = outcome {
            reason = format!("{reason}; the destination: {}", Exception::from(failed));
        }
    }
    Ended::new(Outcome::RolledBack, reason)
}
