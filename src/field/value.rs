//! A field as its value: comparing, printing, looking through it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;

use super::{Bytes, Field, Sensitive, UuidText};

/// A value that is seen through, in a field and in a nullable one: [`Field::as_deref`]. A type of one's own that implements
/// `Deref` implements it in a line or two.
pub trait Viewed {
    /// Type of what is seen: of a `String` a `str`.
    type Target: ?Sized;

    /// Returns what is seen; nothing, of a null.
    fn view(&self) -> Option<&Self::Target>;
}

/// A value through which what is in it can be changed: [`Field::as_deref_mut`].
pub trait ViewedMut: Viewed {
    /// Returns what is seen, to be changed in place; nothing, of a null.
    fn view_mut(&mut self) -> Option<&mut Self::Target>;
}

macro_rules! viewed {
    ($([$($generics:tt)*] $ty:ty;)+) => {
        $(
            impl<$($generics)*> Viewed for $ty {
                type Target = <$ty as Deref>::Target;

                fn view(&self) -> Option<&Self::Target> {
                    Some(self)
                }
            }

            impl<$($generics)*> Viewed for Option<$ty> {
                type Target = <$ty as Deref>::Target;

                fn view(&self) -> Option<&Self::Target> {
                    self.as_deref()
                }
            }
        )+
    };
}

macro_rules! viewed_mut {
    ($([$($generics:tt)*] $ty:ty;)+) => {
        $(
            impl<$($generics)*> ViewedMut for $ty {
                fn view_mut(&mut self) -> Option<&mut Self::Target> {
                    Some(self)
                }
            }

            impl<$($generics)*> ViewedMut for Option<$ty> {
                fn view_mut(&mut self) -> Option<&mut Self::Target> {
                    self.as_deref_mut()
                }
            }
        )+
    };
}

viewed! {
    [] String;
    [] PathBuf;
    [] Bytes;
    [T] Vec<T>;
    [T: ?Sized] Box<T>;
    [T: ?Sized] Rc<T>;
    [T: ?Sized] Arc<T>;
    ['a, T: ToOwned + ?Sized] Cow<'a, T>;
}

viewed_mut! {
    [] String;
    [] PathBuf;
    [T] Vec<T>;
    [T: ?Sized] Box<T>;
}

impl<T> Field<T> {
    /// The target of the value's `Deref`, where the field is set, and not to null: a `&str` of a `String` and of an
    /// `Option<String>`, a slice of a `Vec`.
    pub fn as_deref(&self) -> Option<&T::Target>
    where
        T: Viewed,
    {
        self.get().and_then(Viewed::view)
    }

    /// [`Field::as_deref`], to be changed in place. The field counts as changed, where it is set.
    pub fn as_deref_mut(&mut self) -> Option<&mut T::Target>
    where
        T: ViewedMut,
    {
        self.get_mut().and_then(ViewedMut::view_mut)
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

/// Texts that set fields and are compared with them, nullable or not.
macro_rules! texts {
    ($($ty:ty: $make:expr, $text:expr;)+) => {
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

            impl PartialEq<str> for Field<$ty> {
                /// Whether the field is set to that text.
                fn eq(&self, text: &str) -> bool {
                    self.get().is_some_and(|value| $text(value) == text)
                }
            }

            impl PartialEq<&str> for Field<$ty> {
                /// Whether the field is set to that text.
                fn eq(&self, text: &&str) -> bool {
                    self == *text
                }
            }

            impl PartialEq<str> for Field<Option<$ty>> {
                /// Whether the field is set to that text, and not to null.
                fn eq(&self, text: &str) -> bool {
                    self.non_null().is_some_and(|value| $text(value) == text)
                }
            }

            impl PartialEq<&str> for Field<Option<$ty>> {
                /// Whether the field is set to that text, and not to null.
                fn eq(&self, text: &&str) -> bool {
                    self == *text
                }
            }
        )+
    };
}

texts! {
    String: str::to_owned, String::as_str;
    Box<str>: Box::from, Box::as_ref;
    Rc<str>: Rc::from, Rc::as_ref;
    Arc<str>: Arc::from, Arc::as_ref;
    Cow<'static, str>: |text: &str| Cow::Owned(text.to_owned()), Cow::as_ref;
    Sensitive: Sensitive::from, Sensitive::expose;
    UuidText: UuidText::from, UuidText::as_str;
}

impl From<&str> for Field<PathBuf> {
    /// A field that was just set, so it counts as changed.
    fn from(text: &str) -> Self {
        Field::from(PathBuf::from(text))
    }
}

impl From<&str> for Field<Option<PathBuf>> {
    /// A field that was just set, so it counts as changed.
    fn from(text: &str) -> Self {
        Field::from(Some(PathBuf::from(text)))
    }
}

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
