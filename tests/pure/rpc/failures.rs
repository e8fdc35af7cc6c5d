use std::sync::Arc;

use pollster::block_on;
use serde_json::json;
use versioned_objects::rpc::{Args, CallContext, CallError, Failure, InProcess, Reply, TransportError};
use versioned_objects::{Error, Target, wire};

use super::hosts::{Log, client, held, registry, serve};
use super::objects::{MigrateData, V0_1, V1_0, data};

fn failure(message: &[u8]) -> Failure {
    match Reply::from_bytes(message) {
        Ok(Reply::Failure(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_failure_keeps_all_that_it_came_with() {
    let text = json!({"class": "InstanceNotFound", "module": "nova.exception",
        "message": "Instance xx could not be found.", "tb": ["Traceback:\n", "  line\n"],
        "args": ["Instance xx could not be found."], "kwargs": {"instance_id": "xx", "code": 404}})
    .to_string();
    let arrived = failure(json!({"result": null, "failure": text, "ending": true}).to_string().as_bytes());
    assert!(arrived.is("InstanceNotFound"));
    assert_eq!(arrived.module(), "nova.exception");
    assert_eq!(arrived.message(), "Instance xx could not be found.");
    assert_eq!(arrived.args(), [json!("Instance xx could not be found.")]);
    assert_eq!(arrived.kwargs()["code"], json!(404));
    assert_eq!(arrived.traceback(), ["Traceback:\n", "  line\n"]);
    assert_eq!(arrived.to_string(), "InstanceNotFound: Instance xx could not be found.");

    let passed_on = Failure::from(CallError::Remote(arrived.clone()));
    assert_eq!(failure(&Reply::Failure(passed_on).to_bytes().unwrap()), arrived);
}

#[test]
fn a_failure_needs_class_and_module_alone() {
    let bare = failure(br#"{"failure": "{\"class\": \"KeyError\", \"module\": \"builtins\"}"}"#);
    assert_eq!((bare.class(), bare.message(), bare.args()), ("KeyError", "", &[][..]));
    assert_eq!(bare.to_string(), "KeyError");
    assert!(Reply::from_bytes(br#"{"failure": "{\"class\": \"KeyError\"}"}"#).is_err());
    assert!(Reply::from_bytes(br#"{"failure": {"class": "KeyError", "module": "builtins"}}"#).is_err());
}

#[test]
fn a_method_s_failure_reaches_its_caller() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let error =
        block_on(client(&bus, "a", "b", &log).call("refuse", Args::new(), &CallContext::new())).unwrap_err();
    let failure = error.as_remote().unwrap();
    assert_eq!(failure.class(), "MigrationPreCheckError");
    assert_eq!(failure.module(), "nova.exception");
    assert_eq!(failure.args(), [json!("no")]);
    assert_eq!(failure.kwargs()["reason"], json!("since"));
    assert_eq!(log.lines(), ["a -> b refuse", "b -x a refuse"]);
}

#[test]
fn an_object_that_is_too_new_is_the_reference_s_exception() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let mut args = Args::new();
    args.insert("data", &data(), Target::Own).unwrap();
    let error =
        block_on(client(&bus, "a", "b", &log).call("give_back", args, &CallContext::new())).unwrap_err();
    let failure = error.as_remote().unwrap();
    assert_eq!(failure.class(), "IncompatibleObjectVersion");
    assert_eq!(failure.module(), "oslo_versionedobjects.exception");
    assert_eq!(failure.message(), "Version 1.0 of MigrateData is not supported, supported version is 0.1");
    assert_eq!(failure.args(), [json!(failure.message())]);
    let kwargs = json!({"objname": "MigrateData", "objver": "1.0", "supported": "0.1", "code": 500});
    assert_eq!(json!(failure.kwargs()), kwargs);
    let told = failure.incompatible_version().unwrap();
    assert_eq!((told.object.as_str(), told.version.as_str(), told.supported), ("MigrateData", "1.0", V0_1));
}

#[test]
fn only_versions_that_mean_something_are_taken_from_a_failure() {
    let told = |class: &str, supported: serde_json::Value| {
        Failure::new("oslo_versionedobjects.exception", class, "")
            .with("objname", "MigrateData")
            .with("objver", "1.0")
            .with("supported", supported)
            .incompatible_version()
            .map(|told| told.supported)
    };
    assert_eq!(told("IncompatibleObjectVersion", json!("1.0")), Some(V1_0));
    assert_eq!(told("ValueError", json!("1.0")), None);
    assert_eq!(told("IncompatibleObjectVersion", json!("new")), None);
    assert_eq!(told("IncompatibleObjectVersion", json!(1.0)), None);
}

#[track_caller]
fn becomes(error: Error, module: &str, class: &str) {
    let failure = Failure::from(error);
    assert_eq!((failure.module(), failure.class()), (module, class));
}

fn read(text: &str) -> Error {
    wire::from_json::<MigrateData>(text.as_bytes(), Default::default()).unwrap_err()
}

#[test]
fn each_kind_of_error_has_an_exception() {
    const OBJECTS: &str = "oslo_versionedobjects.exception";
    becomes(Error::refused("since"), OBJECTS, "ObjectActionError");
    becomes(Error::invalid_value("x"), "builtins", "ValueError");
    becomes(read("{"), "builtins", "ValueError");
    becomes(read("{}"), "builtins", "KeyError");
    let envelope = |namespace: &str, version: &str| {
        json!({"t.name": "MigrateData", "t.namespace": namespace, "t.version": version, "t.data": {}})
            .to_string()
    };
    becomes(read(&envelope("other", "1.0")), OBJECTS, "UnsupportedObjectError");
    becomes(read(&envelope("tests", "9.0")), OBJECTS, "IncompatibleObjectVersion");
    let invalid = Args::new().insert("data", &data(), Target::Version("1.9".parse().unwrap(), None));
    becomes(invalid.unwrap_err(), OBJECTS, "InvalidTargetVersion");
}

#[test]
fn a_host_that_nobody_reaches_is_a_failure_of_messaging() {
    let bus = InProcess::new();
    let error =
        block_on(client(&bus, "a", "b", &Log::default()).call("who", Args::new(), &CallContext::new()))
            .unwrap_err();
    assert_eq!(error.to_string(), "compute.b can't be reached: no such server");
    assert!(matches!(error, CallError::Transport(TransportError::Unreachable { .. })));
    let failure = Failure::from(error);
    assert_eq!((failure.module(), failure.class()), ("oslo_messaging.exceptions", "MessageDeliveryFailure"));
}
