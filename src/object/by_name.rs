use super::{Fields, compare, fields};
use crate::error::Error;
use crate::field::Entity;
use crate::primitive::Primitive;

/// Reads the fields of any object by their names, and resets its changes: of a derived one, of a
/// `DynamicObject` (feature `dynamic`), of an [`AnyObject`](crate::registry::AnyObject).
///
/// ```
/// use versioned_objects::{ByName, Field, Primitive, SetByName, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Default)]
/// #[object(versions("1.0"))]
/// struct Port {
///     serial: Field<String>,
///     #[field(default = 10)]
///     speed: Field<i64>,
/// }
///
/// let mut port = Port { serial: Field::unchanged("a".to_owned()), ..Port::default() };
/// port.set_defaults()?;
/// assert_eq!(port.items()?, [("serial", "a".into()), ("speed", Primitive::Int(10))]);
/// port.reset_changes();
/// port.set_by_name("speed", 25)?;
/// assert_eq!(port.get_by_name("speed")?, Some(Primitive::Int(25)));
/// assert_eq!(port.what_changed(), ["speed"]);
/// # Ok::<(), versioned_objects::Error>(())
/// ```
pub trait ByName: Fields {
    /// The names of the changed fields, in the order of the wire, those among them that hold an object with
    /// changes of its own (`obj_what_changed`).
    fn what_changed(&self) -> Vec<&str> {
        let schema = self.schema_of();
        let fields = self.changed_indexes().into_iter().filter_map(|index| schema.fields.get(index));
        fields.map(|field| &*field.name).collect()
    }

    /// The changed fields that have a value, each by name with its value (`obj_get_changes`).
    ///
    /// # Errors
    /// Where a value can't be written.
    fn get_changes(&self) -> Result<Vec<(&str, Primitive)>, Error> {
        Ok(named(self, fields::values(self, self.changed_indexes())?))
    }

    /// Resets all changes, those in the objects inside changed fields too (`obj_reset_changes(recursive=True)`). Into
    /// a field that counts as unchanged it doesn't look, so elements of a plain list keep their changes where the list
    /// itself has none.
    fn reset_changes(&mut self) {
        fields::reset_all(self, true);
    }

    /// Resets the changes of these fields and of the objects inside them (`obj_reset_changes(fields,
    /// recursive=True)`). Names of no field are passed over.
    fn reset_changes_of(&mut self, names: &[&str]) {
        fields::reset(self, names, true);
    }

    /// Resets the changes of the object itself; what was changed in objects inside it still counts
    /// (`obj_reset_changes()`).
    fn reset_own_changes(&mut self) {
        fields::reset_all(self, false);
    }

    /// Resets the changes of these fields themselves (`obj_reset_changes(fields)`).
    fn reset_own_changes_of(&mut self, names: &[&str]) {
        fields::reset(self, names, false);
    }

    /// Whether the field of that name is set (`obj_attr_is_set`); of an extra field, never.
    ///
    /// # Errors
    /// Where there is no such field.
    fn is_set(&self, name: &str) -> Result<bool, Error> {
        fields::is_set(self, name)
    }

    /// Whether there is a field of that name that is set (`in`).
    fn has(&self, name: &str) -> bool {
        fields::has(self, name)
    }

    /// The value of the field of that name as it goes out; none, where it is unset (the dict mix-in's `get`). An
    /// extra field of a derived object has one at all times.
    ///
    /// # Errors
    /// Where there is no such field, or the value can't be written.
    fn get_by_name(&self, name: &str) -> Result<Option<Primitive>, Error> {
        fields::get(self, name)
    }

    /// The set fields by name, each with its value as it goes out, in the order of the wire, and then the extra
    /// fields that can be told here (the dict mix-in's `items`): those of a dynamic object can't.
    ///
    /// # Errors
    /// Where a value can't be written.
    fn items(&self) -> Result<Vec<(&str, Primitive)>, Error> {
        let mut items = named(self, fields::values(self, fields::all(self))?);
        if self.tells_extra_fields() {
            for name in self.schema_of().extra_fields.iter() {
                items.push((name, self.extra(name)?));
            }
        }
        Ok(items)
    }

    /// A copy that was made here: it and the objects inside it have the values and the changes, but forgot which
    /// version they came in (`obj_clone`). `Clone` itself keeps that. Objects that an `Rc` or an `Arc` shares with the
    /// original are copied too.
    fn obj_clone(&self) -> Self
    where
        Self: Clone + Entity,
    {
        let mut copy = self.clone();
        copy.forget_origins();
        copy
    }
}

impl<F: Fields + ?Sized> ByName for F {}

/// Sets the fields of any object by their names, and compares objects as they go out. A derived object knows the
/// types of all that is in it. A value of a dynamic one with objects in it needs a registry that knows them:
/// [`Registry::edit`](crate::registry::Registry::edit).
pub trait SetByName: ByName {
    /// Sets the field of that name to a value, coerced as the reference's setter does; null becomes the default
    /// where none may stand.
    ///
    /// # Errors
    /// Where there is no such field, its type doesn't take the value, or it is read-only and has another.
    fn set_by_name(&mut self, name: &str, value: impl Into<Primitive>) -> Result<(), Error> {
        fields::set(self, name, value.into())
    }

    /// Sets several fields by name, one after the other (the dict mix-in's `update`).
    ///
    /// # Errors
    /// As [`SetByName::set_by_name`]; the fields before the one that is refused are set.
    fn update<'a>(&mut self, values: impl IntoIterator<Item = (&'a str, Primitive)>) -> Result<(), Error> {
        values.into_iter().try_for_each(|(name, value)| fields::set(self, name, value))
    }

    /// Takes the value of the field of that name away (`del`). Whether it counts as changed stays.
    ///
    /// # Errors
    /// Where there is no such field, or it is unset.
    fn clear_by_name(&mut self, name: &str) -> Result<(), Error> {
        fields::clear(self, name)
    }

    /// Sets all fields to their defaults that have one and are unset (`obj_set_defaults()`).
    ///
    /// # Errors
    /// Where a default is no value of its field's type.
    fn set_defaults(&mut self) -> Result<(), Error> {
        fields::set_defaults(self)
    }

    /// Sets these fields to their defaults where they are unset (`obj_set_defaults(*names)`).
    ///
    /// # Errors
    /// Where one of them has no default, whether it is set or not, or there is no such field.
    fn set_defaults_of(&mut self, names: &[&str]) -> Result<(), Error> {
        fields::set_defaults_of(self, names)
    }

    /// Whether both go out as one and the same primitive: values, changes and version
    /// (`ComparableVersionedObject`).
    ///
    /// # Errors
    /// Where one of them can't be written.
    fn equals_as_primitive(&self, other: &(impl ByName + ?Sized)) -> Result<bool, Error> {
        compare::equal_as_primitive(self, other)
    }

    /// Whether both go out as one and the same primitive, changes and these keys left out, in the objects inside
    /// them too (nova's `obj_equal_prims`).
    ///
    /// # Errors
    /// Where one of them can't be written.
    fn equals_as_primitive_without(
        &self,
        other: &(impl ByName + ?Sized),
        keys: &[&str],
    ) -> Result<bool, Error> {
        compare::equal_without(self, other, keys)
    }
}

impl<F: Fields + ?Sized> SetByName for F {}

/// The values under the names of their fields.
fn named<F: Fields + ?Sized>(object: &F, values: Vec<(usize, Primitive)>) -> Vec<(&str, Primitive)> {
    let fields = &object.schema_of().fields;
    let name = |(index, value): (usize, Primitive)| Some((&*fields.get(index)?.name, value));
    values.into_iter().filter_map(name).collect()
}
