//! The enums of a schema: of texts, and of the objects that may stand for one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use versioned_objects::schema::{Action, Element, Kind, ObjectSchema, TypeSchema};

use super::names::{Scope, type_name, variant_name};

/// By a base's name, the enum of the objects that may stand for it.
pub type Families = BTreeMap<String, String>;

/// The enums of texts.
#[derive(Default)]
pub struct Enums {
    all: Vec<FieldEnum>,
    /// By type name and values.
    known: BTreeMap<(String, Vec<String>), usize>,
    /// By object, field and values, of enums that have no name of their own.
    nameless: BTreeMap<(String, String, Vec<String>), usize>,
}

pub struct FieldEnum {
    pub name: String,
    type_name: String,
    values: Vec<String>,
    users: Vec<String>,
    /// Whether it shows in a fingerprint as in Python: values as a tuple, each once.
    pub is_whole: bool,
}

const NAMELESS: &str = "Enum";

impl Enums {
    /// Finds the enums of all fields, and names them.
    pub fn read(objects: &[&ObjectSchema], scope: &mut Scope) -> Enums {
        let mut enums = Enums::default();
        for object in objects {
            for field in object.fields.iter() {
                enums.take(object, &field.name, &field.ty, scope);
                for rule in field.rules.iter() {
                    if let Action::Convert { ty, .. } = &rule.action {
                        enums.take(object, &field.name, ty, scope);
                    }
                }
            }
        }
        enums
    }

    fn take(&mut self, object: &ObjectSchema, field: &str, ty: &TypeSchema, scope: &mut Scope) {
        match &ty.kind {
            Kind::List(Element { ty, .. })
            | Kind::Set(Element { ty, .. })
            | Kind::Dict(Element { ty, .. }) => {
                self.take(object, field, ty, scope);
            }
            Kind::Enum { values, is_list } => {
                let own = each_once(values);
                let is_whole = !is_list && own.len() == values.len();
                let user = format!("{}.{field}", object.name);
                let key = (ty.name.to_string(), own.clone());
                let is_nameless = ty.name == NAMELESS;
                let place = (object.name.to_string(), field.to_owned(), own.clone());
                let known = if is_nameless { self.nameless.get(&place) } else { self.known.get(&key) };
                if let Some(known) = known {
                    if !self.all[*known].users.contains(&user) {
                        self.all[*known].users.push(user);
                    }
                    return;
                }
                let wished =
                    if is_nameless { format!("{} {field}", object.name) } else { ty.name.to_string() };
                let name = scope.give(type_name(&wished));
                let index = self.all.len();
                self.all.push(FieldEnum {
                    name,
                    type_name: ty.name.to_string(),
                    values: own,
                    users: vec![user],
                    is_whole,
                });
                if is_nameless {
                    self.nameless.insert(place, index);
                } else {
                    self.known.insert(key, index);
                }
            }
            _ => {}
        }
    }

    /// The enum of a field.
    pub fn of(&self, object: &str, field: &str, ty: &TypeSchema) -> &FieldEnum {
        let Kind::Enum { values, .. } = &ty.kind else { return &self.all[0] };
        let own = each_once(values);
        let nameless = self.nameless.get(&(object.to_owned(), field.to_owned(), own.clone()));
        let index = nameless.or_else(|| self.known.get(&(ty.name.to_string(), own)));
        &self.all[index.copied().unwrap_or(0)]
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub fn count(&self) -> usize {
        self.all.len()
    }

    /// The source of all of them, sorted by name.
    pub fn text(&self) -> String {
        let mut all: Vec<&FieldEnum> = self.all.iter().collect();
        all.sort_by(|a, b| a.name.cmp(&b.name));
        let mut out = String::new();
        for one in all {
            out.push('\n');
            out.push_str(&one.text());
        }
        out
    }
}

impl FieldEnum {
    fn text(&self) -> String {
        let mut out = String::new();
        let name = &self.type_name;
        let _ = writeln!(out, "/// The texts of {}.", listed(&self.users));
        out.push_str("#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]\n");
        let mut scope = Scope::default();
        let variants: Vec<_> =
            self.values.iter().map(|value| (scope.give(variant_name(value)), value)).collect();
        let said =
            |case: &Case| variants.iter().filter(|(variant, value)| case.1(variant) == **value).count();
        let case = CASES.iter().rev().max_by_key(|case| said(case)).filter(|case| said(case) > 1);
        let rename = case.map_or_else(String::new, |case| format!(", rename_all = {:?}", case.0));
        let _ = writeln!(out, "#[field_enum(name = {name:?}{rename})]");
        let _ = writeln!(out, "pub enum {} {{", self.name);
        for (variant, value) in &variants {
            let _ = writeln!(out, "    /// {}.", shown(value));
            if case.is_none_or(|case| case.1(variant) != **value) {
                let _ = writeln!(out, "    #[variant(name = {value:?})]");
            }
            let _ = writeln!(out, "    {variant},");
        }
        out.push_str("}\n");
        out
    }
}

/// Values without those that come twice.
fn each_once(values: &[Cow<'static, str>]) -> Vec<String> {
    let mut own: Vec<String> = Vec::new();
    for value in values {
        if !own.iter().any(|known| known == value) {
            own.push(value.to_string());
        }
    }
    own
}

/// A word of `rename_all`, with how it makes a text of a variant's name.
type Case = (&'static str, fn(&str) -> String);

/// The first of those that fit as well as each other is taken.
const CASES: [Case; 6] = [
    ("lowercase", |variant| variant.to_ascii_lowercase()),
    ("snake_case", |variant| parted(variant, '_')),
    ("kebab-case", |variant| parted(variant, '-')),
    ("UPPERCASE", |variant| variant.to_ascii_uppercase()),
    ("SCREAMING_SNAKE_CASE", |variant| parted(variant, '_').to_ascii_uppercase()),
    ("PascalCase", str::to_owned),
];

/// In lower case, with this before each letter that was upper case.
fn parted(variant: &str, separator: char) -> String {
    let mut out = String::new();
    for (place, letter) in variant.char_indices() {
        if place > 0 && letter.is_uppercase() {
            out.push(separator);
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// A text for a comment of one line.
fn shown(value: &str) -> String {
    if value.is_empty() { "The empty text".to_owned() } else { format!("`{}`", value.escape_debug()) }
}

/// Names with commas between; of many the first few.
pub fn listed(names: &[String]) -> String {
    let first: Vec<_> = names.iter().take(4).map(|name| format!("`{name}`")).collect();
    let more = names.len() - first.len();
    match more {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// By a base's name, the names of it and of what extends it, of the objects of a schema.
pub fn families(objects: &[&ObjectSchema]) -> BTreeMap<String, Vec<String>> {
    fn bases<'a>(ty: &'a TypeSchema, out: &mut Vec<&'a str>) {
        match &ty.kind {
            Kind::Object { name, subclasses: true, .. } => out.push(name),
            Kind::List(Element { ty, .. })
            | Kind::Set(Element { ty, .. })
            | Kind::Dict(Element { ty, .. }) => {
                bases(ty, out);
            }
            _ => {}
        }
    }
    let mut asked = Vec::new();
    objects.iter().flat_map(|object| object.fields.iter()).for_each(|field| bases(&field.ty, &mut asked));
    let members = |base: &str| -> Vec<String> {
        let is_member = |object: &&&ObjectSchema| {
            object.name == base || object.bases.iter().any(|extended| extended == base)
        };
        objects.iter().filter(is_member).map(|object| object.name.to_string()).collect()
    };
    let families = asked.into_iter().map(|base| (base.to_owned(), members(base)));
    families.filter(|(_, members)| !members.is_empty()).collect()
}

/// The source of the enum of a family.
pub fn family_text(base: &str, name: &str, members: &[String], structs: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let said = structs.get(base).map_or_else(|| format!("{base:?}"), String::clone);
    let base = structs.get(base).map_or(base, String::as_str);
    let _ = writeln!(out, "/// Any object that may stand for `{base}`.");
    out.push_str("#[derive(ObjectEnum, Clone, Debug, PartialEq)]\n");
    let _ = writeln!(out, "#[object_enum(base = {said})]\npub enum {name} {{");
    for member in members {
        let member = structs.get(member).map_or(&**member, String::as_str);
        let _ = writeln!(
            out,
            "    /// {}.",
            if member == base { "The object itself" } else { "One that extends it" }
        );
        let _ = writeln!(out, "    {member}({member}),");
    }
    out.push_str("}\n");
    out
}
