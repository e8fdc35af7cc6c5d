//! What the broker says no to, and what is wrong with a configuration: one line each, with the option that mends it.

use std::time::{Duration, Instant};

use lapin::ExchangeKind;
use lapin::options::{ExchangeDeclareOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use serde_json::json;
use support::broker;
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Args, CallContext, Server, TransportError};

use super::host::{Methods, call};
use super::raw::Raw;

fn server() -> Server {
    Server::new("b").endpoint(Methods { calls: std::sync::Arc::default() })
}

async fn connect(options: AmqpOptions) -> Amqp {
    Amqp::connect(&broker::url(), "a", options.receiver_grace(Duration::from_millis(500))).await.unwrap()
}

#[tokio::test]
async fn an_exchange_of_another_form_is_told_with_its_option() {
    let raw = Raw::connect().await;
    let options = ExchangeDeclareOptions { durable: true, ..Default::default() };
    let plain = FieldTable::default;
    raw.channel.exchange_declare("refused".into(), ExchangeKind::Topic, options, plain()).await.unwrap();
    let amqp = connect(AmqpOptions::new().exchange("refused")).await;
    let error = amqp.serve("refused", server()).await.unwrap_err().to_string();
    assert!(error.contains("exchange refused: PRECONDITION_FAILED - inequivalent arg 'durable'"), "{error}");
    let mend =
        "amqp_durable_queues or rabbit_quorum_queue has to be what it is for the hosts that declared it";
    assert!(error.contains(mend), "{error}");
    let client = amqp.client(Address::topic("refused"));
    let begun = Instant::now();
    for _ in 0..50 {
        let error = call(&client, "echo", json!({"a": 1})).await.unwrap_err().to_string();
        assert!(error.contains(mend), "{error}");
    }
    // The broker was asked once.
    assert!(begun.elapsed() < Duration::from_secs(5));
    let durable =
        connect(AmqpOptions::new().exchange("refused").set("amqp_durable_queues", "true").unwrap()).await;
    let _serving = durable.serve("refused", server()).await.unwrap();
    assert_eq!(call(&durable.client(Address::topic("refused")), "echo", json!({"a": 1})).await.unwrap(), 1);
}

#[tokio::test]
async fn a_queue_of_another_form_is_told_with_its_option() {
    let raw = Raw::connect().await;
    for (topic, durable, told) in [
        ("refused-durable", true, "amqp_durable_queues or rabbit_quorum_queue has to be"),
        ("refused-quorum", true, "rabbit_quorum_queue has to be"),
    ] {
        let options = QueueDeclareOptions { durable, ..Default::default() };
        raw.channel.queue_declare(topic.into(), options, FieldTable::default()).await.unwrap();
        let mut options = AmqpOptions::new().exchange(topic);
        if topic == "refused-quorum" {
            options = options.set("rabbit_quorum_queue", "true").unwrap();
        }
        let error = connect(options).await.serve(topic, server()).await.unwrap_err().to_string();
        assert!(error.contains(told) && error.lines().count() == 1, "{error}");
    }
}

/// An exchange that isn't durable is shared by hosts that would have it so, as in `oslo.messaging`.
#[tokio::test]
async fn an_exchange_that_is_not_durable_is_taken_as_it_is() {
    let raw = Raw::connect().await;
    let options = ExchangeDeclareOptions::default();
    raw.channel
        .exchange_declare("lasting".into(), ExchangeKind::Topic, options, FieldTable::default())
        .await
        .unwrap();
    let amqp =
        connect(AmqpOptions::new().exchange("lasting").set("amqp_durable_queues", "true").unwrap()).await;
    let _serving = amqp.serve("lasting", server()).await.unwrap();
    assert_eq!(call(&amqp.client(Address::topic("lasting")), "echo", json!({"a": 1})).await.unwrap(), 1);
}

async fn refused(url: &str, options: AmqpOptions) -> String {
    let error = Amqp::connect(url, "a", options).await.unwrap_err();
    let told = error.to_string();
    assert!(!told.contains("s3cret") && !format!("{error:?}").contains("s3cret"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    told
}

#[tokio::test]
async fn who_cannot_connect_is_told_why_in_one_line() {
    let port = broker::port();
    let plain = AmqpOptions::new;
    let login = refused(&format!("rabbit://guest:s3cret@127.0.0.1:{port}/"), plain()).await;
    assert!(
        login.contains(&format!("127.0.0.1:{port}")) && login.contains("user or password in transport_url"),
        "{login}"
    );
    let host = refused(&format!("rabbit://guest:guest@127.0.0.1:{port}/nowhere"), plain()).await;
    assert!(host.contains("virtual host"), "{host}");
    let unknown = refused("rabbit://guest:s3cret@no.such.host.invalid/", plain()).await;
    assert!(unknown.starts_with("the broker at no.such.host.invalid:5672 can't be reached: "), "{unknown}");
    let several = refused("rabbit://guest:s3cret@127.0.0.1:1,guest:s3cret@127.0.0.1:2/", plain()).await;
    assert!(several.contains("127.0.0.1:1: ") && several.contains("127.0.0.1:2: "), "{several}");
    let none = refused("amqp://guest:s3cret", plain()).await;
    assert!(none.starts_with("[DEFAULT] transport_url: "), "{none}");
    let query = refused("rabbit://guest:s3cret@127.0.0.1/?rabbit_quorum=1", plain()).await;
    assert!(query.ends_with("the nearest is rabbit_quorum_queue"), "{query}");
}

#[tokio::test]
async fn a_certificate_that_does_not_serve_is_told_in_one_line() {
    let url = format!("amqps://guest:guest@127.0.0.1:{}/", broker::port() + 3);
    let file = |name: &str| broker::folder().join(name).display().to_string();
    let ca = || AmqpOptions::new().set("ssl_ca_file", &file("ca.pem")).unwrap();
    let with = |certificate: &str, key: &str| {
        let options = ca().set("ssl_cert_file", &file(certificate)).unwrap();
        options.set("ssl_key_file", &file(key)).unwrap()
    };
    // Nobody that this machine trusts signed it.
    let stranger = refused(&url, AmqpOptions::new()).await;
    assert!(stranger.contains("certificate"), "{stranger}");
    let missing = refused(&url, AmqpOptions::new().set("ssl_ca_file", "/nowhere/ca.pem").unwrap()).await;
    assert!(missing.contains("ssl_ca_file /nowhere/ca.pem: "), "{missing}");
    let empty = refused(&url, AmqpOptions::new().set("ssl_ca_file", &file("pid")).unwrap()).await;
    assert!(empty.ends_with("no certificate stands in it"), "{empty}");
    let key = refused(&url, with("client.pem", "server.key")).await;
    assert!(key.contains("ssl_cert_file and ssl_key_file: "), "{key}");
    // The broker wants to see one.
    refused(&url, ca()).await;
    let amqp = Amqp::connect(&url, "a", with("client.pem", "client.key")).await.unwrap();
    let _serving = amqp.serve("encrypted", server()).await.unwrap();
    let client = amqp.client(Address::topic("encrypted"));
    assert_eq!(client.call("count", Args::new(), &CallContext::new()).await.unwrap().as_json(), "1");
}

#[tokio::test]
async fn the_next_broker_of_the_url_serves_when_the_first_does_not() {
    let url = format!("rabbit://guest:guest@127.0.0.1:1,guest:guest@127.0.0.1:{}/", broker::port());
    for strategy in ["round-robin", "shuffle"] {
        let options = AmqpOptions::new().set("kombu_failover_strategy", strategy).unwrap();
        let amqp = Amqp::connect(&url, "a", options).await.unwrap();
        let error = amqp.client(Address::topic("nobody")).timeout(Duration::from_millis(900));
        let error = error.call("m", Args::new(), &CallContext::new()).await.unwrap_err();
        assert_eq!(error.to_string(), "nobody can't be reached: no such server");
    }
}

#[tokio::test]
async fn a_request_that_is_too_long_is_not_sent() {
    let amqp = connect(AmqpOptions::new().exchange("tests").max_message(1 << 20)).await;
    let mut args = Args::new();
    args.insert_plain("a", &"x".repeat(2 << 20)).unwrap();
    let error =
        amqp.client(Address::topic("long")).call("echo", args, &CallContext::new()).await.unwrap_err();
    let versioned_objects::rpc::CallError::Transport(TransportError::Unreachable { reason, .. }) = error
    else {
        panic!("{error}");
    };
    assert!(reason.ends_with("bytes, the most is 1048576"), "{reason}");
}
