//! The source of one object.

use std::borrow::Cow;
use std::fmt::Write as _;

use versioned_objects::Version;
use versioned_objects::registry::SchemaEntry;
use versioned_objects::schema::{
    Action, Check, Condition, FieldSchema, First, Instead, Kind, Literal, ObjectSchema, Rule, Tombstone,
    TypeSchema,
};

use super::names::{Scope, snake_name};
use super::types::{Types, Uses, Written};
use super::was::{Former, former};
use super::words;

/// How much rustfmt leaves in one line of an attribute.
const WORDS: usize = 70;

/// The source of an object, and what of its schema it says otherwise than the file does.
pub struct Source {
    pub text: String,
    /// The schema as the derive will have it.
    pub schema: ObjectSchema,
    /// The fields of which no Rust type is known.
    pub untyped: Vec<String>,
    /// The former types of its fields.
    pub formers: Vec<Former>,
    /// The fields whose default is no literal of Rust.
    pub unsaid: Vec<String>,
    /// The fields that are null in a new object, though they can't be.
    pub null: Vec<String>,
}

/// The paths of an object's functions in hand.rs, where it has them.
#[derive(Default)]
pub struct Routines {
    /// The function that finishes the reading.
    pub read: Option<String>,
    /// The function that finishes a backport.
    pub compatible: Option<String>,
}

/// Writes the struct of an object; `routines` name the functions by hand.
pub fn source(
    entry: &SchemaEntry,
    name: &str,
    types: &Types<'_>,
    uses: &mut Uses,
    routines: Routines,
) -> Source {
    let schema = &entry.schema;
    if !schema.fields.is_empty() {
        uses.paths.insert("versioned_objects::Field".to_owned());
    }
    uses.paths.insert("versioned_objects::Origin".to_owned());
    uses.paths.insert("versioned_objects::VersionedObject".to_owned());
    let mut scope = Scope::default();
    let mut out = Source {
        text: String::new(),
        schema: schema.clone(),
        untyped: Vec::new(),
        formers: Vec::new(),
        unsaid: Vec::new(),
        null: Vec::new(),
    };
    let fields: Vec<String> = schema
        .fields
        .iter()
        .enumerate()
        .map(|(index, field)| {
            let (text, as_derived) = self::field((schema, name), field, types, uses, &mut scope, &mut out);
            out.schema.fields.to_mut()[index] = as_derived;
            text
        })
        .collect();
    let is_typed_list = schema.is_list() && !out.untyped.iter().any(|field| field == "objects");
    out.schema.bare_list = schema.child_versions.is_some() && !is_typed_list;
    let is_null = |(name, value): &(Cow<'static, str>, Literal)| {
        let field = schema.fields.iter().find(|field| *field.name == **name);
        *value == Literal::Null && field.is_some_and(|field| !field.nullable)
    };
    out.null =
        schema.initial.iter().filter(|known| is_null(known)).map(|(name, _)| name.to_string()).collect();
    out.schema.initial.to_mut().retain(|known| !is_null(known));
    // Python makes them of the fields; nobody is sent them.
    out.schema.extra_fields = Cow::Borrowed(&[]);
    // As of any derived object; what Python doesn't convert is marked `alone`.
    out.schema.converts_nested = true;
    out.schema.read = routines.read.map(Into::into);
    out.schema.compatible = routines.compatible.map(Into::into);
    out.text = head(entry, name, &out.schema);
    let origin = scope.give("origin".to_owned());
    let _ = writeln!(out.text, "pub struct {name} {{");
    let _ = writeln!(out.text, "    /// The version that it arrived in.\n    pub {origin}: Origin,");
    fields.iter().for_each(|field| out.text.push_str(field));
    out.text.push_str("}\n");
    out
}

/// Attributes and docs above the struct.
fn head(entry: &SchemaEntry, name: &str, schema: &ObjectSchema) -> String {
    let mut out = String::new();
    let python = entry
        .notes
        .module
        .as_deref()
        .map_or_else(|| format!("`{}`", schema.name), |module| format!("`{module}.{}`", schema.name));
    match &entry.notes.doc {
        Some(doc) => {
            words::comment(&mut out, "", &words::sentence(doc));
            let _ = writeln!(out, "///\n/// {python} in Python.");
        }
        None => {
            let _ = writeln!(out, "/// {python} in Python.");
        }
    }
    let (reading, by_hand): (Vec<_>, Vec<_>) =
        entry.notes.unsaid.iter().partition(|unsaid| unsaid.reading && !unsaid.by_hand);
    if !reading.is_empty() {
        out.push_str("///\n/// Python reads it otherwise:\n");
        for unsaid in reading {
            let field = unsaid.field.as_ref().map_or_else(String::new, |field| format!("`{field}`, "));
            let _ = writeln!(out, "/// - {field}{}", words::escaped(&unsaid.what));
        }
    }
    if !by_hand.is_empty() {
        // Here it shows where a newer schema says something else.
        out.push_str("///\n/// By hand, since no rule says it:\n");
        out.push_str(&words::unsaid_lines(&by_hand));
    }
    out.push_str("#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]\n");
    let mut words = vec![
        format!("namespace = {:?}", schema.namespace),
        format!("serial_namespace = {:?}", schema.keys.serial_namespace),
    ];
    if schema.name != name {
        words.push(format!("name = {:?}", schema.name));
    }
    words.push(format!("versions({})", history(&schema.versions)));
    words.push("coerce".to_owned());
    let flags = [
        (schema.is_list(), "list"),
        (schema.bare_list, "bare_list"),
        (schema.keep_children, "keep_children"),
        (schema.forgets_changes, "forgets_changes"),
        (schema.by_pin, "by_pin"),
        (schema.by_manifest, "by_manifest"),
    ];
    words.extend(flags.into_iter().filter(|(is, _)| *is).map(|(_, word)| word.to_owned()));
    if let Some(rows) = schema.child_versions.as_deref().filter(|rows| !rows.is_empty()) {
        words.push(format!("child_versions({})", table(rows)));
    }
    words.extend(schema.tombstones.iter().map(removed));
    if !schema.bases.is_empty() {
        let bases: Vec<_> = schema.bases.iter().map(|base| format!("{base:?}")).collect();
        words.push(format!("bases({})", bases.join(", ")));
    }
    if let Some(refusal) = &schema.refuses {
        let said = refusal.message.as_ref().map_or_else(String::new, |said| format!(", message = {said:?}"));
        words.push(format!("refuse(before = \"{}\"{said})", refusal.before));
    }
    let routines = [("read", &schema.read), ("compatible", &schema.compatible)];
    words.extend(
        routines.into_iter().filter_map(|(word, routine)| Some(format!("{word} = {}", routine.as_ref()?))),
    );
    attributes(&mut out, "", "object", &words);
    let initial = schema.initial.iter().map(|(name, value)| format!("{name:?} = {}", literal(value)));
    lines(&mut out, "initial", initial);
    let methods = schema.methods.iter().map(|method| match words::signature(&method.name, &method.spec) {
        Some(short) => format!("{short:?}"),
        None => format!("{:?} = {:?}", method.name, method.spec),
    });
    lines(&mut out, "methods", methods);
    out
}

/// A word of `#[object(...)]` whose items stand in a line each.
fn lines(out: &mut String, word: &str, items: impl Iterator<Item = String>) {
    let items: String = items.map(|item| format!("    {item},\n")).collect();
    if !items.is_empty() {
        let _ = writeln!(out, "#[object({word}(\n{items}))]");
    }
}

/// A field of an object, of which the struct's name is known, with its schema as the derive will have it.
fn field(
    (object, struct_name): (&ObjectSchema, &str),
    field: &FieldSchema,
    types: &Types<'_>,
    uses: &mut Uses,
    scope: &mut Scope,
    source: &mut Source,
) -> (String, FieldSchema) {
    let Written { text: ty, is_named } = types.of(object, &field.name, &field.ty, uses);
    let (name, is_whole) = snake_name(&field.name);
    let given = scope.give(name.clone());
    let is_whole = is_whole && given == name;
    let is_value = ty.contains("Value") && uses.paths.contains("serde_json::Value") && !is_opaque(&field.ty);
    if is_value {
        source.untyped.push(field.name.to_string());
    }
    let mut words = Vec::new();
    if !is_whole {
        words.push(format!("name = {:?}", field.name));
    }
    if let Some(since) = field.since {
        words.push(format!("since = \"{since}\""));
    }
    if let Some(absent) = field.absent.as_deref() {
        words.push(format!("absent = {}", literal(absent)));
    }
    let can_hold = |default: &Literal| is_sayable(default) && (field.nullable || *default != Literal::Null);
    let default = field.default.as_deref().filter(|default| can_hold(default));
    if field.default.is_some() && default.is_none() {
        source.unsaid.push(field.name.to_string());
    }
    if let Some(default) = default {
        words.push(format!("default = {}", literal(default)));
    }
    if field.read_only {
        words.push("read_only".to_owned());
    }
    let relationship = field.relationship.as_deref().filter(|_| !is_value);
    if let Some(rows) = relationship {
        words.push(format!("child_versions({})", table(rows)));
    }
    if field.alone && !is_value {
        words.push("alone".to_owned());
    }
    words.extend(field.check.as_deref().map(check));
    let mut derived = field.clone();
    for (place, known) in field.rules.iter().enumerate() {
        let index = source.formers.len();
        let Some(former) = former(object, struct_name, field, known, index, types, uses) else {
            words.extend(rule(known));
            continue;
        };
        words.push(former.word.clone());
        if let Some(derived) = derived.rules.to_mut().get_mut(place) {
            *derived = former.rule.clone();
            if let Action::Convert { ty, .. } = &mut derived.action {
                *ty = derived_type(ty, false).into();
            }
        }
        source.formers.push(former);
    }
    if default.is_none() {
        derived.default = None;
    }
    let is_named = is_named && default.is_some() == field.default.is_some();
    if !is_named || field.repr.is_some() || field.default_repr.is_some() {
        let repr = field.fingerprint_text();
        words.push(words::repr(&repr));
        derived.repr = Some(repr.into());
    }
    derived.alone = field.alone && !is_value;
    derived.default_repr = None;
    derived.relationship = relationship.map(|rows| rows.to_vec().into());
    let is_any = ty == "Value";
    let derived_ty =
        if is_any { TypeSchema::new("FieldType", Kind::Opaque) } else { derived_type(&field.ty, is_value) };
    derived.ty = types.with_objects(derived_ty).into();
    let mut out = String::new();
    words::comment(&mut out, "    ", &words::facts(field));
    attributes(&mut out, "    ", "field", &words);
    let ty = if field.nullable { format!("Option<{ty}>") } else { ty };
    let _ = writeln!(out, "    pub {given}: Field<{ty}>,");
    (out, derived)
}

fn is_opaque(ty: &TypeSchema) -> bool {
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => is_opaque(&element.ty),
        kind => matches!(kind, Kind::Opaque),
    }
}

/// The type as the derive knows it: with the names of Rust's types, and nothing of what values it has.
fn derived_type(ty: &TypeSchema, is_value: bool) -> TypeSchema {
    let named = |name: &'static str, kind: Kind| TypeSchema::new(name, kind);
    let inside = |element: &versioned_objects::schema::Element| versioned_objects::schema::Element {
        ty: derived_type(&element.ty, is_value).into(),
        nullable: element.nullable,
    };
    match &ty.kind {
        Kind::List(element) => named("List", Kind::List(inside(element))),
        Kind::Set(element) => named("Set", Kind::Set(inside(element))),
        Kind::Dict(element) => named("Dict", Kind::Dict(inside(element))),
        Kind::Object { .. } | Kind::Opaque if is_value || matches!(ty.kind, Kind::Opaque) => {
            named("FieldType", Kind::Opaque)
        }
        Kind::Enum { values, .. } => {
            let mut own: Vec<Cow<'static, str>> = Vec::new();
            for value in values.iter() {
                if !own.contains(value) {
                    own.push(value.clone());
                }
            }
            let kind = Kind::Enum { values: own.into(), is_list: false };
            TypeSchema { name: ty.name.clone(), ..named("", kind) }
        }
        kind => named(kind.reference_name(), kind.clone()),
    }
}

/// Conditions on values, as a word of `#[field(...)]`.
fn check(check: &Check) -> String {
    let mut words = Vec::new();
    words.extend(check.pattern.as_ref().map(|pattern| format!("pattern = {pattern:?}")));
    words.extend(check.min_length.map(|length| format!("min_length = {length}")));
    words.extend(check.max_length.map(|length| format!("max_length = {length}")));
    words.extend(check.min.map(|least| format!("min = {least}")));
    words.extend(check.max.map(|most| format!("max = {most}")));
    if !check.one_of.is_empty() {
        let values: Vec<_> = check.one_of.iter().map(literal).collect();
        words.push(format!("one_of({})", values.join(", ")));
    }
    format!("check({})", words.join(", "))
}

/// A rule as a word of `#[field(...)]`; nothing for a former type, which [`former`] is for.
fn rule(rule: &Rule) -> Option<String> {
    let before = rule.before;
    Some(match &rule.action {
        Action::Refuse => format!("refuse(before = \"{before}\")"),
        Action::Without(objects) => {
            let objects: Vec<_> = objects.iter().map(|name| format!("{name:?}")).collect();
            format!("without({}, since = \"{before}\")", objects.join(", "))
        }
        Action::Values { values, instead, inside } => {
            let values: Vec<_> = values.iter().map(literal).collect();
            let older = match instead {
                Instead::Refuse => "refuse".to_owned(),
                Instead::Drop => "drop".to_owned(),
                Instead::Write(value) => literal(value),
            };
            let inside = if *inside { ", inside" } else { "" };
            format!("values({}{inside}, since = \"{before}\", older = {older})", values.join(", "))
        }
        Action::Rename(from) => format!("renamed(from = {from:?}, since = \"{before}\")"),
        Action::Take { from, wrap, when } => {
            let wrap = if *wrap { ", wrap" } else { "" };
            let when = self::when(when.as_ref());
            format!("take(from = {from:?}, before = \"{before}\"{wrap}{when})")
        }
        Action::First(first) => format!("first({}, before = \"{before}\")", self::first(first)),
        Action::Insert { key, from } => {
            format!("insert(key = {key:?}, from = {from:?}, before = \"{before}\")")
        }
        Action::FillUnset(value) => {
            format!("fill(value = {}, before = \"{before}\", unset)", literal(value))
        }
        Action::Fill(value) => format!("fill(value = {}, before = \"{before}\")", literal(value)),
        _ => return None,
    })
}

fn removed(grave: &Tombstone) -> String {
    let since = grave.since.map_or_else(String::new, |since| format!(", since = \"{since}\""));
    let fill = grave.fill.as_ref().map_or_else(String::new, |fill| format!(", fill = {}", literal(fill)));
    let first =
        grave.first.as_ref().map_or_else(String::new, |first| format!(", first({})", self::first(first)));
    format!("removed(name = {:?}{since}, until = \"{}\"{fill}{first})", grave.name, grave.until)
}

fn first(first: &First) -> String {
    format!("from = {:?}{}", first.from, when(first.when.as_ref()))
}

fn when(condition: Option<&Condition>) -> String {
    condition.map_or_else(String::new, |when| format!(", when({:?} = {})", when.field, literal(&when.value)))
}

/// Whether the derive reads the value: infinite numbers, and what is none, have no literal.
fn is_sayable(value: &Literal) -> bool {
    match value {
        Literal::Float(number) => number.is_finite(),
        Literal::List(members) => members.iter().all(is_sayable),
        Literal::Map(entries) => entries.iter().all(|(_, value)| is_sayable(value)),
        _ => true,
    }
}

/// A value as the derive reads it.
pub fn literal(value: &Literal) -> String {
    match value {
        Literal::Null => "null".to_owned(),
        Literal::Text(text) => format!("{text:?}"),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::List(members) => {
            let members: Vec<_> = members.iter().map(literal).collect();
            format!("[{}]", members.join(", "))
        }
        Literal::Map(entries) => {
            let entries: Vec<_> =
                entries.iter().map(|(key, value)| format!("{key:?}: {}", literal(value))).collect();
            if entries.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", entries.join(", ")) }
        }
    }
}

fn table(rows: &[(Version, Version)]) -> String {
    let rows: Vec<_> = rows.iter().map(|(own, child)| format!("\"{own}\" => \"{child}\"")).collect();
    rows.join(", ")
}

/// Versions as `versions(...)` has them: runs as their ends.
fn history(versions: &[Version]) -> String {
    let follows = |pair: &[Version]| {
        pair[0].major() == pair[1].major()
            && pair[0].minor() + 1 == pair[1].minor()
            && pair[0].patch().is_none()
            && pair[1].patch().is_none()
    };
    let mut out = Vec::new();
    let mut rest = versions;
    while let Some(first) = rest.first() {
        let run = rest.windows(2).take_while(|pair| follows(pair)).count();
        out.push(match rest.get(run).filter(|_| run > 0) {
            Some(last) => format!("\"{first}..={last}\""),
            None => format!("\"{first}\""),
        });
        rest = &rest[run + 1..];
    }
    out.join(", ")
}

/// Words in as many attributes as keep the lines short.
fn attributes(out: &mut String, indent: &str, attribute: &str, words: &[String]) {
    let mut line = String::new();
    let write = |out: &mut String, line: &str| {
        let _ = writeln!(out, "{indent}#[{attribute}({line})]");
    };
    for word in words {
        if !line.is_empty() && line.len() + 2 + word.len() > WORDS {
            write(out, &line);
            line.clear();
        }
        if !line.is_empty() {
            line.push_str(", ");
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        write(out, &line);
    }
}
