//! The derives of the crate `versioned-objects`, which re-exports them.
use proc_macro::TokenStream;

/// Placeholder.
#[proc_macro_derive(VersionedObject, attributes(object, field))]
pub fn versioned_object(_: TokenStream) -> TokenStream {
    TokenStream::new()
}

/// Placeholder.
#[proc_macro_derive(FieldEnum, attributes(variant, field_enum))]
pub fn field_enum(_: TokenStream) -> TokenStream {
    TokenStream::new()
}
