//! The types of fields: what they read, what they refuse, and what they write.
#![cfg(all(feature = "json", feature = "uuid", feature = "chrono"))]

#[path = "field/containers.rs"]
mod containers;
#[path = "field/support.rs"]
mod support;
