//! Checks for a project's own tests, so that no release breaks another unseen.
//!
//! A crate with objects adds this to its `Cargo.toml`
//!
//! ```toml
//! [dev-dependencies]
//! versioned-objects = { version = "0.1", features = ["proptest"] } # `check` has the lock without the laws
//! insta = "1" # keeps the lock; `cargo insta review` accepts what changed
//! ```
//!
//! and this to its tests:
//!
//! ```ignore
//! #[test]
//! fn nothing_breaks_what_was_released() {
//!     versioned_objects::assert_locked!(my_crate::registry(), "snapshots/lock");
//! }
//!
//! #[test]
//! fn the_objects_keep_the_laws() {
//!     if let Err(broken) = versioned_objects::check::laws(&my_crate::registry(), 256) {
//!         panic!("{broken}");
//!     }
//! }
//! ```
//!
//! # The lock
//! `assert_locked!` keeps the schema of each object as a snapshot of `insta`, in a file of its
//! own. A new object, a new version, and what is `unreleased` change the file, to be reviewed and accepted; whatever
//! changes a released version fails before `insta` can write anything, and says which of the `RULES` it breaks:
//!
//! ```text
//! FIELD_ADDED_NO_BUMP: Disk.cache: the field is new, in versions that were released without it
//!   released: 1.0, 1.1
//!   breaking, new to old: hosts of these versions get a field that they don't know, under a version that they do
//!   to do: bump the version and say `since` it on the field
//! ```
//!
//! With the feature `dynamic`, `Hosts` shows each of them: both schemas are run, and the message that one host writes is
//! kept with what the other answers. The tool `ovo check` prints them.
//!
//! A `Silence` lets a break pass. Its reason stays in the lock, and one that hits nothing is told.
//!
//! # The laws
//! `Laws` takes random objects of every name through every pair of their versions. Each `Law` has a name; an
//! object that breaks one on purpose says so with `Laws::breaks`.
//!
//! # Are the tests any good?
//! `gates` deletes each `since`, rule and child version in turn and tells which of them no test misses.
//!
//! # Old releases as peers
//! `Releases` makes hosts of the locks of earlier releases, kept in a folder for each, and has each write for each.
//! `Lock::at` makes the lock of an earlier version, for who begins late.
//!
//! # Fleets that are upgraded
//! `Fleet` has hosts of several releases call each other while they change release, in plans that are drawn: `cargo test -p
//! versioned-objects-tests --test pure check::fleet` shows faults of many kinds that are found, and `cargo run --release
//! --features proptest --example fleet -- --plans 10000` how many plans that is a minute. `Graph` proves in which order
//! hosts can go, and `ovo order` prints it. `replay` reads recorded traffic with the next release (`ovo record`, `ovo
//! replay`), and `Lock::merge` makes one lock of two that went apart (`ovo resolve`).
//!
//! The crate does all this with its own objects of nova: `tests/pure/check`.
//!
//! # A project that comes from Python
//! [`ObjectVersionChecker`] has the checks of the reference's own fixture, for its tables.

#[cfg(feature = "check")]
#[cfg(feature = "proptest")]
mod arbitrary;
#[cfg(feature = "check")]
mod change;
#[cfg(feature = "check")]
mod coerced;
#[cfg(feature = "check")]
mod compare;
#[cfg(feature = "check")]
mod finding;
#[cfg(all(feature = "proptest", feature = "rpc"))]
mod fleet;
#[cfg(feature = "proptest")]
mod gates;
#[cfg(feature = "check")]
mod history;
#[cfg(feature = "proptest")]
mod laws;
#[cfg(feature = "check")]
mod lock;
#[cfg(feature = "check")]
mod misfits;
#[cfg(feature = "check")]
mod order;
#[cfg(feature = "proptest")]
mod releases;
#[cfg(all(feature = "check", feature = "dynamic"))]
mod replay;
#[cfg(feature = "check")]
mod rules;
#[cfg(all(feature = "check", feature = "dynamic"))]
mod understood;
#[cfg(all(feature = "check", feature = "dynamic"))]
mod witness;

mod versions;

#[cfg(feature = "check")]
pub use compare::{Refusal, Unaccepted, compare, locked};
#[cfg(feature = "check")]
pub use finding::{ChangeRule, Direction, Finding, Severity, Silence, Strictness};
#[cfg(feature = "check")]
pub use lock::{Clash, Lock, LockError, Locks, Side, Silenced};
#[cfg(feature = "check")]
pub use misfits::{Misfit, misfits};
#[cfg(feature = "check")]
pub use order::{
    Before, Called, Counterexample, Graph, GraphError, Proof, Speech, Spoken, SpokenObject, When,
};
#[cfg(all(feature = "check", feature = "dynamic"))]
pub use replay::{Difference, RecordError, Replayed, record_line, replay};
#[cfg(feature = "check")]
pub use rules::RULES;
pub use versions::{Differences, ObjectVersionChecker};
#[cfg(all(feature = "check", feature = "dynamic"))]
pub use witness::{Act, Host, Hosts, Unshown, Witness};

#[cfg(feature = "proptest")]
pub use arbitrary::envelopes;
#[cfg(all(feature = "proptest", feature = "rpc"))]
pub use fleet::{Call, Drawn, Fault, Fleet, Moment, Policy, Seat, Story};
#[cfg(feature = "proptest")]
pub use gates::{Gate, Gates, Golden, Unjudged, gates};
#[cfg(feature = "proptest")]
pub use laws::{Broken, Excused, Law, Laws, laws};
#[cfg(feature = "proptest")]
pub use releases::{Misread, ReleaseMatrix, Releases};
