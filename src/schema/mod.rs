//! Descriptions of objects, as data.
//!
//! One [`ObjectSchema`] holds all that the framework knows of an object: names, history, fields, and the rules
//! that make an older version of it. The derive writes it as a constant, a dynamic object owns one, and all
//! else (the wire, fingerprints, checks) reads it.

mod check;
mod field;
#[cfg(feature = "fingerprint")]
mod fingerprint;
mod history;
mod inherit;
mod kind;
mod literal;
mod name;
#[cfg(feature = "json")]
pub(crate) mod pattern;
mod placed;
#[cfg(any(feature = "fingerprint", feature = "json"))]
mod repr;
mod rule;
#[cfg(any(feature = "check", feature = "rpc"))]
mod signature;

use std::borrow::Cow;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use crate::version::Version;

pub use check::Check;
pub use field::FieldSchema;
#[cfg(feature = "check")]
pub(crate) use history::History;
#[doc(hidden)]
pub use inherit::{Inherited, concat, name_of};
pub(crate) use inherit::{equal, equal_bytes, text};
pub(crate) use kind::Shape;
pub use kind::{Element, Kind, Transitions, TypeSchema, Variant};
pub use literal::Literal;
pub use name::WireName;
#[cfg(feature = "json")]
pub(crate) use repr::{Repr, distinct};
pub use rule::{Action, Condition, First, Instead, Refusal, Rule, Tombstone};
#[cfg(any(feature = "check", feature = "rpc"))]
pub(crate) use signature::Signature;

/// An object, as data.
#[derive(Clone, Debug)]
pub struct ObjectSchema {
    /// The name on the wire (`obj_name()`).
    pub name: Cow<'static, str>,
    /// Whose object it is (`OBJ_PROJECT_NAMESPACE`).
    pub namespace: Cow<'static, str>,
    /// The keys of its envelope.
    pub keys: Keys,
    /// Every version that there was, oldest first; the last one is the current.
    pub versions: Cow<'static, [Version]>,
    /// Whether there were versions that `versions` doesn't list. The reference's rules hold then: all that is
    /// not newer can be written, and of the same major number can be read.
    pub is_open: bool,
    /// The one version that may still change: the last one, or none.
    pub unreleased: Option<Version>,
    /// Its fields in the order of the wire: its own, then those that it inherits.
    pub fields: Cow<'static, [FieldSchema]>,
    /// The fields that it had.
    pub tombstones: Cow<'static, [Tombstone]>,
    /// Of a list object (`ObjectListBase`), its `child_versions`: from which of its versions on its elements go
    /// out in which of theirs.
    pub child_versions: Option<Cow<'static, [(Version, Version)]>>,
    /// Whether a list object is backported and made as any object is, since its base class in Python stands before
    /// `ObjectListBase`. Its `child_versions` show in its fingerprint and nowhere else.
    pub bare_list: bool,
    /// Whether the objects inside it go out as they are, whatever the target.
    pub keep_children: bool,
    /// Whether no field of its own counts as changed where an older version of it is asked for; objects inside it keep
    /// their changes.
    pub forgets_changes: bool,
    /// Whether its rules are for pins alone, as ironic's `_convert_to_version` is: they hold where an older version of it
    /// is asked for without a manifest. With a manifest, and inside another object, it goes out with all of its fields
    /// under the version that is asked for. Objects inside it stay as they are for a pin.
    pub by_pin: bool,
    /// Whether its rules are for manifests alone, as ironic's `obj_make_compatible` is: they hold with a manifest, and
    /// inside another object. For a pin it goes out with all of its fields, and objects inside it stay as they are.
    pub by_manifest: bool,
    /// The values of fields that a sender left out, by the fields' names: what the constructor of a Python class
    /// sets.
    pub initial: Cow<'static, [(Cow<'static, str>, Literal)]>,
    /// Whether a backport converts objects wherever they stand in a field: in dicts and nested lists, and beside the
    /// elements of a list object. The reference converts those that a field holds itself or in a list. Derived objects
    /// have it.
    pub converts_nested: bool,
    /// The older versions that it isn't written in, and is read in all the same.
    pub refuses: Option<Refusal>,
    /// The name of the routine that finishes the reading of an object, before `validate` looks at it.
    pub read: Option<Cow<'static, str>>,
    /// The name of the routine that finishes a backport, after the rules.
    pub compatible: Option<Cow<'static, str>>,
    /// The name of the routine that looks at a whole object once it was read.
    pub validate: Option<Cow<'static, str>>,
    /// The names of the objects that it extends, nearest first.
    pub bases: Cow<'static, [Cow<'static, str>]>,
    /// The names of what else it has beside its fields, which is made of them and isn't on the wire
    /// (`obj_extra_fields`).
    pub extra_fields: Cow<'static, [Cow<'static, str>]>,
    /// Methods that other hosts can call, sorted by name.
    pub methods: Cow<'static, [MethodSchema]>,
}

impl ObjectSchema {
    /// The version that it has now.
    #[inline]
    pub fn current(&self) -> Version {
        self.versions.last().copied().unwrap_or(Version::new(1, 0))
    }

    /// Whether objects may stand in its fields of which older readers may not know.
    #[cfg(feature = "dynamic")]
    pub(crate) fn has_newer_variants(&self) -> bool {
        self.fields.iter().any(|field| field.ty.has_newer_variants())
    }

    /// The rows that say which version of a field's objects goes with which of the object's own: those of a list for its
    /// elements, or else the field's.
    pub fn rows_of<'s>(&'s self, field: &'s FieldSchema) -> Option<&'s [(Version, Version)]> {
        self.rows_of_elements(field).or(field.relationship.as_deref())
    }

    /// The rows that a list has for its elements, where the field holds these and there are any.
    pub(crate) fn rows_of_elements(&self, field: &FieldSchema) -> Option<&[(Version, Version)]> {
        self.child_versions.as_deref().filter(|rows| !rows.is_empty() && field.name == "objects")
    }

    /// Whether a pin and a manifest have ways of their own to an older version.
    pub(crate) fn has_two_ways(&self) -> bool {
        self.by_pin || self.by_manifest
    }

    /// Whether its rules hold, for a pin or else for a manifest.
    pub(crate) fn has_rules_for(&self, is_pin: bool) -> bool {
        if is_pin { !self.by_manifest } else { !self.by_pin }
    }

    /// Whether it is a list of objects.
    pub fn is_list(&self) -> bool {
        self.child_versions.is_some() && !self.bare_list
    }

    /// Whether the field at that index holds the elements of a list object.
    pub(crate) fn is_elements(&self, index: usize) -> bool {
        self.fields.get(index).is_some_and(|field| self.are_elements(&field.name))
    }

    fn are_elements(&self, name: &str) -> bool {
        self.is_list() && name == "objects"
    }

    /// Whether an object that is made, or read without it, has the field of that name all the same: its elements, and
    /// what is set initially.
    #[cfg(feature = "check")]
    pub(crate) fn sets_by_itself(&self, name: &str) -> bool {
        self.are_elements(name) || self.initial.iter().any(|(own, _)| own == name)
    }

    /// Whether a backport to the current version finds nothing to do: no object inside it, and no routine. Rules are
    /// of older versions anyway.
    #[cfg(feature = "compact")]
    pub(crate) fn is_leaf(&self) -> bool {
        let has_none = |field: &FieldSchema| {
            self.child_of(field).is_none() && !(self.converts_nested && field.ty.is_opaque())
        };
        self.compatible.is_none() && self.fields.iter().all(has_none)
    }

    /// The name of the object in a field that a backport of this object converts.
    pub(crate) fn child_of<'f>(&self, field: &'f FieldSchema) -> Option<&'f str> {
        match field.alone {
            true => None,
            false if self.converts_nested => field.ty.object(),
            false => field.ty.child(),
        }
    }

    /// Whether there was such a version.
    pub fn has_version(&self, version: Version) -> bool {
        self.versions.contains(&version)
    }

    /// The versions as text for people: `0.1, 1.0 to 1.14`.
    pub fn history(&self) -> impl fmt::Display {
        history::History(&self.versions)
    }

    /// Whether there is an extra field of that name.
    pub fn has_extra_field(&self, name: &str) -> bool {
        self.extra_fields.iter().any(|extra| extra == name)
    }

    /// Where the field of that name stands.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.name == name)
    }

    /// The field of that name.
    pub fn field(&self, name: &str) -> Option<&FieldSchema> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// The keys of an envelope: the serial namespace (`OBJ_SERIAL_NAMESPACE`), and what stands behind its dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keys {
    /// The serial namespace, such as `nova_object`.
    pub serial_namespace: Cow<'static, str>,
    /// Where the object's name stands.
    pub name: WireName,
    /// Where its project's namespace stands.
    pub namespace: WireName,
    /// Where its version stands.
    pub version: WireName,
    /// Where its fields stand.
    pub data: WireName,
    /// Where the names of its changed fields stand.
    pub changes: WireName,
}

impl Keys {
    /// The keys of a serial namespace.
    pub fn new(serial_namespace: &str) -> Self {
        let key = |word: &str| WireName::from(format!("{serial_namespace}.{word}"));
        Keys {
            serial_namespace: Cow::Owned(serial_namespace.to_owned()),
            name: key("name"),
            namespace: key("namespace"),
            version: key("version"),
            data: key("data"),
            changes: key("changes"),
        }
    }
}

/// A method that can be called from another host (`remotable`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodSchema {
    /// The method's name on the wire.
    pub name: Cow<'static, str>,
    /// Its signature as a fingerprint hashes it (`ArgSpec(args=['self'], ...)`).
    pub spec: Cow<'static, str>,
}

/// A part of a schema that is part of the program, or was made at run time and is shared by all copies: so a schema
/// can be a constant, and can be read from a file.
#[derive(Clone, Debug)]
pub enum Shared<T: 'static> {
    /// Part of the program.
    Static(&'static T),
    /// Made at run time.
    Owned(Arc<T>),
}

impl<T> Deref for Shared<T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        match self {
            Shared::Static(value) => value,
            Shared::Owned(value) => value,
        }
    }
}

impl<T: PartialEq> PartialEq for Shared<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T> From<T> for Shared<T> {
    fn from(value: T) -> Self {
        Shared::Owned(Arc::new(value))
    }
}
