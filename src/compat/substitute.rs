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

/// Values that a rule has another one for.
struct Replaced {
    values: Vec<Primitive>,
    by: Primitive,
    /// Whether the outermost value stays.
    inside: bool,
}

impl Replaced {
    /// What a rule says, if it is of that kind.
    fn of(action: &Action) -> Option<Result<Self, Error>> {
        let Action::Values { values, instead: Instead::Write(by), inside } = action else { return None };
        let values = values.iter().map(Primitive::of).collect::<Result<_, _>>();
        Some(values.and_then(|values| Ok(Replaced { values, by: Primitive::of(by)?, inside: *inside })))
    }
}

/// Replaces the value, or those in it, that the target doesn't know.
fn replace(value: &mut Primitive, kind: &Kind, rules: &[Replaced], is_outermost: bool) {
    let is_known = |rule: &&Replaced| {
        !(rule.inside && is_outermost) && rule.values.iter().any(|known| is_same(value, kind, known))
    };
    if let Some(rule) = rules.iter().find(is_known) {
        *value = rule.by.clone();
        return;
    }
    let kind = inner(kind);
    match value {
        Primitive::List(values) => {
            values.iter_mut().for_each(|value| replace(value, kind, rules, false));
        }
        Primitive::Map(entries) => {
            entries.values_mut().for_each(|value| replace(value, kind, rules, false));
        }
        _ => {}
    }
}

impl Adapted<'_> {
    fn adapted(&self) -> Result<Primitive, Error> {
        let mut value = Primitive::of(&self.value)?;
        for action in self.active() {
            if let (Action::Without(names), Primitive::List(values)) = (action, &mut value) {
                values.retain(|value| !is_named(value, names));
            }
        }
        let rules: Vec<_> = self.active().filter_map(Replaced::of).collect::<Result<_, _>>()?;
        if !rules.is_empty() {
            replace(&mut value, &self.field.ty.kind, &rules, true);
        }
        for action in self.active() {
            let (Action::Insert { key, from }, Primitive::Map(entries)) = (action, &mut value) else {
                continue;
            };
            let Some(index) = self.schema.index_of(from) else { continue };
            if !is_at(self.object, index, has_value) {
                continue;
            }
            if let Some(inserted) = self.object.field(index).and_then(Seen::shown) {
                // At the end, where the key is new and where it isn't.
                entries.shift_remove(&**key);
                entries.insert(key.to_string(), Primitive::of(&Written::new(inserted, &Target::Own))?);
            }
        }
        Ok(value)
    }

    fn active(&self) -> impl Iterator<Item = &Action> {
        self.field.active(self.version)
    }
}
