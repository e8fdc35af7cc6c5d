//! What crosses the wire, seen by a peer without any of this crate.

use std::sync::atomic::Ordering;
use std::time::Duration;

use lapin::options::{ExchangeDeclareOptions, QueueBindOptions};
use lapin::types::FieldTable;
use lapin::{BasicProperties, ExchangeKind};
use serde_json::{Value, json};
use versioned_objects::rpc::{Address, Args, CallContext};

use super::host::{call, client, is_well, serve};
use super::raw::{Raw, envelope, inner, json_properties, next};

fn is_id(value: &Value) -> bool {
    value.as_str().is_some_and(|id| id.len() == 32 && id.bytes().all(|digit| digit.is_ascii_hexdigit()))
}

#[tokio::test]
async fn a_request_is_as_oslo_messaging_writes_it() {
    let raw = Raw::connect().await;
    let mut queue = raw.queue("wire.b", false).await;
    let options = ExchangeDeclareOptions::default();
    raw.channel
        .exchange_declare("tests".into(), ExchangeKind::Topic, options, FieldTable::default())
        .await
        .unwrap();
    let bound = QueueBindOptions::default();
    raw.channel
        .queue_bind("wire.b".into(), "tests".into(), "wire.b".into(), bound, FieldTable::default())
        .await
        .unwrap();

    let client = client(Address::server("wire", "b")).await.call_monitor_timeout(Duration::from_secs(5));
    let calling = tokio::spawn({
        let client = client.clone();
        async move { call(&client, "m", json!({"a": 1})).await }
    });
    let request = next(&mut queue).await;
    let message = inner(&request);
    assert_eq!(
        (&message["method"], &message["args"], &message["version"]),
        (&json!("m"), &json!({"a": 1}), &json!("1.0"))
    );
    assert_eq!(message["_timeout"], 5);
    assert!(is_id(&message["_msg_id"]) && is_id(&message["_unique_id"]), "{message}");
    let reply_queue = message["_reply_q"].as_str().unwrap().to_owned();
    assert!(is_id(&json!(reply_queue.strip_prefix("reply_").unwrap())));
    let properties = &request.properties;
    assert_eq!(properties.content_type().as_ref().unwrap().as_str(), "application/json");
    assert_eq!(properties.content_encoding().as_ref().unwrap().as_str(), "utf-8");
    assert_eq!((properties.delivery_mode(), properties.priority()), (&Some(2), &Some(0)));
    // Of `oslo.messaging`'s there is none; its hosts pass over those that they don't know.
    let headers = properties.headers().as_ref().unwrap().inner();
    assert_eq!(headers.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["versioned_objects.begin_by"]);
    let expiration: u64 = properties.expiration().as_ref().unwrap().as_str().parse().unwrap();
    assert_eq!(expiration, 5000, "who isn't begun by then is given up");

    // A sign of life, somebody else's reply, an early result, and the end.
    let id = &message["_msg_id"];
    for reply in [
        json!({"result": null, "failure": null, "ending": false, "_msg_id": id}),
        json!({"result": 1, "failure": null, "ending": true, "_msg_id": "another"}),
        json!({"result": "early", "failure": null, "ending": false, "_msg_id": id}),
        json!({"result": null, "failure": null, "ending": true, "_msg_id": id}),
    ] {
        raw.publish("", &reply_queue, &envelope(&reply), json_properties()).await;
    }
    assert_eq!(calling.await.unwrap().unwrap(), "early");

    let unmonitored = self::client(Address::server("wire", "b")).await;
    let calling = tokio::spawn(async move { call(&unmonitored, "m", json!({})).await });
    let request = next(&mut queue).await;
    let expiration: u64 = request.properties.expiration().as_ref().unwrap().as_str().parse().unwrap();
    assert!((15_000..=20_000).contains(&expiration), "{expiration}");
    assert_eq!(inner(&request)["_timeout"], Value::Null);
    calling.abort();

    client.cast("m", Args::new(), &CallContext::new()).await.unwrap();
    let cast = next(&mut queue).await;
    assert!(cast.properties.expiration().is_none());
    let message = inner(&cast);
    assert!(is_id(&message["_unique_id"]));
    assert!(["_msg_id", "_reply_q", "_timeout"].iter().all(|key| message.get(key).is_none()));
}

#[tokio::test]
async fn a_reply_is_as_oslo_messaging_writes_it() {
    let _host = serve("replies", "b").await;
    let raw = Raw::connect().await;
    let mut replies = raw.queue("reply_of_a_test", true).await;
    let request = |method: &str, id: &str| json!({"method": method, "args": {"a": 1}, "_msg_id": id, "_reply_q": "reply_of_a_test", "_unique_id": id});
    raw.publish("tests", "replies", &envelope(&request("echo", "one")), json_properties()).await;
    let reply = next(&mut replies).await;
    let message = inner(&reply);
    assert_eq!((&message["result"], &message["failure"]), (&json!(1), &Value::Null));
    assert_eq!((&message["ending"], &message["_msg_id"]), (&json!(true), &json!("one")));
    assert!(is_id(&message["_unique_id"]) && reply.properties.expiration().is_none());
    // One without envelope is a request as well.
    raw.publish("tests", "replies", request("refuse", "two").to_string().as_bytes(), json_properties()).await;
    let message = inner(&next(&mut replies).await);
    let failure: Value = serde_json::from_str(message["failure"].as_str().unwrap()).unwrap();
    let expected = json!({
        "class": "InstanceNotFound", "module": "nova.exception", "message": "no instance", "tb": [],
        "args": ["no instance"], "kwargs": {"instance_id": "x", "code": 404},
    });
    assert_eq!((failure, &message["result"]), (expected, &Value::Null));
}

#[tokio::test]
async fn a_request_that_comes_twice_is_served_once() {
    let (_host, calls) = serve("twice", "b").await;
    let raw = Raw::connect().await;
    let one = envelope(&json!({"method": "count", "args": {}, "_unique_id": "the-same"}));
    for key in ["twice", "twice.b", "twice"] {
        raw.publish("tests", key, &one, json_properties()).await;
    }
    let client = client(Address::server("twice", "b")).await;
    is_well(&client).await;
    assert_eq!(calls.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn what_is_no_request_is_rejected_and_the_next_one_served() {
    let (_host, calls) = serve("odd", "b").await;
    let raw = Raw::connect().await;
    let good = envelope(&json!({"method": "count", "args": {}}));
    for content_type in
        ["text/plain", "application/octet-stream", "APPLICATION/JSON", "application/json; charset=utf-8"]
    {
        let properties = BasicProperties::default().with_content_type(content_type.into());
        raw.publish("tests", "odd", &good, properties).await;
    }
    raw.publish("tests", "odd", &good, BasicProperties::default()).await;
    let text = |text: &str| text.as_bytes().to_vec();
    for body in [
        vec![0xff, 0xfe],
        Vec::new(),
        text("no json"),
        text("[1, 2]"),
        text(r#"{"oslo.version": "1.0", "oslo.message": "{}"}"#),
        text(r#"{"oslo.version": "2.0", "oslo.message": {"method": "count"}}"#),
        text(r#"{"oslo.version": "2.0", "oslo.message": "{"}"#),
        text(r#"{"method": 5}"#),
        text("{}"),
    ] {
        raw.publish("tests", "odd", &body, json_properties()).await;
    }
    let client = client(Address::topic("odd")).await;
    is_well(&client).await;
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    let left = lapin::options::QueueDeclareOptions { passive: true, ..Default::default() };
    let queue = raw.channel.queue_declare("odd".into(), left, FieldTable::default()).await.unwrap();
    assert_eq!(queue.message_count(), 0);
}
