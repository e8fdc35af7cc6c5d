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

/// Its script and folder; `tests/brokers/run` has both elsewhere for the broker in a folder of its own.
fn script() -> Command {
    let Ok(control) = std::env::var("TEST_BROKER_CONTROL") else {
        return Command::new(crate::root().join("tests/broker/rabbitmq"));
    };
    let mut words = control.split(' ');
    let mut command = Command::new(words.next().unwrap());
    command.args(words);
    command
}

fn script_folder() -> String {
    std::env::var("TEST_BROKER_CONTROL_FOLDER").unwrap_or_else(|_| variable(FOLDER))
}

/// Starts or stops the broker.
pub fn command(command: &str) {
    let status = script().args([command, &script_folder(), &variable(PORT)]).status().unwrap();
    assert!(status.success(), "the broker doesn't {command}");
}

/// What the broker's own tool tells.
pub fn ctl(arguments: &[&str]) -> String {
    let output = script().args(["ctl", &script_folder(), &variable(PORT)]).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "rabbitmqctl {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// Tells whether it has queues that are neither durable nor of one connection; later releases can do without.
pub fn permits_transient_queues() -> bool {
    let asked = "case catch rabbit_deprecated_features:is_permitted(transient_nonexcl_queues) of \
                 false -> refused; _ -> permitted end.";
    ctl(&["eval", asked]).trim() == "permitted"
}

/// Its port.
pub fn port() -> u16 {
    variable(PORT).parse().unwrap()
}

/// The number of its process.
fn process() -> String {
    std::fs::read_to_string(folder().join("pid")).unwrap().trim().to_owned()
}

fn signal(signal: &str) {
    assert!(Command::new("kill").args([signal, &process()]).status().unwrap().success());
}

/// Its process stands still as long as this lives.
pub struct Frozen(());

impl Drop for Frozen {
    fn drop(&mut self) {
        signal("-CONT");
    }
}

/// Has its process stand still, and waits until each of its threads does.
pub fn freeze() -> Frozen {
    signal("-STOP");
    let frozen = Frozen(());
    let tasks = format!("/proc/{}/task", process());
    // The state stands behind the name, which is in brackets.
    let stands = |task: std::io::Result<std::fs::DirEntry>| {
        let stat = std::fs::read_to_string(task.unwrap().path().join("stat")).unwrap_or_default();
        stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T'))
    };
    while !std::fs::read_dir(&tasks).unwrap().all(stands) {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    frozen
}

/// Where its certificates are.
pub fn folder() -> std::path::PathBuf {
    variable(FOLDER).into()
}
