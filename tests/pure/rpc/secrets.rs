//! Whatever a peer sends: none of it is printed unmasked or uncut, and none of it moves a cursor.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::field::Sensitive;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Answer, Args, CallContext, CallError, Failure, MethodArgs, Payload, Reply, Request, Server,
};
use versioned_objects::{Field, Origin, Target, UnknownFields, Version, VersionedObject, wire};

use super::hosts::{Compute, registry};
use super::objects::data;

const SECRET: &str = "hunter2";

#[track_caller]
fn hides(shown: &dyn Debug) {
    for text in [format!("{shown:?}"), format!("{shown:#?}")] {
        assert!(!text.contains(SECRET), "{text}");
        assert!(text.len() < 8000, "{} bytes", text.len());
        assert!(!text.contains('\u{1b}'), "{text:?}");
    }
}

#[test]
fn messages_show_none_of_their_values() {
    let value = json!({"auth_password": SECRET, "plain": "\u{1b}[2J", "long": "x".repeat(1 << 20)});
    let mut args = Args::new();
    args.insert_plain("connection", &value).unwrap();
    args.insert("data", &data(), Target::Own).unwrap();
    let mut context = CallContext::new();
    context.insert("auth_token", SECRET).unwrap();
    context.insert("service_catalog", &value).unwrap();
    let payload = Payload::plain(&value).unwrap();
    hides(&payload);
    args.insert_plain(format!("auth_password={SECRET}"), &"x\u{1b}").unwrap();
    hides(&args);
    let method_args = MethodArgs::from(&args);
    let shown = format!("{method_args:?}");
    assert!(shown.contains("connection") && shown.contains("data"), "{shown}");
    hides(&method_args);
    hides(&context);
    let request =
        Request { method: "m".to_owned(), namespace: None, version: Version::new(1, 0), args, context };
    hides(&request);
    let text = json!({"result": value, "failure": null}).to_string();
    let reply = Reply::from_bytes(text.as_bytes()).unwrap();
    hides(&reply);
    let Reply::Result(result) = reply else { panic!() };
    hides(&Answer::new("m", result));
    let failure = Failure::new("m", "C\u{1b}", format!("auth_password={SECRET} {}", "x".repeat(1 << 20)))
        .with("auth_password", SECRET)
        .with("connection", value.to_string())
        .with("more", value);
    hides(&failure);
    hides(&Reply::Failure(failure.clone()));
    hides(&CallError::Remote(failure.clone()));
    let text = failure.to_string();
    assert!(!text.contains(SECRET) && text.len() < 2000 && !text.contains('\u{1b}'), "{text}");
}

fn refused(request: &Value) -> Failure {
    let server = Server::new("b").endpoint(Compute { registry: Arc::new(registry()) });
    match Reply::from_bytes(&block_on(server.answer(request.to_string().as_bytes(), "a"))) {
        Ok(Reply::Failure(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

/// All of a failure that goes over the wire.
#[track_caller]
fn tells_little(failure: &Failure) {
    let reply = String::from_utf8(Reply::Failure(failure.clone()).to_bytes().unwrap()).unwrap();
    assert!(!reply.contains(SECRET), "{reply}");
    assert!(reply.len() < 8000, "{} bytes", reply.len());
    assert!(!failure.message().contains('\u{1b}'), "{failure:?}");
}

#[test]
fn no_value_of_a_request_stands_in_its_failure() {
    let connection = json!({"auth_password": SECRET, "target": "x"}).to_string();
    let long = "x\u{1b}[2J".repeat(1 << 19);
    let envelope = |data: Value| json!({"t.name": "MigrateData", "t.namespace": "tests", "t.version": "1.0", "t.data": data});
    for arg in [
        json!(connection),
        json!(SECRET),
        json!(long),
        json!({"t.name": &long, "t.namespace": "tests", "t.version": "1.0", "t.data": {}}),
        json!({"t.name": "MigrateData", "t.namespace": &long, "t.version": "1.0", "t.data": {}}),
        json!({"t.name": "MigrateData", "t.namespace": "tests", "t.version": &long, "t.data": {}}),
        json!({"t.name": "MigrateData", "t.namespace": "tests", "t.version": format!("9.{long}"), "t.data": {}}),
        envelope(json!({"volume": &connection})),
        envelope(json!({"volume": &long})),
        envelope(json!({"volume": {"auth_password": SECRET}})),
        envelope(json!({"volume": {&long: 1}})),
    ] {
        tells_little(&refused(&json!({"method": "give_back", "version": "6.0", "args": {"data": arg}})));
    }
    for request in [
        json!({"method": &long, "version": "6.0"}),
        json!({"method": &long, "version": "9.0"}),
        json!({"method": "who", "version": &long}),
        json!({"method": "who", "version": "6.0", "args": {&long: 1}}),
        json!({"method": "echo", "version": "6.0", "args": {&long: 1}}),
        json!({"method": {"auth_password": SECRET}}),
        json!({"method": "m", "args": connection}),
        json!({"method": "m", "namespace": {&long: SECRET}}),
    ] {
        tells_little(&refused(&request));
    }
}

#[test]
fn no_value_of_a_reply_stands_in_its_error() {
    let long = "x\u{1b}[2J".repeat(1 << 19);
    let connection = json!({"auth_password": SECRET}).to_string();
    for result in [json!(connection), json!(long), json!(SECRET)] {
        let text = json!({"result": result}).to_string();
        let Ok(Reply::Result(json)) = Reply::from_bytes(text.as_bytes()) else { panic!() };
        let answer = Answer::new("m", json);
        for error in [answer.read_plain::<u32>().unwrap_err(), answer.read::<i64>(&registry()).unwrap_err()] {
            let text = error.to_string();
            assert!(!text.contains(SECRET) && text.len() < 2000 && !text.contains('\u{1b}'), "{text}");
            hides(&error);
        }
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Inner {
    auth_password: Field<Option<String>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Account {
    key: Field<Sensitive>,
    keys: Field<Vec<Sensitive>>,
    admin_pass: Field<Option<String>>,
    connection: Field<BTreeMap<String, String>>,
    note: Field<String>,
    inner: Field<Inner>,
    all: Field<Vec<Inner>>,
}

#[test]
fn an_object_without_a_type_shows_no_secret() {
    let inner = || Inner { auth_password: Some(SECRET.to_owned()).into() };
    let account = Account {
        key: Sensitive::from(SECRET).into(),
        keys: vec![Sensitive::from(SECRET)].into(),
        admin_pass: Some(SECRET.to_owned()).into(),
        connection: [("auth_password", SECRET), ("host", "a")]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into_iter()
            .collect::<BTreeMap<_, _>>()
            .into(),
        note: format!("auth_password={SECRET} rest").into(),
        inner: inner().into(),
        all: vec![inner()].into(),
    };
    let registry = Registry::new().with_schema(Account::SCHEMA.clone()).with_schema(Inner::SCHEMA.clone());
    let any = registry.decode_json(&wire::to_json(&account, Target::Own).unwrap()).unwrap();
    let object: &DynamicObject = any.downcast_ref().unwrap();
    hides(object);
    hides(&any);
    let shown = format!("{object:?}");
    assert!(shown.contains("\"host\": ") && shown.contains("rest"), "{shown}");
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Relay {
    origin: Origin,
    unknown: UnknownFields,
}

#[test]
fn what_a_relay_carries_along_shows_no_secret() {
    let data = json!({
        "auth_token": {"x": SECRET}, "new_secret": SECRET, "note": format!("auth_password={SECRET} \u{1b}"),
        "deep": [{"adminPass": SECRET}], "long": "x".repeat(1 << 20), "host": "a",
    });
    let relay: Relay = wire::decode(json!({
        "versioned_object.name": "Relay", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": data,
    }))
    .unwrap();
    hides(&relay);
    hides(&relay.unknown);
    let shown = format!("{:?}", relay.unknown);
    assert!(shown.contains("\"new_secret\": ***") && shown.contains("\"host\": Text(\"a\")"), "{shown}");
}
