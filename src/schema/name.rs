use std::borrow::{Borrow, Cow};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::ser::{Serialize, Serializer};

use crate::foreign::Format;
use crate::marks::KEY;

/// A name on the wire: of a field, or of a part of an envelope. It is text in all that programs do with it.
///
/// One that is part of the program also knows how it looks as a key of JSON, so that writing it copies text alone.
#[derive(Clone)]
pub struct WireName {
    text: Cow<'static, str>,
    /// `,"text":`, of a text that needs no escapes.
    key: Option<&'static str>,
    /// Whether the text needs no escapes in JSON.
    is_plain: bool,
}

impl WireName {
    /// A name that is part of the program.
    pub const fn new(text: &'static str) -> Self {
        WireName { text: Cow::Borrowed(text), key: None, is_plain: is_plain(text) }
    }

    /// The name in a key of JSON, `,"name":`.
    ///
    /// # Panics
    /// At compile time: where the text is no such key.
    #[doc(hidden)]
    pub const fn of_key(key: &'static str) -> Self {
        let (front, rest) = key.split_at(2);
        let (name, end) = rest.split_at(rest.len() - 2);
        assert!(super::equal(front, ",\"") && super::equal(end, "\":"), "a key of JSON is `,\"name\":`");
        WireName { text: Cow::Borrowed(name), key: Some(key), is_plain: true }
    }

    /// Returns the text as it stands.
    #[inline]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The text of a constant schema's name.
    pub(crate) const fn constant(&self) -> &'static str {
        super::text(&self.text)
    }

    /// Copy of the name for another constant schema.
    pub(crate) const fn copied(&self) -> Self {
        WireName { text: Cow::Borrowed(self.constant()), key: self.key, is_plain: self.is_plain }
    }

    /// The text, where it stands between the quotes of JSON as it is.
    #[inline]
    pub(crate) fn plain(&self) -> Option<&str> {
        self.is_plain.then_some(&*self.text)
    }
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
        match (&self.text, self.key) {
            (Cow::Borrowed(name), Some(key)) if Format::is_own::<S::Error>() => {
                serializer.serialize_unit_variant(key, KEY, name)
            }
            (name, _) => serializer.serialize_str(name),
        }
    }
}

impl Deref for WireName {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        &self.text
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
        WireName { is_plain: is_plain(&text), text, key: None }
    }
}

impl From<WireName> for Cow<'static, str> {
    fn from(name: WireName) -> Self {
        name.text
    }
}

impl fmt::Display for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}

impl fmt::Debug for WireName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl PartialEq for WireName {
    #[inline]
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for WireName {}

impl PartialEq<str> for WireName {
    #[inline]
    fn eq(&self, other: &str) -> bool {
        *self.text == *other
    }
}

impl PartialEq<&str> for WireName {
    fn eq(&self, other: &&str) -> bool {
        *self.text == **other
    }
}

impl PartialEq<String> for WireName {
    fn eq(&self, other: &String) -> bool {
        *self.text == **other
    }
}

impl PartialEq<WireName> for str {
    fn eq(&self, other: &WireName) -> bool {
        *self == *other.text
    }
}

impl PartialOrd for WireName {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for WireName {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.text.cmp(&other.text)
    }
}

impl Hash for WireName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
