use std::borrow::Cow;

use super::{Literal, Shared, TypeSchema};
use crate::version::Version;

/// A rule: an older target asks more of a field than to leave it out.
#[derive(Clone, Debug)]
pub struct Rule {
    /// The rule holds for targets before this version.
    pub before: Version,
    /// The action that the rule takes.
    pub action: Action,
}

/// Actions that a rule can take.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Action {
    /// Refuses the backport where the field is set; null counts.
    Refuse,
    /// Does something where one of these values stands in the field, or inside it.
    Values {
        /// The values that the rule looks for.
        values: Cow<'static, [Literal]>,
        /// The replacement for such a value.
        instead: Instead,
        /// Whether the field's own value is left alone, and those inside it alone are looked at.
        inside: bool,
    },
    /// Leaves these objects out of the field's list, by their names.
    Without(Cow<'static, [Cow<'static, str>]>),
    /// Writes the field under this name, as a peer of that time called it.
    Rename(Cow<'static, str>),
    /// Writes the value as it was before, of another type or under another name.
    Convert {
        /// Which of the object's conversions does it.
        index: usize,
        /// The field's name at that time.
        name: Cow<'static, str>,
        /// Its type at that time.
        ty: Shared<TypeSchema>,
        /// The names of the routines, to the older form and from it.
        routines: (Cow<'static, str>, Cow<'static, str>),
    },
    /// Writes the value of another field here.
    Take {
        /// The name of the other field.
        from: Cow<'static, str>,
        /// Whether it becomes the one element of a list; no value, null or empty text, becomes an empty list.
        wrap: bool,
        /// Only where this holds.
        when: Option<Condition>,
    },
    /// Writes one element of another field's list here.
    First(First),
    /// Adds the value of another field, where it has one, to this dict.
    Insert {
        /// The key in the dict.
        key: Cow<'static, str>,
        /// The name of the other field.
        from: Cow<'static, str>,
    },
    /// Writes this where the field is unset or null.
    Fill(Literal),
    /// Writes this where the field is unset; null stays.
    FillUnset(Literal),
}

/// Replacements for a value that an older target doesn't know.
#[derive(Clone, Debug, PartialEq)]
pub enum Instead {
    /// The backport is refused.
    Refuse,
    /// The field is left out.
    Drop,
    /// Writes this value in its place.
    Write(Literal),
}

/// An element of a list that goes out by itself, for peers that knew but one: null where no element fits, and nothing
/// where the list is unset.
#[derive(Clone, Debug, PartialEq)]
pub struct First {
    /// The name of the field that has the list.
    pub from: Cow<'static, str>,
    /// A condition on the element; the very first one is meant, where there is none.
    pub when: Option<Condition>,
}

/// A field that has a value.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The name of the field: another one of the object, or the element's own.
    pub field: Cow<'static, str>,
    /// The value that the field must have.
    pub value: Literal,
}

/// Older versions that an object isn't written in, whatever is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The oldest version that it is written in.
    pub before: Version,
    /// The project's own words on it.
    pub message: Option<Cow<'static, str>>,
}

/// A field that an object had.
#[derive(Clone, Debug, PartialEq)]
pub struct Tombstone {
    /// Its name on the wire.
    pub name: Cow<'static, str>,
    /// The first version that had it; the object's first, where there is none.
    pub since: Option<Version>,
    /// The last version that had it.
    pub until: Version,
    /// The value that peers get which still read the field; without one it is left out.
    pub fill: Option<Literal>,
    /// The list that they get an element of, before `fill` counts.
    pub first: Option<First>,
}

impl Tombstone {
    /// Whether an object of that version had the field.
    pub fn is_in(&self, version: Version) -> bool {
        version <= self.until && self.since.is_none_or(|since| version >= since)
    }
}
