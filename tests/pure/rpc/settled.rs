//! What a sender keeps of what was settled, and which complaints it doesn't act on.

use std::sync::Arc;

use pollster::block_on;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Agreement, Args, BoxFuture, CallContext, CallError, Client, Earlier, Endpoint, Failure, Finality,
    InProcess, Negotiation, ObjectVersions, Payload, Pinned, Server, Staged, Versions,
};
use versioned_objects::{Error, Manifest, Target, Version};

use super::hosts::{Compute, Log, client, held, registry, serve, serve_silently};
use super::objects::{V0_1, V1_0, V1_1, data};

fn fill(args: &mut Args, target: Target<'_>) -> Result<(), Error> {
    args.insert("data", &data(), target)
}

fn call(negotiation: &Negotiation, client: &Client, method: &str) -> Result<(), CallError> {
    block_on(negotiation.call(client, method, &CallContext::new(), fill)).map(drop)
}

/// Has what another endpoint has, and fails at all of it.
struct Fails<E> {
    like: E,
    failure: Failure,
}

impl<E: Endpoint> Endpoint for Fails<E> {
    fn namespace(&self) -> Option<&str> {
        self.like.namespace()
    }

    fn version(&self) -> Version {
        self.like.version()
    }

    fn methods(&self) -> &[&str] {
        self.like.methods()
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async { Err(self.failure.clone()) })
    }
}

#[test]
fn a_peer_that_fails_to_tell_what_it_reads_gets_nothing() {
    let (bus, log) = (InProcess::new(), Log::default());
    let fails =
        Fails { like: ObjectVersions::new(Arc::new(registry())), failure: Failure::value_error("not now") };
    let compute = Compute { registry: Arc::new(registry()) };
    bus.serve("compute", Server::new("b").endpoint(fails).endpoint(compute));
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    let error = call(&negotiation, &client(&bus, "a", "b", &log), "give_back").unwrap_err();
    assert!(error.as_remote().is_some_and(|failure| failure.is("ValueError")), "{error}");
    assert_eq!(log.lines(), ["a -> b object_versions"]);
}

#[test]
fn a_method_s_own_failure_is_no_reason_to_ask_or_to_call_again() {
    let announced = ObjectVersions::new(Arc::new(registry())).compact();
    let ways = [Negotiation::at_first_contact(Arc::new(registry())), {
        Negotiation::at_first_contact(Arc::new(registry())).compact()
    }];
    for negotiation in ways {
        let (bus, log) = (InProcess::new(), Log::default());
        let compute = Compute { registry: Arc::new(registry()) };
        bus.serve("compute", Server::new("b").endpoint(compute).endpoint(announced.clone()));
        let client = client(&bus, "a", "b", &log);
        for expected in [2, 1] {
            let error = call(&negotiation, &client, "refuse").unwrap_err();
            assert!(error.as_remote().is_some_and(|failure| failure.is("MigrationPreCheckError")), "{error}");
            assert_eq!(log.lines().len(), expected);
        }
    }
}

#[test]
fn a_method_that_fails_by_a_layout_of_its_own_is_not_called_again() {
    let announced = ObjectVersions::new(Arc::new(registry())).compact();
    for (failure, calls) in [
        (Failure::new("versioned_objects", "LayoutError", ""), 1),
        (Failure::new("versioned_objects", "LayoutError", "").unbegun(), 2),
        (Failure::new("nova.exception", "Other", "").unbegun(), 1),
    ] {
        let (bus, log) = (InProcess::new(), Log::default());
        let fails = Fails { like: Compute { registry: Arc::new(registry()) }, failure };
        bus.serve("compute", Server::new("b").endpoint(fails).endpoint(announced.clone()));
        let negotiation = Negotiation::at_first_contact(Arc::new(registry())).compact();
        call(&negotiation, &client(&bus, "a", "b", &log), "give_back").unwrap_err();
        let lines = log.lines();
        assert_eq!(lines.iter().filter(|line| line.contains("give_back")).count(), calls, "{lines:?}");
    }
}

/// An endpoint under a name.
struct Named;

impl Endpoint for Named {
    fn namespace(&self) -> Option<&str> {
        Some("named")
    }

    fn version(&self) -> Version {
        Version::new(2, 3)
    }

    fn methods(&self) -> &[&str] {
        &["now", "later"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move { Ok(Payload::plain(&method)?) })
    }
}

#[test]
fn a_staged_endpoint_is_the_one_that_counts_now() {
    let finality = Finality::default();
    let before = || Earlier::new(Named, Version::new(2, 1), ["now"]);
    assert_eq!((before().namespace(), before().version()), (Some("named"), Version::new(2, 1)));
    assert_eq!(before().methods(), ["now"]);
    let now = Earlier::new(Named, Version::new(2, 3), ["now", "later"]);
    let staged = Staged::new(&finality, before(), now);
    let told = || {
        let methods: Vec<String> = staged.methods().iter().map(|name| (*name).to_owned()).collect();
        (staged.namespace().map(str::to_owned), staged.version(), methods)
    };
    let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(told(), (Some("named".to_owned()), Version::new(2, 1), texts(&["now"])));
    finality.decide();
    assert_eq!(told(), (Some("named".to_owned()), Version::new(2, 3), texts(&["now", "later"])));
}

#[test]
fn a_complaint_that_can_t_be_right_is_not_acted_on() {
    for [object, version, supported] in [
        ["MigrateData", "0.7", "0.1"],
        ["Careless", "1.0", "0.1"],
        ["MigrateData", "1.0", "1.0"],
        ["MigrateData", "1.0", "2.0"],
    ] {
        let (bus, log) = (InProcess::new(), Log::default());
        let failure = Failure::new("oslo_versionedobjects.exception", "IncompatibleObjectVersion", "")
            .with("objname", object)
            .with("objver", version)
            .with("supported", supported)
            .unbegun();
        let fails = Fails { like: Compute { registry: Arc::new(registry()) }, failure };
        bus.serve("compute", Server::new("b").endpoint(fails));
        let negotiation = Negotiation::by_receiver(Arc::new(registry()));
        let error = call(&negotiation, &client(&bus, "a", "b", &log), "give_back").unwrap_err();
        assert!(error.as_remote().is_some_and(|failure| failure.is("IncompatibleObjectVersion")), "{error}");
        assert_eq!(log.lines(), ["a -> b give_back MigrateData 1.0"], "{object} {version} {supported}");
    }
}

#[test]
fn of_a_silent_peer_nothing_is_known() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve_silently(&bus, "b", &Arc::new(registry()), &log);
    let client = client(&bus, "a", "b", &log);
    let agreement =
        |negotiation: &Negotiation| block_on(negotiation.agreement(&client, &CallContext::new())).unwrap();
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    assert!(!agreement(&negotiation).is_known());
    // Objects that the sender's registry doesn't have go out too.
    let without = Negotiation::by_receiver(Arc::new(Registry::new()));
    assert_eq!(agreement(&without).target(), Target::Own);
    call(&without, &client, "give_back").unwrap();

    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    assert!(agreement(&negotiation).is_known());
}

#[test]
fn agreements_on_other_versions_differ() {
    let versions = |version| [("Volume", vec![version])].into_iter().collect::<Versions>();
    let [one, other] = [V1_0, V1_1].map(|version| Agreement::between(&versions(version), &versions(version)));
    assert_eq!(one, one.clone());
    assert_ne!(one, other);
}

#[test]
fn objects_inside_others_don_t_see_a_pin_without_a_manifest() {
    let manifest: Manifest = [("MigrateData", V0_1), ("Volume", V1_0)].into_iter().collect();
    let pin = Pinned::from(&manifest);
    for (pin, is_seen) in [(pin.clone(), true), (pin.without_manifest(), false)] {
        let negotiation = Negotiation::pinned(Arc::new(registry()), pin);
        let (bus, log) = (InProcess::new(), Log::default());
        serve(&bus, "b", &Arc::new(registry()), &log);
        let client = client(&bus, "a", "b", &log);
        let agreement = block_on(negotiation.agreement(&client, &CallContext::new())).unwrap();
        assert_eq!(matches!(agreement.target(), Target::Pin(_)), !is_seen);
        assert_eq!(matches!(agreement.target(), Target::Manifest(_)), is_seen);
    }
}
