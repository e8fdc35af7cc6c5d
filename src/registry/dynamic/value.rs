use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Error;
use crate::field::{DateTime, Encoded, Entity, Path, Survey};
#[cfg(feature = "compact")]
use crate::format::compact::{Pack, Slot};
use crate::primitive::Primitive;
use crate::registry::AnyObject;
#[cfg(feature = "compact")]
use crate::schema::Kind;
use crate::version::Target;

/// A value of a field of a dynamic object, in the form that it has on the wire.
#[derive(Clone, Debug)]
pub enum Value {
    /// Null, a scalar, or what a project's own type let pass.
    Plain(Primitive),
    /// A date and a time; a naive one has no offset. Fractions of seconds don't go out, and count in comparisons.
    DateTime(DateTime),
    /// A list of such values.
    List(Vec<Value>),
    /// A set, without order.
    Set(Vec<Value>),
    /// A map from text to such values.
    Dict(Box<IndexMap<String, Value>>),
    /// An object of any name.
    Object(AnyObject),
}

impl Value {
    /// The value null, which Python calls `None`.
    pub const NULL: Value = Value::Plain(Primitive::Null);

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Value::Plain(Primitive::Null))
    }

    /// The plain value, where it is one.
    pub fn as_plain(&self) -> Option<&Primitive> {
        match self {
            Value::Plain(value) => Some(value),
            _ => None,
        }
    }

    /// The object, where it is one.
    pub fn as_object(&self) -> Option<&AnyObject> {
        match self {
            Value::Object(object) => Some(object),
            _ => None,
        }
    }

    /// Whether it is an object, or of the kinds that hold some.
    #[inline]
    pub(super) fn may_hold_objects(&self) -> bool {
        !matches!(self, Value::Plain(_) | Value::DateTime(_))
    }

    /// The value as a primitive, an object in it in its own version.
    pub fn to_primitive(&self) -> Result<Primitive, Error> {
        Primitive::of(&Encoded::new(self, &Target::Own))
    }
}

impl Entity for Value {
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        match self {
            // Most are texts.
            Value::Plain(Primitive::Text(text)) => serializer.serialize_str(text),
            Value::Plain(value) => value.serialize(serializer),
            Value::DateTime(value) => value.encode(serializer, target),
            Value::List(values) | Value::Set(values) => values.encode(serializer, target),
            Value::Dict(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries.iter() {
                    map.serialize_entry(key, &Encoded::new(value, target))?;
                }
                map.end()
            }
            Value::Object(object) => object.encode(serializer, target),
        }
    }

    #[cfg(feature = "compact")]
    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, target: &Target<'_>) -> Result<(), Error> {
        if !self.may_hold_objects() {
            return packer.value(&Encoded::new(self, target), slot);
        }
        if slot.is_nullable() {
            packer.bit(true);
        }
        let slot = slot.not_null();
        match (self, slot.kind()) {
            (Value::Object(object), Some(Kind::Object { .. })) => object.pack(packer, slot, target),
            (Value::List(values) | Value::Set(values), Some(Kind::List(_) | Kind::Set(_))) => {
                values.pack(packer, slot, target)
            }
            (Value::Dict(entries), Some(Kind::Dict(_))) => entries.pack(packer, slot, target),
            _ => {
                self.survey(target, Path::ROOT, &mut Survey::refusals())?;
                packer.value(&Encoded::new(self, target), slot)
            }
        }
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        match self {
            Value::Plain(_) | Value::DateTime(_) => Ok(()),
            Value::List(values) | Value::Set(values) => values.survey(target, path, survey),
            Value::Dict(entries) => {
                entries.iter().try_for_each(|(key, value)| value.survey(target, path.key(key), survey))
            }
            Value::Object(object) => object.survey(target, path, survey),
        }
    }

    fn has_changes(&self) -> bool {
        self.as_object().is_some_and(Entity::has_changes)
    }

    fn has_changed_elements(&self) -> bool {
        matches!(self, Value::List(values) if values.iter().any(Entity::has_changes))
    }

    fn reset_within(&mut self) {
        match self {
            // Neither the reference nor a derived object reaches into dicts.
            Value::Plain(_) | Value::DateTime(_) | Value::Dict(_) => {}
            Value::List(values) | Value::Set(values) => values.iter_mut().for_each(Entity::reset_within),
            Value::Object(object) => object.reset_within(),
        }
    }

    fn forget_origins(&mut self) {
        match self {
            Value::Plain(_) | Value::DateTime(_) => {}
            Value::List(values) | Value::Set(values) => values.iter_mut().for_each(Entity::forget_origins),
            Value::Dict(entries) => entries.values_mut().for_each(Entity::forget_origins),
            Value::Object(object) => object.forget_origins(),
        }
    }
}
