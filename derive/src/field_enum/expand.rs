//! The code that the derive of an enum of texts writes.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::{DeriveInput, Ident};

use super::ast::{Choices, Other, Variant};
use crate::attr::field_enum::EnumAttr;
use crate::expand::{fallback, shown_at};

/// The type: one of texts, with the transitions where any variant says which there are.
fn type_schema(type_name: &str, choices: &Choices<'_>) -> TokenStream {
    let texts = |variants: &[&Variant<'_>]| {
        let names = variants.iter().map(|variant| &variant.name);
        quote!(const { &[#(__vo::Cow::Borrowed(#names)),*] })
    };
    let all: Vec<_> = choices.variants.iter().collect();
    let values = texts(&all);
    if all.iter().all(|variant| variant.next.is_none()) {
        return quote!(__vo::TypeSchema::choice(#type_name, #values));
    }
    let transitions = all.iter().map(|variant| {
        let next: Vec<_> = variant
            .next
            .iter()
            .flatten()
            .filter_map(|next| all.iter().find(|other| other.ident == next).copied())
            .collect();
        let (from, to) = (&variant.name, texts(&next));
        quote!(__vo::Transitions { from: __vo::Cow::Borrowed(#from), to: __vo::Cow::Borrowed(#to) })
    });
    quote!(__vo::TypeSchema::state_machine(#type_name, #values, const { &[#(#transitions),*] }))
}

pub fn expand(input: &DeriveInput, attr: &EnumAttr, choices: &Choices<'_>) -> TokenStream {
    let ident = &input.ident;
    let type_name = attr.name.as_ref().map_or("Enum".to_owned(), syn::LitStr::value);
    let names: Vec<&str> = choices.variants.iter().map(|variant| variant.name.as_str()).collect();
    let variants: Vec<&Ident> = choices.variants.iter().map(|variant| variant.ident).collect();
    let other_name = choices.other.as_ref().map(|Other { ident, ty }| {
        let text = quote_spanned!(shown_at(ty)=> __vo::String::as_str(__text));
        quote!(Self::#ident(__text) => #text,)
    });
    let other = choices.other.as_ref().map(|Other { ident, ty }| {
        let text = quote_spanned!(shown_at(ty)=> <__vo::String as __vo::From<_>>::from(__text));
        quote!(__vo::Some(Self::#ident(#text)))
    });
    let other = other.unwrap_or_else(|| quote!(__vo::None));
    let type_schema = type_schema(&type_name, choices);
    quote! {
        #[automatically_derived]
        impl __vo::Choice for #ident {
            const NAMES: &'static [&'static __vo::str] = &[#(#names),*];

            fn from_name(__text: &__vo::str) -> __vo::Option<Self> {
                match __text {
                    #(#names => __vo::Some(Self::#variants),)*
                    _ => #other,
                }
            }
        }

        #[automatically_derived]
        impl __vo::AsRef<__vo::str> for #ident {
            fn as_ref(&self) -> &__vo::str {
                match self {
                    #(Self::#variants => #names,)*
                    #other_name
                }
            }
        }

        #[automatically_derived]
        impl __vo::Display for #ident {
            fn fmt(&self, __f: &mut __vo::Formatter<'_>) -> __vo::fmt::Result {
                __f.pad(__vo::AsRef::as_ref(self))
            }
        }

        #[automatically_derived]
        impl __vo::FromStr for #ident {
            type Err = __vo::Error;

            fn from_str(__text: &__vo::str) -> __vo::Result<Self, __vo::Error> {
                __vo::parse_choice(__text)
            }
        }

        #[automatically_derived]
        impl __vo::MapKey for #ident {
            fn to_text(&self) -> __vo::Cow<'_, __vo::str> {
                __vo::Cow::Borrowed(__vo::AsRef::as_ref(self))
            }
        }

        #[automatically_derived]
        impl __vo::FromMapKey for #ident {
            const FORM: __vo::Form = __vo::Form::OneOf(<Self as __vo::Choice>::NAMES);

            fn from_text(__text: __vo::String) -> __vo::Result<Self, __vo::String> {
                __vo::choice_of_key(&__text)
            }
        }

        #[automatically_derived]
        impl __vo::Entity for #ident {
            const HOLDS_OBJECTS: __vo::bool = false;

            fn encode<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
                _: &__vo::Target<'_>,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::Serializer::serialize_str(__serializer, __vo::AsRef::as_ref(self))
            }
        }

        #[automatically_derived]
        impl __vo::FieldType for #ident {
            const TYPE: __vo::TypeSchema = #type_schema;

            fn decode<'de, __D: __vo::Deserializer<'de>>(
                __deserializer: __D,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::decode_choice(__deserializer, __context)
            }

            fn decode_behind(
                __input: &mut dyn __vo::Input<'_>,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __vo::Failed> {
                __vo::decode_choice_behind(__input, __context)
            }
        }

        #[automatically_derived]
        impl __vo::serde::Serialize for #ident {
            fn serialize<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::Serializer::serialize_str(__serializer, __vo::AsRef::as_ref(self))
            }
        }

        #[automatically_derived]
        impl<'de> __vo::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: __vo::Deserializer<'de>>(
                __deserializer: __D,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::deserialize_choice(__deserializer)
            }
        }
    }
}

/// Stands in for the expansion after a mistake, so that the user's other code is not blamed for lacking the traits.
pub fn fallback(input: &DeriveInput, error: Option<syn::Error>) -> TokenStream {
    let value = fallback::value(input, error);
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    quote! {
        #value

        #[automatically_derived]
        impl #impl_generics __vo::AsRef<__vo::str> for #ident #ty_generics #where_clause {
            fn as_ref(&self) -> &__vo::str {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_generics __vo::MapKey for #ident #ty_generics #where_clause {
            fn to_text(&self) -> __vo::Cow<'_, __vo::str> {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_generics __vo::FromMapKey for #ident #ty_generics #where_clause {
            fn from_text(_: __vo::String) -> __vo::Result<Self, __vo::String> {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_generics __vo::Display for #ident #ty_generics #where_clause {
            fn fmt(&self, _: &mut __vo::Formatter<'_>) -> __vo::fmt::Result {
                __vo::never_built()
            }
        }

        #[automatically_derived]
        impl #impl_generics __vo::FromStr for #ident #ty_generics #where_clause {
            type Err = __vo::Error;

            fn from_str(_: &__vo::str) -> __vo::Result<Self, __vo::Error> {
                __vo::never_built()
            }
        }
    }
}
