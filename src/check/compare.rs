//! Comparing what there is with what was locked.

use std::fmt;
use std::path::{Path, PathBuf};

use super::change::Comparison;
use super::finding::{ChangeRule, Finding, GivesWay, Hit, Silence, object_of};
use super::lock::{LockError, Locks};
use super::misfits::{Misfit, misfits};
use super::rules::{RULES, silence_unused};
use crate::registry::Registry;

/// Compares the locks with the code, and finds changes that break hosts of released versions: one finding for each
/// change, that of the rule that says it most precisely. A silence that hits nothing is a finding too.
pub fn compare(old: &Locks, new: &Locks, silences: &[Silence]) -> Vec<Finding> {
    sorted_out(old, new, silences).0
}

/// Findings to tell, and the silences that kept others from being told.
fn sorted_out<'s>(old: &Locks, new: &Locks, silences: &'s [Silence]) -> (Vec<Finding>, Vec<&'s Silence>) {
    let (old, new) = (&old.listed(), &new.listed());
    let comparison = Comparison::new(old, new);
    let hits: Vec<(&'static ChangeRule, Hit)> = RULES
        .iter()
        .flat_map(|rule| (rule.find)(&comparison).into_iter().map(move |hit| (*rule, hit)))
        .collect();
    let told = hits.iter().filter(|(rule, hit)| !hits.iter().any(|other| is_said_by(rule, hit, other)));
    let (mut findings, mut used) = (Vec::new(), Vec::new());
    for (rule, hit) in told {
        let Some(place) = hit.places.first() else { continue };
        match silences.iter().find(|silence| silence.hits(rule.id, place)) {
            Some(silence) => used.push(silence),
            None => findings.push(Finding {
                rule,
                place: place.clone(),
                versions: hit.versions.clone(),
                what: hit.what.clone(),
            }),
        }
    }
    let on_record = |silence: &Silence| {
        let exceptions = old.get(silence.object()).map(|lock| lock.exceptions()).unwrap_or_default();
        exceptions.iter().any(|exception| silence.hits(&exception.rule, &exception.place))
    };
    let unused = silences.iter().filter(|silence| !used.contains(silence) && !on_record(silence));
    findings.extend(unused.map(silence_unused::finding));
    findings.sort_by(|a, b| (&a.place, a.rule.id).cmp(&(&b.place, b.rule.id)));
    (findings, used)
}

/// Whether another rule says the same more precisely.
fn is_said_by(rule: &ChangeRule, hit: &Hit, (other, more): &(&'static ChangeRule, Hit)) -> bool {
    match rule.gives_way {
        GivesWay::To(ids) => {
            ids.contains(&other.id) && hit.places.iter().any(|place| more.places.contains(place))
        }
        GivesWay::ToAll => {
            let object = |hit: &Hit| hit.places.first().map(|place| object_of(place).to_owned());
            other.id != rule.id && object(hit) == object(more)
        }
    }
}

/// Why a lock can't be renewed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Refusal {
    /// A lock can't be read.
    Unreadable(LockError),
    /// Changes of released versions, which break hosts.
    Broken(Vec<Finding>),
    /// Literals that their fields can't hold.
    Unfit(Vec<Misfit>),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Unreadable(error) => error.fmt(f),
            Refusal::Broken(findings) => {
                writeln!(f, "the code breaks what was released:")?;
                findings.iter().try_for_each(|finding| write!(f, "\n{finding}\n"))
            }
            Refusal::Unfit(misfits) => {
                write!(f, "literals stand where they can't be values:")?;
                misfits.iter().try_for_each(|misfit| write!(f, "\n{misfit}"))
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// The objects whose locks aren't as they were accepted.
#[derive(Clone, Debug)]
pub struct Unaccepted {
    folder: PathBuf,
    names: Vec<String>,
}

impl Unaccepted {
    /// These objects, whose locks lie in that folder.
    pub fn new(folder: &Path, names: Vec<String>) -> Self {
        Unaccepted { folder: folder.to_owned(), names }
    }
}

impl fmt::Display for Unaccepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, names, folder) = (self.names.len(), self.names.join(", "), self.folder.display());
        let locks = if count == 1 { "lock isn't" } else { "locks aren't" };
        write!(
            f,
            "{count} {locks} as accepted: {names}\n\
             nothing that was released is broken; look at each `.snap.new` in {folder} and accept it:\n  \
             cargo insta review\n\
             or accept all of them by running the test again with INSTA_UPDATE=always"
        )
    }
}

/// The texts of the locks as they should stand in the folder, by object: what `assert_locked!` hands to
/// `insta`.
///
/// # Errors
/// Where the code breaks what the folder's locks have as released, so that there is nothing to accept, and where a
/// literal of its schemas is none that the field can hold.
pub fn locked(
    registry: &Registry,
    folder: &Path,
    silences: &[Silence],
) -> Result<Vec<(String, String)>, Refusal> {
    let old = Locks::read(folder).map_err(Refusal::Unreadable)?;
    let mut new = Locks::of(registry);
    let (findings, used) = sorted_out(&old, &new, silences);
    if !findings.is_empty() {
        return Err(Refusal::Broken(findings));
    }
    let misfits = misfits(registry);
    if !misfits.is_empty() {
        return Err(Refusal::Unfit(misfits));
    }
    for (name, lock) in new.iter_mut() {
        lock.except(old.get(name).map(|lock| lock.exceptions().to_vec()).unwrap_or_default());
        lock.except(
            used.iter().filter(|silence| silence.object() == name).map(|silence| silence.exception()),
        );
    }
    Ok(new.iter().map(|(name, lock)| (name.to_owned(), lock.to_string())).collect())
}

/// Holds a registry's objects to what was released of them: in a test of the crate that has the objects.
///
/// Each object's schema, with all of its versions, stands as a snapshot of `insta` in a folder beside the
/// crate's manifest. A new object, a new version, and whatever is in the unreleased one changes the snapshot,
/// to be looked at and accepted. What breaks a released version is told before `insta` sees it, by the rule that
/// it breaks and with what to do, so it can't be accepted, unless it is silenced with a reason.
///
/// It takes the feature `check`, and `insta = "1"` among the crate's own dev-dependencies.
///
/// ```ignore
/// versioned_objects::assert_locked!(objects::registry(), "snapshots/lock");
/// ```
///
/// and with a silence:
///
/// ```ignore
/// use versioned_objects::check::Silence;
///
/// versioned_objects::assert_locked!(
///     objects::registry(),
///     "snapshots/lock",
///     [Silence::new("FIELD_DEFAULT_CHANGED", "Disk.bus", "no release ever left it out")]
/// );
/// ```
#[macro_export]
macro_rules! assert_locked {
    ($registry:expr, $folder:expr $(,)?) => {
        $crate::assert_locked!($registry, $folder, [])
    };
    ($registry:expr, $folder:expr, $silences:expr $(,)?) => {{
        let folder = ::std::path::Path::new(::std::env!("CARGO_MANIFEST_DIR")).join($folder);
        let texts = match $crate::check::locked(&$registry, &folder, &$silences) {
            ::std::result::Result::Ok(texts) => texts,
            ::std::result::Result::Err(refusal) => ::std::panic!("{refusal}"),
        };
        let mut settings = ::insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let mut unaccepted = ::std::vec::Vec::new();
        for (name, text) in texts {
            // `insta` ends the test at the first difference, and all are to be told at once.
            let same = ::std::panic::AssertUnwindSafe(|| {
                settings.bind(|| ::insta::assert_snapshot!(::std::primitive::str::to_owned(&name), text));
            });
            if ::std::panic::catch_unwind(same).is_err() {
                unaccepted.push(name);
            }
        }
        if !unaccepted.is_empty() {
            ::std::panic!("{}", $crate::check::Unaccepted::new(&folder, unaccepted));
        }
    }};
}
