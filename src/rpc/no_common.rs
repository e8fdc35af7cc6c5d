use std::fmt;

use super::Failure;
use crate::shortened::Plain;
use crate::version::Version;

/// An object of which no version is read on both sides, or that isn't the same on both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCommonVersion {
    /// The name of the object.
    pub object: String,
    /// The versions that this host reads; none, where it doesn't know the object.
    pub ours: Vec<Version>,
    /// The versions that the peer reads, likewise.
    pub theirs: Vec<Version>,
    /// This host's fingerprint and the peer's, where they are of one version and differ: it isn't the same object.
    pub fingerprints: Option<[String; 2]>,
}

impl NoCommonVersion {
    /// Not an `IncompatibleObjectVersion`: a sender that gets that would write again.
    pub(super) fn into_failure(self) -> Failure {
        let reason = self.to_string();
        let message = format!("Object action negotiate failed because: {reason}");
        Failure::new("oslo_versionedobjects.exception", "ObjectActionError", message)
            .with("action", "negotiate")
            .with("reason", reason)
            .with("code", 500)
    }
}

impl fmt::Display for NoCommonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |versions: &[Version]| {
            let texts: Vec<String> = versions.iter().map(Version::to_string).collect();
            if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
        };
        let object = Plain(&self.object);
        if let Some([ours, theirs]) = &self.fingerprints {
            let (ours, theirs) = (Plain(ours), Plain(theirs));
            return write!(
                f,
                "not the same {object}: this host's fingerprint is {ours}, the peer's {theirs}"
            );
        }
        let (ours, theirs) = (list(&self.ours), list(&self.theirs));
        write!(f, "no common version of {object}: this host reads {ours}, the peer reads {theirs}")
    }
}

impl std::error::Error for NoCommonVersion {}
