//! The conformance testee: answers, a JSON line a request, what the reference implementation can be asked too.
//! It is test equipment, and no part of the library's API.

mod answer;
mod request;

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use serde::Serialize;
use versioned_objects::registry::Registry;
use versioned_objects::wire::json::Serializer;

fn main() -> io::Result<()> {
    let mut registries = HashMap::from([("compiled".to_owned(), versioned_objects::nova::registry())]);
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let answer = answer::line(&mut registries, &line?);
        answer.serialize(Serializer::new(&mut out)).map_err(io::Error::other)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

type Registries = HashMap<String, Registry>;
