use std::sync::Arc;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::Version;
use versioned_objects::rpc::{
    Args, BoxFuture, CallContext, CallError, Endpoint, Failure, InProcess, ObjectVersions, Payload, Server,
};

use super::hosts::{Compute, Log, client, registry, serve};
use super::objects::V1_0;

/// One method that says who it is.
struct Named {
    namespace: Option<&'static str>,
    version: Version,
    methods: &'static [&'static str],
    name: &'static str,
}

impl Endpoint for Named {
    fn namespace(&self) -> Option<&str> {
        self.namespace
    }

    fn version(&self) -> Version {
        self.version
    }

    fn methods(&self) -> &[&str] {
        self.methods
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async { Ok(Payload::plain(self.name)?) })
    }
}

fn server() -> Server {
    let named = |namespace, version, methods, name| Named { namespace, version, methods, name };
    Server::new("b")
        .endpoint(named(None, Version::new(6, 5), &["both", "new", "_hidden"], "6.5"))
        .endpoint(named(None, Version::new(5, 13), &["both", "old"], "5.13"))
        .endpoint(named(None, Version::new(6, 3), &["both", "third"], "6.3"))
        .endpoint(named(Some("baseapi"), Version::new(1, 1), &["ping"], "baseapi"))
        .endpoint(named(None, Version::with_patch(1, 0, 2), &["first"], "1.0.2"))
}

#[track_caller]
fn answer(request: Value) -> Value {
    let bytes = block_on(server().answer(request.to_string().as_bytes(), "a"));
    let reply: Value = serde_json::from_slice(&bytes).unwrap();
    assert_eq!(reply["ending"], json!(true));
    reply
}

#[track_caller]
fn served(request: Value, by: &str) {
    let reply = answer(request);
    assert_eq!(reply["failure"], json!(null));
    assert_eq!(reply["result"], json!(by));
}

#[track_caller]
fn failed(request: Value, module: &str, class: &str, message: &str) {
    let reply = answer(request);
    assert_eq!(reply["result"], json!(null));
    let failure: Value = serde_json::from_str(reply["failure"].as_str().unwrap()).unwrap();
    assert_eq!(failure["class"], json!(class));
    assert_eq!(failure["module"], json!(module));
    assert_eq!(failure["message"], json!(message));
    assert_eq!(failure["args"], json!([message]));
    assert_eq!(failure["kwargs"], json!({}));
}

#[track_caller]
fn no_such_method(request: Value, method: &str) {
    let message = format!("Endpoint does not support RPC method {method}");
    failed(request, "oslo_messaging.rpc.dispatcher", "NoSuchMethod", &message);
}

#[track_caller]
fn unsupported_version(request: Value, version: &str, method: &str) {
    let message = format!("Endpoint does not support RPC version {version}. Attempted method: {method}");
    failed(request, "oslo_messaging.rpc.dispatcher", "UnsupportedVersion", &message);
}

#[test]
fn the_first_endpoint_that_fits_serves() {
    served(json!({"method": "both", "args": {}, "version": "6.0"}), "6.5");
    served(json!({"method": "both", "args": {}, "version": "6.5"}), "6.5");
    served(json!({"method": "both", "args": {}, "version": "6.5.0"}), "6.5");
    served(json!({"method": "both", "args": {}, "version": "5.0"}), "5.13");
    served(json!({"method": "third", "args": {}, "version": "6.3"}), "6.3");
    served(json!({"method": "ping", "namespace": "baseapi", "version": "1.0"}), "baseapi");
}

#[test]
fn a_request_without_version_is_1_0() {
    served(json!({"method": "first"}), "1.0.2");
    served(json!({"method": "first", "namespace": null, "args": null}), "1.0.2");
    served(json!({"method": "first", "version": "1.0.2"}), "1.0.2");
    unsupported_version(json!({"method": "first", "version": "1.0.3"}), "1.0.3", "first");
}

#[test]
fn a_method_that_no_fitting_endpoint_has_is_refused() {
    no_such_method(json!({"method": "old", "version": "6.0"}), "old");
    no_such_method(json!({"method": "third", "version": "6.4"}), "third");
    no_such_method(json!({"method": "_hidden", "version": "6.0"}), "_hidden");
    no_such_method(json!({"method": "", "version": "6.0"}), "");
}

#[test]
fn a_version_that_no_endpoint_has_is_refused() {
    unsupported_version(json!({"method": "both", "version": "6.6"}), "6.6", "both");
    unsupported_version(json!({"method": "both", "version": "6.5.1"}), "6.5.1", "both");
    unsupported_version(json!({"method": "both", "version": "7.0"}), "7.0", "both");
    unsupported_version(json!({"method": "both", "version": null}), "None", "both");
    unsupported_version(json!({"method": "both", "version": "6"}), "6", "both");
    unsupported_version(json!({"method": "both", "version": 6.5}), "6.5", "both");
    unsupported_version(json!({"method": "ping", "namespace": "other", "version": "1.0"}), "1.0", "ping");
    unsupported_version(json!({"method": "ping", "namespace": "baseapi", "version": "1.2"}), "1.2", "ping");
}

#[test]
fn a_hidden_method_is_hidden_though_its_endpoint_lists_it() {
    let compute = Compute { registry: Arc::new(registry()) };
    assert!(compute.methods().contains(&"_secret"));
    let server = Server::new("b").endpoint(compute);
    let failure = block_on(server.take(br#"{"method": "_secret", "version": "6.0"}"#)).unwrap_err();
    assert!(failure.is("NoSuchMethod"));
}

#[test]
fn a_request_without_method_is_refused() {
    let message = "malformed request: it names no method";
    failed(json!({"args": {}}), "builtins", "TypeError", message);
    failed(json!({"method": null}), "builtins", "TypeError", message);
}

#[track_caller]
fn misfit(method: &str, args: &[(&str, Value)], class: &str, message: &str) {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let mut named = Args::new();
    for (name, value) in args {
        named.insert_plain(*name, value).unwrap();
    }
    let outcome = block_on(client(&bus, "a", "b", &log).call(method, named, &CallContext::new()));
    match outcome {
        Err(CallError::Remote(failure)) => {
            assert_eq!((failure.class(), failure.message()), (class, message));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn arguments_have_to_fit_the_method() {
    misfit("echo", &[], "TypeError", "echo() missing 1 required positional argument: 'a'");
    misfit(
        "echo",
        &[("a", json!(1)), ("b", json!(2))],
        "TypeError",
        "echo() got an unexpected keyword argument 'b'",
    );
    misfit(
        "give_back",
        &[("data", json!(5))],
        "ValueError",
        "argument 'data' of give_back(): invalid type: integer `5`, expected an object's envelope, a map with \
         the key \"t.name\" at line 1 column 2",
    );
    misfit(
        "give_back",
        &[("data", json!({}))],
        "KeyError",
        "MigrateData: the envelope has no \"t.namespace\"",
    );
    misfit(
        "give_back",
        &[("data", json!({"t.name": "Nobody", "t.namespace": "tests", "t.version": "1.0", "t.data": {}}))],
        "UnsupportedObjectError",
        "unsupported object type Nobody, expected MigrateData",
    );
}

#[test]
fn an_answer_has_to_fit_its_reader() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let mut args = Args::new();
    args.insert_plain("a", &[1, 2]).unwrap();
    let answer = block_on(client(&bus, "a", "b", &log).call("echo", args, &CallContext::new())).unwrap();
    assert_eq!(answer.read_plain::<Vec<u8>>().unwrap(), [1, 2]);
    assert_eq!(
        answer.read_plain::<String>().unwrap_err().to_string(),
        "malformed reply to echo: invalid type: sequence, expected a string at line 1 column 2",
    );
}

#[test]
fn a_version_above_the_cap_is_not_sent() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let client = client(&bus, "a", "b", &log).cap(Version::new(6, 2));
    assert!(client.can_send_version(Version::new(6, 2)));
    assert!(!client.can_send_version(Version::new(6, 3)));
    assert!(!client.can_send_version(Version::new(5, 0)));
    let capped = client.clone().version(Version::new(6, 3));
    let error = block_on(capped.call("who", Args::new(), &CallContext::new())).unwrap_err();
    assert_eq!(error.to_string(), "version 6.3 of the method can't be sent, the cap is 6.2");
    assert!(matches!(error, CallError::Capped { .. }));
    assert!(log.lines().is_empty());
    block_on(client.call("who", Args::new(), &CallContext::new())).unwrap();
}

#[test]
fn versions_are_announced_up_to_where_the_host_is_held() {
    let registry = Arc::new(registry().held_to("Volume", V1_0).unwrap());
    let server = Server::new("b").endpoint(ObjectVersions::new(registry));
    let request = br#"{"method": "object_versions", "namespace": "ovo", "version": "1.0", "args": {}}"#;
    let reply: Value = serde_json::from_slice(&block_on(server.answer(request, "a"))).unwrap();
    assert_eq!(
        reply["result"]["versions"],
        json!({"Careless": ["1.0", "1.1"], "MigrateData": ["0.1", "1.0"], "Volume": ["1.0"]}),
    );
    let fingerprints = reply["result"]["fingerprints"].as_object().unwrap();
    assert_eq!(fingerprints.keys().collect::<Vec<_>>(), ["Careless", "MigrateData"]);
}
