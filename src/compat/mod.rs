//! What a target makes of a schema and its values: kept, dropped, converted, refused.
//!
//! [`Backport::at`] is the way in: it looks for refusals before anything is written, and gives a [`View`] that
//! serializes and that tells what is left out.

mod changed;
mod child;
mod data;
mod fate;
mod first;
mod matching;
mod peek;
mod plan;
mod ruled;
mod substitute;
mod survey;
mod view;

pub(crate) use changed::Changed;
#[cfg(any(feature = "compact", feature = "dynamic", feature = "json"))]
pub(crate) use child::Child;
#[cfg(any(feature = "compact", feature = "dynamic"))]
pub(crate) use child::all_arrived;
pub(crate) use data::{Data, finished};
pub(crate) use peek::{Peek, Peeked};
pub(crate) use plan::Plan;
#[doc(hidden)]
pub use survey::survey_object;
pub use view::{Backport, View};
