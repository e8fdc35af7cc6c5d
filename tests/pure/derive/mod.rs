//! What the derives write: schemas as constants, and the ways to the fields.

mod access;
mod by_pin;
mod field_enum;
mod python_ways;
mod routines;
mod rules;
mod said;
mod schema;
mod strict;
mod support;
