//! A field of a derived object behind a pointer.

use serde::de::IntoDeserializer as _;
use serde::de::value::Error as Refusal;

use super::changes::reset_field;
use super::fields::read_only;
use super::seen::Seen;
use crate::behind::{Failed, Input, through};
use crate::error::Error;
use crate::field::{Context, Decoding, Field, FieldType, ValueSeed, check_value};
use crate::primitive::{Primitive, Reader};
use crate::schema::{FieldSchema, ObjectSchema};

/// A field whose type isn't known: what is done with fields where time doesn't count is compiled once for each type
/// of value, and not for each object.
pub trait AnyField: Seen {
    /// Takes the value away; false, where there is none.
    fn clear(&mut self) -> bool;

    /// Marks it as changed.
    fn mark_changed(&mut self);

    /// Resets its changes; `within` those of the objects in it too.
    fn reset(&mut self, schema: &ObjectSchema, index: usize, within: bool);

    /// Makes the objects in it forget the version that they arrived in.
    fn forget_origins(&mut self);

    /// Reads its value through a pointer.
    ///
    /// # Errors
    /// Where its type doesn't take the value.
    fn read(
        &mut self,
        input: &mut dyn Input<'_>,
        schema: &'static FieldSchema,
        context: Context<'_>,
    ) -> Result<(), Failed>;

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

/// Reads and checks a value that a caller gives.
fn read_given(
    field: &mut dyn AnyField,
    value: Primitive,
    schema: &'static FieldSchema,
    decoding: Decoding<'_>,
) -> Result<(), Error> {
    let reader: Reader<Refusal> = value.into_deserializer();
    if let Err(error) = through(reader, |input| field.read(input, schema, decoding.field_context())) {
        return Err(decoding.into_error(error));
    }
    field.shown().map_or(Ok(()), |value| check_value(schema, value))
}

impl<T: FieldType> AnyField for Field<T> {
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

    fn read(
        &mut self,
        input: &mut dyn Input<'_>,
        schema: &'static FieldSchema,
        context: Context<'_>,
    ) -> Result<(), Failed> {
        self.fill(ValueSeed::new(schema, context).read(input)?);
        Ok(())
    }

    fn assign(
        &mut self,
        value: Primitive,
        schema: &'static FieldSchema,
        decoding: Decoding<'_>,
    ) -> Result<(), Error> {
        let mut given = Field::<T>::unset();
        read_given(&mut given, value, schema, decoding)?;
        let Some(value) = given.into_value() else { return Ok(()) };
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
