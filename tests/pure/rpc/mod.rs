//! Hosts that call each other in one process.

mod compact;
mod crowds;
mod dispatch;
mod endpoint;
mod failures;
mod garbage;
mod handed_on;
mod hosts;
mod messages;
mod negotiation;
mod non_finite;
mod objects;
mod refusals;
mod released;
mod secrets;
mod settled;
mod told;
mod transport;
mod upgrade_levels;
