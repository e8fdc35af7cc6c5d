//! Date-times of `chrono`, where they can say what came. They know no difference between `Z` and `+00:00`.

use chrono::{FixedOffset, NaiveDateTime, Utc};
use serde::de::Deserializer;
use serde::ser::{self, Serialize as _, Serializer};

use super::date_time::{self, DateTime};
use super::scalar;
use super::{Bounds, Context, Entity, FieldType, Form, Zone};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

const AWARE: TypeSchema = TypeSchema::new("DateTime", Kind::DateTime { tzinfo_aware: true });

impl Entity for chrono::DateTime<Utc> {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        DateTime::try_from(*self).map_err(ser::Error::custom)?.encode(serializer, target)
    }
}

/// `Z` or no offset; any other would be lost.
impl FieldType for chrono::DateTime<Utc> {
    const TYPE: TypeSchema = AWARE;
    const BOUNDS: Bounds = Bounds::of_text(Form::Moment(Zone::Utc));

    fn equals(&self, old: &Self) -> bool {
        self == old
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| {
            let read = date_time::read(&found, context.is_strict())?;
            let utc = read.to_utc();
            let same = DateTime::try_from(utc).is_ok_and(|again| again == read);
            if same { Ok(utc) } else { Err(found.refused("a date and time in UTC (`Z`)")) }
        })
    }
}

impl Entity for chrono::DateTime<FixedOffset> {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
        DateTime::try_from(*self).map_err(ser::Error::custom)?.encode(serializer, target)
    }
}

/// Offset zero goes out as `+00:00`, also where it came as `Z`. `-00:00` and minutes
/// from 60 are refused, since they would go out as another text.
impl FieldType for chrono::DateTime<FixedOffset> {
    const TYPE: TypeSchema = AWARE;
    const BOUNDS: Bounds = Bounds::of_text(Form::Moment(Zone::Fixed));

    fn equals(&self, old: &Self) -> bool {
        self == old
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| {
            let read = date_time::read(&found, context.is_strict())?;
            read.fixed().ok_or_else(|| {
                found.refused(
                    "a date and time with `Z` or an offset that isn't `-00:00` and has minutes below 60",
                )
            })
        })
    }
}

impl Entity for NaiveDateTime {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        date_time::in_range(*self).map_err(ser::Error::custom)?;
        date_time::spelled(*self, None).serialize(serializer)
    }
}

/// Local time; an offset is left away, as in the reference. It goes out with a `Z`.
impl FieldType for NaiveDateTime {
    const TYPE: TypeSchema = TypeSchema::new("DateTime", Kind::DateTime { tzinfo_aware: false });

    fn equals(&self, old: &Self) -> bool {
        self == old
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| {
            let read = date_time::read(&found, context.is_strict())?;
            if context.is_strict() && read != (DateTime::at_utc(read.naive_local())) {
                return Err(found.refused("a date and time with `Z`"));
            }
            Ok(read.naive_local())
        })
    }
}
