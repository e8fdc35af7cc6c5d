//! Former types of fields: the word of the derive, and the functions by hand that convert.

use versioned_objects::Version;
use versioned_objects::schema::{Action, FieldSchema, ObjectSchema, Rule, TypeSchema};

use super::function_name;
use super::types::{Types, Uses};
use super::words::described;

/// Type that a field had before.
pub struct Former {
    /// The word of `#[field(...)]`.
    pub word: String,
    /// The rule as the derive has it, but for its type.
    pub rule: Rule,
    /// The functions: their names and their source.
    pub functions: [(String, String); 2],
}

/// The name of the field from that version on, which the derive takes for the older one's too where nothing else is said.
fn name_from(field: &FieldSchema, version: Version) -> &str {
    let later = field.rules.iter().filter(|rule| rule.before > version);
    let named = later.filter_map(|rule| match &rule.action {
        Action::Rename(name) | Action::Convert { name, .. } => Some((rule.before, &**name)),
        _ => None,
    });
    named.min_by_key(|(before, _)| *before).map_or(&field.name, |(_, name)| name)
}

/// The former type that a rule tells of, where it tells of one; `name` is the struct's, `index` counts the conversions of
/// the object.
pub fn former(
    object: &ObjectSchema,
    name: &str,
    field: &FieldSchema,
    rule: &Rule,
    index: usize,
    types: &Types<'_>,
    uses: &mut Uses,
) -> Option<Former> {
    let Action::Convert { name: older_name, ty, .. } = &rule.action else { return None };
    let text = |ty: &TypeSchema| {
        let mut own = Uses::default();
        let text = types.of(object, &field.name, ty, &mut own).text;
        let text = if field.nullable { format!("Option<{text}>") } else { text };
        (absolute(&text, &own), text, own)
    };
    let (older, short, own) = text(ty);
    let (newer, ..) = text(&field.ty);
    uses.paths.extend(own.paths);
    uses.own.extend(own.own);
    let before = rule.before;
    let stem = function_name(&format!("{name}_{}", field.name)).trim_start_matches("r#").to_owned();
    let ending = format!("before_{}", before.to_string().replace('.', "_"));
    let [to, from] = [format!("{stem}_to_{ending}"), format!("{stem}_from_{ending}")];
    let place = format!("{}.{}", object.name, field.name);
    let was = described(ty);
    // The derive hands over the field's own type.
    let is_owner = newer == "String" || newer.starts_with("Vec<");
    let expect =
        if is_owner { "#[expect(clippy::ptr_arg, reason = \"the field's own type\")]\n" } else { "" };
    let function = |name: &str, doc: String, (expect, argument): (&str, &str), result: &str| {
        format!(
            "\n/// {doc}\n{expect}pub fn {name}(value: {argument}) -> Result<{result}, Error> {{\n    \
             // By hand: until then it is refused.\n    let _ = value;\n    \
             Err(Error::refused(\"{place} is not converted yet\"))\n}}\n"
        )
    };
    let functions = [
        (
            to.clone(),
            function(
                &to,
                format!("`{place}` for versions before {before}: {was}."),
                (expect, &format!("&{newer}")),
                &older,
            ),
        ),
        (
            from.clone(),
            function(&from, format!("`{place}` of versions before {before}: {was}."), ("", &older), &newer),
        ),
    ];
    let renamed = if *older_name == *name_from(field, before) {
        String::new()
    } else {
        format!(", name = {older_name:?}")
    };
    let [to, from] = [format!("hand::{to}"), format!("hand::{from}")];
    let word =
        format!("was(type = {short}{renamed}, since = \"{before}\", to_older = {to}, from_older = {from})");
    let action = Action::Convert {
        index,
        name: older_name.clone(),
        ty: ty.clone(),
        routines: (to.into(), from.into()),
    };
    Some(Former { word, rule: Rule { before, action }, functions })
}

/// The type by the paths of what it names.
fn absolute(text: &str, uses: &Uses) -> String {
    let mut out = String::new();
    let mut word = String::new();
    let end = |word: &mut String, out: &mut String| {
        let path = uses.paths.iter().find(|path| path.rsplit("::").next() == Some(word));
        match path {
            Some(path) => out.push_str(path),
            None if uses.own.contains(&*word) => *out += &format!("super::{word}"),
            None => out.push_str(word),
        }
        word.clear();
    };
    for c in text.chars() {
        if c.is_alphanumeric() || c == '_' {
            word.push(c);
        } else {
            end(&mut word, &mut out);
            out.push(c);
        }
    }
    end(&mut word, &mut out);
    out
}
