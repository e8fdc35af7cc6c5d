use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Answer, Args, BoxFuture, CallContext, CallError, Failure, FakeIndirectionApi, IndirectionApi,
    ObjectActions, ObjectContext, Payload,
};
use versioned_objects::{ErrorKind, Field, Manifest, Origin, Version, VersionedObject, remotable};

use support::fixtures::Port;

/// What was done where the methods run.
#[derive(Default)]
struct Database {
    log: Mutex<Vec<String>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"), remotable)]
struct Instance {
    origin: Origin,
    #[field(read_only)]
    id: Field<i64>,
    host: Field<Option<String>>,
    port: Field<Option<Port>>,
    tags: Field<Vec<String>>,
    #[field(since = "1.1")]
    locked: Field<bool>,
}

#[remotable]
impl Instance {
    /// Made where the database is.
    async fn get_by_id(
        context: &ObjectContext,
        id: i64,
        #[default(null)] host: Option<String>,
        #[default(["a"])] tags: Vec<String>,
    ) -> Result<Instance, CallError> {
        Instance::log(context, format!("get {id}"));
        if id < 0 {
            return Err(Failure::new("nova.exception", "InstanceNotFound", "none").into());
        }
        Ok(Instance {
            id: Field::unchanged(id),
            host: Field::unchanged(host),
            tags: Field::unchanged(tags),
            locked: Field::unchanged(true),
            ..Instance::default()
        })
    }

    async fn save(&mut self, context: &ObjectContext, host: Option<String>) -> Result<bool, CallError> {
        Instance::log(context, format!("save {:?}", self.what_changed()));
        self.host.set(host);
        self.reset_changes();
        self.port.set(Some(Port { serial: "new".to_owned().into(), ..Port::default() }));
        Ok(true)
    }

    async fn break_id(&mut self, context: &ObjectContext) -> Result<(), CallError> {
        Instance::log(context, "break".to_owned());
        self.id.set(99);
        Ok(())
    }

    /// The other side's alone.
    #[remotable(signature = "(self, **kwargs)")]
    async fn destroy(&mut self, context: &ObjectContext) -> Result<(), CallError>;
}

impl Instance {
    fn log(context: &ObjectContext, line: String) {
        if let Some(database) = context.state::<Database>() {
            database.log.lock().unwrap().push(line);
        }
    }
}

fn registry() -> Arc<Registry> {
    Arc::new(Registry::new().with::<Instance>().with::<Port>())
}

/// Both ends, and what was done at the far one.
fn both(near: Registry) -> (ObjectContext, Arc<Database>) {
    let database = Arc::new(Database::default());
    let far = ObjectContext::new(registry()).with_state(Arc::clone(&database));
    let conductor = FakeIndirectionApi::new(ObjectActions::new(far).with::<Instance>());
    let context = ObjectContext::new(Arc::new(near)).called_by(CallContext::new());
    (context.through(Arc::new(conductor)), database)
}

fn near() -> Registry {
    Registry::new().with::<Instance>().with::<Port>()
}

#[test]
fn class_methods_run_behind_the_indirection() {
    let (context, database) = both(near());
    let call = Instance::get_by_id(&context, 7, Some("xen-a".to_owned()), vec!["x".to_owned()]);
    let instance = pollster::block_on(call).unwrap();
    assert_eq!((instance.id.get(), instance.tags.get()), (Some(&7), Some(&vec!["x".to_owned()])));
    assert_eq!(instance.locked.get(), Some(&true));
    assert_eq!(*database.log.lock().unwrap(), ["get 7"]);
    let error = pollster::block_on(Instance::get_by_id(&context, -1, None, vec![])).unwrap_err();
    assert_eq!(error.as_remote().map(|failure| failure.class()), Some("InstanceNotFound"));
}

#[test]
fn a_result_comes_in_the_versions_of_the_caller() {
    let older = near().held_to("Instance", Version::new(1, 0)).unwrap();
    let (context, _) = both(older);
    let instance = pollster::block_on(Instance::get_by_id(&context, 7, None, vec![])).unwrap();
    assert_eq!(instance.origin.version(), Some(Version::new(1, 0)));
    assert!(!instance.locked.is_set());
}

#[test]
fn methods_run_behind_the_indirection_and_their_changes_come_back() {
    let (context, database) = both(near());
    let mut instance = Instance { id: Field::unchanged(7), tags: vec![].into(), ..Instance::default() };
    assert!(pollster::block_on(instance.save(&context, Some("xen-b".to_owned()))).unwrap());
    assert_eq!(*database.log.lock().unwrap(), ["save [\"tags\"]"]);
    assert_eq!(instance.host.get(), Some(&Some("xen-b".to_owned())));
    let port = instance.port.get().unwrap().as_ref().unwrap();
    assert_eq!(port.serial.get().map(String::as_str), Some("new"));
    assert_eq!(instance.what_changed(), ["port"], "what counts as changed there does so here");
}

/// Numbers that no 64 bits hold, wherever they can stand.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"), remotable)]
struct Counter {
    unsigned: Field<u128>,
    signed: Field<Option<i128>>,
    many: Field<Vec<u128>>,
    by_name: Field<BTreeMap<String, i128>>,
    ratio: Field<f64>,
}

#[remotable]
impl Counter {
    async fn grow(&mut self, context: &ObjectContext, to: u128) -> Result<u128, CallError> {
        let _ = context.registry();
        self.unsigned.set(to);
        self.signed.set(Some(i128::MIN));
        self.many.set(vec![to, 1 << 64, 0]);
        self.by_name.set(BTreeMap::from([("a".to_owned(), -(1 << 64))]));
        self.ratio.set(f64::INFINITY);
        Ok(to)
    }
}

#[test]
fn changes_beyond_64_bits_come_back() {
    let registry = || Arc::new(Registry::new().with::<Counter>());
    let conductor =
        FakeIndirectionApi::new(ObjectActions::new(ObjectContext::new(registry())).with::<Counter>());
    let context = ObjectContext::new(registry()).called_by(CallContext::new()).through(Arc::new(conductor));
    for to in [u128::MAX, 1 << 127, 1 << 64, 5] {
        let mut counter = Counter { unsigned: 1.into(), ..Counter::default() };
        assert_eq!(pollster::block_on(counter.grow(&context, to)).unwrap(), to);
        let expected = Counter {
            unsigned: to.into(),
            signed: Some(i128::MIN).into(),
            many: vec![to, 1 << 64, 0].into(),
            by_name: BTreeMap::from([("a".to_owned(), -(1 << 64))]).into(),
            ratio: f64::INFINITY.into(),
        };
        assert_eq!(counter, expected);
        assert_eq!(counter.what_changed().len(), 5);
    }
}

#[test]
fn read_only_holds_for_what_comes_back() {
    let (context, _) = both(near());
    let mut instance = Instance { id: Field::unchanged(7), ..Instance::default() };
    let error = pollster::block_on(instance.break_id(&context)).unwrap_err();
    assert!(
        matches!(&error, CallError::Object(error) if error.kind() == ErrorKind::ReadOnlyField),
        "{error}"
    );
    assert_eq!(instance.id.get(), Some(&7));
}

#[test]
fn without_an_indirection_methods_run_here() {
    let database = Arc::new(Database::default());
    let context =
        ObjectContext::new(registry()).with_state(Arc::clone(&database)).called_by(CallContext::new());
    let mut instance = pollster::block_on(Instance::get_by_id(&context, 7, None, vec![])).unwrap();
    pollster::block_on(instance.save(&context, None)).unwrap();
    assert_eq!(*database.log.lock().unwrap(), ["get 7", "save []"]);
    let error = pollster::block_on(instance.destroy(&context)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "destroy of Instance runs on another host alone, and no indirection is set"
    );
}

#[test]
fn orphaned_objects() {
    let mut instance = Instance::default();
    let context = ObjectContext::new(registry());
    let error = pollster::block_on(instance.save(&context, None)).unwrap_err();
    assert_eq!(error.to_string(), "cannot call save on orphaned Instance object");
    let CallError::Object(error) = error else { panic!("{error}") };
    assert_eq!(error.kind(), ErrorKind::OrphanedObject);
    assert_eq!(Failure::from(error).class(), "OrphanedObjectError");
}

#[test]
fn signatures_are_part_of_the_schema() {
    let methods: Vec<_> =
        Instance::SCHEMA.methods.iter().map(|method| (&*method.name, &*method.spec)).collect();
    assert_eq!(
        methods,
        [
            ("break_id", "ArgSpec(args=['self'], varargs=None, keywords=None, defaults=None)"),
            ("destroy", "ArgSpec(args=['self'], varargs=None, keywords='kwargs', defaults=None)"),
            (
                "get_by_id",
                "ArgSpec(args=['cls', 'context', 'id', 'host', 'tags'], varargs=None, keywords=None, \
                 defaults=(None, ['a']))"
            ),
            ("save", "ArgSpec(args=['self', 'host'], varargs=None, keywords=None, defaults=None)"),
        ]
    );
}

/// What a Python client sends: arguments by place, and what has a default left out.
#[test]
fn calls_of_a_python_client() {
    use versioned_objects::rpc::Endpoint;

    let actions = ObjectActions::new(ObjectContext::new(registry())).with::<Instance>();
    let call = |method: &str, entries: &[(&str, serde_json::Value)]| {
        let mut args = Args::new();
        for (name, value) in entries {
            args.insert_plain(*name, value).unwrap();
        }
        pollster::block_on(actions.call(method, args, &CallContext::new()))
    };
    let class_action = |args: serde_json::Value, kwargs: serde_json::Value| {
        call(
            "object_class_action_versions",
            &[
                ("objname", json!("Instance")),
                ("objmethod", json!("get_by_id")),
                ("object_versions", json!({"Instance": "1.9", "Port": "1.0"})),
                ("args", args),
                ("kwargs", kwargs),
            ],
        )
    };
    let read = |payload: Payload| -> serde_json::Value { serde_json::from_str(payload.as_json()).unwrap() };
    let result = read(class_action(json!([5]), json!({"host": "h"})).unwrap());
    assert_eq!(result["versioned_object.version"], "1.1", "nothing is written newer than it is");
    assert_eq!(result["versioned_object.data"], json!({"id": 5, "host": "h", "tags": ["a"], "locked": true}));
    let failure = |args, kwargs| class_action(args, kwargs).unwrap_err().to_string();
    assert_eq!(
        failure(json!([5, null, [], 1]), json!({})),
        "TypeError: get_by_id() takes 3 positional arguments but 4 were given"
    );
    assert_eq!(
        failure(json!([5]), json!({"id": 5})),
        "TypeError: get_by_id() got multiple values for argument 'id'"
    );
    assert_eq!(
        failure(json!([]), json!({})),
        "TypeError: get_by_id() missing 1 required positional argument: 'id'"
    );
    assert_eq!(
        failure(json!([5]), json!({"x": 5})),
        "TypeError: get_by_id() got an unexpected keyword argument 'x'"
    );

    let instance = json!({
        "versioned_object.name": "Instance", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": {"id": 7, "host": "h"},
    });
    let action = |method: &str| {
        call(
            "object_action",
            &[
                ("objinst", instance.clone()),
                ("objmethod", json!(method)),
                ("args", json!(["h"])),
                ("kwargs", json!({})),
            ],
        )
    };
    let [updates, result]: [serde_json::Value; 2] =
        serde_json::from_value(read(action("save").unwrap())).unwrap();
    assert_eq!(result, json!(true));
    let names: Vec<_> = updates.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["obj_what_changed", "port"], "the host is what it was");
    assert_eq!(updates["obj_what_changed"], json!(["port"]));
    assert_eq!(
        action("no_such").unwrap_err().to_string(),
        "AttributeError: 'Instance' object has no attribute 'no_such'"
    );
}

/// An other side of an earlier release.
struct Older(Mutex<Vec<String>>);

impl IndirectionApi for Older {
    fn object_action<'a>(
        &'a self,
        _: &'a CallContext,
        _: Payload,
        method: &'a str,
        _: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        let json =
            to_raw_value(&json!([{"id": "8", "x": 1, "obj_what_changed": ["id", "x"]}, null])).unwrap();
        Box::pin(async move { Ok(Answer::new(method, json)) })
    }

    fn object_class_action_versions<'a>(
        &'a self,
        _: &'a CallContext,
        _: &'a str,
        _: &'a str,
        _: &'a Manifest,
        _: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        Box::pin(async { Err(Failure::not_implemented("too new").into()) })
    }

    fn object_class_action<'a>(
        &'a self,
        _: &'a CallContext,
        object: &'a str,
        method: &'a str,
        version: Version,
        _: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        self.0.lock().unwrap().push(format!("{object} {version} {method}"));
        let instance = Instance { id: Field::unchanged(3), ..Instance::default() };
        Box::pin(async move { Ok(Answer::new(method, to_raw_value(&instance).unwrap())) })
    }

    fn object_backport_versions<'a>(
        &'a self,
        _: &'a CallContext,
        _: &'a RawValue,
        _: &'a Manifest,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        Box::pin(async { Err(Failure::not_implemented("too new").into()) })
    }
}

#[test]
fn an_older_other_side_is_called_in_its_way() {
    let older = Arc::new(Older(Mutex::default()));
    let context =
        ObjectContext::new(registry()).called_by(CallContext::new()).through(Arc::clone(&older) as Arc<_>);
    let mut instance = pollster::block_on(Instance::get_by_id(&context, 3, None, vec![])).unwrap();
    assert_eq!(*older.0.lock().unwrap(), ["Instance 1.1 get_by_id"]);
    instance = Instance { host: None.into(), id: Field::unset(), ..instance };
    pollster::block_on(instance.destroy(&context)).unwrap();
    assert_eq!(instance.id.get(), Some(&8), "updates are coerced, and those of no field passed over");
    assert_eq!(instance.what_changed(), ["id"]);
}
