//! Tests that need nothing but themselves.

mod check;
mod children;
mod columns;
mod compact;
mod compat;
mod derive;
mod echo;
mod errors;
mod field;
mod fingerprint;
mod house;
mod json;
mod json_schema;
mod kinds;
mod merge;
mod nova;
mod object;
mod reference_parity;
mod registry;
mod rpc;
mod schema_file;
mod values;
mod version;
mod wire;
