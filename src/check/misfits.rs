//! Literals that a field's type refuses: those of a project's own types, which no compiler can hold to them.

use std::fmt;

use crate::error::Error;
use crate::field::compile_pattern;
use crate::object::{ByName as _, SetByName as _};
use crate::primitive::{Primitive, equal};
use crate::registry::Registry;
use crate::schema::{Action, Check, FieldSchema, Instead, Kind, Literal, ObjectSchema, TypeSchema};

/// A literal in an attribute, or in a schema file, that its field can't hold.
#[derive(Debug)]
pub struct Misfit {
    place: String,
    word: &'static str,
    literal: String,
    error: Error,
}

impl Misfit {
    /// Returns the place of the field: `Disk.serial`.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the attribute's word that the literal stands behind: `default`.
    pub fn word(&self) -> &str {
        self.word
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Misfit { place, word, literal, error } = self;
        // An error of a value inside the field's has the longer path.
        let place = if error.path().starts_with(place) { error.path() } else { place.clone() };
        write!(f, "{place}: `{word}` is {literal}, which the field can't hold: {}", error.message())
    }
}

/// Finds the literals of a registry's objects that their fields can't hold, by setting the fields to them. Most are
/// compile errors before; left are those of a project's own types, patterns that are too large, and whatever
/// a `check` on the field itself refuses.
pub fn misfits(registry: &Registry) -> Vec<Misfit> {
    let schemas = registry.names().filter_map(|name| registry.schema(name).ok());
    schemas.flat_map(|schema| Search { registry, schema, found: Vec::new() }.run()).collect()
}

/// What becomes of a literal.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Use {
    /// It is put into the field, as its type coerces it.
    Written,
    /// The field's values are compared with it.
    LookedFor,
}

struct Search<'a> {
    registry: &'a Registry,
    schema: &'a ObjectSchema,
    found: Vec<Misfit>,
}

impl Search<'_> {
    fn run(mut self) -> Vec<Misfit> {
        let schema = self.schema;
        for field in schema.fields.iter() {
            for (word, literal) in [("default", &field.default), ("absent", &field.absent)] {
                if let Some(literal) = literal {
                    self.whole(field, word, literal, Use::Written);
                }
            }
            for rule in field.rules.iter() {
                self.rule(field, &rule.action);
            }
            if let Some(check) = field.check.as_deref() {
                self.check(field, check);
            }
        }
        for (name, literal) in schema.initial.iter() {
            if let Some(field) = schema.field(name) {
                self.whole(field, "initial", literal, Use::Written);
            }
        }
        self.found
    }

    fn rule(&mut self, field: &FieldSchema, action: &Action) {
        match action {
            Action::Values { values, instead, .. } => {
                for literal in values.iter() {
                    self.inside(field, "values", literal, Use::LookedFor);
                }
                if let Instead::Write(literal) = instead {
                    self.inside(field, "older", literal, Use::Written);
                }
            }
            Action::Take { when: Some(when), .. } => {
                if let Some(field) = self.schema.field(&when.field) {
                    self.whole(field, "when", &when.value, Use::LookedFor);
                }
            }
            Action::Fill(literal) | Action::FillUnset(literal) => {
                self.whole(field, "fill", literal, Use::Written)
            }
            _ => {}
        }
    }

    fn check(&mut self, field: &FieldSchema, check: &Check) {
        if let Some(Err(error)) = check.pattern.as_deref().map(compile_pattern) {
            let pattern = check.pattern.as_deref().unwrap_or_default().to_owned().into();
            self.tell(field, "pattern", &Literal::Text(pattern), error);
        }
        for literal in check.one_of.iter() {
            self.inside(field, "one_of", literal, Use::LookedFor);
        }
    }

    fn whole(&mut self, field: &FieldSchema, word: &'static str, literal: &Literal, used: Use) {
        let set = Primitive::of(literal).and_then(|value| self.set(field, value, used));
        if let Err(error) = set {
            self.tell(field, word, literal, error);
        }
    }

    /// Looks for the literal as a value, and as one inside a list.
    fn inside(&mut self, field: &FieldSchema, word: &'static str, literal: &Literal, used: Use) {
        let set = Primitive::of(literal).and_then(|value| self.set_inside(field, &field.ty, value, used));
        if let Err(error) = set {
            self.tell(field, word, literal, error);
        }
    }

    fn set_inside(
        &self,
        field: &FieldSchema,
        ty: &TypeSchema,
        value: Primitive,
        used: Use,
    ) -> Result<(), Error> {
        let Err(error) = self.set(field, value.clone(), used) else { return Ok(()) };
        match &ty.kind {
            Kind::List(element) | Kind::Set(element) => {
                self.set_inside(field, &element.ty, Primitive::List(vec![value]), used)
            }
            // A key of the map would have to be known.
            Kind::Dict(_) | Kind::FlexibleDict => Ok(()),
            _ => Err(error),
        }
    }

    fn set(&self, field: &FieldSchema, value: Primitive, used: Use) -> Result<(), Error> {
        let mut object = self.registry.unset(&self.schema.name)?;
        self.registry.edit(&mut object).set_by_name(&field.name, value.clone())?;
        let held = object.get_by_name(&field.name)?.unwrap_or_default();
        // The values of a set have no order.
        if used == Use::LookedFor && !matches!(field.ty.kind, Kind::Set(_)) && !equal(&value, &held) {
            return Err(Error::invalid_value("it becomes another value there, so that none is equal to it"));
        }
        Ok(())
    }

    fn tell(&mut self, field: &FieldSchema, word: &'static str, literal: &Literal, error: Error) {
        let literal = serde_json::to_string(literal).unwrap_or_else(|error| error.to_string());
        self.found.push(Misfit {
            place: format!("{}.{}", self.schema.name, field.name),
            word,
            literal,
            error,
        });
    }
}
