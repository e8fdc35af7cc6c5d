//! Calls of an upgrade, each between services of a release.

use std::fmt;

use super::called::Called;
use super::reach::Message;
use crate::check::lock::Locks;

/// A call between two services, each of the old or the new release, and what goes out in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The service that calls.
    pub from: String,
    /// Whether it runs the new release.
    pub from_new: bool,
    /// The service that is called.
    pub to: String,
    /// Whether that one runs the new release.
    pub to_new: bool,
    /// The name of the method, for people.
    pub method: String,
    /// The objects among the arguments.
    pub takes: Vec<SpokenObject>,
    /// Why it isn't understood; nothing, where it is.
    pub failure: Option<String>,
}

/// An object on its way from one service to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenObject {
    /// Its name, and the version that it goes out in.
    pub label: String,
    /// The fields that the writer knows and this version lacks.
    pub without: Vec<String>,
}

impl Spoken {
    pub(super) fn new(
        call: &Called,
        releases: [&Locks; 2],
        [from_new, to_new]: [bool; 2],
        failure: Option<String>,
    ) -> Self {
        let of = |is_new: bool| if is_new { releases[1] } else { releases[0] };
        let (writer, reader) = (of(from_new), of(to_new));
        let message = Message { writer, reader, pin: releases[0], speech: call.speaks };
        let takes = call.takes.iter().filter(|name| writer.get(name).is_some()).map(|name| {
            let (label, without) = message.said(name);
            SpokenObject { label, without }
        });
        Spoken {
            from: call.from.clone(),
            from_new,
            to: call.to.clone(),
            to_new,
            method: call.method.clone(),
            takes: takes.collect(),
            failure,
        }
    }
}

impl fmt::Display for Spoken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = |is_new: bool| if is_new { "new" } else { "old" };
        let method = if self.method.is_empty() { String::new() } else { format!(" {}", self.method) };
        write!(f, "{} ({}) ->{method} {} ({})", self.from, word(self.from_new), self.to, word(self.to_new))?;
        match &self.failure {
            Some(failure) => write!(f, ": {failure}"),
            None => Ok(()),
        }
    }
}
