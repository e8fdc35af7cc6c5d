//! The RabbitMQ that `tests/run` started.

use std::process::Command;

/// Its URL, port and folder are in these.
const URL: &str = "TEST_BROKER_URL";
const PORT: &str = "TEST_BROKER_PORT";
const FOLDER: &str = "TEST_BROKER_FOLDER";

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| {
        panic!("no broker: {name} is not set; tests/run installs RabbitMQ and starts one")
    })
}

pub fn url() -> String {
    variable(URL)
}

/// Starts or stops the broker.
pub fn command(command: &str) {
    let status = Command::new(crate::root().join("tests/broker/rabbitmq"))
        .args([command, &variable(FOLDER), &variable(PORT)])
        .status()
        .unwrap();
    assert!(status.success(), "the broker doesn't {command}");
}
