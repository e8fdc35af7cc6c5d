use super::compare;
use super::fields::{self, Fields};
use crate::error::Error;
use crate::field::Entity;
use crate::primitive::Primitive;
use crate::registry::Registry;

/// What [`VersionedObject`](super::VersionedObject) does with the fields of an object by their names, for objects
/// whose type is not known when a program is built: [`DynamicObject`](crate::dynamic::DynamicObject) and
/// [`AnyObject`](crate::registry::AnyObject).
///
/// Where a value is given, the registry says which objects may be in it.
///
/// ```
/// use versioned_objects::object::ByName;
/// # use versioned_objects::{Field, Primitive, VersionedObject, registry::Registry};
/// # #[derive(VersionedObject, Clone, Default)]
/// # #[object(versions("1.0"))]
/// # struct Port {
/// #     serial: Field<String>,
/// #     #[field(default = 10)]
/// #     speed: Field<i64>,
/// # }
/// # let registry = Registry::new().with::<Port>();
/// # let json = r#"{"versioned_object.name":"Port","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","versioned_object.data":{"serial":"a"}}"#;
///
/// let mut port = registry.decode(&mut serde_json::Deserializer::from_str(json))?;
/// port.set_defaults(&registry)?;
/// assert_eq!(port.items()?, [("serial", "a".into()), ("speed", Primitive::Int(10))]);
/// port.set_by_name(&registry, "speed", "25")?;
/// assert_eq!(port.get_by_name("speed")?, Some(Primitive::Int(25)));
/// assert_eq!(port.what_changed(), ["speed"]);
/// # Ok::<(), versioned_objects::Error>(())
/// ```
#[expect(private_bounds, reason = "no other type has fields by their places")]
pub trait ByName: Fields + Entity {
    /// The names of the changed fields, in the order of the wire, those among them that hold an object with
    /// changes of its own (`obj_what_changed`).
    fn what_changed(&self) -> Vec<&str> {
        let schema = self.schema_of();
        let fields = self.changed_places().into_iter().filter_map(|place| schema.fields.get(place));
        fields.map(|field| &*field.name).collect()
    }

    /// The changed fields that have a value, each by name with its value (`obj_get_changes`).
    ///
    /// # Errors
    /// Where a value can't be written.
    fn get_changes(&self) -> Result<Vec<(&str, Primitive)>, Error> {
        Ok(named(self, fields::values(self, self.changed_places())?))
    }

    /// From here on nothing counts as changed, in the objects inside changed fields neither
    /// (`obj_reset_changes(recursive=True)`).
    fn reset_changes(&mut self) {
        fields::reset_all(self, true);
    }

    /// The same of these fields alone (`obj_reset_changes(fields, recursive=True)`). Names of no field are passed
    /// over.
    fn reset_changes_of(&mut self, names: &[&str]) {
        fields::reset(self, names, true);
    }

    /// From here on no field counts as set, but what was changed in objects inside it still counts
    /// (`obj_reset_changes()`).
    fn reset_own_changes(&mut self) {
        fields::reset_all(self, false);
    }

    /// The same of these fields alone (`obj_reset_changes(fields)`).
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

    /// The value of the field of that name as it goes out; none, where it is unset (the dict mix-in's `get`).
    ///
    /// # Errors
    /// Where there is no such field, or the value can't be written.
    fn get_by_name(&self, name: &str) -> Result<Option<Primitive>, Error> {
        fields::get(self, name)
    }

    /// Sets the field of that name to a value, coerced as the reference's setter does; null becomes the default
    /// where none may stand.
    ///
    /// # Errors
    /// Where there is no such field, its type doesn't take the value, or it is read-only and has another.
    fn set_by_name(
        &mut self,
        registry: &Registry,
        name: &str,
        value: impl Into<Primitive>,
    ) -> Result<(), Error>
    where
        Self: Sized,
    {
        fields::set(self, name, value.into(), registry)
    }

    /// Sets several fields by name, one after the other (the dict mix-in's `update`).
    ///
    /// # Errors
    /// As [`ByName::set_by_name`]; the fields before the one that is refused are set.
    fn update<'a>(
        &mut self,
        registry: &Registry,
        values: impl IntoIterator<Item = (&'a str, Primitive)>,
    ) -> Result<(), Error>
    where
        Self: Sized,
    {
        values.into_iter().try_for_each(|(name, value)| fields::set(self, name, value, registry))
    }

    /// Takes the value of the field of that name away (`del`). Whether it counts as changed stays.
    ///
    /// # Errors
    /// Where there is no such field, or it is unset.
    fn clear_by_name(&mut self, name: &str) -> Result<(), Error> {
        fields::clear(self, name)
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

    /// Sets all fields to their defaults that have one and are unset (`obj_set_defaults()`).
    ///
    /// # Errors
    /// Where a default is no value of its field's type.
    fn set_defaults(&mut self, registry: &Registry) -> Result<(), Error> {
        fields::set_defaults(self, registry)
    }

    /// Sets these fields to their defaults where they are unset (`obj_set_defaults(*names)`).
    ///
    /// # Errors
    /// Where one of them has no default, whether it is set or not, or there is no such field.
    fn set_defaults_of(&mut self, registry: &Registry, names: &[&str]) -> Result<(), Error> {
        fields::set_defaults_of(self, names, registry)
    }

    /// A copy that was made here: it and the objects inside it have the values and the changes, but forgot which
    /// version they came in (`obj_clone`). `Clone` itself keeps that.
    fn obj_clone(&self) -> Self
    where
        Self: Clone,
    {
        let mut copy = self.clone();
        copy.forget_origins();
        copy
    }

    /// Whether both go out as one and the same primitive: values, changes and version
    /// (`ComparableVersionedObject`).
    ///
    /// # Errors
    /// Where one of them can't be written.
    fn equals_as_primitive(&self, registry: &Registry, other: &Self) -> Result<bool, Error>
    where
        Self: Sized,
    {
        compare::equal_as_primitive(self.schema_of(), registry, self, other)
    }

    /// The same without looking at changes and at these keys, in the objects inside it neither (nova's
    /// `obj_equal_prims`).
    ///
    /// # Errors
    /// Where one of them can't be written.
    fn equals_as_primitive_without(
        &self,
        registry: &Registry,
        other: &Self,
        keys: &[&str],
    ) -> Result<bool, Error>
    where
        Self: Sized,
    {
        compare::equal_without(self.schema_of(), registry, self, other, keys)
    }
}

/// The values under the names of their fields.
fn named<F: Fields + ?Sized>(object: &F, values: Vec<(usize, Primitive)>) -> Vec<(&str, Primitive)> {
    let fields = &object.schema_of().fields;
    let name = |(place, value): (usize, Primitive)| Some((&*fields.get(place)?.name, value));
    values.into_iter().filter_map(name).collect()
}
