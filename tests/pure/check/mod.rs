//! What a project puts into its own tests.

mod drawn;
mod edits;
mod edits_told;
mod fleet;
mod gates;
mod harm;
mod kept;
mod laws;
mod lock;
mod merge_locks;
mod misfits;
mod order;
mod releases;
mod replay;
mod routines;
mod rules;
mod table;
