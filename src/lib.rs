//! Objects that cross the wire between hosts of different releases.
//!
//! An object has a name, a version and a history. New code writes it for an older peer, reads what an older peer
//! wrote, and agrees with a peer on versions. Wire format and behaviour are those of Python's
//! `oslo.versionedobjects`.
//!
//! ```
//! use versioned_objects::{Backport, Field, Manifest, Origin, VersionedObject};
//!
//! #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
//! #[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"))]
//! pub struct Disk {
//!     pub origin: Origin,
//!     pub serial: Field<String>,
//!     pub boot_index: Field<Option<i64>>,
//!     #[field(since = "1.1")]
//!     pub encryption: Field<Option<String>>,
//! }
//!
//! let disk = Disk { serial: "vda".to_owned().into(), encryption: None.into(), ..Disk::default() };
//! assert_eq!(
//!     serde_json::to_string(&disk)?,
//!     r#"{"nova_object.name":"Disk","nova_object.namespace":"nova","nova_object.version":"1.1","nova_object.data":{"serial":"vda","encryption":null},"nova_object.changes":["serial","encryption"]}"#,
//! );
//!
//! // For an older peer. A refusal surfaces here, before anything is written.
//! let older = disk.at("1.0")?;
//! assert_eq!(older.dropped()[0].path, "Disk.encryption");
//! let text = serde_json::to_string(&older)?;
//!
//! // What comes from there is answered in its own version.
//! let disk: Disk = serde_json::from_str(&text)?;
//! assert_eq!(disk.origin.version(), Some("1.0".parse()?));
//!
//! // Any container of objects, each as the peer's manifest says.
//! let manifest: Manifest = [("Disk", "1.0".parse()?)].into_iter().collect();
//! serde_json::to_string(&vec![disk].at(&manifest)?)?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The [`guide`] has a page for each thing that one wants to do.
//!
//! # Where to look
//! - [`VersionedObject`](derive@VersionedObject) and [`FieldEnum`](derive@FieldEnum): the derives, with all their attributes.
//! - [`Field`] and [`field`]: what can stand in a struct.
//! - [`ByName`], [`SetByName`]: fields by name, defaults, changes, copies, comparison, of any object; [`ObjectList`].
//! - [`prelude`]: the traits whose methods one calls, in one `use`.
//! - [`Backport::at`], [`View`]: writing for others. [`wire`]: reading and writing with typed errors.
//! - [`registry`]: what a host knows, and objects of any name.
//! - `rpc`: calls between hosts. `dynamic`: objects without a Rust type. `check`: a lock and laws for your own tests.
//!
//! # Unset, null and changed
//! A [`Field`] is unset, or set to a value; `Option` inside makes it nullable. Unset and null differ in the type and
//! on the wire. Whoever sets a field changes it; reading an object does not. `==` looks at values alone.
//!
//! # What differs from the reference on purpose
//! The types of fields have a table of their own in [`field`]. Beside that:
//!
//! | the reference | here | why |
//! | --- | --- | --- |
//! | an object that arrived is written again under the version that it came in, with all its data | what that version lacks is left out, and told | a label should say what is there |
//! | a child that was made here and set into an object that arrived goes out in its own version, which the older host refuses | where the parent declares its child's versions, it goes out in the one that goes with the parent's, and what is lost is told; a child that arrived keeps its version | what goes to an older host is what it reads |
//! | a manifest that says more than the version that an object arrived in is an error | the outermost object goes out in the version that it arrived in, until [`Origin::forget`]; objects inside it are labelled as the manifest says, as there | the label says who knew what, and a host that reads more changes nothing of that |
//! | objects in dicts and nested lists go out as they are, and so do those beside the elements of a list object | a derived object converts them wherever they stand, and is refused without a rule for them; an object without a Rust type does what its schema says ([`converts_nested`](schema::ObjectSchema::converts_nested)) | a reader gets what it reads |
//! | an object that extends the declared one goes to readers that came before it | a variant of an [`ObjectEnum`](derive@ObjectEnum) says `since` when: it is refused, or something stands in for it | they can't read it |
//! | what is set as a primitive keeps the version that it says | so it does, but in the newest version it counts as made here | it is how an object without a Rust type gets its children |
//! | a target below the first version, or between two, is taken | it's an error that says which versions there are | nothing is guessed |
//! | a manifest's entry above a child's version labels the child with it | it's an error likewise | a peer would read a label that lies |
//! | any object remembers the version that it came in | one with a field of the type [`Origin`] does, and so must those inside it, or it doesn't compile | who answers in the language that it was asked in says so, and can't forget the half of it |
//! | an object inside another is read by the namespaces of that one, so one of others can be written and not read again | it is read by its own | what is written can be read |
//! | an object reads its own major number alone | it reads all versions in its `versions(...)` | that is what the list says |
//! | a child has its stale `changes` after a backport | `changes` name what is in the data, at every level | readers may mark what isn't there |
//! | a target, or an entry of a manifest, is any text that its version parser takes (`1`, `1.0rc1`) | `X.Y` or `X.Y.Z` | what this side says is a [`Version`] |
//! | of several things that are wrong with an object, that in the first declared field is told | that which comes first | the wire is read as it comes |
//! | an object in a field that a target lacks can fail to be written for a version like `1.0.post1` | it isn't looked at | it doesn't go out |
//! | a list object whose `child_versions` have a gap fails with a `TypeError` | the version before the gap counts | as in `obj_relationships` |
//! | JSON with half a surrogate pair (`"\ud800"`) is read and written | it's an error of the format, which names line and column | a Rust text can't hold it |
//! | lists and maps lie up to 994 deep in one another in JSON, which Python's stack sets | up to 128 in any format, and up to 127 with `serde_json`; deeper ones are an error | a peer's text can't use up the stack |
//! | of a key that stands twice in an envelope the last counts | so does it here, but a header behind the data is refused | the data were read by the first |
//! | `to_json_schema` fails for IP addresses and networks of either family, for nullable ones of both, for types without a schema, and for an object that holds itself | there is a schema | nothing keeps it from being one |
//! | no field of `read_only` takes another value | [`SetByName::set_by_name`] refuses it, and so do updates from a remote method; [`Field::set`] doesn't | a field doesn't know its object |
//! | a field that is unset is loaded by reading it | [`LazyLoad::load`](object::LazyLoad::load) says where that happens | reading a field does no I/O |
//! | an object holds the context that it was made with | who calls says with what | a context is no part of a value |
//! | a backport drops silently | the same, and [`View::dropped`] lists what was dropped | loss is visible |
//!
//! # Features
//! Without any, the crate is the core: schema, fields, wire, registry, with `serde` and four small crates.
//!
//! | feature | what it adds |
//! | --- | --- |
//! | `derive`, on by default | the derives |
//! | `json`, on by default | JSON text as the reference writes and reads it; `serde_json::Value` as a field's type |
//! | `uuid`, `chrono`, `ipnet` | the types of these crates as fields' types |
//! | `compact` | the compact form, for peers that agree on an object's layout |
//! | `fingerprint` | fingerprints of schemas, equal to the reference's |
//! | `dynamic` | objects of a schema that is read at run time |
//! | `rpc` | calls between hosts, within one process or over a transport of one's own |
//! | `amqp`, `amqp-tls`, `amqp-compression` | the same over RabbitMQ; encrypted; with messages that are compressed |
//! | `metrics` | counters of what calls left out for their peers |
//! | `inventory` | registries of all objects that a program derives |
//! | `check` | for tests: the lock (`assert_locked!`, which takes `insta` beside it), and the rules that a change breaks |
//! | `proptest` | for tests: `check`, random objects, the laws; with `rpc`, fleets of mixed releases |
//! | `cli` | `ovo`, the command-line tool |
//! | `nova` | the live migration between XenServer hosts |

#![cfg_attr(docsrs, feature(doc_cfg))]

#[macro_use]
mod plainly;

mod ascii;
mod behind;
pub mod check;
pub mod compat;
mod error;
pub mod field;
mod foreign;
mod format;
#[cfg(any(doc, doctest))]
pub mod guide;
/// The README's Rust compiles and runs.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}
mod marks;
pub mod mask;
pub mod object;
pub mod primitive;
mod python;
pub mod registry;
#[cfg(feature = "rpc")]
pub mod rpc;
pub mod schema;
mod shortened;
pub mod version;
pub mod wire;

#[cfg(feature = "nova")]
pub mod nova;

pub use compat::{Backport, View};
pub use error::{Error, ErrorKind, Incompatible};
#[doc(hidden)]
pub use field::{Context, Current, Entity};
pub use field::{Field, FieldType, Loss};
#[cfg(feature = "compact")]
pub use format::compact;
pub use object::{ByName, Object, ObjectList, Origin, SetByName, UnknownFields, VersionedObject};
pub use primitive::{Map, Primitive};
#[cfg(feature = "dynamic")]
#[doc(inline)]
pub use registry::dynamic;
pub use version::{Arriving, IntoTarget, Manifest, Target, Version, VersionParseError};

#[cfg(feature = "derive")]
pub use versioned_objects_derive::{FieldEnum, ObjectEnum, VersionedObject};

#[cfg(all(feature = "derive", feature = "rpc"))]
pub use versioned_objects_derive::{endpoint, remotable};

/// Names a field of an object where text is asked for. A name that the object doesn't have doesn't compile.
///
/// A field whose name on the wire is another (`#[field(name = "...")]`) goes by that one, in quotes where it is no
/// identifier.
///
/// ```
/// use versioned_objects::{ByName, Field, VersionedObject, field_name};
///
/// #[derive(VersionedObject, Clone, Default)]
/// #[object(versions("1.0"))]
/// struct Port {
///     speed: Field<i64>,
/// }
///
/// let port = Port { speed: 25.into() };
/// assert!(port.is_set(field_name!(Port, speed))?);
/// # Ok::<(), versioned_objects::Error>(())
/// ```
///
/// ```compile_fail
/// # use versioned_objects::{Field, VersionedObject, field_name};
/// # #[derive(VersionedObject, Clone, Default)]
/// # #[object(versions("1.0"))]
/// # struct Port { speed: Field<i64> }
/// let name = field_name!(Port, sped);
/// ```
#[macro_export]
macro_rules! field_name {
    ($object:ty, $name:literal) => {
        const { $crate::__private_0_1::field_name::<$object>($name) }
    };
    ($object:ty, $name:ident) => {
        const { $crate::__private_0_1::field_name::<$object>(::core::stringify!($name)) }
    };
}

/// The traits whose methods one calls on objects, and the derive of objects.
///
/// ```
/// use versioned_objects::Field;
/// use versioned_objects::prelude::*;
///
/// #[derive(VersionedObject, Clone, Default)]
/// #[object(versions("1.0"))]
/// struct Port {
///     speed: Field<i64>,
/// }
///
/// let mut port = Port::default();
/// port.set_by_name("speed", 25)?;
/// assert_eq!(port.what_changed(), ["speed"]);
/// assert!(port.at("1.0")?.dropped().is_empty());
/// # Ok::<(), versioned_objects::Error>(())
/// ```
pub mod prelude {
    #[cfg(feature = "derive")]
    pub use versioned_objects_derive::VersionedObject;

    pub use crate::compat::Backport;
    pub use crate::object::{ByName, Object, ObjectList, SetByName, VersionedObject};
}

/// Items that the derives' code names, so that nothing in a user's module can stand in its way.
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private_0_1;
