//! Objects of which there are schemas and no types: large sets, defaults, rules, objects in each place, what people see.

use serde_json::{Value, json};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Error, Target, wire};

/// The schema of an object of one version.
fn object(name: &str, fields: &Value) -> Value {
    json!({"name": name, "version": "1.0", "project_namespace": "p", "serial_namespace": "vo", "fields": fields})
}

fn knowing(objects: &[Value]) -> Registry {
    Registry::new().with_schemas(json!({ "objects": objects }).to_string().parse().unwrap())
}

/// An object with these fields, alone.
fn of_fields(fields: &Value) -> Registry {
    knowing(&[object("Odd", fields)])
}

fn envelope(name: &str, data: &Value) -> Value {
    json!({"vo.name": name, "vo.namespace": "p", "vo.version": "1.0", "vo.data": data})
}

fn decoded(registry: &Registry, data: &Value) -> Result<AnyObject, Error> {
    registry.decode_json(envelope("Odd", data).to_string().as_bytes())
}

fn data_of(written: &[u8]) -> Value {
    serde_json::from_slice::<Value>(written).unwrap()["vo.data"].clone()
}

fn read(registry: &Registry, data: &Value) -> Result<Value, String> {
    let read = decoded(registry, data).map_err(|error| error.to_string())?;
    Ok(data_of(&wire::to_json(&read, Target::Own).unwrap()))
}

/// Values are looked up by what they hash to where there are more than a few.
#[test]
fn a_large_set_has_each_value_once() {
    const COUNT: usize = 40;
    /// One of so many values, spelled in one way or in another.
    type Spelled = fn(usize, bool) -> Value;
    let cases: [(Value, Spelled); 6] = [
        (json!("DateTime"), |n, again| match again {
            true => json!(format!("2026-01-02T03:{n:02}:05Z")),
            false => json!(format!("2026-01-02T05:{n:02}:05+02:00")),
        }),
        (json!("IPNetwork"), |n, again| json!(format!("10.{n}.0.{}/24", usize::from(again)))),
        (json!({"kind": "List", "element": "Integer"}), |n, _| json!([n, n + 1])),
        (json!({"kind": "Dict", "element": "Integer"}), |n, again| match again {
            true => json!({"a": n, "b": 1}),
            false => serde_json::from_str(&format!(r#"{{"b": 1, "a": {n}}}"#)).unwrap(),
        }),
        (json!({"kind": "Set", "element": "Integer"}), |n, again| match again {
            true => json!([n, 1000]),
            false => json!([1000, n]),
        }),
        (json!("String"), |n, _| json!(n.to_string())),
    ];
    for (element, value) in cases {
        let ty = json!({"kind": "Set", "element": element});
        let registry = of_fields(&json!([{"name": "set", "type": ty, "read_only": true}]));
        let values = |again| (0..COUNT).map(move |n| value(n, again)).collect::<Vec<_>>();
        let (first, again) = (values(false), values(true));
        let of = |values: &[Value]| read(&registry, &json!({ "set": values })).unwrap()["set"].clone();
        let both: Vec<Value> = first.iter().chain(&again).cloned().collect();
        let once = of(&both);
        assert_eq!(once.as_array().unwrap().len(), COUNT, "{element}");
        assert_eq!(once, of(&first), "{element}: the first of equal ones is taken");

        // What is read only may be set to what it is, in any order, and to nothing else.
        let holding = |values: &[Value]| decoded(&registry, &json!({ "set": values })).unwrap();
        let mut object = holding(&first);
        let mut set = |values: &[Value]| {
            let other = holding(values);
            let value = other.get_by_name("set").unwrap().unwrap();
            registry.edit(&mut object).set_by_name("set", value).map_err(|error| error.to_string())
        };
        let backwards: Vec<Value> = again.iter().rev().cloned().collect();
        set(&backwards).unwrap();
        let mut other = first.clone();
        other[COUNT - 1] = value(COUNT + 1, false);
        assert!(set(&other).unwrap_err().contains("read"), "{element}");
        assert!(set(&first[1..]).unwrap_err().contains("read"), "{element}");
    }
}

/// What the reference's types make of a default that is Python's `None`.
#[test]
fn a_default_of_none_is_what_its_type_makes_of_it() {
    let with = |ty: Value| of_fields(&json!([{"name": "held", "type": ty, "default": null}]));
    let null = json!({"held": null});
    for (ty, made) in [
        (json!("Boolean"), json!(false)),
        (json!("FlexibleBoolean"), json!(false)),
        (json!("UUID"), json!("None")),
        (json!("Opaque"), Value::Null),
    ] {
        assert_eq!(read(&with(ty.clone()), &null), Ok(json!({ "held": made })), "{ty}");
    }
    for ty in ["Integer", "String", "DateTime", "IPAddress"] {
        assert_eq!(read(&with(json!(ty)), &null), Err("Odd.held: cannot be null".to_owned()));
    }
}

#[test]
fn a_default_s_text_is_no_object() {
    let odd = json!({"kind": "Object", "name": "Odd"});
    let defaults = [
        (odd.clone(), envelope("Odd", &json!({}))),
        (json!({"kind": "List", "element": odd}), json!([{"vo.name": "Odd"}])),
    ];
    for (ty, default) in defaults {
        let registry = of_fields(&json!([{"name": "held", "type": ty, "default": default}]));
        let error = read(&registry, &json!({"held": null})).unwrap_err();
        assert!(error.ends_with("an object of type Odd is required, not a default's text"), "{error}");
    }
}

/// The elements of a list object that may not be set are none.
#[test]
fn read_only_elements_of_a_list_object_are_read_where_there_are_none() {
    let objects = json!({"kind": "List", "element": {"kind": "Object", "name": "Odd"}});
    let fields = json!([{"name": "objects", "type": objects, "read_only": true}]);
    let mut list = object("Odd", &fields);
    list["list"] = json!(true);
    list["child_versions"] = json!({"1.0": "1.0"});
    let registry = knowing(&[list]);
    let one = envelope("Odd", &json!({"objects": []}));
    assert_eq!(read(&registry, &json!({"objects": []})), Ok(json!({"objects": []})));
    let error = read(&registry, &json!({ "objects": [one] })).unwrap_err();
    assert!(error.starts_with("Odd.objects: ") && error.contains("read"), "{error}");
}

/// Objects in a set, which no type of Rust holds.
#[test]
fn a_set_of_objects_goes_and_comes_in_every_form() {
    let part = object("Part", &json!([{"name": "number", "type": "Integer"}]));
    let objects = json!({"kind": "Object", "name": "Part"});
    let fields = json!([
        {"name": "set", "type": {"kind": "Set", "element": objects}},
        {"name": "by_name", "type": {"kind": "Dict", "element": objects}},
        {"name": "rows", "type": {"kind": "List", "element": {"kind": "List", "element": objects}}},
    ]);
    let registry = knowing(&[part, object("Odd", &fields)]);
    let part = |number: i64| envelope("Part", &json!({ "number": number }));
    let data = json!({"set": [part(1), part(2)], "by_name": {"a": part(3)}, "rows": [[part(4)], []]});
    let object = decoded(&registry, &data).unwrap();
    let text = wire::to_json(&object, Target::Own).unwrap();
    for layouts in
        [registry.layouts(registry.manifest()), registry.layouts(registry.manifest()).columnar_from(1)]
    {
        let list = vec![object.clone(), object.clone()];
        let bytes = wire::to_compact(&list, Target::Own, &layouts).unwrap();
        assert!(!bytes.windows(4).any(|part| part == b"Part"), "no name of theirs goes out");
        for read in registry.decode_compact_list(&bytes, &layouts).unwrap() {
            assert_eq!(wire::to_json(&read, Target::Own).unwrap(), text);
        }
    }
}

/// Of an object that another may stand for the name goes out.
#[test]
fn an_object_of_several_types_goes_and_comes_in_the_compact_form() {
    let part = object("Part", &json!([{"name": "number", "type": "Integer"}]));
    let mut bolt = object("Bolt", &json!([{"name": "number", "type": "Integer"}]));
    bolt["bases"] = json!(["Part"]);
    let any = json!({"kind": "Object", "name": "Part", "subclasses": true});
    let fields = json!([
        {"name": "one", "type": any, "nullable": true},
        {"name": "all", "type": {"kind": "List", "element": any}},
    ]);
    let registry = knowing(&[part, bolt, object("Odd", &fields)]);
    let some = |name: &str, number: i64| envelope(name, &json!({ "number": number }));
    let data = json!({"one": some("Bolt", 1), "all": [some("Part", 2), some("Bolt", 3), some("Part", 4)]});
    let object = decoded(&registry, &data).unwrap();
    let text = wire::to_json(&object, Target::Own).unwrap();
    for layouts in
        [registry.layouts(registry.manifest()), registry.layouts(registry.manifest()).columnar_from(1)]
    {
        let bytes = wire::to_compact(&vec![object.clone(), object.clone()], Target::Own, &layouts).unwrap();
        for read in registry.decode_compact_list(&bytes, &layouts).unwrap() {
            assert_eq!(wire::to_json(&read, Target::Own).unwrap(), text);
        }
    }
}

#[test]
fn a_secret_that_is_null_is_shown_as_such() {
    let registry = of_fields(&json!([{"name": "password", "type": "SensitiveString", "nullable": true}]));
    let shown = |password: Value| {
        let object = decoded(&registry, &json!({ "password": password })).unwrap();
        format!("{:?}", object.downcast_ref::<DynamicObject>().unwrap())
    };
    let (null, secret) = (shown(Value::Null), shown(json!("hunter2")));
    assert!(secret.contains("***") && !secret.contains("hunter2"), "{secret}");
    assert!(!null.contains("***"), "{null}");
}

/// An object of 1.1 with that field, and how it goes out for 1.0.
fn at_1_0(field: &Value, rows: &Value, held: &Value) -> Result<Value, String> {
    let mut odd = object("Odd", &json!([field]));
    odd["versions"] = json!(["1.0", "1.1"]);
    odd["relationships"] = rows.clone();
    odd.as_object_mut().unwrap().remove("version");
    let registry = knowing(&[object("Part", &json!([])), odd]);
    let mut envelope = envelope("Odd", &json!({ "held": held }));
    envelope["vo.version"] = json!("1.1");
    let object = registry.decode_json(envelope.to_string().as_bytes()).unwrap();
    let written = wire::to_json(&object, Target::Version("1.0".parse().unwrap(), None));
    written.map(|written| data_of(&written)).map_err(|error| error.to_string())
}

#[test]
fn a_rule_finds_a_set_in_any_order() {
    let rule =
        json!({"before": "1.1", "action": {"values": {"values": [[3, 1, 2]], "instead": {"write": []}}}});
    let ty = json!({"kind": "Set", "element": "Integer"});
    let field = json!({"name": "held", "type": ty, "rules": [rule]});
    let read = |held: Value| at_1_0(&field, &json!({}), &held).unwrap();
    assert_eq!(read(json!([1, 2, 3])), json!({"held": []}));
    assert_eq!(read(json!([2, 3, 1, 1])), json!({"held": []}));
    assert_eq!(read(json!([1, 2])), json!({"held": [1, 2]}));
    assert_eq!(read(json!([1, 2, 3, 4])), json!({"held": [1, 2, 3, 4]}));

    // Inside a list too.
    let values = json!({"values": [[3, 1, 2]], "inside": true, "instead": "refuse"});
    let rule = json!({"before": "1.1", "action": {"values": values}});
    let field = json!({"name": "held", "type": {"kind": "List", "element": ty}, "rules": [rule]});
    let read = |held: Value| at_1_0(&field, &json!({}), &held);
    assert!(read(json!([[4], [1, 2, 3]])).unwrap_err().contains("is not supported in version 1.0 of Odd"));
    assert_eq!(read(json!([[4], [1, 2]])), Ok(json!({"held": [[4], [1, 2]]})));
}

/// A rule looks at objects, unless they came later.
#[test]
fn a_rule_refuses_objects_that_there_were() {
    let rule = json!({"before": "1.1", "action": "refuse"});
    let ty = json!({"kind": "Object", "name": "Part"});
    let field = json!({"name": "held", "type": ty, "rules": [rule]});
    let part = envelope("Part", &json!({}));
    let error = at_1_0(&field, &json!({"held": [["1.0", "1.0"]]}), &part).unwrap_err();
    assert!(error.contains("held is set, and version 1.0 of Odd can't carry it"), "{error}");
    assert_eq!(at_1_0(&field, &json!({"held": [["1.1", "1.0"]]}), &part), Ok(json!({})));
}

/// A registry knows the objects inside one by their schemas, and so that a set in them has no order.
#[test]
fn objects_compare_with_those_inside_them_where_a_registry_knows_them() {
    let set = json!({"kind": "Set", "element": "Integer"});
    let part = object("Part", &json!([{"name": "set", "type": set}]));
    let mut odd = object("Odd", &json!([{"name": "part", "type": {"kind": "Object", "name": "Part"}}]));
    odd["extra_fields"] = json!(["made"]);
    let registry = knowing(&[part, odd]);
    let holding =
        |set: Value| decoded(&registry, &json!({"part": envelope("Part", &json!({ "set": set }))})).unwrap();
    let (mut one, other) = (holding(json!([1, 2])), holding(json!([2, 1])));
    assert!(!one.equals_as_primitive(&other).unwrap());
    let edit = registry.edit(&mut one);
    assert!(edit.equals_as_primitive(&other).unwrap());
    assert!(!edit.equals_as_primitive(&holding(json!([1, 3]))).unwrap());
    // What Python makes of the others can't be told here.
    assert_eq!(edit.items().unwrap().len(), 1);
}
