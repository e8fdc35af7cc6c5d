//! Ways to go wrong.

use std::fmt;

/// Ways in which a fleet goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// A host gets an object in a version that it can't read, or in a form that isn't that of the version.
    Unreadable,
    /// A value is gone, and nobody was told.
    Lost,
    /// A value is read back as another one, or two hosts read different ones of the same bytes.
    Differs,
    /// An object isn't sent, though both hosts know it and no rule refuses it.
    Refused,
    /// An operation of the user's fails.
    Operation,
    /// An invariant of the user's doesn't hold.
    Invariant,
    /// Something panics, outside the methods of a server.
    Panicked,
    /// Something waits and is never woken.
    Hangs,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Unreadable => "a host gets what it can't read",
            Fault::Lost => "a value is lost, and nobody was told",
            Fault::Differs => "a value is read back as another",
            Fault::Refused => "an object can't be sent, and no rule refuses it",
            Fault::Operation => "an operation fails",
            Fault::Invariant => "an invariant doesn't hold",
            Fault::Panicked => "something panics",
            Fault::Hangs => "something waits for ever",
        })
    }
}
