//! Values read by what a schema says of their type. Scalars are read by the Rust types of the same kinds, so a
//! dynamic object coerces as a derived one does.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use indexmap::IndexMap;
use serde::de::{Deserialize as _, Deserializer, EnumAccess, MapAccess, Visitor};

use super::elements;
use super::read::{Reading, Source};
use super::value::Value;
use crate::error::Step;
use crate::field::{
    CheckedUuid, Context, DateTime, Encoded, EuiText, FieldType, FlexibleBool, FlexibleDict, FlexibleList,
    GROWTH, IpNetworkText, JsonText, KeyText, MacAddress, NonNegativeFloat, PciAddress, UuidText,
    VersionPredicate,
};
use crate::marks::NUMBER;
use crate::primitive::{Kept, Primitive, Tagged, may_be_number};
use crate::registry::Unchosen;
use crate::schema::{Element, Kind, TypeSchema};
use crate::version::Target;
use crate::wire::read_envelope;

/// How many entries a map makes room for with the first.
const FIRST: usize = 6;

/// How many bytes an empty map takes at least.
const BRACES: usize = 2;

/// How many bytes stand at least around a key.
const KEY: usize = 3;

impl Reading<'_> {
    /// The value of that type, which isn't null.
    pub(super) fn value<'de, D: Deserializer<'de>>(
        &self,
        ty: &TypeSchema,
        deserializer: D,
    ) -> Result<Value, D::Error> {
        let context = self.context;
        match &ty.kind {
            Kind::String | Kind::SensitiveString => String::decode(deserializer, context).map(plain),
            Kind::VersionPredicate => text::<VersionPredicate, D>(deserializer, context),
            Kind::Uuid => text::<UuidText, D>(deserializer, context),
            Kind::MacAddress => text::<MacAddress, D>(deserializer, context),
            Kind::PciAddress => text::<PciAddress, D>(deserializer, context),
            Kind::Integer => i128::decode(deserializer, context).map(plain),
            Kind::NonNegativeInteger => u128::decode(deserializer, context).map(plain),
            Kind::Float => scalar::<f64, D>(deserializer, context),
            Kind::NonNegativeFloat => scalar::<NonNegativeFloat, D>(deserializer, context),
            Kind::Boolean => bool::decode(deserializer, context).map(plain),
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
            Kind::CheckedUuid => text::<CheckedUuid, D>(deserializer, context),
            Kind::EuiText => text::<EuiText, D>(deserializer, context),
            Kind::IpNetworkText => text::<IpNetworkText, D>(deserializer, context),
            Kind::JsonText => scalar::<JsonText, D>(deserializer, context),
            Kind::FlexibleDict => FlexibleDict::decode(deserializer, context).map(plain),
            Kind::FlexibleList => FlexibleList::decode(deserializer, context).map(plain),
            Kind::Enum { values, .. } => {
                let value = Kept::deserialize(deserializer)?;
                if let Some(text) = value.as_str().filter(|text| values.iter().any(|known| known == text)) {
                    return Ok(Value::Plain(text.into()));
                }
                let known = values.join(", ");
                Err(context.invalid(format_args!("field value {} is not one of {known}", value.describe())))
            }
            Kind::Object { name, .. } if matches!(self.source, Source::Default | Source::InDefault) => {
                Err(context
                    .invalid(format_args!("an object of type {name} is required, not a default's text")))
            }
            Kind::Object { name, subclasses, .. } => {
                let receiver = Unchosen::declared(self.registry, name, self.schema);
                let object = read_envelope(deserializer, receiver, context.deeper()?)?;
                self.fitting(object, name, *subclasses).map(Value::Object)
            }
            Kind::List(element) => elements::list(self, element, deserializer).map(Value::List),
            Kind::Set(element) => elements::set(self, element, deserializer).map(Value::Set),
            Kind::Dict(element) => {
                let entries = deserializer.deserialize_any(Entries { reading: &self.entered()?, element })?;
                Ok(Value::Dict(Box::new(entries)))
            }
            Kind::Opaque => context.primitive(Kept::deserialize(deserializer)?).map(Value::Plain),
        }
    }
}

fn plain(value: impl Into<Primitive>) -> Value {
    Value::Plain(value.into())
}

fn text<'de, T: FieldType + Into<String>, D: Deserializer<'de>>(
    deserializer: D,
    context: Context<'_>,
) -> Result<Value, D::Error> {
    T::decode(deserializer, context).map(|value| plain(value.into()))
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

struct Entries<'a> {
    reading: &'a Reading<'a>,
    element: &'a Element,
}

impl<'de> Visitor<'de> for Entries<'_> {
    type Value = IndexMap<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a dict")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut entries = IndexMap::new();
        let own = self.reading.context.spend(GROWTH * BRACES, size_of::<Self::Value>());
        own.map_err(|error| self.reading.context.fail(error))?;
        while let Some(key) = map.next_key_seed(KeyText(self.reading.context))? {
            if entries.is_empty() && key == NUMBER && may_be_number::<A::Error>() {
                return Err(self.reading.context.invalid("a dict is required, found a number"));
            }
            let is_first = entries.is_empty();
            let memory = if is_first { FIRST * size_of::<(String, Value)>() } else { 0 };
            let context = self.reading.context;
            let counted = context.spend(GROWTH * (key.len() + KEY), memory);
            counted.map_err(|error| context.fail(error))?;
            if is_first {
                entries.reserve(FIRST);
            }
            let value = map.next_value_seed(self.reading.element(self.element));
            let value = value.map_err(|error| self.reading.context.within(error, Step::Key(key.clone())))?;
            entries.insert(key, value);
        }
        Ok(entries)
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Self::Value, A::Error> {
        let found = Tagged::read(data)?;
        Err(self.reading.context.invalid(format_args!("a dict is required, found {found}")))
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}
