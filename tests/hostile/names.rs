//! Objects of many fields, whose names come in any order: time grows with their number, not with its square.

use std::borrow::Cow;

use versioned_objects::registry::Registry;
use versioned_objects::schema::{FieldSchema, ObjectSchema, Tombstone};
use versioned_objects::{Field, Target, VersionedObject, wire};

use super::{alone, least, time};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "n", serial_namespace = "n", versions("1.0", "1.1"))]
#[object(removed(name = "gone", until = "1.0"))]
struct Wide {
    field: Field<i64>,
    #[field(renamed(from = "before", since = "1.1"))]
    after: Field<i64>,
}

/// The object with that many fields; every other one had another name in 1.0.
fn schema(count: usize) -> ObjectSchema {
    let mut schema = Wide::SCHEMA.clone();
    let field = |index: usize| {
        let mut field: FieldSchema = Wide::SCHEMA.fields[0].clone();
        field.name = format!("field_{index}").into();
        field
    };
    let renamed = Wide::SCHEMA.fields[1].clone();
    schema.fields = (0..count).map(field).chain([renamed]).collect::<Vec<_>>().into();
    let gone: Vec<Tombstone> = schema.tombstones.to_vec();
    schema.tombstones = Cow::Owned(gone);
    schema
}

fn envelope(version: &str, names: impl Iterator<Item = String> + Clone, is_early: bool) -> String {
    let header = format!(r#""n.name":"Wide","n.namespace":"n","n.version":"{version}""#);
    let data: Vec<_> = names.clone().map(|name| format!("{name:?}:1")).collect();
    let changes: Vec<_> = names.map(|name| format!("{name:?}")).collect();
    let data = format!(r#""n.data":{{{}}},"n.changes":[{}]"#, data.join(","), changes.join(","));
    let (first, second) = if is_early { (&data, &header) } else { (&header, &data) };
    format!("{{{first},{second}}}")
}

type Names = fn(usize) -> Vec<String>;

fn unknown(count: usize) -> Vec<String> {
    (0..count).map(|index| format!("other_{index}")).collect()
}

fn backwards(count: usize) -> Vec<String> {
    (0..count).rev().map(|index| format!("field_{index}")).collect()
}

#[test]
fn names_in_any_order_take_time_in_proportion() {
    let _alone = alone();
    const FEW: usize = 4_000;
    const MANY: usize = 16_000;
    for (what, names) in [("unknown", unknown as Names), ("backwards", backwards)] {
        for version in ["1.0", "1.1"] {
            for is_early in [false, true] {
                let took = [FEW, MANY].map(|count| {
                    let registry = Registry::new().with_schema(schema(count));
                    let text = envelope(version, names(count).into_iter(), is_early);
                    least(|| time(|| drop(registry.decode_json(text.as_bytes()).unwrap())))
                });
                println!("{what}, version {version}, early {is_early}: {took:?} ns");
                assert!(took[1] < 9.0 * took[0], "{what} of {version}: {took:?} ns");
            }
        }
    }
}

#[test]
fn what_was_read_is_written_and_merged_in_proportion() {
    let _alone = alone();
    let took = [2_000, 8_000].map(|count| {
        let registry = Registry::new().with_schema(schema(count));
        let text = envelope("1.1", backwards(count).into_iter(), false);
        let object = registry.decode_json(text.as_bytes()).unwrap();
        [
            least(|| time(|| drop(wire::to_json(&object, Target::Own).unwrap()))),
            least(|| time(|| drop(wire::to_json(&object, "1.0").unwrap()))),
            least(|| time(|| drop(registry.merge_any(&object, &object, "1.0").unwrap()))),
        ]
    });
    for (what, (few, many)) in ["own", "older", "merge"].into_iter().zip(took[0].into_iter().zip(took[1])) {
        println!("{what}: {few} ns and {many} ns");
        assert!(many < 9.0 * few, "{what}: {few} ns and {many} ns");
    }
}
