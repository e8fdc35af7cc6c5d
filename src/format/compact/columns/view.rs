//! Columns that are looked at without making objects of them.

use std::borrow::Cow;

use super::super::unpacker::{broken, ended};
use super::super::{Form, Known, Layouts, Slot, Unpacker};
use super::numbers::{Bits, Numbers};
use super::read::Column;
use super::shapes::Shapes;
use super::texts::Texts;
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

/// One field of all objects, or what lies in it: an iterator over the values in turn. `for_each`, `fold` and the like go
/// over them faster than a `for` does, since what the values are is asked once then.
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

    /// How many values are left, where they can be gone over in a loop for their form.
    fn left(&self) -> Option<usize> {
        let column = &self.column;
        let is_known = match self.form {
            Form::Tagged => false,
            // A bit says whether the next one is a value.
            Form::Bit => !self.slot.is_nullable(),
            _ => true,
        };
        match self.set {
            _ if !is_known => None,
            Set::All(left) => Some(left),
            Set::ByShape(..) => None,
            Set::NoField if self.slot.is_nullable() => Some(column.bits.left()),
            Set::NoField => Some(self.form_left()),
        }
    }

    /// How many are left of the part of the column that each value that is there takes one of.
    #[inline]
    fn form_left(&self) -> usize {
        let column = &self.column;
        match self.form {
            Form::Text | Form::Uuid => column.texts.left(),
            Form::Bit => column.bits.left(),
            Form::Object if self.slot.declares_object() => column.shapes.left(),
            Form::Tagged => usize::from(!column.is_named_read()),
            _ => column.numbers.left(),
        }
    }

    /// Goes over so many values, in a loop of its own for each form.
    fn fold_known<B>(self, count: usize, first: B, take: impl FnMut(B, Result<View<'a>, Error>) -> B) -> B {
        let is_declared = self.slot.declares_object();
        let Column { mut bits, mut numbers, mut texts, mut shapes, .. } = self.column;
        let each = Each { nulls: self.slot.is_nullable().then_some(bits), count, first, take };
        match self.form {
            Form::Text | Form::Uuid => match texts.spelled() {
                Some(mut spelled) => each.fold(|| spelled.next().map(View::Text)),
                None => each.fold(|| texts.next().map(View::Text)),
            },
            Form::Choice(values) => each.fold(|| choice(values, &mut numbers, &mut texts)),
            Form::Signed => each.fold(|| numbers.number().map(signed)),
            Form::Unsigned => each.fold(|| numbers.number().map(View::Unsigned)),
            Form::Float => each.fold(|| numbers.number().map(float)),
            Form::Elements(_) => each.fold(|| numbers.number().and_then(length).map(View::List)),
            Form::Entries(_) => each.fold(|| numbers.number().and_then(length).map(View::Dict)),
            Form::Object if is_declared => each.fold(|| shapes.next().map(|_| View::Object)),
            Form::Object => each.fold(|| numbers.number().map(|_| View::Object)),
            Form::Bit | Form::Tagged => each.fold(|| bits.next().map(View::Bool).ok_or_else(ended)),
        }
    }

    /// Whether a value is left, by the part of the column that each takes one of.
    #[inline]
    fn has_more(&self) -> bool {
        let column = &self.column;
        if self.slot.is_nullable() {
            return column.bits.left() > 0;
        }
        self.form_left() > 0
    }

    #[inline]
    fn value(&mut self) -> Result<View<'a>, Error> {
        let column = &mut self.column;
        if self.slot.is_nullable() && !column.bit()? {
            return Ok(View::Null);
        }
        Ok(match self.form {
            Form::Text | Form::Uuid => View::Text(column.text()?),
            Form::Choice(values) => choice(values, &mut column.numbers, &mut column.texts)?,
            Form::Signed => signed(column.number()?),
            Form::Unsigned => View::Unsigned(column.number()?),
            Form::Float => float(column.number()?),
            Form::Bit => View::Bool(column.bit()?),
            Form::Elements(_) => View::List(length(column.number()?)?),
            Form::Entries(_) => View::Dict(length(column.number()?)?),
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

#[inline]
fn signed<'a>(value: u64) -> View<'a> {
    View::Int((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

#[inline]
fn float<'a>(bits: u64) -> View<'a> {
    View::Float(f64::from_bits(bits))
}

#[inline]
fn length(value: u64) -> Result<usize, Error> {
    usize::try_from(value).map_err(|_| not_of_one())
}

/// The value of an enum: the one at its place, or its text.
#[inline]
fn choice<'a>(
    values: &'a [Cow<'static, str>],
    numbers: &mut Numbers<'a>,
    texts: &mut Texts<'a>,
) -> Result<View<'a>, Error> {
    let Some(place) = numbers.number()?.checked_sub(1) else { return texts.next().map(View::Text) };
    match usize::try_from(place).ok().and_then(|place| values.get(place)) {
        Some(value) => Ok(View::Text(value)),
        None => Err(broken("an enum has no value at that place")),
    }
}

/// A walk over so many values.
struct Each<'a, B, F> {
    /// Whether each is there, where it may be null.
    nulls: Option<Bits<'a>>,
    count: usize,
    first: B,
    take: F,
}

impl<'a, B, F: FnMut(B, Result<View<'a>, Error>) -> B> Each<'a, B, F> {
    #[inline]
    fn fold(self, mut value: impl FnMut() -> Result<View<'a>, Error>) -> B {
        let Each { nulls, count, first, mut take } = self;
        let Some(mut nulls) = nulls else { return (0..count).fold(first, |out, _| take(out, value())) };
        let mut nullable = || match nulls.next() {
            Some(true) => value(),
            Some(false) => Ok(View::Null),
            None => Err(ended()),
        };
        (0..count).fold(first, |out, _| take(out, nullable()))
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

    /// Asks once what the values are, and not for each: what `for_each` and others do that go over all of them.
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, first: B, mut take: F) -> B {
        match self.left() {
            Some(count) => self.fold_known(count, first, take),
            None => {
                let mut out = first;
                for value in self {
                    out = take(out, value);
                }
                out
            }
        }
    }
}
