//! Rust hosts and Python ones on a real broker.

#[path = "support/broker.rs"]
mod broker;
#[path = "interop/migration.rs"]
mod migration;
#[path = "support/peer.rs"]
mod peer;
