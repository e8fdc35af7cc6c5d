//! The reference, in a process of its own.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub struct Server {
    process: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Server {
    /// Starts it with the first Python that has the reference.
    ///
    /// # Panics
    /// Where none has.
    pub fn start() -> Self {
        let root = support::root();
        let own = root.join("target/reference/bin/python");
        let candidates = [own.as_path(), Path::new("python3")];
        let mut said = Vec::new();
        for python in candidates {
            match Server::start_with(python, &root.join("tests/reference/server.py")) {
                Ok(server) => return server,
                Err(problem) => said.push(format!("{}: {problem}", python.display())),
            }
        }
        let said = said.join("\n");
        panic!("no Python here has the reference, which this test compares with; run tests/setup\n{said}");
    }

    fn start_with(python: &Path, server: &Path) -> Result<Self, String> {
        let mut command = Command::new(python);
        command.arg(server).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().map_err(|error| error.to_string())?;
        let input = process.stdin.take();
        let output = process.stdout.take().ok_or("no output")?;
        let mut server = Server { process, input, output: BufReader::new(output) };
        match server.line() {
            Some(line) if line == "\"ready\"" => Ok(server),
            _ => Err("it can't import oslo_versionedobjects".to_owned()),
        }
    }

    pub fn ask(&mut self, request: &str) -> String {
        let input = self.input.as_mut().expect("open until the end");
        writeln!(input, "{request}").and_then(|()| input.flush()).expect("the reference reads");
        self.line().unwrap_or_else(|| panic!("the reference ended at {request}"))
    }

    fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(1..) => Some(line.trim_end().to_owned()),
            _ => None,
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its input ends, and so does it.
        self.input = None;
        let _ = self.process.wait();
    }
}
