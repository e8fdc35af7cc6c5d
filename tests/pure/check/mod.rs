//! What a project puts into its own tests.

mod gates;
mod kept;
mod laws;
mod lock;
mod releases;
mod rules;
