use serde_json::{Value, json};
use std::sync::Arc;

use versioned_objects::Field;
use versioned_objects::VersionedObject;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Args, CallContext, DynamicMethods, Endpoint, Failure, ObjectActions, ObjectContext, Payload,
};
use versioned_objects::schema::{MethodSchema, ObjectSchema};

#[derive(Clone, VersionedObject, Default)]
#[object(coerce, versions("1.0", "1.1"))]
struct Node {
    id: Field<i64>,
    name: Field<String>,
    #[field(since = "1.1")]
    rack: Field<Option<String>>,
}

const OF_OBJECT: &str =
    "ArgSpec(args=['self', 'name', 'rack'], varargs=None, keywords=None, defaults=(None,))";
const OF_CLASS: &str = "ArgSpec(args=['cls', 'context', 'id'], varargs=None, keywords=None, defaults=None)";

/// A node of that version, with these methods.
fn schema(version: &str, methods: &[(&'static str, &'static str)]) -> ObjectSchema {
    let method = |(name, spec): &(&'static str, &'static str)| MethodSchema {
        name: (*name).into(),
        spec: (*spec).into(),
    };
    ObjectSchema {
        versions: vec![version.parse().unwrap()].into(),
        is_open: true,
        methods: methods.iter().map(method).collect::<Vec<_>>().into(),
        ..Node::SCHEMA.clone()
    }
}

fn methods() -> DynamicMethods {
    DynamicMethods::new("Node")
        .method("rename", |node, mut args, context| {
            Box::pin(async move {
                let name: String = args.take_plain("name")?;
                let rack: Option<String> =
                    if args.contains("rack") { args.take_plain("rack")? } else { None };
                node.set(context.registry(), "name", name.into())?;
                Ok(Payload::plain(&rack)?)
            })
        })
        .class_method("get", |mut args, context, target| {
            Box::pin(async move {
                let id: i64 = args.take_plain("id")?;
                let mut node = versioned_objects::dynamic::DynamicObject::new(context.registry(), "Node")?;
                node.set(context.registry(), "id", id.into())?;
                node.set(context.registry(), "rack", "r".into())?;
                Ok(Payload::of(&node, target)?)
            })
        })
}

const ALL: &[(&str, &str)] = &[("get", OF_CLASS), ("rename", OF_OBJECT)];

fn conductor(registry: Registry) -> ObjectActions {
    ObjectActions::new(ObjectContext::new(Arc::new(registry))).with_dynamic(methods()).unwrap()
}

fn call(conductor: &ObjectActions, method: &str, named: &Value) -> Result<Value, Failure> {
    let mut args = Args::new();
    for (name, value) in named.as_object().unwrap() {
        args.insert_plain(name, value).unwrap();
    }
    let answer = pollster::block_on(conductor.call(method, args, &CallContext::new()))?;
    Ok(serde_json::from_str(answer.as_json()).unwrap())
}

fn node(version: &str) -> Value {
    json!({
        "versioned_object.name": "Node", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": version, "versioned_object.data": {"id": 7, "name": "a"},
    })
}

fn action(version: &str, method: &str, args: Value, kwargs: Value) -> Value {
    json!({"objinst": node(version), "objmethod": method, "args": args, "kwargs": kwargs})
}

#[test]
fn arguments_come_by_the_names_of_the_schema() {
    let conductor = conductor(Registry::new().with_schema(schema("1.1", ALL)));
    let rename = |args: Value, kwargs: Value| {
        call(&conductor, "object_action", &action("1.1", "rename", args, kwargs))
    };
    let updates = json!({"name": "b", "obj_what_changed": ["name"]});
    assert_eq!(rename(json!(["b"]), json!({})).unwrap(), json!([updates, null]));
    assert_eq!(rename(json!(["b", "r"]), json!({})).unwrap(), json!([updates, "r"]));
    assert_eq!(rename(json!([]), json!({"rack": "r", "name": "b"})).unwrap(), json!([updates, "r"]));
    assert_eq!(
        rename(json!(["a"]), json!({})).unwrap(),
        json!([{"obj_what_changed": ["name"]}, null]),
        "it was set, and is what it was"
    );
    for (args, kwargs, expected) in [
        (json!([]), json!({}), "TypeError: rename() missing 1 required positional argument: 'name'"),
        (
            json!([]),
            json!({"rack": "r"}),
            "TypeError: rename() missing 1 required positional argument: 'name'",
        ),
        (json!(["b"]), json!({"name": "b"}), "TypeError: rename() got multiple values for argument 'name'"),
        (json!([1, 2, 3]), json!({}), "TypeError: rename() takes 2 positional arguments but 3 were given"),
        (json!(["b"]), json!({"x": 1}), "TypeError: rename() got an unexpected keyword argument 'x'"),
    ] {
        assert_eq!(rename(args, kwargs).unwrap_err().to_string(), expected);
    }
    for method in ["get", "no_such"] {
        let error =
            call(&conductor, "object_action", &action("1.1", method, json!([]), json!({}))).unwrap_err();
        assert_eq!(error.to_string(), format!("AttributeError: 'Node' object has no attribute '{method}'"));
    }
}

#[test]
fn a_result_goes_out_in_the_version_of_the_caller() {
    let conductor = conductor(Registry::new().with_schema(schema("1.1", ALL)));
    let get = |versions: Value| {
        let named = json!({"objname": "Node", "objmethod": "get", "args": [], "kwargs": {"id": 5}, "object_versions": versions});
        call(&conductor, "object_class_action_versions", &named)
    };
    let newest = get(json!({"Node": "1.1"})).unwrap();
    assert_eq!(newest["versioned_object.data"], json!({"id": 5, "rack": "r"}));
    assert_eq!(get(json!({"Node": "1.9"})).unwrap(), newest, "nothing is written newer than it is");
    let error = get(json!({})).unwrap_err();
    assert_eq!(error.to_string(), "KeyError: object_versions has no version of Node");
    let older = get(json!({"Node": "1.0"})).unwrap();
    assert_eq!(older["versioned_object.version"], "1.0");
    assert_eq!(older["versioned_object.data"], json!({"id": 5}));
}

#[test]
fn an_object_is_written_anew_in_a_version_that_there_is() {
    let conductor = conductor(
        Registry::new()
            .with_schema(ObjectSchema { methods: schema("1.1", ALL).methods, ..Node::SCHEMA.clone() }),
    );
    let backport = |version: &str| {
        let named = json!({"objinst": node("1.1"), "object_versions": {"Node": version}});
        call(&conductor, "object_backport_versions", &named)
    };
    assert_eq!(backport("1.0").unwrap(), node("1.0"));
    for none in ["1.2", "2.0"] {
        assert!(backport(none).unwrap_err().is("InvalidTargetVersion"), "{none}");
    }
}

#[test]
fn an_object_without_methods_is_known_all_the_same() {
    let registry = Arc::new(Registry::new().with::<Node>());
    let conductor = ObjectActions::new(ObjectContext::new(registry));
    let get = |name: &str| {
        let named = json!({"objname": name, "objmethod": "get", "args": [], "kwargs": {}, "object_versions": {name: "1.0"}});
        call(&conductor, "object_class_action_versions", &named).unwrap_err().to_string()
    };
    assert_eq!(get("Node"), "AttributeError: 'Node' object has no attribute 'get'");
    assert_eq!(get("Port"), "UnsupportedObjectError: unsupported object type Port");
    let error = call(&conductor, "object_action", &action("1.0", "save", json!([]), json!({}))).unwrap_err();
    assert_eq!(error.to_string(), "AttributeError: 'Node' object has no attribute 'save'");
}

#[test]
fn a_body_without_a_method_is_an_error() {
    let with = |registry: Registry, methods: DynamicMethods| {
        let error = ObjectActions::new(ObjectContext::new(Arc::new(registry))).with_dynamic(methods);
        error.map(drop).unwrap_err().to_string()
    };
    assert_eq!(with(Registry::new(), methods()), "unsupported object type Node");
    assert_eq!(
        with(Registry::new().with::<Node>(), methods()),
        "Node isn't registered as an object without Rust type"
    );
    let only = |all: &[(&'static str, &'static str)]| Registry::new().with_schema(schema("1.1", all));
    assert_eq!(with(only(&ALL[..1]), methods()), "the schema of Node has no method rename");
    assert_eq!(with(only(&ALL[1..]), methods()), "the schema of Node has no method of the class get");
    let swapped = [("get", OF_OBJECT), ("rename", OF_CLASS)];
    assert_eq!(with(only(&swapped), methods()), "the schema of Node has no method rename");
    let odd = [("get", OF_CLASS), ("rename", "no signature")];
    assert_eq!(with(only(&odd), methods()), "the schema of Node has no method rename");
}
