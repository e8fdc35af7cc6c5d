//! What one method of a serializer is by another, once for all serializers.

/// Methods of a `Serializer` that say what another one says: `f32` as `f64`, a character as text, a tuple as a list.
macro_rules! serialize_plainly {
    ($($method:ident)+) => {
        $(serialize_plainly! { @ $method })+
    };
    // Whole numbers by the method that takes them all.
    ($($integer:ident($ty:ty)),+ as $whole:ident) => {
        $(#[inline]
        fn $integer(self, value: $ty) -> Result<Self::Ok, Self::Error> {
            self.$whole(value.into())
        })+
    };
    (@ serialize_f32) => {
        fn serialize_f32(self, value: f32) -> Result<Self::Ok, Self::Error> {
            self.serialize_f64(value.into())
        }
    };
    (@ serialize_char) => {
        fn serialize_char(self, value: char) -> Result<Self::Ok, Self::Error> {
            self.serialize_str(value.encode_utf8(&mut [0; 4]))
        }
    };
    (@ serialize_some) => {
        #[inline]
        fn serialize_some<T: serde::Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Self::Error> {
            value.serialize(self)
        }
    };
    (@ serialize_unit) => {
        #[inline]
        fn serialize_unit(self) -> Result<Self::Ok, Self::Error> {
            self.serialize_none()
        }
    };
    (@ serialize_unit_struct) => {
        fn serialize_unit_struct(self, _: &'static str) -> Result<Self::Ok, Self::Error> {
            self.serialize_none()
        }
    };
    (@ serialize_unit_variant) => {
        fn serialize_unit_variant(
            self,
            _: &'static str,
            _: u32,
            variant: &'static str,
        ) -> Result<Self::Ok, Self::Error> {
            self.serialize_str(variant)
        }
    };
    (@ serialize_newtype_struct) => {
        #[inline]
        fn serialize_newtype_struct<T: serde::Serialize + ?Sized>(
            self,
            _: &'static str,
            value: &T,
        ) -> Result<Self::Ok, Self::Error> {
            value.serialize(self)
        }
    };
    (@ serialize_tuple) => {
        fn serialize_tuple(self, length: usize) -> Result<Self::SerializeTuple, Self::Error> {
            self.serialize_seq(Some(length))
        }
    };
    (@ serialize_tuple_struct) => {
        fn serialize_tuple_struct(
            self,
            _: &'static str,
            length: usize,
        ) -> Result<Self::SerializeTupleStruct, Self::Error> {
            self.serialize_seq(Some(length))
        }
    };
    (@ serialize_struct) => {
        fn serialize_struct(
            self,
            _: &'static str,
            length: usize,
        ) -> Result<Self::SerializeStruct, Self::Error> {
            self.serialize_map(Some(length))
        }
    };
}
