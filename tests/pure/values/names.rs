//! Names of fields that resemble each other, in whatever order they come.

use support::fixtures::Renamed;
use versioned_objects::prelude::*;
use versioned_objects::{Field, Primitive, Target, VersionedObject, wire};

use super::forms::{Form, Written, data, dynamic, layouts, typed};

/// Pairs of one length that differ in their first, their last or a letter between, of lengths around the ends of words.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Alike {
    a: Field<i64>,
    b: Field<i64>,
    ab: Field<i64>,
    bb: Field<i64>,
    abc: Field<i64>,
    abd: Field<i64>,
    max_: Field<i64>,
    min_: Field<i64>,
    max_ram: Field<i64>,
    min_ram: Field<i64>,
    max_rams: Field<i64>,
    min_rams: Field<i64>,
    max_rams_: Field<i64>,
    min_rams_: Field<i64>,
    left_of_the_host: Field<i64>,
    left_of_the_hosu: Field<i64>,
    reft_of_the_host: Field<i64>,
    left_on_the_hosts: Field<i64>,
    left_of_the_hosts: Field<i64>,
    left_of_the_hosts_and_more: Field<i64>,
    left_of_the_hostr_and_more: Field<i64>,
}

/// Reads the data in every form that has names, by the type and by the schema alone.
#[track_caller]
fn reads(names: &[&str]) {
    let place = |name: &str| Alike::SCHEMA.index_of(name).unwrap();
    let entries: Vec<String> = names.iter().map(|name| format!(r#""{name}":{}"#, place(name))).collect();
    let changes = names.iter().rev().map(|name| format!(r#""{name}""#)).collect::<Vec<_>>().join(",");
    let whole = data::<Alike>(&format!("{{{}}}", entries.join(",")));
    let text = whole.replacen("}}", &format!(r#"}},"versioned_object.changes":[{changes}]}}"#), 1);
    let registries = [typed::<Alike>(), dynamic::<Alike>()];
    for form in [Form::Json, Form::SerdeJson] {
        let written = Written::Bytes(text.as_bytes().to_vec());
        let own: Alike = form.read(&written, &layouts::<Alike>()).unwrap();
        let mut sorted = names.to_vec();
        sorted.sort_by_key(|name| place(name));
        assert_eq!(own.what_changed(), sorted, "{form:?}");
        let expected: Vec<_> =
            sorted.iter().map(|name| (*name, Primitive::from(place(name) as i64))).collect();
        assert_eq!(own.items().unwrap(), expected, "{form:?}");
        for registry in &registries {
            let any = form.read_any(&written, registry, &layouts::<Alike>()).unwrap();
            assert_eq!(
                (any.what_changed(), any.items().unwrap()),
                (sorted.clone(), expected.clone()),
                "{form:?}"
            );
        }
    }
}

#[test]
fn each_name_leads_to_its_own_field() {
    let names: Vec<&str> = Alike::SCHEMA.fields.iter().map(|field| &*field.name).collect();
    reads(&names);
    let backwards: Vec<&str> = names.iter().rev().copied().collect();
    reads(&backwards);
    for name in &names {
        reads(&[name]);
        // The one before is expected, and another of its length comes.
        let others: Vec<&str> = names.iter().copied().filter(|other| other != name).collect();
        reads(&others);
    }
}

/// The name of a field that is gone came back with another meaning; nothing else differs.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), removed(name = "slot", until = "1.0"))]
struct Reused {
    id: Field<i64>,
    #[field(since = "1.1")]
    slot: Field<Vec<String>>,
}

/// The object of that version and data, by its type and by its schema alone.
fn of_version<O>(version: &str, text: &str) -> [O; 2]
where
    O: VersionedObject + Clone + Send + Sync + 'static,
{
    let whole = data::<O>(text);
    let current = format!(r#""{}""#, O::SCHEMA.current());
    let text = whole.replacen(&current, &format!(r#""{version}""#), 1);
    let own: O = wire::from_json(text.as_bytes(), Default::default()).unwrap();
    let any = dynamic::<O>().decode_json(text.as_bytes()).unwrap();
    // In the version that it came in, so that the names are what they were.
    let again = wire::to_json(&any, Target::Own).unwrap();
    [own, wire::from_json(&again, Default::default()).unwrap()]
}

#[test]
fn a_name_that_came_back_is_not_what_it_was() {
    for read in of_version::<Reused>("1.0", r#"{"id":1,"slot":"a"}"#) {
        assert_eq!((read.id.get(), read.slot.get()), (Some(&1), None));
    }
    for read in of_version::<Reused>("1.1", r#"{"id":1,"slot":["a"]}"#) {
        assert_eq!(read.slot.get(), Some(&vec!["a".to_owned()]));
    }
}

#[test]
fn names_that_changed_places_mean_what_they_meant() {
    for text in [r#"{"left":"l","right":"r"}"#, r#"{"right":"r","left":"l"}"#] {
        for (version, left, right) in [("1.0", "r", "l"), ("1.1", "l", "r")] {
            let read: Renamed = wire::from_json(
                data::<Renamed>(text).replacen(r#""1.3""#, &format!(r#""{version}""#), 1).as_bytes(),
                Default::default(),
            )
            .unwrap();
            let found = [&read.left, &read.right].map(|field| field.get().map(String::as_str));
            assert_eq!(found, [Some(left), Some(right)], "{version} {text}");
        }
    }
}
