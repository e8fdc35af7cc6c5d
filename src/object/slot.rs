//! A field of a derived object behind a pointer.

use serde::de::value::Error as Refusal;
use serde::de::{DeserializeSeed as _, IntoDeserializer as _};

use super::changes::reset_field;
use super::fields::read_only;
use crate::error::Error;
use crate::field::{Context, Decoding, Field, FieldType, ValueSeed, check_value};
use crate::primitive::{Primitive, Reader};
use crate::schema::{FieldSchema, ObjectSchema};

/// A field whose type isn't known: what is done with fields where time doesn't count is compiled once for each type
/// of value, and not for each object.
pub trait AnyField {
    /// Whether it has a value.
    fn is_set(&self) -> bool;

    /// Takes the value away; false, where there is none.
    fn clear(&mut self) -> bool;

    /// Marks it as changed.
    fn mark_changed(&mut self);

    /// Resets its changes; `within` those of the objects in it too.
    fn reset(&mut self, schema: &ObjectSchema, index: usize, within: bool);

    /// Makes the objects in it forget the version that they arrived in.
    fn forget_origins(&mut self);

    /// Fills in a value that was kept until it could be read.
    ///
    /// # Errors
    /// Where its type doesn't take the value.
    fn fill_kept(
        &mut self,
        value: Reader<Refusal>,
        schema: &'static FieldSchema,
        context: Context<'_>,
    ) -> Result<(), Refusal>;

    /// Sets it to a value that a caller gives.
    ///
    /// # Errors
    /// Where its type doesn't take the value, or it is read-only and has another.
    fn assign(
        &mut self,
        value: Primitive,
        schema: &'static FieldSchema,
        decoding: Decoding<'_>,
    ) -> Result<(), Error>;
}

impl<T: FieldType> AnyField for Field<T> {
    fn is_set(&self) -> bool {
        Field::is_set(self)
    }

    fn clear(&mut self) -> bool {
        Field::clear(self).is_some()
    }

    fn mark_changed(&mut self) {
        Field::mark_changed(self);
    }

    fn reset(&mut self, schema: &ObjectSchema, index: usize, within: bool) {
        reset_field(self, schema, index, within);
    }

    fn forget_origins(&mut self) {
        Field::forget_origins(self);
    }

    fn fill_kept(
        &mut self,
        value: Reader<Refusal>,
        schema: &'static FieldSchema,
        context: Context<'_>,
    ) -> Result<(), Refusal> {
        self.fill(ValueSeed::new(schema, context).deserialize(value)?);
        Ok(())
    }

    fn assign(
        &mut self,
        value: Primitive,
        schema: &'static FieldSchema,
        decoding: Decoding<'_>,
    ) -> Result<(), Error> {
        let seed = ValueSeed::<T>::new(schema, decoding.context());
        let read: Result<T, Refusal> = seed.deserialize(value.into_deserializer());
        let value = match read {
            Ok(value) => value,
            Err(error) => return Err(decoding.into_error(error)),
        };
        check_value(schema, &value)?;
        if let Some(old) = self.get() {
            value.may_follow(old)?;
            if schema.read_only {
                return if value.equals(old) { Ok(()) } else { Err(read_only(schema)) };
            }
        }
        self.set(value);
        Ok(())
    }
}
