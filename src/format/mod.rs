//! Bytes alone: how values stand in a format, whoever's they are.

#[cfg(feature = "compact")]
pub mod compact;
#[cfg(feature = "json")]
pub mod json;
