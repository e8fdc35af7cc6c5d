//! Names of Python as names of Rust: camel and snake case, no keywords, no two the same.

use std::collections::BTreeSet;

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that a raw identifier can't be made of.
const NEVER_RAW: &[&str] = &["self", "super", "crate", "_"];

/// Types that the generated code calls by their bare names.
const TAKEN: &[&str] = &[
    "BTreeMap",
    "BTreeSet",
    "Box",
    "CheckedUuid",
    "Clone",
    "DateTime",
    "Debug",
    "Default",
    "Error",
    "EuiText",
    "Field",
    "FieldEnum",
    "FlexibleBool",
    "FlexibleDict",
    "FlexibleList",
    "IpAddr",
    "IpNet",
    "IpNetworkText",
    "IpV4AndV6Address",
    "Ipv4Addr",
    "Ipv4Net",
    "Ipv6Addr",
    "Ipv6Net",
    "JsonText",
    "MacAddress",
    "NaiveDateTime",
    "NonNegativeFloat",
    "None",
    "ObjectEnum",
    "Ok",
    "Option",
    "Origin",
    "PartialEq",
    "PciAddress",
    "Primitive",
    "Registry",
    "Result",
    "Self",
    "Sensitive",
    "Some",
    "String",
    "UuidText",
    "Value",
    "Vec",
    "Version",
    "VersionPredicate",
    "VersionedObject",
];

/// Names that were given out in one scope.
#[derive(Default)]
pub struct Scope(BTreeSet<String>);

impl Scope {
    /// The name, or the name with the first number behind it that no other has.
    pub fn give(&mut self, name: String) -> String {
        let mut given = name.clone();
        let mut number = 2;
        while !self.0.insert(given.clone()) {
            given = format!("{name}{number}");
            number += 1;
        }
        given
    }
}

/// The words of a name: parted at what is no letter or digit, and where a capital follows a small letter, digits between
/// them or not.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut letter = ' ';
    for c in name.chars() {
        let is_new = !c.is_alphanumeric() || c.is_uppercase() && letter.is_lowercase();
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.push(c);
        }
        if !c.is_numeric() {
            letter = c;
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The name of a type.
pub fn type_name(name: &str) -> String {
    let is_plain =
        name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    let is_shouted = name.len() > 2 && !name.contains(|c: char| c.is_lowercase());
    let camel = if is_plain && !is_shouted { name.to_owned() } else { camel(name, "Object") };
    if TAKEN.contains(&&*camel) { format!("{camel}Object") } else { camel }
}

/// The name of a variant, of the text that stands for it on the wire.
pub fn variant_name(text: &str) -> String {
    let spelt: String = text
        .chars()
        .map(|c| match c {
            '+' => " plus ".to_owned(),
            '*' => " any ".to_owned(),
            '<' => " less ".to_owned(),
            '>' => " more ".to_owned(),
            '=' => " equal ".to_owned(),
            '!' => " not ".to_owned(),
            '%' => " percent ".to_owned(),
            c => c.to_string(),
        })
        .collect();
    let name = camel(&spelt, if text.is_empty() { "Empty" } else { "Other" });
    if name == "Self" { "SelfOne".to_owned() } else { name }
}

/// Words with a capital each; a digit in front gets a letter before it.
fn camel(name: &str, instead: &str) -> String {
    let mut out = String::new();
    for word in words(name) {
        let is_shouted = !word.contains(|c: char| c.is_lowercase());
        let mut letters = word.chars();
        let Some(first) = letters.next() else { continue };
        let part_of_number = out.ends_with(|c: char| c.is_numeric()) && first.is_numeric();
        if part_of_number {
            out.push('_');
        }
        out.extend(first.to_uppercase());
        let rest = letters.as_str();
        out.push_str(&if is_shouted { rest.to_lowercase() } else { rest.to_owned() });
    }
    match out.chars().next() {
        None => instead.to_owned(),
        Some(first) if first.is_numeric() => format!("N{out}"),
        Some(_) => out,
    }
}

/// The name of a field or a module, and whether it says all of the name on the wire.
pub fn snake_name(name: &str) -> (String, bool) {
    let is_plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !name.trim_matches('_').is_empty();
    if !is_plain {
        let snake = words(name).join("_").to_lowercase();
        let snake = if snake.is_empty() { "field".to_owned() } else { snake };
        let snake = if snake.starts_with(|c: char| c.is_numeric()) { format!("n{snake}") } else { snake };
        return (kept_from_keywords(snake), false);
    }
    if NEVER_RAW.contains(&name) {
        return (format!("{name}_"), false);
    }
    if KEYWORDS.contains(&name) { (format!("r#{name}"), true) } else { (name.to_owned(), true) }
}

fn kept_from_keywords(name: String) -> String {
    if KEYWORDS.contains(&&*name) || NEVER_RAW.contains(&&*name) { format!("{name}_") } else { name }
}

/// The name of a module's file, which can't be one of those that are there anyway.
pub fn module_name(path: &str) -> String {
    let name = words(path).join("_").to_lowercase();
    let name = if name.starts_with(|c: char| c.is_numeric()) { format!("n{name}") } else { name };
    match &*name {
        // The folder is called so, as a rule, and a module in itself is nobody's wish.
        "" | "objects" => "all".to_owned(),
        "fields" | "hand" | "lib" | "main" | "mod" => {
            format!("{name}_objects")
        }
        _ => kept_from_keywords(name),
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, module_name, snake_name, type_name, variant_name};

    #[test]
    fn names_are_names_of_rust() {
        let types = ["Port", "VIFBase", "Self", "Option", "BIOS", "_lower_case", "1st", "", "MTU1500", "AS"];
        let expected = [
            "Port",
            "VIFBase",
            "SelfObject",
            "OptionObject",
            "Bios",
            "LowerCase",
            "N1st",
            "Object",
            "Mtu1500",
            "AS",
        ];
        assert_eq!(types.map(type_name), expected);
        let variants =
            ["old-style", "1.2", "", "8+8", "self", "802.1q", "ECC_SECP384R1", "c&A/b", "..", "BUILD"];
        let expected = [
            "OldStyle",
            "N1_2",
            "Empty",
            "N8Plus8",
            "SelfOne",
            "N802_1q",
            "EccSecp384r1",
            "CAB",
            "Other",
            "Build",
        ];
        assert_eq!(variants.map(variant_name), expected);
        let fields = ["mtu", "type", "self", "1st", "camelCase", "_rules", "a-b", "_", "__"];
        let expected = [
            ("mtu", true),
            ("r#type", true),
            ("self_", false),
            ("n1st", false),
            ("camel_case", false),
            ("_rules", true),
            ("a_b", false),
            ("field", false),
            ("field", false),
        ];
        let named = fields.map(snake_name);
        assert_eq!(named.each_ref().map(|(name, is_whole)| (&**name, *is_whole)), expected);
        let modules = ["instance", "mod", "qos.rule", "type", "", "objects"];
        assert_eq!(modules.map(module_name), ["instance", "mod_objects", "qos_rule", "type_", "all", "all"]);
    }

    #[test]
    fn no_two_names_are_the_same() {
        let mut scope = Scope::default();
        let given = ["A", "A", "A2", "A"].map(|name| scope.give(name.to_owned()));
        assert_eq!(given, ["A", "A2", "A22", "A3"]);
    }
}
