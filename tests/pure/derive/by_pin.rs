//! Objects whose rules hold for pins alone, as ironic's do: two ways to an older version, which differ.

use serde_json::{Value, json};
use versioned_objects::compact::Layouts;
use versioned_objects::registry::{AnyObject, Registry, Schemas};
use versioned_objects::{
    Backport, Field, Manifest, Origin, Primitive, Target, Version, VersionedObject, wire,
};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), by_pin, forgets_changes, compatible = Trait::finish)]
struct Trait {
    origin: Origin,
    name: Field<String>,
    #[field(since = "1.1")]
    weight: Field<i64>,
}

impl Trait {
    fn finish(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        if let Some(entries) = data.as_map_mut() {
            entries.insert("finished".to_owned(), true.into());
        }
        Ok(())
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), list, by_pin, forgets_changes)]
struct TraitList {
    origin: Origin,
    objects: Field<Vec<Trait>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.2"), by_pin, forgets_changes)]
#[object(removed(name = "host", until = "1.1", fill = ""))]
struct Node {
    origin: Origin,
    #[field(values("new", since = "1.1", older = refuse))]
    state: Field<String>,
    #[field(since = "1.2")]
    owner: Field<String>,
    traits: Field<TraitList>,
}

fn node() -> Node {
    let one = Trait { name: "a".to_owned().into(), weight: 7.into(), ..Trait::default() };
    let traits = TraitList { objects: vec![one].into(), ..TraitList::default() };
    Node {
        state: "up".to_owned().into(),
        owner: "me".to_owned().into(),
        traits: traits.into(),
        ..Node::default()
    }
}

fn schemas() -> Schemas {
    [Trait::SCHEMA, TraitList::SCHEMA, Node::SCHEMA].into_iter().cloned().collect()
}

fn dynamic(node: &Node, change: impl FnOnce(&mut Schemas)) -> AnyObject {
    let mut schemas: Schemas = schemas().to_string().parse().unwrap();
    change(&mut schemas);
    let registry = Registry::new().with_schemas(schemas);
    registry.decode_json(&serde_json::to_vec(node).unwrap()).unwrap()
}

/// The object for a target: as JSON, through MessagePack, and without its Rust type.
fn written(node: &Node, target: Target<'_>) -> Vec<Value> {
    let object = node.at(target).unwrap();
    let packed: Value = rmp_serde::from_slice(&rmp_serde::to_vec_named(&object).unwrap()).unwrap();
    // A dynamic object has no function.
    let copy = dynamic(node, |schemas| schemas.objects[0].schema.compatible = None);
    vec![
        serde_json::to_value(object).unwrap(),
        packed,
        serde_json::to_value(copy.at(target).unwrap()).unwrap(),
        serde_json::from_slice(&wire::to_json(node, target).unwrap()).unwrap(),
    ]
}

const DATA: &str = "versioned_object.data";

fn version(envelope: &Value) -> &Value {
    &envelope["versioned_object.version"]
}

#[test]
fn a_pin_asks_for_the_rules_and_leaves_objects_inside_alone() {
    for found in written(&node(), Target::Version(Version::new(1, 0), None)) {
        let data = &found[DATA];
        assert_eq!(
            (version(&found), &data["host"], &data["owner"]),
            (&json!("1.0"), &json!(""), &Value::Null)
        );
        assert_eq!(version(&data["traits"]), "1.1", "{found}");
        let one = &data["traits"][DATA]["objects"][0];
        assert_eq!((version(one), &one[DATA]), (&json!("1.1"), &json!({ "name": "a", "weight": 7 })));
        // Those of objects inside it are kept, and so is that there are some.
        assert_eq!(found["versioned_object.changes"], json!(["traits"]));
    }
    let new = Node { state: "new".to_owned().into(), ..Node::default() };
    assert!(new.at("1.0").is_err() && new.at("1.1").is_ok());
    let one = Trait { name: "a".to_owned().into(), weight: 7.into(), ..Trait::default() };
    let alone = serde_json::to_value(one.at("1.0").unwrap()).unwrap();
    assert_eq!(alone[DATA], json!({ "name": "a", "finished": true }));
}

#[test]
fn a_manifest_asks_for_labels() {
    let manifest: Manifest = [("Node", "1.0"), ("TraitList", "1.0"), ("Trait", "1.0")]
        .map(|(name, version)| (name, version.parse().unwrap()))
        .into_iter()
        .collect();
    for found in written(&node(), Target::Version(Version::new(1, 0), Some(&manifest))) {
        let data = &found[DATA];
        assert_eq!((version(&found), data.get("host"), &data["owner"]), (&json!("1.0"), None, &json!("me")));
        assert_eq!(version(&data["traits"]), "1.0");
        let one = &data["traits"][DATA]["objects"][0];
        assert_eq!((version(one), &one[DATA]), (&json!("1.0"), &json!({ "name": "a", "weight": 7 })));
        assert_eq!(found["versioned_object.changes"], json!(["state", "owner", "traits"]));
    }
    let new = Node { state: "new".to_owned().into(), ..Node::default() };
    assert!(new.at(Target::Version(Version::new(1, 0), Some(&manifest))).is_ok(), "no rule is asked");
    assert!(node().at(Target::Version(Version::new(1, 0), Some(&manifest))).unwrap().dropped().is_empty());
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), by_manifest, forgets_changes)]
struct Component {
    origin: Origin,
    #[field(since = "1.1")]
    vendor: Field<String>,
    part: Field<Trait>,
}

#[test]
fn rules_hold_for_a_manifest_alone() {
    let part = Trait { weight: 7.into(), ..Trait::default() };
    let component = Component { vendor: "v".to_owned().into(), part: part.into(), ..Component::default() };
    let one = Version::new(1, 0);
    let manifest: Manifest = [("Trait", one)].into_iter().collect();
    let pinned = serde_json::to_value(component.at(one).unwrap()).unwrap();
    assert_eq!((version(&pinned), &pinned[DATA]["vendor"]), (&json!("1.0"), &json!("v")));
    assert_eq!(
        (version(&pinned[DATA]["part"]), &pinned["versioned_object.changes"]),
        (&json!("1.1"), &json!(["part"]))
    );
    let arrived = Component { origin: one.into(), ..component.clone() };
    let own = serde_json::to_value(&arrived).unwrap();
    assert_eq!((version(&own), &own[DATA]["vendor"]), (&json!("1.0"), &json!("v")));
    let asked = serde_json::to_value(component.at((one, &manifest)).unwrap()).unwrap();
    assert_eq!((version(&asked), asked[DATA].get("vendor")), (&json!("1.0"), None));
    assert_eq!(version(&asked[DATA]["part"]), "1.0");
}

/// Objects that a layout of their version has no room for keep their names.
#[test]
fn the_compact_form_carries_what_json_carries() {
    let manifest: Manifest = [("Node", "1.0"), ("TraitList", "1.0"), ("Trait", "1.0")]
        .map(|(name, version)| (name, version.parse().unwrap()))
        .into_iter()
        .collect();
    let objects = [Trait::SCHEMA, TraitList::SCHEMA, Node::SCHEMA];
    let pinned = Target::Version(Version::new(1, 0), None);
    for target in [pinned, Target::Version(Version::new(1, 0), Some(&manifest)), Target::Own] {
        for layouts in [Layouts::of(objects, &manifest), Layouts::of(objects, None)] {
            let bytes = wire::to_compact(&node(), target, &layouts).unwrap();
            let compact: Node = wire::from_compact(&bytes, &layouts, Default::default()).unwrap();
            let text: Node = serde_json::from_slice(&wire::to_json(&node(), target).unwrap()).unwrap();
            assert_eq!(compact, text);
            assert_eq!(compact.owner.is_set(), target != pinned);
        }
    }
}
