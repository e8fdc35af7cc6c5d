//! Hosts in Python.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// A Python process that serves until this is dropped.
pub struct Peer(Child);

impl Peer {
    pub fn start(script: &str, arguments: &[&str]) -> Self {
        let mut command = Command::new(crate::python());
        command.arg("-Wignore").arg(crate::root().join("tests/broker/interop").join(script)).args(arguments);
        command.stdout(Stdio::piped());
        let mut child = command.spawn().expect("python starts: tests/setup installs it");
        let mut said = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut said).unwrap();
        let peer = Peer(child);
        assert_eq!(said.trim(), "serving", "{script} doesn't serve; tests/setup installs what it needs");
        peer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
