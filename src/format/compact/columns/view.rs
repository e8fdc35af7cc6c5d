//! Columns that are looked at without making objects of them.

use super::super::unpacker::broken;
use super::super::{Form, Known, Layouts, Slot, Unpacker};
use super::read::Column;
use super::shapes::Shapes;
use crate::error::Error;
use crate::primitive::Primitive;
use crate::schema::FieldSchema;
use crate::version::Version;

/// The objects of a list by column, as they stand in the bytes of a message: nothing is copied out of it. Made by
/// [`wire::columns`](crate::wire::columns).
#[derive(Clone, Debug)]
pub struct Columns<'a> {
    known: &'a Known,
    column: Column<'a>,
}

/// One field of all objects, or what lies in it: an iterator over the values in turn.
///
/// Values inside lists, dicts and objects stand in columns of their own, one after the other: what `len` of
/// [`View::List`] says is how many of [`ViewColumn::elements`] are of that list.
#[derive(Clone, Debug)]
pub struct ViewColumn<'a> {
    slot: Slot<'a>,
    form: Form<'a>,
    column: Column<'a>,
    layouts: &'a Layouts,
    set: Set<'a>,
}

/// Which of the objects have the field set.
#[derive(Clone, Debug)]
enum Set<'a> {
    /// The values aren't those of a field.
    NoField,
    /// Each of so many as their shapes say, by the field's place among those of the version.
    ByShape(Box<Shapes<'a>>, u32),
    /// All of so many.
    All(usize),
}

/// A value as it stands in the message.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum View<'a> {
    /// The field isn't set.
    Unset,
    /// The field is set, to null.
    Null,
    /// The value of a boolean.
    Bool(bool),
    /// The value of an integer, which may be below zero.
    Int(i64),
    /// The value of an integer from zero on.
    Unsigned(u64),
    /// The value of a float, which may be infinite or none.
    Float(f64),
    /// A text, a UUID, or a value of an enum.
    Text(&'a str),
    /// A list or a set of so many elements, which are the next ones of [`ViewColumn::elements`].
    List(usize),
    /// A dict of so many entries, which are the next ones of [`ViewColumn::keys`] and [`ViewColumn::values`].
    Dict(usize),
    /// An object, which is the next one of [`ViewColumn::objects`].
    Object,
    /// A value that doesn't stand in the message as such: one that said itself what it is, or a UUID of a row, which is 16
    /// bytes there.
    Other(Box<Primitive>),
}

impl<'a> Columns<'a> {
    /// The elements of a list whose objects are all of one layout.
    pub(crate) fn of(elements: &mut Unpacker<'a>) -> Result<Self, Error> {
        let layouts = elements.layouts();
        let Some(column) = elements.inner(0)?.column() else { return Err(not_of_one()) };
        Self::of_any(column, layouts)
    }

    /// Objects whose type the schema doesn't tell.
    fn of_any(column: &Column<'a>, layouts: &'a Layouts) -> Result<Self, Error> {
        let mut numbers = column.numbers;
        let place = numbers.next().and_then(|place| place.checked_sub(1));
        let is_one = numbers.all(|number| Some(number) == place.map(|place| place + 1));
        let place = place.filter(|_| is_one).and_then(|place| usize::try_from(place).ok());
        let place = place.ok_or_else(not_of_one)?;
        let known = layouts.known_at(place).ok_or_else(not_of_one)?;
        match column.inner.get(place).and_then(Unpacker::column) {
            Some(column) => Ok(Columns { known, column: column.clone() }),
            None => Err(not_of_one()),
        }
    }

    /// How many objects there are.
    pub fn len(&self) -> usize {
        self.column.most()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The name of the objects.
    pub fn name(&self) -> &'a str {
        &self.known.schema().name
    }

    /// The version that the objects are in.
    pub fn version(&self) -> Version {
        self.known.version
    }

    /// The fields that the version has, in the order of the wire.
    pub fn fields(&self) -> impl Iterator<Item = &'a FieldSchema> + use<'a> {
        let known = self.known;
        known.schema().fields.iter().filter(move |field| field.is_in(known.version))
    }

    /// The values of the field of that name; none, where the version has no such field.
    pub fn field(&self, name: &str) -> Option<ViewColumn<'a>> {
        let (place, field) = self.fields().enumerate().find(|(_, field)| field.name == name)?;
        let layouts = self.column.layouts();
        let (column, shapes) = (self.column.inner.get(place), &self.column.shapes);
        let column = match column.and_then(Unpacker::column) {
            Some(column) => column.clone(),
            None => Column::empty(layouts),
        };
        let place = u32::try_from(place).ok()?;
        let set = match shapes.is_set_in_all(place) {
            true => Set::All(shapes.left()),
            false => Set::ByShape(Box::new(shapes.clone()), place),
        };
        let slot = Slot::of(field);
        Some(ViewColumn { slot, form: Form::of(slot), column, layouts, set })
    }
}

#[cold]
fn not_of_one() -> Error {
    broken("the list isn't objects of one type by column")
}

impl<'a> ViewColumn<'a> {
    fn inner(&self, place: usize, slot: Slot<'a>) -> ViewColumn<'a> {
        let column = match self.column.inner.get(place).and_then(Unpacker::column) {
            Some(column) => column.clone(),
            None => Column::empty(self.layouts),
        };
        ViewColumn { slot, form: Form::of(slot), column, layouts: self.layouts, set: Set::NoField }
    }

    /// The elements of the lists or sets that are still to come; none, where the field isn't of such.
    pub fn elements(&self) -> Option<ViewColumn<'a>> {
        match self.form {
            Form::Elements(element) => Some(self.inner(0, Slot::of_element(element))),
            _ => None,
        }
    }

    /// The keys of the dicts that are still to come; none, where the field isn't of such.
    pub fn keys(&self) -> Option<ViewColumn<'a>> {
        match self.form {
            Form::Entries(_) => Some(self.inner(0, Slot::KEY)),
            _ => None,
        }
    }

    /// The values of the dicts that are still to come; none, where the field isn't of such.
    pub fn values(&self) -> Option<ViewColumn<'a>> {
        match self.form {
            Form::Entries(element) => Some(self.inner(1, Slot::of_element(element))),
            _ => None,
        }
    }

    /// The objects that are still to come, by column; nothing, where the field isn't of such.
    ///
    /// # Errors
    /// Where they are of several types, or come with their names.
    pub fn objects(&self) -> Option<Result<Columns<'a>, Error>> {
        let crate::schema::Kind::Object { name, .. } = self.slot.kind()? else { return None };
        if !self.slot.declares_object() {
            return Some(Columns::of_any(&self.column, self.layouts));
        }
        let known = self.layouts.known_of(name).ok_or_else(not_of_one);
        Some(known.map(|known| Columns { known, column: self.column.clone() }))
    }

    /// Whether a value is left, by the part of the column that each takes one of.
    #[inline]
    fn has_more(&self) -> bool {
        let column = &self.column;
        if self.slot.is_nullable() {
            return column.bits.left() > 0;
        }
        match self.form {
            Form::Text | Form::Uuid => column.texts.left() > 0,
            Form::Bit => column.bits.left() > 0,
            Form::Object if self.slot.declares_object() => column.shapes.left() > 0,
            Form::Tagged => !column.is_named_read(),
            _ => column.numbers.left() > 0,
        }
    }

    #[inline]
    fn value(&mut self) -> Result<View<'a>, Error> {
        let column = &mut self.column;
        if self.slot.is_nullable() && !column.bit()? {
            return Ok(View::Null);
        }
        Ok(match self.form {
            Form::Text | Form::Uuid => View::Text(column.text()?),
            Form::Choice(values) => match column.number()?.checked_sub(1) {
                None => View::Text(column.text()?),
                Some(place) => match usize::try_from(place).ok().and_then(|place| values.get(place)) {
                    Some(value) => View::Text(value),
                    None => return Err(broken("an enum has no value at that place")),
                },
            },
            Form::Signed => {
                let value = column.number()?;
                View::Int((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
            }
            Form::Unsigned => View::Unsigned(column.number()?),
            Form::Float => View::Float(f64::from_bits(column.number()?)),
            Form::Bit => View::Bool(column.bit()?),
            Form::Elements(_) => View::List(usize::try_from(column.number()?).map_err(|_| not_of_one())?),
            Form::Entries(_) => View::Dict(usize::try_from(column.number()?).map_err(|_| not_of_one())?),
            Form::Object => {
                if self.slot.declares_object() {
                    column.take_shape()?;
                } else {
                    column.number()?;
                }
                View::Object
            }
            Form::Tagged => {
                let value = serde::Deserialize::deserialize(column.named().tagged());
                View::Other(Box::new(value.map_err(super::super::Fault::into_error)?))
            }
        })
    }
}

impl<'a> Iterator for ViewColumn<'a> {
    type Item = Result<View<'a>, Error>;

    #[inline]
    fn next(&mut self) -> Option<Result<View<'a>, Error>> {
        match &mut self.set {
            Set::All(left) => {
                *left = left.checked_sub(1)?;
                Some(self.value())
            }
            Set::ByShape(shapes, place) => {
                if shapes.left() == 0 {
                    return None;
                }
                match shapes.next() {
                    Ok(Some(shape)) if shape.set >> *place & 1 == 1 => Some(self.value()),
                    Ok(Some(_)) => Some(Ok(View::Unset)),
                    Ok(None) => Some(Err(broken("an object came with its names, and not by column"))),
                    Err(error) => Some(Err(error)),
                }
            }
            Set::NoField => self.has_more().then(|| self.value()),
        }
    }
}
