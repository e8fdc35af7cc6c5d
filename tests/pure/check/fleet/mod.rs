//! Fleets of mixed releases.

mod deep;
mod migration;
pub mod objects;
mod plans;
mod planted;
mod planted_more;
mod stories;
mod well;
