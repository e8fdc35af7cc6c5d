//! MAC addresses and longer EUIs in the spellings that netaddr takes.

/// Whether the text is a MAC address or an EUI of 64 bits: in groups with one sign between them, or bare.
pub(in crate::field) const fn is_eui(bytes: &[u8]) -> bool {
    // As the patterns of netaddr, whose `$` lets a newline pass.
    let bytes = match bytes {
        [line @ .., b'\n'] => line,
        bytes => bytes,
    };
    let (mut index, mut groups, mut digits, mut separator) = (0, 1, 0, 0);
    let (mut least, mut most) = (usize::MAX, 0);
    while index < bytes.len() {
        let byte = bytes[index];
        if byte.is_ascii_hexdigit() {
            digits += 1;
        } else if matches!(byte, b':' | b'-' | b'.') && (separator == 0 || separator == byte) {
            separator = byte;
            (least, most) = (smaller(least, digits), greater(most, digits));
            groups += 1;
            digits = 0;
        } else {
            return false;
        }
        index += 1;
    }
    (least, most) = (smaller(least, digits), greater(most, digits));
    match groups {
        1 => matches!(digits, 11 | 12 | 16),
        2 => separator != b'.' && least >= 5 && most <= 6,
        3 | 4 => least >= 1 && most <= 4,
        6 | 8 => separator != b'.' && least >= 1 && most <= 2,
        _ => false,
    }
}

const fn smaller(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

const fn greater(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}
