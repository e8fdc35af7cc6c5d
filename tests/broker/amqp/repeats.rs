//! Requests that may have been begun before, and those of which nobody knows whether they will be.

use futures_lite::StreamExt;
use lapin::options::{QueueBindOptions, QueueDeclareOptions};
use lapin::types::{AMQPValue, FieldTable};
use serde_json::json;
use versioned_objects::rpc::{Address, Args, CallContext, CallError, TransportError};

use super::host::{call, client, is_well, serve};
use super::raw::Raw;

#[tokio::test]
async fn a_request_that_another_host_may_have_begun_says_so() {
    let raw = Raw::connect().await;
    let mut taking = raw.queue("again.b", false).await;
    let _tests = raw.tap("tests", &["again.nobody"]).await;
    let (options, plain) = (QueueBindOptions::default(), FieldTable::default());
    raw.channel.queue_bind("again.b".into(), "tests".into(), "again.b".into(), options, plain).await.unwrap();
    let client = client(Address::server("again", "b")).await;
    let calling = tokio::spawn({
        let client = client.clone();
        async move { call(&client, "redelivered", json!({})).await }
    });
    // It takes the request, and goes before it says that it has.
    taking.next().await.unwrap().unwrap();
    let _host = serve("again", "b").await;
    raw.channel.close(200, "OK".into()).await.unwrap();
    assert_eq!(calling.await.unwrap().unwrap(), true);
    assert_eq!(call(&client, "redelivered", json!({})).await.unwrap(), false);
}

#[tokio::test]
async fn a_request_that_the_broker_does_not_answer_for_is_in_doubt() {
    let raw = Raw::connect().await;
    let _tests = raw.tap("tests", &["full.nobody"]).await;
    let mut arguments = FieldTable::default();
    arguments.insert("x-max-length".into(), AMQPValue::LongUInt(0));
    arguments.insert("x-overflow".into(), AMQPValue::LongString("reject-publish".into()));
    let options = QueueDeclareOptions { exclusive: true, auto_delete: true, ..Default::default() };
    raw.channel.queue_declare("full.b".into(), options, arguments).await.unwrap();
    let (options, plain) = (QueueBindOptions::default(), FieldTable::default());
    raw.channel.queue_bind("full.b".into(), "tests".into(), "full.b".into(), options, plain).await.unwrap();
    let client = client(Address::server("full", "b")).await.timeout(std::time::Duration::from_millis(800));
    let called = call(&client, "echo", json!({"a": 1})).await.unwrap_err();
    let cast = client.cast("echo", Args::new(), &CallContext::new()).await.unwrap_err();
    for error in [called, cast] {
        assert!(matches!(error, CallError::Transport(TransportError::Unknown { .. })), "{error}");
        assert!(error.to_string().ends_with("the broker doesn't answer for the message"), "{error}");
    }
    let _host = serve("beside", "b").await;
    is_well(&client.clone().to(Address::server("beside", "b")).timeout(std::time::Duration::from_secs(20)))
        .await;
}
