//! The types of fields: what they read, what they refuse, and what they write.
#![cfg(all(feature = "json", feature = "uuid", feature = "chrono"))]

#[path = "field/containers.rs"]
mod containers;
#[cfg(feature = "ipnet")]
#[path = "field/properties.rs"]
mod properties;
#[cfg(feature = "ipnet")]
#[path = "field/reference.rs"]
mod reference;
#[path = "field/scalars.rs"]
mod scalars;
#[path = "field/support.rs"]
mod support;
