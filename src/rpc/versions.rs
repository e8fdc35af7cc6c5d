use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::registry::Registry;
use crate::version::Version;

/// Which versions of each object a host reads: what it announces at first contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    #[serde(deserialize_with = "readable")]
    versions: BTreeMap<String, Vec<Version>>,
}

impl Versions {
    /// None.
    pub fn new() -> Self {
        Versions::default()
    }

    /// What a registry reads.
    pub fn of(registry: &Registry) -> Self {
        registry.names().map(|name| (name, registry.versions(name))).collect()
    }

    /// The versions of an object, oldest first; none, of one that isn't known.
    pub fn get(&self, object: &str) -> &[Version] {
        self.versions.get(object).map_or(&[], Vec::as_slice)
    }

    /// The objects and their versions, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[Version])> {
        self.versions.iter().map(|(name, versions)| (name.as_str(), versions.as_slice()))
    }
}

impl<N: Into<String>, V: AsRef<[Version]>> FromIterator<(N, V)> for Versions {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let sorted = |versions: V| {
            let mut versions: Vec<Version> = versions.as_ref().to_vec();
            versions.sort_unstable();
            versions.dedup();
            versions
        };
        let versions = pairs.into_iter().map(|(name, versions)| (name.into(), sorted(versions))).collect();
        Versions { versions }
    }
}

/// A version that has no meaning here can't be one that both know, so it is passed over.
fn readable<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, Vec<Version>>, D::Error> {
    let texts = BTreeMap::<String, Vec<String>>::deserialize(deserializer)?;
    let parse = |texts: Vec<String>| texts.iter().filter_map(|text| text.parse().ok()).collect::<Vec<_>>();
    let versions: Versions = texts.into_iter().map(|(name, texts)| (name, parse(texts))).collect();
    Ok(versions.versions)
}
