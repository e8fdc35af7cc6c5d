//! Where in an object an error was met.

use super::{FieldSchema, ObjectSchema};
use crate::error::{Error, Step};

impl ObjectSchema {
    /// The error, met in the field at that index.
    #[cold]
    pub(crate) fn at(&self, index: usize, error: Error) -> Error {
        match self.fields.get(index) {
            Some(field) => self.within(field, error),
            None => error,
        }
    }

    /// The error, met in that field.
    #[cold]
    pub(crate) fn within(&self, field: &FieldSchema, error: Error) -> Error {
        error.within(self.step(field))
    }

    /// The step from the object to that field.
    #[cold]
    pub(crate) fn step(&self, field: &FieldSchema) -> Step {
        Step::Field { object: self.name.to_string(), field: field.name.to_string() }
    }
}
