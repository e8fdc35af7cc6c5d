//! Endpoints that `#[endpoint]` describes, and the clients that it writes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, CallContext, CallError, Client, Endpoint, Failure, Hop, HopKind, InProcess, Negotiation, Reply,
    Server,
};
use versioned_objects::{Field, Manifest, Origin, Version, VersionedObject, endpoint};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "jobs", versions("1.0", "1.1"))]
struct Job {
    origin: Origin,
    id: Field<i64>,
    #[field(since = "1.1")]
    note: Field<String>,
}

#[derive(Debug)]
struct Refused;

impl From<Refused> for Failure {
    fn from(_: Refused) -> Self {
        Failure::new("jobs", "Refused", "no")
    }
}

struct Jobs {
    registry: Arc<Registry>,
    begun: Arc<AtomicUsize>,
}

impl Jobs {
    fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Not a method: it stands in another block.
    fn begin(&self) {
        self.begun.fetch_add(1, Ordering::Relaxed);
    }
}

#[endpoint(version = "2.3", namespace = "jobs", registry = Self::registry, client = JobsClient)]
impl Jobs {
    /// Runs a job.
    pub async fn run(
        &self,
        context: &CallContext,
        mut job: Job,
        #[default(1)] times: i64,
    ) -> Result<Job, Refused> {
        self.begin();
        if context.get::<bool>("refuse") == Some(true) {
            return Err(Refused);
        }
        let id = job.id.get().copied().unwrap_or_default() + times;
        job.id.set(id);
        Ok(job)
    }

    #[since("2.1")]
    pub async fn all(
        &self,
        _: &CallContext,
        jobs: Vec<Job>,
        #[since("2.3")]
        #[default("none")]
        reason: String,
        #[since("2.2")]
        #[default(null)]
        #[plain]
        more: Value,
    ) -> Result<Vec<String>, Failure> {
        self.begin();
        Ok(jobs.iter().map(|job| format!("{:?} {reason} {more}", job.id.get())).collect())
    }

    #[plain]
    pub async fn plain(
        &self,
        _: &CallContext,
        #[plain] value: (u8, String),
    ) -> Result<(String, u8), Failure> {
        Ok((value.1, value.0))
    }

    #[cast]
    pub async fn note(&self, _: &CallContext, _text: String) -> Result<(), Failure> {
        self.begin();
        Ok(())
    }
}

struct Fixture {
    _bus: InProcess,
    begun: Arc<AtomicUsize>,
    jobs: JobsClient,
    hops: Arc<Mutex<Vec<Hop>>>,
}

fn fixture(theirs: Registry, negotiation: Negotiation) -> Fixture {
    let (bus, begun, hops) =
        (InProcess::new(), Arc::<AtomicUsize>::default(), Arc::<Mutex<Vec<Hop>>>::default());
    let endpoint = Jobs { registry: Arc::new(theirs), begun: Arc::clone(&begun) };
    assert_eq!((endpoint.namespace(), endpoint.version()), (Some("jobs"), JobsClient::VERSION));
    assert_eq!(endpoint.methods(), ["run", "all", "plain", "note"]);
    bus.serve("jobs", Server::new("b").endpoint(endpoint));
    let seen = Arc::clone(&hops);
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("jobs", "b"))
        .observer(Arc::new(move |hop| seen.lock().unwrap().push(hop)));
    Fixture { _bus: bus, begun, jobs: JobsClient::new(client, Arc::new(negotiation)), hops }
}

fn registry() -> Registry {
    Registry::new().with::<Job>()
}

fn by_receiver() -> Negotiation {
    Negotiation::by_receiver(Arc::new(registry()))
}

fn job() -> Job {
    Job { id: 4.into(), note: String::from("n").into(), ..Job::default() }
}

#[test]
fn a_client_s_methods_reach_the_endpoint_s() {
    let Fixture { jobs, begun, .. } = &fixture(registry(), by_receiver());
    block_on(async {
        let context = CallContext::new();
        let back = jobs.run(&context, &job(), &3).await.unwrap();
        assert_eq!((back.id.get(), back.note.get().map(String::as_str)), (Some(&7), Some("n")));
        let all = jobs.all(&context, &vec![job()], &"r".to_owned(), &json!([1])).await.unwrap();
        assert_eq!(all, ["Some(4) r [1]"]);
        assert_eq!(jobs.plain(&context, &(1, "x".to_owned())).await.unwrap(), ("x".to_owned(), 1));
        jobs.note(&context, &"x".to_owned()).await.unwrap();
        let mut refuse = CallContext::new();
        refuse.insert("refuse", &true).unwrap();
        let error = jobs.run(&refuse, &job(), &3).await.unwrap_err();
        assert_eq!(error.as_remote().map(Failure::class), Some("Refused"));
    });
    let since = std::time::Instant::now();
    while begun.load(Ordering::Relaxed) < 4 {
        assert!(since.elapsed().as_secs() < 20);
    }
}

#[test]
fn objects_are_written_for_their_receiver_and_come_back_in_its_version() {
    let old = registry().held_to("Job", Version::new(1, 0)).unwrap();
    let Fixture { jobs, hops, begun, .. } = &fixture(old, by_receiver());
    let back = block_on(jobs.run(&CallContext::new(), &job(), &3)).unwrap();
    assert_eq!((back.origin.version(), back.note.is_set()), (Some(Version::new(1, 0)), false));
    assert_eq!(begun.load(Ordering::Relaxed), 1);
    let sent: Vec<String> = hops.lock().unwrap().iter().map(|hop| hop.sent[0].version.clone()).collect();
    assert_eq!(sent, ["1.1", "1.0"]);
}

#[test]
fn what_a_fleet_is_not_upgraded_to_is_left_out_or_not_sent() {
    let Fixture { jobs, begun, hops, .. } = &fixture(registry(), by_receiver());
    let capped = |cap: &str| jobs.prepare(|client| client.cap(cap.parse().unwrap()));
    let context = &CallContext::new();
    block_on(async {
        let (jobs_of, reason) = (vec![job()], "r".to_owned());
        for (cap, answer) in
            [("2.3", "Some(4) r [1]"), ("2.2", "Some(4) none [1]"), ("2.1", "Some(4) none null")]
        {
            let client = capped(cap);
            assert!(client.can_send_version(cap.parse().unwrap()));
            assert_eq!(client.all(context, &jobs_of, &reason, &json!([1])).await.unwrap(), [answer]);
        }
        let error = capped("2.0").all(context, &jobs_of, &reason, &json!([1])).await.unwrap_err();
        assert!(matches!(error, CallError::Capped { .. }), "{error}");
        assert_eq!(error.to_string(), "version 2.1 of the method can't be sent, the cap is 2.0");
        assert!(!capped("2.0").can_send_version(Version::new(2, 1)));
        capped("2.0").run(context, &job(), &1).await.unwrap();
    });
    assert_eq!(begun.load(Ordering::Relaxed), 4);
    assert!(hops.lock().unwrap().iter().all(|hop| hop.kind == HopKind::Request));
}

#[test]
fn a_pin_s_cap_holds_too() {
    let manifest: Manifest = [("Job", Version::new(1, 0))].into_iter().collect();
    let Fixture { jobs, hops, .. } =
        &fixture(registry(), Negotiation::pinned(Arc::new(registry()), &manifest));
    block_on(jobs.run(&CallContext::new(), &job(), &1)).unwrap();
    assert_eq!(hops.lock().unwrap()[0].sent[0].version, "1.0");
}

fn answer(request: &Value) -> (Result<Value, (String, String)>, usize) {
    let begun = Arc::<AtomicUsize>::default();
    let server =
        Server::new("b").endpoint(Jobs { registry: Arc::new(registry()), begun: Arc::clone(&begun) });
    let mut request = request.clone();
    request["namespace"] = json!("jobs");
    let outcome =
        match Reply::from_bytes(&block_on(server.answer(request.to_string().as_bytes(), "a"))).unwrap() {
            Reply::Result(json) => Ok(serde_json::from_str(json.get()).unwrap()),
            Reply::Failure(failure) => {
                assert!(failure.is_unbegun(), "{failure}");
                Err((failure.class().to_owned(), failure.message().to_owned()))
            }
        };
    (outcome, begun.load(Ordering::Relaxed))
}

#[test]
fn arguments_are_found_by_name_with_defaults_and_coerced_before_the_method_begins() {
    let of_python = json!({"versioned_object.name": "Job", "versioned_object.namespace": "jobs",
        "versioned_object.version": "1.0", "versioned_object.data": {"id": 4}});
    let (outcome, begun) = answer(&json!({"method": "run", "version": "2.0", "args": {"job": of_python}}));
    assert_eq!(outcome.unwrap()["versioned_object.data"]["id"], 5);
    assert_eq!(begun, 1);
    let (outcome, _) = answer(&json!({"method": "all", "version": "2.1", "args": {"jobs": [of_python]}}));
    assert_eq!(outcome, Ok(json!(["Some(4) none null"])));
    let (outcome, _) = answer(&json!({"method": "note", "version": "2.0", "args": {"text": "x"}}));
    assert_eq!(outcome, Ok(json!(null)));

    for (request, class, message) in [
        (
            json!({"method": "run", "version": "2.0"}),
            "TypeError",
            "run() missing 1 required positional argument: 'job'",
        ),
        (
            json!({"method": "run", "version": "2.0", "args": {"job": of_python, "x": 1}}),
            "TypeError",
            "run() got an unexpected keyword argument 'x'",
        ),
        (
            json!({"method": "begin", "version": "2.0"}),
            "NoSuchMethod",
            "Endpoint does not support RPC method begin",
        ),
        (
            json!({"method": "run", "version": "2.4"}),
            "UnsupportedVersion",
            "Endpoint does not support RPC version 2.4. Attempted method: run",
        ),
        (
            json!({"method": "run", "version": "2.0", "args": {"job": of_python, "times": [1]}}),
            "ValueError",
            "argument 'times' of run(): ",
        ),
    ] {
        let (outcome, begun) = answer(&request);
        let (found_class, found) = outcome.unwrap_err();
        assert!(found_class == class && found.starts_with(message), "{found_class}: {found}");
        assert_eq!(begun, 0);
    }
}
