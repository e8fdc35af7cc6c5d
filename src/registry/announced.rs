//! The layouts that a registry reads, as a host tells them to others.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Registry;
use crate::format::compact::Layouts;
use crate::version::{Manifest, Version};

/// As many sets of layouts are kept as peers of a few releases ask for; then it begins anew.
const MOST_KEPT: usize = 64;

/// The layouts of all versions that are read, made once.
#[derive(Debug, Default)]
pub(crate) struct Announced {
    /// By name, and of each name by version.
    pub(crate) layouts: BTreeMap<String, BTreeMap<Version, u64>>,
    /// Those that messages named, by what they said of them.
    opened: Mutex<BTreeMap<Vec<u8>, Arc<Layouts>>>,
}

impl Announced {
    /// The object at that place and its version at the other, as they are told.
    pub(crate) fn at(&self, [name, version]: [usize; 2]) -> Option<(&str, Version)> {
        let (name, versions) = self.layouts.iter().nth(name)?;
        versions.keys().nth(version).map(|version| (name.as_str(), *version))
    }

    /// The layouts that those bytes stood for in a message that was read.
    pub(crate) fn opened(&self, said: &[u8]) -> Option<Arc<Layouts>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(said).cloned()
    }

    /// Keeps the layouts of a message that was read: bytes that are refused leave nothing behind.
    pub(crate) fn keep(&self, said: &[u8], layouts: &Arc<Layouts>) {
        let mut kept = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.contains_key(said) {
            return;
        }
        if kept.len() >= MOST_KEPT {
            kept.clear();
        }
        kept.insert(said.to_owned(), Arc::clone(layouts));
    }
}

impl Registry {
    /// The layouts of all versions that are read here.
    pub(crate) fn announced(&self) -> &Announced {
        self.announced.get_or_init(|| {
            let layout = |name: &str, version| self.schemas(name).find_map(|schema| schema.layout(version));
            let of = |name: &str| {
                let versions = self.versions(name).into_iter();
                versions.filter_map(|version| Some((version, layout(name, version)?))).collect()
            };
            let layouts = self.names().map(|name| (name.to_owned(), of(name))).collect();
            Arc::new(Announced { layouts, ..Announced::default() })
        })
    }

    /// The layouts of those objects in those versions, and whether lists of them go by column.
    pub(crate) fn opened(&self, said: &[u8], manifest: &Manifest, is_columnar: bool) -> Arc<Layouts> {
        self.announced().opened(said).unwrap_or_else(|| {
            let layouts = self.layouts(manifest);
            Arc::new(if is_columnar { layouts.columnar() } else { layouts })
        })
    }
}
