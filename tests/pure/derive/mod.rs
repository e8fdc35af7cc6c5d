//! What the derives write: schemas as constants, and the ways to the fields.

mod access;
mod field_enum;
mod said;
mod schema;
mod strict;
mod support;
