//! The live migration of `src/nova`.

mod support;

#[path = "nova/errors.rs"]
mod errors;
#[path = "nova/migration.rs"]
mod migration;
#[path = "nova/objects.rs"]
mod objects;
#[path = "nova/odd_hosts.rs"]
mod odd_hosts;
#[path = "nova/simulated.rs"]
mod simulated;
#[path = "nova/sr_identity.rs"]
mod sr_identity;
#[path = "nova/wire.rs"]
mod wire;
