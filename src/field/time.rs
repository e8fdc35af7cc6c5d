//! Spans of time and moments of the standard library.

use std::time::Duration;

use serde::de::Deserializer;
use serde::ser::{self, Serializer};

use super::scalar::{self, Found};
use super::{Bounds, Context, Entity, FieldType, python};
use crate::schema::{Kind, Literal, TypeSchema};
use crate::version::Target;

/// The span of so many seconds. Its nanoseconds are those of the shortest decimal number that is this float: the nearest
/// of a float itself are others from some months on.
fn span(seconds: f64) -> Option<Duration> {
    if seconds.is_nan() || seconds < 0.0 {
        return None;
    }
    if seconds.fract() == 0.0 {
        const FIRST_BEYOND: f64 = 18_446_744_073_709_551_616.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "from zero to 2^64, and whole"
        )]
        return (seconds < FIRST_BEYOND).then_some(Duration::from_secs(seconds as u64));
    }
    let text = seconds.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let nanoseconds = format!("0.{fraction}").parse::<f64>().ok()? * 1e9;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from zero to 10^9")]
    let behind = Duration::from_nanos(nanoseconds.round() as u64);
    Duration::from_secs(whole.parse().ok()?).checked_add(behind)
}

impl Entity for Duration {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        let seconds = self.as_secs_f64();
        if span(seconds) == Some(*self) {
            return serializer.serialize_f64(seconds);
        }
        let message = "a duration of so many digits has no form on the wire; round it to whole microseconds";
        Err(ser::Error::custom(message))
    }
}

const SPANS: &[Literal] = &[Literal::Float(0.0), Literal::Float(1.5), Literal::Float(86400.0)];

/// Seconds, a number (Python's `total_seconds`). One that comes back as another is refused on writing: nanoseconds fit
/// up to 97 days, microseconds up to 272 years.
impl FieldType for Duration {
    const TYPE: TypeSchema = TypeSchema::exemplified("NonNegativeFloat", Kind::NonNegativeFloat, SPANS);
    const BOUNDS: Bounds = Bounds::of_seconds();

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode_digits(deserializer, context, |found| {
            let read = match &found {
                Found::Int(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
                Found::Float(seconds) => span(*seconds),
                Found::Text(text) if !context.is_strict() => python::float(text).and_then(span),
                _ => None,
            };
            read.ok_or_else(|| found.refused("seconds from zero"))
        })
    }
}

#[cfg(feature = "chrono")]
mod moment {
    use std::time::{Duration, SystemTime, UNIX_EPOCH};

    use chrono::{DateTime, Utc};
    use serde::de::Deserializer;
    use serde::ser::{self, Serializer};

    use crate::field::{Bounds, Context, Entity, FieldType};
    use crate::schema::TypeSchema;
    use crate::version::Target;

    fn utc(moment: SystemTime) -> Option<DateTime<Utc>> {
        let (is_before, span) = match moment.duration_since(UNIX_EPOCH) {
            Ok(since) => (false, since),
            Err(before) => (true, before.duration()),
        };
        let seconds = i64::try_from(span.as_secs()).ok()?;
        match (is_before, span.subsec_nanos()) {
            (false, nanoseconds) => DateTime::from_timestamp(seconds, nanoseconds),
            (true, 0) => DateTime::from_timestamp(-seconds, 0),
            (true, nanoseconds) => DateTime::from_timestamp(-seconds - 1, 1_000_000_000 - nanoseconds),
        }
    }

    fn system(moment: DateTime<Utc>) -> Option<SystemTime> {
        let whole = Duration::from_secs(moment.timestamp().unsigned_abs());
        let behind = Duration::from_nanos(moment.timestamp_subsec_nanos().into());
        let whole = match moment.timestamp() < 0 {
            true => UNIX_EPOCH.checked_sub(whole)?,
            false => UNIX_EPOCH.checked_add(whole)?,
        };
        whole.checked_add(behind)
    }

    impl Entity for SystemTime {
        const HOLDS_OBJECTS: bool = false;

        fn encode<S: Serializer>(&self, serializer: S, target: &Target<'_>) -> Result<S::Ok, S::Error> {
            let utc = utc(*self);
            let utc =
                utc.ok_or_else(|| <S::Error as ser::Error>::custom("a moment has no form on the wire"))?;
            utc.encode(serializer, target)
        }
    }

    /// As `chrono`'s `DateTime<Utc>`: with `Z`, and without the fraction of a second.
    impl FieldType for SystemTime {
        const TYPE: TypeSchema = DateTime::<Utc>::TYPE;
        const BOUNDS: Bounds = DateTime::<Utc>::BOUNDS;

        fn decode<'de, D: Deserializer<'de>>(
            deserializer: D,
            context: Context<'_>,
        ) -> Result<Self, D::Error> {
            let utc = DateTime::<Utc>::decode(deserializer, context)?;
            system(utc).ok_or_else(|| context.invalid("a moment that this system has no clock for"))
        }
    }
}
