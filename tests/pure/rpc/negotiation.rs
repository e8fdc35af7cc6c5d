use std::sync::Arc;
use std::time::Duration;

use pollster::block_on;
use proptest::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Agreement, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, InProcess,
    Negotiation, ObjectVersions, Payload, Server, Versions,
};
use versioned_objects::{
    Entity, Error, ErrorKind, Field, Manifest, Origin, Target, Version, VersionedObject, wire,
};

use super::hosts::{Log, client, held, registry, serve, serve_silently};
use super::objects::{Careless, MigrateData, MigrateDataOfTwo, V0_1, V1_0, V1_1, Volume, data};

fn fill(args: &mut Args, target: Target<'_>) -> Result<(), Error> {
    args.insert("data", &data(), target)
}

fn give_back(negotiation: &Negotiation, client: &Client) -> Result<MigrateData, CallError> {
    block_on(async {
        let context = CallContext::new();
        let call: BoxFuture<'_, _> = Box::pin(negotiation.call(client, "give_back", &context, fill));
        call.await?.read(&registry())
    })
}

#[test]
fn the_greatest_version_that_both_know_is_written() {
    let old = held("MigrateData", V0_1);
    let new = Arc::new(registry());
    for (ours, theirs, version) in [(&old, &new, V0_1), (&new, &old, V0_1), (&new, &new, V1_0)] {
        let (bus, log) = (InProcess::new(), Log::default());
        serve(&bus, "b", theirs, &log);
        let negotiation = Negotiation::at_first_contact(Arc::clone(ours));
        let client = client(&bus, "a", "b", &log);
        let agreement = block_on(negotiation.agreement(&client, &CallContext::new())).unwrap();
        assert_eq!(agreement.version("MigrateData"), Ok(version));
        let answer = give_back(&negotiation, &client).unwrap();
        assert_eq!(answer.origin.version(), Some(version));
        assert_eq!(answer.naming.is_set(), version == V1_0);
    }
}

#[test]
fn a_peer_is_asked_once_and_each_message_is_told() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log);
    give_back(&negotiation, &client).unwrap();
    assert_eq!(
        log.lines(),
        [
            "a -> b object_versions",
            "b => a object_versions",
            "a -> b give_back MigrateData 0.1 -MigrateData.naming",
            "b => a give_back MigrateData 0.1",
        ],
    );
    give_back(&negotiation, &client).unwrap();
    assert_eq!(
        log.lines(),
        ["a -> b give_back MigrateData 0.1 -MigrateData.naming", "b => a give_back MigrateData 0.1",],
    );
}

#[test]
fn a_peer_is_asked_also_where_the_cap_lies_below() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log).cap(Version::new(6, 1));
    assert_eq!(give_back(&negotiation, &client).unwrap().origin.version(), Some(V0_1));
}

#[test]
fn without_a_common_version_nothing_is_sent() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(Registry::new().with::<MigrateDataOfTwo>()), &log);
    let client = client(&bus, "a", "b", &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let agreement = block_on(negotiation.agreement(&client, &CallContext::new())).unwrap();
    let refused: Vec<&str> = agreement.refusals().map(|refusal| refusal.object.as_str()).collect();
    assert_eq!(refused, ["Careless", "MigrateData", "Volume"]);
    log.lines();

    let error = give_back(&negotiation, &client).unwrap_err();
    let text = "no common version of MigrateData: this host reads 0.1, 1.0, the peer reads 2.0";
    assert_eq!(error.to_string(), text);
    assert!(matches!(error, CallError::NoCommonVersion(_)));
    assert!(log.lines().is_empty());
    let failure = Failure::from(error);
    assert!(failure.is("ObjectActionError"));
    assert_eq!(failure.kwargs()["reason"], serde_json::json!(text));
}

/// How often a peer was asked what it reads, since this was asked last.
fn asked(log: &Log) -> usize {
    log.lines().iter().filter(|line| line.contains("-> b object_versions")).count()
}

/// A peer that was upgraded gets what its older release couldn't read, once its agreement is old.
#[test]
fn an_agreement_that_is_old_is_made_anew() {
    let of = |age: Duration| Negotiation::at_first_contact(Arc::new(registry())).age(age);
    let (bus, log) = (InProcess::new(), Log::default());
    let client = client(&bus, "a", "b", &log);
    for (negotiation, asks) in [(of(Duration::ZERO), 1), (of(Duration::from_secs(3600)), 0)] {
        serve(&bus, "b", &Arc::new(Registry::new().with::<MigrateDataOfTwo>()), &log);
        assert!(matches!(give_back(&negotiation, &client), Err(CallError::NoCommonVersion(_))));
        assert_eq!(asked(&log), 1);
        serve(&bus, "b", &held("MigrateData", V0_1), &log);
        assert_eq!(give_back(&negotiation, &client).is_ok(), asks == 1);
        assert_eq!(asked(&log), asks);
        serve(&bus, "b", &Arc::new(registry()), &log);
        let agreement = block_on(negotiation.agreement(&client, &CallContext::new())).unwrap();
        assert_eq!(agreement.version("MigrateData").ok(), (asks == 1).then_some(V1_0));
        assert_eq!(asked(&log), asks);
    }
}

/// Sends objects to a peer that announces nothing.
struct ToSilent {
    bus: InProcess,
    log: Log,
    client: Client,
    negotiation: Negotiation,
}

fn three() -> Registry {
    Registry::new().with::<Refusing>().with::<Volume>().with::<Careless>()
}

impl ToSilent {
    /// By first contact, and by receiver.
    fn each_way(age: Duration) -> [ToSilent; 2] {
        [Negotiation::at_first_contact, Negotiation::by_receiver]
            .map(|way| ToSilent::of(way(Arc::new(three())), age))
    }

    fn of(negotiation: Negotiation, age: Duration) -> Self {
        let (bus, log) = (InProcess::new(), Log::default());
        let client = Client::new(Arc::new(bus.connect("a")), Address::server("compute", "b"));
        ToSilent { client: client.observer(log.observer()), bus, log, negotiation: negotiation.age(age) }
    }

    /// Starts the peer in a release whose objects are of that version.
    fn serve(&self, version: Version) {
        let held = three().held_to("Refusing", version).unwrap();
        let held = held.held_to("Volume", version.min(V1_1)).unwrap();
        self.bus.serve("compute", Server::new("b").endpoint(Takes(Arc::new(held), None)));
    }

    /// What becomes of a call or a cast, and what was sent.
    fn send<T: Entity>(
        &self,
        method: &str,
        object: &T,
        is_cast: bool,
    ) -> (Result<(), CallError>, Vec<String>) {
        self.log.lines();
        let fill = |args: &mut Args, target: Target<'_>| args.insert("data", object, target);
        let context = CallContext::new();
        let sent = match is_cast {
            true => block_on(self.negotiation.cast(&self.client, method, &context, fill)),
            false => block_on(self.negotiation.call(&self.client, method, &context, fill)).map(drop),
        };
        let lines = self.log.lines();
        let requests = lines.iter().filter(|line| line.starts_with("a -> "));
        let behind = |line: &String| Some(line.split_once(&format!(" {method} "))?.1.to_owned());
        (sent, requests.filter_map(behind).collect())
    }

    /// An object that its first version can't have is sent in these versions, and is refused here then.
    #[track_caller]
    fn is_refused(&self, is_cast: bool, sent: &[&str]) {
        let (outcome, versions) = self.send("take", &refusing(), is_cast);
        assert!(matches!(&outcome, Err(CallError::Object(error)) if error.kind() == ErrorKind::ObjectAction));
        assert_eq!(versions, sent);
    }

    #[track_caller]
    fn is_taken(&self, is_cast: bool, sent: &str) {
        let (outcome, versions) = self.send("take", &refusing(), is_cast);
        outcome.unwrap();
        assert_eq!(versions, [sent]);
    }
}

fn refusing() -> Refusing {
    Refusing { key: "a".to_owned().into(), ..Refusing::default() }
}

fn volume() -> Volume {
    Volume { id: String::from("v").into(), target: String::from("t").into(), ..Volume::default() }
}

const V1_2: Version = Version::new(1, 2);

/// Calls try anew what it told long ago; casts, which could be lost, don't before a call was taken.
#[test]
fn what_a_silent_peer_told_counts_for_a_while() {
    for host in ToSilent::each_way(Duration::ZERO) {
        host.serve(V1_0);
        host.is_refused(false, &["Refusing 1.2"]);
        host.is_refused(true, &[]);
        host.is_refused(false, &["Refusing 1.2"]);
        host.is_refused(true, &[]);
        host.serve(V1_2);
        host.is_refused(true, &[]);
        host.is_taken(false, "Refusing 1.2");
        host.is_taken(true, "Refusing 1.2");
        host.serve(V1_0);
        host.is_refused(false, &["Refusing 1.2"]);
        host.is_refused(true, &[]);
    }
    for host in ToSilent::each_way(Duration::from_secs(3600)) {
        host.serve(V1_0);
        host.is_refused(false, &["Refusing 1.2"]);
        host.serve(V1_2);
        host.is_refused(false, &[]);
        host.is_refused(true, &[]);
        host.negotiation.forget(&host.client);
        host.is_taken(false, "Refusing 1.2");
    }
}

/// One call tries anew what it told long ago; those beside it keep to that.
#[test]
fn what_a_silent_peer_told_is_tried_by_one_call_at_a_time() {
    let age = Duration::from_secs(2);
    for host in ToSilent::each_way(age) {
        host.serve(V1_0);
        host.is_refused(false, &["Refusing 1.2"]);
        std::thread::sleep(age);
        let host = Arc::new(host);
        let meanwhile = Arc::clone(&host);
        let takes = Takes(Arc::new(three()), Some(Box::new(move || meanwhile.is_refused(false, &[]))));
        host.bus.serve("compute", Server::new("b").endpoint(takes));
        host.send("take", &refusing(), false).0.unwrap();
        host.serve(V1_2);
        host.is_taken(false, "Refusing 1.2");
    }
}

/// What it told of one object stays where another was taken; of one inside another it's known, too.
#[test]
fn what_a_silent_peer_told_is_of_one_object() {
    for host in ToSilent::each_way(Duration::ZERO) {
        let send = |is_cast| {
            let (outcome, sent) = host.send("take_volume", &volume(), is_cast);
            outcome.unwrap();
            sent
        };
        host.serve(V1_0);
        let older = "Volume 1.0 -Volume.target";
        assert_eq!(send(false), ["Volume 1.1", older]);
        host.is_refused(false, &["Refusing 1.2"]);
        // Both are known for casts, though a call tries one of them alone.
        assert_eq!(send(false), ["Volume 1.1", older]);
        assert_eq!(send(true), [older]);
        host.is_refused(true, &[]);
        host.serve(V1_2);
        let careless = Careless { volume: volume().into(), ..Careless::default() };
        host.send("take_careless", &careless, false).0.unwrap();
        assert_eq!(send(true), ["Volume 1.1"]);
        host.is_refused(true, &[]);
        host.is_taken(false, "Refusing 1.2");
        host.is_taken(true, "Refusing 1.2");
    }
}

/// A peer that took what came here in a version between its own and the newest is sent no newer one in casts.
#[test]
fn what_a_silent_peer_took_is_what_casts_go_by() {
    for host in ToSilent::each_way(Duration::ZERO) {
        host.serve(V1_0);
        host.is_refused(false, &["Refusing 1.2"]);
        host.serve(V1_1);
        let text = wire::to_json(&refusing(), V1_1).unwrap();
        let between: Refusing = wire::from_json(&text, Default::default()).unwrap();
        let (outcome, sent) = host.send("take", &between, false);
        outcome.unwrap();
        assert_eq!(sent, ["Refusing 1.1"]);
        host.is_taken(true, "Refusing 1.1");
    }
}

/// A call that was taken before the peer went back says nothing of what it told after that.
#[test]
fn what_a_silent_peer_told_last_counts() {
    for host in ToSilent::each_way(Duration::ZERO) {
        host.serve(V1_0);
        host.is_refused(false, &["Refusing 1.2"]);
        let host = Arc::new(host);
        let then = Arc::clone(&host);
        let goes_back = move || {
            then.serve(V1_0);
            then.is_refused(false, &["Refusing 1.2"]);
        };
        let takes = Takes(Arc::new(three()), Some(Box::new(goes_back)));
        host.bus.serve("compute", Server::new("b").endpoint(takes));
        host.send("take", &refusing(), false).0.unwrap();
        host.is_refused(true, &[]);
    }
}

/// Of any one host of a service another may have told.
#[test]
fn what_one_of_several_hosts_told_counts_for_casts_to_all() {
    let mut host = ToSilent::of(Negotiation::by_receiver(Arc::new(three())), Duration::ZERO);
    let client = Client::new(Arc::new(host.bus.connect("a")), Address::topic("compute"));
    host.client = client.observer(host.log.observer());
    host.serve(V1_0);
    host.is_refused(false, &["Refusing 1.2"]);
    host.serve(V1_2);
    host.is_taken(false, "Refusing 1.2");
    host.is_refused(true, &[]);
}

/// One that announces what it reads is held to that, whatever it told before; one that announces nothing any more to what
/// it told.
#[test]
fn what_a_silent_peer_told_goes_once_it_announces() {
    let [host, _] = ToSilent::each_way(Duration::ZERO);
    host.serve(V1_0);
    host.is_refused(false, &["Refusing 1.2"]);
    let now = Arc::new(three());
    let versions = ObjectVersions::new(Arc::clone(&now));
    host.bus.serve("compute", Server::new("b").endpoint(Takes(now, None)).endpoint(versions));
    host.is_taken(true, "Refusing 1.2");
    host.is_taken(false, "Refusing 1.2");

    let host = ToSilent::of(Negotiation::at_first_contact(Arc::new(three())), Duration::from_secs(3600));
    let now = Arc::new(three());
    let versions = ObjectVersions::new(Arc::clone(&now));
    host.bus.serve("compute", Server::new("b").endpoint(Takes(now, None)).endpoint(versions));
    host.is_taken(false, "Refusing 1.2");
    host.serve(V1_0);
    host.is_refused(false, &["Refusing 1.2"]);
    host.is_refused(true, &[]);
}

/// A sender that is itself held to older versions knows what was told, too.
#[test]
fn a_sender_that_is_held_keeps_what_it_was_told() {
    let held = Arc::new(three().held_to("Refusing", V1_1).unwrap());
    let host = ToSilent::of(Negotiation::by_receiver(held), Duration::from_secs(3600));
    host.serve(V1_0);
    let known =
        || block_on(host.negotiation.agreement(&host.client, &CallContext::new())).unwrap().is_known();
    assert!(!known());
    host.is_refused(false, &["Refusing 1.1"]);
    assert!(known());
    host.is_refused(false, &[]);
}

/// Takes objects, and does something once it has one.
struct Takes(Arc<Registry>, Option<Box<dyn Fn() + Send + Sync>>);

impl Endpoint for Takes {
    fn methods(&self) -> &[&str] {
        &["take", "take_volume", "take_careless"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            match method {
                "take" => args.take::<Refusing>("data", &self.0).map(drop)?,
                "take_volume" => args.take::<Volume>("data", &self.0).map(drop)?,
                _ => args.take::<Careless>("data", &self.0).map(drop)?,
            }
            args.finish()?;
            self.1.iter().for_each(|then| then());
            Ok(Payload::null())
        })
    }
}

/// A field that its first version can't have.
#[derive(VersionedObject, Clone, Default)]
#[object(versions("1.0", "1.1", "1.2"))]
struct Refusing {
    origin: Origin,
    #[field(since = "1.1", refuse)]
    key: Field<String>,
}

#[test]
fn an_object_inside_another_has_to_be_read_too() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(Registry::new().with::<MigrateData>()), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let error = give_back(&negotiation, &client(&bus, "a", "b", &log)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no common version of Volume: this host reads 1.0, 1.1, the peer reads none"
    );
}

#[test]
fn an_object_that_its_parent_keeps_as_it_is_has_to_be_read_too() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &held("Volume", V1_0), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let volume = Volume { id: String::from("v").into(), ..Volume::default() };
    let careless = Careless { volume: volume.into(), ..Careless::default() };
    let (client, context) = (client(&bus, "a", "b", &log), CallContext::new());
    let fill = |args: &mut Args, target: Target<'_>| args.insert("data", &careless, target);
    assert_eq!(
        block_on(negotiation.call(&client, "keep", &context, fill)).unwrap_err().to_string(),
        "Volume goes out in version 1.1, and the peer reads 1.0"
    );
}

#[test]
fn what_proves_stale_is_written_once_more_and_asked_anew() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log);
    assert_eq!(give_back(&negotiation, &client).unwrap().origin.version(), Some(V1_0));
    log.lines();

    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    assert_eq!(give_back(&negotiation, &client).unwrap().origin.version(), Some(V0_1));
    assert_eq!(
        log.lines(),
        [
            "a -> b give_back MigrateData 1.0",
            "b -x a give_back",
            "a -> b give_back MigrateData 0.1 -MigrateData.naming",
            "b => a give_back MigrateData 0.1",
        ],
    );
    give_back(&negotiation, &client).unwrap();
    assert_eq!(log.lines()[..2], ["a -> b object_versions", "b => a object_versions"]);
}

#[test]
fn a_peer_that_announces_nothing_gets_what_it_says_it_supports() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve_silently(&bus, "b", &held("MigrateData", V0_1), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log);
    assert_eq!(give_back(&negotiation, &client).unwrap().origin.version(), Some(V0_1));
    assert_eq!(
        log.lines(),
        [
            "a -> b object_versions",
            "b -x a object_versions",
            "a -> b give_back MigrateData 1.0",
            "b -x a give_back",
            "a -> b give_back MigrateData 0.1 -MigrateData.naming",
            "b => a give_back MigrateData 0.1",
        ],
    );
    give_back(&negotiation, &client).unwrap();
    assert_eq!(log.lines().len(), 2);
}

#[test]
fn a_host_of_an_older_release_writes_nothing_newer_for_a_silent_peer() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve_silently(&bus, "b", &Arc::new(registry()), &log);
    let negotiation = Negotiation::at_first_contact(held("MigrateData", V0_1));
    let client = client(&bus, "a", "b", &log);
    give_back(&negotiation, &client).unwrap();
    assert_eq!(log.lines()[2], "a -> b give_back MigrateData 0.1 -MigrateData.naming");
}

#[test]
fn an_object_that_a_peer_no_longer_knows_is_refused_next_time() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log);
    give_back(&negotiation, &client).unwrap();

    let failure = Failure::new("oslo_versionedobjects.exception", "UnsupportedObjectError", "");
    let server = Server::new("b").endpoint(ObjectVersions::new(Arc::new(Registry::new())));
    bus.serve("compute", server.endpoint(Fails(failure)));
    let error = give_back(&negotiation, &client).unwrap_err();
    assert!(error.as_remote().is_some_and(|failure| failure.is("UnsupportedObjectError")));
    assert!(matches!(give_back(&negotiation, &client), Err(CallError::NoCommonVersion(_))));
}

#[test]
fn a_silent_peer_may_complain_of_one_object_after_the_other() {
    let old = registry().held_to("MigrateData", V0_1).unwrap().held_to("Careless", V1_0).unwrap();
    let (bus, log) = (InProcess::new(), Log::default());
    serve_silently(&bus, "b", &Arc::new(old), &log);
    let negotiation = Negotiation::by_receiver(Arc::new(registry()));
    let (client, context) = (client(&bus, "a", "b", &log), CallContext::new());
    let fill_careless =
        |args: &mut Args, target: Target<'_>| args.insert("data", &Careless::default(), target);
    give_back(&negotiation, &client).unwrap();
    block_on(negotiation.call(&client, "keep", &context, fill_careless)).unwrap();
    log.lines();
    give_back(&negotiation, &client).unwrap();
    block_on(negotiation.call(&client, "keep", &context, fill_careless)).unwrap();
    assert_eq!(log.lines().len(), 4);
}

#[test]
fn a_version_that_this_host_can_t_write_is_not_tried() {
    let (bus, log) = (InProcess::new(), Log::default());
    let negotiation = Negotiation::by_receiver(Arc::new(registry()));
    let failure = Failure::new("oslo_versionedobjects.exception", "IncompatibleObjectVersion", "")
        .with("objname", "MigrateData")
        .with("objver", "1.0")
        .with("supported", "2.0")
        .unbegun();
    bus.serve("compute", Server::new("b").endpoint(Fails(failure)).observer(log.observer()));
    let error = give_back(&negotiation, &client(&bus, "a", "b", &log)).unwrap_err();
    assert!(error.as_remote().is_some_and(|failure| failure.is("IncompatibleObjectVersion")));
    assert_eq!(log.lines().len(), 2);
}

#[test]
fn a_third_host_s_failure_makes_nobody_write_again() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log);
    let error = block_on(negotiation.call(&client, "pass_on", &CallContext::new(), fill)).unwrap_err();
    assert!(error.as_remote().is_some_and(|failure| failure.is("IncompatibleObjectVersion")));
    assert_eq!(log.lines()[2..], ["a -> b pass_on MigrateData 1.0", "b -x a pass_on"]);
}

#[test]
fn a_pinned_manifest_asks_nobody() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let manifest: Manifest = [("MigrateData", V0_1), ("Volume", V1_1)].into_iter().collect();
    let negotiation = Negotiation::pinned(Arc::new(registry()), &manifest);
    let client = client(&bus, "a", "b", &log);
    give_back(&negotiation, &client).unwrap();
    assert_eq!(log.lines()[0], "a -> b give_back MigrateData 0.1 -MigrateData.naming");

    let negotiation = Negotiation::pinned(Arc::new(registry()), &Manifest::new());
    let error = give_back(&negotiation, &client).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no common version of MigrateData: this host reads 0.1, 1.0, the peer reads none"
    );
    assert!(log.lines().is_empty());
}

#[test]
fn by_receiver_objects_go_out_in_their_own_version() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let negotiation = Negotiation::by_receiver(Arc::new(registry()));
    give_back(&negotiation, &client(&bus, "a", "b", &log)).unwrap();
    assert_eq!(log.lines()[0], "a -> b give_back MigrateData 1.0");
}

#[test]
fn a_cast_is_written_for_its_receiver_too() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let client = client(&bus, "a", "b", &log);
    block_on(negotiation.cast(&client, "give_back", &CallContext::new(), fill)).unwrap();
    assert_eq!(log.lines()[2..], ["a -> b give_back MigrateData 0.1 -MigrateData.naming"]);
}

#[test]
fn a_peer_that_is_away_is_not_taken_for_one_that_announces_nothing() {
    let bus = InProcess::new();
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let error = give_back(&negotiation, &client(&bus, "a", "b", &Log::default())).unwrap_err();
    assert!(matches!(error, CallError::Transport(_)));
}

#[test]
fn a_version_that_means_nothing_here_is_passed_over() {
    let announced =
        r#"{"versions": {"MigrateData": ["1!2", "1.0", "newest", "0.1"]}, "fingerprints": {"x": {}}}"#;
    let theirs: Versions = serde_json::from_str(announced).unwrap();
    assert_eq!(theirs.get("MigrateData"), [V0_1, V1_0]);
    for broken in ["{}", r#"{"versions": []}"#, r#"{"versions": {"A": [1.0]}}"#] {
        assert!(serde_json::from_str::<Versions>(broken).is_err(), "{broken}");
    }
    assert_eq!(theirs.get("Volume"), &[] as &[Version]);
}

struct Fails(Failure);

impl Endpoint for Fails {
    fn version(&self) -> Version {
        Version::new(6, 0)
    }

    fn methods(&self) -> &[&str] {
        &["give_back"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async { Err(self.0.clone()) })
    }
}

fn versions() -> impl Strategy<Value = Versions> {
    let version = (0u32..3, 0u32..3).prop_map(|(major, minor)| Version::new(major, minor));
    proptest::collection::btree_map("[ABC]", proptest::collection::vec(version, 0..4), 0..4)
        .prop_map(|versions| versions.into_iter().collect())
}

proptest! {
    #[test]
    fn who_asks_makes_no_difference(ours in versions(), theirs in versions()) {
        let here = Agreement::between(&ours, &theirs);
        let there = Agreement::between(&theirs, &ours);
        prop_assert_eq!(here.manifest(), there.manifest());
        for (name, version) in here.manifest().iter() {
            prop_assert!(ours.get(name).contains(&version) && theirs.get(name).contains(&version));
            let greater = ours.get(name).iter().find(|v| **v > version && theirs.get(name).contains(v));
            prop_assert_eq!(greater, None);
        }
        for refusal in here.refusals() {
            prop_assert!(!refusal.ours.iter().any(|version| refusal.theirs.contains(version)));
            prop_assert!(here.manifest().get(&refusal.object).is_none());
        }
    }
}

#[test]
fn one_name_and_version_with_two_fingerprints_is_told_apart_before_traffic() {
    let v1 = Version::new(1, 0);
    let of = |fingerprint: &str| {
        [("Volume", [v1])].into_iter().collect::<Versions>().with_fingerprint("Volume", fingerprint)
    };
    let refused = Agreement::between(&of("1.0-aa"), &of("1.0-bb")).version("Volume").unwrap_err();
    assert_eq!(
        refused.to_string(),
        "not the same Volume: this host's fingerprint is 1.0-aa, the peer's 1.0-bb"
    );
    for other in ["1.0-aa", "1.1-bb", "odd"] {
        assert_eq!(Agreement::between(&of("1.0-aa"), &of(other)).version("Volume"), Ok(v1), "{other}");
    }
    let silent = [("Volume", [v1])].into_iter().collect::<Versions>();
    assert_eq!(Agreement::between(&of("1.0-aa"), &silent).version("Volume"), Ok(v1));
    let announced = serde_json::to_value(Versions::of(&registry())).unwrap();
    assert!(announced["fingerprints"]["Volume"].as_str().unwrap().contains('-'), "{announced}");
}

/// What was agreed some time ago is no longer so: the host went back since, and of a cast nobody would hear.
#[test]
fn a_cast_is_written_by_an_agreement_that_is_not_old() {
    for (age, version) in [(Duration::ZERO, "0.1"), (Duration::from_secs(3600), "1.0")] {
        let (bus, log) = (InProcess::new(), Log::default());
        let negotiation = Negotiation::at_first_contact(Arc::new(registry())).cast_age(age);
        let client = client(&bus, "a", "b", &log);
        let cast = || block_on(negotiation.cast(&client, "give_back", &CallContext::new(), fill)).unwrap();
        serve(&bus, "b", &Arc::new(registry()), &log);
        cast();
        serve(&bus, "b", &held("MigrateData", V0_1), &log);
        cast();
        let mut casts = log.lines().into_iter().filter(|line| line.contains("-> b give_back"));
        let last = casts.next_back().unwrap();
        assert!(last.starts_with(&format!("a -> b give_back MigrateData {version}")), "{last}");
    }
}

/// A call goes by an agreement that a cast would be too old for, and so does a cast to a peer that announces nothing.
#[test]
fn a_host_is_asked_anew_for_casts_where_it_announces() {
    let (bus, log) = (InProcess::new(), Log::default());
    let negotiation = Negotiation::at_first_contact(Arc::new(three())).cast_age(Duration::ZERO);
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("compute", "b"));
    let (client, context) = (client.observer(log.observer()), CallContext::new());
    let fill = |args: &mut Args, target: Target<'_>| args.insert("data", &refusing(), target);
    let call = || block_on(negotiation.call(&client, "take", &context, fill)).map(drop).unwrap();
    let cast = || block_on(negotiation.cast(&client, "take", &context, fill)).unwrap();
    let now = Arc::new(three());
    let silent = || Server::new("b").endpoint(Takes(Arc::clone(&now), None));
    bus.serve("compute", silent().endpoint(ObjectVersions::new(Arc::clone(&now))));
    call();
    assert_eq!(asked(&log), 1);
    call();
    assert_eq!(asked(&log), 0);
    cast();
    assert_eq!(asked(&log), 1);
    cast();
    assert_eq!(asked(&log), 1);
    negotiation.forget(&client);
    bus.serve("compute", silent());
    cast();
    assert_eq!(asked(&log), 1);
    cast();
    assert_eq!(asked(&log), 0);
}

/// A host says that it may go back: calls are as new as they can be, and casts are read by both of its releases.
#[test]
fn a_cast_is_written_for_the_release_that_a_host_may_go_back_to() {
    let ours = Versions::of(&registry());
    let theirs = Versions::of(&registry()).may_go_back_to(&held("MigrateData", V0_1));
    // It goes over the wire.
    let theirs: Versions = serde_json::from_str(&serde_json::to_string(&theirs).unwrap()).unwrap();
    let agreement = Agreement::between(&ours, &theirs);
    assert_eq!(agreement.version("MigrateData"), Ok(V1_0));
    assert_eq!(agreement.for_casts().version("MigrateData"), Ok(V0_1));
    // An object that the older release doesn't know isn't cast, and the caller is told.
    let without = Registry::new().with::<Volume>();
    let theirs = Versions::of(&registry()).may_go_back_to(&without);
    let agreement = Agreement::between(&ours, &theirs);
    assert!(agreement.version("MigrateData").is_ok());
    let error = agreement.for_casts().version("MigrateData").unwrap_err();
    assert_eq!(
        error.to_string(),
        "no common version of MigrateData: this host reads 0.1, 1.0, the peer reads none"
    );
    // Of a peer that tells of none, or of what makes no sense, nothing else is agreed.
    for text in [
        r#"{"versions":{"MigrateData":["1.0"]}}"#,
        r#"{"versions":{"MigrateData":["1.0"]},"goes_back_to":7}"#,
    ] {
        let theirs: Versions = serde_json::from_str(text).unwrap();
        let agreement = Agreement::between(&ours, &theirs);
        assert_eq!(agreement.for_casts(), &agreement);
    }
}
