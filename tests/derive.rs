//! What the derives write: schemas as constants, and the ways to the fields.

#[path = "derive/access.rs"]
mod access;
#[path = "derive/field_enum.rs"]
mod field_enum;
#[path = "derive/schema.rs"]
mod schema;
#[path = "derive/support.rs"]
mod support;
