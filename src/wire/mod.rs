//! The envelope: how an object stands on the wire.
//!
//! ```json
//! {"nova_object.name": "Migration", "nova_object.namespace": "nova", "nova_object.version": "1.8",
//!  "nova_object.data": {"id": 7, "status": "running"}, "nova_object.changes": ["status"]}
//! ```
//!
//! Objects are written from their fields into the serializer and read from the deserializer into their fields,
//! with nothing in between; only data that comes before its header is kept until that is there.
//!
//! # The compact form
//! With the feature `compact`, two peers that have the same layout of an object in a version need no names on the wire.
//! What they compare is `ObjectSchema::layout`, a digest made of the schema alone; what they agree on is a set of
//! `compact::Layouts`, and `to_compact` and `from_compact` write and read by it. The fields of an object in the agreed
//! version go out one after the other, so it's still backported. Whatever else there is in a value keeps its names: an
//! object in another version, one that a rule or a routine makes for that version, a value that isn't of the kind that
//! its type declares. A message begins with the layouts' digest, so a reader with others refuses it, with
//! [`ErrorKind::Layout`](crate::ErrorKind::Layout). How it all stands in bytes is told in the module `compact`.
//!
//! # Which form when
//! | who reads it | what it is | form |
//! | --- | --- | --- |
//! | a Python host, a person, another program, a file that is kept | anything | [`json`] |
//! | a host of this crate that agreed on layouts | single objects, short lists | compact, in rows |
//! | one that knows columns too | lists of tens to thousands of objects that resemble each other | compact, by column (`compact::Layouts::columnar`) |
//! | who looks at a few fields of such a list | the fields alone | `columns` |
//! | who has a serde format already | anything | that format |
//!
//! Columns take the least bytes: of an inventory of 10,000 objects of 15 fields 1.4 MB, beside 3.7 in rows and 13 as JSON.
//! Rows are written in a third of the time. To make objects of either takes about as long, since most of that is memory
//! that is asked for; to look at all fields by column takes a quarter, and at one field a hundredth. `benches/README.md`
//! has the figures, with those of other crates.
//!
//! At first contact there is nothing agreed on yet, so that is JSON. Hosts that call each other agree by
//! `Negotiation::compact` and `ObjectVersions::compact`.
//!
//! # In other formats
//! A derived object implements serde's traits, so it can stand in any serde structure. The functions here do
//! the same with typed errors. No mark of this crate's own reaches another format: what stands there is maps, lists and
//! scalars.
//!
//! # Which values a format holds
//! A value comes back equal, or it is refused on writing, with the exceptions below; one that lies deeper than 128 levels is refused
//! on reading, as [`Limits`](crate::field::Limits) has it. The null of a `serde_json::Value` is
//! refused where a field, an `Option`, a list or a map holds it, since null is the `None` of an `Option` there; inside the
//! `Value` it stands as any other.
//!
//! | format | whole numbers | other values |
//! | --- | --- | --- |
//! | [`json`], compact | 128 bits | all |
//! | `serde_json`, text | 128 bits | floats without digits (`NaN`, `Infinity`) are refused; a number beyond 64 bits is read as a number alone, and refused where text is made of it |
//! | `serde_json::Value` | 64 bits | the same; `-0.0` is read as 0, since the tree has one float for it and for `-0` |
//! | MessagePack (`rmp-serde`) | 64 bits | all |
//! | CBOR (`ciborium`) | 128 bits | all |
//!
//! Other formats hold as much but for this, as `tests/foreign` sees it:
//!
//! | format | what it can't hold |
//! | --- | --- |
//! | all but YAML, TOML, `ciborium` and `cbor4ii` | whole numbers beyond 64 bits, which aren't written |
//! | `ron`, YAML, TOML, `plist`, `serde-pickle`, `json5` | floats without digits, which aren't written |
//! | `ron` 0.12 | dynamic objects are read with its extension `implicit_some` alone |
//! | `bson` 3.1 | whole numbers from 2^63, which aren't written |
//! | `toml` 0.9 | null: it is left out without a word, so a field that held null comes back unset; in a list it isn't written |
//! | `plist` 1.10 | dynamic objects, which aren't read; null inside a `serde_json::Value`, which is lost |
//! | `serde-pickle` 1.2 | whole numbers from 2^63 are written, and not read |

mod changes;
#[cfg(feature = "compact")]
pub(crate) mod compact;
mod data;
mod encode;
mod envelope;
mod expected;
mod finder;
pub(crate) mod intake;
#[cfg(feature = "json")]
pub mod json;
mod names;
mod no_map;
mod one_of;
mod readable;
mod receiver;
mod text;
mod typed;

use serde::de::Deserializer;
use serde::ser::Serializer;

use crate::error::Error;
use crate::field::{Decoding, Entity, FieldType, Path, Survey};
use crate::object::{Object, Origin, VersionedObject};
use crate::version::{Target, Version};

#[cfg(feature = "compact")]
pub use compact::{CompactWriter, append_compact, columns, from_compact, peek, to_compact};
#[cfg(feature = "compact")]
pub(crate) use compact::{opened, unpack_fields};
#[cfg(feature = "compact")]
#[doc(hidden)]
pub use compact::{pack_object, unpack_object};
pub use encode::encode;
#[doc(hidden)]
pub use encode::{encode_object, show_object};
pub(crate) use envelope::{missing, read_envelope};
#[cfg(feature = "json")]
pub(crate) use json::read_json;
#[cfg(feature = "json")]
pub use json::{append_json, from_json, to_json, write_json};
#[doc(hidden)]
pub use typed::{decode_object, decode_object_behind};

#[cfg(all(feature = "compact", feature = "dynamic"))]
pub(crate) use compact::Arrived;
pub(crate) use data::{finish, read_data, read_kept};
pub(crate) use finder::Finder;
pub(crate) use names::Names;
#[doc(hidden)]
pub use one_of::{decode_one_of, deserialize_one_of};
pub(crate) use readable::{incompatible, is_read, unsupported};
pub(crate) use receiver::{Addressed, Header, KeptError, Key, Marks, Receiver};

/// Reads an object, or any value that can stand in a field, from a format.
///
/// # Errors
/// Where the value can't be read; the error says what, where and in which version.
pub fn decode<'de, T: FieldType, D: Deserializer<'de>>(deserializer: D) -> Result<T, Error> {
    decode_with(deserializer, Decoding::new())
}

/// Reads an object with a decoding of the caller's own: its limits, and the versions that it holds to.
///
/// # Errors
/// As [`decode`].
pub fn decode_with<'de, T: FieldType, D: Deserializer<'de>>(
    deserializer: D,
    decoding: Decoding<'_>,
) -> Result<T, Error> {
    match T::decode(deserializer, decoding.context()) {
        Ok(value) => Ok(value),
        Err(error) => Err(decoding.into_error(error)),
    }
}

/// Writes an object in its own version, for `Serialize`.
///
/// # Errors
/// The serializer's own.
#[doc(hidden)]
pub fn serialize_object<O: Object, S: Serializer>(object: &O, serializer: S) -> Result<S::Ok, S::Error> {
    look_at_arrived(object, object.origin(), object.schema().current()).map_err(serde::ser::Error::custom)?;
    encode_object(object, serializer, &Target::Own)
}

/// Looks at an outermost object that goes out in the older version that it arrived in, before its first byte: what was
/// made here and set into it may be refused.
pub(crate) fn look_at_arrived<E: Entity + ?Sized>(
    object: &E,
    origin: Option<&Origin>,
    current: Version,
) -> Result<(), Error> {
    match origin.and_then(Origin::version) {
        Some(version) if version < current => {
            object.survey(&Target::Own, Path::ROOT, &mut Survey::refusals())
        }
        _ => Ok(()),
    }
}

/// Reads an object with default limits, for `Deserialize`; the typed error becomes text.
///
/// # Errors
/// The deserializer's own.
#[doc(hidden)]
pub fn deserialize_object<'de, O: VersionedObject, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<O, D::Error> {
    data::by_default(|context| decode_object(deserializer, context))
}
