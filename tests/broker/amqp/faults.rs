//! Faults that must hang nothing and leave nothing half done.

use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use versioned_objects::rpc::{Address, Args, CallContext, CallError, TransportError};

use super::host::{call, client, is_well, serve};
use super::raw::{Raw, envelope, inner, json_properties, next};

#[tokio::test]
async fn a_reply_after_the_time_out_is_nobodys() {
    let (_host, calls) = serve("late", "b").await;
    let client = client(Address::server("late", "b")).await;
    // Its reply queue is there by then.
    is_well(&client).await;
    let impatient = client.clone().timeout(Duration::from_millis(500));
    let error = call(&impatient, "wait", json!({"millis": 1200})).await.unwrap_err();
    assert!(matches!(error, CallError::Transport(TransportError::Timeout { .. })), "{error}");
    tokio::time::sleep(Duration::from_millis(1000)).await;
    for _ in 0..3 {
        is_well(&client).await;
    }
    assert_eq!(calls.load(Ordering::Relaxed), 5);
}

#[tokio::test]
async fn a_peer_that_dies_between_request_and_reply_is_found_out() {
    let client = client(Address::server("dies", "b")).await;
    let monitored =
        client.clone().timeout(Duration::from_secs(60)).call_monitor_timeout(Duration::from_secs(2));
    let doomed = tokio::task::spawn_blocking(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let host = runtime.block_on(serve("dies", "b"));
        (runtime, host)
    });
    let (runtime, (host, calls)) = doomed.await.unwrap();
    let begun = Instant::now();
    let calling = tokio::spawn(async move { call(&monitored, "wait", json!({"millis": 60_000})).await });
    while calls.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    runtime.shutdown_background();
    let error = calling.await.unwrap().unwrap_err();
    assert_eq!(error.to_string(), "no reply from dies.b within 2s");
    assert!(begun.elapsed() < Duration::from_secs(10));
    drop(host);
    let _again = serve("dies", "b").await;
    is_well(&client).await;
}

#[tokio::test]
async fn a_message_that_is_too_long_or_too_deep_is_one_clear_error() {
    let _host = serve("large", "b").await;
    // The time that all these bytes take, in a build that nobody optimised on a machine with other work to do.
    let client = client(Address::server("large", "b")).await.timeout(Duration::from_secs(180));
    let long = "x".repeat(64 << 20);
    let error = call(&client, "echo", json!({"a": long})).await.unwrap_err();
    assert!(error.to_string().ends_with("bytes, the most is 16777216"), "{error}");
    is_well(&client).await;

    let raw = Raw::connect().await;
    let mut replies = raw.queue("reply_of_deep", true).await;
    let deep = format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000));
    let keys = r#""_msg_id": "deep", "_reply_q": "reply_of_deep""#;
    let message = format!(r#"{{"method": "echo", "args": {{"a": {deep}}}, {keys}}}"#);
    let body = json!({"oslo.version": "2.0", "oslo.message": message}).to_string();
    raw.publish("tests", "large.b", body.as_bytes(), json_properties()).await;
    let reply = inner(&next(&mut replies).await);
    let failure: Value = serde_json::from_str(reply["failure"].as_str().unwrap()).unwrap();
    assert_eq!(failure["class"], "ValueError");
    assert!(failure["message"].as_str().unwrap().contains("nested deeper than 128 levels"), "{failure}");
    // As the body itself, and as noise of that length.
    raw.publish("tests", "large.b", deep.as_bytes(), json_properties()).await;
    raw.publish("tests", "large.b", long.as_bytes(), json_properties()).await;
    is_well(&client).await;
}

#[tokio::test]
async fn a_reply_that_is_too_long_is_one_clear_error() {
    let raw = Raw::connect().await;
    let _host = serve("verbose", "elsewhere").await;
    let mut queue = raw.queue("verbose.b", false).await;
    let bound = lapin::options::QueueBindOptions::default();
    let arguments = lapin::types::FieldTable::default();
    raw.channel
        .queue_bind("verbose.b".into(), "tests".into(), "verbose.b".into(), bound, arguments)
        .await
        .unwrap();
    let client = client(Address::server("verbose", "b")).await.timeout(Duration::from_secs(180));
    let calling = tokio::spawn(async move { call(&client, "m", json!({})).await });
    let request = inner(&next(&mut queue).await);
    let reply = json!({"result": "x".repeat(17 << 20), "failure": null, "ending": true, "_msg_id": request["_msg_id"]});
    raw.publish("", request["_reply_q"].as_str().unwrap(), &envelope(&reply), json_properties()).await;
    let error = calling.await.unwrap().unwrap_err();
    assert!(error.to_string().ends_with("bytes, the most is 16777216"), "{error}");
}

#[tokio::test]
async fn an_object_of_another_namespace_is_refused() {
    let _host = serve("foreign", "b").await;
    let client = client(Address::server("foreign", "b")).await;
    let object = |serial: &str, namespace: &str| {
        let key = |name: &str| format!("{serial}.{name}");
        json!({"data": {
            key("name"): "XenapiLiveMigrateData", key("namespace"): namespace, key("version"): "1.0",
            key("data"): {"block_migration": true},
        }})
    };
    assert_eq!(call(&client, "read", object("nova_object", "nova")).await.unwrap(), true);
    for (serial, namespace) in [("nova_object", "cinder"), ("other_object", "nova")] {
        let error = call(&client, "read", object(serial, namespace)).await.unwrap_err();
        assert!(error.as_remote().is_some(), "{error}");
    }
    is_well(&client).await;
}

#[tokio::test]
async fn a_caller_that_is_gone_holds_nobody_up() {
    let (_host, _) = serve("gone", "b").await;
    let raw = Raw::connect().await;
    // More than there are places for, each of another caller.
    for id in 0..400 {
        let queue = format!("reply_of_nobody_{id}");
        let request = json!({"method": "count", "args": {}, "_msg_id": "1", "_reply_q": queue, "_unique_id": id.to_string()});
        raw.publish("tests", "gone.b", &envelope(&request), json_properties()).await;
    }
    let endless = json!({"method": "count", "args": {}, "_msg_id": "4", "_reply_q": "q".repeat(300)});
    raw.publish("tests", "gone.b", &envelope(&endless), json_properties()).await;
    is_well(&client(Address::server("gone", "b")).await).await;
}

#[tokio::test]
async fn odd_times_between_signs_of_life_are_as_good_as_none() {
    let _host = serve("beats", "b").await;
    let raw = Raw::connect().await;
    let mut replies = raw.queue("reply_of_beats", true).await;
    for odd in ["1.7e19", "1e308", "-5", "\"soon\"", "[]", "0.1", "1e-320"] {
        let keys = r#""_msg_id": "beat", "_reply_q": "reply_of_beats""#;
        let message = format!(r#"{{"method": "wait", "args": {{"millis": 20}}, "_timeout": {odd}, {keys}}}"#);
        let body = json!({"oslo.version": "2.0", "oslo.message": message}).to_string();
        raw.publish("tests", "beats.b", body.as_bytes(), json_properties()).await;
        assert_eq!(inner(&next(&mut replies).await)["result"], "waited", "{odd}");
    }
}

/// An exchange that somebody else declared in another form costs one message, and none beside it.
#[tokio::test]
async fn what_the_broker_refuses_is_one_clear_error() {
    let _host = serve("clash", "b").await;
    let raw = Raw::connect().await;
    let options = lapin::options::ExchangeDeclareOptions { durable: true, ..Default::default() };
    let (name, kind) = ("elsewhere_fanout".into(), lapin::ExchangeKind::Fanout);
    raw.channel.exchange_declare(name, kind, options, lapin::types::FieldTable::default()).await.unwrap();
    let client = client(Address::server("clash", "b")).await;
    let elsewhere = client.clone().to(Address::fanout("elsewhere"));
    let beside = {
        let client = client.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                is_well(&client).await;
            }
        })
    };
    while !beside.is_finished() {
        let error = elsewhere.cast("m", Args::new(), &CallContext::new()).await.unwrap_err();
        assert!(error.to_string().contains("PRECONDITION_FAILED"), "{error}");
        // The broker isn't asked again, so that this waits for nothing.
        tokio::task::yield_now().await;
    }
    beside.await.unwrap();
}
