//! The checks of the reference's own fixture, for a project that comes with its tables.

use std::collections::BTreeMap;

use crate::compat::Backport as _;
use crate::error::Error;
use crate::field::Encoded;
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::schema::{Kind, ObjectSchema};
use crate::version::{Manifest, Target, Version};

/// A checker of all objects of a registry, for a project's tests (`ObjectVersionChecker`).
///
/// ```
/// use std::collections::BTreeMap;
/// use versioned_objects::check::ObjectVersionChecker;
/// use versioned_objects::registry::Registry;
/// use versioned_objects::{Field, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Default)]
/// #[object(versions("1.0", "1.1"))]
/// struct Disk {
///     serial: Field<String>,
/// }
///
/// let registry = Registry::new().with::<Disk>();
/// let checker = ObjectVersionChecker::new(&registry);
/// assert!(checker.relationships().is_empty());
/// checker.check_relationships_in_order()?;
/// checker.check_compatibility_routines()?;
/// # Ok::<(), versioned_objects::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ObjectVersionChecker<'r> {
    registry: &'r Registry,
}

/// Entries of a table that was expected and of the one that is, as far as they differ: the expected one, and what
/// is. None stands where one of them has no such entry.
pub type Differences<T> = BTreeMap<String, (Option<T>, Option<T>)>;

impl<'r> ObjectVersionChecker<'r> {
    /// Of the newest version of each object.
    pub fn new(registry: &'r Registry) -> Self {
        ObjectVersionChecker { registry }
    }

    fn schemas(self) -> impl Iterator<Item = &'r ObjectSchema> {
        self.registry.names().filter_map(move |name| self.registry.schema(name).ok())
    }

    /// The fingerprint of each object (`get_hashes`).
    #[cfg(feature = "fingerprint")]
    pub fn hashes(self) -> BTreeMap<String, String> {
        self.schemas().map(|schema| (schema.name.to_string(), schema.fingerprint())).collect()
    }

    /// Which fingerprints aren't as expected (`test_hashes`).
    #[cfg(feature = "fingerprint")]
    pub fn test_hashes(self, expected: &BTreeMap<String, String>) -> Differences<String> {
        differences(expected, &self.hashes())
    }

    /// The objects that each object has a field of, with their newest versions; those that have none aren't there
    /// (`get_dependency_tree`). Lists of objects don't count, as in the reference.
    pub fn relationships(self) -> BTreeMap<String, Manifest> {
        let children = |schema: &ObjectSchema| -> Manifest {
            let names = schema.fields.iter().filter_map(|field| match &field.ty.kind {
                Kind::Object { name, .. } => Some(&**name),
                _ => None,
            });
            names.filter_map(|name| Some((name, self.registry.schema(name).ok()?.current()))).collect()
        };
        let all = self.schemas().map(|schema| (schema.name.to_string(), children(schema)));
        all.filter(|(_, children)| !children.is_empty()).collect()
    }

    /// Which of them aren't as expected (`test_relationships`).
    pub fn test_relationships(self, expected: &BTreeMap<String, Manifest>) -> Differences<Manifest> {
        differences(expected, &self.relationships())
    }

    /// Whether each declaration of a child's versions goes from old to new (`test_relationships_in_order`).
    ///
    /// # Errors
    /// The first one that doesn't.
    pub fn check_relationships_in_order(self) -> Result<(), Error> {
        for schema in self.schemas() {
            for field in schema.fields.iter() {
                let rows = field.relationship.as_deref().unwrap_or_default();
                let is_in_order =
                    |(old, new): (&(Version, Version), &(Version, Version))| old.0 < new.0 && old.1 <= new.1;
                if rows.iter().zip(rows.iter().skip(1)).all(is_in_order) {
                    continue;
                }
                let (name, child) = (&schema.name, schema.child_of(field).unwrap_or_default());
                return Err(Error::refused(format_args!(
                    "object {name} relationship {name}->{child} for field {} is out of order",
                    field.name
                )));
            }
        }
        Ok(())
    }

    /// Whether each object can be written in each of its versions, unset as it is made, with the versions of all that
    /// it holds and without (`test_compatibility_routines`). The reference makes do with this; the laws do it with
    /// values in the fields.
    ///
    /// # Errors
    /// The first one that can't.
    pub fn check_compatibility_routines(self) -> Result<(), Error> {
        for name in self.registry.names() {
            let object = self.registry.unset(name)?;
            let manifest = self.registry.tree(name)?;
            for version in object.schema().versions.iter().copied() {
                for manifest in [None, Some(&manifest)] {
                    write(&object, Target::Version(version, manifest))?;
                }
            }
        }
        Ok(())
    }
}

fn write(object: &AnyObject, target: Target<'_>) -> Result<(), Error> {
    object.at(target)?;
    Primitive::of(&Encoded::new(object, &target)).map(drop)
}

fn differences<T: Clone + PartialEq>(
    expected: &BTreeMap<String, T>,
    actual: &BTreeMap<String, T>,
) -> Differences<T> {
    let names = expected.keys().chain(actual.keys());
    let pairs = names.map(|name| (name, (expected.get(name), actual.get(name))));
    let different = pairs.filter(|(_, (expected, actual))| expected != actual);
    different.map(|(name, (expected, actual))| (name.clone(), (expected.cloned(), actual.cloned()))).collect()
}
