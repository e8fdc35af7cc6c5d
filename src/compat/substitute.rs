//! A value on its way out, with some of the values in it replaced and others added.

use serde::ser::{Error as _, Serialize, Serializer};

use super::fate::is_at;
use super::matching::{has_value, inner, is_named, is_same};
use super::peek::Peek;
use crate::error::Error;
use crate::field::Written;
use crate::object::Seen;
use crate::primitive::Primitive;
use crate::schema::{Action, FieldSchema, Instead, Kind, ObjectSchema};
use crate::version::{Target, Version};

/// The value of a field, adapted by the field's rules.
pub(super) struct Adapted<'a> {
    pub(super) object: &'a dyn Peek,
    pub(super) schema: &'a ObjectSchema,
    pub(super) field: &'a FieldSchema,
    pub(super) version: Version,
    pub(super) value: Written<'a>,
}

impl Serialize for Adapted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.adapted().map_err(S::Error::custom)?.serialize(serializer)
    }
}

impl Adapted<'_> {
    fn adapted(&self) -> Result<Primitive, Error> {
        let mut value = Primitive::of(&self.value)?;
        self.replace(&mut value, &self.field.ty.kind, true)?;
        for action in self.active() {
            match (action, &mut value) {
                (Action::Without(names), Primitive::List(values)) => {
                    values.retain(|value| !is_named(value, names));
                }
                (Action::Insert { key, from }, Primitive::Map(entries)) => {
                    let Some(index) = self.schema.index_of(from) else { continue };
                    if !is_at(self.object, index, has_value) {
                        continue;
                    }
                    if let Some(inserted) = self.object.field(index).and_then(Seen::shown) {
                        // At the end, where the key is new and where it isn't.
                        entries.shift_remove(&**key);
                        entries
                            .insert(key.to_string(), Primitive::of(&Written::new(inserted, &Target::Own))?);
                    }
                }
                _ => {}
            }
        }
        Ok(value)
    }

    /// Replaces the value, or those in it, that the target doesn't know.
    fn replace(&self, value: &mut Primitive, kind: &Kind, is_outermost: bool) -> Result<(), Error> {
        let instead = self.active().find_map(|action| match action {
            Action::Values { values, instead: Instead::Write(literal), inside }
                if !(*inside && is_outermost) && values.iter().any(|known| is_same(value, kind, known)) =>
            {
                Some(literal)
            }
            _ => None,
        });
        if let Some(literal) = instead {
            *value = Primitive::of(literal)?;
            return Ok(());
        }
        let kind = inner(kind);
        match value {
            Primitive::List(values) => {
                values.iter_mut().try_for_each(|value| self.replace(value, kind, false))
            }
            Primitive::Map(entries) => {
                entries.values_mut().try_for_each(|value| self.replace(value, kind, false))
            }
            _ => Ok(()),
        }
    }

    fn active(&self) -> impl Iterator<Item = &Action> {
        self.field.rules.iter().filter(|rule| self.version < rule.before).map(|rule| &rule.action)
    }
}
