//! `ovo show`: a message for people.

use std::fmt::Write as _;
use std::path::Path;

use clap::Args;
use versioned_objects::registry::Registry;
use versioned_objects::schema::{FieldSchema, Kind, ObjectSchema, TypeSchema};
use versioned_objects::{Backport as _, Primitive, Version, mask};

use crate::backport::message;
use crate::history::versions;
use crate::print;
use crate::source::{LOCKS, Source};
use crate::style::{BAD, DIM, GOOD, NAME, ODD, styled};

#[derive(Args)]
pub struct Options {
    /// The message, as JSON; `-` is the standard input.
    #[arg(default_value = "-")]
    message: String,
    /// The schemas that say what the fields are. Without it, those in `snapshots/lock`, where there are any.
    #[arg(long)]
    schema: Option<String>,
    /// Prints secrets as they are.
    #[arg(long)]
    secrets: bool,
}

pub fn run(options: &Options) -> Result<(), String> {
    let registry = match &options.schema {
        Some(schema) => Source::read(schema)?.registry(),
        None if Path::new(LOCKS).is_dir() => Source::read(LOCKS)?.registry(),
        None => Registry::new(),
    };
    let text = message(&options.message)?;
    let read = serde_json::from_str::<Primitive>(text.trim());
    let value = read.map_err(|error| format!("{}:{}: {}", options.message, error.line(), plain(&error)))?;
    let mut out = Shown { registry: &registry, secrets: options.secrets, out: String::new() };
    out.message(&value);
    print(&out.out)
}

/// The message of an error without its place, which stands before it.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or(&text).to_owned()
}

struct Shown<'a> {
    registry: &'a Registry,
    secrets: bool,
    out: String,
}

/// Keys of an envelope.
struct Envelope<'a> {
    name: &'a str,
    namespace: &'a str,
    version: &'a str,
    data: &'a Primitive,
    changes: Vec<&'a str>,
}

impl<'a> Envelope<'a> {
    fn of(value: &'a Primitive) -> Option<Envelope<'a>> {
        let entries = value.as_map()?;
        let (space, _) = entries.keys().find_map(|key| {
            let space = key.strip_suffix(".name")?;
            entries.contains_key(&format!("{space}.data")).then_some((space, ()))
        })?;
        let text = |word: &str| entries.get(&format!("{space}.{word}")).and_then(Primitive::as_str);
        let changes = match entries.get(&format!("{space}.changes")) {
            Some(Primitive::List(names)) => names.iter().filter_map(Primitive::as_str).collect(),
            _ => Vec::new(),
        };
        Some(Envelope {
            name: text("name")?,
            namespace: text("namespace").unwrap_or_default(),
            version: text("version").unwrap_or_default(),
            data: entries.get(&format!("{space}.data"))?,
            changes,
        })
    }
}

impl Shown<'_> {
    /// The outermost value: an envelope of `oslo.messaging`, a call, an answer, a notification, or an object.
    fn message(&mut self, value: &Primitive) {
        let text = |key: &str| value.get(key).and_then(Primitive::as_str);
        if let Some(inner) = text("oslo.message") {
            let version = text("oslo.version").unwrap_or("?").to_owned();
            self.line(0, &format!("{} {version}", styled(DIM, "oslo.messaging")));
            match serde_json::from_str::<Primitive>(inner) {
                Ok(inner) => self.message(&inner),
                Err(error) => {
                    self.line(0, &styled(BAD, format_args!("the message within can't be read: {error}")));
                }
            }
            return;
        }
        if let Some(method) = text("method") {
            let version = text("version").map(|version| format!(" {version}")).unwrap_or_default();
            let namespace =
                text("namespace").map(|name| format!("{}.", mask::told(name))).unwrap_or_default();
            let title = format!("{namespace}{}{}", mask::told(method), mask::told(&version));
            self.line(0, &format!("call {}", styled(NAME, title)));
            self.entries(value, &["method", "version", "namespace"]);
        } else if let Some(event) = text("event_type") {
            let of = text("publisher_id").map(|id| format!(" of {}", mask::told(id))).unwrap_or_default();
            let priority =
                text("priority").map(|word| format!(" ({})", mask::told(word))).unwrap_or_default();
            self.line(0, &format!("notification {}{priority}{of}", styled(NAME, mask::told(event))));
            self.entries(value, &["event_type", "publisher_id", "priority"]);
        } else if value.get("result").is_some() && value.get("failure").is_some() {
            let failed = value.get("failure").is_some_and(|failure| *failure != Primitive::Null);
            self.line(0, if failed { "answer: a failure" } else { "answer" });
            self.entries(value, if failed { &["result"] } else { &["failure"] });
        } else {
            self.value(0, "", "", value, None);
        }
        self.older(value);
    }

    fn entries(&mut self, value: &Primitive, shown: &[&str]) {
        let Some(entries) = value.as_map() else { return };
        let is_context = |key: &str| key.starts_with("_context_") || key.starts_with("_");
        for (key, value) in entries.iter().filter(|(key, _)| !shown.contains(&&***key) && !is_context(key)) {
            self.value(1, &format!("{}: ", mask::told(key)), key, value, None);
        }
        let context = entries.keys().filter(|key| is_context(key)).count();
        if context > 0 {
            let keys = if context == 1 { "key" } else { "keys" };
            self.line(1, &styled(DIM, format_args!("{context} {keys} of the context and the transport")));
        }
    }

    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.out, "{}{text}", "  ".repeat(depth));
    }

    /// A value behind a label; the key and the field tell whether it is secret.
    fn value(&mut self, depth: usize, label: &str, key: &str, value: &Primitive, own: Option<&FieldSchema>) {
        let is_secret = mask::is_secret(key) || own.is_some_and(|own| holds_secrets(&own.ty));
        if is_secret && !self.secrets && *value != Primitive::Null {
            return self.line(depth, &format!("{label}{}", styled(DIM, mask::SECRET)));
        }
        if let Some(envelope) = Envelope::of(value) {
            return self.object(depth, label, &envelope);
        }
        match value {
            Primitive::List(values) if values.iter().any(is_deep) => {
                self.line(depth, label.trim_end());
                for value in values {
                    self.value(depth + 1, "- ", key, value, None);
                }
            }
            Primitive::Map(entries) if !entries.is_empty() => {
                if !label.trim().is_empty() {
                    self.line(depth, label.trim_end());
                }
                let depth = if label.trim().is_empty() { depth } else { depth + 1 };
                for (key, value) in entries {
                    self.value(depth, &format!("{}: ", mask::told(key)), key, value, None);
                }
            }
            plain => {
                let text = self.plain(plain);
                self.line(depth, &format!("{label}{text}"));
            }
        }
    }

    fn plain(&self, value: &Primitive) -> String {
        match value {
            Primitive::Text(text) if self.secrets => format!("{text:?}"),
            Primitive::Text(text) => format!("\"{}\"", mask::told(text)),
            Primitive::List(values) => {
                let values: Vec<_> = values.iter().map(|value| self.plain(value)).collect();
                format!("[{}]", values.join(", "))
            }
            other => serde_json::to_string(other).unwrap_or_else(|error| error.to_string()),
        }
    }

    fn object(&mut self, depth: usize, label: &str, envelope: &Envelope<'_>) {
        let Envelope { name, namespace, version, data, changes } = envelope;
        let schema = self.registry.schema(name).ok().cloned();
        let note = match (&schema, version.parse::<Version>()) {
            (None, _) => styled(DIM, " without a schema"),
            (Some(_), Err(_)) => styled(BAD, " in a version that is none"),
            (Some(schema), Ok(version)) if version == schema.current() => String::new(),
            (Some(schema), Ok(_)) => styled(DIM, format_args!(", {} here", schema.current())),
        };
        let head = format!("{} {}", mask::told(name), mask::told(version));
        let of = if namespace.is_empty() { String::new() } else { format!(" of {}", mask::told(namespace)) };
        self.line(depth, &format!("{label}{}{}{note}", styled(NAME, head), styled(DIM, of)));
        let Some(entries) = data.as_map() else {
            return self.line(depth + 1, &styled(BAD, "its data is no map"));
        };
        let version: Option<Version> = version.parse().ok();
        for (key, value) in entries {
            let own = schema.as_ref().and_then(|schema| of_name(schema, key, version));
            let mut label = mask::told(key);
            if changes.contains(&&**key) {
                let _ = write!(label, " {}", styled(GOOD, "changed"));
            }
            if schema.is_some() && own.is_none() {
                let _ = write!(label, " {}", styled(ODD, "unknown"));
            }
            label.push_str(": ");
            self.value(depth + 1, &label, key, value, own);
        }
        let Some((schema, version)) = schema.as_ref().zip(version) else { return };
        let is_missing = |field: &&FieldSchema| field.is_in(version) && !has(entries, field, version);
        let missing: Vec<&str> = schema.fields.iter().filter(is_missing).map(|field| &*field.name).collect();
        if !missing.is_empty() {
            self.line(depth + 1, &styled(DIM, format_args!("unset: {}", missing.join(", "))));
        }
    }

    /// Messages that peers of older versions would get of each outermost object.
    fn older(&mut self, value: &Primitive) {
        let mut found = Vec::new();
        outermost(value, &mut found);
        for value in found {
            let Some(envelope) = Envelope::of(value) else { continue };
            let Ok(schema) = self.registry.schema(envelope.name) else { continue };
            let versions = versions(schema);
            let text = serde_json::to_vec(value).unwrap_or_default();
            let object = match self.registry.decode_json(&text) {
                Ok(object) => object,
                Err(error) => {
                    self.line(0, &styled(BAD, format_args!("isn't read here: {error}")));
                    continue;
                }
            };
            let version: Option<Version> = envelope.version.parse().ok();
            for older in versions.into_iter().rev().filter(|older| version.is_some_and(|own| *older < own)) {
                // As the parents declare, and as one that reads the newest of all else where they don't.
                let manifest = self.registry.manifest();
                let view = object.at(older).or_else(|_| object.at((older, manifest)));
                let told = match view {
                    Ok(view) => {
                        let dropped = view.dropped().into_iter().map(|loss| format!("without {}", loss.path));
                        let altered = view.altered().into_iter().map(|other| format!("altered {other}"));
                        dropped.chain(altered).collect::<Vec<_>>()
                    }
                    Err(error) => vec![format!("refused: {error}")],
                };
                if !told.is_empty() {
                    let peer = styled(NAME, format_args!("{} {older}", envelope.name));
                    self.line(0, &format!("{} {peer}: {}", styled(DIM, "for"), told.join("; ")));
                }
            }
        }
    }
}

/// The value with what people should not read masked: by the names of fields, and by their types.
pub fn masked(value: Primitive, registry: &Registry, is_secret: bool) -> Primitive {
    let schema = Envelope::of(&value).and_then(|envelope| registry.schema(envelope.name).ok());
    match value {
        Primitive::Null => Primitive::Null,
        _ if is_secret => Primitive::from(mask::SECRET),
        Primitive::Text(text) => Primitive::Text(mask::text(&text).into_owned()),
        Primitive::List(values) => {
            Primitive::List(values.into_iter().map(|value| masked(value, registry, false)).collect())
        }
        Primitive::Map(entries) => {
            let data = schema.map(|schema| &*schema.keys.data);
            let entries = entries.into_iter().map(|(key, value)| {
                let value = match (schema, value) {
                    (Some(schema), Primitive::Map(fields)) if Some(&*key) == data => {
                        let fields = fields.into_iter().map(|(name, value)| {
                            let own = of_name(schema, &name, None);
                            let is_secret =
                                mask::is_secret(&name) || own.is_some_and(|own| holds_secrets(&own.ty));
                            (name, masked(value, registry, is_secret))
                        });
                        Primitive::Map(fields.collect())
                    }
                    (_, value) => {
                        let is_secret = mask::is_secret(&key);
                        masked(value, registry, is_secret)
                    }
                };
                (key, value)
            });
            Primitive::Map(entries.collect())
        }
        other => other,
    }
}

/// The field that has, or had, that name.
fn of_name<'a>(schema: &'a ObjectSchema, name: &str, version: Option<Version>) -> Option<&'a FieldSchema> {
    schema
        .fields
        .iter()
        .find(|field| version.is_some_and(|version| name_in(field, version) == name) || field.name == *name)
}

/// The name that a field had in a version.
pub fn name_in(field: &FieldSchema, version: Version) -> &str {
    use versioned_objects::schema::Action;
    let mut name = &*field.name;
    for rule in field.rules.iter().filter(|rule| version < rule.before) {
        match &rule.action {
            Action::Rename(older) | Action::Convert { name: older, .. } => name = older,
            _ => {}
        }
    }
    name
}

fn has(entries: &indexmap::IndexMap<String, Primitive>, field: &FieldSchema, version: Version) -> bool {
    entries.contains_key(name_in(field, version))
}

fn holds_secrets(ty: &TypeSchema) -> bool {
    match &ty.kind {
        Kind::SensitiveString => true,
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => holds_secrets(&element.ty),
        _ => false,
    }
}

/// Whether a value takes lines of its own.
fn is_deep(value: &Primitive) -> bool {
    matches!(value, Primitive::Map(_))
        || matches!(value, Primitive::List(values) if values.iter().any(is_deep))
}

/// The objects that are in no other one.
fn outermost<'a>(value: &'a Primitive, found: &mut Vec<&'a Primitive>) {
    if Envelope::of(value).is_some() {
        found.push(value);
        return;
    }
    match value {
        Primitive::Map(entries) => entries.values().for_each(|value| outermost(value, found)),
        Primitive::List(values) => values.iter().for_each(|value| outermost(value, found)),
        _ => {}
    }
}
