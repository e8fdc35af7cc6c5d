//! Objects that stand for one that they extend, of which an older reader may not know.

use super::object::DynamicObject;
use super::value::Value;
use crate::compat::{Child, Plan, all_arrived};
use crate::error::{Error, Step};
use crate::object::Lacked;
use crate::schema::Variant;
use crate::version::Target;

impl DynamicObject {
    /// Looks whether the readers of the target know the objects that stand for others.
    ///
    /// # Errors
    /// Where they don't. What an `ObjectEnum` may have to stand in for one is a Rust function.
    pub(super) fn look_at_variants(&self, target: &Target<'_>) -> Result<(), Error> {
        if !self.has_variants {
            return Ok(());
        }
        for (own, field) in self.schema.fields.iter().zip(&self.fields) {
            let Some(value) = field.get().filter(|value| value.may_hold_objects()) else { continue };
            if !own.ty.has_newer_variants() {
                continue;
            }
            let Some(base) = own.ty.object() else { continue };
            let plan = Plan::of(self, target)?;
            if let Child::At(child) = Child::of(&plan, &self.schema, own, &|| all_arrived(value))? {
                look(value, own.ty.all_variants(), base, &child)
                    .map_err(|error| error.within(self.schema.step(own)))?;
            }
        }
        Ok(())
    }
}

fn look(value: &Value, variants: &[Variant], base: &str, target: &Target<'_>) -> Result<(), Error> {
    match value {
        Value::Plain(_) | Value::DateTime(_) => Ok(()),
        Value::List(values) | Value::Set(values) => {
            values.iter().enumerate().try_for_each(|(index, value)| {
                let looked = look(value, variants, base, target);
                looked.map_err(|error| error.within(Step::Index(index)))
            })
        }
        Value::Dict(entries) => entries.iter().try_for_each(|(key, value)| {
            let looked = look(value, variants, base, target);
            looked.map_err(|error| error.within(Step::Key(key.clone())))
        }),
        Value::Object(object) => match Lacked::of(variants, object.name(), base, object.origin(), target) {
            Some(lacked) => Err(lacked.refused(base)),
            None => Ok(()),
        },
    }
}
