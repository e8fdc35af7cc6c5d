//! The conformance testee: answers, a JSON line a request, what the reference implementation can be asked too.
//! It is test equipment, and no part of the library's API.

pub mod answer;
mod request;

use std::collections::HashMap;

use versioned_objects::registry::Registry;

/// The registries that requests name.
pub type Registries = HashMap<String, Registry>;
