//! Routines that finish a backport and break a law with it: each law tells, and tells of nothing else.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};
use versioned_objects::check::{Broken, Law, Laws};
use versioned_objects::field::{FlexibleDict, NonNegativeFloat};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, FieldEnum, Origin, Primitive, Version, VersionedObject};

use super::rules::short_locks;

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "lowercase")]
enum Bus {
    Ide,
    Nvme,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Kid {
    id: Field<i64>,
}

/// A field of each shape; the routine writes one of them as the test says.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::say, removed(name = "gone", until = "1.0"))]
struct Shapes {
    any: Field<Value>,
    whole: Field<i64>,
    from_zero: Field<u64>,
    number: Field<f64>,
    number_from_zero: Field<NonNegativeFloat>,
    truth: Field<bool>,
    text: Field<String>,
    maybe: Field<Option<String>>,
    kid: Field<Kid>,
    map: Field<FlexibleDict>,
    dict: Field<BTreeMap<String, Option<i64>>>,
    list: Field<Vec<i64>>,
    #[field(values("nvme", since = "1.1", older = "ide"))]
    bus: Field<Bus>,
    #[field(values("new", inside, since = "1.1", older = "old"))]
    words: Field<Vec<String>>,
    #[field(values("new", inside, since = "1.1", older = "old"))]
    named: Field<BTreeMap<String, String>>,
    #[field(was(type = String, name = "size", since = "1.1", to_older = to_text, from_older = from_text))]
    size_mb: Field<i64>,
}

fn to_text(size: &i64) -> Result<String, String> {
    Ok(size.to_string())
}

fn from_text(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

static SAID: Mutex<Option<(String, Primitive)>> = Mutex::new(None);

impl Shapes {
    fn say(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        let said = SAID.lock().unwrap_or_else(PoisonError::into_inner);
        if let (Some(data), Some((name, value))) = (data.as_map_mut(), &*said) {
            data.insert(name.clone(), value.clone());
        }
        Ok(())
    }
}

fn broken(registry: &Registry, excused: &[Law]) -> Option<Box<Broken>> {
    let names: Vec<String> = registry.names().map(str::to_owned).collect();
    let laws = names.iter().fold(Laws::of(registry).cases(48), |laws, name| {
        excused.iter().fold(laws, |laws, law| laws.breaks(name, *law, "it is not what is asked here"))
    });
    laws.check().err()
}

#[test]
fn a_value_is_one_of_its_field_in_that_version() {
    let registry = Registry::new().with::<Kid>().with::<Shapes>();
    let kid = json!({
        "versioned_object.name": "Kid", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": {"id": 1},
    });
    let (large, wrong) = (json!(18_446_744_073_709_551_615_u64), json!("no"));
    let rows = [
        ("any", vec![json!(1), json!("a"), json!([1])], vec![]),
        ("whole", vec![json!(-1), large.clone()], vec![wrong.clone(), json!(1.5), json!(null), json!(true)]),
        ("from_zero", vec![json!(0), large.clone()], vec![json!(-1), wrong.clone(), json!(0.5)]),
        ("number", vec![json!(-1), json!(-0.5)], vec![wrong.clone(), json!(true)]),
        (
            "number_from_zero",
            vec![json!(0), json!(0.0), json!(2.5)],
            vec![json!(-1), json!(-0.5), wrong.clone()],
        ),
        ("truth", vec![json!(true)], vec![json!(1), wrong.clone()]),
        ("text", vec![json!("")], vec![json!(1), json!(null), json!(["a"])]),
        ("maybe", vec![json!(null), json!("a")], vec![json!(1)]),
        ("kid", vec![kid], vec![json!(1), wrong.clone()]),
        ("map", vec![json!({"a": 1})], vec![json!([1]), wrong.clone()]),
        ("dict", vec![json!({"a": 1, "b": null})], vec![json!({"a": "no"}), json!([1])]),
        ("list", vec![json!([]), json!([1])], vec![json!([1, "no"]), json!([null]), json!({"a": 1})]),
        ("bus", vec![json!("ide")], vec![json!("nvme"), json!("scsi"), json!(1)]),
        ("words", vec![json!(["old"])], vec![json!(["a", "new"])]),
        ("named", vec![json!({"a": "old"})], vec![json!({"a": "b", "c": "new"})]),
        // Of what was of another type then, nobody says whether null may stand there.
        ("size", vec![json!("7"), json!(null)], vec![json!(7)]),
        // What was removed may be anything; so may what no field is, which a routine may add.
        ("gone", vec![json!(1), json!("a"), json!(null)], vec![]),
        ("more", vec![json!(1), json!("a"), json!(null)], vec![]),
    ];
    let told = |name: &str, value: &Value| {
        let value: Primitive = serde_json::from_value(value.clone()).unwrap();
        *SAID.lock().unwrap_or_else(PoisonError::into_inner) = Some((name.to_owned(), value));
        let broken = Laws::of(&registry).only("Shapes").cases(24).check();
        broken.err().filter(|broken| broken.law == Law::ValidInItsVersion).map(|broken| broken.what)
    };
    for (name, right, wrong) in rows {
        for value in right {
            assert_eq!(told(name, &value), None, "{name} {value}");
        }
        for value in wrong {
            let told = told(name, &value);
            assert!(
                told.as_ref().is_some_and(|what| what.starts_with(&format!("{name} for 1.0: "))),
                "{name} {value}: {told:?}"
            );
        }
    }
}

/// The second field follows the first in older versions.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::follow)]
pub struct Follows {
    origin: Origin,
    first: Field<i64>,
    second: Field<i64>,
}

impl Follows {
    fn follow(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        let Some(data) = data.as_map_mut() else { return Ok(()) };
        if let (Some(first), true) = (data.get("first").cloned(), data.contains_key("second")) {
            data.insert("second".to_owned(), first);
        }
        Ok(())
    }
}

/// A dict that is what the text says in older versions.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::follow)]
struct FollowsInDict {
    origin: Origin,
    key: Field<String>,
    named: Field<HashMap<String, i64>>,
}

impl FollowsInDict {
    fn follow(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        let Some(data) = data.as_map_mut() else { return Ok(()) };
        if let (Some(Primitive::Text(key)), true) = (data.get("key").cloned(), data.contains_key("named")) {
            data.insert(
                "named".to_owned(),
                Primitive::Map([(key.to_string(), 1.into())].into_iter().collect()),
            );
        }
        Ok(())
    }
}

/// Two texts are alike in older versions, or there are none.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::alike)]
struct Alike {
    origin: Origin,
    first: Field<bool>,
    second: Field<bool>,
}

impl Alike {
    fn alike(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        let Some(data) = data.as_map_mut() else { return Ok(()) };
        if data.get("first") != data.get("second") {
            for name in ["first", "second"] {
                if let Some(value) = data.get_mut(name) {
                    *value = false.into();
                }
            }
        }
        Ok(())
    }
}

#[test]
fn what_a_peer_changed_is_as_it_was_is_told() {
    for registry in [
        Registry::new().with::<Follows>(),
        Registry::new().with::<FollowsInDict>(),
        Registry::new().with::<Alike>(),
    ] {
        let broken = broken(&registry, &[]).expect("an edit is lost");
        assert_eq!(broken.law, Law::EditSurvives, "{broken}");
        assert!(broken.what.contains("changed") && broken.edit.is_some(), "{broken}");
    }
}

/// A field that a version in between lacks.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1", "1.2"), compatible = Self::skip)]
struct Skips {
    origin: Origin,
    #[field(values("new", since = "1.2", older = "old"))]
    note: Field<String>,
}

impl Skips {
    fn skip(&self, data: &mut Primitive, target: Version) -> Result<(), String> {
        if let (Some(data), true) = (data.as_map_mut(), target == Version::new(1, 1)) {
            data.shift_remove("note");
        }
        Ok(())
    }
}

#[test]
fn a_field_that_a_version_in_between_lacks_is_told() {
    let broken = broken(&Registry::new().with::<Skips>(), &[]).expect("a field is gone");
    assert_eq!(broken.law, Law::LowerIsInHigher, "{broken}");
    assert_eq!(broken.what, "note is in 1.0 and not in 1.1");
}

/// It breaks one law with large numbers, and another with small ones.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::break_one)]
struct BreaksTwo {
    origin: Origin,
    number: Field<i64>,
}

impl BreaksTwo {
    fn break_one(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        let Some(data) = data.as_map_mut() else { return Ok(()) };
        match data.get("number").cloned() {
            Some(Primitive::Int(100..)) => drop(data.insert("number".to_owned(), "many".into())),
            Some(Primitive::Int(number @ 10..)) => {
                drop(data.insert("number".to_owned(), (number + 1).into()))
            }
            _ => {}
        }
        Ok(())
    }
}

#[test]
fn the_smallest_object_breaks_the_law_that_the_first_one_broke() {
    let registry = Registry::new().with::<BreaksTwo>().with::<Kid>();
    let broken = broken(&registry, &[Law::MiddleIsStraight, Law::EditSurvives]).expect("it breaks two");
    let number = broken.envelope.get("versioned_object.data").and_then(|data| data.get("number")).cloned();
    match broken.law {
        Law::ValidInItsVersion => assert_eq!(number, Some(100.into()), "{broken}"),
        Law::ReadsWhatWasWritten | Law::TwiceIsOnce => assert_eq!(number, Some(10.into()), "{broken}"),
        _ => panic!("{broken}"),
    }
    // The objects of one name alone.
    Laws::of(&registry).only("Kid").check().unwrap_or_else(|broken| panic!("{broken}"));
    let alone = Laws::of(&registry).only("BreaksTwo").check().unwrap_err();
    assert_eq!(alone.object, "BreaksTwo");
}

/// What an object says of its children's versions holds, in each of the ways to say it.
#[test]
fn children_are_in_the_versions_that_are_said_of_them() {
    let kid = json!({"name": "Kid", "versions": ["1.0", "1.1"], "fields": {
        "a": {"type": "Integer"}, "b": {"type": "Integer", "since": "1.1"},
    }});
    let toy = json!({"name": "Toy", "versions": ["1.0", "1.1"], "fields": {
        "a": {"type": "Integer"}, "b": {"type": "Integer", "since": "1.1"},
    }});
    let of = |rows: Value| json!({"type": {"kind": "Object", "name": "Kid"}, "child_versions": rows});
    let all = ["1.0", "1.1", "1.2"];
    let holders = [
        // Beyond the last row a child goes as it is.
        json!({"versions": all, "fields": {"kid": of(json!({"1.0": "1.0"}))}}),
        // The newest row says an older version than the child has, which its own version doesn't go by.
        json!({"versions": all, "fields": {"kid": of(json!({"1.0": "1.0", "1.2": "1.0"}))}}),
        json!({"versions": all, "fields": {"kid": of(json!({"1.1": "1.0", "1.2": "1.1"}))}}),
        json!({"versions": all, "fields": {"kid": {"type": {"kind": "Object", "name": "Kid"}}}}),
        json!({"versions": all, "fields": {"kid": of(json!({"1.0": "1.0"}))}, "keep_children": true}),
        // Rows of a list are of its elements, and not of others that it holds.
        json!({
            "versions": all, "list": true, "child_versions": {"1.0": "1.0", "1.1": "1.1"},
            "fields": {
                "objects": {"type": {"kind": "List", "element": {"kind": "Object", "name": "Toy"}}},
                "kid": of(json!({"1.0": "1.0", "1.1": "1.0", "1.2": "1.1"})),
            },
        }),
        json!({
            "versions": all, "list": true, "child_versions": {},
            "fields": {"objects": {"type": {"kind": "List", "element": {"kind": "Object", "name": "Toy"}}}},
        }),
    ];
    for mut holder in holders {
        holder["name"] = json!("Holder");
        let registry = short_locks(&[kid.clone(), toy.clone(), holder.clone()]).registry();
        let broken = Laws::of(&registry).cases(96).check();
        broken.unwrap_or_else(|broken| panic!("{holder}: {broken}"));
    }
}
