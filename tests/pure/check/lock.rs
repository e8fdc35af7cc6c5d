//! The lock: nova's objects as they were released, and what its files keep.

use std::path::{Path, PathBuf};
use support::fixtures;

use versioned_objects::check::{self, Lock, Locks, Refusal, Silence};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, VersionedObject, assert_locked, nova};

#[test]
fn nova_s_objects_are_as_they_were_released() {
    assert_locked!(nova::registry(), "../snapshots/lock");
}

#[test]
fn a_lock_reads_back() {
    for registry in [nova::registry(), fixtures::registry()] {
        for (name, lock) in Locks::of(&registry).iter() {
            let text = lock.to_string();
            let back: Lock = text.parse().unwrap();
            assert_eq!(back.to_string(), text, "{name}");
            let headed: Lock =
                format!("---\nsource: tests/pure/check/lock.rs\n---\n{text}\n").parse().unwrap();
            assert_eq!(headed.to_string(), text, "{name}");
            let schema = registry.schema(name).unwrap();
            assert_eq!(back.schema().fingerprint(), schema.fingerprint(), "{name}");
        }
    }
}

#[test]
fn a_lock_of_the_first_format_is_read() {
    let old: Lock = include_str!("lock_format_1.json").parse().unwrap();
    let text = old.to_string();
    assert_eq!(text.parse::<Lock>().unwrap().to_string(), text);
    support::snapshots("schema").bind(|| insta::assert_snapshot!("lock_of_format_1", text));
}

#[test]
fn what_is_no_lock_says_why() {
    let whole = Lock::of(Released::SCHEMA).to_string();
    let texts = [
        String::new(),
        "---\n---\n[]".to_owned(),
        whole.replace("\"format\": 2", "\"format\": 3"),
        whole.replace("\"format\": 2", "\"form\": 2"),
        whole.replace("\"String\"", "\"Strong\""),
        whole.replace("\"String\"", "{\"kind\": \"List\"}"),
        whole.replace("\"String\"", "{\"kind\": \"Object\"}"),
        whole.replace("\"1.0\"", "\"1\""),
        whole.replace("\"project_namespace\"", "\"name_space\""),
        whole.replace("\"type\"", "\"tipe\""),
    ];
    let errors = texts.map(|text| text.parse::<Lock>().unwrap_err().to_string());
    support::snapshots("errors").bind(|| insta::assert_snapshot!("lock", errors.join("\n")));
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"))]
struct Released {
    serial: Field<String>,
}

/// The same version with something else in it.
#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"))]
struct Broken {
    serial: Field<i64>,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"), unreleased = "1.1")]
struct Draft {
    serial: Field<String>,
    #[field(since = "1.1")]
    cache: Field<String>,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"), unreleased = "1.1")]
struct OtherDraft {
    serial: Field<String>,
    #[field(since = "1.1")]
    cache_mode: Field<i64>,
}

/// A folder with the locks of a registry, as accepted snapshots are.
struct Folder(PathBuf);

impl Folder {
    fn new(test: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }

    /// What a hasty user does: whatever there is to accept is accepted.
    fn accept(&self, registry: &Registry, silences: &[Silence]) -> Result<(), Refusal> {
        for (name, text) in check::locked(registry, &self.0, silences)? {
            std::fs::write(self.0.join(format!("{name}.snap")), format!("---\nsource: x\n---\n{text}\n"))
                .unwrap();
        }
        Ok(())
    }
}

#[track_caller]
fn broken(accepted: Result<(), Refusal>) -> Vec<&'static str> {
    match accepted {
        Err(Refusal::Broken(findings)) => findings.iter().map(|finding| finding.rule.id).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_released_can_not_be_accepted_away() {
    let folder = Folder::new("released");
    folder.accept(&Registry::new().with::<Released>(), &[]).unwrap();
    assert_eq!(broken(folder.accept(&Registry::new().with::<Broken>(), &[])), ["FIELD_TYPE_CHANGED"]);
    assert_eq!(broken(folder.accept(&Registry::new(), &[])), ["OBJECT_REMOVED"]);
    folder.accept(&Registry::new().with::<Released>(), &[]).unwrap();
}

#[test]
fn what_is_unreleased_may_change_until_it_is_released() {
    let folder = Folder::new("unreleased");
    folder.accept(&Registry::new().with::<Draft>(), &[]).unwrap();
    folder.accept(&Registry::new().with::<OtherDraft>(), &[]).unwrap();
    folder.accept(&Registry::new().with::<Released>(), &[]).unwrap();
    assert_eq!(broken(folder.accept(&Registry::new().with::<Broken>(), &[])), ["FIELD_TYPE_CHANGED"]);
}

#[test]
fn a_silenced_break_stays_on_record() {
    let folder = Folder::new("silenced");
    folder.accept(&Registry::new().with::<Released>(), &[]).unwrap();
    let silence = [Silence::new("FIELD_TYPE_CHANGED", "Disk.serial", "nobody has the release")];
    let changed = Registry::new().with::<Broken>();
    folder.accept(&changed, &silence).unwrap();
    // The silence is of use as long as it stands, and not needed once the lock has it.
    folder.accept(&changed, &silence).unwrap();
    folder.accept(&changed, &[]).unwrap();
    let locks = Locks::read(&folder.0).unwrap();
    let exceptions = locks.get("Disk").unwrap().exceptions();
    assert_eq!(exceptions.len(), 1);
    assert_eq!(exceptions[0].reason, "nobody has the release");
    let other = [Silence::new("FIELD_TYPE_CHANGED", "Disk.cache", "nobody has the release")];
    assert_eq!(broken(folder.accept(&changed, &other)), ["SILENCE_UNUSED"]);
}

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct Port {
    number: Field<i64>,
}

#[test]
fn all_objects_whose_locks_differ_are_told_at_once() {
    let folder = Folder::new("all_at_once");
    let registry = Registry::new().with::<Released>().with::<Port>();
    folder.accept(&registry, &[]).unwrap();
    let refused = |registry: &Registry| {
        let locked = std::panic::AssertUnwindSafe(|| assert_locked!(registry, &folder.0));
        let panic = std::panic::catch_unwind(locked).err()?;
        Some(panic.downcast_ref::<String>().unwrap().replace(&folder.0.display().to_string(), "FOLDER"))
    };
    assert_eq!(refused(&registry), None);
    std::fs::remove_file(folder.0.join("Port.snap")).unwrap();
    let registry = Registry::new().with::<Draft>().with::<Port>();
    support::snapshots("errors")
        .bind(|| insta::assert_snapshot!("locks_unaccepted", refused(&registry).unwrap()));
}

macro_rules! converting {
    ($name:ident, $to:path, $from:path) => {
        #[derive(VersionedObject, Clone)]
        #[object(name = "Disk", versions("1.0", "1.1"))]
        struct $name {
            #[field(was(type = String, name = "size", since = "1.1", to_older = $to, from_older = $from))]
            size_mb: Field<i64>,
        }
    };
}

converting!(Converting, to_text, from_text);
converting!(Renamed, functions::size_to_text, functions::size_from_text);

fn to_text(size: &i64) -> Result<String, String> {
    Ok(size.to_string())
}

fn from_text(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

mod functions {
    pub(super) use super::{from_text as size_from_text, to_text as size_to_text};
}

#[test]
fn the_name_of_a_conversion_is_no_part_of_what_was_released() {
    let folder = Folder::new("conversion");
    folder.accept(&Registry::new().with::<Converting>(), &[]).unwrap();
    folder.accept(&Registry::new().with::<Renamed>(), &[]).unwrap();
}

#[derive(VersionedObject, Clone)]
#[object(name = "Disk", versions("1.0", "1.1"), removed(name = "kind", until = "1.1", fill = "none"))]
#[object(unreleased = "1.2")]
struct Grown {
    serial: Field<String>,
}

#[test]
fn a_lock_of_an_earlier_time_has_what_there_was() {
    let lock = Lock::of(Grown::SCHEMA);
    let at = |version: &str| lock.at(version.parse().unwrap()).unwrap();
    let told = |lock: &Lock| {
        let schema = lock.schema();
        let graves: Vec<_> = schema.tombstones.iter().map(|grave| grave.name.to_string()).collect();
        (schema.current().to_string(), schema.unreleased.map(|version| version.to_string()), graves)
    };
    // What a tombstone stands for is missing, since nothing says of what type it was.
    assert_eq!(told(&at("1.1")), ("1.1".to_owned(), None, Vec::new()));
    assert_eq!(told(&at("1.2")), ("1.2".to_owned(), Some("1.2".to_owned()), vec!["kind".to_owned()]));
    assert!(lock.at("1.3".parse().unwrap()).is_none());
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0", "1.1"))]
struct Second {
    serial: Field<String>,
    label: Field<String>,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"))]
struct BrokenTwice {
    serial: Field<i64>,
    label: Field<i64>,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, name = "Disk", versions("1.0"))]
struct Labelled {
    serial: Field<i64>,
    label: Field<String>,
}

#[test]
fn each_silence_is_on_record_once() {
    let folder = Folder::new("silences");
    folder.accept(&Registry::new().with::<Second>(), &[]).unwrap();
    let typed =
        ["Disk.serial", "Disk.label"].map(|place| Silence::new("FIELD_TYPE_CHANGED", place, "nobody has it"));
    let all = [&typed[..], &[Silence::new("VERSION_DECREASED", "Disk", "nobody has it")]].concat();
    folder.accept(&Registry::new().with::<BrokenTwice>(), &all).unwrap();
    // One of them once more.
    folder.accept(&Registry::new().with::<Labelled>(), &typed[1..]).unwrap();
    let locks = Locks::read(&folder.0).unwrap();
    let exceptions = locks.get("Disk").unwrap().exceptions().iter();
    let exceptions: Vec<_> = exceptions.map(|one| format!("{} {}", one.rule, one.place)).collect();
    assert_eq!(
        exceptions,
        ["FIELD_TYPE_CHANGED Disk.label", "FIELD_TYPE_CHANGED Disk.serial", "VERSION_DECREASED Disk"]
    );
}
