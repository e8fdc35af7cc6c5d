//! What a lock and the code say of one object, for each version that was released.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::lock::{Lock, Locks};
use crate::schema::{
    Action, Element, FieldSchema, Instead, Kind, Literal, ObjectSchema, Shared, Tombstone, TypeSchema,
    Variant,
};
use crate::version::Version;

/// Pair of what was locked and what there is now.
pub(super) struct Comparison<'a> {
    pub(super) old: &'a Locks,
    pub(super) new: &'a Locks,
    changes: Vec<Change<'a>>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(old: &'a Locks, new: &'a Locks) -> Self {
        let both = old.iter().filter_map(|(name, lock)| Some(Change::new(lock, new.get(name)?)));
        Comparison { changes: both.collect(), old, new }
    }

    /// The objects that are in both.
    pub(super) fn changes(&self) -> impl Iterator<Item = &Change<'a>> {
        self.changes.iter()
    }

    /// The versions of an object as they are now, then as they were.
    pub(super) fn current(&self, name: &str) -> Option<(Version, Version)> {
        let current = |locks: &Locks| locks.get(name).map(|lock| lock.schema().current());
        Some((current(self.new)?, current(self.old)?))
    }
}

/// One object, then and now.
pub(super) struct Change<'a> {
    pub(super) old: &'a ObjectSchema,
    pub(super) new: &'a ObjectSchema,
    pub(super) released: Vec<Version>,
    slots: Vec<(Version, Slots<'a>, Slots<'a>)>,
}

/// Parts of a version of an object, by their names then.
pub(super) type Slots<'a> = BTreeMap<&'a str, Slot<'a>>;

/// Part under a name in a version of an object.
#[derive(Clone, Copy)]
pub(super) enum Slot<'a> {
    /// A field that there still is, and its type in that version.
    Field(&'a FieldSchema, &'a TypeSchema),
    /// One that is gone.
    Grave(&'a Tombstone),
}

impl<'a> Change<'a> {
    fn new(old: &'a Lock, new: &'a Lock) -> Self {
        let released: Vec<_> = old.released().collect();
        let (old, new) = (old.schema(), new.schema());
        let slots = released.iter().map(|version| (*version, slots(old, *version), slots(new, *version)));
        Change { slots: slots.collect(), released, old, new }
    }

    pub(super) fn name(&self) -> &'a str {
        &self.old.name
    }

    /// The newest version that was released.
    pub(super) fn last(&self) -> Option<Version> {
        self.released.last().copied()
    }

    /// A field of this object, as findings name it.
    pub(super) fn place(&self, field: &str) -> String {
        format!("{}.{field}", self.old.name)
    }

    /// The released versions in which that holds of a field then and now, by the field's name in them.
    pub(super) fn where_fields<F>(&self, holds: F) -> BTreeMap<&'a str, Vec<Version>>
    where
        F: Fn(&str, Option<Slot<'a>>, Option<Slot<'a>>) -> bool,
    {
        let mut found: BTreeMap<&str, Vec<Version>> = BTreeMap::new();
        for (version, old, new) in &self.slots {
            let names: BTreeSet<&str> = old.keys().chain(new.keys()).copied().collect();
            for name in names {
                if holds(name, old.get(name).copied(), new.get(name).copied()) {
                    found.entry(name).or_default().push(*version);
                }
            }
        }
        found
    }

    /// The released versions in which that holds of a field that is a field then and now, by its name in the lock, whatever
    /// it was called in them.
    pub(super) fn where_both<F>(&self, holds: F) -> BTreeMap<&'a str, Vec<Version>>
    where
        F: Fn(Version, (&'a FieldSchema, &'a TypeSchema), (&'a FieldSchema, &'a TypeSchema)) -> bool,
    {
        let mut found: BTreeMap<&str, Vec<Version>> = BTreeMap::new();
        for (version, old, new) in &self.slots {
            for (name, slot) in old {
                if let (Slot::Field(then, was), Some(Slot::Field(now, is))) = (*slot, new.get(name).copied())
                    && holds(*version, (then, was), (now, is))
                {
                    found.entry(&then.name).or_default().push(*version);
                }
            }
        }
        found
    }

    /// The fields of released versions that the code has no more, by their names then. One that is still there under its
    /// newer name isn't gone: what is said of its older one changed.
    pub(super) fn gone(&self) -> BTreeMap<&'a str, Vec<Version>> {
        self.where_fields(|name, old, new| match (old, new) {
            (Some(Slot::Field(old, _)), None) => old.name == name || self.new.field(&old.name).is_none(),
            _ => false,
        })
    }

    /// The fields that the code has in released versions, which hadn't them, by their names in these.
    pub(super) fn come(&self) -> BTreeMap<&'a str, Vec<Version>> {
        self.where_fields(|name, old, new| match (old, new) {
            (None, Some(Slot::Field(new, _))) => new.name == name || self.old.field(&new.name).is_none(),
            _ => false,
        })
    }

    /// The fields whose names the lock doesn't know.
    pub(super) fn fresh(&self) -> impl Iterator<Item = &'a FieldSchema> {
        let old = self.old;
        self.new.fields.iter().filter(move |field| old.field(&field.name).is_none())
    }

    /// The field that took the place of one that is gone: the one fresh field of the same type, where it is
    /// also the one field that is gone; or the one that says it had the newer name of what is gone.
    pub(super) fn successor(&self, gone: &str) -> Option<&'a FieldSchema> {
        let newer = self.old.fields.iter().find(|field| former_names(field).any(|name| name == gone));
        let heir = newer.and_then(|newer| {
            self.new.fields.iter().find(|field| former_names(field).any(|name| newer.name == name))
        });
        if heir.is_some() {
            return heir;
        }
        let all = self.gone();
        let mut lost = all.keys().filter(|name| self.new.field(name).is_none());
        if lost.next() != Some(&gone) || lost.next().is_some() {
            return None;
        }
        let old = self.old.field(gone)?;
        let same = |field: &&FieldSchema| {
            differences(&old.ty, &field.ty).is_empty() && old.nullable == field.nullable
        };
        let mut fresh = self.fresh().filter(same);
        fresh.next().filter(|_| fresh.next().is_none())
    }
}

/// The names that a field had in older versions.
pub(super) fn former_names(field: &FieldSchema) -> impl Iterator<Item = &str> {
    field.rules.iter().filter_map(|rule| match &rule.action {
        Action::Rename(older) | Action::Convert { name: older, .. } => {
            Some(&**older).filter(|older| field.name != **older)
        }
        _ => None,
    })
}

/// Lists the actions of a field's rules that answer for a value at a version. One whose value is converted then is no answer: the type
/// that the conversion makes says what may go out.
pub(super) fn answers(field: &FieldSchema, version: Version) -> impl Iterator<Item = &Action> {
    let is_converted = field.form_at(version).conversion.is_some();
    field.active(version).filter(move |action| match action {
        Action::Values { instead: Instead::Write(_), .. } | Action::Without(_) => !is_converted,
        _ => true,
    })
}

/// Whether hosts that have the field so can read what stands there in place of a value.
pub(super) fn is_read(instead: &Instead, old: &FieldSchema, ty: &TypeSchema) -> bool {
    match instead {
        Instead::Refuse => true,
        Instead::Drop => !old.required,
        Instead::Write(literal) => is_of_shape(literal, ty),
    }
}

/// Whether a literal can be of that type, as far as null, lists and dicts go.
pub(super) fn is_of_shape(literal: &Literal, ty: &TypeSchema) -> bool {
    match (&ty.kind, literal) {
        (_, Literal::Null) => false,
        (Kind::Opaque | Kind::JsonText, _) => true,
        (Kind::List(_) | Kind::Set(_) | Kind::FlexibleList, literal) => matches!(literal, Literal::List(_)),
        (Kind::Dict(_) | Kind::FlexibleDict, literal) => matches!(literal, Literal::Map(_)),
        (_, literal) => !matches!(literal, Literal::List(_) | Literal::Map(_)),
    }
}

/// Collects which part stands under which name in a version.
pub(super) fn slots(schema: &ObjectSchema, version: Version) -> Slots<'_> {
    let mut slots = BTreeMap::new();
    // In the current version all fields go out and nothing else does.
    if version < schema.current() {
        for grave in schema.tombstones.iter().filter(|grave| grave.is_in(version)) {
            slots.insert(&*grave.name, Slot::Grave(grave));
        }
    }
    for field in schema.fields.iter().filter(|field| field.is_in(version)) {
        let (mut name, mut ty) = (&*field.name, &*field.ty);
        for action in field.active(version) {
            match action {
                Action::Rename(older) => name = older,
                Action::Convert { name: older, ty: old, .. } => (name, ty) = (older, old),
                _ => {}
            }
        }
        slots.insert(name, Slot::Field(field, ty));
    }
    slots
}

/// How two types differ on the wire.
#[derive(Clone, Debug)]
pub(super) enum Difference {
    /// They hold other values.
    Kind,
    /// They hold other objects.
    Object,
    /// Null may stand now among the elements, of this type then.
    ElementNullable(Shared<TypeSchema>),
    /// Null may not stand among the elements any more.
    ElementNonNull,
    /// A text isn't among the values any more, or an object among those that may stand for another.
    ValueRemoved(Cow<'static, str>),
    /// A text came to the values, or an object to those that may stand for another.
    ValueAdded(Cow<'static, str>),
}

pub(super) fn differences(old: &TypeSchema, new: &TypeSchema) -> Vec<Difference> {
    let mut found = Vec::new();
    differ(old, new, &mut found);
    found
}

fn differ(old: &TypeSchema, new: &TypeSchema, found: &mut Vec<Difference>) {
    let (old_type, new_type) = (old, new);
    match (&old.kind, &new.kind) {
        (Kind::List(old), Kind::List(new))
        | (Kind::Set(old), Kind::Set(new))
        | (Kind::Dict(old), Kind::Dict(new)) => differ_in(old, new, found),
        (
            Kind::Object { name: old, subclasses: wide, .. },
            Kind::Object { name: new, subclasses: now_wide, .. },
        ) => {
            if old != new || wide != now_wide {
                found.push(Difference::Object);
            }
            found.extend(differ_in_variants(&old_type.variants, &new_type.variants));
        }
        (Kind::Enum { values: old, .. }, Kind::Enum { values: new, .. }) => {
            found.extend(
                old.iter().filter(|value| !new.contains(value)).cloned().map(Difference::ValueRemoved),
            );
            found
                .extend(new.iter().filter(|value| !old.contains(value)).cloned().map(Difference::ValueAdded));
        }
        (Kind::Opaque, Kind::Opaque) => {
            if old.name != new.name {
                found.push(Difference::Kind);
            }
        }
        (old, new) => {
            if on_the_wire(old) != on_the_wire(new) {
                found.push(Difference::Kind);
            }
        }
    }
}

/// The objects that came or went; nothing, where one side doesn't say which there are.
fn differ_in_variants(old: &[Variant], new: &[Variant]) -> Vec<Difference> {
    if old.is_empty() || new.is_empty() {
        return Vec::new();
    }
    let has = |variants: &[Variant], name: &str| variants.iter().any(|variant| variant.name == name);
    let removed = old.iter().filter(|variant| !has(new, &variant.name));
    let added = new.iter().filter(|variant| !has(old, &variant.name));
    let removed = removed.map(|variant| Difference::ValueRemoved(variant.name.clone()));
    removed.chain(added.map(|variant| Difference::ValueAdded(variant.name.clone()))).collect()
}

fn differ_in(old: &Element, new: &Element, found: &mut Vec<Difference>) {
    match (old.nullable, new.nullable) {
        (false, true) => found.push(Difference::ElementNullable(old.ty.clone())),
        (true, false) => found.push(Difference::ElementNonNull),
        _ => {}
    }
    differ(&old.ty, &new.ty, found);
}

/// The kind, or another whose values are the same.
fn on_the_wire(kind: &Kind) -> &'static str {
    match kind {
        Kind::SensitiveString => Kind::String.word(),
        Kind::IpV4AndV6Address => Kind::IpAddress.word(),
        other => other.word(),
    }
}
