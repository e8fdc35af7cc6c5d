//! Values that rules look for, whatever their type: lists, sets, maps, and numbers of another type.

use std::collections::{BTreeMap, HashSet};
use std::convert::Infallible;

use serde::Serialize;
use serde_json::{Value, json};
use support::fixtures::Port;
use versioned_objects::check::Laws;
use versioned_objects::field::Sensitive;
use versioned_objects::registry::Registry;
use versioned_objects::{Backport, Entity, Field, Origin, Target, Version, VersionedObject, wire};

use crate::children::{dropped, in_all_forms, short, without_types};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Looked {
    origin: Origin,
    #[field(values([1, 2], [], since = "1.1", older = [0]))]
    list: Field<Vec<i64>>,
    #[field(values(["a", "b"], since = "1.1", older = ["c"]))]
    set: Field<HashSet<String>>,
    #[field(values({ "a": 1 }, since = "1.1", older = { "b": 2 }))]
    map: Field<BTreeMap<String, i64>>,
    #[field(values([1], inside, since = "1.1", older = [0, 0]))]
    rows: Field<Vec<Vec<i64>>>,
    #[field(values(["b", "a"], inside, since = "1.1", older = ["c"]))]
    groups: Field<Vec<HashSet<String>>>,
    #[field(values({}, since = "1.1", older = drop))]
    shelf: Field<BTreeMap<String, BTreeMap<String, i64>>>,
    #[field(values(1, since = "1.1", older = 2.5))]
    number: Field<f64>,
    #[field(values(["x", null], since = "1.1", older = refuse))]
    refused: Field<Vec<Option<String>>>,
    #[field(take(from = "number", before = "1.1", when("list" = [3, 4])))]
    taken: Field<f64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Wrapped {
    origin: Origin,
    texts: Field<Vec<String>>,
    #[field(take(from = "texts", before = "1.1", wrap))]
    rows: Field<Vec<Vec<String>>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Named {
    origin: Origin,
    #[field(since = "1.1")]
    name: Field<Option<String>>,
    #[field(take(from = "name", before = "1.1", wrap))]
    names: Field<Vec<String>>,
}

/// Fields of another type in versions before 1.2, with rules beside that.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.3"))]
struct Sized {
    origin: Origin,
    #[field(was(type = i64, since = "1.2", to_older = length, from_older = text))]
    #[field(values("huge", since = "1.3", older = "large"), values("odd", since = "1.1", older = refuse))]
    #[field(fill(value = "none", before = "1.3"))]
    size: Field<Option<String>>,
    #[field(was(type = Vec<i64>, since = "1.2", to_older = lengths, from_older = texts))]
    #[field(values("huge", inside, since = "1.3", older = "large"), fill(value = ["one"], before = "1.2", unset))]
    sizes: Field<Vec<String>>,
    #[field(was(type = i64, since = "1.2", to_older = length, from_older = text))]
    #[field(take(from = "sizes", before = "1.1", when("size" = "huge")))]
    same: Field<Option<String>>,
    #[field(was(type = i64, since = "1.2", to_older = count, from_older = entries))]
    #[field(insert(key = "size", from = "size", before = "1.2"))]
    map: Field<BTreeMap<String, Option<String>>>,
    #[field(was(type = Option<i64>, since = "1.2", to_older = speed, from_older = port))]
    #[field(child_versions("1.2" => "1.2"), fill(value = null, before = "1.2", unset))]
    port: Field<Option<Port>>,
}

fn length(size: &Option<String>) -> Result<i64, Infallible> {
    Ok(size.as_ref().map_or(-1, |size| size.len() as i64))
}

fn text(length: i64) -> Result<Option<String>, Infallible> {
    Ok(Some("x".repeat(length as usize)))
}

fn lengths<L: AsRef<[String]>>(sizes: &L) -> Result<Vec<i64>, Infallible> {
    Ok(sizes.as_ref().iter().map(|size| size.len() as i64).collect())
}

fn texts(lengths: Vec<i64>) -> Result<Vec<String>, Infallible> {
    Ok(lengths.into_iter().map(|length| "x".repeat(length as usize)).collect())
}

fn count(map: &BTreeMap<String, Option<String>>) -> Result<i64, Infallible> {
    Ok(map.len() as i64)
}

fn entries(count: i64) -> Result<BTreeMap<String, Option<String>>, Infallible> {
    Ok((0..count).map(|index| (index.to_string(), None)).collect())
}

fn speed(port: &Option<Port>) -> Result<Option<i64>, String> {
    match port.as_ref().map(|port| port.speed.get()) {
        None => Ok(None),
        Some(Some(speed)) if *speed >= 0 => Ok(Some(*speed)),
        Some(speed) => Err(format!("{speed:?} is no speed")),
    }
}

fn port(speed: Option<i64>) -> Result<Option<Port>, Infallible> {
    Ok(speed.map(|speed| Port { speed: speed.into(), ..Port::default() }))
}

/// Fields that go out in others, in some versions.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(
    versions("1.0..=1.3"),
    removed(name = "level", since = "1.1", until = "1.2", first(from = "levels"))
)]
struct Moved {
    origin: Origin,
    #[field(since = "1.3")]
    levels: Field<Vec<i64>>,
    #[field(since = "1.2")]
    host: Field<String>,
    #[field(take(from = "host", before = "1.1"))]
    node: Field<String>,
}

/// Objects that didn't exist in 1.0, in fields with rules.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Later {
    origin: Origin,
    #[field(child_versions("1.1" => "1.2"), fill(value = [], before = "1.1"))]
    filled: Field<Option<Vec<Port>>>,
    #[field(child_versions("1.1" => "1.2"), fill(value = [], before = "1.1", unset))]
    many: Field<Vec<Port>>,
    #[field(child_versions("1.1" => "1.2"), take(from = "spare", before = "1.1", wrap))]
    wrapped: Field<Vec<Port>>,
    #[field(since = "1.1", child_versions("1.1" => "1.2"))]
    spare: Field<Port>,
    #[field(child_versions("1.1" => "1.2"), refuse(before = "1.1"))]
    refused: Field<Vec<Port>>,
    #[field(child_versions("1.1" => "1.2"), without("Port", since = "1.1"))]
    without: Field<Vec<Port>>,
    #[field(child_versions("1.1" => "1.2"))]
    plain: Field<Vec<Port>>,
    #[field(child_versions("1.1" => "1.2"), renamed(from = "was", since = "1.1"))]
    renamed: Field<Vec<Port>>,
}

/// A map that is added to, with a rule on its values that holds no more.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.2"))]
struct Labels {
    origin: Origin,
    #[field(
        insert(key = "owner", from = "owner", before = "1.2"),
        values("new", since = "1.1", older = "old")
    )]
    labels: Field<BTreeMap<String, String>>,
    #[field(since = "1.2")]
    owner: Field<Option<String>>,
    #[field(since = "1.2")]
    note: Field<String>,
}

const OLDER: &str = "1.0";

/// The data of 1.0 in every form, of the object and of one that knows its schema alone.
#[track_caller]
fn older(object: &(impl Entity + Serialize)) -> Value {
    let registry = Registry::new().with::<Looked>().with::<Wrapped>().with::<Named>();
    let registry = registry.with::<Port>().with::<Later>();
    let target = Target::Version(OLDER.parse().unwrap(), None);
    let bare = without_types(&registry);
    let dynamic = bare.decode_json(&wire::to_json(object, Target::Own).unwrap()).unwrap();
    let mut written = short(&in_all_forms(object, target, &registry));
    assert_eq!(short(&in_all_forms(&dynamic, target, &bare)), written);
    written[1].take()
}

fn altered(object: &impl Entity, version: &str) -> Vec<String> {
    object.at(version).unwrap().altered().into_iter().map(|loss| loss.path).collect()
}

fn lost(object: &impl Entity, version: &str) -> Vec<String> {
    dropped(object, Target::Version(version.parse().unwrap(), None))
}

#[test]
fn a_list_a_set_or_a_map_is_looked_for_as_any_value() {
    let found = Looked {
        list: vec![1, 2].into(),
        set: HashSet::from(["b".to_owned(), "a".to_owned()]).into(),
        map: BTreeMap::from([("a".to_owned(), 1)]).into(),
        rows: vec![vec![1], vec![2], vec![1, 1]].into(),
        ..Looked::default()
    };
    let expected = json!({ "list": [0], "set": ["c"], "map": { "b": 2 }, "rows": [[0, 0], [2], [1, 1]] });
    assert_eq!(older(&found), expected);
    assert_eq!(altered(&found, OLDER), ["Looked.list", "Looked.set", "Looked.map", "Looked.rows"]);
    assert_eq!(older(&Looked { list: vec![].into(), ..Looked::default() }), json!({ "list": [0] }));
    let other = Looked {
        list: vec![2, 1].into(),
        set: HashSet::from(["a".to_owned()]).into(),
        map: BTreeMap::from([("a".to_owned(), 2)]).into(),
        rows: vec![vec![]].into(),
        ..Looked::default()
    };
    assert_eq!(older(&other), json!({ "list": [2, 1], "set": ["a"], "map": { "a": 2 }, "rows": [[]] }));
    assert_eq!(altered(&other, OLDER), [""; 0]);
}

#[test]
fn a_value_is_found_inside_another() {
    let shelves = |inner: &[(&str, i64)]| {
        let inner = inner.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect();
        Looked { shelf: BTreeMap::from([("a".to_owned(), inner)]).into(), ..Looked::default() }
    };
    assert_eq!(older(&shelves(&[])), json!({}));
    assert_eq!(lost(&shelves(&[]), OLDER), ["Looked.shelf"]);
    assert_eq!(older(&shelves(&[("b", 1)])), json!({ "shelf": { "a": { "b": 1 } } }));
}

#[test]
fn a_set_is_found_inside_a_list_in_whatever_order_it_stands() {
    let group = |names: [&str; 2]| names.into_iter().map(str::to_owned).collect::<HashSet<_>>();
    let groups = [group(["a", "b"]), group(["a", "d"])];
    let out = older(&Looked { groups: vec![groups[0].clone()].into(), ..Looked::default() });
    assert_eq!(out, json!({ "groups": [["c"]] }));
    let mut out = older(&Looked { groups: vec![groups[1].clone()].into(), ..Looked::default() });
    out["groups"][0].as_array_mut().unwrap().sort_by_key(Value::to_string);
    assert_eq!(out, json!({ "groups": [["a", "d"]] }));
}

#[test]
fn a_number_is_found_whatever_its_type() {
    let of = |number: f64| Looked { number: number.into(), ..Looked::default() };
    assert_eq!(older(&of(1.0)), json!({ "number": 2.5 }));
    assert_eq!(older(&of(1.5)), json!({ "number": 1.5 }));
}

#[test]
fn a_list_is_refused_as_any_value() {
    let of = |texts: [Option<&str>; 2]| Looked {
        refused: texts.map(|text| text.map(str::to_owned)).to_vec().into(),
        ..Looked::default()
    };
    assert_eq!(
        of([Some("x"), None]).at(OLDER).unwrap_err().to_string(),
        "Looked.refused: refused=[x, null] is not supported in version 1.0 of Looked; it is from 1.1 on"
    );
    assert!(of([None, Some("x")]).at(OLDER).is_ok());
}

#[test]
fn a_condition_asks_for_a_list() {
    let of = |list: [i64; 2]| Looked { list: list.to_vec().into(), number: 7.5.into(), ..Looked::default() };
    assert_eq!(older(&of([3, 4])), json!({ "list": [3, 4], "number": 7.5, "taken": 7.5 }));
    assert_eq!(older(&of([4, 3])), json!({ "list": [4, 3], "number": 7.5 }));
}

#[test]
fn a_list_with_an_empty_text_is_something_to_wrap() {
    let of = |texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Wrapped { texts: texts.into(), ..Wrapped::default() }
    };
    assert_eq!(older(&of(&["a", ""])), json!({ "texts": ["a", ""], "rows": [["a", ""]] }));
    assert_eq!(older(&of(&[])), json!({ "texts": [], "rows": [[]] }));
    assert_eq!(older(&Wrapped::default()), json!({ "rows": [] }));
}

#[test]
fn what_an_older_object_holds_in_its_own_field_stays() {
    let own = Wrapped { rows: vec![vec!["a".to_owned()]].into(), ..Wrapped::default() };
    assert_eq!(older(&own), json!({ "rows": [["a"]] }));
    let both = Wrapped { texts: vec!["b".to_owned()].into(), ..own };
    assert_eq!(older(&both), json!({ "texts": ["b"], "rows": [["b"]] }));
}

#[test]
fn of_objects_that_came_later_the_rules_see_nothing() {
    let ports = || vec![Port::default()];
    let later = Later {
        filled: Some(ports()).into(),
        many: ports().into(),
        wrapped: ports().into(),
        refused: ports().into(),
        without: ports().into(),
        plain: ports().into(),
        renamed: ports().into(),
        ..Later::default()
    };
    assert_eq!(older(&later), json!({ "filled": [], "many": [], "wrapped": [] }));
    let out = serde_json::to_value(later.at(OLDER).unwrap()).unwrap();
    assert_eq!(out["versioned_object.changes"], json!(["filled", "many", "wrapped"]));
    assert_eq!(altered(&later, OLDER), ["Later.filled", "Later.many", "Later.wrapped"]);
    assert_eq!(lost(&later, OLDER), ["Later.refused", "Later.without", "Later.plain", "Later.renamed"]);
    assert_eq!(altered(&later, "1.1"), [""; 0]);
}

#[test]
fn what_is_added_to_a_map_is_no_other_value() {
    let labels = Labels {
        labels: BTreeMap::from([("a".to_owned(), "new".to_owned())]).into(),
        owner: Some("me".to_owned()).into(),
        note: "n".to_owned().into(),
        ..Labels::default()
    };
    let note = || vec!["Labels.note".to_owned()];
    let told = |version: &str| {
        let view = labels.at(version).unwrap();
        (
            short(&serde_json::to_value(view).unwrap())[1].clone(),
            altered(&labels, version),
            lost(&labels, version),
        )
    };
    assert_eq!(told("1.1"), (json!({ "labels": { "a": "new", "owner": "me" } }), vec![], note()));
    let replaced = vec!["Labels.labels".to_owned()];
    assert_eq!(told("1.0"), (json!({ "labels": { "a": "old", "owner": "me" } }), replaced, note()));
}

#[test]
fn where_a_map_isn_t_set_what_is_added_to_it_is_lost() {
    let labels = Labels { owner: Some("me".to_owned()).into(), ..Labels::default() };
    assert_eq!(lost(&labels, "1.1"), ["Labels.owner"]);
    assert_eq!(lost(&labels, "1.2"), [""; 0]);
}

/// The data that go out for a version.
fn sized(object: &Sized, version: &str) -> Value {
    let view = object.at(version).unwrap();
    short(&serde_json::to_value(view).unwrap())[1].clone()
}

#[test]
fn a_conversion_is_given_what_other_rules_make_of_the_value() {
    let huge = Sized {
        size: Some("huge".to_owned()).into(),
        sizes: vec!["huge".to_owned(), "a".to_owned()].into(),
        map: BTreeMap::from([("a".to_owned(), None)]).into(),
        ..Sized::default()
    };
    let newest = json!({ "size": "huge", "sizes": ["huge", "a"], "map": { "a": null } });
    assert_eq!(sized(&huge, "1.3"), newest);
    let newer = json!({ "size": "large", "sizes": ["large", "a"], "map": { "a": null } });
    assert_eq!(sized(&huge, "1.2"), newer);
    let older = json!({ "size": 5, "sizes": [5, 1], "map": 2, "port": null });
    assert_eq!(sized(&huge, "1.1"), older);
    assert_eq!(altered(&huge, "1.1"), ["Sized.size", "Sized.sizes", "Sized.map"]);
    assert_eq!(lost(&huge, "1.1"), [""; 0]);
    // By way of the version in between it is the same.
    let between: Sized =
        serde_json::from_value(serde_json::to_value(huge.at("1.2").unwrap()).unwrap()).unwrap();
    assert_eq!(sized(&between, "1.1")["size"], older["size"]);
}

/// Of any length, which is what older versions have of it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.3"))]
struct Measured {
    origin: Origin,
    #[field(was(type = i64, since = "1.2", to_older = length, from_older = measured))]
    #[field(values("", since = "1.3", older = "a"), fill(value = "none", before = "1.3"))]
    size: Field<Option<String>>,
}

fn measured(length: i64) -> Result<Option<String>, String> {
    match usize::try_from(length) {
        Ok(length @ 0..100) => Ok(Some("x".repeat(length))),
        _ => Err(format!("{length} is no length")),
    }
}

#[test]
fn the_laws_hold_of_rules_beside_a_conversion() {
    let registry = Registry::new().with::<Measured>();
    let laws = Laws::of(&registry).cases(100);
    laws.check().unwrap_or_else(|broken| panic!("{broken}"));
}

#[test]
fn what_is_filled_in_is_converted() {
    let unset = Sized::default();
    assert_eq!(sized(&unset, "1.2"), json!({ "size": "none" }));
    assert_eq!(sized(&unset, "1.1"), json!({ "size": 4, "sizes": [3], "port": null }));
    let null = Sized { size: None.into(), same: None.into(), ..Sized::default() };
    assert_eq!(sized(&null, "1.2"), json!({ "size": "none", "same": null }));
    assert_eq!(sized(&null, "1.1"), json!({ "size": 4, "sizes": [3], "same": -1, "port": null }));
    assert_eq!(altered(&null, "1.1"), ["Sized.same"]);
}

/// A dict that is filled in where it is unset, or null, is what goes out, whatever would be put into it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct FilledMaps {
    name: Field<String>,
    #[field(fill(value = {}, before = "1.1", unset), insert(key = "name", from = "name", before = "1.1"))]
    map: Field<BTreeMap<String, String>>,
    #[field(fill(value = { "a": "b" }, before = "1.1"), insert(key = "name", from = "name", before = "1.1"))]
    maybe: Field<Option<BTreeMap<String, String>>>,
    #[field(was(type = i64, since = "1.1", to_older = count, from_older = entries))]
    #[field(fill(value = {}, before = "1.1", unset), insert(key = "name", from = "name", before = "1.1"))]
    counted: Field<BTreeMap<String, Option<String>>>,
}

#[test]
fn nothing_is_put_into_a_dict_that_is_filled_in() {
    let mut maps = FilledMaps { name: "n".to_owned().into(), maybe: None.into(), ..FilledMaps::default() };
    let filled = json!({ "name": "n", "map": {}, "maybe": { "a": "b" }, "counted": 0 });
    assert_eq!(short(&serde_json::to_value(maps.at("1.0").unwrap()).unwrap())[1], filled);
    maps.map.set(BTreeMap::new());
    maps.maybe.set(Some(BTreeMap::new()));
    maps.counted.set(BTreeMap::new());
    let put = json!({ "name": "n", "map": { "name": "n" }, "maybe": { "name": "n" }, "counted": 1 });
    assert_eq!(short(&serde_json::to_value(maps.at("1.0").unwrap()).unwrap())[1], put);
}

/// One element of a list goes out converted, whatever versions its objects have.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.3"))]
struct Chosen {
    #[field(child_versions("1.0" => "1.0", "1.3" => "1.2"))]
    ports: Field<Vec<Port>>,
    #[field(since = "1.2", child_versions("1.2" => "1.2"))]
    later: Field<Vec<Port>>,
    #[field(was(type = Option<i64>, since = "1.3", to_older = speed, from_older = port))]
    #[field(child_versions("1.3" => "1.2"), first(from = "ports", before = "1.3"))]
    one: Field<Option<Port>>,
    #[field(was(type = Option<i64>, since = "1.3", to_older = speed, from_older = port))]
    #[field(child_versions("1.3" => "1.2"), first(from = "later", before = "1.3"))]
    other: Field<Option<Port>>,
    // Of a version that lacks the field there is no older form either.
    #[field(was(type = Option<i64>, since = "1.3", to_older = speed, from_older = port))]
    #[field(since = "1.1", child_versions("1.3" => "1.2"), refuse(before = "1.1"))]
    came: Field<Option<Port>>,
}

#[test]
fn the_first_of_a_list_is_converted_as_it_is() {
    let ports = || vec![Port { speed: 7.into(), ..Port::default() }];
    let chosen = Chosen { ports: ports().into(), later: ports().into(), ..Chosen::default() };
    for version in ["1.0", "1.1", "1.2"] {
        let data = short(&serde_json::to_value(chosen.at(version).unwrap()).unwrap())[1].clone();
        assert_eq!((&data["one"], &data["other"]), (&json!(7), &json!(7)), "{version}");
    }
    let slow = Chosen { ports: vec![Port::default()].into(), ..Chosen::default() };
    assert_eq!(slow.at("1.0").unwrap_err().to_string(), "Chosen.one: None is no speed");
    let came = Chosen { came: Some(ports().remove(0)).into(), ..Chosen::default() };
    assert_eq!(lost(&came, "1.0"), ["Chosen.came"]);
    assert_eq!(short(&serde_json::to_value(came.at("1.1").unwrap()).unwrap())[1]["came"], 7);
}

/// What another field holds may be a secret.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Pin {
    password: Field<Sensitive>,
    #[field(was(type = String, since = "1.1", to_older = pin_text, from_older = from_pin))]
    #[field(take(from = "password", before = "1.1"))]
    pin: Field<i64>,
}

fn pin_text(pin: &i64) -> Result<String, Infallible> {
    Ok(pin.to_string())
}

fn from_pin(pin: String) -> Result<i64, std::num::ParseIntError> {
    pin.parse()
}

#[test]
fn what_a_rule_takes_is_in_no_error() {
    let pin = Pin { password: "hunter2".into(), ..Pin::default() };
    let error = pin.at("1.0").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Pin.pin: what a rule writes for an older version is no value of the field"
    );
    assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
}

/// A fill, too, needs the conversion.
#[test]
fn what_is_filled_in_without_a_type_is_refused() {
    let registry = Registry::new().with_schema(Sized::SCHEMA.clone());
    let object = registry.unset("Sized").unwrap();
    assert_eq!(
        wire::to_json(&object, Version::new(1, 1)).unwrap_err().to_string(),
        "Sized.size: the field was of another type then, and its conversion is a Rust function"
    );
}

/// What refuses a value does so before it is converted; so does what can't be a value of the field.
#[test]
fn what_can_t_be_converted_is_refused_before_it_is_written() {
    let odd = Sized { size: Some("odd".to_owned()).into(), ..Sized::default() };
    assert_eq!(sized(&odd, "1.1")["size"], 3);
    let error = odd.at("1.0").unwrap_err().to_string();
    assert!(error.contains("size=odd is not supported in version 1.0 of Sized"), "{error}");
    let huge = Sized {
        size: Some("huge".to_owned()).into(),
        sizes: vec!["b".to_owned()].into(),
        ..Sized::default()
    };
    assert_eq!(sized(&huge, "1.1").get("same"), None);
    let error = huge.at("1.0").unwrap_err().to_string();
    assert_eq!(error, "Sized.same: what a rule writes for an older version is no value of the field");
}

/// The older form has no objects, so whether these existed then makes no difference.
#[test]
fn an_object_that_was_a_number_is_converted_whatever_its_version() {
    let fast = Port { speed: 9.into(), ..Port::default() };
    let object = Sized { port: Some(fast).into(), ..Sized::default() };
    assert_eq!(sized(&object, "1.1")["port"], 9);
    let written = serde_json::to_value(object.at("1.1").unwrap()).unwrap();
    assert_eq!(written["versioned_object.changes"], json!(["port"]));
    assert_eq!((altered(&object, "1.1"), lost(&object, "1.1")), (vec!["Sized.port".to_owned()], vec![]));
    let none = Sized { port: Some(Port::default()).into(), ..Sized::default() };
    let error = none.at("1.1").unwrap_err().to_string();
    assert_eq!(error, "Sized.port: None is no speed");
    let schema = Registry::new().with::<Sized>().json_schema_at("Sized", "1.1").unwrap();
    assert!(serde_json::to_string(&schema).unwrap().contains("port"), "{schema:?}");
}

#[test]
fn null_and_an_empty_text_are_nothing_to_wrap() {
    for (name, names) in [(Some("a"), json!(["a"])), (Some(""), json!([])), (None, json!([]))] {
        let named = Named { name: name.map(str::to_owned).into(), ..Named::default() };
        assert_eq!(older(&named), json!({ "names": names }));
    }
}

#[test]
fn what_goes_out_in_another_field_is_lost_where_that_isn_t_there_either() {
    let moved = Moved { levels: vec![7].into(), host: "h".to_owned().into(), ..Moved::default() };
    assert_eq!(lost(&moved, "1.3"), [""; 0]);
    assert_eq!(lost(&moved, "1.2"), [""; 0]);
    assert_eq!(lost(&moved, "1.1"), ["Moved.host"]);
    assert_eq!(lost(&moved, "1.0"), ["Moved.levels"]);
    let out = short(&serde_json::to_value(moved.at("1.0").unwrap()).unwrap());
    assert_eq!(out[1], json!({ "node": "h" }));
}
