use std::collections::HashSet;

use serde_json::json;
use versioned_objects::object::LazyLoad;
use versioned_objects::prelude::*;
use versioned_objects::{Error, ErrorKind, Field, Origin, Primitive, Version, VersionedObject, wire};

use support::fixtures::{BlockDisk, Port, PortList, Rack};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Node {
    origin: Origin,
    id: Field<i64>,
    name: Field<Option<String>>,
    #[field(default = 4)]
    cpus: Field<i64>,
    #[field(default = ["x"])]
    traits: Field<HashSet<String>>,
    #[field(default = null, since = "1.1")]
    rack: Field<Option<Box<Node>>>,
}

#[track_caller]
fn refused<T: std::fmt::Debug>(result: Result<T, Error>, kind: ErrorKind, text: &str) {
    let error = result.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (kind, text));
}

#[test]
fn obj_set_defaults() {
    let mut node = Node { cpus: Field::unchanged(2), ..Node::default() };
    node.set_defaults().unwrap();
    assert_eq!(node.cpus.get(), Some(&2), "what is set stays");
    assert_eq!(node.traits.get(), Some(&HashSet::from(["x".to_owned()])));
    assert_eq!(node.rack.get(), Some(&None));
    assert_eq!(node.what_changed(), ["traits", "rack"]);
    assert!(!node.has("id"));

    let mut node = Node::default();
    node.set_defaults_of(&["cpus"]).unwrap();
    assert_eq!(node.items().unwrap(), [("cpus", Primitive::Int(4))]);
    let result = node.set_defaults_of(&["id"]);
    refused(result, ErrorKind::ObjectAction, "Node: no default set for field id");
    node.id.set(1);
    assert!(node.set_defaults_of(&["id"]).is_err(), "also where the field is set");
    refused(node.set_defaults_of(&["x"]), ErrorKind::UnknownField, "Node has no field \"x\"");
}

#[test]
fn null_becomes_the_default_where_none_may_stand() {
    let mut node = Node::default();
    node.set_by_name("cpus", Primitive::Null).unwrap();
    assert_eq!(node.cpus, Field::from(4));
    node.set_by_name("name", Primitive::Null).unwrap();
    assert_eq!(node.name.get(), Some(&None));
    refused(node.set_by_name("id", Primitive::Null), ErrorKind::InvalidValue, "Node.id: cannot be null");
}

#[test]
fn obj_attr_is_set_and_in() {
    let node = Node { name: None.into(), ..Node::default() };
    assert!(node.is_set("name").unwrap(), "null is a value");
    assert!(!node.is_set("id").unwrap());
    refused(node.is_set("x"), ErrorKind::UnknownField, "Node has no field \"x\"");
    assert!(node.has("name") && !node.has("id") && !node.has("x"));
}

#[test]
fn iteration_and_look_up_by_name() {
    let mut node = Node { name: Some("n".to_owned()).into(), ..Node::default() };
    node.update([("id", Primitive::from("12")), ("cpus", Primitive::Float(2.9))]).unwrap();
    let items = [("id", Primitive::Int(12)), ("name", "n".into()), ("cpus", Primitive::Int(2))];
    assert_eq!(node.items().unwrap(), items);
    assert_eq!(node.get_by_name("id").unwrap(), Some(Primitive::Int(12)));
    assert_eq!(node.get_by_name("rack").unwrap(), None);
    refused(node.get_by_name("x"), ErrorKind::UnknownField, "Node has no field \"x\"");
    refused(node.set_by_name("x", 1), ErrorKind::UnknownField, "Node has no field \"x\"");
    for value in [Primitive::from("ab"), Primitive::of(&json!({"a": 1})).unwrap()] {
        let error = node.set_by_name("traits", value).unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::InvalidValue,
            "what a peer writes so is read, the setter takes sets"
        );
    }
    let error = node.set_by_name("cpus", "many").unwrap_err();
    assert_eq!((error.kind(), error.path().as_str()), (ErrorKind::InvalidValue, "Node.cpus"));
    assert_eq!(node.cpus.get(), Some(&2), "what is refused changes nothing");
    node.clear_by_name("id").unwrap();
    refused(
        node.clear_by_name("id"),
        ErrorKind::UnknownField,
        "Node.id: no such attribute \"id\": it is unset",
    );
    assert!(node.what_changed().contains(&"id"), "a field that was taken away counts as changed");
}

#[test]
fn an_object_is_set_by_name_as_its_envelope() {
    let mut rack = Rack::default();
    let port = Port { serial: "p".to_owned().into(), ..Port::default() };
    let disk = BlockDisk { port: Some(port).into(), ..BlockDisk::default() };
    rack.set_by_name("disk", Primitive::of(&disk).unwrap()).unwrap();
    assert_eq!(rack.disk.get(), Some(&disk));
    assert!(rack.set_by_name("disk", "no disk").is_err());
}

#[test]
fn obj_get_changes() {
    let inner = Node { id: 1.into(), ..Node::default() };
    let node = Node {
        id: Field::unchanged(2),
        name: None.into(),
        rack: Field::unchanged(Some(Box::new(inner))),
        ..Node::default()
    };
    let changes = node.get_changes().unwrap();
    assert_eq!(changes.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["name", "rack"]);
    assert_eq!(changes[0].1, Primitive::Null);
    assert_eq!(changes[1].1.get("versioned_object.name"), Some(&"Node".into()));
}

fn nested() -> Node {
    let inner = Node { id: 1.into(), ..Node::default() };
    Node { id: 2.into(), rack: Field::unchanged(Some(Box::new(inner))), ..Node::default() }
}

#[test]
fn obj_reset_changes_with_fields_and_recursion() {
    let mut node = nested();
    node.reset_own_changes();
    assert_eq!(node.what_changed(), ["rack"], "what is nested stays");
    let mut node = nested();
    node.reset_own_changes_of(&["id", "x"]);
    assert_eq!(node.what_changed(), ["rack"]);
    let mut node = nested();
    node.reset_changes_of(&["rack"]);
    assert_eq!(node.what_changed(), ["id"]);
    let mut node = nested();
    node.reset_changes();
    assert!(node.what_changed().is_empty());
}

#[test]
fn a_reset_looks_into_changed_fields_alone() {
    let port = Port { serial: "p".to_owned().into(), ..Port::default() };
    let mut disk = BlockDisk { ports: Field::unchanged(vec![port.clone()]), ..BlockDisk::default() };
    disk.reset_changes();
    assert_eq!(disk.ports.get().unwrap()[0].what_changed(), ["serial"], "the list itself was not changed");
    disk.ports.set(vec![port.clone()]);
    disk.reset_changes();
    assert!(disk.ports.get().unwrap()[0].what_changed().is_empty());
    let mut list = PortList { objects: Field::unchanged(vec![port]) };
    list.reset_changes();
    assert!(list.what_changed().is_empty(), "a list object counts the changes of its elements");
}

#[test]
fn obj_clone() {
    let text = json!({
        "versioned_object.name": "Node", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.1", "versioned_object.changes": ["id"],
        "versioned_object.data": {"id": 5, "rack": {
            "versioned_object.name": "Node", "versioned_object.namespace": "versionedobjects",
            "versioned_object.version": "1.0", "versioned_object.data": {"id": 6},
        }},
    });
    let node: Node = wire::decode(&text).unwrap();
    let inner = |node: &Node| node.rack.get().unwrap().as_ref().unwrap().origin.version();
    assert_eq!(inner(&node.clone()), Some(Version::new(1, 0)));
    let copy = node.obj_clone();
    assert_eq!((copy.origin.version(), inner(&copy)), (None, None));
    assert_eq!(copy, node);
    assert_eq!(copy.what_changed(), ["id"]);
}

#[test]
fn comparison_by_primitive() {
    let one = Node {
        id: 1.into(),
        traits: HashSet::from(["a", "b", "c"].map(String::from)).into(),
        ..Node::default()
    };
    let mut other = one.clone();
    other.traits = HashSet::from(["c", "b", "a"].map(String::from)).into();
    assert!(one.equals_as_primitive(&other).unwrap(), "sets and changes have no order");
    other.id.reset_changes();
    assert!(!one.equals_as_primitive(&other).unwrap(), "changes count");
    assert!(one.equals_as_primitive_without(&other, &[]).unwrap());
    other.id.set(2);
    assert!(!one.equals_as_primitive_without(&other, &[]).unwrap());
    assert!(one.equals_as_primitive_without(&other, &["id"]).unwrap());
    let mut arrived = one.clone();
    arrived.origin = Version::new(1, 0).into();
    assert!(!one.equals_as_primitive(&arrived).unwrap(), "so does the version");
}

impl LazyLoad for Node {
    type Error = Error;

    async fn load_attr(&mut self, name: &'static str) -> Result<(), Error> {
        match name {
            "name" => self.name.set(Some("loaded".to_owned())),
            "rack" => return Err(Error::refused("no rack")),
            _ => {}
        }
        Ok(())
    }
}

#[test]
fn lazy_loading() {
    let mut node = Node::default();
    pollster::block_on(node.load("name")).unwrap();
    assert_eq!(node.name.get(), Some(&Some("loaded".to_owned())));
    assert_eq!(node.what_changed(), ["name"], "who loads through the setter changes the field");
    node.name.set(None);
    pollster::block_on(node.load("name")).unwrap();
    assert_eq!(node.name.get(), Some(&None), "a value is not fetched again");
    refused(pollster::block_on(node.load("rack")), ErrorKind::ObjectAction, "no rack");
    let text = "Node.id: cannot load \"id\": it was left unset";
    refused(pollster::block_on(node.load("id")), ErrorKind::ObjectAction, text);
    refused(pollster::block_on(node.load("x")), ErrorKind::UnknownField, "Node has no field \"x\"");
}
