/// Whether the text is a whole number of the range, as it is written.
pub(super) const fn is_whole(bytes: &[u8], least: i128, greatest: u128, has_zero: bool) -> bool {
    let (is_negative, mut index) = match bytes {
        [b'-', ..] => (true, 1),
        _ => (false, 0),
    };
    let first = index;
    let mut value: u128 = 0;
    while index < bytes.len() {
        if !bytes[index].is_ascii_digit() {
            return false;
        }
        let digit = (bytes[index] - b'0') as u128;
        value = match value.checked_mul(10) {
            Some(tens) => match tens.checked_add(digit) {
                Some(value) => value,
                None => return false,
            },
            None => return false,
        };
        index += 1;
    }
    // One digit, or several of which the first isn't zero; `-0` is written as `0`.
    let is_written = index > first && (bytes[first] != b'0' || index == 1);
    let is_in_range = match is_negative {
        true => least < 0 && value <= least.unsigned_abs(),
        false => value <= greatest && (least <= 0 || value >= least.unsigned_abs()),
    };
    is_written && is_in_range && (has_zero || value != 0)
}

/// The number of up to three decimal digits, written without zeros before.
pub(super) const fn small(bytes: &[u8]) -> Option<u16> {
    if bytes.is_empty() || bytes.len() > 3 || !is_whole(bytes, 0, 999, true) {
        return None;
    }
    let (mut value, mut index) = (0, 0);
    while index < bytes.len() {
        value = value * 10 + (bytes[index] - b'0') as u16;
        index += 1;
    }
    Some(value)
}
