use indexmap::IndexMap;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::error::Error;
use crate::field::{Encoded, Entity, Path, Survey};
use crate::primitive::Primitive;
use crate::registry::AnyObject;
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// A value of a field of a dynamic object, in the form that it has on the wire.
#[derive(Debug)]
pub enum Value {
    /// Null, a scalar, or what a project's own type let pass.
    Plain(Primitive),
    /// A list.
    List(Vec<Value>),
    /// A set, without order.
    Set(Vec<Value>),
    /// Values by text.
    Dict(IndexMap<String, Value>),
    /// An object.
    Object(AnyObject),
}

impl Value {
    /// Null.
    pub const NULL: Value = Value::Plain(Primitive::Null);

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

    /// The value as a primitive, an object in it in its own version.
    pub fn to_primitive(&self) -> Result<Primitive, Error> {
        Primitive::of(&Encoded::new(self, &Target::Own))
    }
}

impl Entity for Value {
    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        match self {
            Value::Plain(value) => value.serialize(serializer),
            Value::List(values) | Value::Set(values) => values.encode(serializer, target),
            Value::Dict(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, &Encoded::new(value, target))?;
                }
                map.end()
            }
            Value::Object(object) => object.encode(serializer, target),
        }
    }

    fn survey(&self, target: &Target<'_>, path: Path<'_>, survey: &mut Survey<'_>) -> Result<(), Error> {
        match self {
            Value::Plain(_) => Ok(()),
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
            Value::Plain(_) => {}
            Value::List(values) | Value::Set(values) => values.iter_mut().for_each(Entity::reset_within),
            Value::Dict(entries) => entries.values_mut().for_each(Entity::reset_within),
            Value::Object(object) => object.reset_within(),
        }
    }
}

/// Whether two values of a type are equal as the reference compares them: networks without their host bits,
/// sets without order.
pub(super) fn same(ty: &TypeSchema, a: &Value, b: &Value) -> bool {
    match (&ty.kind, a, b) {
        (Kind::IpNetwork | Kind::IpV4Network | Kind::IpV6Network, Value::Plain(a), Value::Plain(b)) => {
            let network =
                |value: &Primitive| value.as_str()?.parse().ok().map(|network: ipnet::IpNet| network.trunc());
            match (network(a), network(b)) {
                (Some(a), Some(b)) => a == b,
                _ => a == b,
            }
        }
        (Kind::List(element), Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&element.ty, a, b))
        }
        (Kind::Set(element), Value::Set(a), Value::Set(b)) => {
            a.len() == b.len() && a.iter().all(|a| b.iter().any(|b| same(&element.ty, a, b)))
        }
        (Kind::Dict(element), Value::Dict(a), Value::Dict(b)) => {
            let equal = |(key, a): (&String, &Value)| b.get(key).is_some_and(|b| same(&element.ty, a, b));
            a.len() == b.len() && a.iter().all(equal)
        }
        // Without a comparison of their own, objects are equal where they are the same.
        (Kind::Object { .. }, Value::Object(_), Value::Object(_)) => false,
        (_, Value::Plain(a), Value::Plain(b)) => a == b,
        _ => false,
    }
}
