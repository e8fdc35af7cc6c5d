//! What stands in for the expansion after a mistake: all the traits, so that the user's other code is not blamed
//! for lacking them.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

/// The error, and the traits that every value has.
pub fn value(input: &DeriveInput, error: Option<syn::Error>) -> TokenStream {
    let error = error.map(|error| error.into_compile_error());
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let mut with_de = input.generics.clone();
    with_de.params.insert(0, syn::parse_quote!('de));
    let (impl_de, ..) = with_de.split_for_impl();
    let mut with_version = input.generics.clone();
    with_version.params.push(syn::parse_quote!(const __MAJOR: __vo::u32));
    with_version.params.push(syn::parse_quote!(const __MINOR: __vo::u32));
    let (impl_version, ..) = with_version.split_for_impl();
    quote! {
        #error

        #[automatically_derived]
        impl #impl_generics __vo::Entity for #ident #ty_generics #where_clause {
            fn encode<__S: __vo::Serializer>(
                &self,
                _: __S,
                _: &__vo::Target<'_>,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_generics __vo::FieldType for #ident #ty_generics #where_clause {
            const TYPE: __vo::TypeSchema = __vo::TypeSchema::new("", __vo::Kind::Opaque);

            fn decode<'de, __D: __vo::Deserializer<'de>>(
                _: __D,
                _: __vo::Context<'_>,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_version __vo::Current<__MAJOR, __MINOR> for #ident #ty_generics #where_clause {}

        #[automatically_derived]
        impl #impl_generics __vo::serde::Serialize for #ident #ty_generics #where_clause {
            fn serialize<__S: __vo::Serializer>(&self, _: __S) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_de __vo::serde::Deserialize<'de> for #ident #ty_generics #where_clause {
            fn deserialize<__D: __vo::Deserializer<'de>>(_: __D) -> __vo::Result<Self, __D::Error> {
                __vo::never_built()
            }
        }
    }
}

/// An object's, whatever was wrong with it.
pub fn expand(input: &DeriveInput, error: Option<syn::Error>) -> TokenStream {
    let value = value(input, error);
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #value

        #[automatically_derived]
        impl #impl_generics __vo::Object for #ident #ty_generics #where_clause {
            fn schema(&self) -> &__vo::ObjectSchema {
                __vo::never_built()
            }

            fn visit<__V: __vo::Visitor>(&self, _: __vo::usize, _: &mut __V) -> __vo::Result<(), __V::Error> {
                __vo::never_built()
            }

            fn field(&self, _: __vo::usize) -> __vo::Option<&dyn __vo::Seen> {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_generics __vo::VersionedObject for #ident #ty_generics #where_clause {
            const SCHEMA: &'static __vo::ObjectSchema = &__vo::NEVER_BUILT;

            fn unset() -> Self {
                __vo::never_built()
            }

            fn index_of(_: &__vo::str) -> __vo::Option<__vo::usize> {
                __vo::never_built()
            }

            fn field_mut(&mut self, _: __vo::usize) -> __vo::Option<&mut dyn __vo::AnyField> {
                __vo::never_built()
            }

            __vo::never_visited! {}

            fn visit_field_mut<__V: __vo::FieldVisitorMut>(
                &mut self,
                _: __vo::usize,
                _: __V,
            ) -> __vo::Option<__V::Output> {
                __vo::never_built()
            }
        }
    }
}
