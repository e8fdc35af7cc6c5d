//! Bytes alone: how values stand in a format, whoever's they are.

pub mod compact;
#[cfg(feature = "json")]
pub mod json;
