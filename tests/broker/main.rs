//! Tests that need a real RabbitMQ.

mod amqp;
mod interop;
