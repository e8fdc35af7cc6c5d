//! The name of a field that one has at hand.

use super::{Object, SeenField, Visitor};
use crate::error::{Error, ErrorKind};
use crate::field::Field;

impl<T> Field<T> {
    /// The value of this field of the object.
    ///
    /// ```
    /// use versioned_objects::{Field, VersionedObject};
    ///
    /// #[derive(VersionedObject, Default)]
    /// #[object(versions("1.0"))]
    /// struct Port {
    ///     speed: Field<i64>,
    /// }
    ///
    /// let port = Port::default();
    /// let error = port.speed.get_or_err(&port).unwrap_err();
    /// assert_eq!(error.to_string(), "Port.speed: the field is unset");
    /// ```
    ///
    /// # Errors
    /// Where the field is unset; the error names it.
    pub fn get_or_err(&self, object: &impl Object) -> Result<&T, Error> {
        self.get().ok_or_else(|| {
            let error = Error::new(ErrorKind::ObjectAction, "the field is unset");
            match index_of(self, object) {
                Some(index) => object.schema().at(index, error),
                None => error.of(&object.schema().name),
            }
        })
    }
}

/// The index of the field, which is one of the object's own: the one in the same place of the memory.
fn index_of<T, O: Object>(field: &Field<T>, object: &O) -> Option<usize> {
    struct Find(*const ());

    impl Visitor for Find {
        type Error = usize;

        fn field<F: SeenField + ?Sized>(&mut self, index: usize, field: &F) -> Result<(), usize> {
            if std::ptr::from_ref(field).cast::<()>() == self.0 { Err(index) } else { Ok(()) }
        }
    }

    object.visit(0, &mut Find(std::ptr::from_ref(field).cast())).err()
}
