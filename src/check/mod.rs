//! What a project puts into its own tests.
//!
//! [`laws`] takes every object of a registry through all that can happen to it between releases, on random
//! values. [`ObjectVersionChecker`] has the checks of the reference's fixture.

#[cfg(feature = "proptest")]
mod arbitrary;
#[cfg(feature = "proptest")]
mod laws;
mod versions;

#[cfg(feature = "proptest")]
pub use arbitrary::envelopes;
#[cfg(feature = "proptest")]
pub use laws::{Broken, laws};
pub use versions::{Differences, ObjectVersionChecker};
