//! Marks: what a value says to this crate's own formats by way of serde's data model, which has no word for it.
//!
//! | mark | stands as | says |
//! | --- | --- | --- |
//! | [`KEY`] | the place of a unit variant | the enum's name begins with the variant's as a key of JSON, `,"name":` |
//! | [`KEY_TEXT`] | the name of a newtype | a name as a key of JSON follows as bytes |
//! | [`PLAIN`] | the name of a newtype | text that needs no escapes follows as bytes |
//! | [`EXPECTED`] | the name of a newtype | one name is expected, and an enum shows what stands ahead |
//! | [`RAW`] | the name of a newtype, a struct and its field | text of JSON follows, to be passed through as it is |
//! | [`NUMBER`] | the name of a struct and its field, the key of a map | a number follows as text |
//!
//! This crate shows the first four to its own formats alone. The others are `serde_json`'s.

/// Marks a name of a schema, or an object's opening. To any format but this crate's JSON a name is text.
#[cfg_attr(not(feature = "json"), allow(dead_code))]
pub(crate) const KEY: u32 = u32::MAX;

/// Bytes that a key of JSON has at least where it is part of the program, blanks behind it among them.
pub(crate) const KEY_ROOM: usize = 32;

/// Marks a name of a schema that was made at run time, as a key of JSON. Only this crate's JSON is shown it.
pub(crate) const KEY_TEXT: &str = "$versioned_objects::key";

/// Marks text that needs no escapes in JSON, in bytes that nobody has looked through. Only this crate's JSON is shown it.
pub(crate) const PLAIN: &str = "$versioned_objects::plain";

/// Marks that a name follows which is expected. A deserializer that knows the mark shows its visitor an enum, whose
/// variant is the bytes ahead: as a tuple variant of that many they are passed over, as a newtype variant read.
pub(crate) const EXPECTED: &str = "$versioned_objects::expected";

/// Marks text of JSON: what `serde_json`'s `RawValue` calls itself.
#[cfg(feature = "json")]
pub(crate) const RAW: &str = "$serde_json::private::RawValue";

/// Marks a number whose text follows: what `serde_json` shows as a map, and writes as a struct, where another crate of
/// the program turned its feature `arbitrary_precision` on.
pub(crate) const NUMBER: &str = "$serde_json::private::Number";
