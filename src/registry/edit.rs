//! Setting the fields of an object by name, with a registry that knows the objects in the values.

use super::Registry;
use crate::error::Error;
use crate::object::{Fields, VersionedObject, assign};
use crate::primitive::Primitive;
use crate::schema::ObjectSchema;

impl Registry {
    /// The object, to be read and set by the names of its fields: [`ByName`](crate::ByName) and
    /// [`SetByName`](crate::SetByName). Objects in the values are those of this registry, in the versions that it
    /// reads.
    ///
    /// ```
    /// use versioned_objects::{ByName, Field, Primitive, SetByName, VersionedObject, registry::Registry};
    ///
    /// #[derive(VersionedObject, Clone)]
    /// #[object(versions("1.0"))]
    /// struct Port {
    ///     speed: Field<i64>,
    /// }
    ///
    /// let registry = Registry::new().with::<Port>();
    /// let mut port = registry.unset("Port")?;
    /// registry.edit(&mut port).set_by_name("speed", 25)?;
    /// assert_eq!(port.get_by_name("speed")?, Some(Primitive::Int(25)));
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    #[expect(private_bounds, reason = "no other type has fields by their index")]
    pub fn edit<'a, O: Editable>(&'a self, object: &'a mut O) -> Edit<'a, O> {
        Edit { registry: self, object }
    }
}

/// An object and the registry that knows the objects in its values: what [`Registry::edit`] gives.
#[derive(Debug)]
pub struct Edit<'a, O> {
    registry: &'a Registry,
    object: &'a mut O,
}

/// An object that takes values with objects of a registry in them.
pub(crate) trait Editable: Fields {
    /// Sets the field at that index to a value that a caller gives.
    fn assign_known(&mut self, index: usize, value: Primitive, registry: &Registry) -> Result<(), Error>;
}

impl<O: VersionedObject> Editable for O {
    fn assign_known(&mut self, index: usize, value: Primitive, registry: &Registry) -> Result<(), Error> {
        assign(self, index, value, registry.decoding().of_caller())
    }
}

impl<O: Editable> Fields for Edit<'_, O> {
    fn schema_of(&self) -> &ObjectSchema {
        self.object.schema_of()
    }

    fn to_primitive(&self) -> Result<Primitive, Error> {
        self.object.to_primitive()
    }

    fn schema_named(&self, name: &str) -> Option<&ObjectSchema> {
        self.registry.schema(name).ok()
    }

    fn index_of_field(&self, name: &str) -> Option<usize> {
        self.object.index_of_field(name)
    }

    fn is_set_at(&self, index: usize) -> bool {
        self.object.is_set_at(index)
    }

    fn value_at(&self, index: usize) -> Option<Result<Primitive, Error>> {
        self.object.value_at(index)
    }

    fn assign_at(&mut self, index: usize, value: Primitive) -> Result<(), Error> {
        self.object.assign_known(index, value, self.registry)
    }

    fn clear_at(&mut self, index: usize) -> bool {
        self.object.clear_at(index)
    }

    fn reset_at(&mut self, index: usize, within: bool) {
        self.object.reset_at(index, within);
    }

    fn reset_unknown(&mut self) {
        self.object.reset_unknown();
    }

    fn changed_indexes(&self) -> Vec<usize> {
        self.object.changed_indexes()
    }

    fn tells_extra_fields(&self) -> bool {
        self.object.tells_extra_fields()
    }

    fn extra(&self, name: &str) -> Result<Primitive, Error> {
        self.object.extra(name)
    }
}
