use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Version;

/// Which version of each object a peer reads, by the object's name (the reference's `version_manifest`).
///
/// ```
/// use versioned_objects::{Manifest, Version};
///
/// let manifest: Manifest = [("Migration", Version::new(1, 4))].into_iter().collect();
/// assert_eq!(manifest.get("Migration"), Some(Version::new(1, 4)));
/// assert_eq!(manifest.get("Flavor"), None);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Manifest {
    versions: BTreeMap<String, Version>,
}

impl Manifest {
    /// A manifest that names no object.
    pub const fn new() -> Self {
        Manifest { versions: BTreeMap::new() }
    }

    /// The version of the object of that name.
    pub fn get(&self, name: &str) -> Option<Version> {
        self.versions.get(name).copied()
    }

    /// Names an object's version, and gives back the one that stood there.
    pub fn insert(&mut self, name: impl Into<String>, version: Version) -> Option<Version> {
        self.versions.insert(name.into(), version)
    }

    /// Whether no object is named.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// The objects and their versions, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Version)> {
        self.versions.iter().map(|(name, version)| (name.as_str(), *version))
    }
}

impl<N: Into<String>> FromIterator<(N, Version)> for Manifest {
    fn from_iter<I: IntoIterator<Item = (N, Version)>>(pairs: I) -> Self {
        Manifest { versions: pairs.into_iter().map(|(name, version)| (name.into(), version)).collect() }
    }
}
