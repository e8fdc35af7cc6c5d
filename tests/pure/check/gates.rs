//! Whether the golden messages and the laws notice when a gate is missing.

use std::convert::Infallible;
use support::fixtures;

use versioned_objects::check::{self, Golden};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, Manifest, VersionedObject, nova};

/// The lines of a snapshot.
fn lines(name: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("../snapshots/wire/nova_{name}.snap")).unwrap();
    let (_, body) = text.trim_start_matches("---").split_once("\n---\n").unwrap();
    body.lines().map(str::to_owned).collect()
}

/// Nova's messages as they stand in the snapshots: each object in each of its versions, the newest of which has
/// all.
fn goldens(registry: &Registry) -> Vec<Golden> {
    let mut goldens = Vec::new();
    for name in registry.names() {
        let lines = lines(name);
        let versions = registry.versions(name);
        assert_eq!(lines.len(), versions.len(), "{name}");
        for (version, expected) in versions.into_iter().zip(&lines) {
            let mut manifest: Manifest = registry.manifest().clone();
            manifest.insert(name, version);
            let object = lines.last().unwrap().clone();
            goldens.push(Golden { object, manifest, expected: expected.clone() });
        }
    }
    goldens
}

#[test]
fn the_gates_of_nova_s_objects_are_missed_where_they_are_gone() {
    let registry = nova::registry();
    let goldens = goldens(&registry);
    let refusals = |registry: &Registry| -> Result<(), String> {
        for field in ["vtpm_secret_uuid", "vtpm_secret_value"] {
            let object = format!(
                r#"{{"nova_object.name": "LibvirtLiveMigrateData", "nova_object.namespace": "nova",
                "nova_object.version": "1.14", "nova_object.data": {{"{field}": null}}}}"#
            );
            let manifest = [("LibvirtLiveMigrateData", "1.13".parse().unwrap())].into_iter().collect();
            let golden = Golden { object, manifest, expected: "null".to_owned() };
            let error = golden.check(registry).unwrap_err();
            if !error.contains("can't carry it") {
                return Err(error);
            }
        }
        Ok(())
    };
    let gates = check::gates(&registry, 1, |mutant| {
        goldens.iter().try_for_each(|golden| golden.check(mutant))?;
        refusals(mutant)
    });
    let gates = gates.unwrap_or_else(|error| panic!("{error}"));
    let since = registry.names().flat_map(|name| registry.schema(name).unwrap().fields.iter());
    let count = since.map(|field| usize::from(field.since.is_some()) + field.rules.len()).sum::<usize>();
    assert_eq!(gates.deleted.len(), count);
    assert!(gates.left_out.is_empty());
    // The refusal comes first, so whether an older version has the field makes no difference to what is written.
    let told: Vec<String> = gates.unmissed.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "LibvirtLiveMigrateData.vtpm_secret_uuid: since 1.14",
            "LibvirtLiveMigrateData.vtpm_secret_value: since 1.14",
        ]
    );
}

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct Disk {
    serial: Field<String>,
    #[field(since = "1.1")]
    cache: Field<String>,
    #[field(fill(value = "vda", before = "1.1"))]
    device: Field<String>,
}

#[test]
fn a_gate_that_no_test_misses_is_told_by_its_name() {
    let registry = Registry::new().with::<Disk>();
    let gates = check::gates(&registry, 4, |_| Ok::<(), Infallible>(())).unwrap();
    let told: Vec<String> = gates.unmissed.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["Disk.cache: since 1.1", "Disk.device: fill before 1.1"]);

    let text = |version: &str, data: &str| {
        format!(
            r#"{{"versioned_object.name": "Disk", "versioned_object.namespace": "versionedobjects",
            "versioned_object.version": "{version}", "versioned_object.data": {data}}}"#
        )
    };
    let golden = Golden {
        object: text("1.1", r#"{"cache": "none"}"#),
        manifest: [("Disk", "1.0".parse().unwrap())].into_iter().collect(),
        expected: text("1.0", r#"{"device": "vda"}"#),
    };
    let gates = check::gates(&registry, 4, |mutant| golden.check(mutant)).unwrap();
    assert_eq!(gates.unmissed, []);
    assert_eq!(gates.deleted.len(), 2);

    let wrong = Golden { expected: text("1.0", "{}"), ..golden };
    assert!(check::gates(&registry, 4, |mutant| wrong.check(mutant)).unwrap_err().starts_with("expected"));
}

#[test]
fn what_a_function_rules_is_left_out() {
    let registry = Registry::new().with::<fixtures::Span>().with::<fixtures::Port>();
    let gates = check::gates(&registry, 1, |_| Ok::<(), Infallible>(())).unwrap();
    let told: Vec<String> = gates.left_out.iter().map(ToString::to_string).collect();
    assert_eq!(told, ["Span: Self::make_older", "Span: Self::check"]);
}

/// Two gates of one field, rows of a child, and fields that are gone.
#[derive(VersionedObject, Clone, Default)]
#[object(coerce, versions("1.0..=1.2"), removed(name = "old", until = "1.0", fill = "b"))]
#[object(removed(name = "first", until = "1.1", first(from = "ports")))]
struct Host {
    #[field(values("x", since = "1.1", older = "a"), values("y", since = "1.2", older = "b"))]
    mode: Field<String>,
    ports: Field<Vec<String>>,
    #[field(child_versions("1.0" => "1.0", "1.2" => "1.1"))]
    disk: Field<Disk>,
}

#[test]
fn each_gate_is_deleted_by_itself() {
    let registry = Registry::new().with::<Disk>().with::<Host>();
    let text = |version: &str, data: &str| {
        format!(
            r#"{{"versioned_object.name": "Host", "versioned_object.namespace": "versionedobjects",
            "versioned_object.version": "{version}", "versioned_object.data": {data}}}"#
        )
    };
    let manifest: Manifest =
        [("Host", "1.1".parse().unwrap()), ("Disk", "1.1".parse().unwrap())].into_iter().collect();
    // It says of one of two rules what goes out.
    let golden = Golden {
        object: text("1.2", r#"{"mode": "y"}"#),
        manifest,
        expected: text("1.1", r#"{"mode": "b"}"#),
    };
    let gates = check::gates(&registry, 1, |mutant| golden.check(mutant)).unwrap();
    let told = |gates: &[versioned_objects::check::Gate]| -> Vec<String> {
        gates.iter().map(ToString::to_string).filter(|gate| gate.starts_with("Host")).collect()
    };
    assert_eq!(
        told(&gates.deleted),
        [
            "Host.mode: replace values before 1.1",
            "Host.mode: replace values before 1.2",
            "Host.disk: 1.0 goes with 1.0",
            "Host.disk: 1.2 goes with 1.1",
            "Host.old: removed until 1.0",
            "Host.first: removed until 1.1",
        ]
    );
    let unmissed = told(&gates.unmissed);
    assert!(unmissed.contains(&"Host.mode: replace values before 1.1".to_owned()), "{unmissed:?}");
    assert!(!unmissed.contains(&"Host.mode: replace values before 1.2".to_owned()), "{unmissed:?}");
}
