use versioned_objects::dynamic::DynamicObject;
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::{ErrorKind, Field, Primitive, VersionedObject};

use support::fixtures::Span;
use support::fixtures::more::{Device, Nic};

fn span() -> Span {
    Span { first: Field::unchanged(3), last: Field::unchanged(10), ..Span::default() }
}

fn words() -> Primitive {
    Primitive::List(vec!["from".into(), "to".into()])
}

#[test]
fn obj_extra_fields() {
    let span = span();
    assert!(!span.is_set("length").unwrap() && !span.has("length"), "an extra field never counts as set");
    assert_eq!(span.get_by_name("length").unwrap(), Some(Primitive::Int(7)));
    assert_eq!(Span::default().get_by_name("length").unwrap(), Some(Primitive::Null));
    let items = [("first", 3.into()), ("last", 10.into()), ("length", 7.into()), ("words", words())];
    assert_eq!(span.items().unwrap(), items);
    let json = serde_json::to_value(&span).unwrap();
    assert_eq!(json["versioned_object.data"], serde_json::json!({"first": 3, "last": 10}));
    assert!(span.is_set("breadth").is_err());
}

#[test]
fn extra_fields_can_not_be_set() {
    let mut span = span();
    for result in
        [span.set_by_name("length", 5), span.clear_by_name("length"), span.set_defaults_of(&["length"])]
    {
        let error = result.unwrap_err();
        let text = "Span: length can't be set: it is made of other fields";
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::UnknownField, text));
    }
    span.reset_changes_of(&["length"]);
    assert!(span.get_changes().unwrap().is_empty());
}

#[test]
fn extra_fields_are_inherited() {
    assert_eq!(*Nic::SCHEMA.extra_fields, ["is_tagged", "label"]);
    let device = Device { tags: vec!["a".to_owned(), "b".to_owned()].into(), ..Device::default() };
    let nic = Nic { device, ..Nic::default() };
    assert_eq!(nic.get_by_name("label").unwrap(), Some("a+b".into()));
    let names: Vec<_> = nic.items().unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["tags", "is_tagged", "label"]);
}

/// A schema names them, and has no function to make them.
#[test]
fn extra_fields_of_objects_without_a_type() {
    let registry = Registry::new().with::<Span>();
    let mut any = registry.unset("Span").unwrap();
    registry.edit(&mut any).set_by_name("first", 1).unwrap();
    assert_eq!(any.get_by_name("words").unwrap(), Some(words()));
    assert_eq!(any.items().unwrap().len(), 3);

    let registry = Registry::new().with_schema(Span::SCHEMA.clone());
    let mut dynamic = DynamicObject::new(&registry, "Span").unwrap();
    dynamic.set(&registry, "first", 1.into()).unwrap();
    assert!(!dynamic.is_set("length").unwrap());
    assert_eq!(dynamic.items().unwrap(), [("first", Primitive::Int(1))]);
    let text = "Span: length is made by a Rust function, which a schema alone doesn't have";
    assert_eq!(dynamic.get_by_name("length").unwrap_err().to_string(), text);
}
