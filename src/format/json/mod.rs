//! JSON text, as the reference reads and writes it: serde's [`Serializer`] and [`Deserializer`].
//!
//! They take what Python's `json` takes and the standard leaves out: whole numbers beyond 64 bits come
//! with all their digits, up to 128 bits, and `NaN`, `Infinity` and `-Infinity` are numbers. They know what the names
//! of an object's fields look like, and are faster with them than a serializer for any data can be; with
//! `serde_json` objects work just as well.

/// Methods of a serializer that takes little else than text, and refuses the rest with that error.
macro_rules! text_alone {
    ($error:expr) => {
        text_alone! { $error;
            serialize_f32(f32) -> ();
            serialize_f64(f64) -> ();
            serialize_none() -> ();
            serialize_unit() -> ();
            serialize_unit_struct(&'static str) -> ();
            serialize_seq(Option<usize>) -> Self::SerializeSeq;
            serialize_tuple(usize) -> Self::SerializeTuple;
            serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
            serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
            serialize_map(Option<usize>) -> Self::SerializeMap;
            serialize_struct(&'static str, usize) -> Self::SerializeStruct;
            serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
        }

        type Ok = ();
        type Error = JsonError;
        type SerializeSeq = serde::ser::Impossible<(), JsonError>;
        type SerializeTuple = Self::SerializeSeq;
        type SerializeTupleStruct = Self::SerializeSeq;
        type SerializeTupleVariant = Self::SerializeSeq;
        type SerializeMap = Self::SerializeSeq;
        type SerializeStruct = Self::SerializeSeq;
        type SerializeStructVariant = Self::SerializeSeq;

        serialize_plainly! { serialize_some }

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<(), JsonError> {
            Err($error)
        }
    };
    ($error:expr; $($method:ident($($ty:ty),*) -> $ok:ty;)*) => {
        $(fn $method(self, $(_: $ty),*) -> Result<$ok, JsonError> {
            Err($error)
        })*
    };
}

mod de;
mod error;
mod number;
mod plain;
mod raw;
mod scan;
mod ser;
mod text;

pub use de::Deserializer;
pub use error::JsonError;
#[cfg(feature = "rpc")]
pub(crate) use raw::raw_value;
pub use ser::{IoSink, Serializer, Sink};
