//! The compute service of a host: what it does, what it offers to others, and how it calls them.

mod endpoint;
mod manager;
mod outcome;
mod rpcapi;

pub use endpoint::ComputeEndpoint;
pub use manager::ComputeManager;
pub use outcome::{Ended, Outcome};
pub use rpcapi::{ComputeApi, releases};
