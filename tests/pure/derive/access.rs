use versioned_objects::field::Decoding;
use versioned_objects::object::{FieldVisitorMut, SeenField, ValueVisitor, Visitor};
use versioned_objects::prelude::*;
use versioned_objects::{
    Entity, Error, ErrorKind, Field, FieldType, Object, Primitive, Version, VersionedObject,
};

use super::support::{Base, Machine, Timestamps};

fn machine() -> Machine {
    Machine {
        count: 7.into(),
        base: Base {
            is_volume_backed: true.into(),
            timestamps: Timestamps { updated_at: Some("now".to_owned()).into() },
            ..Base::unset()
        },
        ..Machine::unset()
    }
}

struct Clear;

impl FieldVisitorMut for Clear {
    type Output = bool;

    fn field<T: FieldType>(self, field: &mut Field<T>) -> bool {
        field.clear().is_some()
    }
}

/// The indexes of the fields that are set, up to the one that ends the visit.
struct Seen(Vec<usize>, Option<usize>);

impl Visitor for Seen {
    type Error = usize;

    fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), usize> {
        if field.is_set() {
            self.0.push(index);
        }
        if self.1 == Some(index) { Err(index) } else { Ok(()) }
    }
}

struct Text;

impl ValueVisitor for Text {
    type Output = String;

    fn value<T: Entity>(self, value: &T) -> String {
        struct Written<'a, T>(&'a T);

        impl<T: Entity> serde::Serialize for Written<'_, T> {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.encode(serializer, &versioned_objects::Target::Own)
            }
        }

        serde_json::to_string(&Written(value)).unwrap()
    }
}

#[test]
fn fields_are_found_by_name_and_by_index() {
    for (index, field) in Machine::SCHEMA.fields.iter().enumerate() {
        assert_eq!(Machine::index_of(&field.name), Some(index), "{}", field.name);
    }
    assert_eq!(Machine::index_of("kind"), None);
    assert_eq!(Machine::index_of("host"), None);
}

#[test]
fn every_field_is_seen_at_its_place() {
    let machine = machine();
    let places = ["count", "is_volume_backed", "updated_at"].map(|name| Machine::index_of(name).unwrap());
    let mut seen = Seen(Vec::new(), None);
    assert_eq!(machine.visit(100, &mut seen), Ok(()));
    assert_eq!(seen.0, places.map(|place| place + 100));

    let count = Machine::SCHEMA.fields.len();
    for place in 0..count {
        assert_eq!(machine.field(place).map(|field| field.is_set()), Some(places.contains(&place)));
    }
    assert!(machine.field(count).is_none() && machine.field(usize::MAX).is_none());
}

#[test]
fn a_visit_ends_where_its_visitor_ends_it() {
    let mut seen = Seen(Vec::new(), Some(4));
    assert_eq!(machine().visit(0, &mut seen), Err(4));
    assert_eq!(seen.0, [4]);
}

#[test]
fn every_field_can_be_changed() {
    let mut machine = machine();
    for name in ["count", "is_volume_backed", "updated_at"] {
        let place = Machine::index_of(name).unwrap();
        assert_eq!(machine.visit_field_mut(place, Clear), Some(true));
        assert_eq!(machine.visit_field_mut(place, Clear), Some(false));
    }
    assert_eq!(machine, Machine::unset());
    assert_eq!(machine.visit_field_mut(Machine::SCHEMA.fields.len(), Clear), None);
}

#[test]
fn changes_are_those_of_the_parts_too() {
    let mut machine = machine();
    assert_eq!(machine.what_changed(), ["count", "is_volume_backed", "updated_at"]);
    machine.reset_changes();
    assert!(machine.what_changed().is_empty() && !machine.has_changes());
}

#[test]
fn origin_and_unknown_fields_are_the_objects_own() {
    let mut machine = machine();
    *machine.origin_mut().unwrap() = Version::new(1, 3).into();
    assert_eq!(machine.origin().unwrap().version(), Some(Version::new(1, 3)));
    assert_eq!(machine.base.origin.version(), None);
    assert!(machine.unknown().unwrap().is_empty() && machine.unknown_mut().is_some());
    assert!(Timestamps::unset().origin().is_none() && Timestamps::unset().unknown_mut().is_none());
}

#[test]
fn values_are_converted_to_their_older_forms() {
    let mut machine = machine();
    assert_eq!(machine.convert(0, None, Text).unwrap().as_deref(), Some("\"7\""));
    assert_eq!(machine.convert(1, None, Text).unwrap().as_deref(), Some("true"));
    assert_eq!(machine.convert(2, None, Text).unwrap(), None);
    machine.count.set(1000);
    let error = machine.convert(0, None, Text).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::ObjectAction, "too many for text"));
    machine.count.clear();
    assert_eq!(machine.convert(0, None, Text).unwrap(), None);
}

fn read(machine: &mut Machine, index: usize, json: &str) -> Result<(), Error> {
    let decoding = Decoding::new();
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let result = machine.convert_from(index, &mut deserializer, decoding.context());
    result.map_err(|error| decoding.into_error(error))
}

#[test]
fn older_forms_are_read_and_count_as_unchanged() {
    let mut machine = Machine::unset();
    read(&mut machine, 0, "\"12\"").unwrap();
    assert_eq!(machine.count.get(), Some(&12));
    assert!(!machine.count.is_changed());
    read(&mut machine, 1, "true").unwrap();
    assert_eq!(machine.count.get(), Some(&2));
    read(&mut machine, 2, "[3]").unwrap();
    assert_eq!(machine.count.get(), Some(&2));
    let error = read(&mut machine, 0, "\"twelve\"").unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidValue, "invalid digit found in string"));
}

#[test]
fn the_routines_are_called() {
    let machine = machine();
    let mut data = Primitive::Map([].into_iter().collect());
    machine.make_compatible(&mut data, Version::new(1, 0)).unwrap();
    assert_eq!(data.get("finished"), Some(&Primitive::Bool(true)));
    let error = machine.make_compatible(&mut data, Version::new(0, 1)).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::ObjectAction, "nothing is known of 0.1"));

    machine.validate().unwrap();
    let error = Machine { count: (-1).into(), ..machine }.validate().unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::InvalidValue, "less than no machine"));
}

#[test]
fn a_derived_object_is_a_serde_type() {
    let json = serde_json::to_value(machine()).unwrap();
    assert_eq!(json["nova_object.name"], "Server");
    assert_eq!(json["nova_object.data"]["count"], 7);
    let read: Machine = serde_json::from_value(json).unwrap();
    assert_eq!(read, machine());
}
