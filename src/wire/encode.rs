//! Writing an object as an envelope.

use std::fmt;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use crate::compat::{Changed, Data, Peek, Peeked, Plan, finished};
use crate::error::Error;
use crate::field::{Add, Entity, Path, Shown, Survey};
use crate::foreign::Format;
use crate::marks::KEY;
use crate::object::Object;
use crate::primitive::Primitive;
use crate::schema::ObjectSchema;
use crate::version::{IntoTarget, Target};

/// Writes a value for a target into a format.
///
/// # Errors
/// Where the target refuses the value, before anything is written, and where the format fails.
pub fn encode<'a, T: Entity + ?Sized, S: Serializer>(
    value: &T,
    target: impl IntoTarget<'a>,
    serializer: S,
) -> Result<S::Ok, Error> {
    let target = target.into_target()?;
    value.survey(&target, Path::ROOT, &mut Survey::refusals())?;
    value.encode(serializer, &target).map_err(|error| Error::format(&error))
}

/// Writes an object for a target.
///
/// # Errors
/// The serializer's own, and where a rule refuses the backport.
pub fn encode_object<O: Object, S: Serializer>(
    object: &O,
    serializer: S,
    target: &Target<'_>,
) -> Result<S::Ok, S::Error> {
    let refused = |error: Error| S::Error::custom(error);
    let plan = &Plan::of(object, target).map_err(refused)?;
    let schema = object.schema();
    let finished = if O::HAS_RULES && plan.has_routine(schema) {
        Some(finished(object, plan).map_err(refused)?)
    } else {
        None
    };
    let changes = Changed::of(object, plan, finished.as_ref());
    let mut map = serializer.serialize_map(Some(4 + usize::from(changes.is_any())))?;
    write_entries(object, plan, finished.as_ref(), &changes, &mut map)?;
    map.end()
}

/// Writes the entries of an envelope.
#[inline]
fn write_entries<O: Object, M: SerializeMap>(
    object: &O,
    plan: &Plan<'_>,
    finished: Option<&Primitive>,
    changes: &Changed<'_>,
    map: &mut M,
) -> Result<(), M::Error> {
    let schema = object.schema();
    let keys = &schema.keys;
    let arrived = object.origin().and_then(|origin| origin.arriving());
    match (plan.label(), arrived) {
        (None, Some(arrived)) => write_header(schema, O::OPENING, arrived, map)?,
        (label, _) => write_header(schema, O::OPENING, &label.unwrap_or(schema.current()), map)?,
    }
    match finished {
        Some(data) => map.serialize_entry(&keys.data, data)?,
        None => map.serialize_entry(&keys.data, &Data::new(object, changes))?,
    }
    if changes.is_any() {
        map.serialize_entry(&keys.changes, changes)?;
    }
    Ok(())
}

/// Writes name, namespace and version.
#[inline]
fn write_header<M: SerializeMap>(
    schema: &ObjectSchema,
    opening: &'static str,
    version: &impl Serialize,
    map: &mut M,
) -> Result<(), M::Error> {
    if Format::is_own_json::<M>() && !opening.is_empty() {
        return map.serialize_entry(&Opening(opening), version);
    }
    map.serialize_entry(&schema.keys.name, &*schema.name)?;
    map.serialize_entry(&schema.keys.namespace, &*schema.namespace)?;
    map.serialize_entry(&schema.keys.version, version)
}

/// All that stands in front of the version in JSON, as its key.
struct Opening(&'static str);

impl Serialize for Opening {
    #[inline]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let name = self.0.get(2..self.0.len() - 2).unwrap_or_default();
        serializer.serialize_unit_variant(self.0, KEY, name)
    }
}

/// Shows an object that goes out for a target: what [`encode_object`] writes, all of it through pointers.
pub fn show_object<O: Object>(object: &O, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
    show_peeked(object, target, see);
}

fn show_peeked(object: &dyn Peek, target: &Target<'_>, see: &mut dyn FnMut(Shown<'_>)) {
    if let Err(error) = show_envelope(&Peeked(object), target, see) {
        see(Shown::Refused(error));
    }
}

fn show_envelope(
    object: &Peeked<'_>,
    target: &Target<'_>,
    see: &mut dyn FnMut(Shown<'_>),
) -> Result<(), Error> {
    let (plan, schema) = (&Plan::of(object, target)?, Object::schema(object));
    let finished = plan.has_routine(schema).then(|| finished(object, plan)).transpose()?;
    let changes = Changed::of(object, plan, finished.as_ref());
    let count = 4 + usize::from(changes.is_any());
    see(Shown::Map(Some(count), &|add| {
        write_entries(object, plan, finished.as_ref(), &changes, &mut Adding(add)).or(Ok(()))
    }));
    Ok(())
}

/// Map whose entries are shown to a writer behind a pointer.
struct Adding<'a>(Add<'a>);

impl SerializeMap for Adding<'_> {
    type Ok = ();
    type Error = Stopped;

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(
        &mut self,
        key: &K,
        value: &V,
    ) -> Result<(), Stopped> {
        if (self.0)(&key, &value) { Ok(()) } else { Err(Stopped) }
    }

    fn serialize_key<K: Serialize + ?Sized>(&mut self, _: &K) -> Result<(), Stopped> {
        Err(Stopped)
    }

    fn serialize_value<V: Serialize + ?Sized>(&mut self, _: &V) -> Result<(), Stopped> {
        Err(Stopped)
    }

    fn end(self) -> Result<(), Stopped> {
        Ok(())
    }
}

/// The end of a map whose writer failed, who keeps the error.
#[derive(Debug)]
struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the writer failed")
    }
}

impl std::error::Error for Stopped {}

impl serde::ser::Error for Stopped {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Stopped
    }
}
