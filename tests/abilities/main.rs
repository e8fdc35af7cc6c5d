//! What a team that knows `oslo.versionedobjects` looks for, one module a row of its list of abilities.

#[path = "../zoo/mod.rs"]
mod zoo;

mod basics;
mod checker;
mod dynamic_methods;
mod field_types;
mod lists;
mod parts;
mod registration;
mod remotable;
mod serializer;
