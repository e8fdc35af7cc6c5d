//! The conductor's part of a live migration: it asks whether the instance can move, and has it moved.

use crate::nova::Exception;
use crate::nova::block_device::Instance;
use crate::nova::compute::{ComputeApi, Ended, Outcome};
use crate::rpc::CallContext;

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
        Err(error) => Ended::new(Outcome::RolledBack, Exception::from(error).to_string()),
    }
}
