//! Queues that the broker permits, and those that it doesn't: `tests/brokers/run` has brokers of both kinds.

use std::time::{Duration, Instant};

use serde_json::json;
use support::broker;
use tokio::task::spawn_blocking;
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Server};

use crate::amqp::host::{Methods, call};

fn server() -> Server {
    Server::new("b").endpoint(Methods { calls: std::sync::Arc::default() })
}

async fn connect(exchange: &str, options: AmqpOptions) -> Amqp {
    let grace = Duration::from_millis(500);
    Amqp::connect(&broker::url(), "a", options.exchange(exchange).receiver_grace(grace)).await.unwrap()
}

/// Without an option a host has queues that are neither durable nor of one connection.
#[tokio::test]
async fn a_queue_that_is_not_permitted_is_told_once_with_the_option_that_is() {
    let is_permitted = spawn_blocking(broker::permits_transient_queues).await.unwrap();
    let plain = connect("permitted", AmqpOptions::new()).await;
    let serving = plain.serve("permitted", server()).await;
    let client = plain.client(Address::topic("permitted"));
    if is_permitted {
        let _serving = serving.unwrap();
        assert_eq!(call(&client, "echo", json!({"a": 1})).await.unwrap(), 1);
        return;
    }
    let error = serving.unwrap_err().to_string();
    assert!(error.contains("makes it one that the broker permits"), "{error}");
    assert_eq!(error.lines().count(), 1, "{error}");
    // The refusal ends the connection, so the broker isn't asked again for each call.
    let begun = Instant::now();
    for _ in 0..50 {
        let error = call(&client, "echo", json!({"a": 1})).await.unwrap_err().to_string();
        assert!(error.contains("makes it one that the broker permits"), "{error}");
    }
    assert!(begun.elapsed() < Duration::from_secs(5));

    let options = AmqpOptions::new().set("rabbit_quorum_queue", "true").unwrap();
    // Beside an exchange that isn't durable its queues wouldn't be either.
    let quorum =
        connect("permitted-quorum", options.set("rabbit_transient_quorum_queue", "true").unwrap()).await;
    let _serving = quorum.serve("permitted-quorum", server()).await.unwrap();
    assert_eq!(
        call(&quorum.client(Address::topic("permitted-quorum")), "echo", json!({"a": 1})).await.unwrap(),
        1
    );
}
