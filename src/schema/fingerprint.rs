//! Fingerprints: what the reference's `ObjectVersionChecker` hashes of an object, so that a change of fields or
//! methods without a change of version shows.

use super::repr::{Str, distinct, quoted_text};
use super::{FieldSchema, Kind, Literal, ObjectSchema};
use crate::python::{bool_text, quoted};

const NO_DEFAULT: &str = "<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>";

impl ObjectSchema {
    /// The fingerprint of the object as it is now, `VERSION-md5`: the same as that of a Python class with these
    /// fields, methods and child versions, so that a table of a Python project holds here.
    ///
    /// It covers the names of the fields, of each field the name of its type, its default, whether it can be
    /// null, and of an enum the values; and the signatures of the methods. The types of elements, the names of
    /// the objects in fields and the rules of backports are outside it, as in the reference.
    pub fn fingerprint(&self) -> String {
        format!("{}-{:x}", self.current(), md5::compute(self.fingerprint_text()))
    }

    /// The text that [`ObjectSchema::fingerprint`] hashes: what shows where two fingerprints differ.
    pub fn fingerprint_text(&self) -> String {
        let mut fields: Vec<&FieldSchema> = self.fields.iter().collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let fields = pairs(fields.into_iter().map(|field| (&*field.name, Text::Bare(field_text(field)))));
        let mut methods: Vec<_> = self.methods.iter().collect();
        methods.sort_by(|a, b| a.name.cmp(&b.name));
        let methods =
            pairs(methods.into_iter().map(|method| (&*method.name, Text::Bare(method.spec.to_string()))));
        let Some(child_versions) = &self.child_versions else {
            return format!("({fields}, {methods})");
        };
        if child_versions.is_empty() {
            return format!("({fields}, {methods}, OrderedDict())");
        }
        let mut versions: Vec<_> =
            child_versions.iter().map(|(own, child)| (own.to_string(), child.to_string())).collect();
        // As text, so 1.10 stands before 1.2.
        versions.sort_unstable();
        let versions = pairs(versions.iter().map(|(own, child)| (&**own, Text::Quoted(child.clone()))));
        format!("({fields}, {methods}, OrderedDict({versions}))")
    }
}

impl FieldSchema {
    /// Returns the field's text in a fingerprint: `Integer(default=0,nullable=True)`.
    pub fn fingerprint_text(&self) -> String {
        field_text(self)
    }
}

enum Text {
    Bare(String),
    Quoted(String),
}

/// A list of pairs, each of a name and something.
fn pairs<'a>(pairs: impl Iterator<Item = (&'a str, Text)>) -> String {
    let mut out = String::from("[");
    for (index, (name, text)) in pairs.enumerate() {
        out.push_str(if index == 0 { "(" } else { ", (" });
        quoted(name, &mut out);
        out.push_str(", ");
        match text {
            Text::Bare(text) => out.push_str(&text),
            Text::Quoted(text) => quoted(&text, &mut out),
        }
        out.push(')');
    }
    out.push(']');
    out
}

fn field_text(field: &FieldSchema) -> String {
    if let Some(repr) = &field.repr {
        return repr.to_string();
    }
    let (ty, nullable) = (&*field.ty, bool_text(field.nullable));
    let default = match (&field.default_repr, field.default.as_deref()) {
        (Some(text), _) => text.to_string(),
        (None, None) => NO_DEFAULT.to_owned(),
        (None, Some(Literal::List(members))) if matches!(ty.kind, Kind::Set(_)) => set_text(members),
        (None, Some(default)) => Str(default).to_string(),
    };
    let name = &ty.name;
    match &ty.kind {
        Kind::Enum { values, is_list } => {
            let values = values.iter().map(|value| quoted_text(value)).collect::<Vec<_>>();
            let values = match (&*values, is_list) {
                (values, true) => format!("[{}]", values.join(", ")),
                ([value], false) => format!("({value},)"),
                (values, false) => format!("({})", values.join(", ")),
            };
            format!("{name}(default={default},nullable={nullable},valid_values={values})")
        }
        _ => format!("{name}(default={default},nullable={nullable})"),
    }
}

/// Text that Python 2.7 wrote for a set, with the members sorted as text.
fn set_text(members: &[Literal]) -> String {
    let mut texts: Vec<_> = distinct(members).into_iter().map(|member| Str(member).to_string()).collect();
    texts.sort_unstable();
    format!("set([{}])", texts.join(","))
}
