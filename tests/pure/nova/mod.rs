//! The live migration of `src/nova`.

mod errors;
mod migration;
mod objects;
mod odd_hosts;
mod simulated;
mod sr_identity;
mod wire;
