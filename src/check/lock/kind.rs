//! Types and values of a schema, for people.

use crate::schema::{Element, Kind, Literal, TypeSchema};

/// A type for people: `List of Integer`.
pub(in crate::check) fn described(ty: &TypeSchema) -> String {
    let of = |element: &Element| {
        format!(
            "{} of {}{}",
            ty.name,
            if element.nullable { "nullable " } else { "" },
            described(&element.ty)
        )
    };
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => of(element),
        Kind::Object { name, subclasses: false, .. } => format!("object {name}"),
        Kind::Object { name, subclasses: true, .. } => format!("object {name} or one that extends it"),
        // Their names are those of other kinds too.
        kind if kind.is_of_projects() => kind.word().to_owned(),
        Kind::DateTime { tzinfo_aware: false } => format!("naive {}", ty.name),
        _ => ty.name.to_string(),
    }
}

/// A default for people, as JSON.
pub(in crate::check) fn shown(default: Option<&Literal>) -> String {
    let text = |default| serde_json::to_string(default).unwrap_or_else(|error| error.to_string());
    default.map_or_else(|| "none".to_owned(), text)
}
