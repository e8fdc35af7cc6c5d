//! Fleets of mixed releases.

pub mod objects;
mod deep;
mod migration;
mod planted;
mod well;
