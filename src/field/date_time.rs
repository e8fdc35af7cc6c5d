use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, FixedOffset, NaiveDateTime, TimeDelta, Timelike, Utc};
use serde::de::Deserializer;
use serde::ser::{Serialize, Serializer};

use super::iso8601::{self, Moment, Offset};
use super::scalar::{self, Found, Shortened};
use super::{Context, Entity, FieldType};
use crate::ascii::Ascii;
use crate::error::Error;
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

pub(super) const WANTED: &str = "a date and time as in ISO 8601";

/// A date and a time with an offset from UTC, which goes out as it came (`DateTime`): `Z`, `+00:00` and
/// `-00:00` mean the same and stay what they are.
///
/// Fractions of seconds are in the value, and are left out on the wire, as in the reference. Two of these are
/// equal where local time and written offset are; [`to_utc`](DateTime::to_utc) is what to compare as moments.
///
/// ```
/// use versioned_objects::field::DateTime;
///
/// let arrived: DateTime = "2020-01-02 03:04:05.678+0530".parse()?;
/// assert_eq!(arrived.to_string(), "2020-01-02T03:04:05+05:30");
/// assert_eq!(arrived.to_utc().to_rfc3339(), "2020-01-01T21:34:05.678+00:00");
/// # Ok::<(), versioned_objects::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    local: NaiveDateTime,
    /// `Z` where there is none.
    offset: Option<Offset>,
}

impl DateTime {
    /// Date and time as a clock on the wall shows them.
    pub fn naive_local(self) -> NaiveDateTime {
        self.local
    }

    /// The offset from UTC in seconds, east of Greenwich above zero.
    pub fn offset_seconds(self) -> i32 {
        self.offset.map_or(0, Offset::total_minutes) * 60
    }

    /// The moment that it names.
    pub fn to_utc(self) -> chrono::DateTime<Utc> {
        (self.local - TimeDelta::seconds(self.offset_seconds().into())).and_utc()
    }

    /// The text on the wire.
    fn spelled(self) -> Ascii<25> {
        spelled(self.local, self.offset)
    }

    /// With a `Z` behind.
    pub(super) fn at_utc(local: NaiveDateTime) -> Self {
        DateTime { local, offset: None }
    }

    /// Of an offset in seconds.
    fn new(local: NaiveDateTime, offset: i32) -> Result<Self, String> {
        in_range(local)?;
        let minutes = offset.unsigned_abs() / 60;
        let (Ok(hours), Ok(minutes)) = (u8::try_from(minutes / 60), u8::try_from(minutes % 60)) else {
            return Err("an offset has no form on the wire unless it is less than a day".to_owned());
        };
        if offset % 60 != 0 {
            return Err("an offset has no form on the wire unless it is in whole minutes".to_owned());
        }
        Ok(DateTime { local, offset: Some(Offset { negative: offset < 0, hours, minutes }) })
    }
}

/// Whether the year is one that the wire has digits for.
pub(super) fn in_range(local: NaiveDateTime) -> Result<(), String> {
    let year = local.year();
    if (1..=9999).contains(&year) {
        return Ok(());
    }
    Err(format!("the year {year} has no form on the wire"))
}

/// Date and time as they stand on the wire, with a `Z` behind where there is no offset.
pub(super) fn spelled(local: NaiveDateTime, offset: Option<Offset>) -> Ascii<25> {
    let (date, seconds) = (local.date(), local.time().num_seconds_from_midnight());
    let year = date.year().unsigned_abs();
    let [[y1, y2], [y3, y4]] = [year / 100, year % 100].map(digits);
    let [[m1, m2], [d1, d2]] = [date.month(), date.day()].map(digits);
    let [[h1, h2], [n1, n2], [s1, s2]] = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(digits);
    let (sign, [[o1, o2], [o3, o4]], length) = match offset {
        None => (b'Z', [[0; 2]; 2], 20),
        Some(Offset { negative, hours, minutes }) => {
            (if negative { b'-' } else { b'+' }, [hours, minutes].map(|number| digits(number.into())), 25)
        }
    };
    let bytes = [
        y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2, sign, o1, o2,
        b':', o3, o4,
    ];
    Ascii::new(bytes, length)
}

/// The two digits of a number below 100.
#[inline]
fn digits(number: u32) -> [u8; 2] {
    const PAIRS: [[u8; 2]; 100] = {
        let (mut pairs, mut number) = ([[0; 2]; 100], 0);
        while number < 100 {
            pairs[number as usize] = [b'0' + number / 10, b'0' + number % 10];
            number += 1;
        }
        pairs
    };
    PAIRS.get(number as usize).copied().unwrap_or(*b"00")
}

impl fmt::Display for DateTime {
    /// As on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spelled().as_str())
    }
}

impl fmt::Debug for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl From<Moment> for DateTime {
    fn from(moment: Moment) -> Self {
        DateTime { local: moment.local, offset: moment.offset }
    }
}

impl FromStr for DateTime {
    type Err = Error;

    /// Reads what the reference reads; no offset means UTC.
    fn from_str(text: &str) -> Result<Self, Error> {
        let moment = iso8601::parse(text).ok_or_else(|| {
            let found = Shortened(text);
            Error::invalid_value(format_args!("{WANTED} is required, found {found}"))
        })?;
        Ok(moment.into())
    }
}

impl TryFrom<chrono::DateTime<Utc>> for DateTime {
    type Error = Error;

    /// # Errors
    /// Where the year isn't one from 1 to 9999.
    fn try_from(value: chrono::DateTime<Utc>) -> Result<Self, Error> {
        let local = value.naive_utc();
        in_range(local).map(|()| DateTime::at_utc(local)).map_err(Error::invalid_value)
    }
}

impl TryFrom<chrono::DateTime<FixedOffset>> for DateTime {
    type Error = Error;

    /// # Errors
    /// Where the year isn't one from 1 to 9999, or the offset isn't in whole minutes.
    fn try_from(value: chrono::DateTime<FixedOffset>) -> Result<Self, Error> {
        DateTime::new(value.naive_local(), value.offset().local_minus_utc()).map_err(Error::invalid_value)
    }
}

impl Entity for DateTime {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        self.spelled().serialize(serializer)
    }
}

impl FieldType for DateTime {
    const TYPE: TypeSchema = TypeSchema::new("DateTime", Kind::DateTime { tzinfo_aware: true });

    /// The moments are one, to the microsecond.
    fn equals(&self, old: &Self) -> bool {
        self.to_utc() == old.to_utc()
    }

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        scalar::decode(deserializer, context, |found| read(&found, context.is_strict()))
    }
}

/// Reads a date and a time; a strict reader takes only text that would go out the same.
pub(super) fn read(found: &Found<'_>, strict: bool) -> Result<DateTime, String> {
    let read = match found {
        Found::Text(text) => iso8601::parse(text)
            .map(DateTime::from)
            .filter(|moment| !strict || moment.spelled().as_str() == &**text),
        _ => None,
    };
    read.ok_or_else(|| found.refused(WANTED))
}

impl DateTime {
    /// Date and time as `chrono` has it, where it spells the offset as it came; it can't tell `Z` from `+00:00`.
    pub(super) fn fixed(self) -> Option<chrono::DateTime<FixedOffset>> {
        // It would spell `-00:00` and `+05:99` otherwise.
        let is_kept =
            |offset: Offset| offset.minutes < 60 && !(offset.negative && offset.total_minutes() == 0);
        let offset =
            FixedOffset::east_opt(self.offset_seconds()).filter(|_| self.offset.is_none_or(is_kept))?;
        Some(self.to_utc().with_timezone(&offset))
    }
}
