use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use serde_json::json;
use versioned_objects::Version;
use versioned_objects::rpc::{Address, Amqp, Args, CallContext, CallError, TransportError};

use super::host::{call, client, is_well, options, serve, serve_with};
use support::broker;

#[tokio::test]
async fn a_call_has_its_result_and_context() {
    let _host = serve("calls", "b").await;
    let client = client(Address::server("calls", "b")).await;
    let all = json!({"text": "\u{e9}\u{1f600}\"\n", "list": [1, 2.5, null]});
    assert_eq!(call(&client, "echo", json!({"a": all})).await.unwrap(), all);
    let mut context = CallContext::new();
    context.insert("user_id", "u").unwrap();
    context.insert("roles", &["admin", "reader"]).unwrap();
    let answer = client.call("context", Args::new(), &context).await.unwrap();
    assert_eq!(answer.as_json(), r#"[["roles","[\"admin\",\"reader\"]"],["user_id","\"u\""]]"#);
}

#[tokio::test]
async fn a_failure_holds_class_module_and_message() {
    let _host = serve("failures", "b").await;
    let client = client(Address::topic("failures")).await;
    let error = call(&client, "refuse", json!({})).await.unwrap_err();
    let failure = error.as_remote().unwrap();
    assert_eq!((failure.class(), failure.module()), ("InstanceNotFound", "nova.exception"));
    assert_eq!((failure.message(), &failure.kwargs()["code"]), ("no instance", &json!(404)));
    let error = call(&client, "panic", json!({})).await.unwrap_err();
    assert_eq!(error.to_string(), "RuntimeError: the method panicked");
    let error = call(&client, "none", json!({})).await.unwrap_err();
    assert!(error.as_remote().unwrap().is("NoSuchMethod"));
    let newer = client.clone().version(Version::new(1, 4));
    assert!(call(&newer, "echo", json!({})).await.unwrap_err().as_remote().unwrap().is("UnsupportedVersion"));
    let capped = newer.cap(Version::new(1, 3));
    assert!(matches!(call(&capped, "echo", json!({})).await, Err(CallError::Capped { .. })));
}

#[tokio::test]
async fn hosts_of_a_topic_share_its_calls_and_each_gets_a_fanout() {
    let (_b, of_b) = serve("shared", "b").await;
    let (_c, of_c) = serve("shared", "c").await;
    let client = client(Address::topic("shared")).await;
    for _ in 0..6 {
        is_well(&client).await;
    }
    let both = || [&of_b, &of_c].map(|calls| calls.load(Ordering::Relaxed));
    assert_eq!(both().iter().sum::<usize>(), 6);
    assert!(both().iter().all(|calls| *calls > 0));
    let all = client.clone().to(Address::fanout("shared"));
    all.cast("count", Args::new(), &CallContext::new()).await.unwrap();
    let one = client.clone().to(Address::server("shared", "c"));
    one.cast("count", Args::new(), &CallContext::new()).await.unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while both().iter().sum::<usize>() < 9 && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(both().iter().sum::<usize>(), 9);
    assert!(matches!(call(&all, "count", json!({})).await, Err(CallError::Transport(_))));
}

#[tokio::test]
async fn who_is_not_there_is_a_clear_error() {
    let client = client(Address::server("nobody", "b")).await;
    let begun = Instant::now();
    let error = call(&client, "echo", json!({"a": 1})).await.unwrap_err();
    assert_eq!(error.to_string(), "nobody.b can't be reached: no such server");
    assert!(begun.elapsed() < Duration::from_secs(5));
    let long = client.clone().to(Address::topic("x".repeat(300)));
    let error = call(&long, "echo", json!({"a": 1})).await.unwrap_err();
    assert!(error.to_string().ends_with("a name of 300 bytes, the most is 255"), "{error}");
}

#[tokio::test]
async fn a_broker_that_is_not_there_is_a_clear_error() {
    let error = Amqp::connect("amqp://guest:secret@127.0.0.1:1/", "a", options()).await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the broker at 127.0.0.1:1 can't be reached: "), "{text}");
    // It speaks no TLS on that port.
    let encrypted = broker::url().replace("amqp:", "amqps:");
    Amqp::connect(&encrypted, "a", options()).await.unwrap_err();
    for url in [
        "nonsense",
        "http://user:secret@host",
        "amqp://user:secret@[",
        &broker::url().replace("guest@", "secret@"),
    ] {
        let text = Amqp::connect(url, "a", options()).await.unwrap_err().to_string();
        assert!(!text.contains("secret"), "{text}");
    }
}

#[tokio::test]
async fn more_calls_than_workers_wait_with_the_broker() {
    let (_host, calls) = serve_with("busy", "b", options().workers(2)).await;
    let client = Arc::new(client(Address::server("busy", "b")).await);
    let begun = Instant::now();
    let waiting: Vec<_> = (0..10)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::spawn(async move { call(&client, "wait", json!({"millis": 100})).await.unwrap() })
        })
        .collect();
    for reply in waiting {
        assert_eq!(reply.await.unwrap(), "waited");
    }
    assert!(begun.elapsed() >= Duration::from_millis(500));
    assert_eq!(calls.load(Ordering::Relaxed), 10);
}

#[tokio::test]
async fn a_long_call_gives_signs_of_life() {
    let _host = serve("long", "b").await;
    let client = client(Address::server("long", "b")).await;
    let monitored = client.clone().call_monitor_timeout(Duration::from_secs(2));
    assert_eq!(call(&monitored, "wait", json!({"millis": 2600})).await.unwrap(), "waited");
    let hasty = client.clone().call_monitor_timeout(Duration::from_millis(700));
    assert_eq!(call(&hasty, "wait", json!({"millis": 1500})).await.unwrap(), "waited");
    let short = client.timeout(Duration::from_millis(500));
    let error = call(&short, "wait", json!({"millis": 1500})).await.unwrap_err();
    assert_eq!(error.to_string(), "no reply from long.b within 500ms");
}

#[tokio::test]
async fn a_server_that_stops_ends_what_it_began() {
    let (host, calls) = serve("stops", "b").await;
    let client = Arc::new(client(Address::server("stops", "b")).await);
    let waiting = {
        let client = Arc::clone(&client);
        tokio::spawn(async move { call(&client, "wait", json!({"millis": 300})).await })
    };
    while calls.load(Ordering::Relaxed) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    host.stop().await;
    assert_eq!(waiting.await.unwrap().unwrap(), "waited");
    // The queue stays with the broker, and nobody takes from it.
    let error =
        call(&client.as_ref().clone().timeout(Duration::from_millis(1000)), "echo", json!({"a": 1})).await;
    assert!(matches!(error, Err(CallError::Transport(TransportError::Timeout { .. }))));
}

#[tokio::test]
async fn a_host_that_stops_for_good_has_sent_its_last_reply() {
    let client = Arc::new(client(Address::server("last", "b")).await);
    let started = tokio::task::spawn_blocking(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let host = runtime.block_on(serve("last", "b"));
        (runtime, host)
    });
    let (runtime, (host, calls)) = started.await.unwrap();
    let waiting: Vec<_> = (0..20)
        .map(|_| {
            let client = Arc::clone(&client);
            tokio::spawn(async move { call(&client, "wait", json!({"millis": 100})).await })
        })
        .collect();
    while calls.load(Ordering::Relaxed) < 20 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    tokio::task::spawn_blocking(move || {
        runtime.block_on(host.stop());
        runtime.shutdown_background();
    })
    .await
    .unwrap();
    for reply in waiting {
        assert_eq!(reply.await.unwrap().unwrap(), "waited");
    }
}

#[tokio::test]
async fn times_that_no_clock_can_show_are_as_good_as_none() {
    let endless = options().retry(Duration::MAX).receiver_grace(Duration::MAX).workers(usize::MAX);
    let (_host, _) = serve_with("endless", "b", endless.clone()).await;
    let transport = Amqp::connect(&broker::url(), "caller", endless).await.unwrap();
    let client = versioned_objects::rpc::Client::new(Arc::new(transport), Address::server("endless", "b"));
    let client = client.timeout(Duration::MAX).call_monitor_timeout(Duration::MAX);
    is_well(&client).await;
    client
        .clone()
        .to(Address::fanout("endless"))
        .cast("count", Args::new(), &CallContext::new())
        .await
        .unwrap();
}

#[tokio::test]
async fn a_broker_that_cannot_be_reached_costs_nothing_that_stays() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for _ in 0..20 {
        Amqp::connect("amqp://guest:secret@127.0.0.1:1/", "a", options()).await.unwrap_err();
    }
    // The last one may still be on its way out.
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    assert!(tasks() <= before + 1, "{before} tasks before, {} after", tasks());
}
