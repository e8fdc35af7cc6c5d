//! Answers that a host in the middle hands on, or makes: they go out in versions that the caller reads.

use std::sync::Arc;

use pollster::block_on;
use serde_json::value::RawValue;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, InProcess, Negotiation,
    ObjectVersions, Payload, Request, Server,
};
use versioned_objects::{ByName, Field, Origin, Primitive, Target, VersionedObject, endpoint};

/// The objects of the newest release, and who makes and hands them on.
mod new {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0", "1.1"))]
    pub struct Part {
        pub origin: Origin,
        pub number: Field<i64>,
        #[field(since = "1.1")]
        pub maker: Field<String>,
    }

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0..=1.3"))]
    pub struct Job {
        pub origin: Origin,
        #[field(renamed(from = "number", since = "1.2"))]
        pub id: Field<i64>,
        #[field(since = "1.1", child_versions("1.1" => "1.0", "1.3" => "1.1"))]
        pub parts: Field<Vec<Part>>,
        #[field(since = "1.3")]
        pub note: Field<String>,
    }

    pub fn registry() -> Registry {
        Registry::new().with::<Job>().with::<Part>()
    }

    pub fn job() -> Job {
        let part = Part { number: 3.into(), maker: "m".to_owned().into(), ..Part::default() };
        Job { id: 7.into(), parts: vec![part].into(), note: "later".to_owned().into(), ..Job::default() }
    }

    pub struct Source(pub Arc<Registry>);

    impl Source {
        fn registry(&self) -> &Registry {
            &self.0
        }
    }

    #[endpoint(version = "1.0", registry = Self::registry, client = SourceClient)]
    impl Source {
        pub async fn make(&self, _: &CallContext) -> Result<Job, Failure> {
            Ok(job())
        }
    }

    pub struct Middle {
        pub registry: Arc<Registry>,
        pub source: SourceClient,
    }

    impl Middle {
        fn registry(&self) -> &Registry {
            &self.registry
        }
    }

    #[endpoint(version = "1.0", registry = Self::registry, client = MiddleClient)]
    impl Middle {
        pub async fn hand_on(&self, context: &CallContext) -> Result<Vec<Job>, CallError> {
            assert_eq!(context.iter().count(), 1, "what the caller reads is no part of its context");
            let made = self.source.make(context).await?;
            assert_eq!((made.note.is_set(), made.origin.version()), (true, Some(Job::SCHEMA.current())));
            Ok(vec![made])
        }

        pub async fn made_here(&self, _: &CallContext) -> Result<Option<Job>, Failure> {
            Ok(Some(job()))
        }
    }

    pub struct Bare;

    #[endpoint(version = "1.0", namespace = "bare", client = BareClient)]
    impl Bare {
        pub async fn made_here(&self, _: &CallContext) -> Result<Job, Failure> {
            Ok(job())
        }
    }
}

/// The objects of an older one, and what it calls.
mod old {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0"))]
    pub struct Part {
        pub origin: Origin,
        pub number: Field<i64>,
    }

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(versions("1.0", "1.1"))]
    pub struct Job {
        pub origin: Origin,
        pub number: Field<i64>,
        #[field(since = "1.1", child_versions("1.1" => "1.0"))]
        pub parts: Field<Vec<Part>>,
    }

    pub fn registry() -> Registry {
        Registry::new().with::<Job>().with::<Part>()
    }

    pub struct Middle;

    #[endpoint(version = "1.0", client = MiddleClient)]
    impl Middle {
        pub async fn hand_on(&self, _: &CallContext) -> Result<Vec<Job>, Failure> {
            Ok(Vec::new())
        }

        pub async fn made_here(&self, _: &CallContext) -> Result<Option<Job>, Failure> {
            Ok(None)
        }
    }

    pub struct Bare;

    #[endpoint(version = "1.0", namespace = "bare", client = BareClient)]
    impl Bare {
        pub async fn made_here(&self, _: &CallContext) -> Result<Job, Failure> {
            Ok(Job::default())
        }
    }
}

/// Three hosts: the one that asks, one in the middle, and one that makes objects.
fn bus() -> InProcess {
    let bus = InProcess::new();
    let registry = Arc::new(new::registry());
    let versions = || ObjectVersions::new(Arc::clone(&registry));
    bus.serve("jobs", Server::new("c").endpoint(versions()).endpoint(new::Source(Arc::clone(&registry))));
    let client = Client::new(Arc::new(bus.connect("b")), Address::server("jobs", "c"));
    let negotiation = Arc::new(Negotiation::at_first_contact(Arc::clone(&registry)));
    let middle =
        new::Middle { registry: Arc::clone(&registry), source: new::SourceClient::new(client, negotiation) };
    bus.serve(
        "jobs",
        Server::new("b").endpoint(versions()).endpoint(middle).endpoint(new::Bare).endpoint(Any(registry)),
    );
    bus
}

fn context() -> CallContext {
    let mut context = CallContext::new();
    context.insert("user_id", "u").unwrap();
    context
}

fn client(bus: &InProcess) -> Client {
    Client::new(Arc::new(bus.connect("a")), Address::server("jobs", "b"))
}

#[track_caller]
fn is_right(job: &old::Job) {
    assert_eq!(job.number.get(), Some(&7));
    assert_eq!(job.origin.version().unwrap().to_string(), "1.1");
    assert_eq!(job.parts.get().unwrap()[0].number.get(), Some(&3));
}

#[test]
fn an_answer_goes_out_in_what_the_caller_reads_whoever_made_it() {
    let bus = bus();
    let registry = Arc::new(old::registry());
    let pin = registry.manifest().clone();
    for negotiation in [
        Negotiation::at_first_contact(Arc::clone(&registry)),
        Negotiation::pinned(Arc::clone(&registry), &pin),
        Negotiation::by_receiver(Arc::clone(&registry)),
    ] {
        let negotiation = Arc::new(negotiation);
        let middle = old::MiddleClient::new(client(&bus), Arc::clone(&negotiation));
        let bare = old::BareClient::new(client(&bus), negotiation);
        block_on(async {
            is_right(&middle.hand_on(&context()).await.unwrap()[0]);
            is_right(&middle.made_here(&context()).await.unwrap().unwrap());
            is_right(&bare.made_here(&context()).await.unwrap());
        });
    }
    // One of the same release gets all of it.
    let negotiation = Arc::new(Negotiation::at_first_contact(Arc::new(new::registry())));
    let middle = new::MiddleClient::new(client(&bus), negotiation);
    let jobs = block_on(middle.hand_on(&context())).unwrap();
    assert_eq!(jobs[0].note.get().map(String::as_str), Some("later"));
    assert_eq!(jobs[0].parts.get().unwrap()[0].maker.get().map(String::as_str), Some("m"));
}

/// Newer callers get what an older host has.
#[test]
fn an_older_host_answers_a_newer_caller() {
    let bus = InProcess::new();
    bus.serve("jobs", Server::new("b").endpoint(old::Middle).endpoint(old::Bare));
    let negotiation = Arc::new(Negotiation::at_first_contact(Arc::new(new::registry())));
    let middle = new::MiddleClient::new(client(&bus), Arc::clone(&negotiation));
    let bare = new::BareClient::new(client(&bus), negotiation);
    block_on(async {
        assert!(middle.hand_on(&context()).await.unwrap().is_empty());
        assert_eq!(middle.made_here(&context()).await.unwrap(), None);
        let made = bare.made_here(&context()).await.unwrap();
        assert_eq!(made.origin.version().unwrap().to_string(), "1.1");
    });
}

/// A host that runs the new code and is held to the old release is an old one.
#[test]
fn a_host_that_is_held_reads_no_more_than_its_release() {
    let bus = bus();
    let held = new::registry().as_released([old::Job::SCHEMA, old::Part::SCHEMA]).unwrap();
    let middle =
        new::MiddleClient::new(client(&bus), Arc::new(Negotiation::at_first_contact(Arc::new(held))));
    let jobs = block_on(middle.hand_on(&context())).unwrap();
    assert_eq!(jobs[0].origin.version().unwrap().to_string(), "1.1");
    assert_eq!((jobs[0].id.get(), jobs[0].note.is_set()), (Some(&7), false));
    assert!(!jobs[0].parts.get().unwrap()[0].maker.is_set());
}

/// Gives an object that its registry knows by whatever it is.
struct Any(Arc<Registry>);

impl Endpoint for Any {
    fn namespace(&self) -> Option<&str> {
        Some("any")
    }

    fn methods(&self) -> &[&str] {
        &["give", "give_all"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            if method == "give_all" {
                let jobs: Vec<serde_json::Value> = args.take_plain("jobs")?;
                args.finish()?;
                let read = |job: serde_json::Value| self.0.decode_json(job.to_string().as_bytes());
                let jobs = jobs.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
                return Ok(Payload::reply(&jobs, Target::Own, context, &self.0)?);
            }
            args.finish()?;
            let text = serde_json::to_vec(&new::job()).unwrap();
            let object = self.0.decode_json(&text)?;
            Ok(Payload::reply(&object, Target::Own, context, &self.0)?)
        })
    }
}

#[test]
fn objects_that_no_type_stands_for_go_out_so_too() {
    let dynamic = |job: &versioned_objects::schema::ObjectSchema, part| {
        Arc::new(Registry::new().with_schema(job.clone()).with_schema(Clone::clone(part)))
    };
    let bus = bus();
    for theirs in [Arc::new(new::registry()), dynamic(new::Job::SCHEMA, new::Part::SCHEMA)] {
        bus.serve("any", Server::new("b").endpoint(Any(theirs)));
        for ours in [Arc::new(old::registry()), dynamic(old::Job::SCHEMA, old::Part::SCHEMA)] {
            let client =
                Client::new(Arc::new(bus.connect("a")), Address::server("any", "b")).namespace("any");
            let negotiation = Negotiation::by_receiver(Arc::clone(&ours));
            let context = context();
            let asked = negotiation.call(&client, "give", &context, |args, _| {
                args.reading(ours.tree("Job")?);
                Ok(())
            });
            let answer = block_on(asked).unwrap();
            let job = ours.decode_json(answer.as_json().as_bytes()).unwrap();
            assert_eq!(job.get_by_name("number").unwrap(), Some(Primitive::Int(7)));
            // Who tells nothing gets it as it is, as from any host of the reference.
            let asked = block_on(negotiation.call(&client, "give", &context, |_, _| Ok(()))).unwrap();
            let error = ours.decode_json(asked.as_json().as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), "version 1.3 of Job is not supported, supported version is 1.1");
        }
    }
}

/// Arguments of a caller that reads jobs of that version.
fn of_a_reader(reads: &str) -> Args {
    let mut args = Args::new();
    args.reading([("Job", reads.parse().unwrap())].into_iter().collect::<versioned_objects::Manifest>());
    args
}

/// A version that the callee never had goes down to one that it had.
#[test]
fn the_newest_version_that_both_had_is_taken() {
    let bus = bus();
    let client = client(&bus).namespace("any");
    let asks = |reads: &str| {
        let args = of_a_reader(reads);
        let answer = block_on(client.call("give", args, &context())).unwrap();
        serde_json::from_str::<serde_json::Value>(answer.as_json()).unwrap()["versioned_object.version"]
            .clone()
    };
    assert_eq!(["1.2", "1.2.7", "1.9", "2.0"].map(asks), ["1.2", "1.2", "1.3", "1.3"]);
}

/// Where an answer has one object in two versions, and one of them is too new, both go out in the older.
#[test]
fn of_two_versions_in_one_answer_the_older_is_taken() {
    let bus = bus();
    let client = client(&bus).namespace("any");
    let made = serde_json::to_value(new::job()).unwrap();
    let arrived = serde_json::to_value(old::Job { number: 7.into(), ..old::Job::default() }).unwrap();
    let versions = |jobs: [&serde_json::Value; 2], reads: &str| {
        let mut args = of_a_reader(reads);
        args.insert_plain("jobs", &jobs).unwrap();
        let answer = block_on(client.call("give_all", args, &context())).unwrap();
        let jobs: Vec<serde_json::Value> = serde_json::from_str(answer.as_json()).unwrap();
        jobs.iter()
            .map(|job| job["versioned_object.version"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for jobs in [[&made, &arrived], [&arrived, &made]] {
        assert_eq!(versions(jobs, "1.2"), ["1.1", "1.1"]);
        let mut as_they_are = versions(jobs, "1.3");
        as_they_are.sort();
        assert_eq!(as_they_are, ["1.1", "1.3"]);
    }
}

#[test]
fn what_a_request_says_of_it_is_taken_where_it_makes_sense() {
    let request = |reads: &str| {
        let text = format!(r#"{{"method":"m","args":{{}},"version":"1.0","ovo_reads":{reads}}}"#);
        Request::from_bytes(text.as_bytes()).unwrap()
    };
    let told = request(r#"{"Job":"1.1","Part":"x"}"#);
    let text = String::from_utf8(told.to_bytes().unwrap()).unwrap();
    assert!(text.contains(r#""ovo_reads":{"Job":"1.1"}"#), "{text}");
    for nothing in ["null", "[]", "7", r#""Job""#, r#"{"Job":1}"#, "{}", r#"{"Job":"x"}"#] {
        let text = String::from_utf8(request(nothing).to_bytes().unwrap()).unwrap();
        assert!(!text.contains("ovo_reads"), "{text}");
    }
    let _: Box<RawValue> = serde_json::from_slice(&told.to_bytes().unwrap()).unwrap();
}
