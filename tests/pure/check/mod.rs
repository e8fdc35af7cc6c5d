//! What a project puts into its own tests.

mod edits;
mod gates;
mod harm;
mod kept;
mod laws;
mod lock;
mod releases;
mod rules;
