//! The elements of a set as they come: Python puts them into one before it coerces them.

use std::collections::HashSet;
use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, Visitor};

use super::Context;
use super::context::GROWTH;
#[cfg(feature = "json")]
use super::raw::{Raw, TakesNumber};
use crate::error::{Error, Step};
use crate::foreign::Format;
use crate::marks::NUMBER;
#[cfg(feature = "json")]
use crate::marks::RAW;
use crate::primitive::{Number, Primitive, Tagged, behind_key, is_negative_zero, may_be_number, scalars};
use crate::schema::Kind;

/// Whether the elements of a set of this kind are put into one as they came. Date-times, addresses and networks have been read
/// before, objects aren't known yet, and lists, dicts and a user's own types the reference has in no set.
pub(crate) fn is_of_what_came(kind: &Kind, context: Context<'_>) -> bool {
    !context.is_strict()
        && !matches!(
            kind,
            Kind::DateTime { .. }
                | Kind::IpAddress
                | Kind::IpV4Address
                | Kind::IpV6Address
                | Kind::IpV4AndV6Address
                | Kind::IpNetwork
                | Kind::IpV4Network
                | Kind::IpV6Network
                | Kind::List(_)
                | Kind::Set(_)
                | Kind::Dict(_)
                | Kind::Object { .. }
                | Kind::Opaque
        )
}

/// The numbers of a set as they came, of which Python takes those for one that are equal, whatever their types.
#[derive(Default)]
pub(crate) struct Numbers {
    short: HashSet<i64>,
    /// Those beyond 64 bits, and fractions.
    other: HashSet<(u8, u128)>,
}

impl Numbers {
    /// Whether a value is another than those that came before. What is no number becomes one with its equals by itself.
    ///
    /// # Errors
    /// As [`Context::spend`].
    pub(crate) fn is_new<E>(&mut self, value: &Primitive, context: Context<'_>) -> Result<bool, Error> {
        context.spend(context.least::<E>(value).saturating_mul(GROWTH), 0)?;
        let Some(number) = Number::of(value) else { return Ok(true) };
        let (short, other) = (self.short.capacity(), self.other.capacity());
        let whole = if let Number::Whole(value) = number { i64::try_from(value).ok() } else { None };
        let is_new = match whole {
            Some(value) => self.short.insert(value),
            None => self.other.insert(number.key()),
        };
        context.spend_table::<i64>(self.short.capacity() - short)?;
        context.spend_table::<(u8, u128)>(self.other.capacity() - other)?;
        Ok(is_new)
    }
}

/// Reads an element of a set as it came.
pub(crate) struct Member<'a> {
    pub(crate) context: Context<'a>,
    pub(crate) index: usize,
}

impl<'de> DeserializeSeed<'de> for Member<'_> {
    type Value = Primitive;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Primitive, D::Error> {
        let Member { context, index } = self;
        let read = match Format::of_reader::<D, D::Error>() {
            #[cfg(feature = "json")]
            Format::SerdeJsonText => deserializer.deserialize_newtype_struct(RAW, Raw(Hashable(context))),
            _ => deserializer.deserialize_any(Hashable(context)),
        };
        read.map_err(|error| context.within(error, Step::Index(index)))
    }
}

/// A value that Python can hash.
struct Hashable<'a>(Context<'a>);

impl Hashable<'_> {
    fn refused<E: de::Error>(&self, found: &str) -> E {
        self.0.invalid(format_args!("a set of these can't hold {found}"))
    }
}

#[cfg(feature = "json")]
impl TakesNumber for Hashable<'_> {
    type Out = Primitive;

    fn number<E: de::Error>(self, number: Primitive) -> Result<Primitive, E> {
        Ok(number)
    }
}

impl<'de> Visitor<'de> for Hashable<'_> {
    type Value = Primitive;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("null or a scalar")
    }

    scalars!();

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Primitive, A::Error> {
        Err(self.refused("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Primitive, A::Error> {
        if may_be_number::<A::Error>() && map.next_key::<String>()?.is_some_and(|key| key == NUMBER) {
            return behind_key(&mut map);
        }
        Err(self.refused("a map"))
    }

    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Primitive, A::Error> {
        let tagged = Tagged::read(data)?;
        tagged.number().map_err(|error: A::Error| self.0.invalid(error))
    }
}
