//! Formats, told apart by the types of their errors.
//!
//! serde has no question for a format's name, and a mark in the data would reach every format. The name of a type
//! isn't promised to stay, so nothing but speed, digits beyond 64 bits and the sign of zero hangs on it here.

use std::any::type_name;
use std::cell::Cell;

/// A format, as far as reading and writing asks which it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One of this crate.
    Own,
    /// JSON by `serde_json`: text or a tree of its values.
    SerdeJson,
    /// JSON by `serde_json`, read from text, where the text of a value can be asked for.
    SerdeJsonText,
    /// One that makes another value of a whole number beyond 64 bits: `rmp-serde` bytes, `json5` a float.
    Narrow,
    /// A value that was kept, or one that serde itself shows.
    Kept,
    /// Any other.
    Other,
}

thread_local! {
    /// The format behind a pointer.
    static BEHIND: Cell<Format> = const { Cell::new(Format::Other) };
}

impl Format {
    /// The format whose error this is.
    #[inline]
    pub(crate) fn of<E>() -> Format {
        let name = type_name::<E>();
        if name.starts_with("versioned_objects::behind::") || name.starts_with("erased_serde::") {
            BEHIND.get()
        } else if name.starts_with("versioned_objects::") {
            Format::Own
        } else if name.starts_with("serde_json::") {
            Format::SerdeJson
        } else if name.starts_with("rmp_serde::") || name.starts_with("json5::") {
            Format::Narrow
        } else if name.ends_with("::de::value::Error") {
            Format::Kept
        } else {
            Format::Other
        }
    }

    /// The format of a deserializer with that error.
    #[inline]
    pub(crate) fn of_reader<D, E>() -> Format {
        match Format::of::<E>() {
            Format::SerdeJson if type_name::<D>().starts_with("&mut serde_json::de::Deserializer<") => {
                Format::SerdeJsonText
            }
            format => format,
        }
    }

    /// Whether it is one of this crate.
    #[inline]
    pub(crate) fn is_own<E>() -> bool {
        Format::of::<E>() == Format::Own
    }

    /// Whether that serializer, or what takes the entries of a map, is one of this crate's JSON, and not another in front of it.
    #[inline]
    pub(crate) fn is_own_json<S>() -> bool {
        type_name::<S>().starts_with("versioned_objects::format::json::ser::")
    }

    /// Whether it is JSON by `serde_json`, which reads `-0` as the float -0.0.
    #[inline]
    pub(crate) fn is_serde_json<E>() -> bool {
        matches!(Format::of::<E>(), Format::SerdeJson | Format::SerdeJsonText)
    }

    /// Runs what reads or writes this format through a pointer.
    pub(crate) fn behind<R>(self, run: impl FnOnce() -> R) -> R {
        struct Restore(Format);

        impl Drop for Restore {
            fn drop(&mut self) {
                BEHIND.set(self.0);
            }
        }

        let _restore = Restore(BEHIND.replace(self));
        run()
    }
}
