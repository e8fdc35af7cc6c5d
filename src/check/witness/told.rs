//! A witness, and why there may be none.

use std::fmt;

use serde::Serialize;

use crate::version::Version;

/// A message, or a call, between hosts of two releases, that shows what a change breaks.
///
/// It is made by running both schemas as objects without Rust types: one host writes, the other reads and answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Witness {
    /// The name of the object that is sent.
    pub object: String,
    /// The version that is written for.
    pub version: Version,
    /// The host that sends it.
    pub writer: Host,
    /// Kind of what is sent.
    pub act: Act,
    /// The text that is sent: a message's bytes, which are JSON, or a call.
    pub sent: String,
    /// The host that answers it.
    pub reader: Host,
    /// Whether the answer is a refusal.
    pub refused: bool,
    /// The answer: the reason of a refusal, or the message that the reader makes of what it got.
    pub answer: String,
    /// The answer of a host of the released version, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

/// Hosts of the two releases that are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Host {
    /// A host of what was released.
    Released,
    /// A host of what there is now.
    Here,
}

/// Kinds of what a host does, so that the other has something to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Act {
    /// It writes an object.
    Write,
    /// It writes an object, and the other goes by the names of fields alone, as the reference's readers do.
    Names,
    /// It calls a method of an object.
    Call,
    /// It makes an object and sets its defaults.
    Default,
    /// It sets a field a second time.
    Set,
    /// It tells the fingerprint of an object, of which the text is shown that is hashed.
    Fingerprint,
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Host::Released => "released",
            Host::Here => "here",
        })
    }
}

impl Act {
    fn verb(self) -> &'static str {
        match self {
            Act::Write | Act::Names => "writes",
            Act::Call => "calls",
            Act::Default => "makes",
            Act::Set => "sets",
            Act::Fingerprint => "hashes",
        }
    }
}

impl fmt::Display for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Witness { object, version, writer, act, sent, reader, refused, answer, expected } = self;
        writeln!(f, "witness: {object} {version}")?;
        writeln!(f, "  {:<18} {sent}", format!("{writer} {}", act.verb()))?;
        let verb = match (act, refused) {
            (Act::Names, _) => "takes it for",
            (_, true) => "refuses",
            (_, false) => "answers",
        };
        write!(f, "  {:<18} {answer}", format!("{reader} {verb}"))?;
        match expected {
            Some(expected) if expected != sent => write!(f, "\n  {:<18} {expected}", "released answers"),
            _ => Ok(()),
        }
    }
}

/// Why a finding has no witness.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unshown {
    /// A Rust function does what changed, which no schema runs: its place and its name.
    Function(String, String),
    /// Nothing that one host sends to the other shows it.
    Nothing,
    /// No message differs before the next release.
    Promise,
}

impl fmt::Display for Unshown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unshown::Function(place, name) => {
                write!(f, "no witness: {place} goes by `{name}`, a Rust function, which no schema runs")
            }
            Unshown::Nothing => f.write_str("no witness: no message shows it"),
            Unshown::Promise => f.write_str("no witness: no message differs before the next release"),
        }
    }
}
