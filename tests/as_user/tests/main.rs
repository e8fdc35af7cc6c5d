//! What keeps secrets secret, and what else leans on features of other crates, as a user's build has it.

#[cfg(feature = "amqp")]
mod amqp;
mod core;
#[cfg(all(feature = "derive", feature = "json"))]
mod derived;
#[cfg(all(feature = "derive", feature = "dynamic"))]
mod dynamic;
#[cfg(feature = "nova")]
mod nova;
#[cfg(feature = "rpc")]
mod rpc;
