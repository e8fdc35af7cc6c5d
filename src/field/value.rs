//! A field as its value: comparing, printing, looking through it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use super::{Field, Sensitive, UuidText};

impl<T> Field<T> {
    /// The target of the value's `Deref`, where the field is set: a `&str` of a `String`.
    pub fn as_deref(&self) -> Option<&T::Target>
    where
        T: Deref,
    {
        self.get().map(Deref::deref)
    }

    /// A copy of the value, where the field is set.
    pub fn copied(&self) -> Option<T>
    where
        T: Copy,
    {
        self.get().copied()
    }

    /// A clone of the value, where the field is set.
    pub fn cloned(&self) -> Option<T>
    where
        T: Clone,
    {
        self.get().cloned()
    }

    /// The value, where the field is set, and the default of its Rust type, where it isn't.
    pub fn cloned_or_default(&self) -> T
    where
        T: Clone + Default,
    {
        self.cloned().unwrap_or_default()
    }

    /// Whether the field is set to a value of which this is true.
    pub fn is_set_and(&self, is: impl FnOnce(&T) -> bool) -> bool {
        self.get().is_some_and(is)
    }
}

impl<T> Field<Option<T>> {
    /// The value, where the field is neither unset nor null.
    pub fn non_null(&self) -> Option<&T> {
        self.get().and_then(Option::as_ref)
    }
}

/// Fields that were just set to the text, so they count as changed.
macro_rules! set_to_text {
    ($($ty:ty: $make:expr),+) => {
        $(
            impl From<&str> for Field<$ty> {
                /// A field that was just set, so it counts as changed.
                fn from(text: &str) -> Self {
                    Field::from($make(text))
                }
            }

            impl From<&str> for Field<Option<$ty>> {
                /// A field that was just set, so it counts as changed.
                fn from(text: &str) -> Self {
                    Field::from(Some($make(text)))
                }
            }
        )+
    };
}

set_to_text! { String: str::to_owned, Sensitive: Sensitive::from, UuidText: UuidText::from }

impl<T: PartialEq> PartialEq for Field<T> {
    /// Whether the values are equal, changed or not.
    fn eq(&self, other: &Self) -> bool {
        self.get() == other.get()
    }
}

impl<T: Eq> Eq for Field<T> {}

impl<T: PartialEq> PartialEq<T> for Field<T> {
    /// Whether the field is set to that value.
    fn eq(&self, value: &T) -> bool {
        self.get() == Some(value)
    }
}

impl PartialEq<str> for Field<String> {
    fn eq(&self, text: &str) -> bool {
        self.as_deref() == Some(text)
    }
}

impl PartialEq<&str> for Field<String> {
    fn eq(&self, text: &&str) -> bool {
        self == *text
    }
}

impl<T: PartialOrd> PartialOrd for Field<T> {
    /// Compares the values; a field without one is less than any with one.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.get().partial_cmp(&other.get())
    }
}

impl<T: Ord> Ord for Field<T> {
    /// Compares the values; a field without one is less than any with one.
    fn cmp(&self, other: &Self) -> Ordering {
        self.get().cmp(&other.get())
    }
}

impl<T: Hash> Hash for Field<T> {
    /// Hashes the value, changed or not.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.get().hash(state);
    }
}

impl<T: fmt::Debug> fmt::Debug for Field<T> {
    /// The value; `<?>` where there is none, as the reference prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(value) => value.fmt(f),
            None => f.write_str("<?>"),
        }
    }
}

impl<T: fmt::Display> fmt::Display for Field<T> {
    /// The value; `<?>` where there is none, as the reference prints it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.get() {
            Some(value) => value.fmt(f),
            None => f.write_str("<?>"),
        }
    }
}
