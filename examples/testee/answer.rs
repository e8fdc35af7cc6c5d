use std::collections::BTreeMap;

use serde_json::{Value, json};
use versioned_objects::dynamic::DynamicObject;
use versioned_objects::field::Decoding;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::schema::Keys;
use versioned_objects::{Backport, Entity, Error, ErrorKind, Manifest, Target, Version};

use crate::Registries;
use crate::request::{Assign, Request, Roundtrip};

/// What went wrong: the protocol's kind, and text for people.
struct Failure {
    kind: &'static str,
    message: String,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match error.kind() {
            ErrorKind::UnsupportedObject => "UnsupportedObject",
            ErrorKind::IncompatibleVersion => "IncompatibleVersion",
            ErrorKind::InvalidTargetVersion => "InvalidTargetVersion",
            ErrorKind::ObjectAction => "ObjectAction",
            ErrorKind::ReadOnlyField => "ReadOnlyField",
            ErrorKind::UnregisteredSubobject => "UnregisteredSubobject",
            ErrorKind::MalformedPrimitive => "MalformedPrimitive",
            _ => "InvalidValue",
        };
        Failure { kind, message: error.to_string() }
    }
}

fn invalid(message: impl ToString) -> Failure {
    Failure { kind: "InvalidValue", message: message.to_string() }
}

/// The answer to one line.
pub fn line(registries: &mut Registries, line: &[u8]) -> Value {
    let request: Result<Request, _> = serde_json::from_slice(line);
    match request.map_err(invalid).and_then(|request| answer(registries, request)) {
        Ok(answer) => json!({ "ok": answer }),
        Err(Failure { kind, message }) => json!({ "error": { "kind": kind, "message": message } }),
    }
}

fn answer(registries: &mut Registries, request: Request) -> Result<Value, Failure> {
    match request {
        Request::Load { registry, schema } => {
            let mut loaded = Registry::new();
            for object in schema.objects {
                loaded = loaded.with_schema(object.read().map_err(invalid)?);
            }
            registries.insert(registry, loaded);
            Ok(json!({}))
        }
        Request::Objects { registry } => {
            let registry = known(registries, &registry)?;
            let versions = |name| registry.schemas(name).map(|schema| schema.current().to_string());
            Ok(registry.names().map(|name| (name.to_owned(), versions(name).collect::<Value>())).collect())
        }
        Request::Tree { registry, object } => {
            serde_json::to_value(known(registries, &registry)?.tree(&object)?).map_err(invalid)
        }
        Request::Fingerprints { registry } => {
            let registry = known(registries, &registry)?;
            let fingerprint = |name| registry.schema(name).map(|schema| (name, schema.fingerprint()));
            let fingerprints = registry.names().map(fingerprint).collect::<Result<BTreeMap<_, _>, _>>()?;
            Ok(json!(fingerprints))
        }
        Request::JsonSchema { registry, object } => {
            serde_json::to_value(known(registries, &registry)?.json_schema(&object)?).map_err(invalid)
        }
        Request::Roundtrip(request) => {
            let object = decode(known(registries, &request.registry)?, &request)?;
            Ok(json!({ "primitive": encode(&object, request.target, request.manifest)? }))
        }
        Request::Changes(request) => {
            let object = decode(known(registries, &request.registry)?, &request)?;
            let mut names = object.what_changed();
            names.sort_unstable();
            Ok(json!({ "what_changed": names }))
        }
        Request::Assign(request) => assign(known(registries, &request.registry)?, request),
    }
}

fn known<'r>(registries: &'r Registries, name: &str) -> Result<&'r Registry, Failure> {
    registries.get(name).ok_or_else(|| invalid(format_args!("no registry {name:?}")))
}

/// Reads as `VersionedObjectSerializer` does: an object that can't be read as it is, and came in a version of
/// three parts, is read once more without the third.
fn decode(registry: &Registry, request: &Roundtrip) -> Result<AnyObject, Failure> {
    let read = |decoding: Decoding<'_>| match &request.namespaces {
        Some(namespaces) => registry.decode_as(
            &request.primitive,
            &namespaces.project,
            &Keys::new(&namespaces.serial),
            decoding,
        ),
        None => registry.decode_with(&request.primitive, decoding),
    };
    match read(registry.decoding()) {
        Err(error) if error.kind() == ErrorKind::IncompatibleVersion => {
            Ok(read(registry.decoding().cutting_patch())?)
        }
        outcome => Ok(outcome?),
    }
}

fn encode<E: Entity>(
    object: &E,
    target: Option<String>,
    manifest: Option<Manifest>,
) -> Result<Value, Failure> {
    let version = target.map(|target| target.parse::<Version>()).transpose().map_err(invalid)?;
    let target = match (version, &manifest) {
        (Some(version), manifest) => Target::Version(version, manifest.as_ref()),
        (None, Some(manifest)) => Target::Inside(manifest),
        (None, None) => Target::Own,
    };
    serde_json::to_value(object.at(target)?).map_err(invalid)
}

fn assign(registry: &Registry, request: Assign) -> Result<Value, Failure> {
    let version = request.version.parse().map_err(invalid)?;
    let mut object = DynamicObject::of_version(registry, &request.object, version)?;
    for (name, value) in request.values {
        object.set(registry, &name, value)?;
    }
    Ok(json!({ "primitive": encode(&object, request.target, request.manifest)? }))
}
