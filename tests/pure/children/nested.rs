//! Objects in maps, in lists of lists and in types of one's own are converted wherever they stand.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};

use indexmap::IndexMap;
use serde::{Deserializer, Serialize, Serializer};
use serde_json::{Value, json};
use support::fixtures::Port;
use versioned_objects::field::{Path, Survey};
use versioned_objects::registry::Registry;
use versioned_objects::schema::{Kind, ObjectSchema, TypeSchema};
use versioned_objects::{
    Backport, Context, Current, Entity, Error, Field, FieldType, Origin, Target, Version, VersionedObject,
};

use super::{dropped, in_all_forms, manifest, named, one, short};

/// Two objects as a list, in a type of which the framework knows nothing.
#[derive(Clone, Debug, Default, PartialEq)]
struct Pair((Port, Port));

impl Entity for Pair {
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer, target)
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        self.0.survey(target, path, survey)
    }
}

impl FieldType for Pair {
    const TYPE: TypeSchema = TypeSchema::new("Pair", Kind::Opaque);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let both = Vec::<Port>::decode(deserializer, context)?;
        match <[Port; 2]>::try_from(both) {
            Ok([first, second]) => Ok(Pair((first, second))),
            Err(_) => Err(context.invalid("a pair has two")),
        }
    }
}

impl Current<1, 2> for Pair where Port: Current<1, 2> {}

macro_rules! cabinet {
    ($name:ident, $($attribute:meta)?) => {
        #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
        #[object(name = "Cabinet", versions("1.0", "1.1"))]
        struct $name {
            $(#[$attribute])?
            by_name: Field<BTreeMap<String, Port>>,
            $(#[$attribute])?
            hashed: Field<HashMap<String, Option<Port>>>,
            $(#[$attribute])?
            ordered: Field<Option<IndexMap<String, Vec<Port>>>>,
            $(#[$attribute])?
            rows: Field<Vec<Vec<Port>>>,
            $(#[$attribute])?
            queue: Field<VecDeque<Box<Port>>>,
            $(#[$attribute])?
            pair: Field<Pair>,
        }

        impl $name {
            fn filled() -> Self {
                $name {
                    by_name: BTreeMap::from([("a".to_owned(), port())]).into(),
                    hashed: HashMap::from([("b".to_owned(), Some(port()))]).into(),
                    ordered: Some(IndexMap::from([("c".to_owned(), vec![port()])])).into(),
                    rows: vec![vec![port()], vec![]].into(),
                    queue: VecDeque::from([Box::new(port())]).into(),
                    pair: Pair((port(), port())).into(),
                }
            }
        }
    };
}

cabinet!(ByManifest,);
cabinet!(Declared, field(child_versions("1.0" => "1.0", "1.1" => "1.2")));

fn port() -> Port {
    Port { serial: "p".to_owned().into(), speed: 5.into(), ..Port::default() }
}

const LOST: [&str; 7] = [
    "Cabinet.by_name[\"a\"].speed",
    "Cabinet.hashed[\"b\"].speed",
    "Cabinet.ordered[\"c\"][0].speed",
    "Cabinet.rows[0][0].speed",
    "Cabinet.queue[0].speed",
    "Cabinet.pair[0].speed",
    "Cabinet.pair[1].speed",
];

fn of_1_0() -> Value {
    let port = json!(["1.0", { "serial": "p" }]);
    json!(["1.0", {
        "by_name": { "a": port }, "hashed": { "b": port }, "ordered": { "c": [port] }, "rows": [[port], []],
        "queue": [port], "pair": [port, port],
    }])
}

fn goes_out_as_1_0<T: FieldType + Serialize + Clone + Send + Sync + VersionedObject + 'static>(
    cabinet: &T,
    target: Target<'_>,
) {
    let registry = Registry::new().with::<Port>().with::<T>();
    assert_eq!(short(&in_all_forms(cabinet, target, &registry)), of_1_0(), "{target:?}");
    assert_eq!(dropped(cabinet, target), LOST, "{target:?}");
}

#[test]
fn by_a_manifest() {
    let versions = manifest([("Cabinet", "1.0"), ("Port", "1.0")]);
    goes_out_as_1_0(&ByManifest::filled(), Target::Manifest(&versions));
    goes_out_as_1_0(&ByManifest::filled(), Target::Version("1.0".parse().unwrap(), Some(&versions)));
    goes_out_as_1_0(&Declared::filled(), Target::Manifest(&versions));
    // What it doesn't name stays as it is, as elsewhere.
    let other = manifest([("Cabinet", "1.0"), ("Other", "1.0")]);
    assert_eq!(dropped(&ByManifest::filled(), Target::Manifest(&other)), [""; 0]);
}

#[test]
fn by_a_declaration() {
    goes_out_as_1_0(&Declared::filled(), Target::Version("1.0".parse().unwrap(), None));
}

#[test]
fn without_either_an_older_target_is_refused() {
    let cabinet = ByManifest { rows: vec![].into(), ..ByManifest::default() };
    assert_eq!(
        cabinet.at("1.0").unwrap_err().to_string(),
        "Cabinet.rows: no rule for rows: which version of Port goes with Cabinet 1.0 is said neither by a manifest nor by a declaration"
    );
    // Nothing is known of what is in it.
    assert!(ByManifest { pair: Pair::default().into(), ..ByManifest::default() }.at("1.0").is_ok());
}

/// The object as a host has it that knows its schema alone.
fn dynamic(schema: &ObjectSchema) -> Registry {
    let fields: Vec<_> = schema.fields.iter().filter(|field| field.name != "pair").cloned().collect();
    let schema = ObjectSchema { fields: Cow::Owned(fields), ..schema.clone() };
    Registry::new().with_schema(Port::SCHEMA.clone()).with_schema(schema)
}

#[test]
fn a_dynamic_object_does_what_its_schema_says() {
    let versions = manifest([("Cabinet", "1.0"), ("Port", "1.0")]);
    let text = serde_json::to_vec(&Declared { pair: Field::unset(), ..Declared::filled() }).unwrap();
    let registry = dynamic(Declared::SCHEMA);
    let cabinet = registry.decode_json(&text).unwrap();
    let mut expected = of_1_0();
    expected[1].as_object_mut().unwrap().remove("pair");
    let older = Target::Version("1.0".parse().unwrap(), None);
    for target in [Target::Manifest(&versions), older] {
        assert_eq!(short(&in_all_forms(&cabinet, target, &registry)), expected, "{target:?}");
        assert_eq!(dropped(&cabinet, target), LOST[..5], "{target:?}");
    }

    // The reference's schemas say nothing of it, and it leaves such objects as they are.
    let plain = ObjectSchema { converts_nested: false, ..registry.schema("Cabinet").unwrap().clone() };
    let registry = Registry::new().with_schema(Port::SCHEMA.clone()).with_schema(plain);
    let cabinet = registry.decode_json(&text).unwrap();
    for target in [Target::Manifest(&versions), older] {
        let out = short(&in_all_forms(&cabinet, target, &registry));
        for place in ["/1/by_name/a", "/1/hashed/b", "/1/ordered/c/0", "/1/rows/0/0"] {
            assert_eq!(out.pointer(place).unwrap()[0], "1.2", "{place}");
        }
        assert_eq!(out.pointer("/1/queue/0/0").unwrap(), "1.0");
        assert_eq!(dropped(&cabinet, target), ["Cabinet.queue[0].speed"]);
    }
}

#[test]
fn a_tree_of_versions_names_the_objects_in_maps() {
    let registry = Registry::new().with::<Port>().with::<ByManifest>();
    assert_eq!(registry.tree("Cabinet").unwrap().get("Port"), Some("1.2".parse().unwrap()));
}

/// A list of objects with a table of versions for its elements, and an object beside them.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(list, versions("1.0", "1.1"), child_versions("1.0" => "1.0", "1.1" => "1.2"))]
struct Shelf {
    origin: Origin,
    objects: Field<Vec<Port>>,
    #[field(child_versions("1.0" => "1.1", "1.1" => "1.2"))]
    label: Field<Port>,
}

#[test]
fn an_object_beside_a_list_s_elements_has_rows_of_its_own() {
    let shelf = Shelf { objects: vec![port()].into(), label: port().into(), ..Shelf::default() };
    let registry = Registry::new().with::<Port>().with::<Shelf>();
    let versions_of = |out: Value| {
        ["/1/objects/0/0", "/1/label/0"].map(|place| out.pointer(place).unwrap().as_str().unwrap().to_owned())
    };
    let older = Target::Version("1.0".parse().unwrap(), None);
    let named = manifest([("Shelf", "1.0"), ("Port", "1.1")]);
    assert_eq!(versions_of(short(&in_all_forms(&shelf, older, &registry))), ["1.0", "1.1"]);
    // The elements' own table comes before the manifest.
    let by_manifest = short(&in_all_forms(&shelf, Target::Manifest(&named), &registry));
    assert_eq!(versions_of(by_manifest), ["1.0", "1.1"]);

    // So it is where the list arrived, and what is in it was made here.
    let arrived = Shelf { origin: Version::new(1, 0).into(), ..shelf.clone() };
    assert_eq!(versions_of(short(&in_all_forms(&arrived, Target::Own, &registry))), ["1.0", "1.1"]);

    let text = serde_json::to_vec(&shelf).unwrap();
    for (converts_nested, label) in [(true, "1.1"), (false, "1.2")] {
        // The reference's list objects leave what stands beside their elements as it is.
        let schema = ObjectSchema { converts_nested, ..Shelf::SCHEMA.clone() };
        let registry = Registry::new().with_schema(Port::SCHEMA.clone()).with_schema(schema);
        let shelf = registry.decode_json(&text).unwrap();
        for target in [older, Target::Manifest(&named)] {
            let out = short(&in_all_forms(&shelf, target, &registry));
            assert_eq!(versions_of(out), ["1.0", label], "{converts_nested} {target:?}");
        }
    }
}

/// Objects in fields that have rules of their own.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Renamed {
    #[field(renamed(from = "former", since = "1.1"), child_versions("1.0" => "1.0", "1.1" => "1.2"))]
    one: Field<Port>,
    #[field(renamed(from = "formers", since = "1.1"), child_versions("1.0" => "1.0", "1.1" => "1.2"))]
    many: Field<Vec<Port>>,
}

#[test]
fn objects_in_a_field_with_rules_go_out_as_those_in_others_do() {
    let renamed = Renamed { one: port().into(), many: vec![port()].into() };
    let registry = Registry::new().with::<Port>().with::<Renamed>();
    let port = json!(["1.0", { "serial": "p" }]);
    let expected = json!(["1.0", { "former": port, "formers": [port] }]);
    let versions = manifest([("Renamed", "1.0"), ("Port", "1.0")]);
    let text = serde_json::to_vec(&renamed).unwrap();
    let by_schema = Registry::new().with_schema(Port::SCHEMA.clone()).with_schema(Renamed::SCHEMA.clone());
    let dynamic = by_schema.decode_json(&text).unwrap();
    for target in [Target::Version("1.0".parse().unwrap(), None), Target::Manifest(&versions)] {
        assert_eq!(short(&in_all_forms(&renamed, target, &registry)), expected, "{target:?}");
        assert_eq!(short(&in_all_forms(&dynamic, target, &by_schema)), expected, "{target:?}");
    }
}

/// Objects that came later, in a field with another name.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1", "1.2"))]
struct Came {
    #[field(renamed(from = "former", since = "1.2"), child_versions("1.1" => "1.0", "1.2" => "1.2"))]
    one: Field<Port>,
}

#[test]
fn what_came_later_is_not_among_the_changes_of_before() {
    let came = Came { one: port().into() };
    let registry = Registry::new().with::<Port>().with::<Came>();
    let text = serde_json::to_vec(&came).unwrap();
    let by_schema = Registry::new().with_schema(Port::SCHEMA.clone()).with_schema(Came::SCHEMA.clone());
    let dynamic = by_schema.decode_json(&text).unwrap();
    for (version, changes) in [("1.0", Value::Null), ("1.1", json!(["former"]))] {
        let target = Target::Version(version.parse().unwrap(), None);
        for out in [in_all_forms(&came, target, &registry), in_all_forms(&dynamic, target, &by_schema)] {
            assert_eq!(out["versioned_object.changes"], changes, "{version}");
        }
    }
}

/// A type of which the framework knows nothing, that came later, in a field with a rule.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Filled {
    #[field(child_versions("1.1" => "1.2"), fill(value = [], before = "1.1"))]
    pair: Field<Pair>,
}

#[test]
fn a_field_is_filled_where_what_is_in_it_came_later() {
    let filled = Filled { pair: Pair::default().into() };
    let out = short(&one(named(&filled, Target::Version(Version::new(1, 0), None))));
    assert_eq!(out, json!(["1.0", { "pair": [] }]));
}
