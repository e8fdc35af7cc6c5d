//! Calls over a real RabbitMQ.

mod calls;
mod compact;
mod conductor;
mod deaths;
mod example;
mod faults;
pub mod host;
mod raw;
mod record;
mod refusals;
mod repeats;
mod staged;
mod wire;
