//! The conformance testee: answers, a JSON line a request, what the reference implementation can be asked too.
//! It is test equipment, and no part of the library's API.

mod answer;
mod request;
mod schema;

use std::collections::HashMap;
use std::io::{self, BufRead, Write};

use versioned_objects::registry::Registry;

fn main() -> io::Result<()> {
    let mut registries = HashMap::from([("compiled".to_owned(), versioned_objects::nova::registry())]);
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().split(b'\n') {
        let answer = answer::line(&mut registries, &line?);
        serde_json::to_writer(&mut out, &answer)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(())
}

type Registries = HashMap<String, Registry>;
