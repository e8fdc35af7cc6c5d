//! Python hosts that announce nothing: those that are behind are served at the first call, and no method runs twice.

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use support::broker;
use support::peer::Peer;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{Address, Amqp, AmqpOptions, Args, CallContext, CallError, Client, Negotiation};
use versioned_objects::{Error, Field, Origin, Target, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Part {
    origin: Origin,
    id: Field<i64>,
    #[field(since = "1.1")]
    note: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Job {
    origin: Origin,
    id: Field<i64>,
    part: Field<Part>,
    #[field(since = "1.1")]
    note: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Tool {
    origin: Origin,
    name: Field<String>,
    #[field(since = "1.1")]
    note: Field<String>,
}

fn fill(args: &mut Args, target: Target<'_>) -> Result<(), Error> {
    let note = || String::from("for those who read it").into();
    let part = Part { id: 2.into(), note: note(), ..Part::default() };
    let job = Job { id: 1.into(), part: part.into(), note: note(), ..Job::default() };
    let tool = Tool { name: String::from("saw").into(), note: note(), ..Tool::default() };
    args.insert("job", &job, target)?;
    args.insert("tools", &vec![tool.clone(), tool], target)
}

fn registry() -> Arc<Registry> {
    Arc::new(Registry::new().with::<Part>().with::<Job>().with::<Tool>())
}

async fn client(exchange: &str, host: &str) -> Client {
    let amqp = Amqp::connect(&broker::url(), "rust", AmqpOptions::new().exchange(exchange)).await.unwrap();
    Client::new(Arc::new(amqp), Address::server("behind", host)).timeout(Duration::from_secs(30))
}

async fn begun(client: &Client) -> u64 {
    let answer = client.call("count", Args::new(), &CallContext::new()).await.unwrap();
    answer.read_plain().unwrap()
}

fn ways() -> [Negotiation; 2] {
    [Negotiation::at_first_contact(registry()), Negotiation::by_receiver(registry())]
}

#[tokio::test]
async fn a_host_that_is_behind_in_three_objects_is_served_at_the_first_call() {
    let _old = Peer::start("behind.py", &[&broker::url(), "behind-one", "old-one"]);
    let client = client("behind-one", "old-one").await;
    for (calls, negotiation) in ways().into_iter().enumerate() {
        let answer = negotiation.call(&client, "take", &CallContext::new(), fill).await.unwrap();
        assert_eq!(answer.read_plain::<Vec<String>>().unwrap(), ["1.0", "1.0", "1.0", "1.0"]);
        assert_eq!(begun(&client).await, calls as u64 + 1);
    }
}

#[tokio::test]
async fn a_third_host_s_refusal_makes_no_method_run_twice() {
    let _old = Peer::start("behind.py", &[&broker::url(), "behind-third", "old-third"]);
    let _new = Peer::start("behind.py", &[&broker::url(), "behind-third", "new-third", "old-third"]);
    let client = client("behind-third", "new-third").await;
    for (calls, negotiation) in ways().into_iter().enumerate() {
        let error = negotiation.call(&client, "take", &CallContext::new(), fill).await.unwrap_err();
        let failure = error.as_remote().unwrap();
        assert!(failure.incompatible_version().is_some() && !failure.is_unbegun(), "{failure}");
        assert_eq!(begun(&client).await, calls as u64 + 1);
    }
}

#[tokio::test]
async fn what_python_writes_beyond_the_standard_is_the_value_or_an_error_at_once() {
    let _old = Peer::start("behind.py", &[&broker::url(), "behind-beyond", "old-beyond"]);
    let client = client("behind-beyond", "old-beyond").await;
    let context = CallContext::new();
    let mut args = Args::new();
    args.insert_plain("value", &f64::NEG_INFINITY).unwrap();
    let answer = client.call("echo", args, &context).await.unwrap();
    assert_eq!(answer.read_plain::<f64>().unwrap(), f64::NEG_INFINITY);

    let answer = client.call("beyond", Args::new(), &context).await.unwrap();
    let read = answer.read_plain::<std::collections::BTreeMap<String, f64>>().unwrap();
    assert!(read["load"].is_nan() && read["most"].is_infinite(), "{read:?}");
    assert!(matches!(answer.read_plain::<Value>(), Err(CallError::Malformed { .. })));

    let error = client.call("no_file", Args::new(), &context).await.unwrap_err();
    let failure = error.as_remote().unwrap();
    assert!(failure.is("FileNotFoundError") || failure.is("OSError"), "{failure}");
    assert!(failure.message().contains("'a\\udc80b'") || failure.message().contains('\u{fffd}'), "{failure}");
}
