//! Hosts that call each other in one process.

mod compact;
mod dispatch;
mod failures;
mod garbage;
mod hosts;
mod messages;
mod negotiation;
mod objects;
mod transport;
mod upgrade_levels;
