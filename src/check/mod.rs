//! What a project puts into its own tests.
//!
//! [`laws`] takes every object of a registry through all that can happen to it between releases, on random
//! values.

#[cfg(feature = "proptest")]
mod arbitrary;
#[cfg(feature = "proptest")]
mod laws;

#[cfg(feature = "proptest")]
pub use arbitrary::envelopes;
#[cfg(feature = "proptest")]
pub use laws::{Broken, laws};
