//! How fast versioned objects are, beside hand-written serde code, plain serde, the other crates that version a
//! message, and the reference in Python.
//!
//! `cargo run --release -p versioned-objects-benches --bin compare` measures all of them in one run, taking turns,
//! so that a ratio holds on a noisy machine.

pub mod allocator;
pub mod hand;
pub mod instructions;
pub mod measure;
pub mod ours;
pub mod peers;
pub mod picture;
pub mod plain;
pub mod python;
pub mod report;
pub mod suite;
pub mod value;
pub mod way;
pub mod work;

pub use way::Way;
