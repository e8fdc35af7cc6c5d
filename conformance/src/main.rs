//! The conformance testee as a program: a request a line from standard input, an answer a line to standard output.

use std::io::{self, BufRead, Write};

use conformance::{Registries, answer};
use serde::Serialize;
use versioned_objects::wire::json::{IoSink, Serializer};

fn main() -> io::Result<()> {
    let mut registries = Registries::from([("compiled".to_owned(), versioned_objects::nova::registry())]);
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let answer = answer::line(&mut registries, &line?);
        answer.serialize(Serializer::new(&mut IoSink(&mut out))).map_err(io::Error::other)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}
