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

/// What the broker's own tool tells.
pub fn ctl(arguments: &[&str]) -> String {
    let output = Command::new(crate::root().join("tests/broker/rabbitmq"))
        .args(["ctl", &variable(FOLDER), &variable(PORT)])
        .args(arguments)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "rabbitmqctl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Its port.
pub fn port() -> u16 {
    variable(PORT).parse().unwrap()
}

/// Sends its process a signal.
pub fn signal(signal: &str) {
    let id = std::fs::read_to_string(folder().join("pid")).unwrap();
    assert!(Command::new("kill").args([signal, id.trim()]).status().unwrap().success());
}

/// Where its certificates are.
pub fn folder() -> std::path::PathBuf {
    variable(FOLDER).into()
}
