//! `ovo record` from a live broker: the broker's own copies, those of an exchange, and a queue of copies.

use std::ops::ControlFlow;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::time::Duration;

use lapin::options::{QueueBindOptions, QueueDeclareOptions};
use lapin::types::FieldTable;
use serde_json::{Value, json};
use versioned_objects::Target;
use versioned_objects::check::{Locks, record_line, replay};
use versioned_objects::nova::objects::XenapiLiveMigrateData;
use versioned_objects::nova::registry;
use versioned_objects::rpc::{
    Address, AmqpConfig, AmqpOptions, Args, CallContext, Copies, Server, TransportError, watch,
};

use super::host::{Methods, client, connect};
use super::raw::Raw;
use support::broker;

const SECRET: &str = "hunter2-of-the-record";

fn config() -> AmqpConfig {
    AmqpConfig::new(broker::url().parse().unwrap(), AmqpOptions::default())
}

/// A host that answers, and calls that tell it secrets: one with an object, one with a password.
async fn calls(topic: &str) {
    let methods = Methods { calls: Arc::<AtomicUsize>::default() };
    let _serving = connect("b").await.serve(topic, Server::new("b").endpoint(methods)).await.unwrap();
    let client = client(Address::server(topic, "b")).await;
    let mut context = CallContext::new();
    context.insert("auth_token", SECRET).unwrap();
    let data = XenapiLiveMigrateData { block_migration: Some(true).into(), ..Default::default() };
    let mut args = Args::new();
    args.insert("data", &data, Target::Own).unwrap();
    client.call("read", args, &context).await.unwrap();
    let mut args = Args::new();
    args.insert_plain("a", &json!({"password": SECRET, "topic": topic})).unwrap();
    client.call("echo", args, &context).await.unwrap();
}

/// Lines of a record, those of other tests left out.
fn own(lines: &[String], topic: &str) -> Vec<Value> {
    let values = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    values.filter(|line| line.to_string().contains(topic) || line["message"]["method"] == "read").collect()
}

/// Hears until both calls of the topic are there.
async fn record(copies: Copies, topic: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let config = config();
    let listening = watch(&config, &copies, |body| {
        if let Ok(line) = body
            .and_then(|body| record_line(&String::from_utf8_lossy(&body)).map_err(|error| error.to_string()))
        {
            lines.push(line);
        }
        let methods: Vec<Value> =
            own(&lines, topic).iter().map(|line| line["message"]["method"].clone()).collect();
        let is_all = ["read", "echo"].iter().all(|method| methods.contains(&json!(method)));
        if is_all { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let (listened, ()) = tokio::join!(tokio::time::timeout(Duration::from_secs(60), listening), async {
        tokio::time::sleep(Duration::from_secs(2)).await;
        calls(topic).await;
    });
    listened.expect("the calls are heard").unwrap();
    lines
}

#[track_caller]
fn is_right(lines: &[String]) {
    let text = lines.join("\n");
    assert!(!text.contains(SECRET), "{text}");
    assert!(text.contains("***"), "{text}");
    let locks = Locks::of(&registry());
    let replayed = replay(&text, &locks, &locks).unwrap();
    assert!(replayed.objects >= 1 && replayed.differences.is_empty(), "{replayed}");
}

#[tokio::test]
async fn copies_are_recorded_wherever_they_come_from() {
    // The broker's own, by messages that are published.
    broker::ctl(&["trace_on"]);
    let key = "publish.#".to_owned();
    let traced =
        record(Copies::Exchange { name: "amq.rabbitmq.trace".to_owned(), key }, "record_trace").await;
    broker::ctl(&["trace_off"]);
    is_right(&traced);
    // Answers went by as well.
    assert!(traced.iter().any(|line| line.contains(r#""result":true"#)), "{traced:?}");
    // What goes through the exchange of the topics.
    let bound = Copies::Exchange { name: "tests".to_owned(), key: "record_bound.#".to_owned() };
    is_right(&record(bound, "record_bound").await);
    // A queue that an operator bound.
    let raw = Raw::connect().await;
    let plain = FieldTable::default;
    let options = QueueDeclareOptions { auto_delete: true, ..QueueDeclareOptions::default() };
    raw.channel.queue_declare("copies".into(), options, plain()).await.unwrap();
    let options = QueueBindOptions::default();
    raw.channel
        .queue_bind("copies".into(), "tests".into(), "record_queue.#".into(), options, plain())
        .await
        .unwrap();
    is_right(&record(Copies::Queue("copies".to_owned()), "record_queue").await);
}

#[tokio::test]
async fn what_is_not_there_is_told() {
    for (copies, what) in [
        (Copies::Exchange { name: "no such exchange".to_owned(), key: "#".to_owned() }, "no exchange"),
        (Copies::Queue("no such queue".to_owned()), "no queue"),
    ] {
        let error = watch(&config(), &copies, |_| ControlFlow::Break(())).await.unwrap_err();
        assert!(
            matches!(error, TransportError::Broker { .. }) && error.to_string().contains(what),
            "{error}"
        );
    }
}

/// The program itself, by the exchange of the topics.
#[tokio::test]
async fn ovo_records_a_broker() {
    let root = support::root();
    let args = ["build", "--quiet", "-p", "versioned-objects", "--all-features", "--bin", "ovo"];
    assert!(Command::new(env!("CARGO")).args(args).current_dir(root).status().unwrap().success());
    let ovo = root.join("target/debug/ovo");
    let args = ["--exchange", "tests", "--key", "record_ovo.#", "--count", "2", "--seconds", "60"];
    let mut command = Command::new(ovo);
    command.args(["record", "--broker", &broker::url()]).args(args);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    tokio::time::sleep(Duration::from_secs(3)).await;
    calls("record_ovo").await;
    let output = tokio::task::spawn_blocking(|| child.wait_with_output().unwrap()).await.unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 2, "{text}");
    is_right(&lines);
}
