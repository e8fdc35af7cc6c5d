//! Ways of Python classes that other derived objects have no use for: versions that a class refuses, elements that are
//! left out of a list, rules on what is inside a value, a constructor's doings, an heir's own rules.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::registry::{AnyObject, Registry, Schemas};
use versioned_objects::{
    Backport, Error, ErrorKind, Field, Manifest, ObjectEnum, Origin, Primitive, SetByName, Target, Version,
    VersionedObject, wire,
};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), bases("Rule"))]
struct BandwidthRule {
    origin: Origin,
    kbps: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), bases("Rule"))]
struct PacketRule {
    origin: Origin,
    rate: Field<i64>,
}

/// The base is no object of its own.
#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = "Rule")]
enum AnyRule {
    BandwidthRule(BandwidthRule),
    PacketRule(PacketRule),
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.10"), keep_children, refuse(before = "1.8", message = "its rules came later"))]
struct Policy {
    origin: Origin,
    #[field(without("PacketRule", since = "1.9"))]
    rules: Field<Vec<AnyRule>>,
    #[field(values(null, inside, since = "1.10", older = "none"))]
    metadata: Field<Option<BTreeMap<String, Option<String>>>>,
}

fn policy() -> Policy {
    let rules: Vec<AnyRule> = vec![
        PacketRule { rate: 5.into(), ..PacketRule::default() }.into(),
        BandwidthRule { kbps: 7.into(), ..BandwidthRule::default() }.into(),
        PacketRule::default().into(),
    ];
    let metadata = BTreeMap::from([("a".to_owned(), None), ("b".to_owned(), Some("c".to_owned()))]);
    Policy { rules: rules.into(), metadata: Some(metadata).into(), ..Policy::default() }
}

/// The same object without its Rust type, through the text of a schema file.
fn dynamic(object: &impl serde::Serialize, schemas: Schemas) -> AnyObject {
    let registry = Registry::new().with_schemas(schemas.to_string().parse().unwrap());
    registry.decode_json(&serde_json::to_vec(object).unwrap()).unwrap()
}

fn policies() -> Schemas {
    [BandwidthRule::SCHEMA, PacketRule::SCHEMA, Policy::SCHEMA].into_iter().cloned().collect()
}

/// What goes out for a version: in JSON, and in a format that wants lengths.
fn written(policy: &Policy, version: &str) -> Vec<Value> {
    let object = policy.at(version).unwrap();
    let packed: Value = rmp_serde::from_slice(&rmp_serde::to_vec_named(&object).unwrap()).unwrap();
    let dynamic = dynamic(policy, policies());
    let own = serde_json::to_value(object).unwrap();
    let copy = serde_json::to_value(dynamic.at(version).unwrap()).unwrap();
    [own, packed, copy].map(|envelope| envelope["versioned_object.data"].clone()).into()
}

#[test]
fn a_class_refuses_versions_that_it_reads() {
    let old = json!({
        "versioned_object.name": "Policy", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.2", "versioned_object.data": { "metadata": null },
    });
    let arrived: Policy = serde_json::from_value(old).unwrap();
    assert_eq!(arrived.metadata.get(), Some(&None), "it is read");
    let expected = "Policy isn't written in version 1.7: its rules came later";
    let refused = policy().at("1.7").unwrap_err();
    assert_eq!((refused.to_string().as_str(), refused.kind()), (expected, ErrorKind::ObjectAction));
    assert_eq!(dynamic(&policy(), policies()).at("1.7").unwrap_err().to_string(), expected);
    assert!(policy().at("1.8").is_ok() && policy().at("1.10").is_ok());
}

#[test]
fn objects_are_left_out_of_a_list() {
    let names = |data: &Value| -> Vec<String> {
        let rules = data["rules"].as_array().unwrap().iter();
        rules.map(|rule| rule["versioned_object.name"].as_str().unwrap().to_owned()).collect()
    };
    for data in written(&policy(), "1.8") {
        assert_eq!(names(&data), ["BandwidthRule"], "{data}");
    }
    for data in written(&policy(), "1.9") {
        assert_eq!(names(&data), ["PacketRule", "BandwidthRule", "PacketRule"], "{data}");
    }
    let altered: Vec<String> =
        policy().at("1.8").unwrap().altered().iter().map(|it| it.to_string()).collect();
    assert!(altered.iter().any(|it| it.contains("rules")), "{altered:?}");
    let none = Policy { rules: vec![PacketRule::default().into()].into(), ..Policy::default() };
    for data in written(&none, "1.8") {
        assert_eq!(data, json!({ "rules": [] }));
    }
    let other: Vec<AnyRule> = vec![BandwidthRule { kbps: 7.into(), ..BandwidthRule::default() }.into()];
    let other = Policy { rules: other.into(), ..Policy::default() };
    assert_eq!(other.at("1.8").unwrap().altered().len(), 0);
}

#[test]
fn a_null_inside_is_replaced_and_the_fields_own_is_not() {
    for data in written(&policy(), "1.9") {
        assert_eq!(data["metadata"], json!({ "a": "none", "b": "c" }));
    }
    for data in written(&policy(), "1.10") {
        assert_eq!(data["metadata"], json!({ "a": null, "b": "c" }));
    }
    let null = Policy { metadata: None.into(), ..Policy::default() };
    for data in written(&null, "1.9") {
        assert_eq!(data, json!({ "metadata": null }));
    }
}

/// A class that counts what it read as changed, and moves a value of older peers.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), read = Flavor::finish, validate = Flavor::check)]
struct Flavor {
    origin: Origin,
    specs: Field<BTreeMap<String, String>>,
    #[field(since = "1.1")]
    name: Field<String>,
}

impl Flavor {
    fn finish(&mut self, arrived: Version) -> Result<(), String> {
        if self.specs.get().is_some_and(|specs| specs.contains_key("bad")) {
            return Err("these specs are bad".to_owned());
        }
        if self.specs.get().is_some_and(|specs| !specs.is_empty()) {
            self.specs.get_mut();
        }
        if arrived < Version::new(1, 1)
            && let Some(specs) = self.specs.get_mut()
        {
            self.name = specs.remove("name").unwrap_or_default().into();
        }
        Ok(())
    }

    /// Sees what the routine before it did.
    fn check(&self) -> Result<(), String> {
        if self.name.is_set() { Ok(()) } else { Err("a flavor has a name".to_owned()) }
    }
}

#[test]
fn a_routine_finishes_what_was_read() {
    let envelope = |version: &str, data: Value| {
        json!({
            "versioned_object.name": "Flavor", "versioned_object.namespace": "versionedobjects",
            "versioned_object.version": version, "versioned_object.data": data,
        })
    };
    let old = envelope("1.0", json!({ "specs": { "name": "small" } }));
    let packed = rmp_serde::to_vec_named(&old).unwrap();
    let registered = Registry::new().with::<Flavor>().decode_json(old.to_string().as_bytes()).unwrap();
    let ways: [Flavor; 3] = [
        serde_json::from_value(old).unwrap(),
        rmp_serde::from_slice(&packed).unwrap(),
        registered.downcast().unwrap(),
    ];
    for flavor in ways {
        assert_eq!(flavor.name.get().map(String::as_str), Some("small"));
        assert!(flavor.specs.is_changed());
    }
    let new: Flavor = serde_json::from_value(envelope("1.1", json!({ "specs": {}, "name": "x" }))).unwrap();
    assert!(!new.specs.is_changed());
    let bad = envelope("1.1", json!({ "specs": { "bad": "" }, "name": "x" }));
    let error = serde_json::from_value::<Flavor>(bad).unwrap_err().to_string();
    assert_eq!(error, "Flavor: these specs are bad");
    assert_eq!(Flavor::SCHEMA.read.as_deref(), Some("Flavor::finish"));
}

/// A mix-in with a rule by versions of its own.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Vif {
    origin: Origin,
    #[field(fill(value = 1500, before = "1.1"))]
    mtu: Field<i64>,
    kind: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.5"))]
struct BridgeVif {
    origin: Origin,
    #[field(extends(
        mtu(fill(value = 9000, before = "1.3")),
        kind(values("new", since = "1.5", older = "old"))
    ))]
    base: Vif,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.5"))]
struct PlainVif {
    origin: Origin,
    #[field(extends)]
    base: Vif,
}

#[test]
fn an_heir_has_rules_by_its_own_versions() {
    let data = |object: &dyn Fn(&str) -> Result<Primitive, Error>, version: &str| -> Value {
        let whole = serde_json::to_value(object(version).unwrap()).unwrap();
        whole["versioned_object.data"].clone()
    };
    let vif = Vif { kind: "new".to_owned().into(), ..Vif::default() };
    let heir = BridgeVif { base: vif.clone(), ..BridgeVif::default() };
    let plain = PlainVif { base: vif, ..PlainVif::default() };
    let schemas: Schemas = [BridgeVif::SCHEMA].into_iter().cloned().collect();
    let copy = dynamic(&heir, schemas);
    let of_heir = |version: &str| Primitive::of(&heir.at(version)?);
    let of_copy = |version: &str| Primitive::of(&copy.at(version)?);
    let of_plain = |version: &str| Primitive::of(&plain.at(version)?);
    for object in [&of_heir as &dyn Fn(&str) -> _, &of_copy] {
        assert_eq!(data(object, "1.2"), json!({ "mtu": 9000, "kind": "old" }));
        assert_eq!(data(object, "1.4"), json!({ "kind": "old" }));
        assert_eq!(data(object, "1.5"), json!({ "kind": "new" }));
    }
    assert_eq!(data(&of_plain, "1.0"), json!({ "mtu": 1500, "kind": "new" }));
    assert_eq!(data(&of_plain, "1.1"), json!({ "kind": "new" }));
}

/// An object in a field that is none of objects in Python.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.2"))]
struct RecordSet {
    origin: Origin,
    #[field(alone)]
    records: Field<Vec<PlainVif>>,
    vif: Field<PlainVif>,
}

#[test]
fn objects_that_are_left_alone_go_out_as_they_are() {
    let set = RecordSet { records: vec![PlainVif::default()].into(), ..RecordSet::default() };
    let schemas: Schemas = [PlainVif::SCHEMA, RecordSet::SCHEMA].into_iter().cloned().collect();
    let copy = dynamic(&set, schemas);
    let manifest: Manifest = [("PlainVif", Version::new(1, 2))].into_iter().collect();
    for manifest in [None, Some(&manifest)] {
        let target = Target::Version(Version::new(1, 1), manifest);
        let both = [
            serde_json::to_value(set.at(target).unwrap()).unwrap(),
            serde_json::to_value(copy.at(target).unwrap()).unwrap(),
        ];
        for found in both {
            let record = &found["versioned_object.data"]["records"][0];
            assert_eq!(record["versioned_object.version"], "1.5", "{found}");
        }
    }
    let tree = Registry::new().with::<PlainVif>().with::<RecordSet>().tree("RecordSet").unwrap();
    assert!(tree.get("PlainVif").is_some(), "by the other field");
}

/// Fields whose values have to be more than their types say.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Zone {
    origin: Origin,
    #[field(check(pattern = "^[a-z.]+[.]$", max_length = 12))]
    name: Field<Option<String>>,
    #[field(check(min = 1, max = 65535))]
    ports: Field<Vec<i64>>,
    #[field(check(one_of(4, 6)))]
    family: Field<u8>,
    #[field(check(min_length = 2), coerce)]
    tags: Field<BTreeMap<String, Option<String>>>,
    /// A number, or a text of two.
    #[field(check(min = 1, max = 65535))]
    range: Field<Value>,
}

/// The error of each way to read these data, which all say the same.
fn refused(data: &Value) -> String {
    let envelope = json!({
        "versioned_object.name": "Zone", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": data,
    });
    let text = envelope.to_string();
    let schemas: Schemas = [Zone::SCHEMA].into_iter().cloned().collect();
    let file: Schemas = schemas.to_string().parse().unwrap();
    let packed = rmp_serde::to_vec_named(&envelope).unwrap();
    let ways = [
        Registry::new()
            .with::<Zone>()
            .decode_json(text.as_bytes())
            .map(drop)
            .map_err(|error| error.to_string()),
        Registry::new()
            .with_schemas(file)
            .decode_json(text.as_bytes())
            .map(drop)
            .map_err(|error| error.to_string()),
        serde_json::from_str::<Zone>(&text).map(drop).map_err(|error| error.to_string()),
        rmp_serde::from_slice::<Zone>(&packed).map(drop).map_err(|error| error.to_string()),
    ];
    let texts = ways.map(|way| way.err().unwrap_or_default());
    for other in &texts {
        assert_eq!(*other, texts[0], "{texts:#?}");
    }
    texts[0].clone()
}

#[test]
fn values_are_checked_beyond_their_types() {
    let good =
        json!({ "name": "a.org.", "ports": [1, 65535], "family": 6, "tags": { "a": null, "b": "cd" } });
    assert_eq!(refused(&good), "");
    assert_eq!(refused(&json!({ "name": null, "ports": [], "tags": {} })), "");
    assert_eq!(refused(&json!({ "range": 80 })), "");
    assert_eq!(refused(&json!({ "range": "80:90" })), "");
    let bad = [
        (json!({ "name": "a.org" }), "Zone.name: \"a.org\" doesn't match ^[a-z.]+[.]$"),
        (
            json!({ "name": "abcdefgh.org." }),
            "Zone.name: \"abcdefgh.org.\" has 13 characters, and at most 12 may stand here",
        ),
        (json!({ "ports": [80, 0] }), "Zone.ports: 0 is not from 1 to 65535"),
        (json!({ "range": 70000 }), "Zone.range: 70000 is not from 1 to 65535"),
        (json!({ "family": 5 }), "Zone.family: 5 is none of 4, 6"),
        (
            json!({ "tags": { "a": "b" } }),
            "Zone.tags: \"b\" has 1 characters, and at least 2 have to stand here",
        ),
    ];
    for (data, expected) in bad {
        assert_eq!(refused(&data), expected);
    }
}

#[test]
fn what_is_set_is_checked_by_name_and_when_it_is_asked_for() {
    let mut zone = Zone::default();
    let error = zone.set_by_name("family", 5).unwrap_err().to_string();
    assert_eq!(error, "Zone.family: 5 is none of 4, 6");
    zone.set_by_name("family", 4).unwrap();
    zone.validate().unwrap();
    zone.family.set(9);
    assert_eq!(zone.validate().unwrap_err().to_string(), "Zone.family: 9 is none of 4, 6");
    let schemas: Schemas = [Zone::SCHEMA].into_iter().cloned().collect();
    let registry = Registry::new().with_schemas(schemas);
    let mut object = DynamicObject::new(&registry, "Zone").unwrap();
    let error = object.set_by_name("ports", Primitive::List(vec![70000.into()])).unwrap_err().to_string();
    assert_eq!(error, "Zone.ports: 70000 is not from 1 to 65535");
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Binding {
    origin: Origin,
    host: Field<String>,
    status: Field<String>,
    #[field(since = "1.1")]
    profile: Field<String>,
}

/// Had one binding, and one address.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.4"))]
#[object(removed(name = "binding", until = "1.3", first(from = "bindings", when("status" = "ACTIVE"))))]
#[object(removed(name = "level", until = "1.2", fill = null, first(from = "levels")))]
struct Bound {
    origin: Origin,
    #[field(since = "1.4", child_versions("1.0" => "1.0", "1.4" => "1.1"))]
    bindings: Field<Option<Vec<Binding>>>,
    #[field(since = "1.3")]
    levels: Field<Vec<i64>>,
    #[field(first(from = "addresses", before = "1.2"))]
    address: Field<Option<String>>,
    #[field(since = "1.2")]
    addresses: Field<Vec<String>>,
}

fn bound(statuses: &[&str]) -> Bound {
    let binding = |(index, status): (usize, &&str)| Binding {
        host: format!("h{index}").into(),
        status: (*status).to_owned().into(),
        profile: "p".to_owned().into(),
        ..Binding::default()
    };
    let bindings = Some(statuses.iter().enumerate().map(binding).collect::<Vec<_>>());
    Bound { bindings: bindings.into(), ..Bound::default() }
}

/// The data in each form, of the object and of one without its Rust type. The compact form of such lists is compared with
/// the text's over all fixtures.
fn forms(object: &Bound, version: &str) -> Vec<Value> {
    let dynamic = dynamic(object, [Binding::SCHEMA, Bound::SCHEMA].into_iter().cloned().collect());
    let view = object.at(version).unwrap();
    let mut cbor = Vec::new();
    ciborium::into_writer(&view, &mut cbor).unwrap();
    let forms: [Value; 5] = [
        serde_json::to_value(view).unwrap(),
        serde_json::from_slice(&wire::to_json(object, version).unwrap()).unwrap(),
        rmp_serde::from_slice(&rmp_serde::to_vec_named(&view).unwrap()).unwrap(),
        ciborium::from_reader(&*cbor).unwrap(),
        serde_json::to_value(dynamic.at(version).unwrap()).unwrap(),
    ];
    forms.map(|form| form["versioned_object.data"].clone()).into()
}

#[test]
fn an_element_goes_out_for_who_knew_but_one() {
    let binding = |index: usize, status: &str| {
        json!({
            "versioned_object.name": "Binding", "versioned_object.namespace": "versionedobjects",
            "versioned_object.version": "1.0", "versioned_object.changes": ["host", "status"],
            "versioned_object.data": { "host": format!("h{index}"), "status": status },
        })
    };
    for (statuses, expected) in [
        (&["DOWN", "ACTIVE", "ACTIVE"][..], binding(1, "ACTIVE")),
        (&["ACTIVE"], binding(0, "ACTIVE")),
        (&["DOWN"], Value::Null),
        (&[], Value::Null),
    ] {
        for data in forms(&bound(statuses), "1.3") {
            assert_eq!(data, json!({ "binding": expected }));
        }
        let whole = bound(statuses);
        let lost: Vec<_> = whole.at("1.3").unwrap().dropped().into_iter().map(|loss| loss.field).collect();
        let is_all = statuses.is_empty() || *statuses == ["ACTIVE"];
        assert_eq!(lost, if is_all { vec![] } else { vec!["bindings".to_owned()] }, "{statuses:?}");
    }
    for data in forms(&Bound { bindings: None.into(), ..Bound::default() }, "1.2") {
        assert_eq!(data, json!({ "binding": null, "level": null }));
    }
    for data in forms(&Bound::default(), "1.3") {
        assert_eq!(data, json!({}), "nothing comes of what is unset");
    }
    let addresses = vec!["a".to_owned(), "b".to_owned()];
    let full = Bound { levels: vec![5, 6].into(), addresses: addresses.into(), ..Bound::default() };
    for data in forms(&full, "1.1") {
        assert_eq!(data, json!({ "level": 5, "address": "a" }));
    }
    let lost = |object: &Bound| -> Vec<String> {
        object.at("1.1").unwrap().dropped().into_iter().map(|loss| loss.field).collect()
    };
    assert_eq!(lost(&full), ["levels", "addresses"]);
    let one = Bound { levels: vec![5].into(), addresses: vec!["a".to_owned()].into(), ..Bound::default() };
    assert_eq!(lost(&one), [""; 0]);
    for data in forms(&Bound::default(), "1.1") {
        assert_eq!(data, json!({ "level": null }), "nothing is said of an address");
    }
    for data in forms(&full, "1.2") {
        assert_eq!(data, json!({ "level": 5, "addresses": ["a", "b"] }));
    }
}

#[test]
fn an_older_peers_one_is_none_of_the_list() {
    let old = json!({
        "versioned_object.name": "Bound", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.1", "versioned_object.data": { "level": 3, "address": "a" },
    });
    let arrived: Bound = serde_json::from_value(old.clone()).unwrap();
    assert!(!arrived.levels.is_set() && !arrived.addresses.is_set());
    assert_eq!(arrived.address.get(), Some(&Some("a".to_owned())));
}
