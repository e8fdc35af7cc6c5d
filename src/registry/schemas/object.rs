//! An object in a schema file.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use indexmap::IndexMap;
use serde::de::value::Error as Misfit;
use serde::de::{Error as _, IntoDeserializer as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::entry::{Notes, SchemaEntry, Unsaid};
use super::field::{FieldText, TombstoneText};
use super::rows::Rows;
use super::value::{is_false, literal, value};
use crate::primitive::Primitive;
use crate::schema::{Action, FieldSchema, First, Keys, MethodSchema, ObjectSchema, Refusal};
use crate::version::Version;

/// An object, as it stands in a file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ObjectText {
    name: String,
    project_namespace: String,
    serial_namespace: String,
    /// Its newest version; it had any older one then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<Version>,
    /// Every version that it had, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    versions: Vec<Version>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unreleased: Option<Version>,
    #[serde(default, skip_serializing_if = "is_false")]
    open: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    module: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    doc: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    bases: Vec<String>,
    #[serde(default, skip_serializing_if = "is_false")]
    list: bool,
    #[serde(default, skip_serializing_if = "Rows::is_empty")]
    child_versions: Rows,
    #[serde(default, skip_serializing_if = "is_false")]
    bare_list: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    keep_children: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    converts_nested: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    forgets_changes: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    by_pin: bool,
    #[serde(default, skip_serializing_if = "is_false")]
    by_manifest: bool,
    #[serde(default, skip_serializing_if = "IndexMap::is_empty", with = "initial")]
    initial: IndexMap<String, Primitive>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refuses: Option<RefusalText>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compatible: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validate: Option<String>,
    fields: Entries,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    relationships: BTreeMap<String, Vec<(Version, Version)>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    tombstones: Vec<TombstoneText>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    extra_fields: Vec<String>,
    #[serde(default, skip_serializing_if = "Methods::is_empty")]
    methods: Methods,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    unsaid: Vec<Unsaid>,
}

/// Older versions that the object isn't written in.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RefusalText {
    before: Version,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct MethodText {
    name: String,
    spec: String,
}

/// A map in the order of the file.
mod initial {
    use indexmap::IndexMap;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::primitive::Primitive;

    pub(super) fn serialize<S: Serializer>(
        entries: &IndexMap<String, Primitive>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_map(entries)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<IndexMap<String, Primitive>, D::Error> {
        match Primitive::deserialize(deserializer)? {
            Primitive::Map(entries) => Ok(entries.into()),
            other => Err(D::Error::custom(format_args!("`initial` is a map, not {}", other.describe()))),
        }
    }
}

/// A field: still to be read, or to be written.
enum Entry {
    Read(Primitive),
    Written(Box<FieldText>),
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Entry::Read(field) => field.serialize(serializer),
            Entry::Written(field) => field.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Entry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Primitive::deserialize(deserializer).map(Entry::Read)
    }
}

/// Fields in the order of the wire, or by name, where the order is none of the reader's business.
#[derive(Serialize)]
#[serde(untagged)]
enum Entries {
    List(Vec<Entry>),
    Map(BTreeMap<String, Entry>),
}

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Primitive::deserialize(deserializer)? {
            Primitive::List(fields) => Ok(Entries::List(fields.into_iter().map(Entry::Read).collect())),
            Primitive::Map(fields) => {
                Ok(Entries::Map(fields.into_iter().map(|(name, field)| (name, Entry::Read(field))).collect()))
            }
            other => {
                Err(D::Error::custom(format_args!("`fields` is a list or a map, not {}", other.describe())))
            }
        }
    }
}

impl Entries {
    /// The fields, each with the name that the file has for it.
    fn named(self) -> Result<Vec<(String, Entry)>, String> {
        match self {
            Entries::Map(fields) => Ok(fields.into_iter().collect()),
            Entries::List(fields) => {
                let name = |field: &Entry| field.name().ok_or_else(|| "a field without a name".to_owned());
                fields.into_iter().map(|field| Ok((name(&field)?, field))).collect()
            }
        }
    }
}

impl Entry {
    fn name(&self) -> Option<String> {
        match self {
            Entry::Read(field) => name_of(field),
            Entry::Written(field) => field.name.clone(),
        }
    }

    fn text(self) -> Result<FieldText, String> {
        match self {
            Entry::Read(field) => {
                let read: Result<FieldText, Misfit> = FieldText::deserialize(field.into_deserializer());
                read.map_err(|error| error.to_string())
            }
            Entry::Written(field) => Ok(*field),
        }
    }
}

/// Methods in a list, or their signatures by name.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Methods {
    List(Vec<MethodText>),
    Map(BTreeMap<String, String>),
}

impl Default for Methods {
    fn default() -> Self {
        Methods::List(Vec::new())
    }
}

impl Methods {
    fn is_empty(&self) -> bool {
        match self {
            Methods::List(methods) => methods.is_empty(),
            Methods::Map(methods) => methods.is_empty(),
        }
    }

    fn list(self) -> Vec<MethodText> {
        match self {
            Methods::List(methods) => methods,
            Methods::Map(methods) => {
                methods.into_iter().map(|(name, spec)| MethodText { name, spec }).collect()
            }
        }
    }
}

impl ObjectText {
    pub(crate) fn of(schema: &ObjectSchema, notes: &Notes) -> ObjectText {
        let fields = schema.fields.iter().map(|own| Entry::Written(Box::new(FieldText::of(own))));
        let relationships = schema
            .fields
            .iter()
            .filter_map(|own| Some((own.name.to_string(), own.relationship.as_ref()?.to_vec())));
        let mut tombstones: Vec<_> = schema.tombstones.iter().collect();
        tombstones.sort_by(|a, b| (&a.name, a.until).cmp(&(&b.name, b.until)));
        let texts = |texts: &[Cow<'static, str>]| texts.iter().map(|text| text.to_string()).collect();
        let methods = schema.methods.iter();
        ObjectText {
            name: schema.name.to_string(),
            project_namespace: schema.namespace.to_string(),
            serial_namespace: schema.keys.serial_namespace.to_string(),
            version: None,
            versions: schema.versions.to_vec(),
            unreleased: schema.unreleased,
            open: schema.is_open,
            module: notes.module.clone(),
            doc: notes.doc.clone(),
            fingerprint: notes.fingerprint.clone(),
            bases: texts(&schema.bases),
            list: schema.child_versions.is_some(),
            bare_list: schema.bare_list,
            // Said where it makes a difference alone.
            converts_nested: schema.converts_nested && schema.fields.iter().any(|own| is_nested(schema, own)),
            forgets_changes: schema.forgets_changes,
            by_pin: schema.by_pin,
            by_manifest: schema.by_manifest,
            initial: schema.initial.iter().map(|(name, held)| (name.to_string(), value(held))).collect(),
            child_versions: Rows(schema.child_versions.as_deref().unwrap_or_default().to_vec()),
            keep_children: schema.keep_children,
            refuses: schema.refuses.as_ref().map(|refusal| RefusalText {
                before: refusal.before,
                message: refusal.message.as_deref().map(str::to_owned),
            }),
            read: schema.read.as_deref().map(str::to_owned),
            compatible: schema.compatible.as_deref().map(str::to_owned),
            validate: schema.validate.as_deref().map(str::to_owned),
            fields: Entries::List(fields.collect()),
            relationships: relationships.collect(),
            tombstones: tombstones.into_iter().map(TombstoneText::of).collect(),
            extra_fields: texts(&schema.extra_fields),
            methods: Methods::List(
                methods
                    .map(|method| MethodText { name: method.name.to_string(), spec: method.spec.to_string() })
                    .collect(),
            ),
            unsaid: notes.unsaid.clone(),
        }
    }

    /// Puts by name what stands in the order of the wire, so that a move in the code is no change of the text.
    #[cfg(feature = "check")]
    pub(crate) fn by_name(mut self) -> ObjectText {
        if let Entries::List(fields) = self.fields {
            let mut relationships = std::mem::take(&mut self.relationships);
            let fields = fields.into_iter().filter_map(|mut entry| {
                let name = entry.name()?;
                if let Entry::Written(field) = &mut entry {
                    field.name = None;
                    field.child_versions = relationships.remove(&name).map(Rows);
                }
                Some((name, entry))
            });
            self.fields = Entries::Map(fields.collect());
        }
        let methods = self.methods.list().into_iter().map(|method| (method.name, method.spec));
        self.methods = Methods::Map(methods.collect());
        self
    }

    /// The object that stands there.
    ///
    /// # Errors
    /// One line, which names the object, and the field where it is one's fault.
    pub(crate) fn entry(object: Primitive) -> Result<SchemaEntry, String> {
        let name = name_of(&object).ok_or("an object without a name")?;
        let placed = |error: &dyn Display| format!("{name}: {error}");
        let read: Result<ObjectText, Misfit> = ObjectText::deserialize(object.into_deserializer());
        read.map_err(|error| placed(&error))?.read(&name)
    }

    fn read(self, object: &str) -> Result<SchemaEntry, String> {
        let placed = |error: String| format!("{object}: {error}");
        let mut relationships = self.relationships;
        let fields = self.fields.named().map_err(placed)?.into_iter().map(|(name, field)| {
            let placed = |error: String| format!("{object}.{name}: {error}");
            let mut field = field.text().and_then(|field| field.read(&name)).map_err(placed)?;
            if let Some(rows) = relationships.remove(&name) {
                field.relationship = Some(rows.into());
            }
            Ok(field)
        });
        let fields: Vec<FieldSchema> = fields.collect::<Result<_, String>>()?;
        let tombstones = self.tombstones.into_iter().map(TombstoneText::read);
        let tombstones = tombstones.collect::<Result<_, _>>().map_err(placed)?;
        let initial = self.initial.into_iter().map(|(name, value)| {
            let value = literal(value).map_err(|error| format!("{object}.{name}: {error}"))?;
            Ok((Cow::Owned(name), value))
        });
        let initial: Vec<_> = initial.collect::<Result<_, String>>()?;
        let (versions, is_open) = match (self.version, self.versions) {
            (Some(_), versions) if !versions.is_empty() => {
                return Err(placed("it says both `version` and `versions`".to_owned()));
            }
            (Some(version), _) => (vec![version], true),
            (None, versions) => (versions, self.open),
        };
        let schema = ObjectSchema {
            name: self.name.into(),
            namespace: self.project_namespace.into(),
            keys: Keys::new(&self.serial_namespace),
            versions: versions.into(),
            is_open,
            unreleased: self.unreleased,
            fields: fields.into(),
            tombstones,
            child_versions: self.list.then_some(self.child_versions.0.into()),
            bare_list: self.bare_list,
            keep_children: self.keep_children,
            converts_nested: self.converts_nested,
            forgets_changes: self.forgets_changes,
            by_pin: self.by_pin,
            by_manifest: self.by_manifest,
            initial: initial.into(),
            refuses: self
                .refuses
                .map(|text| Refusal { before: text.before, message: text.message.map(Cow::Owned) }),
            read: self.read.map(Cow::Owned),
            compatible: self.compatible.map(Cow::Owned),
            validate: self.validate.map(Cow::Owned),
            bases: self.bases.into_iter().map(Cow::Owned).collect(),
            extra_fields: self.extra_fields.into_iter().map(Cow::Owned).collect(),
            methods: self
                .methods
                .list()
                .into_iter()
                .map(|method| MethodSchema { name: method.name.into(), spec: method.spec.into() })
                .collect(),
        };
        check(&schema, relationships.into_keys().next())?;
        let (module, doc, fingerprint, unsaid) = (self.module, self.doc, self.fingerprint, self.unsaid);
        Ok(SchemaEntry { schema, notes: Notes { module, doc, fingerprint, unsaid } })
    }
}

/// Whether the objects in a field are converted by who converts nested ones alone.
fn is_nested(schema: &ObjectSchema, own: &FieldSchema) -> bool {
    let is_beside_elements = schema.is_list() && own.name != "objects";
    own.ty.object().is_some() && (own.ty.child().is_none() || is_beside_elements)
}

fn name_of(value: &Primitive) -> Option<String> {
    value.get("name").and_then(Primitive::as_str).filter(|name| !name.is_empty()).map(str::to_owned)
}

/// Looks for what contradicts itself, so that no one meets it later on the wire.
fn check(schema: &ObjectSchema, unrelated: Option<String>) -> Result<(), String> {
    let object = &schema.name;
    if schema.versions.is_empty() {
        return Err(format!("{object}: an object without versions"));
    }
    if !schema.versions.is_sorted_by(|a, b| a < b) {
        return Err(format!("{object}: its versions have to stand oldest first, each once"));
    }
    if let Some(field) = unrelated {
        return Err(format!("{object}.{field}: there are relationships, and no such field"));
    }
    if schema.is_list() && schema.field("objects").is_none() {
        return Err(format!("{object}: a list object without a field `objects`"));
    }
    if let Some((name, _)) = schema.initial.iter().find(|(name, _)| schema.field(name).is_none()) {
        return Err(format!("{object}.{name}: there is an initial value, and no such field"));
    }
    let mut names = BTreeSet::new();
    for field in schema.fields.iter() {
        let name = &field.name;
        if !names.insert(&**name) {
            return Err(format!("{object}.{name}: there are two fields of that name"));
        }
        let others = field.rules.iter().flat_map(|rule| match &rule.action {
            Action::Take { from, when, .. } => [Some(from), when.as_ref().map(|when| &when.field)],
            Action::Insert { from, .. } | Action::First(First { from, .. }) => [Some(from), None],
            _ => [None, None],
        });
        if let Some(other) = others.flatten().find(|other| schema.field(other).is_none()) {
            return Err(format!("{object}.{name}: a rule speaks of {other:?}, and there is no such field"));
        }
    }
    for grave in schema.tombstones.iter() {
        let from = grave.first.as_ref().map(|first| &first.from);
        if let Some(other) = from.filter(|other| schema.field(other).is_none()) {
            let name = &grave.name;
            return Err(format!(
                "{object}.{name}: its tombstone speaks of {other:?}, and there is no such field"
            ));
        }
    }
    Ok(())
}
