//! Methods of a list object that is read at run time; [`ObjectList`](crate::ObjectList) has it for derived
//! ones.

use std::cmp::Ordering;
use std::ops::RangeBounds;

use super::object::DynamicObject;
use super::read::is_fitting;
use super::value::Value;
use crate::error::{Error, ErrorKind};
use crate::field::Field;
use crate::object::{ByName as _, part, unequal_lists};
use crate::registry::{AnyObject, Registry};
use crate::schema::{Kind, TypeSchema};

/// Of a list object.
impl DynamicObject {
    /// Returns the elements, of which there are none where they are unset or it is no list object.
    pub fn elements(&self) -> impl DoubleEndedIterator<Item = &AnyObject> {
        self.values().iter().filter_map(Value::as_object)
    }

    /// The elements, to be changed in place. The list doesn't count as changed by that, as in the reference.
    pub fn elements_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut AnyObject> {
        self.values_mut().iter_mut().filter_map(|value| match value {
            Value::Object(object) => Some(object),
            _ => None,
        })
    }

    /// Sorts the elements in place; the list doesn't count as changed by that, as in the reference.
    pub fn sort_by(&mut self, mut compare: impl FnMut(&AnyObject, &AnyObject) -> Ordering) {
        self.values_mut().sort_by(|a, b| match (a, b) {
            (Value::Object(a), Value::Object(b)) => compare(a, b),
            _ => Ordering::Equal,
        });
    }

    /// A list object with these elements alone, unchanged; its elements keep their changes. What else a list
    /// object has is not taken along. A range that reaches beyond the end stops there.
    ///
    /// # Errors
    /// Where it is no list object.
    pub fn slice(&self, range: impl RangeBounds<usize>) -> Result<Self, Error> {
        let elements = part(self.values(), range).to_vec();
        let mut list = DynamicObject::unset(self.schema.clone());
        *list.objects_mut()? = Field::unchanged(Value::List(elements));
        Ok(list)
    }

    /// The elements of both, of which the list counts as changed (`+`).
    ///
    /// # Errors
    /// Where one is no list object, they are of different ones, or have more fields than `objects`.
    pub fn concat(&self, other: &Self) -> Result<Self, Error> {
        let is_other =
            self.schema.name != other.schema.name || self.schema.current() != other.schema.current();
        if is_other || self.schema.fields.len() != 1 {
            return Err(unequal_lists(&self.schema));
        }
        let mut list = DynamicObject::unset(self.schema.clone());
        list.objects_mut()?.set(Value::List([self.values(), other.values()].concat()));
        Ok(list)
    }

    /// Makes the list anew of a database's rows: `from_row` makes an element of an unset one and a row
    /// (`_from_db_object`). The list counts as unchanged, and its elements keep whatever changes they were given
    /// (`obj_make_list`).
    ///
    /// # Errors
    /// Where it is no list object, its elements aren't registered, and those of `from_row`; the list then has no
    /// elements.
    pub fn make_list<R, E: From<Error>>(
        &mut self,
        registry: &Registry,
        rows: impl IntoIterator<Item = R>,
        mut from_row: impl FnMut(AnyObject, R) -> Result<AnyObject, E>,
    ) -> Result<(), E> {
        let objects = self.objects_mut()?;
        *objects = Field::unchanged(Value::List(Vec::new()));
        let ty = self.element_type()?;
        let Kind::Object { name, subclasses, .. } = &ty.kind else { return Err(self.no_list().into()) };
        let mut elements = Vec::new();
        for row in rows {
            let element = from_row(registry.unset(name)?, row)?;
            is_fitting(element.schema(), name, *subclasses)?;
            elements.push(Value::Object(element));
        }
        self.reset_own_changes();
        *self.objects_mut()? = Field::unchanged(Value::List(elements));
        Ok(())
    }

    fn element_type(&self) -> Result<&TypeSchema, Error> {
        match self.schema.field("objects").map(|field| &field.ty.kind) {
            Some(Kind::List(element)) if self.schema.is_list() => Ok(&element.ty),
            _ => Err(self.no_list()),
        }
    }

    fn no_list(&self) -> Error {
        Error::new(ErrorKind::ObjectAction, "it is no list object").of(&self.schema.name)
    }

    fn index_of_objects(&self) -> Option<usize> {
        self.schema.index_of("objects").filter(|_| self.schema.is_list())
    }

    fn objects_mut(&mut self) -> Result<&mut Field<Value>, Error> {
        let error = self.no_list();
        let index = self.index_of_objects();
        index.and_then(|index| self.fields.get_mut(index)).ok_or(error)
    }

    fn values(&self) -> &[Value] {
        let objects = self.index_of_objects().and_then(|index| self.fields.get(index));
        match objects.and_then(Field::get) {
            Some(Value::List(values)) => values,
            _ => &[],
        }
    }

    fn values_mut(&mut self) -> &mut [Value] {
        let objects = self.index_of_objects().and_then(|index| self.fields.get_mut(index));
        match objects.and_then(Field::untracked_mut) {
            Some(Value::List(values)) => values,
            _ => &mut [],
        }
    }
}
