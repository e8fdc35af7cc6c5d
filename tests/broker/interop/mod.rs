//! Rust hosts and Python ones on a real broker.

mod errands;
mod fleet;
mod migration;
mod notifications;
mod nova_objects;
