//! Rust hosts and Python ones on a real broker.

mod behind;
mod errands;
mod migration;
mod nova_objects;
