//! Objects behind pointers that others hold as well.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::{Value, json};
use versioned_objects::prelude::*;
use versioned_objects::{Entity, Field, Origin, Target, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Kid {
    origin: Origin,
    a: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Parent {
    origin: Origin,
    arc: Field<Arc<Kid>>,
    rc: Field<Rc<Kid>>,
    list: Field<Vec<Arc<Kid>>>,
    slice: Field<Option<Arc<[Kid]>>>,
    text: Field<Arc<str>>,
}

fn kid() -> Value {
    json!({"versioned_object.name": "Kid", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": {"a": 1}, "versioned_object.changes": ["a"]})
}

fn arrived() -> Parent {
    let data = json!({"arc": kid(), "rc": kid(), "list": [kid()], "slice": [kid()], "text": "a"});
    wire::decode(json!({"versioned_object.name": "Parent", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": data, "versioned_object.changes": ["list", "slice"]}))
    .unwrap()
}

fn written(parent: &impl Entity) -> String {
    String::from_utf8(wire::to_json(parent, Target::Own).unwrap()).unwrap()
}

const OLD: &str = r#""versioned_object.version":"1.0","versioned_object.data":{"a":1}"#;

#[test]
fn a_clone_that_was_made_here_forgets_what_it_shares_too() {
    let parent = arrived();
    assert_eq!(written(&parent).matches(OLD).count(), 4);
    let copy = parent.obj_clone();
    assert_eq!(written(&copy).matches(OLD).count(), 0);
    assert_eq!(copy, parent);
    assert_eq!(written(&parent).matches(OLD).count(), 4, "the original is as it was");
    // As `Clone` itself has it, and where nobody else holds them.
    let mut kept = parent.clone();
    assert_eq!(written(&kept).matches(OLD).count(), 4);
    drop(parent);
    Entity::forget_origins(&mut kept);
    assert_eq!(written(&kept).matches(OLD).count(), 0);
    assert!(Arc::ptr_eq(kept.text.get().unwrap(), copy.text.get().unwrap()), "text has nothing to forget");
}

#[test]
fn changes_are_reset_in_what_is_shared_and_others_keep_theirs() {
    let mut parent = arrived();
    let other = parent.clone();
    assert!(parent.what_changed().contains(&"arc") && parent.what_changed().contains(&"list"));
    ByName::reset_changes(&mut parent);
    assert_eq!(parent.what_changed(), [""; 0]);
    assert!(!written(&parent).contains("changes"), "{}", written(&parent));
    assert!(other.what_changed().contains(&"arc"));
    assert_eq!(written(&other).matches(r#""versioned_object.changes":["a"]"#).count(), 4);
}
