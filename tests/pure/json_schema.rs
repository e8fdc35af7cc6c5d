//! JSON schemas where the reference has none: of older versions, of objects that hold themselves, of types that it
//! gives no schema. Where it has one, `reference.rs` compares.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::schema::{FieldSchema, Keys, Kind, ObjectSchema, TypeSchema};
use versioned_objects::{Backport, ErrorKind, Field, FieldEnum, Manifest, Target, Version, VersionedObject};

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "kebab-case")]
enum Bus {
    Ide,
    Virtio,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Port {
    address: Field<Option<IpAddr>>,
    #[field(since = "1.1")]
    mac: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1", "1.2"), removed(name = "old", until = "1.0"))]
struct Disk {
    #[field(renamed(from = "label", since = "1.1"))]
    title: Field<String>,
    #[field(values("virtio", since = "1.2", older = "ide"))]
    bus: Field<Bus>,
    #[field(since = "1.1", default = ["b", "a"])]
    tags: Field<BTreeSet<String>>,
    port: Field<Port>,
}

fn registry() -> Registry {
    Registry::new().with::<Disk>().with::<Port>()
}

#[track_caller]
fn properties(document: &Value) -> &Value {
    let data = document["properties"].as_object().unwrap().iter().find(|(key, _)| key.ends_with(".data"));
    &data.unwrap().1["properties"]
}

fn at<'a>(registry: &Registry, name: &str, target: Target<'a>) -> Value {
    serde_json::to_value(registry.json_schema_at(name, target).unwrap()).unwrap()
}

#[test]
fn an_older_version_has_the_fields_names_and_values_of_its_time() {
    let manifest: Manifest = [("Port", Version::new(1, 0))].into_iter().collect();
    let older = at(&registry(), "Disk", Target::Version(Version::new(1, 0), Some(&manifest)));
    let fields = properties(&older);
    let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    assert_eq!(names, ["bus", "label", "old", "port"]);
    assert_eq!(fields["bus"]["enum"], json!(["ide"]));
    assert_eq!(properties(&fields["port"]).as_object().unwrap().keys().collect::<Vec<_>>(), ["address"]);

    let today = at(&registry(), "Disk", Target::Own);
    let fields = properties(&today);
    let names: Vec<&String> = fields.as_object().unwrap().keys().collect();
    assert_eq!(names, ["bus", "port", "tags", "title"]);
    assert_eq!(fields["bus"]["enum"], json!(["ide", "virtio"]));
    assert_eq!(fields["tags"]["default"], json!(["a", "b"]));
}

#[test]
fn a_registry_held_to_a_version_describes_that_one() {
    let held = registry().held_to("Port", Version::new(1, 0)).unwrap();
    let port = serde_json::to_value(held.json_schema("Port").unwrap()).unwrap();
    assert!(properties(&port).get("mac").is_none());
}

#[test]
fn an_older_version_needs_to_know_those_of_the_objects_in_it() {
    let error = registry().json_schema_at("Disk", Version::new(1, 1)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ObjectAction);
    let expected = "Disk.port: no rule for port: which version of Port goes with Disk 1.1 is said neither by a \
                    manifest nor by a declaration";
    assert_eq!(error.to_string(), expected);
    let error = registry().json_schema_at("Disk", Version::new(3, 0)).unwrap_err();
    assert_eq!(error.to_string(), "Disk has no version 3.0 to be written in; it has 1.0 to 1.2");
}

#[test]
fn an_address_is_of_either_family() {
    let port = at(&registry(), "Port", Target::Own);
    let expected = json!({
        "oneOf": [
            {"type": ["string"], "format": "ipv4"},
            {"type": ["string"], "format": "ipv6"},
            {"type": "null"}
        ],
        "readonly": false
    });
    assert_eq!(properties(&port)["address"], expected);
}

/// An object of a schema that was made at run time, with one field.
fn with_field(name: &'static str, ty: TypeSchema) -> ObjectSchema {
    ObjectSchema {
        name: name.into(),
        namespace: "p".into(),
        keys: Keys::new("s/~"),
        versions: Cow::Owned(vec![Version::new(1, 0)]),
        is_open: true,
        unreleased: None,
        fields: Cow::Owned(vec![FieldSchema { nullable: true, ..FieldSchema::new("field", ty) }]),
        tombstones: Cow::Borrowed(&[]),
        child_versions: None,
        bare_list: false,
        keep_children: false,
        forgets_changes: false,
        by_pin: false,
        by_manifest: false,
        initial: Cow::Borrowed(&[]),
        converts_nested: false,
        refuses: None,
        read: None,
        compatible: None,
        validate: None,
        bases: Cow::Borrowed(&[]),
        extra_fields: Cow::Borrowed(&[]),
        methods: Cow::Borrowed(&[]),
    }
}

#[test]
fn an_object_that_holds_itself_refers_to_itself() {
    let kind = Kind::Object { name: "Node".into(), subclasses: false, schema: None };
    let registry = Registry::new().with_schema(with_field("Node", TypeSchema::new("Object", kind)));
    let node = at(&registry, "Node", Target::Own);
    let expected = json!({"readonly": false, "oneOf": [{"$ref": "#"}, {"type": "null"}]});
    assert_eq!(properties(&node)["field"], expected);
}

#[test]
fn a_type_of_a_projects_own_has_the_schema_that_it_says() {
    const COLOUR: TypeSchema =
        TypeSchema::described("Colour", &[], r#"{"type": ["string"], "maxLength": 7}"#);
    let registry = Registry::new().with_schema(with_field("Paint", COLOUR));
    let expected = json!({"type": ["string", "null"], "maxLength": 7, "readonly": false});
    assert_eq!(properties(&at(&registry, "Paint", Target::Own))["field"], expected);

    let registry =
        Registry::new().with_schema(with_field("Paint", TypeSchema::described("Colour", &[], "[]")));
    let error = registry.json_schema("Paint").unwrap_err();
    let expected = "Paint.field: the JSON schema of the type Colour can't be read: it is a list, not a map";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn an_object_that_is_not_registered_is_named() {
    let kind = Kind::Object { name: "Lost".into(), subclasses: false, schema: None };
    let registry = Registry::new().with_schema(with_field("Holder", TypeSchema::new("Object", kind)));
    let error = registry.json_schema("Holder").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedObject);
    assert_eq!(error.to_string(), "Holder.field: unsupported object type Lost");
}

/// Whatever an object leads back to has its place in the document.
#[test]
fn each_reference_leads_to_an_object_of_the_document() {
    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(versions("1.0"), serial_namespace = "a/b~c")]
    struct Node {
        next: Field<Option<Box<Node>>>,
        others: Field<Vec<Node>>,
    }
    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(versions("1.0"), serial_namespace = "a/b~c")]
    struct Tree {
        root: Field<Node>,
        by_name: Field<BTreeMap<String, Node>>,
    }
    let registry = Registry::new().with::<Node>().with::<Tree>();
    let document = serde_json::to_value(registry.json_schema("Tree").unwrap()).unwrap();
    let mut waiting = vec![&document];
    let mut references = Vec::new();
    while let Some(value) = waiting.pop() {
        match value {
            serde_json::Value::Object(entries) => {
                references.extend(entries.get("$ref").and_then(|place| place.as_str()));
                waiting.extend(entries.values());
            }
            serde_json::Value::Array(values) => waiting.extend(values),
            _ => {}
        }
    }
    references.sort_unstable();
    let data = "#/properties/a~1b~0c.data/properties";
    let node = |place: &str| format!("{data}/{place}");
    assert_eq!(
        references,
        [
            node("by_name/additionalProperties"),
            node("by_name/additionalProperties"),
            node("root"),
            node("root")
        ]
    );
    for reference in references {
        let found = document.pointer(&reference[1..]).unwrap_or_else(|| panic!("{reference} leads nowhere"));
        assert_eq!(found["properties"]["a/b~c.data"]["description"], "fields of Node");
    }
}

#[derive(VersionedObject, Clone, Debug, Default)]
#[object(versions("1.0", "1.1"), removed(name = "gone", until = "1.0"))]
struct Checked {
    #[field(check(pattern = "^[a-z]+$", min_length = 2, max_length = 12))]
    name: Field<Option<String>>,
    #[field(check(min = 1, max = 65535))]
    ports: Field<Vec<i64>>,
    #[field(check(one_of(4, 6)))]
    family: Field<u8>,
    #[field(check(min_length = 3))]
    tags: Field<BTreeMap<String, Option<String>>>,
    #[field(was(type = bool, since = "1.1", to_older = is_set, from_older = from_flag), check(min = 0), default = 1)]
    level: Field<i64>,
}

fn is_set(level: &i64) -> Result<bool, String> {
    Ok(*level > 0)
}

fn from_flag(flag: bool) -> Result<i64, String> {
    Ok(flag.into())
}

#[test]
fn what_is_asked_of_a_value_stands_where_the_value_does() {
    let registry = Registry::new().with::<Checked>();
    let now = at(&registry, "Checked", Target::Own);
    let name = json!({
        "type": ["string", "null"], "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 12, "readonly": false
    });
    let fields = properties(&now);
    assert_eq!(fields["name"], name);
    assert_eq!(
        fields["ports"]["items"],
        json!({ "type": ["integer"], "minimum": 1, "maximum": 65535, "readonly": false })
    );
    assert_eq!(fields["ports"].get("minimum"), None);
    assert_eq!(fields["family"]["enum"], json!([4, 6]));
    assert_eq!(fields["name"].get("enum"), None);
    assert_eq!(fields["tags"]["additionalProperties"]["minLength"], 3);
    assert_eq!((&fields["level"]["minimum"], &fields["level"]["default"]), (&json!(0), &json!(1)));
    assert_eq!(fields.get("gone"), None);
    let data = &now["properties"]["versioned_object.data"];
    assert_eq!(data["required"], json!(["family", "level", "ports", "tags"]));

    let older = at(&registry, "Checked", Target::Version(Version::new(1, 0), None));
    let fields = properties(&older);
    assert_eq!(fields["name"], name);
    assert_eq!(fields["level"], json!({ "type": ["boolean"], "readonly": false }));
    assert_eq!(fields["gone"], json!({}));
}

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "kebab-case")]
enum Pace {
    Slow,
    Fast,
}

#[derive(VersionedObject, Clone, Debug, Default)]
#[object(versions("1.0", "1.1"))]
struct Paced {
    #[field(was(type = Pace, since = "1.1", to_older = pace_of, from_older = words_of))]
    #[field(values("fast", since = "1.1", older = "quick"))]
    pace: Field<String>,
}

fn pace_of<T: AsRef<str>>(words: &T) -> Result<Pace, String> {
    Ok(if words.as_ref() == "quick" { Pace::Fast } else { Pace::Slow })
}

fn words_of(pace: Pace) -> Result<String, String> {
    Ok(if pace == Pace::Fast { "fast" } else { "slow" }.to_owned())
}

/// Values that came later are of the type that the field has now, and an older form may have them.
#[test]
fn an_older_form_has_all_of_its_values() {
    let registry = Registry::new().with::<Paced>();
    let older = at(&registry, "Paced", Target::Version(Version::new(1, 0), None));
    assert_eq!(properties(&older)["pace"]["enum"], json!(["slow", "fast"]));
    let written = Paced { pace: "fast".to_owned().into() };
    let written = serde_json::to_value(written.at("1.0").unwrap()).unwrap();
    assert_eq!(written["versioned_object.data"]["pace"], "fast");
}

#[test]
fn a_field_that_was_gone_by_then_is_not_told_and_nothing_is_required_where_all_may_be_null() {
    #[derive(VersionedObject, Clone, Debug, Default)]
    #[object(versions("1.0..=1.2"), removed(name = "gone", until = "1.0"))]
    struct Loose {
        note: Field<Option<String>>,
    }
    let registry = Registry::new().with::<Loose>();
    for (version, is_there) in [((1, 0), true), ((1, 1), false), ((1, 2), false)] {
        let document = at(&registry, "Loose", Target::Version(Version::new(version.0, version.1), None));
        assert_eq!(properties(&document).get("gone").is_some(), is_there);
        assert_eq!(document["properties"]["versioned_object.data"].get("required"), None);
    }
}

/// Objects that hold the next one twice would stand in a document as often as two to the power of their number.
#[test]
fn a_document_that_would_hold_too_many_objects_is_refused() {
    let chain = |length: usize| {
        let object = |at: usize| {
            let ty = match at + 1 < length {
                true => json!({"kind": "Object", "name": format!("O{}", at + 1)}),
                false => json!("Integer"),
            };
            json!({"name": format!("O{at}"), "version": "1.0", "project_namespace": "p", "serial_namespace": "vo",
                   "fields": [{"name": "a", "type": ty}, {"name": "b", "type": ty}]})
        };
        let objects: Vec<Value> = (0..length).map(object).collect();
        Registry::new().with_schemas(json!({ "objects": objects }).to_string().parse().unwrap())
    };
    // 2^13 - 1 objects, and twice as many.
    let whole = chain(13);
    assert!(whole.json_schema_at("O0", Target::Own).is_ok());
    let error = chain(14).json_schema_at("O0", Target::Own).unwrap_err().to_string();
    assert!(error.ends_with("the document would hold more than 10000 objects"), "{error}");
}
