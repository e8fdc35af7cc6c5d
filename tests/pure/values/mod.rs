//! Values of fields, in every form that an object has: JSON by this crate and by `serde_json`, a tree of that,
//! MessagePack, CBOR, the compact form; of derived objects and of dynamic ones.

mod by_schema;
mod envelope;
mod forms;
mod keys;
mod limits;
mod names;
mod nulls;
mod numbers;
mod ready;
mod relays;
mod schema_alone;
mod tagged;
mod types;
mod versions;
