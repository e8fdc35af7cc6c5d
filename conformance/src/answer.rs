use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use versioned_objects::field::Decoding;
use versioned_objects::prelude::*;
use versioned_objects::registry::Schemas;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::schema::Keys;
use versioned_objects::wire::json::Deserializer;
use versioned_objects::{Backport, Entity, Error, ErrorKind, Manifest, Primitive, Target, Version};

use crate::Registries;
use crate::request::Request;

/// An answer, as a line of JSON.
#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    Ok(Primitive),
    Error(Failure),
}

/// What went wrong: the protocol's kind, and text for people.
#[derive(Serialize)]
pub struct Failure {
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
pub fn line(registries: &mut Registries, line: &[u8]) -> Answer {
    let request = Deserializer::new(line).and_then(|mut json| {
        let request = Request::deserialize(&mut json)?;
        json.end().map(|()| request)
    });
    match request.map_err(invalid).and_then(|request| answer(registries, request)) {
        Ok(answer) => Answer::Ok(answer),
        Err(failure) => Answer::Error(failure),
    }
}

fn answer(registries: &mut Registries, request: Request<'_>) -> Result<Primitive, Failure> {
    if request.op == "load" {
        registries.insert(request.registry, load(given(request.schema, "schema")?)?);
        return primitive(&BTreeMap::<&str, ()>::new());
    }
    let registry = registries.get(&request.registry);
    let registry = registry.ok_or_else(|| invalid(format_args!("no registry {:?}", request.registry)))?;
    match &*request.op {
        "objects" => {
            let versions =
                |name: &str| registry.schemas(name).map(|schema| schema.current()).collect::<Vec<_>>();
            entries(registry, |name| Ok(versions(name)))
        }
        "fingerprints" => entries(registry, |name| Ok(registry.schema(name)?.fingerprint())),
        "tree" => primitive(&registry.tree(given(request.object.as_deref(), "object")?)?),
        "json_schema" => Ok(registry.json_schema(given(request.object.as_deref(), "object")?)?),
        "roundtrip" => encoded(&decode(registry, &request)?, &request),
        "changes" => {
            let object = decode(registry, &request)?;
            let mut names = object.what_changed();
            names.sort_unstable();
            single("what_changed", &names)
        }
        "clone" => encoded(&decode(registry, &request)?.obj_clone(), &request),
        "assign" => assign(registry, request),
        other => Err(invalid(format_args!("there is no operation {other:?}"))),
    }
}

fn given<T>(value: Option<T>, key: &str) -> Result<T, Failure> {
    value.ok_or_else(|| invalid(format_args!("the request has no {key:?}")))
}

fn primitive<T: Serialize + ?Sized>(value: &T) -> Result<Primitive, Failure> {
    Ok(Primitive::of(value)?)
}

/// A map with one key.
fn single<T: Serialize>(key: &str, value: &T) -> Result<Primitive, Failure> {
    primitive(&BTreeMap::from([(key, value)]))
}

/// What is said of each name in a registry.
fn entries<T: Serialize>(
    registry: &Registry,
    of: impl Fn(&str) -> Result<T, Error>,
) -> Result<Primitive, Failure> {
    let entries = registry.names().map(|name| Ok((name, of(name)?)));
    primitive(&entries.collect::<Result<BTreeMap<_, _>, Error>>()?)
}

fn load(schema: &RawValue) -> Result<Registry, Failure> {
    let schemas: Schemas = schema.get().parse().map_err(invalid)?;
    Ok(Registry::new().with_schemas(schemas))
}

/// Reads as `VersionedObjectSerializer` does: an object that can't be read as it is, and came in a version of
/// three parts, is read once more without the third.
fn decode(registry: &Registry, request: &Request<'_>) -> Result<AnyObject, Failure> {
    let text = given(request.primitive, "primitive")?.get();
    let read = |decoding: Decoding<'_>| {
        let input = &mut Deserializer::new(text.as_bytes()).map_err(Error::invalid_value)?;
        let decoding = decoding.exact();
        match &request.namespaces {
            Some(said) => registry.decode_as(input, &said.project, &Keys::new(&said.serial), decoding),
            None => registry.decode_with(input, decoding),
        }
    };
    match read(registry.decoding()) {
        Err(error) if error.kind() == ErrorKind::IncompatibleVersion => {
            Ok(read(registry.decoding().cutting_patch())?)
        }
        outcome => Ok(outcome?),
    }
}

/// The object as the request's target and manifest have it.
fn encoded<E: Entity>(object: &E, request: &Request<'_>) -> Result<Primitive, Failure> {
    let manifest = request.manifest.as_ref().map(read_manifest).transpose()?;
    let target = match (&request.target, &manifest) {
        (Some(target), manifest) => Target::Version(read_version(target)?, manifest.as_ref()),
        (None, Some(manifest)) => Target::Inside(manifest),
        (None, None) => Target::Own,
    };
    single("primitive", &object.at(target)?)
}

fn read_version(version: &Primitive) -> Result<Version, Failure> {
    let text = version.as_str().ok_or_else(|| invalid("a version has to be text"))?;
    text.parse().map_err(invalid)
}

fn read_manifest(manifest: &Primitive) -> Result<Manifest, Failure> {
    let entries = manifest.as_map().ok_or_else(|| invalid("a manifest has to be a map"))?;
    entries.iter().map(|(name, version)| Ok((name.as_str(), read_version(version)?))).collect()
}

fn assign(registry: &Registry, mut request: Request<'_>) -> Result<Primitive, Failure> {
    let name = given(request.object.as_deref(), "object")?;
    let version = given(request.version.as_deref(), "version")?.parse().map_err(invalid)?;
    let mut object = registry.unset_of(name, version)?;
    for (name, value) in given(request.values.take(), "values")? {
        registry.edit(&mut object).set_by_name(&name, value)?;
    }
    encoded(&object, &request)
}
