//! What a team that knows `oslo.versionedobjects` looks for, one module a row of its list of abilities.

mod basics;
mod checker;
mod dynamic;
mod dynamic_methods;
mod extra_fields;
mod field_types;
mod lists;
mod parts;
mod read_only;
mod registration;
mod remotable;
mod serializer;
mod versions;
