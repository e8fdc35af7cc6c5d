//! Notifications between Rust and Python's own notifier and listener.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Amqp, AmqpConfig, AmqpOptions, BoxFuture, CallContext, Handled, Notification, NotificationEndpoint,
    NotificationFilter, NotificationListener, Notifier, Payload, Priority,
};
use versioned_objects::{Field, Target, Version, VersionedObject};

use super::fleet::{Python, write};

/// A payload of the release that this host knows.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0..=1.2"))]
struct InstancePayload {
    uuid: Field<String>,
    #[field(since = "1.2")]
    state: Field<String>,
    flavor: Field<FlavorPayload>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.3", "1.4"))]
struct FlavorPayload {
    memory_mb: Field<i64>,
}

fn registry() -> Registry {
    Registry::new().with::<InstancePayload>().with::<FlavorPayload>()
}

fn envelope(name: &str, version: &str, data: &Value) -> Value {
    json!({"nova_object.name": name, "nova_object.namespace": "nova", "nova_object.version": version, "nova_object.data": data})
}

/// What came, and how often the first one is given back.
#[derive(Clone, Default)]
struct Ear {
    heard: Arc<Mutex<Vec<Notification>>>,
    given_back: Arc<Mutex<usize>>,
    filter: Option<NotificationFilter>,
}

impl NotificationEndpoint for Ear {
    fn priorities(&self) -> &[Priority] {
        &[Priority::Info, Priority::Error]
    }

    fn filter(&self) -> Option<&NotificationFilter> {
        self.filter.as_ref()
    }

    fn take<'a>(&'a self, notification: &'a Notification) -> BoxFuture<'a, Handled> {
        Box::pin(async move {
            let mut given_back = self.given_back.lock().unwrap();
            if *given_back > 0 {
                *given_back -= 1;
                return Handled::Requeue;
            }
            self.heard.lock().unwrap().push(notification.clone());
            Handled::Done
        })
    }
}

impl Ear {
    async fn hears(&self, count: usize) -> Vec<Notification> {
        for _ in 0..600 {
            let heard = self.heard.lock().unwrap().clone();
            if heard.len() >= count {
                return heard;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} of {count} notifications came", self.heard.lock().unwrap().len());
    }
}

async fn set_up(name: &str) -> (tempfile::TempDir, String, Amqp) {
    let folder = tempfile::tempdir().unwrap();
    let path = write(folder.path(), name, &["amqp_durable_queues = true"], 1800);
    let more = format!("\n[oslo_messaging_notifications]\ndriver = messagingv2\ntopics = notes_{name}\n");
    let text = std::fs::read_to_string(&path).unwrap() + &more;
    std::fs::write(&path, text).unwrap();
    let config = AmqpConfig::from_files([&path]).unwrap().notifications();
    let amqp = Amqp::connect_to(&config, "rust").await.unwrap();
    (folder, path.to_str().unwrap().to_owned(), amqp)
}

#[tokio::test(flavor = "multi_thread")]
async fn python_hears_what_rust_tells() {
    let (_folder, conf, amqp) = set_up("told").await;
    let topic = "notes_told";
    // Told before anybody listens: nothing is lost.
    let notifier = Notifier::new(&amqp, "nova-compute:rust");
    let payload = InstancePayload {
        uuid: String::from("u").into(),
        state: String::from("active").into(),
        flavor: FlavorPayload { memory_mb: 512.into() }.into(),
    };
    let mut context = CallContext::new();
    context.insert("request_id", "req-1").unwrap();
    context.insert("auth_token", "s3cret").unwrap();
    let sent = Payload::of(&payload, Target::Own).unwrap();
    notifier.info(&context, "instance.update", sent).await.unwrap();
    let other = notifier.clone().publisher_id("nova-api:rust");
    other.error(&context, "compute.exception", Payload::plain(&json!({"a": [1]})).unwrap()).await.unwrap();

    let mut python = Python::start();
    for asked in [
        json!({"do": "listen", "conf": conf, "topic": topic, "given_back": 2}),
        json!({"do": "listen", "conf": conf, "topic": topic, "pool": "watcher"}),
    ] {
        let (back, answer) = python.told(asked).await;
        python = back;
        assert_eq!(answer, Ok(Value::Null));
    }
    notifier.info(&context, "instance.update", Payload::plain("for both").unwrap()).await.unwrap();
    let mut told = Vec::new();
    for (pool, count) in [(Value::Null, 3), (json!("watcher"), 1)] {
        told = Vec::new();
        for _ in 0..600 {
            let (back, answer) = python.told(json!({"do": "told", "topic": topic, "pool": pool})).await;
            python = back;
            told = answer.unwrap().as_array().unwrap().clone();
            if told.len() == count {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(told.len(), count, "{pool}: {told:?}");
        if count == 3 {
            let update =
                told.iter().find(|heard| heard[1] == "instance.update" && heard[2].is_object()).unwrap();
            assert_eq!(update[0], "nova-compute:rust");
            assert_eq!(update[4], json!({"request_id": "req-1"}));
            let flavor = envelope("FlavorPayload", "1.4", &json!({"memory_mb": 512}));
            let data = json!({"uuid": "u", "state": "active", "flavor": flavor});
            let mut payload = update[2].clone();
            payload.as_object_mut().unwrap().remove("nova_object.changes");
            payload["nova_object.data"]["flavor"].as_object_mut().unwrap().remove("nova_object.changes");
            assert_eq!(payload, envelope("InstancePayload", "1.2", &data));
            assert!(update[3]["timestamp"].as_str().unwrap().len() == "2026-11-28 20:30:05.123456".len());
            let exception = told.iter().find(|heard| heard[1] == "compute.exception").unwrap();
            assert_eq!((&exception[0], &exception[2]), (&json!("nova-api:rust"), &json!({"a": [1]})));
        }
    }
    assert_eq!(told[0][2], "for both");
}

#[tokio::test(flavor = "multi_thread")]
async fn rust_hears_what_python_tells() {
    let (_folder, conf, amqp) = set_up("heard").await;
    let topic = "notes_heard";
    let all = Ear { given_back: Arc::new(Mutex::new(2)), ..Ear::default() };
    let updates =
        NotificationFilter::new().event_type(r"instance\.update$").unwrap().field("state", "act").unwrap();
    let active = Ear { filter: Some(updates), ..Ear::default() };
    let listener = NotificationListener::new(&amqp).topic(topic);
    let listening = listener.clone().endpoint(all.clone()).endpoint(active.clone()).start().await.unwrap();
    let pool = [Ear::default(), Ear::default()];
    let of_pool = listener.pool("rust-watcher");
    let first = of_pool.clone().endpoint(pool[0].clone()).start().await.unwrap();
    let second = of_pool.endpoint(pool[1].clone()).start().await.unwrap();

    let mut python = Python::start();
    let flavor = envelope("FlavorPayload", "1.4", &json!({"memory_mb": 512}));
    let newer_flavor = envelope("FlavorPayload", "1.5", &json!({"memory_mb": 512, "disk_gb": 9}));
    let payloads = [
        envelope("InstancePayload", "1.2", &json!({"uuid": "a", "state": "active", "flavor": flavor})),
        envelope("InstancePayload", "1.0", &json!({"uuid": "b", "flavor": newer_flavor})),
        envelope(
            "InstancePayload",
            "1.3",
            &json!({"uuid": "c", "state": "active", "locked": true, "flavor": newer_flavor}),
        ),
        envelope("InstancePayload", "2.0", &json!({"uuid": "d"})),
    ];
    for (place, payload) in payloads.iter().enumerate() {
        let priority = if place == 1 { "error" } else { "info" };
        let (back, answer) = python
            .told(json!({
                "do": "notify", "conf": conf, "topics": [topic], "publisher": "nova-compute:python", "priority": priority,
                "event": "instance.update", "payload": payload, "context": {"request_id": place.to_string()},
            }))
            .await;
        python = back;
        assert_eq!(answer, Ok(Value::Null));
    }
    let mut heard = all.hears(4).await;
    heard.sort_by_key(|one| one.context.get::<String>("request_id"));
    let registry = registry();
    let read = |place: usize| heard[place].read::<InstancePayload>(&registry);
    let known = read(0).unwrap();
    assert_eq!((known.payload.uuid.get().unwrap().as_str(), known.newer.len()), ("a", 0));
    assert_eq!((heard[1].priority, heard[1].publisher_id.as_str()), (Priority::Error, "nova-compute:python"));
    let inner = read(1).unwrap();
    assert!(!inner.payload.state.is_set());
    assert_eq!((inner.newer.len(), inner.newer[0].fields.as_slice()), (1, &["disk_gb".to_owned()][..]));
    let outer = read(2).unwrap();
    assert_eq!(outer.payload.flavor.get().unwrap().memory_mb.get(), Some(&512));
    let told = &outer.newer[0];
    assert_eq!(
        (told.object.as_str(), told.version, told.known),
        ("InstancePayload", Version::new(1, 3), Version::new(1, 2))
    );
    assert_eq!(told.fields, ["locked"]);
    let any = heard[2].read_any(&registry).unwrap();
    assert_eq!((any.payload.name(), any.newer.len()), ("InstancePayload", 2));
    let error = read(3).unwrap_err();
    assert!(error.to_string().contains("2.0"), "{error}");
    assert_eq!(active.hears(2).await.len(), 2);
    // Each of the pool hears what the other doesn't.
    let mut of_pool = 0;
    for _ in 0..600 {
        of_pool = pool.iter().map(|ear| ear.heard.lock().unwrap().len()).sum();
        if of_pool == 4 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(of_pool, 4);
    for handle in [listening, first, second] {
        handle.stop().await;
    }
}

/// A migration between two processes tells what nova tells, and nova's payload is read again.
#[tokio::test(flavor = "multi_thread")]
async fn a_live_migration_tells_what_nova_tells() {
    use versioned_objects::nova::notifications::{InstanceActionPayload, Telling, registry};
    use versioned_objects::nova::scenario::{Parted, Role, RoleHost, Scenario};

    let patience = Duration::from_secs(60);
    let scenario = Scenario::from_json(support::SCENARIO.as_bytes()).unwrap();
    let options = AmqpOptions::new().exchange("telling");
    let topic = "notes_migration";
    let mut hosts = Vec::new();
    for role in [Role::Source, Role::Destination] {
        let name = scenario.host(role).host.clone();
        let amqp = Amqp::connect(&support::broker::url(), &*name, options.clone()).await.unwrap();
        let notifier = Notifier::new(&amqp, format!("nova-compute:{name}")).topics([topic]);
        let teller = Some(Arc::new(Telling::by(notifier)) as _);
        let server = RoleHost::telling_server(&scenario, role, Arc::new(amqp.clone()), patience, teller)
            .await
            .unwrap();
        hosts.push(amqp.serve(RoleHost::TOPIC, server).await.unwrap());
    }
    let amqp = Amqp::connect(&support::broker::url(), "caller", options).await.unwrap();
    let ear = Ear::default();
    let listening =
        NotificationListener::new(&amqp).topic(topic).endpoint(ear.clone()).start().await.unwrap();
    let report = Parted::new(scenario, Arc::new(amqp), patience).migrate().await.unwrap();
    assert_eq!(report.outcome.to_string(), "migrated");
    let heard = ear.hears(6).await;
    let mut told: Vec<_> = heard.iter().map(|heard| heard.event_type.as_str()).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "instance.live_migration_post.end",
            "instance.live_migration_post.start",
            "instance.live_migration_post_dest.end",
            "instance.live_migration_post_dest.start",
            "instance.live_migration_pre.end",
            "instance.live_migration_pre.start",
        ]
    );
    let payload = heard[0].read::<InstanceActionPayload>(&registry()).unwrap();
    assert_eq!(payload.payload.task_state.get().unwrap().as_deref(), Some("migrating"));
    assert_eq!(payload.newer, []);
    listening.stop().await;
}
