//! The types of fields: what they read, what they refuse, and what they write.

mod containers;
mod literal_forms;
mod properties;
mod reference;
mod scalars;
mod support;
