//! What a Python class has beyond fields and rules, said by a derived object and by a schema file.

use serde_json::{Value, json};
use versioned_objects::field::Decoding;
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::{
    Backport, Field, Manifest, ObjectEnum, Origin, Target, Version, VersionedObject, wire,
};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Subnet {
    origin: Origin,
    cidr: Field<String>,
}

/// A list whose base stands before the list's in Python.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.1"), bare_list)]
struct SubnetList {
    origin: Origin,
    objects: Field<Vec<Subnet>>,
}

const SAVE: &str = "ArgSpec(args=['self', 'force'], varargs=None, keywords=None, defaults=(False,))";

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.2"), forgets_changes, bases("Base", "Root"))]
#[object(initial("mtu" = null, "multi_host" = false, "subnets" = {
    "versioned_object.name": "SubnetList",
    "versioned_object.namespace": "versionedobjects",
    "versioned_object.version": "1.1",
    "versioned_object.data": { "objects": [] },
    "versioned_object.changes": ["objects"]
}))]
#[object(methods("save" = "ArgSpec(args=['self', 'force'], varargs=None, keywords=None, defaults=(False,))"))]
struct Network {
    origin: Origin,
    #[field(child_versions("1.0" => "1.1"))]
    subnets: Field<SubnetList>,
    multi_host: Field<bool>,
    mtu: Field<Option<i64>>,
    #[field(repr = "Colour(default=red,nullable=False,valid_values=red)")]
    colour: Field<String>,
    #[field(since = "1.1", fill(value = null, before = "1.2", unset))]
    owner: Field<Option<String>>,
}

/// The object as it arrives, and what goes out of it again, by each way that there is.
fn ways(data: &Value, version: &str) -> Vec<Value> {
    let envelope = json!({
        "versioned_object.name": "Network",
        "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": version,
        "versioned_object.data": data,
    });
    let text = envelope.to_string();
    let ours: Network = wire::from_json(text.as_bytes(), Decoding::new()).unwrap();
    let serdes: Network = serde_json::from_str(&text).unwrap();
    let packed: Network = rmp_serde::from_slice(&rmp_serde::to_vec_named(&envelope).unwrap()).unwrap();
    let schemas: Schemas =
        [Subnet::SCHEMA, SubnetList::SCHEMA, Network::SCHEMA].into_iter().cloned().collect();
    // Through the file's text, so that it says all of this too.
    let registry = Registry::new().with_schemas(schemas.to_string().parse().unwrap());
    let dynamic = registry.decode_json(text.as_bytes()).unwrap();
    let out = |network: &Network| serde_json::to_value(network).unwrap();
    vec![out(&ours), out(&serdes), out(&packed), serde_json::to_value(&dynamic).unwrap()]
}

#[test]
fn what_a_sender_left_out_is_what_a_new_object_has() {
    for version in ["1.0", "1.2"] {
        for found in ways(&json!({}), version) {
            let data = &found["versioned_object.data"];
            assert_eq!(data["mtu"], Value::Null, "{found}");
            assert_eq!(data["multi_host"], false, "{found}");
            assert_eq!(data["subnets"]["versioned_object.data"], json!({ "objects": [] }), "{found}");
            // The list inside has changes of its own.
            assert_eq!(found["versioned_object.changes"], json!(["subnets"]), "{found}");
        }
        for found in ways(&json!({ "mtu": 9000, "multi_host": true }), version) {
            let data = &found["versioned_object.data"];
            assert_eq!((&data["mtu"], &data["multi_host"]), (&json!(9000), &json!(true)), "{found}");
        }
    }
}

#[test]
fn changes_are_forgotten_on_a_backport() {
    let network = Network { mtu: Some(9000).into(), ..Network::default() };
    assert_eq!(serde_json::to_value(&network).unwrap()["versioned_object.changes"], json!(["mtu"]));
    let older = serde_json::to_value(network.at("1.1").unwrap()).unwrap();
    assert_eq!(older["versioned_object.data"], json!({ "mtu": 9000, "owner": null }));
    assert!(older.get("versioned_object.changes").is_none(), "{older}");
    // In its own version, whoever asks for it, it keeps them.
    let others: Manifest = [("Subnet", Version::new(1, 0))].into_iter().collect();
    let own = Target::Version(Version::new(1, 2), Some(&others));
    let arrived = Network { origin: Version::new(1, 1).into(), ..network.clone() };
    for out in [serde_json::to_value(network.at(own).unwrap()), serde_json::to_value(&arrived)] {
        assert_eq!(out.unwrap()["versioned_object.changes"], json!(["mtu"]));
    }
    // What is inside keeps its changes, and counts as one.
    let subnet = Subnet { cidr: "10.0.0.0/8".to_owned().into(), ..Subnet::default() };
    let subnets = SubnetList { objects: vec![subnet].into(), ..SubnetList::default() };
    let network =
        Network { subnets: Field::unchanged(subnets), mtu: Some(9000).into(), ..Network::default() };
    let manifest: Manifest = [("SubnetList", "1.1"), ("Subnet", "1.0")]
        .map(|(name, version)| (name, version.parse().unwrap()))
        .into_iter()
        .collect();
    let older = network.at(Target::Version("1.1".parse().unwrap(), Some(&manifest))).unwrap();
    let older = serde_json::to_value(older).unwrap();
    assert_eq!(older["versioned_object.changes"], json!(["subnets"]), "{older}");
    let inside = &older["versioned_object.data"]["subnets"];
    assert_eq!(inside["versioned_object.changes"], json!(["objects"]), "{older}");
}

#[test]
fn a_fill_of_what_is_unset_leaves_null_alone() {
    let data = |network: &Network, version: &str| -> Value {
        serde_json::to_value(network.at(version).unwrap()).unwrap()["versioned_object.data"].clone()
    };
    assert_eq!(data(&Network::default(), "1.1"), json!({ "owner": null }));
    assert_eq!(data(&Network::default(), "1.0"), json!({}));
    assert_eq!(data(&Network::default(), "1.2"), json!({}));
    let owned = Network { owner: Some("a".to_owned()).into(), ..Network::default() };
    assert_eq!(data(&owned, "1.1"), json!({ "owner": "a" }));
}

#[test]
fn a_bare_list_is_a_list_to_a_fingerprint_alone() {
    assert!(SubnetList::SCHEMA.fingerprint_text().ends_with("[], OrderedDict())"));
    assert!(!SubnetList::unset().objects.is_set());
    let list = SubnetList { objects: vec![Subnet::default()].into(), ..SubnetList::default() };
    let refused = list.at("1.0").unwrap_err().to_string();
    assert!(refused.contains("no rule for objects"), "{refused}");
    let manifest: Manifest = [("Subnet", "1.0".parse().unwrap())].into_iter().collect();
    let older = list.at(Target::Version("1.0".parse().unwrap(), Some(&manifest))).unwrap();
    assert_eq!(serde_json::to_value(older).unwrap()["versioned_object.version"], "1.0");
}

#[test]
fn texts_methods_and_bases_are_those_that_are_said() {
    let text = Network::SCHEMA.fingerprint_text();
    assert!(text.contains("('colour', Colour(default=red,nullable=False,valid_values=red))"), "{text}");
    assert!(text.contains(&format!("[('save', {SAVE})]")), "{text}");
    assert_eq!(*Network::SCHEMA.bases, ["Base", "Root"]);
}

/// What stands for a base in a field need not extend it by `extends`.
#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Base)]
enum AnyBase {
    Base(Base),
    Network(Network),
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Base {
    origin: Origin,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Holder {
    origin: Origin,
    any: Field<Vec<AnyBase>>,
}

#[test]
fn an_object_stands_for_a_base_that_it_names() {
    let holder =
        Holder { any: vec![Base::default().into(), Network::default().into()].into(), ..Holder::default() };
    let back: Holder = serde_json::from_str(&serde_json::to_string(&holder).unwrap()).unwrap();
    assert!(matches!(back.any.get().map(Vec::as_slice), Some([AnyBase::Base(_), AnyBase::Network(_)])));
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), removed(name("speed", "duplex"), until = "1.0", fill = 0))]
struct Nic {
    mac: Field<String>,
}

#[test]
fn fields_that_went_together_are_said_together() {
    let nic = Nic { mac: "m".to_owned().into() };
    let at =
        |version| serde_json::to_value(nic.at(version).unwrap()).unwrap()["versioned_object.data"].take();
    assert_eq!(at("1.0"), json!({ "mac": "m", "speed": 0, "duplex": 0 }));
    assert_eq!(at("1.1"), json!({ "mac": "m" }));
}
