//! The dates and times that the reference reads, by the grammar of Python's `iso8601`.
//!
//! That grammar is a regular expression whose optional parts give way to what follows: `T10:11.5` has no
//! minutes, and seconds of 11.5. So each part here has its candidates in order, and the first that leads to
//! the end of the text counts.

use chrono::{NaiveDate, NaiveDateTime};

/// A date and a time, and the offset where there is one other than `Z`.
pub(super) struct Moment {
    pub(super) local: NaiveDateTime,
    pub(super) offset: Option<Offset>,
}

/// An offset from UTC with its sign, hours and minutes as they were written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Offset {
    pub(super) negative: bool,
    pub(super) hours: u8,
    pub(super) minutes: u8,
}

impl Offset {
    /// In minutes, east of Greenwich above zero.
    pub(super) fn total_minutes(self) -> i32 {
        let minutes = i32::from(self.hours) * 60 + i32::from(self.minutes);
        if self.negative { -minutes } else { minutes }
    }
}

#[derive(Clone, Copy, Default)]
struct Time {
    hour: u32,
    minute: u32,
    second: u32,
    microsecond: u32,
    offset: Option<Offset>,
}

pub(super) fn parse(text: &str) -> Option<Moment> {
    let rest = text.strip_suffix('\n').unwrap_or(text).as_bytes();
    let (year, rest) = number(rest, 4)?;
    let (month, day, time) = after_year(rest)?;
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let local = date.and_hms_micro_opt(time.hour, time.minute, time.second, time.microsecond)?;
    let in_range = time.offset.is_none_or(|offset| offset.total_minutes().abs() < 24 * 60);
    (year > 0 && in_range).then_some(Moment { local, offset: time.offset })
}

fn after_year(rest: &[u8]) -> Option<(u32, u32, Time)> {
    if rest.is_empty() {
        return Some((1, 1, Time::default()));
    }
    if rest.first() != Some(&b'-') {
        let (month, rest) = number(rest, 2)?;
        // `YYYYMM` alone could be a year and two digits of another.
        return if rest.is_empty() { None } else { after_month(month, rest) };
    }
    date_parts(rest).find_map(|(month, rest)| after_month(month, rest))
}

fn after_month(month: u32, rest: &[u8]) -> Option<(u32, u32, Time)> {
    if rest.is_empty() {
        return Some((month, 1, Time::default()));
    }
    date_parts(rest).find_map(|(day, rest)| Some((month, day, after_day(rest)?)))
}

/// A month or a day: one digit or two behind a hyphen, or two.
fn date_parts(rest: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let (rest, lengths) = match rest.split_first() {
        Some((b'-', rest)) => (rest, &[2, 1][..]),
        _ => (rest, &[2][..]),
    };
    lengths.iter().filter_map(move |length| number(rest, *length))
}

fn after_day(rest: &[u8]) -> Option<Time> {
    let Some((separator, rest)) = rest.split_first() else {
        return Some(Time::default());
    };
    if !matches!(separator, b'T' | b' ') {
        return None;
    }
    let (hour, rest) = number(rest, 2)?;
    let without_minute = Time { hour, ..Time::default() };
    let with_minute =
        number(without_colon(rest), 2).map(|(minute, rest)| (Time { minute, ..without_minute }, rest));
    with_minute.into_iter().chain([(without_minute, rest)]).find_map(|(time, rest)| after_minute(time, rest))
}

fn after_minute(time: Time, rest: &[u8]) -> Option<Time> {
    let behind = without_colon(rest);
    let with_second = [2, 1].into_iter().filter_map(|length| {
        let (second, rest) = number(behind, length)?;
        let (microsecond, rest) = fraction(rest)?;
        Some((Time { second, microsecond, ..time }, rest))
    });
    with_second.chain([(time, rest)]).find_map(|(time, rest)| Some(Time { offset: offset(rest)?, ..time }))
}

/// Digits behind the point, in whole microseconds.
fn fraction(rest: &[u8]) -> Option<(u32, &[u8])> {
    let Some((b'.' | b',', rest)) = rest.split_first() else {
        return Some((0, rest));
    };
    let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = rest.split_at_checked(length).filter(|(digits, _)| !digits.is_empty())?;
    let padded = digits.iter().copied().chain(std::iter::repeat(b'0')).take(6);
    Some((padded.fold(0, |value, digit| value * 10 + u32::from(digit - b'0')), rest))
}

/// The offset that the rest is; nothing inside where it is `Z` or isn't said, which means the same.
fn offset(rest: &[u8]) -> Option<Option<Offset>> {
    let (sign, rest) = match rest.split_first() {
        None | Some((b'Z', [])) => return Some(None),
        Some((sign @ (b'+' | b'-'), rest)) => (sign, rest),
        Some(_) => return None,
    };
    let (hours, rest) = number(rest, 2)?;
    let rest = without_colon(rest);
    let (minutes, rest) = if rest.is_empty() { (0, rest) } else { number(rest, 2)? };
    if !rest.is_empty() {
        return None;
    }
    let (hours, minutes) = (u8::try_from(hours).ok()?, u8::try_from(minutes).ok()?);
    Some(Some(Offset { negative: *sign == b'-', hours, minutes }))
}

fn without_colon(rest: &[u8]) -> &[u8] {
    rest.strip_prefix(b":").unwrap_or(rest)
}

fn number(rest: &[u8], length: usize) -> Option<(u32, &[u8])> {
    let (digits, rest) = rest.split_at_checked(length)?;
    let value = digits
        .iter()
        .try_fold(0, |value, digit| digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0')))?;
    Some((value, rest))
}
