//! Calls over a real RabbitMQ.

#[path = "../support/broker.rs"]
#[allow(dead_code, reason = "each test uses its part")]
mod broker;
mod calls;
mod compact;
mod conductor;
mod deaths;
mod example;
mod faults;
mod host;
mod raw;
mod wire;
