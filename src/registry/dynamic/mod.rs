//! Objects of a schema that no Rust type stands for.
//!
//! A gateway, a conductor or a tool has a schema, read at run time, and objects of it: the same wire, the same
//! rules, values coerced by the same code as in derived objects. Rules that are Rust functions are named in a
//! schema and can't be followed by who has the schema alone.

mod elements;
mod equal;
mod filling;
mod kind;
mod list;
mod object;
mod read;
mod registered;
#[cfg(feature = "compact")]
mod unpack;
mod value;
mod variants;

pub use object::DynamicObject;
pub use value::Value;
