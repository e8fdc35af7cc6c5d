//! The live migration of `src/nova`.

#[path = "nova/migration.rs"]
mod migration;
#[path = "nova/objects.rs"]
mod objects;
#[path = "nova/simulated.rs"]
mod simulated;
#[path = "nova/sr_identity.rs"]
mod sr_identity;
