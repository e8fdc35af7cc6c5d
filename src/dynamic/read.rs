//! Values read by what a schema says of their type. Scalars are read by the Rust types of the same kinds, so a
//! dynamic object coerces as a derived one does.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use indexmap::IndexMap;
use serde::de::{
    self, Deserialize as _, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor,
};

use super::elements;
use super::value::Value;
use crate::error::{Error, Step};
use crate::field::{
    Context, DateTime, Encoded, FieldType, FlexibleBool, MacAddress, NonNegativeFloat, PciAddress, UuidText,
    VersionPredicate,
};
use crate::primitive::{NUMBER, Primitive, may_be_number};
use crate::registry::{AnyObject, Registry, Unchosen};
use crate::schema::{Element, FieldSchema, Kind, Literal, ObjectSchema, TypeSchema};
use crate::version::Target;
use crate::wire::read_envelope;

/// What values are read with: who knows the objects among them, and the object that they belong to.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) registry: &'a Registry,
    pub(super) schema: &'a ObjectSchema,
    pub(super) context: Context<'a>,
    pub(super) source: Source,
}

/// Where a value comes from. What the reference reads from the wire and what a caller gives it take different
/// ways there, and so do the errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// From a peer: a list is read from whatever has elements, a set from a list.
    Wire,
    /// From a caller: lists and sets have to be such.
    Caller,
    /// A default that a schema declares.
    Default,
    /// Inside a default, where a schema's text has no form for sets and objects.
    InDefault,
}

impl<'a> Reading<'a> {
    /// The value of a field. A null where none may stand becomes the field's default, if it has one.
    pub(super) fn field<'de, D: Deserializer<'de>>(
        self,
        own: &'a FieldSchema,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        let reading = Reading { context: self.context.strict(own.strict), ..self };
        let value = reading.nullable(&own.ty, true).deserialize(deserializer)?;
        self.or_default(own, value)
    }

    /// The value, or the field's default for a null where none may stand.
    pub(super) fn or_default<E: de::Error>(self, own: &'a FieldSchema, value: Value) -> Result<Value, E> {
        let is_null = matches!(value, Value::Plain(Primitive::Null));
        if !is_null || own.nullable {
            return Ok(value);
        }
        match &own.default {
            Some(default) => self.default(own, default),
            None => Err(self.context.invalid("cannot be null")),
        }
    }

    fn default<E: de::Error>(self, own: &'a FieldSchema, default: &Literal) -> Result<Value, E> {
        if *default == Literal::Null {
            // What the types make of Python's `None`.
            return match own.ty.kind {
                Kind::Boolean | Kind::FlexibleBoolean => Ok(Value::Plain(false.into())),
                Kind::Uuid => Ok(Value::Plain("None".into())),
                Kind::Opaque => Ok(Value::NULL),
                _ => Err(self.context.invalid("cannot be null")),
            };
        }
        let default = Primitive::of(default).map_err(|error| self.context.fail(error))?;
        let reading = Reading { source: Source::Default, ..self };
        reading.nullable(&own.ty, false).deserialize(default.into_deserializer())
    }

    /// [`Reading::field`] as a seed.
    pub(super) fn of(self, own: &'a FieldSchema) -> FieldSeed<'a> {
        FieldSeed { reading: self, own }
    }

    pub(super) fn nullable(self, ty: &'a TypeSchema, nullable: bool) -> Seed<'a> {
        Seed { reading: self, ty, nullable }
    }

    pub(super) fn element(self, element: &'a Element) -> Seed<'a> {
        let source = match self.source {
            Source::Default => Source::InDefault,
            source => source,
        };
        Reading { source, ..self }.nullable(&element.ty, element.nullable)
    }

    fn value<'de, D: Deserializer<'de>>(
        self,
        ty: &'a TypeSchema,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        let context = self.context;
        match &ty.kind {
            Kind::String | Kind::SensitiveString => {
                String::decode(deserializer, context).map(|text| Value::Plain(Primitive::Text(text)))
            }
            Kind::VersionPredicate => scalar::<VersionPredicate, D>(deserializer, context),
            Kind::Uuid => scalar::<UuidText, D>(deserializer, context),
            Kind::MacAddress => scalar::<MacAddress, D>(deserializer, context),
            Kind::PciAddress => scalar::<PciAddress, D>(deserializer, context),
            Kind::Integer => scalar::<i128, D>(deserializer, context),
            Kind::NonNegativeInteger => scalar::<u128, D>(deserializer, context),
            Kind::Float => scalar::<f64, D>(deserializer, context),
            Kind::NonNegativeFloat => scalar::<NonNegativeFloat, D>(deserializer, context),
            Kind::Boolean => scalar::<bool, D>(deserializer, context),
            Kind::FlexibleBoolean => scalar::<FlexibleBool, D>(deserializer, context),
            Kind::DateTime { tzinfo_aware: true } => {
                DateTime::decode(deserializer, context).map(Value::DateTime)
            }
            Kind::DateTime { tzinfo_aware: false } => {
                let value = chrono::NaiveDateTime::decode(deserializer, context)?;
                let value = DateTime::try_from(value.and_utc()).map_err(|error| context.fail(error))?;
                Ok(Value::DateTime(value))
            }
            Kind::IpAddress | Kind::IpV4AndV6Address => scalar::<IpAddr, D>(deserializer, context),
            Kind::IpV4Address => scalar::<Ipv4Addr, D>(deserializer, context),
            Kind::IpV6Address => scalar::<Ipv6Addr, D>(deserializer, context),
            Kind::IpNetwork => scalar::<ipnet::IpNet, D>(deserializer, context),
            Kind::IpV4Network => scalar::<ipnet::Ipv4Net, D>(deserializer, context),
            Kind::IpV6Network => scalar::<ipnet::Ipv6Net, D>(deserializer, context),
            Kind::Enum { values, .. } => {
                let value = Primitive::deserialize(deserializer)?;
                if value.as_str().is_some_and(|text| values.iter().any(|known| known == text)) {
                    return Ok(Value::Plain(value));
                }
                let known = values.join(", ");
                Err(context.invalid(format_args!("field value {} is not one of {known}", value.describe())))
            }
            Kind::Object { name, .. } if matches!(self.source, Source::Default | Source::InDefault) => {
                Err(context
                    .invalid(format_args!("an object of type {name} is required, not a default's text")))
            }
            Kind::Object { name, subclasses, .. } => {
                // As a rule these are the namespaces of the object around it, by which the reference reads.
                let class = self.registry.schema(name).unwrap_or(self.schema);
                let receiver = Unchosen::within(self.registry, &class.namespace, &class.keys);
                let object = read_envelope(deserializer, receiver, context.deeper()?)?;
                self.fitting(object, name, *subclasses).map(Value::Object)
            }
            Kind::List(element) => elements::list(self, element, deserializer).map(Value::List),
            Kind::Set(element) => elements::set(self, element, deserializer).map(Value::Set),
            Kind::Dict(element) => {
                deserializer.deserialize_any(Entries { reading: self, element }).map(Value::Dict)
            }
            Kind::Opaque => Primitive::deserialize(deserializer).map(Value::Plain),
        }
    }

    /// Whether an object may stand where one of that name is declared.
    pub(super) fn fitting<E: de::Error>(
        self,
        object: AnyObject,
        name: &str,
        subclasses: bool,
    ) -> Result<AnyObject, E> {
        match is_fitting(object.schema(), name, subclasses) {
            Ok(()) => Ok(object),
            Err(error) => Err(self.context.fail(error)),
        }
    }
}

/// Whether an object of that schema may stand where one of that name is declared.
pub(super) fn is_fitting(schema: &ObjectSchema, name: &str, subclasses: bool) -> Result<(), Error> {
    if schema.name == name || subclasses && schema.bases.iter().any(|base| base == name) {
        return Ok(());
    }
    Err(Error::invalid_value(format_args!("an object of type {name} is required, not a {}", schema.name)))
}

fn scalar<'de, T: FieldType, D: Deserializer<'de>>(
    deserializer: D,
    context: Context<'_>,
) -> Result<Value, D::Error> {
    let value = T::decode(deserializer, context)?;
    let primitive =
        Primitive::of(&Encoded::new(&value, &Target::Own)).map_err(|error| context.fail(error))?;
    Ok(Value::Plain(primitive))
}

pub(super) struct FieldSeed<'a> {
    reading: Reading<'a>,
    own: &'a FieldSchema,
}

impl<'de> DeserializeSeed<'de> for FieldSeed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reading.field(self.own, deserializer)
    }
}

/// A value of a type, or null.
#[derive(Clone, Copy)]
pub(super) struct Seed<'a> {
    reading: Reading<'a>,
    ty: &'a TypeSchema,
    nullable: bool,
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of the type {}", self.ty.name)
    }

    fn visit_unit<E: de::Error>(self) -> Result<Value, E> {
        self.visit_none()
    }

    fn visit_none<E: de::Error>(self) -> Result<Value, E> {
        if self.nullable { Ok(Value::NULL) } else { Err(self.reading.context.invalid("cannot be null")) }
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.reading.value(self.ty, deserializer)
    }
}

struct Entries<'a> {
    reading: Reading<'a>,
    element: &'a Element,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = IndexMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dict")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = IndexMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if entries.is_empty() && key == NUMBER && may_be_number::<A::Error>() {
                return Err(self.reading.context.invalid("a dict is required, found a number"));
            }
            let value = map.next_value_seed(self.reading.element(self.element));
            let value = value.map_err(|error| self.reading.context.within(error, Step::Key(key.clone())))?;
            entries.insert(key, value);
        }
        Ok(entries)
    }
}
