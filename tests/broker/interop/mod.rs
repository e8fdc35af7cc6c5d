//! Rust hosts and Python ones on a real broker.

mod behind;
mod errands;
mod fleet;
mod migration;
mod notifications;
mod nova_objects;
mod permitted;
mod sets;
