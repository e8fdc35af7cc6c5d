//! Methods of objects, and backports, across a conductor: nova's own client and a Rust conductor, and the reverse.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::to_raw_value;
use serde_json::{Value, json};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::field::DateTime;
use versioned_objects::nova::objects::{LibvirtLiveMigrateData, XenapiLiveMigrateData};
use versioned_objects::nova::{conductor, registry};
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BaseRpc, CallContext, CallError, Client, DynamicMethods, Failure,
    ObjectActions, ObjectContext, ObjectSerializer, Payload, Server, Serving,
};
use versioned_objects::{Field, Origin, Target, Version, VersionedObject, remotable};

use support::broker;
use support::peer::Peer;

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0"))]
struct Part {
    origin: Origin,
    name: Field<String>,
}

impl Part {
    fn named(name: &str) -> Part {
        Part { name: name.to_owned().into(), ..Part::default() }
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"), remotable)]
struct Errand {
    origin: Origin,
    #[field(read_only)]
    id: Field<i64>,
    host: Field<Option<String>>,
    part: Field<Option<Part>>,
    due: Field<Option<DateTime>>,
    #[field(since = "1.1")]
    note: Field<String>,
}

#[remotable]
impl Errand {
    async fn get_by_id(
        context: &ObjectContext,
        id: i64,
        #[default(null)] host: Option<String>,
    ) -> Result<Errand, CallError> {
        if id < 0 {
            return Err(not_found(id).into());
        }
        Ok(Errand {
            id: id.into(),
            host: host.into(),
            part: Some(Part::named("a part")).into(),
            note: "for those who read it".to_owned().into(),
            ..Errand::default()
        })
    }

    async fn r#move(
        &mut self,
        context: &ObjectContext,
        host: String,
        #[default("none")] reason: String,
    ) -> Result<Vec<String>, CallError> {
        self.host = Field::unchanged(Some(host.clone()));
        self.part.set(Some(Part::named(&reason)));
        Ok(vec![host, reason])
    }
}

fn not_found(id: i64) -> Failure {
    let message = format!("Migration {id} could not be found.");
    Failure::new("nova.exception", "MigrationNotFound", message).with("migration_id", id).with("code", 404)
}

/// The same as a schema alone, with bodies by name.
fn dynamic() -> ObjectActions {
    let registry = Registry::new().with_schema(Errand::SCHEMA.clone()).with_schema(Part::SCHEMA.clone());
    let registry = registry.with_schema(XenapiLiveMigrateData::SCHEMA.clone());
    let part = |name: &str| {
        json!({
            "nova_object.name": "Part", "nova_object.namespace": "nova", "nova_object.version": "1.0",
            "nova_object.data": {"name": name}, "nova_object.changes": ["name"],
        })
    };
    let methods = DynamicMethods::new("Errand")
        .class_method("get_by_id", move |mut args, context, target| {
            Box::pin(async move {
                let id: i64 = args.take_plain("id")?;
                let host: Option<String> =
                    if args.contains("host") { args.take_plain("host")? } else { None };
                if id < 0 {
                    return Err(not_found(id));
                }
                let registry = context.registry();
                let mut errand = DynamicObject::new(registry, "Errand")?;
                let all = [
                    ("id", json!(id)),
                    ("host", json!(host)),
                    ("part", part("a part")),
                    ("note", json!("for those who read it")),
                ];
                for (name, value) in all {
                    errand.set(registry, name, serde_json::from_value(value).unwrap())?;
                }
                Ok(Payload::of(&errand, target)?)
            })
        })
        .method("move", move |errand, mut args, context| {
            Box::pin(async move {
                let host: String = args.take_plain("host")?;
                let reason: Option<String> =
                    if args.contains("reason") { Some(args.take_plain("reason")?) } else { None };
                let reason = reason.unwrap_or("none".to_owned());
                let registry = context.registry();
                errand.set(registry, "host", host.as_str().into())?;
                errand.reset_changes();
                errand.set(registry, "part", serde_json::from_value(part(&reason)).unwrap())?;
                Ok(Payload::plain(&[host, reason])?)
            })
        });
    conductor::manager(Arc::new(registry)).with_dynamic(methods).unwrap()
}

fn derived() -> ObjectActions {
    let registry = registry().with::<Errand>().with::<Part>();
    conductor::manager(Arc::new(registry)).with::<Errand>()
}

/// One at a time: a conductor's queue has the same name in every exchange.
static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

async fn connect(exchange: &str, host: &str) -> Arc<Amqp> {
    let options = AmqpOptions::new().exchange(exchange);
    Arc::new(Amqp::connect(&broker::url(), host, options).await.unwrap())
}

async fn conduct(exchange: &str, actions: ObjectActions) -> Serving {
    let server = Server::new("rust").endpoint(actions).endpoint(BaseRpc::new(conductor::TOPIC));
    connect(exchange, "rust").await.serve(conductor::TOPIC, server).await.unwrap()
}

async fn ask(client: &Client, method: &str, named: Value) -> Value {
    let mut args = Args::new();
    for (name, value) in named.as_object().unwrap() {
        args.insert_plain(name, value).unwrap();
    }
    client.call(method, args, &CallContext::new()).await.unwrap().read_plain().unwrap()
}

/// What a Python host gets from a conductor: all that it asks is answered as one in Python would.
async fn serves_python(exchange: &str, actions: ObjectActions) {
    let _alone = ALONE.lock().await;
    let conductor = conduct(exchange, actions).await;
    let _host = Peer::start("errands.py", &[&broker::url(), exchange, "host"]);
    let transport = connect(exchange, "asks").await;
    for topic in ["errands", "errands-oslo"] {
        let client = Client::new(Arc::clone(&transport) as _, Address::server(topic, "python"));
        let client = client.timeout(Duration::from_secs(20));
        let pong = ask(&client, "ping", json!({})).await;
        assert_eq!(pong, json!({"service": "conductor", "arg": "1.21 GigaWatts"}));

        let part = |name: &str, changes: Value| json!({"is": "Part", "version": "1.0", "data": envelope("Part", "1.0", json!({"name": name})), "changes": changes});
        let got = ask(&client, "get", json!({"args": [7], "kwargs": {"host": "h"}})).await;
        assert_eq!((&got["is"], &got["version"]), (&json!("Errand"), &json!("1.0")), "{got}");
        let data = &got["data"];
        assert_eq!((&data["id"], &data["host"], data.get("note")), (&json!(7), &json!("h"), None));
        assert_eq!(data["part"]["nova_object.data"], part("a part", json!([]))["data"]["nova_object.data"]);
        let defaulted = ask(&client, "get", json!({"args": [7], "kwargs": {}})).await;
        assert_eq!(defaulted["data"]["host"], Value::Null);
        let failed = ask(&client, "get", json!({"args": [-1], "kwargs": {}})).await;
        let expected = json!({
            "class": "MigrationNotFound_Remote", "module": "nova.exception_Remote",
            "message": "Migration -1 could not be found.",
            "kwargs": {"migration_id": "-1", "code": "404"},
        });
        assert_eq!(failed, expected);
        for (args, kwargs) in
            [(json!([]), json!({})), (json!([1, "h", 2]), json!({})), (json!([1]), json!({"id": 1}))]
        {
            let failed = ask(&client, "get", json!({"args": args, "kwargs": kwargs})).await;
            assert_eq!(failed["class"], "TypeError", "{failed}");
        }

        let moved = ask(&client, "move", json!({"args": ["b"], "kwargs": {"reason": "since"}})).await;
        assert_eq!(moved["result"], json!(["b", "since"]));
        let errand = &moved["errand"];
        assert_eq!((&errand["data"]["id"], &errand["data"]["host"]), (&json!(5), &json!("b")));
        assert_eq!(errand["data"]["part"]["nova_object.data"], json!({"name": "since"}));
        assert_eq!(errand["changes"], json!(["part"]), "what counts as changed there does so here");
        let moved = ask(&client, "move", json!({"args": [], "kwargs": {"host": "c"}})).await;
        assert_eq!(moved["result"], json!(["c", "none"]));
        let failed = ask(&client, "move", json!({"args": [], "kwargs": {"reason": "no host"}})).await;
        assert_eq!(failed["class"], "TypeError", "{failed}");

        // An object of a Rust host that is too new there.
        let data = XenapiLiveMigrateData {
            block_migration: Some(true).into(),
            is_volume_backed: false.into(),
            sr_uuid_naming_convention_map: Default::default(),
            ..XenapiLiveMigrateData::default()
        };
        let mut args = Args::new();
        args.insert("data", &vec![data], Target::Own).unwrap();
        assert_eq!(args.sent()[0].version, "1.0");
        let read = client.call("read", args, &CallContext::new()).await.unwrap();
        let read: Value = read.read_plain().unwrap();
        assert_eq!((&read[0]["is"], &read[0]["version"]), (&json!("XenapiLiveMigrateData"), &json!("0.1")));
        assert_eq!(
            read[0]["data"],
            json!({"block_migration": true, "is_volume_backed": false}),
            "the conductor wrote it anew"
        );
    }
    conductor.stop().await;
}

fn envelope(name: &str, version: &str, data: Value) -> Value {
    json!({
        "nova_object.name": name, "nova_object.namespace": "nova", "nova_object.version": version,
        "nova_object.data": data,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rust_conductor_of_derived_objects_serves_python_hosts() {
    serves_python("derived", derived()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rust_conductor_of_schemas_alone_serves_python_hosts() {
    serves_python("dynamic", dynamic()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_python_conductor_serves_rust_hosts() {
    const EXCHANGE: &str = "conducted";
    let _alone = ALONE.lock().await;
    let _conductor = Peer::start("errands.py", &[&broker::url(), EXCHANGE, "conductor"]);
    let transport = connect(EXCHANGE, "rust").await;
    let base = Client::new(Arc::clone(&transport) as _, Address::topic(conductor::TOPIC));
    let pong = ask(&base.namespace(BaseRpc::NAMESPACE), "ping", json!({"arg": 1})).await;
    assert_eq!(pong, json!({"service": "conductor", "arg": 1}));

    // Objects of the release before run their methods there.
    let older =
        Registry::new().with::<Errand>().with::<Part>().held_to("Errand", Version::new(1, 0)).unwrap();
    let api = Arc::new(conductor::api(Arc::clone(&transport) as _));
    let context =
        ObjectContext::new(Arc::new(older)).called_by(CallContext::new()).through(Arc::clone(&api) as _);
    let mut errand = Errand::get_by_id(&context, 7, Some("h".to_owned())).await.unwrap();
    assert_eq!(errand.origin.version(), Some(Version::new(1, 0)));
    assert_eq!((errand.id.get(), errand.part.get()), (Some(&7), Some(&Some(Part::named("a part")))));
    assert_eq!(errand.r#move(&context, "b".to_owned(), "since".to_owned()).await.unwrap(), ["b", "since"]);
    assert_eq!(errand.host.get(), Some(&Some("b".to_owned())));
    assert_eq!(errand.part.get(), Some(&Some(Part::named("since"))));
    let error = Errand::get_by_id(&context, -1, None).await.unwrap_err();
    let failure = error.as_remote().unwrap();
    assert_eq!((failure.class(), failure.module()), ("MigrationNotFound", "nova.exception"));
    assert_eq!(failure.kwargs()["code"], 404);
    assert!(!failure.traceback().is_empty());

    // One of nova's own objects that is too new here is written anew there.
    const NAME: &str = "LibvirtLiveMigrateData";
    let newer = LibvirtLiveMigrateData {
        filename: "f".to_owned().into(),
        src_supports_numa_live_migration: true.into(),
        ..LibvirtLiveMigrateData::default()
    };
    for (major_minor, has_numa) in [((1, 13), true), ((1, 10), true), ((1, 9), false), ((1, 0), false)] {
        let version = Version::new(major_minor.0, major_minor.1);
        let held = Arc::new(registry().held_to(NAME, version).unwrap());
        let serializer = ObjectSerializer::new(held).through(Arc::clone(&api) as _);
        let json = to_raw_value(&newer).unwrap();
        let read: LibvirtLiveMigrateData = serializer.deserialize(&CallContext::new(), &json).await.unwrap();
        assert_eq!(read.origin.version(), Some(version));
        assert_eq!(read.src_supports_numa_live_migration.is_set(), has_numa, "{version}");
        assert_eq!(read.filename.get().map(String::as_str), Some("f"));
    }
}
