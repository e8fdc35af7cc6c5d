//! What a project puts into its own tests.
//!
//! [`laws`] takes every object of a registry through all that can happen to it between releases, on random
//! values. [`ObjectVersionChecker`] has the checks of the reference's fixture.

#[cfg(feature = "check")]
mod change;
#[cfg(feature = "check")]
mod compare;
#[cfg(feature = "check")]
mod finding;
#[cfg(feature = "check")]
mod history;
#[cfg(feature = "check")]
mod lock;
#[cfg(feature = "check")]
mod rules;
#[cfg(feature = "check")]
mod signature;

#[cfg(feature = "proptest")]
mod arbitrary;
#[cfg(feature = "proptest")]
mod gates;
#[cfg(feature = "proptest")]
mod laws;
#[cfg(feature = "proptest")]
mod releases;

mod versions;

#[cfg(feature = "check")]
pub use compare::{Refusal, compare, locked};
#[cfg(feature = "check")]
pub use finding::{Direction, Finding, Rule, Severity, Silence};
#[cfg(feature = "check")]
pub use lock::{Exception, Lock, LockError, Locks};
#[cfg(feature = "check")]
pub use rules::RULES;
pub use versions::{Differences, ObjectVersionChecker};

#[cfg(feature = "proptest")]
pub use arbitrary::envelopes;
#[cfg(feature = "proptest")]
pub use gates::{Gate, Gates, Golden, gates};
#[cfg(feature = "proptest")]
pub use laws::{Broken, Excused, Law, Laws, laws};
#[cfg(feature = "proptest")]
pub use releases::{Matrix, Misread, Releases};
