use std::fmt;

use crate::version::{Arriving, Version};

/// The version that an object arrived in; none, for one that was made here.
///
/// An object that has one goes out in that version again, unless its writer names another: a host in the
/// middle of a fleet answers in the language that it was asked in.
#[derive(Clone, Default)]
pub struct Origin(Option<Arriving>);

impl Origin {
    /// Returns the origin of an object that was made here.
    pub const fn none() -> Self {
        Origin(None)
    }

    /// The version, where the object arrived.
    pub fn version(&self) -> Option<Version> {
        self.0.as_ref().map(Arriving::version)
    }

    /// The version as the peer wrote it.
    pub fn arriving(&self) -> Option<&Arriving> {
        self.0.as_ref()
    }

    /// The object goes out in its current version from here on.
    pub fn forget(&mut self) {
        self.0 = None;
    }
}

impl From<Arriving> for Origin {
    fn from(version: Arriving) -> Self {
        Origin(Some(version))
    }
}

impl From<Version> for Origin {
    fn from(version: Version) -> Self {
        Origin(Some(version.into()))
    }
}

impl PartialEq for Origin {
    /// Where an object came from is no part of its value, so all are equal.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Origin {}

impl fmt::Debug for Origin {
    /// The version as the peer wrote it: `Origin(1.3)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(version) => write!(f, "Origin({version})"),
            None => f.write_str("Origin(none)"),
        }
    }
}
