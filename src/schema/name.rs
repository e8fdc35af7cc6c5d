use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::ser::{Serialize, Serializer};

use crate::ascii::Bytes;
use crate::foreign::Format;
use crate::marks::{KEY, KEY_ROOM, KEY_TEXT};

/// A name on the wire: of a field, or of a part of an envelope. It is text in all that programs do with it.
///
/// It also knows how it looks as a key of JSON, where that needs no escapes, so that writing it copies text alone.
#[derive(Clone)]
pub struct WireName(Known);

#[derive(Clone)]
enum Known {
    /// A name that needs no escapes, and `,"name":` with blanks behind it.
    Key { name: &'static str, key: &'static str },
    /// Any other, with its key where it was made at run time and needs no escapes.
    Text { text: Cow<'static, str>, is_plain: bool, key: Option<Box<str>> },
}

impl WireName {
    /// A name that is part of the program.
    pub const fn new(text: &'static str) -> Self {
        WireName(Known::Text { text: Cow::Borrowed(text), is_plain: is_plain(text), key: None })
    }

    /// The name in a key of JSON, `,"name":`, with blanks behind it up to 32 bytes.
    ///
    /// # Panics
    /// At compile time: where the text is no such key.
    #[doc(hidden)]
    pub const fn of_key(key: &'static str) -> Self {
        assert!(key.len() >= KEY_ROOM, "a key of JSON has blanks behind it");
        let (front, rest) = trimmed(key).split_at(2);
        let (name, end) = rest.split_at(rest.len() - 2);
        assert!(super::equal(front, ",\"") && super::equal(end, "\":"), "a key of JSON is `,\"name\":`");
        WireName(Known::Key { name, key })
    }

    /// Returns the text as it stands.
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Known::Key { name, .. } => name,
            Known::Text { text, .. } => text,
        }
    }

    /// The text of a constant schema's name.
    pub(crate) const fn constant(&self) -> &'static str {
        match &self.0 {
            Known::Key { name, .. } => name,
            Known::Text { text, .. } => super::text(text),
        }
    }

    /// The key of JSON of a derived schema's name.
    pub(crate) const fn key(&self) -> &'static str {
        match self.0 {
            Known::Key { key, .. } => trimmed(key),
            Known::Text { .. } => panic!("a derived schema's names are keys"),
        }
    }

    /// Copy of the name for another constant schema.
    pub(crate) const fn copied(&self) -> Self {
        match self.0 {
            Known::Key { name, key } => WireName(Known::Key { name, key }),
            Known::Text { .. } => WireName::new(self.constant()),
        }
    }

    /// The text, where it stands between the quotes of JSON as it is.
    #[inline]
    pub(crate) fn plain(&self) -> Option<&str> {
        match &self.0 {
            Known::Key { name, .. } => Some(name),
            Known::Text { text, is_plain, .. } => is_plain.then_some(&**text),
        }
    }
}

/// A key of JSON without the blanks behind it.
const fn trimmed(key: &'static str) -> &'static str {
    let mut length = key.len();
    while key.as_bytes()[length - 1] == b' ' {
        length -= 1;
    }
    key.split_at(length).0
}

const fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut index = 0;
    while index < bytes.len() {
        if matches!(bytes[index], ..b' ' | b'"' | b'\\') {
            return false;
        }
        index += 1;
    }
    true
}

impl Serialize for WireName {
    #[inline(always)]
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Known::Key { name, key } if Format::is_own::<S::Error>() => {
                serializer.serialize_unit_variant(key, KEY, name)
            }
            Known::Text { key: Some(key), .. } if Format::is_own_json::<S>() => {
                serializer.serialize_newtype_struct(KEY_TEXT, &Bytes(key.as_bytes()))
            }
            _ => serializer.serialize_str(self),
        }
    }
}

impl Deref for WireName {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for WireName {
    fn borrow(&self) -> &str {
        self
    }
}

impl AsRef<str> for WireName {
    fn as_ref(&self) -> &str {
        self
    }
}

impl From<&'static str> for WireName {
    fn from(text: &'static str) -> Self {
        WireName::new(text)
    }
}

impl From<String> for WireName {
    fn from(text: String) -> Self {
        WireName::from(Cow::Owned(text))
    }
}

impl From<Cow<'static, str>> for WireName {
    fn from(text: Cow<'static, str>) -> Self {
        let is_plain = is_plain(&text);
        let key = is_plain.then(|| format!(",\"{text}\":").into());
        WireName(Known::Text { text, is_plain, key })
    }
}

impl From<WireName> for Cow<'static, str> {
    fn from(name: WireName) -> Self {
        match name.0 {
            Known::Key { name, .. } => Cow::Borrowed(name),
            Known::Text { text, .. } => text,
        }
    }
}

impl fmt::Display for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl PartialEq for WireName {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for WireName {}

impl PartialEq<str> for WireName {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for WireName {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<String> for WireName {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<WireName> for str {
    fn eq(&self, other: &WireName) -> bool {
        self == other.as_str()
    }
}

impl PartialOrd for WireName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for WireName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for WireName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
