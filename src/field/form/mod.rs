//! Forms of text that literals in attributes are held to while a program is compiled.
//!
//! Each takes what a strict reader of its type takes, so a literal goes out as it is written.

mod address;
mod eui;
mod moment;
mod number;
mod text;

use std::borrow::Cow;

use crate::schema::Kind;

use text::{equal, fits, part};

pub use address::Family;
pub(super) use eui::is_eui;
pub use moment::Zone;

/// A form that a text has to have, beyond being text.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Text of any form.
    Any,
    /// Text of one character.
    Character,
    /// A UUID: 32 hexadecimal digits, with or without hyphens.
    Uuid,
    /// A UUID in lower case with hyphens.
    CanonicalUuid,
    /// A MAC address in lower case with colons.
    Mac,
    /// A MAC address, or a longer EUI, in any of the spellings that netaddr takes.
    Eui,
    /// A PCI address in lower case.
    Pci,
    /// Bytes as base64 with padding.
    Base64,
    /// Requirements on a version.
    Predicate,
    /// An IP address as glibc writes it.
    Address(Family),
    /// An IP address as the standard library writes it: the key of a map.
    AddressKey(Family),
    /// An IP network with the length of its prefix.
    Network(Family),
    /// A date and a time.
    Moment(Zone),
    /// `true` or `false`: the key of a map.
    Truth,
    /// A whole number: the key of a map.
    Whole {
        /// The least of them.
        least: i128,
        /// The greatest of them.
        greatest: u128,
        /// Whether zero is one of them.
        has_zero: bool,
    },
    /// One of several texts: the key of a map.
    OneOf(&'static [&'static str]),
}

impl Form {
    /// The form of a kind's texts. The reference takes any text for a UUID, and so does a reader that coerces.
    pub(crate) const fn of_kind(kind: &Kind, is_strict: bool) -> Self {
        match kind {
            Kind::Uuid if is_strict => Form::Uuid,
            Kind::CheckedUuid => Form::Uuid,
            Kind::EuiText => Form::Eui,
            Kind::IpNetworkText => Form::Network(Family::Any),
            Kind::MacAddress => Form::Mac,
            Kind::PciAddress => Form::Pci,
            Kind::VersionPredicate => Form::Predicate,
            Kind::IpAddress | Kind::IpV4AndV6Address => Form::Address(Family::Any),
            Kind::IpV4Address => Form::Address(Family::V4),
            Kind::IpV6Address => Form::Address(Family::V6),
            Kind::IpNetwork => Form::Network(Family::Any),
            Kind::IpV4Network => Form::Network(Family::V4),
            Kind::IpV6Network => Form::Network(Family::V6),
            Kind::DateTime { tzinfo_aware: true } => Form::Moment(Zone::Any),
            Kind::DateTime { tzinfo_aware: false } => Form::Moment(Zone::Utc),
            _ => Form::Any,
        }
    }

    /// Whether the text has the form.
    pub(crate) const fn has(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        match self {
            Form::Any => true,
            Form::Character => is_one_character(bytes),
            Form::Uuid => is_uuid(bytes),
            Form::CanonicalUuid => fits(bytes, b"hhhhhhhh-hhhh-hhhh-hhhh-hhhhhhhhhhhh"),
            Form::Mac => fits(bytes, b"hh:hh:hh:hh:hh:hh"),
            Form::Eui => eui::is_eui(bytes),
            Form::Pci => is_pci(bytes),
            Form::Base64 => is_base64(bytes),
            Form::Predicate => is_predicate(bytes),
            Form::Address(family) => address::is_address(bytes, *family, true),
            Form::AddressKey(family) => address::is_address(bytes, *family, false),
            Form::Network(family) => address::is_network(bytes, *family),
            Form::Moment(zone) => moment::is_moment(bytes, *zone),
            Form::Truth => equal(bytes, b"true") || equal(bytes, b"false"),
            Form::Whole { least, greatest, has_zero } => {
                number::is_whole(bytes, *least, *greatest, *has_zero)
            }
            Form::OneOf(texts) => {
                let mut index = 0;
                while index < texts.len() {
                    if equal(texts[index].as_bytes(), bytes) {
                        return true;
                    }
                    index += 1;
                }
                false
            }
        }
    }

    /// Whether all keys of a literal map have the form.
    pub(crate) const fn has_keys<V>(&self, entries: &[(Cow<'static, str>, V)]) -> bool {
        let mut index = 0;
        while index < entries.len() {
            if let Cow::Borrowed(key) = &entries[index].0
                && !self.has(key)
            {
                return false;
            }
            index += 1;
        }
        true
    }
}

const fn is_one_character(bytes: &[u8]) -> bool {
    characters(bytes) == 1
}

const fn characters(bytes: &[u8]) -> usize {
    let (mut index, mut count) = (0, 0);
    while index < bytes.len() {
        // All bytes but the first of a character begin with the bits 10.
        if bytes[index] & 0xc0 != 0x80 {
            count += 1;
        }
        index += 1;
    }
    count
}

/// Whether there are 32 hexadecimal digits, with each of the four hyphens there or not.
const fn is_uuid(bytes: &[u8]) -> bool {
    let (mut index, mut digits, mut was_hyphen) = (0, 0, false);
    while index < bytes.len() {
        let is_hyphen = bytes[index] == b'-';
        let is_right = match is_hyphen {
            true => !was_hyphen && matches!(digits, 8 | 12 | 16 | 20),
            false => bytes[index].is_ascii_hexdigit(),
        };
        if !is_right {
            return false;
        }
        digits += !is_hyphen as usize;
        was_hyphen = is_hyphen;
        index += 1;
    }
    digits == 32
}

/// As `0000:0a:1f.7`; any character may stand where the dot does, as in the reference.
const fn is_pci(bytes: &[u8]) -> bool {
    const BEFORE: usize = b"hhhh:hh:bh".len();
    if bytes.len() < BEFORE + 2 || characters(bytes) != BEFORE + 2 {
        return false;
    }
    let before = part(bytes, 0, BEFORE);
    let between = part(bytes, BEFORE, bytes.len() - 1);
    fits(before, b"hhhh:hh:hh")
        && matches!(before[8], b'0' | b'1')
        && between[0] != b'\n'
        && !between[0].is_ascii_uppercase()
        && matches!(bytes[bytes.len() - 1], b'0'..=b'7')
}

/// Whether the text is one that the same bytes are written as again.
const fn is_base64(bytes: &[u8]) -> bool {
    let length = bytes.len();
    if !length.is_multiple_of(4) {
        return false;
    }
    let mut index = 0;
    while index < length {
        let left = length - index;
        let padding = bytes[index] == b'=' && (left == 1 || left == 2 && bytes[index + 1] == b'=');
        if !padding && six_bits(bytes[index]) > 63 {
            return false;
        }
        index += 1;
    }
    // Bits that no byte is made of are zero.
    length == 0
        || match (bytes[length - 2], bytes[length - 1]) {
            (b'=', _) => six_bits(bytes[length - 3]) & 0xf == 0,
            (last, b'=') => six_bits(last) & 3 == 0,
            _ => true,
        }
}

/// The number of a letter in base64; 64, where it is none.
const fn six_bits(byte: u8) -> u8 {
    match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => 64,
    }
}

/// Whether each part between commas is an operator with something like a version behind; `assert_locked!` reads the
/// version itself.
const fn is_predicate(bytes: &[u8]) -> bool {
    let mut index = 0;
    loop {
        index = after_blanks(bytes, index);
        let from = index;
        while index < bytes.len() && matches!(bytes[index], b'<' | b'>' | b'=' | b'!') {
            index += 1;
        }
        let is_operator = matches!(part(bytes, from, index), b"<" | b">" | b"<=" | b">=" | b"==" | b"!=");
        let from = after_blanks(bytes, index);
        index = from;
        while index < bytes.len() && bytes[index] != b',' {
            index += 1;
        }
        let is_version = from < index && (bytes[from].is_ascii_digit() || matches!(bytes[from], b'v' | b'V'));
        if !is_operator || !is_version {
            return false;
        }
        if index == bytes.len() {
            return true;
        }
        index += 1;
    }
}

/// The index of what stands behind white space, or may do so: of other bytes than ASCII's each counts as such.
const fn after_blanks(bytes: &[u8], mut index: usize) -> usize {
    while index < bytes.len() && (bytes[index] <= b' ' || bytes[index] >= 0x80) {
        index += 1;
    }
    index
}
