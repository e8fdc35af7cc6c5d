use super::text::{fits, part};

/// Offsets from UTC that a type holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Zone {
    /// Each offset below a day, as it is written.
    Any,
    /// UTC alone, which is `Z`.
    Utc,
    /// `Z` and each offset that `chrono` spells so: not `-00:00`, and with minutes below 60.
    Fixed,
}

/// Whether the text is a date and a time as they go out: `2020-01-02T03:04:05Z`, or with an offset in place of `Z`.
pub(super) const fn is_moment(bytes: &[u8], zone: Zone) -> bool {
    const LOCAL: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    if bytes.len() <= LOCAL.len() || !fits(part(bytes, 0, LOCAL.len()), LOCAL) {
        return false;
    }
    let year = two(bytes, 0) * 100 + two(bytes, 2);
    let (month, day) = (two(bytes, 5), two(bytes, 8));
    let is_date = year > 0 && day > 0 && day <= days(year, month);
    let is_time = two(bytes, 11) < 24 && two(bytes, 14) < 60 && two(bytes, 17) < 60;
    is_date && is_time && is_offset(part(bytes, LOCAL.len(), bytes.len()), zone)
}

const fn is_offset(bytes: &[u8], zone: Zone) -> bool {
    if let [b'Z'] = bytes {
        return true;
    }
    if matches!(zone, Zone::Utc) || !(fits(bytes, b"+dd:dd") || fits(bytes, b"-dd:dd")) {
        return false;
    }
    let (hours, minutes) = (two(bytes, 1), two(bytes, 4));
    let total = hours * 60 + minutes;
    // As far as it goes out as it came; as `Z` would an offset of zero where `chrono` has it.
    let is_spelled = !matches!(zone, Zone::Fixed) || minutes < 60 && !(bytes[0] == b'-' && total == 0);
    total < 24 * 60 && is_spelled
}

/// The number of two digits from that index on.
const fn two(bytes: &[u8], index: usize) -> u16 {
    (bytes[index] - b'0') as u16 * 10 + (bytes[index + 1] - b'0') as u16
}

/// The days of a month; none, where there is no such month.
const fn days(year: u16, month: u16) -> u16 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 0,
    }
}
