//! Rust hosts and Python ones on a real broker.

#[path = "support/broker.rs"]
#[allow(dead_code, reason = "each test uses its part")]
mod broker;
#[path = "interop/errands.rs"]
mod errands;
#[path = "interop/migration.rs"]
mod migration;
#[path = "interop/nova_objects.rs"]
mod nova_objects;
#[path = "support/peer.rs"]
mod peer;
