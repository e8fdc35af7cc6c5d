//! Words for people on fields, and short forms of Python's text.

use std::fmt::Write as _;

use versioned_objects::registry::Unsaid;
use versioned_objects::schema::{FieldSchema, Kind, TypeSchema};

use super::history;

/// How wide a line of a comment may be.
const WIDTH: usize = 100;

/// Text as a doc comment, of lines that are short.
pub fn comment(out: &mut String, indent: &str, text: &str) {
    let room = WIDTH.saturating_sub(indent.len() + 4);
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.len() + 1 + word.len() > room {
            let _ = writeln!(out, "{indent}/// {line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    let _ = writeln!(out, "{indent}/// {line}");
}

/// The text as a sentence of a doc comment.
pub fn sentence(text: &str) -> String {
    let plain = escaped(text);
    if plain.ends_with(['.', '!', '?', ':']) { plain } else { format!("{plain}.") }
}

/// The things that no rule says, each on a line of a doc comment.
pub fn unsaid_lines(all: &[&Unsaid]) -> String {
    let mut out = String::new();
    for unsaid in all {
        let versions = history(&unsaid.versions);
        let of = if versions.is_empty() { String::new() } else { format!(" in {versions}") };
        let field = unsaid.field.as_ref().map_or("the object".to_owned(), |field| format!("`{field}`"));
        let _ = writeln!(out, "/// - {field}{of}: {}", escaped(&unsaid.what));
    }
    out
}

/// The text with what rustdoc takes for a link or a tag made plain.
pub fn escaped(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars().peekable();
    while let Some(c) = letters.next() {
        let is_within = plain.ends_with(char::is_alphanumeric)
            && letters.peek().is_some_and(|next| next.is_alphanumeric());
        match c {
            '_' if is_within => plain.push(c),
            '[' | ']' | '<' | '>' | '*' | '_' => plain.extend(['\\', c]),
            '`' => plain.push('\''),
            // Nor what turns a line about, which the compiler refuses.
            c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                plain.push(' ');
            }
            c => plain.push(c),
        }
    }
    plain.replace("http:", "http\\:").replace("https:", "https\\:")
}

/// Sentence on all that the schema knows of a field.
pub fn facts(field: &FieldSchema) -> String {
    let mut out = described(&field.ty);
    if field.nullable {
        out.push_str(", or null");
    }
    if field.read_only {
        out.push_str("; it can be set but once");
    }
    out.push('.');
    out
}

/// Words on the values of a type, as a sentence begins.
pub fn described(ty: &TypeSchema) -> String {
    match &ty.kind {
        Kind::String if ty.name != "String" => format!("Text of the type `{}`", ty.name),
        Kind::String => "Text".to_owned(),
        Kind::SensitiveString => "Text that people should not read".to_owned(),
        Kind::VersionPredicate => "Requirements on a version".to_owned(),
        Kind::Enum { .. } => "One of a few texts".to_owned(),
        Kind::Uuid | Kind::CheckedUuid => "A UUID".to_owned(),
        Kind::MacAddress | Kind::EuiText => "A MAC address".to_owned(),
        Kind::JsonText => "Any value, as JSON in a text".to_owned(),
        Kind::FlexibleDict => "A dict of any values".to_owned(),
        Kind::FlexibleList => "A list of any values".to_owned(),
        Kind::PciAddress => "A PCI address".to_owned(),
        Kind::Integer => "A whole number".to_owned(),
        Kind::NonNegativeInteger => "A whole number from zero".to_owned(),
        Kind::Float => "A number".to_owned(),
        Kind::NonNegativeFloat => "A number from zero".to_owned(),
        Kind::Boolean | Kind::FlexibleBoolean => "True or false".to_owned(),
        Kind::DateTime { .. } => "A date and a time".to_owned(),
        Kind::IpAddress | Kind::IpV4AndV6Address => "An IP address".to_owned(),
        Kind::IpV4Address => "An IPv4 address".to_owned(),
        Kind::IpV6Address => "An IPv6 address".to_owned(),
        Kind::IpNetwork | Kind::IpNetworkText => "An IP network".to_owned(),
        Kind::IpV4Network => "An IPv4 network".to_owned(),
        Kind::IpV6Network => "An IPv6 network".to_owned(),
        Kind::List(element) => format!("A list of {}", several(&element.ty)),
        Kind::Set(element) => format!("A set of {}", several(&element.ty)),
        Kind::Dict(element) => format!("A dict of {}", several(&element.ty)),
        Kind::Object { name, subclasses: false, .. } => format!("An object `{name}`"),
        Kind::Object { name, subclasses: true, .. } => format!("An object `{name}`, or one that extends it"),
        _ if ty.name == "FieldType" => "Any value".to_owned(),
        _ => format!("A value of the type `{}`", ty.name),
    }
}

fn several(ty: &TypeSchema) -> String {
    match &ty.kind {
        Kind::String if ty.name != "String" => format!("texts of the type `{}`", ty.name),
        Kind::String => "texts".to_owned(),
        Kind::SensitiveString => "texts that people should not read".to_owned(),
        Kind::VersionPredicate => "requirements on versions".to_owned(),
        Kind::Enum { .. } => "texts, each one of a few".to_owned(),
        Kind::Uuid | Kind::CheckedUuid => "UUIDs".to_owned(),
        Kind::MacAddress | Kind::EuiText => "MAC addresses".to_owned(),
        Kind::JsonText => "any values, each as JSON in a text".to_owned(),
        Kind::FlexibleDict => "dicts of any values".to_owned(),
        Kind::FlexibleList => "lists of any values".to_owned(),
        Kind::PciAddress => "PCI addresses".to_owned(),
        Kind::Integer => "whole numbers".to_owned(),
        Kind::NonNegativeInteger => "whole numbers from zero".to_owned(),
        Kind::Float => "numbers".to_owned(),
        Kind::NonNegativeFloat => "numbers from zero".to_owned(),
        Kind::Boolean | Kind::FlexibleBoolean => "booleans".to_owned(),
        Kind::DateTime { .. } => "dates with times".to_owned(),
        Kind::IpAddress | Kind::IpV4AndV6Address => "IP addresses".to_owned(),
        Kind::IpV4Address => "IPv4 addresses".to_owned(),
        Kind::IpV6Address => "IPv6 addresses".to_owned(),
        Kind::IpNetwork | Kind::IpNetworkText => "IP networks".to_owned(),
        Kind::IpV4Network => "IPv4 networks".to_owned(),
        Kind::IpV6Network => "IPv6 networks".to_owned(),
        Kind::List(element) => format!("lists of {}", several(&element.ty)),
        Kind::Set(element) => format!("sets of {}", several(&element.ty)),
        Kind::Dict(element) => format!("dicts of {}", several(&element.ty)),
        Kind::Object { name, subclasses: false, .. } => format!("`{name}` objects"),
        Kind::Object { name, subclasses: true, .. } => format!("`{name}` objects, or ones that extend it"),
        _ if ty.name == "FieldType" => "any values".to_owned(),
        _ => format!("values of the type `{}`", ty.name),
    }
}

const UNSPECIFIED: &str = "<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>";

/// Word of `#[field(...)]` for a field's text in a fingerprint: by its parts, where it has no others.
pub fn repr(text: &str) -> String {
    let parts = || {
        let (ty, rest) = text.split_once("(default=")?;
        let (default, rest) = rest.rsplit_once(",nullable=")?;
        let nullable = match rest {
            "True)" => ", nullable",
            "False)" => "",
            _ => return None,
        };
        let default = if default == UNSPECIFIED { String::new() } else { format!(", default = {default:?}") };
        Some(format!("repr(type = {ty:?}{nullable}{default})"))
    };
    parts().unwrap_or_else(|| format!("repr = {text:?}"))
}

/// A method with the names and the defaults of its arguments, where its signature has nothing else.
pub fn signature(name: &str, spec: &str) -> Option<String> {
    let rest = spec.strip_prefix("ArgSpec(args=[")?;
    let (args, rest) = rest.split_once("], varargs=")?;
    let (varargs, rest) = rest.split_once(", keywords=")?;
    let (keywords, defaults) = rest.strip_suffix(')')?.split_once(", defaults=")?;
    let plain = |text: &str| text.strip_prefix('\'')?.strip_suffix('\'').map(str::to_owned);
    let args = args.split(", ").filter(|arg| !arg.is_empty()).map(plain).collect::<Option<Vec<_>>>()?;
    let defaults = match defaults {
        "None" => Vec::new(),
        some => members(some.strip_prefix('(')?.strip_suffix(')')?)?,
    };
    let first = args.len().checked_sub(defaults.len())?;
    let mut said: Vec<String> = Vec::new();
    for (index, arg) in args.iter().enumerate() {
        let default = index.checked_sub(first).and_then(|place| defaults.get(place));
        said.push(default.map_or_else(|| arg.clone(), |default| format!("{arg}={default}")));
    }
    for (stars, more) in [("*", varargs), ("**", keywords)] {
        if more != "None" {
            said.push(format!("{stars}{}", plain(more)?));
        }
    }
    Some(format!("{name}({})", said.join(", ")))
}

/// Members of a tuple, where none has a comma, a bracket or a quote in it that would be hard to tell apart.
fn members(inside: &str) -> Option<Vec<&str>> {
    let members: Vec<_> = inside.split(", ").map(|member| member.trim_end_matches(',')).collect();
    let is_plain = |text: &&str| {
        let inner = text.strip_prefix('\'').and_then(|text| text.strip_suffix('\'')).unwrap_or(text);
        !inner.is_empty() && !inner.contains(['\'', '"', '(', ')', '[', ']', '{', '}', ',', '=', '\\', '*'])
            || matches!(*text, "''" | "()" | "[]" | "{}")
    };
    members.iter().all(is_plain).then_some(members)
}

#[cfg(test)]
mod tests {
    use super::{escaped, repr, signature};

    #[test]
    fn python_s_text_gets_short() {
        let none = "varargs=None, keywords=None";
        let spec = format!("ArgSpec(args=['cls', 'a', 'b'], {none}, defaults=(None, 'x'))");
        assert_eq!(signature("get", &spec).as_deref(), Some("get(cls, a=None, b='x')"));
        let spec = format!("ArgSpec(args=['self', 'a'], {none}, defaults=(False,))");
        assert_eq!(signature("save", &spec).as_deref(), Some("save(self, a=False)"));
        let spec = "ArgSpec(args=[], varargs='rest', keywords='more', defaults=None)";
        assert_eq!(signature("f", spec).as_deref(), Some("f(*rest, **more)"));
        let hard = [
            format!("ArgSpec(args=['a'], {none}, defaults=('x, y',))"),
            format!("ArgSpec(args=['a'], {none}, defaults=((1, 2),))"),
            "FullArgSpec(args=['self'], varargs=None)".to_owned(),
        ];
        for spec in hard {
            assert_eq!(signature("f", &spec), None, "{spec}");
        }
    }

    #[test]
    fn a_repr_is_said_by_its_parts() {
        let unspecified = super::UNSPECIFIED;
        let text = |rest: &str| format!("MACAddress(default={unspecified},nullable={rest}");
        assert_eq!(repr(&text("True)")), r#"repr(type = "MACAddress", nullable)"#);
        assert_eq!(repr("Colour(default=red,nullable=False)"), r#"repr(type = "Colour", default = "red")"#);
        let values = text("False,valid_values=['a'])");
        assert_eq!(repr(&values), format!("repr = {values:?}"));
    }

    #[test]
    fn comments_have_no_links_of_python() {
        assert_eq!(escaped("a_b[0] of __init__"), r"a_b\[0\] of \_\_init\_\_");
    }
}
