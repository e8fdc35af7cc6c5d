//! IP addresses and networks. A text is one as it is written where what is read of it is written so again; the reader
//! here may so take more than it should.

use super::number::small;
use super::text::{equal, part};

/// Families of IP addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Addresses of both versions.
    Any,
    /// Addresses of version 4 alone.
    V4,
    /// Addresses of version 6 alone.
    V6,
}

pub(super) const fn is_address(bytes: &[u8], family: Family, is_glibc: bool) -> bool {
    let is_v6 = find(bytes, b':') < bytes.len();
    match family {
        Family::V4 if is_v6 => false,
        Family::V6 if !is_v6 => false,
        _ if is_v6 => is_v6_address(bytes, is_glibc),
        _ => read_v4(bytes).is_some(),
    }
}

pub(super) const fn is_network(bytes: &[u8], family: Family) -> bool {
    let slash = find(bytes, b'/');
    if slash == bytes.len() {
        return false;
    }
    let address = part(bytes, 0, slash);
    let most = if find(address, b':') < slash { 128 } else { 32 };
    match small(part(bytes, slash + 1, bytes.len())) {
        Some(length) => length <= most && is_address(address, family, true),
        None => false,
    }
}

/// The index of the first such byte, or the length where there is none.
const fn find(bytes: &[u8], wanted: u8) -> usize {
    let mut index = 0;
    while index < bytes.len() && bytes[index] != wanted {
        index += 1;
    }
    index
}

/// The two halves of an IPv4 address, which has one form alone.
const fn read_v4(bytes: &[u8]) -> Option<[u16; 2]> {
    let (mut rest, mut octets, mut index) = (bytes, [0; 4], 0);
    while index < 4 {
        let end = find(rest, b'.');
        if (end == rest.len()) != (index == 3) {
            return None;
        }
        octets[index] = match small(part(rest, 0, end)) {
            Some(octet) if octet < 256 => octet,
            _ => return None,
        };
        if index < 3 {
            rest = part(rest, end + 1, rest.len());
        }
        index += 1;
    }
    Some([octets[0] << 8 | octets[1], octets[2] << 8 | octets[3]])
}

const fn is_v6_address(bytes: &[u8], is_glibc: bool) -> bool {
    match read_v6(bytes) {
        Some(groups) => {
            let written = Written::of(&groups, is_glibc);
            equal(part(&written.bytes, 0, written.length), bytes)
        }
        None => false,
    }
}

/// The groups of an IPv6 address: those before `::`, zeros for it, those behind.
const fn read_v6(bytes: &[u8]) -> Option<[u16; 8]> {
    let (mut groups, mut count, mut gap, mut index) = ([0; 8], 0, None, 0);
    if let [b':', b':', ..] = bytes {
        gap = Some(0);
        index = 2;
    }
    while index < bytes.len() {
        let rest = part(bytes, index, bytes.len());
        let end = find(rest, b':');
        let word = part(rest, 0, end);
        if end == rest.len() && find(word, b'.') < end {
            let Some([high, low]) = read_v4(word) else { return None };
            if count > 6 {
                return None;
            }
            groups[count] = high;
            groups[count + 1] = low;
            count += 2;
            break;
        }
        if count == 8 {
            return None;
        }
        groups[count] = match group(word) {
            Some(group) => group,
            None => return None,
        };
        count += 1;
        index += end + 1;
        if index < bytes.len() && bytes[index] == b':' {
            if gap.is_some() {
                return None;
            }
            gap = Some(count);
            index += 1;
        }
    }
    match gap {
        None if count == 8 => Some(groups),
        Some(gap) if count < 8 => Some(spread(&groups, gap, count)),
        _ => None,
    }
}

/// The groups from the gap to the count moved to the end.
const fn spread(groups: &[u16; 8], gap: usize, count: usize) -> [u16; 8] {
    let (mut all, mut index) = ([0; 8], 0);
    while index < count {
        let to = if index < gap { index } else { index + 8 - count };
        all[to] = groups[index];
        index += 1;
    }
    all
}

/// The number of up to four hexadecimal digits.
const fn group(bytes: &[u8]) -> Option<u16> {
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    let (mut value, mut index) = (0, 0);
    while index < bytes.len() {
        let Some(digit) = (bytes[index] as char).to_digit(16) else { return None };
        value = value << 4 | digit as u16;
        index += 1;
    }
    Some(value)
}

/// The text of an IPv6 address.
struct Written {
    bytes: [u8; 64],
    length: usize,
}

impl Written {
    const fn of(groups: &[u16; 8], is_glibc: bool) -> Self {
        let mut text = Written { bytes: [0; 64], length: 0 };
        let (from, count) = longest_zeros(groups);
        let is_mapped = from == 0 && count == 5 && groups[5] == 0xffff;
        // What glibc ends in dotted form besides: zeros but for 17 to 32 bits.
        let is_compatible = is_glibc && from == 0 && count == 6;
        let dotted = is_mapped || is_compatible;
        let end = if dotted { 6 } else { 8 };
        let mut index = 0;
        while index < end {
            if count > 1 && index == from {
                text.push(b':');
                text.push(b':');
                index += count;
                continue;
            }
            if index > 0 && index != from + count {
                text.push(b':');
            }
            text.hexadecimal(groups[index]);
            index += 1;
        }
        if dotted {
            if is_mapped {
                text.push(b':');
            }
            text.decimal(groups[6] >> 8);
            text.push(b'.');
            text.decimal(groups[6] & 0xff);
            text.push(b'.');
            text.decimal(groups[7] >> 8);
            text.push(b'.');
            text.decimal(groups[7] & 0xff);
        }
        text
    }

    const fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    const fn hexadecimal(&mut self, value: u16) {
        let mut shift = 12;
        while shift > 0 && value >> shift == 0 {
            shift -= 4;
        }
        loop {
            let digit = (value >> shift & 0xf) as usize;
            self.push(b"0123456789abcdef"[digit]);
            if shift == 0 {
                return;
            }
            shift -= 4;
        }
    }

    const fn decimal(&mut self, value: u16) {
        if value > 99 {
            self.push(b'0' + (value / 100) as u8);
        }
        if value > 9 {
            self.push(b'0' + (value / 10 % 10) as u8);
        }
        self.push(b'0' + (value % 10) as u8);
    }
}

/// The first of the longest runs of zeros, and how long it is: one alone isn't shortened, and counts as none.
const fn longest_zeros(groups: &[u16; 8]) -> (usize, usize) {
    let (mut from, mut longest, mut index) = (0, 0, 0);
    while index < 8 {
        let mut end = index;
        while end < 8 && groups[end] == 0 {
            end += 1;
        }
        if end - index > longest {
            from = index;
            longest = end - index;
        }
        index = end + 1;
    }
    if longest > 1 { (from, longest) } else { (8, 0) }
}
