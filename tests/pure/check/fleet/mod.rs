//! Fleets of mixed releases.

pub mod objects;
mod well;
