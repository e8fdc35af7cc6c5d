use std::sync::Arc;

use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    CallContext, CallError, FakeIndirectionApi, ObjectActions, ObjectContext, ObjectSerializer, Received,
};
use versioned_objects::{Field, Origin, Primitive, Target, Version, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Leaf {
    origin: Origin,
    a: Field<i64>,
    #[field(since = "1.1")]
    b: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Tree {
    origin: Origin,
    leaf: Field<Leaf>,
    #[field(since = "1.1")]
    c: Field<i64>,
}

fn all() -> Registry {
    Registry::new().with::<Leaf>().with::<Tree>()
}

fn older() -> Registry {
    held(all())
}

fn held(registry: Registry) -> Registry {
    let held = Version::new(1, 0);
    registry.held_to("Leaf", held).unwrap().held_to("Tree", held).unwrap()
}

fn asking() -> ObjectSerializer {
    through(older())
}

fn through(registry: Registry) -> ObjectSerializer {
    let conductor = FakeIndirectionApi::new(ObjectActions::new(ObjectContext::new(Arc::new(all()))));
    ObjectSerializer::new(Arc::new(registry)).through(Arc::new(conductor))
}

fn leaf() -> Leaf {
    Leaf { a: Field::unchanged(1), b: Field::unchanged(2), ..Leaf::default() }
}

fn receive(serializer: &ObjectSerializer, json: &RawValue) -> Result<Received, CallError> {
    pollster::block_on(serializer.deserialize_entity(&CallContext::new(), json))
}

fn labelled(version: &str) -> Box<RawValue> {
    let mut leaf = serde_json::to_value(leaf()).unwrap();
    leaf["versioned_object.version"] = json!(version);
    to_raw_value(&leaf).unwrap()
}

#[test]
fn entities_nested_in_any_collection() {
    let serializer = ObjectSerializer::new(Arc::new(all()));
    let entity = (vec![Some(leaf()), None], 5);
    let payload = serializer.serialize_entity(&entity, Target::Own).unwrap();
    assert_eq!(payload.sent().len(), 1);
    let json = to_raw_value(&json!({"x": [[leaf()], {"y": null}], "z": 1.5})).unwrap();
    let Received::Map(entries) = receive(&serializer, &json).unwrap() else { panic!("no map") };
    let Received::List(list) = &entries["x"] else { panic!("no list") };
    let Received::List(inner) = &list[0] else { panic!("no list") };
    let Received::Object(object) = &inner[0] else { panic!("no object") };
    assert_eq!(object.downcast_ref(), Some(&leaf()));
    assert!(matches!(&list[1], Received::Map(map) if matches!(map["y"], Received::Plain(Primitive::Null))));
    assert!(matches!(entries["z"], Received::Plain(Primitive::Float(1.5))));
}

#[test]
fn an_object_that_is_too_new_is_asked_for_in_an_older_version() {
    let json = to_raw_value(&json!([leaf(), {"k": leaf()}])).unwrap();
    let Received::List(list) = receive(&asking(), &json).unwrap() else { panic!("no list") };
    let Received::Object(object) = &list[0] else { panic!("no object") };
    let read: &Leaf = object.downcast_ref().unwrap();
    assert_eq!(
        (read.origin.version(), read.a.get(), read.b.get()),
        (Some(Version::new(1, 0)), Some(&1), None)
    );

    let json = to_raw_value(&[leaf(), leaf()]).unwrap();
    let typed: Vec<Leaf> = pollster::block_on(asking().deserialize(&CallContext::new(), &json)).unwrap();
    assert_eq!(typed[1].origin.version(), Some(Version::new(1, 0)));
    assert!(!typed[1].b.is_set());

    let nobody = ObjectSerializer::new(Arc::new(older()));
    let text = "version 1.1 of Leaf is not supported, supported version is 1.0";
    assert!(receive(&nobody, &json).unwrap_err().to_string().ends_with(text));
}

#[test]
fn an_object_that_holds_one_too_new_is_asked_for_itself() {
    let mut tree = serde_json::to_value(Tree { leaf: Field::unchanged(leaf()), ..Tree::default() }).unwrap();
    tree["versioned_object.version"] = json!("1.0");
    let json = to_raw_value(&tree).unwrap();
    let read: Tree = pollster::block_on(asking().deserialize(&CallContext::new(), &json)).unwrap();
    assert_eq!(read.leaf.get().unwrap().origin.version(), Some(Version::new(1, 0)));
}

/// An object whose envelope has other keys.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(serial_namespace = "apart", versions("1.0"))]
struct Apart {
    a: Field<i64>,
}

#[test]
fn versions_with_a_third_part() {
    let beside_another = || held(Registry::new().with::<Apart>().with::<Leaf>().with::<Tree>());
    for registry in [older(), beside_another()] {
        let serializer = ObjectSerializer::new(Arc::new(registry));
        let Received::Object(object) = receive(&serializer, &labelled("1.0.7")).unwrap() else { panic!() };
        assert_eq!(object.origin().and_then(Origin::version), Some(Version::new(1, 0)));
        let error = receive(&serializer, &labelled("1.1.7")).unwrap_err();
        assert_eq!(error.to_string(), "version 1.1 of Leaf is not supported, supported version is 1.0");
    }
    for registry in [older(), beside_another()] {
        let asking = through(registry);
        let Received::Object(object) = receive(&asking, &labelled("1.1.7")).unwrap() else { panic!() };
        assert_eq!(object.origin().and_then(Origin::version), Some(Version::new(1, 0)));
    }
}

#[test]
fn other_errors_come_as_they_are() {
    let unknown = to_raw_value(&json!({
        "versioned_object.name": "X", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": {},
    }));
    let error = receive(&asking(), &unknown.unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "unsupported object type X");
    let malformed = to_raw_value(&json!({"versioned_object.name": "Leaf"})).unwrap();
    assert!(matches!(receive(&asking(), &malformed), Err(CallError::Object(_))));
}
