//! Dicts and lists of anything, which a text may stand for: types that projects made for themselves.

use std::ops::{Deref, DerefMut};

use indexmap::IndexMap;
use serde::de::{Deserialize, Deserializer};
use serde::ser::Serializer;

use super::scalar;
use super::{Context, Entity, FieldType, literal, python};
use crate::primitive::{Kept, Primitive};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// A dict of any values (`FlexibleDict` of ironic and watcher).
///
/// It is read from a dict, from a text that has one in Python's own words (`{'a': 1}`), and from a list of pairs. Keys that
/// are no text become it, as in JSON.
///
/// ```
/// use versioned_objects::field::FlexibleDict;
///
/// let mut extra = FlexibleDict::default();
/// extra.insert("vlan".to_owned(), 5.into());
/// assert_eq!(extra.get("vlan"), Some(&5.into()));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlexibleDict(pub IndexMap<String, Primitive>);

/// A list of any values (`FlexibleListOfDict` of watcher).
///
/// It is read from a list, from a text that has one in Python's own words (`[1, None]`), and from a dict, whose keys are its
/// elements.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FlexibleList(pub Vec<Primitive>);

macro_rules! container {
    ($name:ident of $inner:ty, $item:ty, $variant:ident, $write:ident) => {
        impl Deref for $name {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }

        impl DerefMut for $name {
            fn deref_mut(&mut self) -> &mut $inner {
                &mut self.0
            }
        }

        impl From<$inner> for $name {
            fn from(values: $inner) -> Self {
                $name(values)
            }
        }

        impl FromIterator<$item> for $name {
            fn from_iter<I: IntoIterator<Item = $item>>(values: I) -> Self {
                $name(values.into_iter().collect())
            }
        }

        impl From<$name> for Primitive {
            fn from(values: $name) -> Primitive {
                Primitive::$variant(values.0.into())
            }
        }

        impl Entity for $name {
            const HOLDS_OBJECTS: bool = false;

            fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
                serializer.$write(&self.0)
            }
        }
    };
}

container! { FlexibleDict of IndexMap<String, Primitive>, (String, Primitive), Map, collect_map }
container! { FlexibleList of Vec<Primitive>, Primitive, List, collect_seq }

impl FieldType for FlexibleDict {
    const TYPE: TypeSchema = TypeSchema::new("FlexibleDict", Kind::FlexibleDict);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        // A text may stand for an empty one.
        context.into_list::<D::Error>()?;
        let value = value(Kept::deserialize(deserializer)?, context)?;
        let found = value.describe();
        let entries = match value {
            Primitive::Map(entries) => return Ok(FlexibleDict(entries.into())),
            Primitive::Null => return Err(scalar::null(context)),
            Primitive::List(pairs) if !context.is_strict() => of_pairs(pairs),
            Primitive::Text(text) if text.is_empty() && !context.is_strict() => Some(IndexMap::new()),
            _ => None,
        };
        let refused = || context.invalid(format_args!("a dict is required, found {found}"));
        entries.map(FlexibleDict).ok_or_else(refused)
    }
}

impl FieldType for FlexibleList {
    const TYPE: TypeSchema = TypeSchema::new("FlexibleListOfDict", Kind::FlexibleList);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        // A text may stand for an empty one.
        context.into_list::<D::Error>()?;
        let value = value(Kept::deserialize(deserializer)?, context)?;
        let found = value.describe();
        let values = match value {
            Primitive::List(values) => Some(values),
            Primitive::Null => return Err(scalar::null(context)),
            _ if context.is_strict() => None,
            value => elements(value, context)?,
        };
        let refused = || context.invalid(format_args!("a list is required, found {found}"));
        values.map(FlexibleList).ok_or_else(refused)
    }
}

/// The value that came, or the one that a text says in Python's words.
fn value<E: serde::de::Error>(kept: Kept, context: Context<'_>) -> Result<Primitive, E> {
    match kept.as_str().filter(|_| !context.is_strict()) {
        Some(text) => literal::read(text, context).map_err(|error| context.fail(error)),
        None => context.primitive(kept),
    }
}

/// What iterating over a value gives, for one that is no list.
fn elements<E: serde::de::Error>(
    value: Primitive,
    context: Context<'_>,
) -> Result<Option<Vec<Primitive>>, E> {
    Ok(match value {
        Primitive::Map(entries) => Some(entries.into_iter().map(|(key, _)| key.into()).collect()),
        Primitive::Text(text) => {
            context.walked(text.chars().count())?;
            Some(text.chars().map(|letter| letter.to_string().into()).collect())
        }
        _ => None,
    })
}

/// A dict that came as a list of pairs.
fn of_pairs(pairs: Vec<Primitive>) -> Option<IndexMap<String, Primitive>> {
    let mut entries = python::Entries::default();
    for value in pairs {
        let (key, value) = pair(value)?;
        entries.insert(key, value)?;
    }
    Some(entries.into_map())
}

/// The two elements of a value that has two.
fn pair(value: Primitive) -> Option<(Primitive, Primitive)> {
    Some(match value {
        Primitive::List(values) => {
            let [key, value] = <[Primitive; 2]>::try_from(values).ok()?;
            (key, value)
        }
        Primitive::Map(entries) => {
            let mut keys = entries.into_iter().map(|(key, _)| Primitive::from(key));
            let pair = (keys.next()?, keys.next()?);
            keys.next().is_none().then_some(pair)?
        }
        Primitive::Text(text) => {
            let mut letters = text.chars().map(|letter| Primitive::from(letter.to_string()));
            let pair = (letters.next()?, letters.next()?);
            letters.next().is_none().then_some(pair)?
        }
        _ => return None,
    })
}
