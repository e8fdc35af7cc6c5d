use std::collections::BTreeMap;

use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use crate::field::deserialize_counted;
#[cfg(feature = "compact")]
use crate::format::compact::COLUMNS;
use crate::registry::Registry;
use crate::version::Version;

/// Which versions of each object a host reads, and the fingerprints of the newest: what it announces at first contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "what a host reads, an object of versions and fingerprints")]
pub struct Versions {
    #[serde(deserialize_with = "readable")]
    versions: BTreeMap<String, Vec<Version>>,
    #[serde(default, deserialize_with = "texts")]
    fingerprints: BTreeMap<String, String>,
    /// The digests of layouts by name and version, as texts; none from a peer that doesn't read the compact form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "layouts")]
    layouts: BTreeMap<String, BTreeMap<Version, String>>,
    /// The forms of lists that it reads beside rows; none from a peer that knows no other.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "lists")]
    lists: Vec<String>,
    /// The versions that are read by the release that the host may go back to; none from a host that tells of none.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "older")]
    goes_back_to: Option<BTreeMap<String, Vec<Version>>>,
}

impl Versions {
    /// Returns a list without any object.
    pub fn new() -> Self {
        Versions::default()
    }

    /// Returns the versions that a registry reads.
    pub fn of(registry: &Registry) -> Self {
        let mut all: Versions = registry.names().map(|name| (name, registry.versions(name))).collect();
        for name in registry.names() {
            // Of an object that is held to an older version there is no fingerprint.
            let Ok(schema) = registry.schema(name) else { continue };
            if all.get(name).last() == Some(&schema.current()) {
                all.fingerprints.insert(name.to_owned(), schema.fingerprint());
            }
        }
        all
    }

    /// Adds that the host may go back to a release that reads what this registry does.
    pub fn may_go_back_to(mut self, older: &Registry) -> Self {
        let versions = |name: &str| (name.to_owned(), older.versions(name));
        self.goes_back_to = Some(older.names().map(versions).collect());
        self
    }

    /// The versions that the host reads now and after it went back, where it told that it may.
    pub(super) fn before_and_after(&self) -> Option<Versions> {
        let older = self.goes_back_to.as_ref()?;
        let both = |(name, versions): (&String, &Vec<Version>)| {
            let stays = |version: &&Version| older.get(name).is_some_and(|older| older.contains(version));
            (name.clone(), versions.iter().filter(stays).copied().collect())
        };
        Some(Versions { versions: self.versions.iter().map(both).collect(), ..Versions::default() })
    }

    /// Adds the digests of the layouts that the registry reads objects by, so that peers which have the same write
    /// without names, and long lists by column.
    #[cfg(feature = "compact")]
    pub fn with_layouts(mut self, registry: &Registry) -> Self {
        let digests = |digests: &BTreeMap<Version, u64>| {
            digests.iter().map(|(version, digest)| (*version, layout_text(*digest))).collect()
        };
        let layouts = &registry.announced().layouts;
        self.layouts = layouts.iter().map(|(name, layouts)| (name.clone(), digests(layouts))).collect();
        self.lists = vec![COLUMNS.to_owned()];
        self
    }

    /// Whether the host reads lists by column.
    #[cfg(feature = "compact")]
    pub(super) fn reads_columns(&self) -> bool {
        self.lists.iter().any(|form| form == COLUMNS)
    }

    /// Where an object's layout in a version stands among those that were told, where it is that one: the place of the
    /// name, and of the version among the name's.
    #[cfg(feature = "compact")]
    pub(super) fn layout_place(&self, object: &str, version: Version, digest: u64) -> Option<[usize; 2]> {
        let layouts = self.layouts.get(object)?;
        if *layouts.get(&version)? != layout_text(digest) {
            return None;
        }
        let name = self.layouts.keys().take_while(|name| name.as_str() < object).count();
        Some([name, layouts.range(..version).count()])
    }

    /// Adds the fingerprint of an object's newest version: `VERSION-md5`.
    pub fn with_fingerprint(mut self, object: impl Into<String>, fingerprint: impl Into<String>) -> Self {
        self.fingerprints.insert(object.into(), fingerprint.into());
        self
    }

    /// The fingerprint of an object's newest version, where it was told.
    pub fn fingerprint(&self, object: &str) -> Option<&str> {
        self.fingerprints.get(object).map(String::as_str)
    }

    /// The two fingerprints of an object, where they are of one version and differ: a side has another object of
    /// that name, or changed it without a new version.
    pub(super) fn differing(&self, theirs: &Versions, object: &str) -> Option<[String; 2]> {
        let (ours, theirs) = (self.fingerprint(object)?, theirs.fingerprint(object)?);
        let (our_version, _) = ours.split_once('-')?;
        let (their_version, _) = theirs.split_once('-')?;
        (our_version == their_version && ours != theirs).then(|| [ours.to_owned(), theirs.to_owned()])
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
        Versions { versions, ..Versions::default() }
    }
}

#[cfg(feature = "compact")]
fn layout_text(digest: u64) -> String {
    format!("{digest:016x}")
}

/// Of a release that is told otherwise nothing is known here.
fn older<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<BTreeMap<String, Vec<Version>>>, D::Error> {
    let value = deserialize_counted(deserializer)?;
    Ok(readable(value).ok())
}

/// A form that is told otherwise isn't known here.
fn lists<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let value = deserialize_counted(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
}

/// Of what isn't as it is told here nothing can be agreed on, so none is told at all.
fn layouts<'de, D: serde::Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, BTreeMap<Version, String>>, D::Error> {
    let value = deserialize_counted(deserializer)?;
    Ok(serde_json::from_value(value).unwrap_or_default())
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

/// Passes over a value that isn't text, since it can't be compared.
fn texts<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, String>, D::Error> {
    let values = deserialize_counted(deserializer)?;
    let values = values.as_object().ok_or_else(|| D::Error::custom("fingerprints are an object of texts"))?;
    let text =
        |(name, value): (&String, &serde_json::Value)| Some((name.clone(), value.as_str()?.to_owned()));
    Ok(values.iter().filter_map(text).collect())
}
