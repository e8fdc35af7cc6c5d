//! Marks: what a value says to this crate's own formats by way of serde's data model, which has no word for it.
//!
//! | mark | stands as | says |
//! | --- | --- | --- |
//! | [`KEY`] | the place of a unit variant | the enum's name is the name as a key of JSON, `,"name":` |
//! | [`WORDED`] | the name of a newtype | a float without digits follows: infinite, or no number |
//! | [`EXPECTED`] | the name of a newtype | one name is expected, and is asked for as the name of a newtype inside |
//! | [`RAW`] | the name of a newtype, a struct and its field | text of JSON follows, to be passed through as it is |
//!
//! A format that doesn't know a mark sees a unit variant, a newtype or a struct, and takes it for what is in it.

/// Marks a name of a schema. To a format other than this crate's JSON the name is text.
#[cfg_attr(not(feature = "json"), allow(dead_code))]
pub(crate) const KEY: u32 = u32::MAX;

/// Marks a float without digits, on its way to a format that may have words for it.
pub(crate) const WORDED: &str = "$versioned_objects::float";

/// Marks that a name follows which is expected. A deserializer that knows the mark shows its visitor another, with
/// which that name is asked for as a newtype's, and which then shows a unit where the name stands there.
pub(crate) const EXPECTED: &str = "$versioned_objects::expected";

/// Marks text of JSON: what `serde_json`'s `RawValue` calls itself.
#[cfg(feature = "json")]
pub(crate) const RAW: &str = "$serde_json::private::RawValue";
