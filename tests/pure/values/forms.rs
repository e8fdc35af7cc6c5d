//! The forms that an object has, and what comes back of each.

use std::cell::Cell;

use serde::Serialize;
use serde::de::DeserializeOwned;
use versioned_objects::compact::Layouts;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::schema::{FieldSchema, Kind};
use versioned_objects::{Entity, Error, FieldType, Manifest, Target, VersionedObject, wire};

/// A form of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Json,
    SerdeJson,
    SerdeJsonValue,
    MessagePack,
    Cbor,
    Compact,
}

/// Every form.
pub const FORMS: [Form; 6] =
    [Form::Json, Form::SerdeJson, Form::SerdeJsonValue, Form::MessagePack, Form::Cbor, Form::Compact];

/// An object as it was written.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    Bytes(Vec<u8>),
    Value(serde_json::Value),
}

impl Form {
    /// Writes an object, or says why not.
    pub fn write<O: Entity + Serialize>(self, object: &O, layouts: &Layouts) -> Result<Written, String> {
        fn text(error: impl std::fmt::Display) -> String {
            error.to_string()
        }
        let bytes = match self {
            Form::Json => wire::to_json(object, Target::Own).map_err(text),
            Form::SerdeJson => serde_json::to_vec(object).map_err(text),
            Form::SerdeJsonValue => return serde_json::to_value(object).map(Written::Value).map_err(text),
            Form::MessagePack => rmp_serde::to_vec_named(object).map_err(text),
            Form::Cbor => {
                let mut bytes = Vec::new();
                ciborium::into_writer(object, &mut bytes).map(|()| bytes).map_err(text)
            }
            Form::Compact => wire::to_compact(object, Target::Own, layouts).map_err(text),
        };
        bytes.map(Written::Bytes)
    }

    /// Reads an object of a known type.
    pub fn read<O: FieldType + DeserializeOwned>(
        self,
        written: &Written,
        layouts: &Layouts,
    ) -> Result<O, Error> {
        match (self, written) {
            (Form::Json, Written::Bytes(bytes)) => wire::from_json(bytes, Default::default()),
            (Form::SerdeJson, Written::Bytes(bytes)) => {
                wire::decode(&mut serde_json::Deserializer::from_slice(bytes))
            }
            (Form::SerdeJsonValue, Written::Value(value)) => wire::decode(value),
            (Form::MessagePack, Written::Bytes(bytes)) => {
                wire::decode(&mut rmp_serde::Deserializer::from_read_ref(bytes))
            }
            (Form::Cbor, Written::Bytes(bytes)) => {
                let plainly: Result<O, _> = ciborium::from_reader(&bytes[..]);
                let read = ciborium::from_reader(&bytes[..]);
                let read = read.map(|Typed(object)| object).map_err(|error| typed_error(&error));
                assert_eq!(plainly.is_ok(), read.is_ok(), "{:?}", plainly.err());
                read
            }
            (Form::Compact, Written::Bytes(bytes)) => wire::from_compact(bytes, layouts, Default::default()),
            (form, written) => panic!("{form:?} isn't written as {written:?}"),
        }
    }

    /// Reads an object by what a registry knows.
    pub fn read_any(
        self,
        written: &Written,
        registry: &Registry,
        layouts: &Layouts,
    ) -> Result<AnyObject, Error> {
        match (self, written) {
            (Form::Json, Written::Bytes(bytes)) => registry.decode_json(bytes),
            (Form::SerdeJson, Written::Bytes(bytes)) => {
                registry.decode(&mut serde_json::Deserializer::from_slice(bytes))
            }
            (Form::SerdeJsonValue, Written::Value(value)) => registry.decode(value),
            (Form::MessagePack, Written::Bytes(bytes)) => {
                registry.decode(&mut rmp_serde::Deserializer::from_read_ref(bytes))
            }
            (Form::Cbor, Written::Bytes(bytes)) => {
                REGISTRY.set(Some(registry.clone()));
                let read = ciborium::from_reader(&bytes[..]);
                read.map(|Known(object)| object).map_err(|error| typed_error(&error))
            }
            (Form::Compact, Written::Bytes(bytes)) => registry.decode_compact(bytes, layouts),
            (form, written) => panic!("{form:?} isn't written as {written:?}"),
        }
    }
}

thread_local! {
    /// What reads an object of any type out of CBOR, which `ciborium` has no deserializer of its own for.
    static REGISTRY: Cell<Option<Registry>> = const { Cell::new(None) };
    static ERROR: Cell<Option<Error>> = const { Cell::new(None) };
}

fn typed_error(error: &impl std::fmt::Display) -> Error {
    ERROR.take().unwrap_or_else(|| panic!("no object was read: {error}"))
}

fn kept<E: serde::de::Error>(error: Error) -> E {
    let plain = E::custom(&error);
    ERROR.set(Some(error));
    plain
}

struct Typed<O>(O);

impl<'de, O: FieldType> serde::Deserialize<'de> for Typed<O> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        wire::decode(deserializer).map(Typed).map_err(kept)
    }
}

struct Known(AnyObject);

impl<'de> serde::Deserialize<'de> for Known {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        REGISTRY.take().unwrap().decode(deserializer).map(Known).map_err(kept)
    }
}

/// Layouts of an object in its newest version, of a registry that knows it.
pub fn layouts<O: VersionedObject>() -> Layouts {
    Layouts::of([O::SCHEMA], None)
}

/// A registry that knows the object by its Rust type.
pub fn typed<O: VersionedObject + Clone + Send + Sync + 'static>() -> Registry {
    Registry::new().with::<O>()
}

/// A registry that knows the object, and those in its fields, by their schemas alone.
pub fn dynamic<O: VersionedObject>() -> Registry {
    let child = |field: &FieldSchema| match &field.ty.kind {
        Kind::Object { schema: Some(schema), .. } => Some(schema().clone()),
        _ => None,
    };
    let registry = Registry::new().with_schema(O::SCHEMA.clone());
    O::SCHEMA.fields.iter().filter_map(child).fold(registry, Registry::with_schema)
}

/// The object in its newest version.
pub fn manifest<O: VersionedObject>() -> Manifest {
    [(&*O::SCHEMA.name, O::SCHEMA.current())].into_iter().collect()
}

/// The object in every form but those, and back: itself, also on the way through a registry that knows its type, and
/// through one that knows its schema alone.
#[track_caller]
pub fn comes_back<O>(object: &O, but: &[Form])
where
    O: VersionedObject
        + Serialize
        + DeserializeOwned
        + Clone
        + PartialEq
        + std::fmt::Debug
        + Send
        + Sync
        + 'static,
{
    for form in FORMS.into_iter().filter(|form| !but.contains(form)) {
        let own = layouts::<O>();
        let written = form.write(object, &own).unwrap_or_else(|error| panic!("{form:?}: {error}"));
        let read: O = form.read(&written, &own).unwrap_or_else(|error| panic!("{form:?}: {error}"));
        assert_eq!(&read, object, "{form:?}");
        for (kind, registry) in [("typed", typed::<O>()), ("dynamic", dynamic::<O>())] {
            let layouts = registry.layouts(&manifest::<O>());
            let written = form.write(object, &own).unwrap();
            let any = form.read_any(&written, &registry, &layouts);
            let any = any.unwrap_or_else(|error| panic!("{form:?} {kind}: {error}"));
            let again = form.write(&any, &layouts).unwrap_or_else(|error| panic!("{form:?} {kind}: {error}"));
            let read: O = form.read(&again, &own).unwrap_or_else(|error| panic!("{form:?} {kind}: {error}"));
            assert_eq!(&read, object, "{form:?} {kind}");
        }
    }
}

/// The object isn't written in that form.
#[track_caller]
pub fn isnt_written<O>(object: &O, form: Form, message: &str)
where
    O: VersionedObject + Serialize,
{
    let error = form.write(object, &layouts::<O>()).expect_err("the object was written");
    assert!(error.contains(message), "{form:?}: {error}");
}

/// What every form reads of the data that stand in an envelope of the object as JSON.
#[track_caller]
pub fn data<O: VersionedObject>(data: &str) -> String {
    let schema = O::SCHEMA;
    format!(
        r#"{{"{}":"{}","{}":"{}","{}":"{}","{}":{data}}}"#,
        schema.keys.name,
        schema.name,
        schema.keys.namespace,
        schema.namespace,
        schema.keys.version,
        schema.current(),
        schema.keys.data,
    )
}
