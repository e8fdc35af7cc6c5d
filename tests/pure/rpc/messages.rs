use std::sync::Arc;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::rpc::{Args, CallContext, Hop, InProcess, Payload, Reply, Request};
use versioned_objects::{Target, Version};

use super::hosts::{Log, client, registry, serve};
use super::objects::{V0_1, data};

fn assert_send<T: Send>(value: T) -> T {
    value
}

#[test]
fn a_request_is_the_one_that_oslo_messaging_sends() {
    let mut context = CallContext::new();
    context.insert("user_id", "u").unwrap();
    context.insert("roles", &["admin"]).unwrap();
    let mut args = Args::new();
    args.insert_plain("a", &1).unwrap();
    let request = Request {
        method: "echo".to_owned(),
        namespace: Some("compute_task".to_owned()),
        version: Version::new(3, 0),
        args,
        context,
    };
    let message: Value = serde_json::from_slice(&request.to_bytes().unwrap()).unwrap();
    assert_eq!(
        message,
        json!({"method": "echo", "args": {"a": 1}, "namespace": "compute_task", "version": "3.0",
            "_context_user_id": "u", "_context_roles": ["admin"]}),
    );
}

#[test]
fn a_request_that_oslo_messaging_sent_is_read() {
    let message = br#"{"method": "echo", "args": {"a": 1}, "version": "3.0", "_msg_id": "cdc4",
        "_reply_q": "reply_e6bc", "_timeout": null, "_unique_id": "061c", "_context_user_id": "u",
        "_context_roles": ["admin", "\u00e9"]}"#;
    let mut request = Request::from_bytes(message).unwrap();
    assert_eq!(request.method, "echo");
    assert_eq!(request.namespace, None);
    assert_eq!(request.version, Version::new(3, 0));
    assert_eq!(request.args.take_plain::<i32>("a").unwrap(), 1);
    let context: Vec<_> = request.context.iter().collect();
    assert_eq!(context, [("roles", r#"["admin", "\u00e9"]"#), ("user_id", r#""u""#)]);
}

#[test]
fn a_reply_is_the_one_that_oslo_messaging_sends() {
    let Ok(Reply::Result(seven)) = Reply::from_bytes(br#"{"result": 7, "failure": null}"#) else { panic!() };
    let message: Value = serde_json::from_slice(&Reply::Result(seven).to_bytes().unwrap()).unwrap();
    assert_eq!(message, json!({"result": 7, "failure": null, "ending": true}));
}

#[test]
fn a_reply_without_result_is_null() {
    let message = br#"{"failure": null, "ending": true, "_msg_id": "cdc4", "_unique_id": "9"}"#;
    match Reply::from_bytes(message).unwrap() {
        Reply::Result(result) => assert_eq!(result.get(), "null"),
        Reply::Failure(failure) => panic!("{failure}"),
    }
}

#[test]
fn the_context_arrives_as_it_was_sent() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let mut context = CallContext::new();
    context.insert("user_id", "grüße").unwrap();
    let client = client(&bus, "a", "b", &log);
    let answer = block_on(assert_send(client.call("who", Args::new(), &context))).unwrap();
    assert_eq!(answer.read_plain::<String>().unwrap(), "grüße");
}

#[test]
fn what_goes_out_is_told_with_its_version_and_losses() {
    let payload = Payload::of(
        &data(),
        Target::Version(V0_1, Some(&[("Volume", Version::new(1, 0))].into_iter().collect())),
    )
    .unwrap();
    let [sent] = payload.sent() else { panic!("{payload:?}") };
    assert_eq!((sent.object.as_str(), sent.version.as_str()), ("MigrateData", "0.1"));
    let dropped: Vec<&str> = sent.dropped.iter().map(|loss| loss.path.as_str()).collect();
    assert_eq!(dropped, ["MigrateData.volume.target", "MigrateData.naming"]);
    assert_eq!(sent.within, [("Volume".to_owned(), "1.0".to_owned())]);
    assert!(Payload::null().sent().is_empty());
}

#[test]
fn an_object_that_arrived_is_told_in_the_version_that_it_came_in() {
    let mut arrived = data();
    arrived.origin = "0.1".parse::<Version>().unwrap().into();
    let payload = Payload::of(&arrived, Target::Own).unwrap();
    assert_eq!(payload.sent()[0].version, "0.1");
    assert_eq!(payload.sent()[0].dropped[0].field, "naming");
}

#[test]
fn a_hop_holds_the_length_of_its_message() {
    let hops = Arc::new(std::sync::Mutex::new(Vec::<Hop>::new()));
    let (bus, log, seen) = (InProcess::new(), Log::default(), Arc::clone(&hops));
    serve(&bus, "b", &Arc::new(registry()), &log);
    let client = client(&bus, "a", "b", &log).observer(Arc::new(move |hop| seen.lock().unwrap().push(hop)));
    block_on(client.call("who", Args::new(), &CallContext::new())).unwrap();
    let expected = r#"{"method":"who","args":{},"version":"6.0"}"#.len();
    assert_eq!(hops.lock().unwrap()[0].bytes, expected);
    assert_eq!(log.lines(), ["b => a who"]);
}
