use std::fmt;
use std::sync::Arc;

use indexmap::IndexMap;
use serde::de::IntoDeserializer as _;
use serde_json::value::RawValue;

use super::json;
use super::marked::{is_compact, without_type};
use super::payload::read;
use super::{BoxFuture, CallContext, CallError, IndirectionApi, Payload};
use crate::error::{Error, ErrorKind};
use crate::field::{Entity, FieldType};
use crate::mask;
use crate::primitive::{Kept, Primitive, Reader};
use crate::registry::{AnyObject, Registry};
use crate::version::Target;
use crate::wire;

/// Reads what others send, and asks for an older form of objects that came in a version that isn't read here
/// (`VersionedObjectSerializer`).
///
/// An object is asked for as a whole: where one inside it is too new, the outermost is asked for, in the versions of
/// everything that it holds. Before that, an outermost object of a stable branch (`1.3.2`) is read as if it were of
/// the version that the branch began with.
#[derive(Clone)]
pub struct ObjectSerializer {
    registry: Arc<Registry>,
    indirection: Option<Arc<dyn IndirectionApi>>,
}

/// A value that arrived: objects, in collections or not, and values without versions. `Debug` shows none of it.
pub enum Received {
    /// An object of any name.
    Object(AnyObject),
    /// A list with an object somewhere in it, or without one.
    List(Vec<Received>),
    /// A map with such values.
    Map(Box<IndexMap<String, Received>>),
    /// A value without objects.
    Plain(Primitive),
}

impl ObjectSerializer {
    /// Reads what the registry reads, and asks nobody.
    pub fn new(registry: Arc<Registry>) -> Self {
        ObjectSerializer { registry, indirection: None }
    }

    /// Asks that indirection for older forms of objects that are too new.
    pub fn through(mut self, indirection: Arc<dyn IndirectionApi>) -> Self {
        self.indirection = Some(indirection);
        self
    }

    /// Writes a value with the objects in it, wherever they are (`serialize_entity`).
    ///
    /// # Errors
    /// Where the backport is refused.
    pub fn serialize_entity<E: Entity + ?Sized>(
        &self,
        entity: &E,
        target: Target<'_>,
    ) -> Result<Payload, Error> {
        Payload::of(entity, target)
    }

    /// Reads a value with the objects in it, wherever they are, whatever they are (`deserialize_entity`).
    ///
    /// # Errors
    /// Where an object isn't known here, can't be read, or can't be had in a version that is read.
    pub async fn deserialize_entity(
        &self,
        context: &CallContext,
        json: &RawValue,
    ) -> Result<Received, CallError> {
        self.receive(context, parse(json)?).await
    }

    /// Reads a value with the objects in it, as a type that holds them.
    ///
    /// # Errors
    /// As [`ObjectSerializer::deserialize_entity`], and where the type can't hold it.
    pub async fn deserialize<T: FieldType>(
        &self,
        context: &CallContext,
        json: &RawValue,
    ) -> Result<T, CallError> {
        match read(json, &self.registry) {
            Ok(value) => return Ok(value),
            Err(error) if error.kind() != ErrorKind::IncompatibleVersion => return Err(error.into()),
            Err(_) => {}
        }
        let readable = self.readable(context, parse(json)?).await?;
        let decoding = self.registry.decoding();
        let deserializer: Reader<serde::de::value::Error> = readable.into_deserializer();
        Ok(wire::decode_with(deserializer, decoding)?)
    }

    /// Reads a value that was kept. A list is made with as much room as it needs, while nothing but its text is there.
    fn receive<'a>(
        &'a self,
        context: &'a CallContext,
        value: Kept,
    ) -> BoxFuture<'a, Result<Received, CallError>> {
        Box::pin(async move {
            if self.registry.is_kept_envelope(&value) {
                let object = match self.decode(value.clone().into()) {
                    Ok(object) => object,
                    Err(error) => {
                        let older = self.older(context, value, error).await?;
                        self.decode(older.into_deserializer())?
                    }
                };
                return Ok(Received::Object(object));
            }
            if let Some(entries) = value.entries() {
                let mut out = IndexMap::with_capacity(value.count());
                for (key, value) in entries {
                    out.insert(key, self.receive(context, value).await?);
                }
                return Ok(Received::Map(Box::new(out)));
            }
            let Some(elements) = value.elements() else { return Ok(Received::Plain(plain(&value)?)) };
            let mut out = Vec::with_capacity(value.count());
            for value in elements {
                out.push(match value.has_parts() {
                    true => self.receive(context, value).await?,
                    false => Received::Plain(plain(&value)?),
                });
            }
            Ok(Received::List(out))
        })
    }

    /// Converts all objects in the value to versions that are read here.
    fn readable<'a>(
        &'a self,
        context: &'a CallContext,
        value: Kept,
    ) -> BoxFuture<'a, Result<Primitive, CallError>> {
        Box::pin(async move {
            if self.registry.is_kept_envelope(&value) {
                return match self.decode(value.clone().into()) {
                    Ok(_) => Ok(plain(&value)?),
                    Err(error) => self.older(context, value, error).await,
                };
            }
            if let Some(entries) = value.entries() {
                let mut out = IndexMap::with_capacity(value.count());
                for (key, value) in entries {
                    out.insert(key, self.readable(context, value).await?);
                }
                return Ok(Primitive::Map(out.into()));
            }
            let Some(elements) = value.elements() else { return Ok(plain(&value)?) };
            let mut out = Vec::with_capacity(value.count());
            for value in elements {
                out.push(match value.has_parts() {
                    true => self.readable(context, value).await?,
                    false => plain(&value)?,
                });
            }
            Ok(Primitive::List(out))
        })
    }

    /// An object that couldn't be read, in a version that can.
    async fn older(&self, context: &CallContext, object: Kept, error: Error) -> Result<Primitive, CallError> {
        if error.kind() != ErrorKind::IncompatibleVersion {
            return Err(error.into());
        }
        let mut object = plain(&object)?;
        let Some((name, version)) = self.registry.header_mut(&mut object) else { return Err(error.into()) };
        let mut error = error;
        if let Some((rest, _)) = version.rsplit_once('.').filter(|(rest, _)| rest.matches('.').count() == 1) {
            *version = rest.to_owned();
            match self.decode(object.clone().into_deserializer()) {
                Ok(_) => return Ok(object),
                Err(again) => error = again,
            }
        }
        let (Some(indirection), ErrorKind::IncompatibleVersion) = (&self.indirection, error.kind()) else {
            return Err(error.into());
        };
        let manifest = self.registry.tree(&name)?;
        let json = json::raw(&object)?;
        let answer = match indirection.object_backport_versions(context, &json, &manifest).await {
            Err(CallError::Remote(failure)) if failure.is("NotImplementedError") => {
                let newest = self.registry.schema(&name)?.current();
                let version = manifest.get(&name).unwrap_or(newest);
                indirection.object_backport(context, &json, version).await?
            }
            answer => answer?,
        };
        Ok(plain(&parse(answer.json())?)?)
    }

    fn decode(&self, object: Reader<serde::de::value::Error>) -> Result<AnyObject, Error> {
        self.registry.decode(object)
    }
}

/// A value without objects, or one that is to be read again.
fn plain(value: &Kept) -> Result<Primitive, Error> {
    value.to_primitive::<serde::de::value::Error>().map_err(Error::invalid_value)
}

fn parse(json: &RawValue) -> Result<Kept, Error> {
    if is_compact(json) {
        return Err(without_type());
    }
    json::read_kept(json)
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Received::Object(object) => object.fmt(f),
            Received::List(list) => f.debug_list().entries(list).finish(),
            Received::Map(entries) => {
                let shown = entries.iter().map(|(key, value)| (mask::told(key), value));
                f.debug_map().entries(shown).finish()
            }
            Received::Plain(_) => f.write_str("Plain"),
        }
    }
}

impl fmt::Debug for ObjectSerializer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ObjectSerializer").field("asks", &self.indirection.is_some()).finish_non_exhaustive()
    }
}
