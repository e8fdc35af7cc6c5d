//! What two peers compare before one leaves names out.

use crate::schema::{Action, FieldSchema, Instead, Kind, Literal, ObjectSchema, Shared, TypeSchema};
use crate::version::{Manifest, Version};

/// As many fields as an object with a layout has at most.
const MOST_FIELDS: usize = 128;

/// No place.
const NONE: u32 = u32::MAX;

/// Word that digests have of columns, and hosts tell each other: another word for each form of them.
pub(crate) const COLUMNS: &str = "columns 1";

/// The layouts that two peers agree on: of some objects, each in one version, which field follows which, and what
/// stands in them. Both sides have to have the same, which [`Layouts::digest`] tells; every message carries it.
///
/// An object in another version, and one whose form in that version isn't its fields one after the other (since a
/// rule makes something else of them, or a user's routine), goes out under its names all the same.
#[derive(Clone, Debug, Default)]
pub struct Layouts {
    /// The methods, sorted by name.
    entries: Vec<Entry>,
    /// Sorted by the schema's address, which stays while the schema is held here.
    known: Vec<Known>,
    /// Places among those that are known, by the hash of the address; [`NONE`] where nothing is. The length is a power
    /// of two, and more than half of it is free.
    slots: Vec<u32>,
    digest: u32,
    /// The length from which on lists of objects go out by column, where they do.
    columns_from: Option<usize>,
}

#[derive(Clone, Debug)]
struct Entry {
    name: String,
    version: Version,
    digest: u64,
}

/// A schema that objects of a layout are written from and read into.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    schema: Shared<ObjectSchema>,
    /// Where the schema is, while it's held here.
    address: usize,
    /// Its place among those that are known.
    pub(crate) place: usize,
    /// The place of its layout.
    pub(crate) entry: usize,
    pub(crate) version: Version,
    /// Whether that is the version that the schema has now.
    pub(crate) is_current: bool,
    /// [`ObjectSchema::is_leaf`].
    pub(crate) is_leaf: bool,
    /// Whether an object can be refused for more than what the objects in the fields of the version are refused for.
    pub(crate) may_refuse: bool,
    /// Whether a reader fills in nothing that the version lacks.
    pub(crate) is_complete: bool,
    /// The fields that the version has, a bit each by its place in the schema.
    pub(crate) present: u128,
    /// How many these are.
    pub(crate) count: u32,
}

impl Layouts {
    /// None, so that everything goes out under its name.
    pub fn none() -> Self {
        Layouts::default()
    }

    /// The layouts of objects that are part of the program, each in the version that the manifest says. What has none
    /// in its version is left out.
    pub fn of<'a>(
        schemas: impl IntoIterator<Item = &'static ObjectSchema>,
        manifest: impl Into<Option<&'a Manifest>>,
    ) -> Self {
        let manifest = manifest.into();
        let version = |schema: &ObjectSchema| match manifest {
            Some(manifest) => manifest.get(&schema.name),
            None => Some(schema.current()),
        };
        Layouts::of_shared(schemas.into_iter().map(Shared::Static), version)
    }

    /// The layouts for two peers that both know columns: lists of objects that are long enough for it to pay go out by
    /// column. Their digest is another one, so who doesn't know columns refuses such a message.
    pub fn columnar(self) -> Self {
        self.columnar_from(super::columns::LEAST)
    }

    /// The layouts for two peers that both know columns, where lists of so many objects or more go out by column. A reader
    /// takes any list so, whatever its own layouts say of the length.
    pub fn columnar_from(self, length: usize) -> Self {
        Layouts { columns_from: Some(length), ..self }.seal()
    }

    /// Whether lists of objects go out by column ([`Layouts::columnar`]).
    pub fn is_columnar(&self) -> bool {
        self.columns_from.is_some()
    }

    /// Whether a list of so many objects goes out by column.
    pub(crate) fn takes_columns(&self, length: usize) -> bool {
        self.columns_from.is_some_and(|least| length >= least)
    }

    pub(crate) fn of_shared(
        schemas: impl IntoIterator<Item = Shared<ObjectSchema>>,
        version: impl Fn(&ObjectSchema) -> Option<Version>,
    ) -> Self {
        let mut out = Layouts::none();
        let mut found: Vec<(u64, Known)> = Vec::new();
        for schema in schemas {
            let Some(version) = version(&schema) else { continue };
            let Some(digest) = schema.layout(version) else { continue };
            found.push((digest, Known::of(schema, version)));
        }
        // Stable, so that the first of a name counts.
        found.sort_by(|(_, a), (_, b)| a.schema.name.cmp(&b.schema.name));
        for (digest, known) in found {
            let is_new = out.entries.last().is_none_or(|last| last.name != known.schema.name);
            if is_new {
                let name = known.schema.name.to_string();
                out.entries.push(Entry { name, version: known.version, digest });
            }
            let entry = out.entries.len() - 1;
            if out.entries.last().is_some_and(|last| last.digest == digest && last.version == known.version) {
                out.known.push(Known { entry, ..known });
            }
        }
        out.known.sort_by_key(|known| known.address);
        out.known.dedup_by_key(|known| known.address);
        out.seal()
    }

    /// Those of the objects that the caller picks, by name, version and layout digest: what the peer has as well.
    pub fn picked(&self, mut is_picked: impl FnMut(&str, Version, u64) -> bool) -> Self {
        let mut places = Vec::new();
        let mut entries = Vec::new();
        for entry in &self.entries {
            let picked = is_picked(&entry.name, entry.version, entry.digest);
            places.push(picked.then_some(entries.len()));
            if picked {
                entries.push(entry.clone());
            }
        }
        let moved = |known: &Known| {
            let entry = places.get(known.entry).copied().flatten()?;
            Some(Known { entry, ..known.clone() })
        };
        let known = self.known.iter().filter_map(moved).collect();
        let columns_from = self.columns_from;
        Layouts { entries, known, slots: Vec::new(), digest: 0, columns_from }.seal()
    }

    fn seal(mut self) -> Self {
        let mut hash = Fnv::new();
        for entry in &self.entries {
            hash.bytes(&entry.digest.to_le_bytes());
        }
        if self.is_columnar() {
            hash.text(COLUMNS);
        }
        #[expect(clippy::cast_possible_truncation, reason = "folded")]
        let folded = (hash.0 ^ (hash.0 >> 32)) as u32;
        self.digest = folded;
        self.known.iter_mut().enumerate().for_each(|(place, known)| known.place = place);
        self.slots = vec![NONE; (self.known.len() * 2 + 2).next_power_of_two()];
        for known in &self.known {
            let (first, mask) = (spot(known.address), self.slots.len() - 1);
            let mut places = (0..self.slots.len()).map(|step| first.wrapping_add(step) & mask);
            let free = places.find(|place| self.slots.get(*place) == Some(&NONE));
            if let Some(slot) = free.and_then(|place| self.slots.get_mut(place)) {
                *slot = u32::try_from(known.place).unwrap_or(NONE);
            }
        }
        self
    }

    /// Returns the digest that messages carry: where it differs on two sides, so does a layout.
    pub fn digest(&self) -> u32 {
        self.digest
    }

    /// Whether no object has a layout here.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The objects, with version and layout digest, sorted by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Version, u64)> {
        self.entries.iter().map(|entry| (entry.name.as_str(), entry.version, entry.digest))
    }

    /// The version of the object of that name that has a layout here.
    pub fn version(&self, name: &str) -> Option<Version> {
        let place = self.entries.binary_search_by(|entry| entry.name.as_str().cmp(name)).ok()?;
        self.entries.get(place).map(|entry| entry.version)
    }

    /// The object at that place.
    pub(crate) fn name_at(&self, place: usize) -> Option<(&str, Version)> {
        self.entries.get(place).map(|entry| (entry.name.as_str(), entry.version))
    }

    /// Layout of the object at that place.
    pub(crate) fn known_at(&self, place: usize) -> Option<&Known> {
        self.known.iter().find(|known| known.entry == place)
    }

    /// Layout of the object of that name.
    pub(crate) fn known_of(&self, name: &str) -> Option<&Known> {
        self.known.iter().find(|known| known.schema.name == name)
    }

    /// Layout of a schema; nothing, where it has none here.
    #[inline]
    pub(crate) fn find(&self, schema: &ObjectSchema) -> Option<&Known> {
        let address = address(schema);
        let mut slot = spot(address);
        // A free one ends it.
        loop {
            let place = *self.slots.get(slot & self.slots.len().wrapping_sub(1))?;
            let known = self.known.get(place as usize)?;
            if known.address == address {
                return Some(known);
            }
            slot = slot.wrapping_add(1);
        }
    }
}

impl Known {
    pub(crate) fn schema(&self) -> &ObjectSchema {
        &self.schema
    }

    fn of(schema: Shared<ObjectSchema>, version: Version) -> Self {
        let fields = schema.fields.iter().enumerate().filter(|(_, field)| field.is_in(version));
        let present = fields.fold(0_u128, |present, (index, _)| present | 1 << index);
        // A rule that is active, or an object in a field that is dropped.
        let may_refuse = schema.fields.iter().any(|field| {
            field.rules.iter().any(|rule| version < rule.before)
                || !field.is_in(version) && field.ty.object().is_some()
        });
        let (is_current, is_leaf) = (version == schema.current(), schema.is_leaf());
        let is_complete = is_current && schema.initial.is_empty();
        let (address, count) = (address(&schema), present.count_ones());
        let (place, entry) = (0, 0);
        Known {
            schema,
            address,
            place,
            entry,
            version,
            is_current,
            is_leaf,
            may_refuse,
            is_complete,
            present,
            count,
        }
    }
}

#[inline]
fn address(schema: &ObjectSchema) -> usize {
    std::ptr::from_ref(schema).addr()
}

/// Schemas stand far from each other, so that the lowest bits of their addresses say little.
#[inline]
fn spot(address: usize) -> usize {
    address >> 4 ^ address >> 11
}

impl ObjectSchema {
    /// The digest of the object's layout in a version: names, order and types of its fields, all that says how they
    /// stand in bytes without their names. Two schemas of an object agree on it where their fields of that version
    /// do, whatever else they say. None, where in that version the form is more than the fields one after the other:
    /// where a rule or a routine of the object's makes it, or a field that was removed still stood in it.
    ///
    /// The reference's fingerprint (`ObjectSchema::fingerprint`, feature `fingerprint`) has nothing of elements, of objects in fields
    /// and of older versions, so it can't stand for this.
    pub fn layout(&self, version: Version) -> Option<u64> {
        let mut hash = Fnv::new();
        self.write_layout(version, &mut hash)?;
        Some(hash.0)
    }

    fn write_layout(&self, version: Version, out: &mut Fnv) -> Option<()> {
        let is_older = version < self.current();
        let is_known = self.has_version(version) && self.fields.len() <= MOST_FIELDS;
        let had_more = self.tombstones.iter().any(|tombstone| tombstone.is_in(version));
        if !is_known || had_more || is_older && self.compatible.is_some() {
            return None;
        }
        out.text(&self.namespace).text(&self.name);
        out.version(version);
        for field in self.fields.iter().filter(|field| field.is_in(version)) {
            out.text(&field.name);
            write_field(field, version, out)?;
        }
        Some(())
    }
}

fn write_field(field: &FieldSchema, version: Version, out: &mut Fnv) -> Option<()> {
    let mut newer: Vec<&Literal> = Vec::new();
    for action in field.active(version) {
        match action {
            // What is refused isn't written, so it changes no form.
            Action::Refuse => {}
            Action::Values { values, instead: Instead::Refuse, inside: false } => newer.extend(values.iter()),
            _ => return None,
        }
    }
    write_type(&field.ty, field.nullable, &newer, out)
}

/// Values that an older version doesn't know are no part of it, where they come last.
fn write_type(ty: &TypeSchema, nullable: bool, newer: &[&Literal], out: &mut Fnv) -> Option<()> {
    out.bytes(&[u8::from(nullable)]);
    let mut element = None;
    match &ty.kind {
        Kind::Enum { values, .. } => {
            let is_newer =
                |value: &str| newer.iter().any(|new| matches!(new, Literal::Text(text) if text == value));
            let known = values.iter().take_while(|value| !is_newer(value)).count();
            let (known, rest) = values.split_at(known);
            if !rest.iter().all(|value| is_newer(value)) {
                return None;
            }
            out.text("Enum");
            for value in known {
                out.text(value);
            }
        }
        Kind::List(of) | Kind::Set(of) | Kind::Dict(of) => element = Some((ty.kind.word(), of)),
        Kind::Object { name, subclasses, .. } => {
            out.text("Object").text(name).bytes(&[u8::from(*subclasses)]);
        }
        Kind::DateTime { tzinfo_aware: false } => {
            out.text("naive DateTime");
        }
        // Own types of one name may have different values, and say themselves what they are.
        plain => {
            out.text(plain.word());
        }
    }
    if let Some((word, of)) = element {
        out.text(word);
        write_type(&of.ty, of.nullable, newer, out)?;
    }
    out.bytes(&[0xff]);
    Some(())
}

/// FNV-1a: no secret is kept by it, and no dependency needed for it.
struct Fnv(u64);

impl Fnv {
    fn new() -> Self {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    /// A text and where it ends.
    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes()).bytes(&[0xfe])
    }

    fn version(&mut self, version: Version) -> &mut Self {
        for number in version.numbers() {
            self.bytes(&number.to_le_bytes());
        }
        self.bytes(&[0xfe])
    }
}
