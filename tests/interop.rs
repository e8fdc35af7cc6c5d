//! Rust hosts and Python ones on a real broker.

#[path = "interop/migration.rs"]
mod migration;
#[path = "support/broker.rs"]
mod broker;
#[path = "support/peer.rs"]
mod peer;
