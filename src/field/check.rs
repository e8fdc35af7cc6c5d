//! Whether a field's values are what they have to be beyond their type.

use super::{Show, Written};
use crate::error::Error;
use crate::primitive::Primitive;
use crate::schema::{Check, FieldSchema, Kind, TypeSchema};
use crate::shortened::Shortened;
use crate::version::Target;

/// Checks a value that is to stand in a field.
///
/// # Errors
/// Where it may not.
pub(crate) fn check_value(schema: &FieldSchema, value: &dyn Show) -> Result<(), Error> {
    match &schema.check {
        Some(check) => each(check, &schema.ty, &Primitive::of(&Written::new(value, &Target::Own))?),
        None => Ok(()),
    }
}

fn each(check: &Check, ty: &TypeSchema, value: &Primitive) -> Result<(), Error> {
    match (value, &ty.kind) {
        (Primitive::List(values), Kind::List(element) | Kind::Set(element)) => {
            values.iter().try_for_each(|value| each(check, &element.ty, value))
        }
        (Primitive::Map(entries), Kind::Dict(element)) => {
            entries.values().try_for_each(|value| each(check, &element.ty, value))
        }
        (Primitive::Null, _) => Ok(()),
        (Primitive::Text(text), kind) => {
            let shown = match kind {
                Kind::SensitiveString => "the text".to_owned(),
                _ => Shortened(text).to_string(),
            };
            of_text(check, text, &shown)?;
            one_of(check, value, &shown)
        }
        (Primitive::Int(number), _) => {
            if check.min.is_some_and(|min| *number < min) || check.max.is_some_and(|max| *number > max) {
                return Err(refused(format!("{number} is not {}", range(check))));
            }
            one_of(check, value, &number.to_string())
        }
        (value, _) => one_of(check, value, value.describe()),
    }
}

fn of_text(check: &Check, text: &str, shown: &str) -> Result<(), Error> {
    if check.min_length.is_some() || check.max_length.is_some() {
        let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
        if check.min_length.is_some_and(|min| length < min)
            || check.max_length.is_some_and(|max| length > max)
        {
            return Err(refused(format!("{shown} has {length} characters, and {}", lengths(check))));
        }
    }
    match check.pattern.as_deref() {
        Some(pattern) if !pattern::is_found(pattern, text)? => {
            Err(refused(format!("{shown} doesn't match {pattern}")))
        }
        _ => Ok(()),
    }
}

/// Compiles a pattern of a check, for who has to know whether it is one.
///
/// # Errors
/// Where it is none, or is too large.
#[cfg(any(feature = "check", all(feature = "json", feature = "pattern")))]
pub(crate) fn compile_pattern(pattern: &str) -> Result<(), Error> {
    pattern::is_found(pattern, "").map(|_| ())
}

fn one_of(check: &Check, value: &Primitive, shown: &str) -> Result<(), Error> {
    let is_it = |known| Primitive::of(known).is_ok_and(|known| known == *value);
    if check.one_of.is_empty() || check.one_of.iter().any(is_it) {
        return Ok(());
    }
    let known: Vec<String> = check
        .one_of
        .iter()
        .filter_map(|known| Primitive::of(known).ok())
        .map(|known| match known {
            Primitive::Text(text) => text,
            Primitive::Int(number) => number.to_string(),
            Primitive::Float(number) => number.to_string(),
            Primitive::Bool(is) => is.to_string(),
            other => other.describe().to_owned(),
        })
        .collect();
    Err(refused(format!("{shown} is none of {}", known.join(", "))))
}

fn refused(message: String) -> Error {
    Error::invalid_value(message)
}

fn range(check: &Check) -> String {
    match (check.min, check.max) {
        (Some(min), Some(max)) => format!("from {min} to {max}"),
        (Some(min), None) => format!("{min} or more"),
        (None, Some(max)) => format!("{max} or less"),
        (None, None) => "allowed".to_owned(),
    }
}

fn lengths(check: &Check) -> String {
    match (check.min_length, check.max_length) {
        (Some(min), Some(max)) => format!("{min} to {max} may stand here"),
        (Some(min), None) => format!("at least {min} have to stand here"),
        (None, Some(max)) => format!("at most {max} may stand here"),
        (None, None) => "none may stand here".to_owned(),
    }
}

#[cfg(feature = "pattern")]
mod pattern {
    use std::collections::BTreeMap;
    use std::sync::{PoisonError, RwLock};

    use regex::Regex;

    use crate::error::Error;
    use crate::shortened::Shortened;

    /// Patterns that were compiled. They stand in schemas, so there are but so many.
    static COMPILED: RwLock<BTreeMap<String, Regex>> = RwLock::new(BTreeMap::new());

    /// Whether the pattern finds something in the text.
    ///
    /// # Errors
    /// Where the pattern is none.
    pub(super) fn is_found(pattern: &str, text: &str) -> Result<bool, Error> {
        if let Some(known) = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern) {
            return Ok(known.is_match(text));
        }
        let compiled = Regex::new(pattern).map_err(|error| {
            // The lines before show the pattern with a mark under it.
            let error = error.to_string();
            let why =
                error.lines().last().unwrap_or_default().trim_start_matches("error: ").trim_end_matches('.');
            Error::invalid_value(format_args!("{} is no regular expression: {why}", Shortened(pattern)))
        })?;
        let is_found = compiled.is_match(text);
        let mut all = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(pattern.to_owned(), compiled);
        Ok(is_found)
    }
}

#[cfg(not(feature = "pattern"))]
mod pattern {
    use crate::error::Error;

    /// Nobody can say a pattern without the feature, so nobody asks.
    pub(super) fn is_found(pattern: &str, _: &str) -> Result<bool, Error> {
        Err(Error::invalid_value(format_args!("{pattern} needs the feature `pattern`")))
    }
}
