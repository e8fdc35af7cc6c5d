//! Calls between services, as a file says them.

use std::fmt;

use serde::Deserialize;

/// A method of a service that another one calls.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a call, an object of from, to, method, takes, gives and speaks")]
pub struct Called {
    /// The service that calls.
    pub from: String,
    /// The service that is called. Where it's the same one, its hosts call each other.
    pub to: String,
    /// The name of the method, for people.
    #[serde(default)]
    pub method: String,
    /// The objects among its arguments.
    #[serde(default)]
    pub takes: Vec<String>,
    /// The objects in its result that are made by the service that is called, or by one behind it. Who asks its peer also
    /// tells what it reads, and gets them so; others get them in the callee's newest version. One that came goes back in
    /// the version that it came in.
    #[serde(default)]
    pub gives: Vec<String>,
    /// How the caller settles on versions.
    #[serde(default)]
    pub speaks: Speech,
    /// In which release the caller calls it.
    #[serde(default)]
    pub called: When,
    /// In which release the other service has it.
    #[serde(default)]
    pub served: When,
}

/// Ways in which a caller settles on the versions that it writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speech {
    /// It asks the peer, and writes the greatest version that both know.
    #[default]
    Asked,
    /// It writes its own newest version.
    Own,
    /// It writes what the old release had, until all are upgraded.
    Pinned,
}

/// Releases in which something is so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// In both of the releases.
    #[default]
    Always,
    /// In the old one alone.
    Old,
    /// From the new one on.
    New,
}

impl When {
    pub(super) fn is_in(self, is_new: bool) -> bool {
        match self {
            When::Always => true,
            When::Old => !is_new,
            When::New => is_new,
        }
    }
}

/// A call graph that can't be read.
#[derive(Debug)]
pub struct GraphError(pub(super) String);

impl fmt::Display for GraphError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GraphError {}
