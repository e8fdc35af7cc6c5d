//! Texts byte by byte, as a constant looks at them.

pub(super) use crate::schema::equal_bytes as equal;

const fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

/// Whether the text is made as the form says: `h` is a hexadecimal digit in lower case, `d` a decimal one, and all else
/// itself.
pub(super) const fn fits(bytes: &[u8], form: &[u8]) -> bool {
    if bytes.len() != form.len() {
        return false;
    }
    let mut index = 0;
    while index < form.len() {
        let is_it = match form[index] {
            b'h' => is_lower_hex(bytes[index]),
            b'd' => bytes[index].is_ascii_digit(),
            own => bytes[index] == own,
        };
        if !is_it {
            return false;
        }
        index += 1;
    }
    true
}

/// The bytes from one index to another.
pub(super) const fn part(bytes: &[u8], from: usize, to: usize) -> &[u8] {
    bytes.split_at(to).0.split_at(from).1
}
