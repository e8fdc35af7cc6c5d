//! The compact form: how values stand in bytes between peers that agree on an object's layout.
//!
//! Two peers that have the same layout of an object in a version need no names on the wire: its fields go out one
//! after the other, each in the form of its kind. [`crate::wire::to_compact`] and [`crate::wire::from_compact`]
//! write and read it; this part holds what is below objects.
//!
//! | what | in bytes |
//! | --- | --- |
//! | message | four bytes, the digest of the [`Layouts`], and the value |
//! | object | where its type isn't declared by the field that it stands in, its place among the layouts, from 1; then a byte whose low three bits say which fields are set and changed (below), and the values of the set fields |
//! | object without a layout | a byte of zero, and its whole envelope in the tagged form |
//! | true, false, whether a nullable value is there | a bit: of the object's first byte, then of a byte put in where the bits are used up |
//! | whole number | its zigzag, seven bits a byte, lowest first; from zero, itself |
//! | number | eight bytes |
//! | text | length and UTF-8 |
//! | UUID | zero and 16 bytes where that gives back the very text, else length and one, and the text |
//! | enum | its place among the values, from 1 |
//! | list, set, dict | number of elements, and these; of a dict keys and values in turn |
//! | the same by layouts that are columnar | twice the number of elements, plus one where the elements come by column; then they, or the columns |
//! | anything else | tagged: it says itself what it is, as JSON does |
//!
//! The low bits of an object's first byte: 1, all fields are set and none changed; 2, all set and changed; 3, all
//! set, and bits behind the first byte say which are changed; 4, bits say which are set, and none is changed; 5, the
//! same, and what is set is changed; 6, bits say which are set and then which are changed. Such bits are those of
//! the fields that the version has, in whole bytes.
//!
//! # Columns
//! Layouts that are [columnar](Layouts::columnar) have another digest, and lists of objects that are long enough go out by
//! column: values of one field of all objects stand next to each other. Texts that repeat stand there once, numbers take
//! as few bytes as the greatest of the column needs, and which fields are set and changed is said once where all objects
//! agree. All else holds as in rows: versions, losses, refusals, values that say themselves what they are. A list that
//! columns can't take, since a value isn't of the kind that its type declares, goes out in rows.
//!
//! [`wire::columns`](crate::wire::columns) looks at such a list in place. Columns may stand for more than their bytes,
//! so a message is refused, and none is written, where they stand for more than 8 MiB and 24 bytes for each byte of it.

mod columns;
mod layout;
mod pack;
mod packer;
mod positional;
mod room;
mod tagged;
mod unpacker;

use std::fmt;

use crate::error::Error;
use crate::primitive::Primitive;
use crate::schema::{Element, FieldSchema, Kind, Shape, TypeSchema};

pub use columns::{ColumnPacker, Columns, View, ViewColumn};
pub(crate) use columns::{ColumnRoom, FieldSet, MOST_A_BYTE};
#[cfg(feature = "rpc")]
pub(crate) use layout::COLUMNS;
pub(crate) use layout::Known;
pub use layout::Layouts;
pub use pack::{Contents, Pack, RowOrColumn};
pub use packer::Packer;
pub use unpacker::Unpacker;
pub(crate) use unpacker::{Bits, Head, no_layout};

/// A slot: the declaration of the place that a value stands in, equal on both sides.
#[derive(Clone, Copy, Debug)]
pub struct Slot<'a> {
    ty: Option<&'a TypeSchema>,
    nullable: bool,
}

static TEXT: TypeSchema = TypeSchema::new("String", Kind::String);

impl<'a> Slot<'a> {
    /// A dict's key.
    pub(crate) const KEY: Slot<'static> = Slot { ty: Some(&TEXT), nullable: false };

    /// A value of which nothing is declared, the outermost one.
    pub const ROOT: Slot<'static> = Slot { ty: None, nullable: true };

    /// A value of that type.
    #[inline]
    pub fn new(ty: &'a TypeSchema, nullable: bool) -> Self {
        Slot { ty: Some(ty), nullable }
    }

    /// The value of a field.
    #[inline]
    pub(crate) fn of(field: &'a FieldSchema) -> Self {
        Slot::new(&field.ty, field.nullable)
    }

    /// An element of the list, set or dict here.
    #[inline]
    pub fn element(self) -> Self {
        match self.kind() {
            Some(Kind::List(element) | Kind::Set(element) | Kind::Dict(element)) => Slot::of_element(element),
            _ => Slot::ROOT,
        }
    }

    #[inline]
    pub(crate) fn of_element(element: &'a Element) -> Self {
        Slot::new(&element.ty, element.nullable)
    }

    /// Whether a bit in front of the value says whether it is there.
    #[inline]
    pub fn is_nullable(self) -> bool {
        self.nullable
    }

    /// Returns the slot once the bit in front of the value was written or read.
    #[inline]
    pub fn not_null(self) -> Self {
        Slot { nullable: false, ..self }
    }

    /// Returns the kind of the values, which the outermost slot doesn't have.
    #[inline]
    pub fn kind(self) -> Option<&'a Kind> {
        self.ty.map(|ty| &ty.kind)
    }

    /// The name of the object that is declared.
    pub(crate) fn object(self) -> Option<&'a str> {
        match self.kind() {
            Some(Kind::Object { name, .. }) => Some(name),
            _ => None,
        }
    }

    /// Whether an object of that very name is declared, so that nothing more has to be said of its type.
    #[inline]
    pub(crate) fn declares_object(self) -> bool {
        matches!(self.kind(), Some(Kind::Object { subclasses: false, .. }))
    }

    /// Whether objects of several types may stand here, which go out with their names.
    #[inline]
    pub(crate) fn is_of_several(self) -> bool {
        matches!(self.kind(), Some(Kind::Object { subclasses: true, .. }))
    }
}

/// How a kind's values stand in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form<'a> {
    Text,
    Uuid,
    Choice(&'a [std::borrow::Cow<'static, str>]),
    Signed,
    Unsigned,
    Float,
    Bit,
    Elements(&'a Element),
    Entries(&'a Element),
    Object,
    Tagged,
}

impl<'a> Form<'a> {
    pub(crate) fn of(slot: Slot<'a>) -> Form<'a> {
        let Some(kind) = slot.kind() else { return Form::Tagged };
        match kind {
            Kind::Uuid => Form::Uuid,
            Kind::Enum { values, .. } => Form::Choice(values),
            Kind::List(element) | Kind::Set(element) => Form::Elements(element),
            Kind::Dict(element) => Form::Entries(element),
            plain => match plain.shape() {
                Shape::Text => Form::Text,
                Shape::Whole => Form::Signed,
                Shape::WholeFromZero => Form::Unsigned,
                Shape::Number | Shape::NumberFromZero => Form::Float,
                Shape::Truth => Form::Bit,
                Shape::Object => Form::Object,
                Shape::Any | Shape::Choice | Shape::List | Shape::Map => Form::Tagged,
            },
        }
    }
}

/// Error that serde's traits take here. Where a typed one was left in a decoding's context, that counts.
#[derive(Debug)]
pub(crate) struct Fault(Error);

impl Fault {
    pub(crate) fn into_error(self) -> Error {
        self.0
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Fault(error)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Fault {}

impl serde::ser::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault(Error::format(&message))
    }
}

impl serde::de::Error for Fault {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault(Error::invalid_value(message))
    }
}

/// The number whose text that is, in a struct of `serde_json`'s.
fn number<T: serde::Serialize + ?Sized>(text: &T) -> Result<Primitive, Fault> {
    let text = Primitive::of(text)?;
    let number = text.as_str().and_then(Primitive::number);
    number.ok_or_else(|| Error::format(&"a whole number beyond 128 bits").into())
}
