use std::collections::BTreeMap;
use std::sync::Arc;

use super::compact::Terms;
use super::{CallError, NoCommonVersion, Sent, Versions};
use crate::error::{Error, ErrorKind};
use crate::registry::Registry;
use crate::version::{Manifest, Target, Version};

/// An agreement with a peer: the version in which each object is written.
///
/// ```
/// use versioned_objects::Version;
/// use versioned_objects::rpc::{Agreement, Versions};
///
/// let [v0, v1] = [Version::new(0, 1), Version::new(1, 0)];
/// let ours: Versions = [("XenapiLiveMigrateData", vec![v0, v1]), ("Migration", vec![v1])].into_iter().collect();
/// let theirs: Versions = [("XenapiLiveMigrateData", vec![v0])].into_iter().collect();
///
/// let agreement = Agreement::between(&ours, &theirs);
/// assert_eq!(agreement.version("XenapiLiveMigrateData"), Ok(v0));
/// assert_eq!(
///     agreement.version("Migration").unwrap_err().to_string(),
///     "no common version of Migration: this host reads 1.0, the peer reads none",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Agreement {
    pub(super) manifest: Manifest,
    pub(super) refusals: BTreeMap<String, NoCommonVersion>,
    pub(super) source: Source,
    /// Whether objects inside others go by their parents' relationships, and not by the manifest.
    pub(super) is_pin: bool,
    /// Terms of the compact form, where they are agreed; names go out where they aren't.
    pub(super) terms: Option<Arc<Terms>>,
    /// The agreement for casts, where it's another.
    pub(super) casts: Option<Arc<Agreement>>,
}

/// Two are equal where they name the same versions.
impl PartialEq for Agreement {
    fn eq(&self, other: &Self) -> bool {
        (&self.manifest, &self.refusals, self.source) == (&other.manifest, &other.refusals, other.source)
    }
}

/// Where the knowledge of a peer comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    /// It announced what it reads, or an operator said so.
    Announced,
    /// It announced nothing, but complained of what it was sent.
    Told,
    /// Nothing is known of it, and this host is itself held to older versions.
    Held,
    /// Nothing is known of it.
    None,
}

impl Agreement {
    /// The greatest version of each object that both sides know. It doesn't matter who asks whom.
    pub fn between(ours: &Versions, theirs: &Versions) -> Self {
        let mut agreement = Agreement {
            manifest: Manifest::new(),
            refusals: BTreeMap::new(),
            source: Source::Announced,
            is_pin: false,
            terms: None,
            casts: theirs.before_and_after().map(|both| Arc::new(Agreement::between(ours, &both))),
        };
        for (object, _) in ours.iter().chain(theirs.iter()) {
            let fingerprints = ours.differing(theirs, object);
            let (ours, theirs) = (ours.get(object), theirs.get(object));
            let common = ours.iter().filter(|version| theirs.contains(version)).max();
            match common.filter(|_| fingerprints.is_none()) {
                Some(common) => {
                    agreement.manifest.insert(object, *common);
                }
                None => {
                    let (name, ours, theirs) = (object.to_owned(), ours.to_vec(), theirs.to_vec());
                    let refusal = NoCommonVersion { object: name.clone(), ours, theirs, fingerprints };
                    agreement.refusals.insert(name, refusal);
                }
            }
        }
        agreement
    }

    /// With a peer that announces nothing.
    pub(super) fn unknown(registry: &Registry) -> Self {
        let source = if registry.is_held() { Source::Held } else { Source::None };
        Agreement {
            manifest: registry.manifest().clone(),
            refusals: BTreeMap::new(),
            source,
            is_pin: false,
            terms: None,
            casts: None,
        }
    }

    /// The agreement with the version of an object that the peer says it supports.
    pub(super) fn corrected(&self, object: &str, supported: Version) -> Self {
        let mut corrected = Agreement { terms: None, casts: None, ..self.clone() };
        if corrected.source != Source::Announced {
            corrected.source = Source::Told;
        }
        corrected.refusals.remove(object);
        corrected.manifest.insert(object, supported);
        corrected
    }

    /// Whether anything is known of what the peer reads. Objects go to it in their own version otherwise.
    pub fn is_known(&self) -> bool {
        matches!(self.source, Source::Announced | Source::Told)
    }

    /// The version that an object is written in; this host's newest, for a peer of which nothing is known.
    ///
    /// # Errors
    /// Where there is none that both know.
    pub fn version(&self, object: &str) -> Result<Version, NoCommonVersion> {
        if let Some(version) = self.manifest.get(object) {
            return Ok(version);
        }
        Err(self.refusals.get(object).cloned().unwrap_or_else(|| NoCommonVersion {
            object: object.to_owned(),
            ours: Vec::new(),
            theirs: Vec::new(),
            fingerprints: None,
        }))
    }

    /// The agreement by which objects are cast to the peer, which nobody answers: where the peer told that it may go back
    /// to an older release, it names versions that both of its releases read, and where it refused objects and announces nothing, those that
    /// it said it supports, however long ago.
    pub fn for_casts(&self) -> &Agreement {
        self.casts.as_deref().unwrap_or(self)
    }

    /// The versions of all objects that both know.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The objects that can't be sent.
    pub fn refusals(&self) -> impl Iterator<Item = &NoCommonVersion> {
        self.refusals.values()
    }

    /// Returns the target to write for.
    pub fn target(&self) -> Target<'_> {
        match self.source {
            Source::None => Target::Own,
            _ if self.is_pin => Target::Pin(&self.manifest),
            _ => Target::Manifest(&self.manifest),
        }
    }

    /// Nothing may go out that the peer is known not to read: an object inside another that the manifest
    /// doesn't name, or that isn't converted, goes as it is.
    pub(super) fn check(&self, sent: &[Sent]) -> Result<(), CallError> {
        // Of a pin without a manifest the operator says that all hosts get along with what is inside.
        if !self.is_known() || self.is_pin {
            return Ok(());
        }
        for (object, version) in sent.iter().flat_map(|sent| &sent.within) {
            let agreed = self.version(object)?;
            if version.parse::<Version>().is_ok_and(|version| version > agreed) {
                let reason =
                    format_args!("{object} goes out in version {version}, and the peer reads {agreed}");
                return Err(Error::refused(reason).of(object).into());
            }
        }
        Ok(())
    }

    /// Obstacle to writing for the peer.
    pub(super) fn refusal(&self, error: Error) -> CallError {
        let unnamed = error.object().filter(|_| error.kind() == ErrorKind::InvalidTargetVersion);
        match unnamed.map(|object| self.version(object)) {
            Some(Err(refusal)) => refusal.into(),
            _ => error.into(),
        }
    }
}
