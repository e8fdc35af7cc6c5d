//! Hosts of these tests. Each test has a topic of its own, so that they don't meet.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};
use versioned_objects::Version;
use versioned_objects::nova::objects::XenapiLiveMigrateData;
use versioned_objects::nova::registry;
use versioned_objects::rpc::{
    Address, Amqp, AmqpOptions, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, Payload,
    Server, Serving,
};

use support::broker;

pub struct Methods {
    pub calls: Arc<AtomicUsize>,
}

impl Methods {
    async fn serve(&self, method: &str, mut args: Args, context: &CallContext) -> Result<Payload, Failure> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        match method {
            "echo" => Ok(Payload::plain(&args.take_plain::<Value>("a")?)?),
            "context" => {
                let pairs: Vec<(&str, &str)> = context.iter().collect();
                Ok(Payload::plain(&pairs)?)
            }
            "wait" => {
                tokio::time::sleep(Duration::from_millis(args.take_plain("millis")?)).await;
                Ok(Payload::plain("waited")?)
            }
            "refuse" => Err(Failure::new("nova.exception", "InstanceNotFound", "no instance")
                .with("instance_id", "x")
                .with("code", 404)),
            "panic" => panic!("as the test wants it"),
            "read" => {
                let data: XenapiLiveMigrateData = args.take("data", &registry())?;
                Ok(Payload::plain(&data.block_migration.get().copied().flatten())?)
            }
            "redelivered" => Ok(Payload::plain(&context.is_redelivered())?),
            "count" => Ok(Payload::plain(&self.calls.load(Ordering::Relaxed))?),
            _ => Err(Failure::no_such_method(method)),
        }
    }
}

impl Endpoint for Methods {
    fn version(&self) -> Version {
        Version::new(1, 3)
    }

    fn methods(&self) -> &[&str] {
        &["echo", "context", "wait", "refuse", "panic", "read", "redelivered", "count"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(self.serve(method, args, context))
    }
}

pub fn options() -> AmqpOptions {
    AmqpOptions::new().exchange("tests").receiver_grace(Duration::from_millis(500))
}

pub async fn connect(host: &str) -> Amqp {
    Amqp::connect(&broker::url(), host, options()).await.unwrap()
}

/// A host of a topic, and how often its methods were called.
pub async fn serve(topic: &str, host: &str) -> (Serving, Arc<AtomicUsize>) {
    serve_with(topic, host, options()).await
}

pub async fn serve_with(topic: &str, host: &str, options: AmqpOptions) -> (Serving, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let server = Server::new(host).endpoint(Methods { calls: Arc::clone(&calls) });
    let transport = Amqp::connect(&broker::url(), host, options).await.unwrap();
    (transport.serve(topic, server).await.unwrap(), calls)
}

pub async fn client(to: Address) -> Client {
    Client::new(Arc::new(connect("caller").await), to).timeout(Duration::from_secs(20))
}

pub async fn call(client: &Client, method: &str, named: Value) -> Result<Value, CallError> {
    let mut args = Args::new();
    for (name, value) in named.as_object().unwrap() {
        args.insert_plain(name, value).unwrap();
    }
    client.call(method, args, &CallContext::new()).await?.read_plain()
}

/// The host still does what it is asked.
pub async fn is_well(client: &Client) {
    assert_eq!(call(client, "echo", json!({"a": "well"})).await.unwrap(), "well");
}
