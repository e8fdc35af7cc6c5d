//! Derived objects as the reference would have them: their schemas in the testee's form, and requests on them.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Map, Value, json};
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::schema::{Kind, ObjectSchema, TypeSchema};
use versioned_objects::{Manifest, Primitive, Version, check};

use crate::compare::Sets;

/// What no field of these objects expects, or what the reference coerces.
const ODD: [&str; 16] = [
    "null",
    "true",
    "5",
    "-1",
    "1.5",
    "\"\"",
    "\"x\"",
    "\" 7 \"",
    "\"1_0\"",
    "\"ab:cd\"",
    "[]",
    "[1]",
    "[null]",
    "{}",
    "{\"a\": 1}",
    "\"2015-01-02T03:04:05+05:30\"",
];

/// The `load` request for all objects of a registry, each in its newest version. What the rules say stands in it as in a
/// schema file; of types it has the names that the reference knows.
pub fn load(registry: &Registry) -> Value {
    let objects: Vec<_> = registry.names().map(|name| object(registry.schema(name).unwrap())).collect();
    json!({ "op": "load", "registry": "derived", "schema": { "objects": objects } })
}

fn object(schema: &ObjectSchema) -> Value {
    let mut relationships = Map::new();
    let text = |rows: &[(Version, Version)]| -> Vec<_> {
        rows.iter().map(|(parent, child)| json!([parent.to_string(), child.to_string()])).collect()
    };
    let file = Schemas::from_iter([schema.clone()]).to_string();
    let whole = &serde_json::from_str::<Value>(&file).unwrap()["objects"][0];
    let fields = schema.fields.iter().enumerate().map(|(index, field)| {
        let mut out = json!({
            "name": field.name, "type": ty(&field.ty), "nullable": field.nullable, "read_only": field.read_only,
        });
        if let Some(since) = field.since {
            out["since"] = json!(since.to_string());
        }
        if let Some(default) = &field.default {
            out["default"] = serde_json::to_value(&**default).unwrap();
        }
        if let Some(rows) = &field.relationship {
            relationships.insert(field.name.to_string(), json!(text(rows)));
        }
        for word in ["rules", "absent"] {
            if let Some(said) = whole["fields"][index].get(word) {
                out[word] = said.clone();
            }
        }
        out
    });
    let fields: Vec<_> = fields.collect();
    let child_versions: Map<_, _> = schema
        .child_versions
        .iter()
        .flat_map(|rows| rows.iter())
        .map(|(parent, child)| (parent.to_string(), json!(child.to_string())))
        .collect();
    let methods: Vec<_> =
        schema.methods.iter().map(|method| json!({ "name": method.name, "spec": method.spec })).collect();
    let mut out = json!({
        "name": schema.name, "version": schema.current().to_string(), "project_namespace": schema.namespace,
        "serial_namespace": schema.keys.serial_namespace, "list": schema.is_list(), "fields": fields,
        "relationships": relationships, "child_versions": child_versions, "bases": schema.bases, "methods": methods,
    });
    for word in ["tombstones", "keep_children", "compatible", "validate"] {
        if let Some(said) = whole.get(word) {
            out[word] = said.clone();
        }
    }
    out
}

fn ty(schema: &TypeSchema) -> Value {
    let element = |kind: &str, element: &versioned_objects::schema::Element| json!({ "kind": kind, "element": ty(&element.ty), "element_nullable": element.nullable });
    match &schema.kind {
        Kind::List(inner) => element("List", inner),
        Kind::Set(inner) => element("Set", inner),
        Kind::Dict(inner) => element("Dict", inner),
        Kind::Enum { values, is_list } => {
            let transitions: Map<_, _> =
                schema.transitions.iter().map(|known| (known.from.to_string(), json!(known.to))).collect();
            json!({
                "kind": "Enum", "type_name": schema.name, "values": values, "tuple": !is_list,
                "transitions": transitions,
            })
        }
        Kind::Object { name, subclasses, .. } => {
            json!({ "kind": "Object", "name": name, "subclasses": subclasses })
        }
        Kind::DateTime { tzinfo_aware } => json!({ "kind": "DateTime", "tzinfo_aware": tzinfo_aware }),
        Kind::Opaque => json!({ "kind": "Opaque", "type_name": schema.name }),
        Kind::CheckedUuid
        | Kind::EuiText
        | Kind::IpNetworkText
        | Kind::JsonText
        | Kind::FlexibleDict
        | Kind::FlexibleList => json!({ "kind": schema.kind.word(), "type_name": schema.name }),
        _ => json!({ "kind": schema.name }),
    }
}

/// The fields that hold sets.
pub fn sets(registry: &Registry) -> Sets {
    fn has_set(ty: &TypeSchema) -> bool {
        match &ty.kind {
            Kind::Set(_) => true,
            Kind::List(element) | Kind::Dict(element) => has_set(&element.ty),
            _ => false,
        }
    }

    let of = |name: &str| {
        let fields = registry.schema(name).unwrap().fields.iter().filter(|field| has_set(&field.ty));
        fields.map(|field| field.name.to_string()).collect()
    };
    registry.names().map(|name| (name.to_owned(), of(name))).collect()
}

/// Requests on random objects, some with an odd value, for older targets and by manifests, their envelopes in any
/// order: round trips as a rule, and values set one after the other. `exact` are the fields whose Rust types take
/// fewer values than the reference's.
pub fn requests(registry: &Registry, exact: &'static [&'static str]) -> BoxedStrategy<Value> {
    let names: Vec<String> = registry.names().map(str::to_owned).collect();
    let all = registry.clone();
    let versions: Vec<_> = names.iter().map(|name| select(registry.versions(name))).collect();
    let manifest_names = names.clone();
    let manifests =
        versions.prop_map(move |versions| manifest_names.iter().cloned().zip(versions).collect::<Manifest>());
    (select(names), manifests)
        .prop_flat_map(move |(name, manifest)| {
            let targets = select(all.versions(&name));
            let odd = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), select(&ODD[..]));
            let reader = all.clone();
            let fits =
                move |envelope: &Primitive| match reader.decode(serde_json::to_value(envelope).unwrap()) {
                    Ok(_) => true,
                    Err(error) => !exact.iter().any(|name| error.path().ends_with(name)),
                };
            let envelope =
                check::envelopes(&all, &name).prop_filter("a value that the Rust type holds", fits);
            let odd = prop::option::weighted(0.4, odd);
            let later = check::envelopes(&all, &name);
            (envelope, later, odd, prop::option::of(targets), prop::option::of(Just(manifest)), any::<u8>())
        })
        .prop_map(move |(envelope, later, odd, target, manifest, order)| {
            let mut envelope = serde_json::to_value(&envelope).unwrap();
            let order = usize::from(order);
            let is_spoilt = order >= 240;
            // Of two odd things, each side may meet another first.
            if let Some((object, field, value)) = odd.filter(|_| !is_spoilt) {
                let data = odd_data(&mut envelope, object);
                let fields: Vec<_> = data.keys().filter(|name| !is_exact(exact, name)).cloned().collect();
                if !fields.is_empty() {
                    data.insert(field.get(&fields).clone(), serde_json::from_str(value).unwrap());
                }
            }
            let target = target.map(|target: Version| target.to_string());
            if is_spoilt {
                spoil(&mut envelope, order);
            }
            match order % 5 {
                0 if !is_spoilt => {
                    assignment([&envelope, &serde_json::to_value(&later).unwrap()], exact, target, manifest)
                }
                _ => json!({
                    "op": "roundtrip", "registry": "derived", "target": target, "manifest": manifest,
                    "primitive": shuffled(&envelope, order),
                }),
            }
        })
        .boxed()
}

/// Whether the field is one of those that are named with a dot before.
fn is_exact(exact: &[&str], field: &str) -> bool {
    exact.iter().any(|name| name.strip_prefix('.') == Some(field))
}

/// Whether what is written for a request's target is compared once more on its way back. An older major number is
/// read here, where the derive lists it, and not there.
pub fn is_read_again(request: &Value) -> bool {
    request["target"].as_str().is_some_and(|target| !target.starts_with("0."))
}

/// Spells an offset of zero as `Z`, as the reference does: chrono's date-times have one such offset, `+00:00`.
pub fn spell_zero(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('T') => {
            if let Some(local) = text.strip_suffix("+00:00") {
                *text = format!("{local}Z");
            }
        }
        Value::Array(values) => values.iter_mut().for_each(spell_zero),
        Value::Object(entries) => entries.values_mut().for_each(spell_zero),
        _ => {}
    }
}

/// Whether a map of objects goes out for an older peer. They are converted here, and left as they are by the reference.
pub fn converts_in_a_map(request: &Value) -> bool {
    let named = [&request["object"], &request["primitive"]["zoo_object.name"]];
    named.iter().any(|name| *name == "Rack")
        && !(request["target"].is_null() && request["manifest"].is_null())
}

/// Takes an entry out of an envelope, or puts something odd there.
fn spoil(envelope: &mut Value, which: usize) {
    let odd = [
        (".name", json!("Nobody")),
        (".namespace", json!("elsewhere")),
        (".version", json!("9.9")),
        (".version", json!("abc")),
        (".changes", json!(["nobody", 5])),
        (".changes", Value::Null),
        (".data", Value::Null),
        (".data", json!([])),
    ];
    let entries = envelope.as_object_mut().unwrap();
    let (word, value) = &odd[which % odd.len()];
    let key = entries.keys().find(|key| key.ends_with(".name")).unwrap().replace(".name", word);
    if which.is_multiple_of(3) {
        entries.remove(&key)
    } else {
        entries.insert(key, value.clone())
    };
}

/// The data of one of the envelopes in a value.
fn odd_data(envelope: &mut Value, which: prop::sample::Index) -> &mut Map<String, Value> {
    let mut places = Vec::new();
    gather_data(envelope, String::new(), &mut places);
    let place: &String = which.get(&places);
    envelope.pointer_mut(place).and_then(Value::as_object_mut).unwrap()
}

/// Where the data of envelopes stand, as JSON pointers.
fn gather_data(value: &Value, at: String, places: &mut Vec<String>) {
    match value {
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                gather_data(value, format!("{at}/{index}"), places);
            }
        }
        Value::Object(entries) => {
            for (key, value) in entries {
                let at = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
                if key.ends_with("object.data") {
                    places.push(at.clone());
                }
                gather_data(value, at, places);
            }
        }
        _ => {}
    }
}

/// The values of an object, set one after the other as a caller sets them, and in some of them then those of another:
/// of the fields whose types hold all that the reference's hold.
fn assignment(
    envelopes: [&Value; 2],
    exact: &[&str],
    target: Option<String>,
    manifest: Option<Manifest>,
) -> Value {
    let entry = |envelope: &Value, word: &str| {
        let mut entries = envelope.as_object().unwrap().iter();
        entries.find(|(key, _)| key.ends_with(word)).unwrap().1.clone()
    };
    let [first, second] = envelopes.map(|envelope| entry(envelope, ".data"));
    let second = second.as_object().unwrap().iter().filter(|(name, _)| !is_exact(exact, name));
    let values = first.as_object().unwrap().iter().chain(second);
    let values: Vec<_> = values.map(|(name, value)| json!([name, value])).collect();
    json!({
        "op": "assign", "registry": "derived", "object": entry(envelopes[0], ".name"),
        "version": entry(envelopes[0], ".version"), "values": values, "target": target, "manifest": manifest,
    })
}

/// The same entries from another one on; a map of serde_json keeps no order, so the envelope is a primitive.
fn shuffled(envelope: &Value, order: usize) -> Primitive {
    let mut entries: Vec<_> = envelope.as_object().unwrap().iter().collect();
    let count = entries.len();
    entries.rotate_left(order % count);
    let primitive = |value: &Value| Primitive::of(value).unwrap();
    Primitive::Map(entries.into_iter().map(|(key, value)| (key.clone(), primitive(value))).collect())
}
