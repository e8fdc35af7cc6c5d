//! The derives of the crate `versioned-objects`, which re-exports them.

mod ast;
mod attr;
mod case;
mod ctxt;
mod expand;
mod field_enum;
mod literal;
mod valid;
mod version;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// TODO
#[proc_macro_derive(VersionedObject, attributes(object, field))]
pub fn versioned_object(input: TokenStream) -> TokenStream {
    expand::derive(&parse_macro_input!(input as DeriveInput)).into()
}

/// TODO
#[proc_macro_derive(FieldEnum, attributes(field_enum, variant))]
pub fn field_enum(input: TokenStream) -> TokenStream {
    field_enum::derive(&parse_macro_input!(input as DeriveInput)).into()
}
