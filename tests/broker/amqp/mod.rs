//! Calls over a real RabbitMQ.

mod calls;
mod compact;
mod conductor;
mod deaths;
mod example;
mod faults;
mod host;
mod raw;
mod wire;
