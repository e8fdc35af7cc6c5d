//! Objects of more fields than a word has bits, in rows and by column.

use versioned_objects::compact::Layouts;
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry, Schemas};
use versioned_objects::wire::CompactWriter;
use versioned_objects::{Field, Manifest, Primitive, Target, Version, VersionedObject, wire};

use crate::columns::same;
use crate::compact::{dynamic, peeked};

macro_rules! wide {
    ($(#[$of:meta])* $object:ident: $($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
        $(#[$of])*
        struct $object {
            $($(#[$attribute])* $name: Field<i64>),*
        }
    };
}

wide! {
    /// Three of its fields came later: one in each word, and the first, which is at the same place as one of the second word.
    #[object(versions("1.0", "1.1"))]
    Wide:
    #[field(since = "1.1")] f00, f01, f02, f03, f04, #[field(since = "1.1")] f05, f06, f07, f08, f09, f10, f11, f12, f13,
    f14, f15, f16, f17, f18, f19, f20, f21, f22, f23, f24, f25, f26, f27, f28, f29, f30, f31, f32,
    f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, f44, f45, f46, f47, f48, f49, f50, f51,
    f52, f53, f54, f55, f56, f57, f58, f59, f60, f61, f62, f63, f64, f65, #[field(since = "1.1")]
    f66, f67, f68, f69
}

wide! {
    /// Some changed their names, and one came later under the name of one that is gone.
    #[object(versions("1.0", "1.1"), removed(name = "gone", until = "1.0"), removed(name = "f67", until = "1.0"))]
    Renamed:
    f00, f01, f02, f03, f04, #[field(since = "1.1")] f05, f06, f07, f08, f09, f10, f11, f12, f13,
    f14, f15, f16, f17, f18, f19, #[field(renamed(from = "f21", since = "1.1"))] f20,
    #[field(renamed(from = "f20", since = "1.1"))] f21, f22, f23, f24, f25, f26, f27, f28, f29, f30,
    f31, f32, f33, f34, f35, f36, f37, f38, f39, f40, f41, f42, f43, #[field(renamed(from =
    "was_44", since = "1.1"))] f44, f45, f46, f47, f48, f49, f50, f51, f52, f53, f54, f55, f56, f57,
    f58, f59, f60, f61, f62, f63, f64, f65, #[field(since = "1.1")] f66, #[field(since = "1.1")]
    f67, f68, f69
}

const FIELDS: usize = 70;

/// Sets those fields to their places, and marks those of them as changed.
fn filled(
    registry: &Registry,
    name: &str,
    is_set: &dyn Fn(usize) -> bool,
    is_changed: &dyn Fn(usize) -> bool,
) -> AnyObject {
    let mut object = registry.unset(name).unwrap();
    let fields: Vec<String> = object.schema().fields.iter().map(|field| field.name.to_string()).collect();
    for (place, field) in fields.iter().enumerate().filter(|(place, _)| is_set(*place)) {
        registry.edit(&mut object).set_by_name(field, Primitive::from(place as i64)).unwrap();
    }
    let unchanged = fields.iter().enumerate().filter(|(place, _)| !is_changed(*place));
    let unchanged: Vec<&str> = unchanged.map(|(_, field)| field.as_str()).collect();
    object.reset_changes_of(&unchanged);
    object
}

/// Objects with one field alone, all but one, and one that is changed, at places around the ends of the words.
fn objects(registry: &Registry, name: &str, count: usize) -> Vec<AnyObject> {
    let mut out =
        vec![filled(registry, name, &|_| true, &|_| false), filled(registry, name, &|_| true, &|_| true)];
    for place in [0, 5, 63, 64, 66, 127].into_iter().filter(|place| *place < count) {
        out.push(filled(registry, name, &|other| other == place, &|_| true));
        out.push(filled(registry, name, &|other| other == place, &|_| false));
        out.push(filled(registry, name, &|other| other != place, &|other| other > place));
        out.push(filled(registry, name, &|_| true, &|other| other == place));
    }
    out
}

/// Looks that each object, and a list of all, is the same in rows, by column and as JSON.
fn all_the_same(writer: &Registry, reader: &Registry, name: &str, target: Target<'_>, manifest: &Manifest) {
    let count = writer.schema(name).unwrap().fields.len();
    let objects = objects(writer, name, count);
    let rows = [writer, reader].map(|registry| registry.layouts(manifest));
    let columns = rows.clone().map(|layouts| layouts.columnar_from(1));
    let mut room = CompactWriter::new();
    for ([own, other], by_column) in [(&rows, false), (&columns, true)] {
        let is_by_column = same(&objects, &mut room, target, own, reader, other).unwrap();
        assert_eq!(is_by_column, by_column);
    }
    let [own, other] = &rows;
    for object in &objects {
        let bytes = wire::to_compact(object, target, own).unwrap();
        assert_ne!(bytes[4], 0, "it went out with its names");
        let text = wire::to_json(object, target).unwrap();
        peeked(object, &text, &bytes, other).unwrap();
    }
}

#[test]
fn an_object_of_seventy_fields_is_the_same_in_every_form() {
    let derived = Registry::new().with::<Wide>();
    let by_schema = dynamic(&derived);
    assert_eq!(Wide::SCHEMA.fields.len(), FIELDS);
    for version in [Version::new(1, 1), Version::new(1, 0)] {
        let manifest: Manifest = [("Wide", version)].into_iter().collect();
        for writer in [&derived, &by_schema] {
            for reader in [&derived, &by_schema] {
                all_the_same(writer, reader, "Wide", Target::Version(version, None), &manifest);
            }
        }
    }
}

/// A registry of an object that has so many fields.
fn of(count: usize) -> Registry {
    let field = |place| format!(r#"{{"name": "f{place}", "type": {{"kind": "Integer"}}}}"#);
    let fields: Vec<String> = (0..count).map(field).collect();
    let text = format!(
        r#"{{"objects": [{{"name": "Wider", "version": "1.0", "project_namespace": "p", "serial_namespace": "vo", "fields": [{}]}}]}}"#,
        fields.join(", ")
    );
    Registry::new().with_schemas(text.parse::<Schemas>().unwrap())
}

#[test]
fn an_object_of_128_fields_goes_without_names_and_one_of_more_with_them() {
    let most = of(128);
    all_the_same(&most, &most, "Wider", Target::Own, most.manifest());

    let more = of(129);
    assert_eq!(more.schema("Wider").unwrap().layout(Version::new(1, 0)), None);
    let layouts: Layouts = more.layouts(more.manifest());
    for object in objects(&more, "Wider", 129) {
        let bytes = wire::to_compact(&object, Target::Own, &layouts).unwrap();
        assert_eq!(bytes[4], 0);
        let read = more.decode_compact(&bytes, &layouts).unwrap();
        assert_eq!(read.what_changed(), object.what_changed());
        let data = [&read, &object].map(|object| wire::to_json(object, Target::Own).unwrap());
        assert_eq!(data[0], data[1]);
    }
}

/// The object, read of data with these names, each with its place.
fn read(registry: &Registry, version: &str, names: &[String]) -> AnyObject {
    let place = |name: &str| match (name, version) {
        ("f20", "1.0") => 21,
        ("f21", "1.0") => 20,
        ("was_44", _) => 44,
        _ => Renamed::SCHEMA.index_of(name).unwrap_or(1000),
    };
    let data: Vec<String> = names.iter().map(|name| format!(r#""{name}":{}"#, place(name))).collect();
    let text = format!(
        r#"{{"versioned_object.name":"Renamed","versioned_object.namespace":"versionedobjects","versioned_object.version":"{version}","versioned_object.data":{{{}}}}}"#,
        data.join(",")
    );
    let read = registry.decode_json(text.as_bytes()).unwrap();
    let by_serde = registry.decode(&mut serde_json::Deserializer::from_str(&text)).unwrap();
    assert_eq!(wire::to_json(&by_serde, Target::Own).unwrap(), wire::to_json(&read, Target::Own).unwrap());
    read
}

#[test]
fn names_in_no_order_lead_to_their_fields_all_the_same() {
    let derived = Registry::new().with::<Renamed>();
    let now: Vec<String> = Renamed::SCHEMA.fields.iter().map(|field| field.name.to_string()).collect();
    let called = |name: &str| match name {
        "f20" => "f21".to_owned(),
        "f21" => "f20".to_owned(),
        "f44" => "was_44".to_owned(),
        name => name.to_owned(),
    };
    let is_then = |field: &&versioned_objects::schema::FieldSchema| field.is_in(Version::new(1, 0));
    let then: Vec<String> =
        Renamed::SCHEMA.fields.iter().filter(is_then).map(|field| called(&field.name)).collect();
    for registry in [&derived, &dynamic(&derived)] {
        for (version, names) in [("1.1", &now), ("1.0", &then)] {
            // One more than the version has, a few that nothing has, and what is gone since.
            let more = ["nobody", "gone", "zzz", "aaa", "f67"].into_iter().map(str::to_owned);
            let backwards: Vec<String> = names.iter().rev().cloned().chain(more).collect();
            let mut mixed: Vec<String> = backwards.iter().chain(&backwards).cloned().collect();
            mixed.rotate_left(40);
            for names in [names, &backwards, &mixed] {
                let object = read(registry, version, names);
                for (place, name) in now.iter().enumerate() {
                    let expected = match (version, name.as_str()) {
                        // What was called `f67` then is gone; the others weren't sent.
                        ("1.0", "f05" | "f66" | "f67") => None,
                        _ => Some(Primitive::from(place as i64)),
                    };
                    let found = object.get_by_name(name).unwrap();
                    assert_eq!(found, expected, "{version} {name}");
                }
            }
        }
        // Names of today are read too, unless the version had them for what is gone.
        let mut today: Vec<String> = now.iter().rev().cloned().collect();
        today.retain(|name| !matches!(name.as_str(), "f20" | "f21"));
        let object = read(registry, "1.0", &today);
        assert!(object.is_set("f44").unwrap() && object.is_set("f05").unwrap());
        assert!(!object.is_set("f67").unwrap());
    }
}
