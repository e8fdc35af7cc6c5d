//! Rust hosts and Python ones on a real broker.

mod errands;
mod migration;
mod nova_objects;
