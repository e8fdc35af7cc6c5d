use std::sync::{Arc, Mutex};

use versioned_objects::registry::Registry;
use versioned_objects::schema::{Keys, ObjectSchema};
use versioned_objects::{Field, Version, VersionedObject};

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, versions("1.0", "1.1"), collect)]
struct Collected {
    id: Field<i64>,
}

mod older {
    use super::{Field, VersionedObject};

    #[derive(VersionedObject, Clone, Default)]
    #[object(coerce, versions("1.0"), collect)]
    pub struct Collected {
        id: Field<i64>,
    }
}

fn schema(version: &str) -> ObjectSchema {
    ObjectSchema {
        name: "Node".into(),
        versions: vec![version.parse().unwrap()].into(),
        keys: Keys::new("versioned_object"),
        ..older::Collected::SCHEMA.clone()
    }
}

/// The calls of the hook, as [semantics of the reference] have them for these registrations.
#[test]
fn registration_hook() {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let register = |before: &[&str], new: &str| {
        let registry =
            before.iter().fold(Registry::new(), |registry, version| registry.with_schema(schema(version)));
        let told = Arc::clone(&calls);
        let hook = move |schema: &ObjectSchema, index: usize| {
            told.lock().unwrap().push((schema.current().to_string(), index));
        };
        let registry = registry.with_hook(hook).with_schema(schema(new));
        assert!(registry.schemas("Node").any(|schema| schema.current().to_string() == new));
        calls
            .lock()
            .unwrap()
            .drain(..)
            .map(|(version, index)| {
                assert_eq!(version, new);
                index
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(register(&[], "1.0"), [0]);
    assert_eq!(register(&["1.10", "1.5", "1.3"], "1.4"), [0, 1, 2]);
    assert_eq!(register(&["2.0", "1.10", "1.5", "1.4", "1.3.1", "1.3"], "0.1"), [0, 1, 2, 3, 4, 5, 0]);
    assert_eq!(register(&["1.5", "1.3"], "1.5"), [0]);
}

#[test]
fn objects_of_a_crate_are_collected() {
    let registry = Registry::new().with_collected_of(env!("CARGO_CRATE_NAME"));
    let versions: Vec<Version> = registry.schemas("Collected").map(ObjectSchema::current).collect();
    assert_eq!(versions, [Version::new(1, 1), Version::new(1, 0)]);
    assert!(Registry::new().with_collected().names().any(|name| name == "Collected"));
    assert_eq!(Registry::new().with_collected_of("another").names().count(), 0);
}
