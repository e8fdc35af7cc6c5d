//! Values on their way into rows and columns, as both take them.

use std::fmt;

use serde::Serialize;

use super::columns::ColumnPacker;
use super::positional::Positional;
use super::tagged::Tagged;
use super::{Fault, Layouts, Packer, Slot};
use crate::error::Error;

/// Takes values in the compact form: a [`Packer`] puts them one after the other, a [`ColumnPacker`] each with its like.
pub trait Pack<'a>: Sized {
    /// Takes true or false.
    fn bit(&mut self, value: bool);

    /// Takes a whole number from zero.
    fn unsigned(&mut self, value: u64);

    /// Takes a number, which may be infinite or none.
    fn float(&mut self, value: f64);

    /// Takes text of any length.
    fn text(&mut self, text: &str);

    /// Takes as text what prints so.
    ///
    /// # Errors
    /// Where its `Display` fails.
    fn display(&mut self, value: &dyn fmt::Display) -> Result<(), Error>;

    /// Takes a UUID's text, whatever it is.
    fn uuid(&mut self, text: &str);

    /// Takes how many elements follow.
    fn count(&mut self, count: usize);

    /// Takes a list or a dict of so many elements.
    ///
    /// # Errors
    /// Those of the contents.
    fn list(&mut self, count: usize, contents: &impl Contents) -> Result<(), Error>;

    /// Returns where values within those here go: elements, or the keys (0) and the values (1) of entries, or the fields
    /// of the version. In rows all goes to the same place.
    fn inner(&mut self, place: usize) -> &mut Self;

    /// Says that an object comes with its names.
    #[doc(hidden)]
    fn begin_named(&mut self, slot: Slot<'_>);

    /// Takes what says itself what it is.
    #[doc(hidden)]
    fn plain(&mut self) -> &mut Packer<'a>;

    /// The layouts that both peers have.
    fn layouts(&self) -> &'a Layouts;

    /// Remembers that a value isn't of the kind that is declared of it.
    #[doc(hidden)]
    fn set_unfit(&mut self);

    /// Which of the two it is.
    fn kind(&mut self) -> RowOrColumn<'_, 'a>;

    /// Takes a whole number.
    #[inline]
    fn signed(&mut self, value: i64) {
        self.unsigned(((value << 1) ^ (value >> 63)).cast_unsigned());
    }

    /// Takes a value that says itself what it is.
    ///
    /// # Errors
    /// The value's own, and where it has map keys that aren't text.
    fn tagged<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Tagged(self.plain())).map_err(Fault::into_error)
    }

    /// Takes a value as its place says; what a type does that doesn't say how it packs itself.
    ///
    /// # Errors
    /// The value's own, and where it is none of the kind that is declared.
    fn value<T: Serialize + ?Sized>(&mut self, value: &T, slot: Slot<'_>) -> Result<(), Error> {
        value.serialize(Positional::new(self, slot)).map_err(Fault::into_error)
    }

    /// Returns the error of a value that isn't what is declared of it. The object that it stands in then goes out under its
    /// names.
    #[cold]
    fn unfit(&mut self) -> Error {
        self.set_unfit();
        Error::invalid_value("a value isn't of the kind that its type declares")
    }
}

/// Elements of a list, or entries of a dict. They are packed twice where columns can't take them: in rows then.
pub trait Contents {
    /// Whether they are objects, which may go out by column.
    const ARE_OBJECTS: bool;

    /// Packs all of them.
    ///
    /// # Errors
    /// Those of an element.
    fn pack<'a>(&self, packer: &mut impl Pack<'a>) -> Result<(), Error>;
}

/// A [`Packer`] or a [`ColumnPacker`].
#[derive(Debug)]
pub enum RowOrColumn<'p, 'a> {
    /// Values go into a row.
    Row(&'p mut Packer<'a>),
    /// Values go into a column.
    Column(&'p mut ColumnPacker<'a>),
}
