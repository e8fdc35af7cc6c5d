//! Objects: what the derive implements, and what can be done with any object.

mod by_name;
mod changes;
mod compare;
mod fields;
mod lazy;
mod list;
mod one_of;
mod origin;
#[cfg(all(feature = "derive", feature = "chrono"))]
mod parts;
mod places;
mod unknown;
mod visit;

use serde::Deserialize as _;
use serde::de::Deserializer;

use crate::error::{Error, ErrorKind};
use crate::field::{Context, Entity, FieldType};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::ObjectSchema;
use crate::version::Version;

pub use by_name::ByName;
#[cfg(feature = "dynamic")]
pub(crate) use changes::reset_field;
pub(crate) use changes::{changed_fields, is_changed};
pub use changes::{has_changes, reset_changes};
#[cfg(feature = "proptest")]
pub(crate) use compare::same_object;
#[cfg(any(feature = "rpc", feature = "proptest"))]
pub(crate) use compare::same_value;
pub(crate) use fields::Fields;
#[cfg(feature = "rpc")]
pub(crate) use fields::apply;
#[cfg(feature = "dynamic")]
pub(crate) use fields::read_only;
pub use lazy::LazyLoad;
pub use list::{ListSlot, ObjectList};
#[cfg(feature = "dynamic")]
pub(crate) use list::{part, unequal_lists};
pub use one_of::{ObjectVisitorMut, OneOf};
pub use origin::{Origin, forget_origins};
#[cfg(all(feature = "derive", feature = "chrono"))]
pub use parts::{PersistentObject, TimestampedObject};
pub(crate) use places::Places;
pub use unknown::UnknownFields;
pub use visit::{FieldVisitor, FieldVisitorMut, ValueVisitor, Visitor, VisitorMut};

/// An object: a schema, and fields with values. Derived objects are this, and objects whose schema was read at
/// run time.
pub trait Object: Entity {
    /// Whether the schema has rules beyond `since`, or a routine. What they take isn't compiled for an object that has
    /// none.
    const HAS_RULES: bool = true;

    /// What it is.
    fn schema(&self) -> &ObjectSchema;

    /// Shows all fields; `first` is added to each field's index.
    ///
    /// # Errors
    /// The visitor's own.
    fn visit<V: Visitor>(&self, first: usize, visitor: &mut V) -> Result<(), V::Error>;

    /// Shows the field at that index, where there is one.
    fn visit_field<V: FieldVisitor>(&self, index: usize, visitor: V) -> Option<V::Output>;

    /// Where the object came from, if it remembers.
    fn origin(&self) -> Option<&Origin> {
        None
    }

    /// The fields of a newer release that it carries along, if it is a relay.
    fn unknown(&self) -> Option<&UnknownFields> {
        None
    }

    /// What an extra field is of the object as it stands: one that is made of other fields and isn't on the wire
    /// (`obj_extra_fields`).
    ///
    /// # Errors
    /// Where there is no such field, or nothing here tells it.
    fn extra_field(&self, name: &str) -> Result<Primitive, Error> {
        Err(unknown_field(self.schema(), name))
    }

    /// Shows the older form of a set field, by the schema's conversion of that index. `None` where the field is
    /// unset or there is no such conversion.
    ///
    /// # Errors
    /// Where the value has no older form.
    fn convert<V: ValueVisitor>(&self, index: usize, visitor: V) -> Result<Option<V::Output>, Error> {
        let _ = (index, visitor);
        Ok(None)
    }

    /// Finishes a backport, once the rules have been applied to the primitives in `data`
    /// (`obj_make_compatible`).
    ///
    /// # Errors
    /// Where the object can't be written for the target.
    fn make_compatible(&self, data: &mut Primitive, target: Version) -> Result<(), Error> {
        let _ = (data, target);
        Ok(())
    }
}

/// An object with a Rust type of its own. The derive of the same name implements it.
pub trait VersionedObject: Object + FieldType {
    /// What it is.
    const SCHEMA: &'static ObjectSchema;

    /// The object as it is before any field is set; a list object then has no elements (`[]`, unchanged).
    fn unset() -> Self;

    /// Where the field of that name on the wire stands.
    fn index_of(name: &str) -> Option<usize>;

    /// Shows all fields, to be changed; `first` is added to each field's index.
    ///
    /// # Errors
    /// The visitor's own.
    fn visit_mut<V: VisitorMut>(&mut self, first: usize, visitor: &mut V) -> Result<(), V::Error> {
        (0..Self::SCHEMA.fields.len()).try_for_each(|index| {
            let one = places::One { index: first + index, visitor: &mut *visitor };
            self.visit_field_mut(index, one).unwrap_or(Ok(()))
        })
    }

    /// Shows the field at that index, where there is one, to be changed.
    fn visit_field_mut<V: FieldVisitorMut>(&mut self, index: usize, visitor: V) -> Option<V::Output>;

    /// Where the object came from, if it remembers.
    fn origin_mut(&mut self) -> Option<&mut Origin> {
        None
    }

    /// The fields of a newer release that it carries along, if it is a relay.
    fn unknown_mut(&mut self) -> Option<&mut UnknownFields> {
        None
    }

    /// Whether the object carries fields along that it doesn't know.
    const IS_RELAY: bool = false;

    /// Reads the older form of a field by the schema's conversion of that index.
    ///
    /// # Errors
    /// The deserializer's own, and where the older form means nothing today.
    fn convert_from<'de, D: Deserializer<'de>>(
        &mut self,
        index: usize,
        deserializer: D,
        context: Context<'_>,
    ) -> Result<(), D::Error> {
        let _ = (index, context);
        serde::de::IgnoredAny::deserialize(deserializer).map(drop)
    }

    /// The names of the changed fields, in the order of the wire, those among them that hold an object with
    /// changes of its own (`obj_what_changed`).
    fn what_changed(&self) -> Vec<&'static str> {
        let fields = changed_fields(self).into_iter().filter_map(|place| Self::SCHEMA.fields.get(place));
        fields.map(|field| &*field.name).collect()
    }

    /// From here on nothing counts as changed, in the objects inside changed fields neither
    /// (`obj_reset_changes(recursive=True)`). Into a field that counts as unchanged it doesn't look, so elements of
    /// a plain list keep their changes where the list itself has none.
    fn reset_changes(&mut self) {
        changes::reset_changes(self);
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

    /// The changed fields that have a value, each by name with its value (`obj_get_changes`).
    ///
    /// # Errors
    /// Where a value can't be written.
    fn get_changes(&self) -> Result<Vec<(&'static str, Primitive)>, Error> {
        Ok(named::<Self>(fields::values(self, changed_fields(self))?))
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
    /// extra field has one at all times.
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
    fn set_by_name(&mut self, name: &str, value: impl Into<Primitive>) -> Result<(), Error> {
        fields::set(self, name, value.into(), &Registry::new())
    }

    /// Takes the value of the field of that name away (`del`). Whether it counts as changed stays.
    ///
    /// # Errors
    /// Where there is no such field, or it is unset.
    fn clear_by_name(&mut self, name: &str) -> Result<(), Error> {
        fields::clear(self, name)
    }

    /// The set fields by name, each with its value as it goes out, in the order of the wire, and then the extra
    /// fields (the dict mix-in's `items`).
    ///
    /// # Errors
    /// Where a value can't be written.
    fn items(&self) -> Result<Vec<(&'static str, Primitive)>, Error> {
        let mut items = named::<Self>(fields::values(self, fields::all(self))?);
        for name in Self::SCHEMA.extra_fields.iter() {
            items.push((name, self.extra_field(name)?));
        }
        Ok(items)
    }

    /// Sets several fields by name, one after the other (the dict mix-in's `update`).
    ///
    /// # Errors
    /// As [`VersionedObject::set_by_name`]; the fields before the one that is refused are set.
    fn update<'a>(&mut self, values: impl IntoIterator<Item = (&'a str, Primitive)>) -> Result<(), Error> {
        let registry = Registry::new();
        values.into_iter().try_for_each(|(name, value)| fields::set(self, name, value, &registry))
    }

    /// Sets all fields to their defaults that have one and are unset (`obj_set_defaults()`).
    ///
    /// # Errors
    /// Where a default is no value of its field's type.
    fn set_defaults(&mut self) -> Result<(), Error> {
        fields::set_defaults(self, &Registry::new())
    }

    /// Sets these fields to their defaults where they are unset (`obj_set_defaults(*names)`).
    ///
    /// # Errors
    /// Where one of them has no default, whether it is set or not, or there is no such field.
    fn set_defaults_of(&mut self, names: &[&str]) -> Result<(), Error> {
        fields::set_defaults_of(self, names, &Registry::new())
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
    fn equals_as_primitive(&self, other: &Self) -> Result<bool, Error> {
        compare::equal_as_primitive(Self::SCHEMA, &Registry::new(), self, other)
    }

    /// The same without looking at changes and at these keys, in the objects inside it neither (nova's
    /// `obj_equal_prims`).
    ///
    /// # Errors
    /// Where one of them can't be written.
    fn equals_as_primitive_without(&self, other: &Self, keys: &[&str]) -> Result<bool, Error> {
        compare::equal_without(Self::SCHEMA, &Registry::new(), self, other, keys)
    }

    /// Looks at the whole object once it was read.
    ///
    /// # Errors
    /// Where its fields contradict each other.
    fn validate(&self) -> Result<(), Error> {
        Ok(())
    }
}

/// The values under the names of their fields.
fn named<O: VersionedObject>(values: Vec<(usize, Primitive)>) -> Vec<(&'static str, Primitive)> {
    let name = |(place, value): (usize, Primitive)| Some((&*O::SCHEMA.fields.get(place)?.name, value));
    values.into_iter().filter_map(name).collect()
}

#[doc(hidden)]
pub fn unknown_field(schema: &ObjectSchema, name: &str) -> Error {
    let message = format!("{} has no field {name:?}", schema.name);
    Error::new(ErrorKind::UnknownField, message).of(&schema.name)
}
