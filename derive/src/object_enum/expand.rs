//! The code that the derive of an enum of objects writes.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{DeriveInput, Ident, Type};

use super::ast::{Base, Variant};
use crate::expand::{fallback, path_text};

fn option(value: Option<impl quote::ToTokens>) -> TokenStream {
    value.map_or(quote!(__vo::None), |value| quote!(__vo::Some(#value)))
}

pub fn expand(ident: &Ident, base: &Base, variants: &[Variant<'_>]) -> TokenStream {
    let names: Vec<_> = variants.iter().map(|variant| variant.ident).collect();
    let types: Vec<_> = variants.iter().map(|variant| variant.ty).collect();
    let gates = variants.iter().filter_map(|variant| {
        let since = variant.attr.since.as_ref()?;
        let (version, message) = (since.version, "the base has no such version");
        Some(quote_spanned! {proc_macro2::Span::call_site().located_at(since.span)=>
            const _: () = __vo::assert!(__vo::has_version(__BASE, #version), #message);
        })
    });
    let told = variants.iter().map(|Variant { ty, attr, .. }| {
        let since = option(attr.since.map(|since| since.version));
        let older = option(attr.older.as_ref().map(path_text).map(|text| quote!(__vo::Cow::Borrowed(#text))));
        quote! {
            __vo::Variant {
                name: __vo::Cow::Borrowed(__vo::name_of(<#ty as __vo::VersionedObject>::SCHEMA)),
                since: #since,
                older: #older,
            }
        }
    });
    let stand_ins = variants.iter().filter_map(|Variant { ident, attr, .. }| {
        let older = attr.older.as_ref()?;
        Some(quote!(Self::#ident(__object) => __vo::Some(__vo::Ok(#older(__object))),))
    });
    // What all readers know is written without a look.
    let is_gated = variants.iter().any(|variant| variant.attr.since.is_some());
    let encode_other = is_gated.then(|| {
        quote! {
            let __other = __vo::sent_as(self, __target);
            if let __vo::Some(__other) = __other.map_err(<__S::Error as __vo::serde::ser::Error>::custom)? {
                return __vo::Entity::encode(&__other, __serializer, __target);
            }
        }
    });
    let show_other = is_gated.then(|| {
        quote! {
            match __vo::sent_as(self, __target) {
                __vo::Ok(__vo::None) => {}
                __vo::Ok(__vo::Some(__other)) => return __vo::Entity::show(&__other, __target, __see),
                __vo::Err(__error) => return __see(__vo::Shown::Refused(__error)),
            }
        }
    });
    let survey_other = is_gated.then(|| {
        quote! {
            if __vo::survey_as(self, __target, __path, __survey)? {
                return __vo::Ok(());
            }
        }
    });
    let extends = types.iter().map(|ty| {
        let message = "this object doesn't extend the base that the enum stands for";
        quote_spanned! {proc_macro2::Span::call_site().located_at(ty.span())=>
            const _: () = __vo::assert!(__vo::is_or_extends(<#ty as __vo::VersionedObject>::SCHEMA, __BASE), #message);
        }
    });
    let schema = match base {
        Base::Type(ty) => quote! {
            const __BASE: &'static __vo::ObjectSchema = <#ty as __vo::VersionedObject>::SCHEMA;
        },
        Base::Name(name) => {
            let heir = types.first();
            quote! {
                static __ABSTRACT: __vo::ObjectSchema =
                    __vo::abstract_base(#name, <#heir as __vo::VersionedObject>::SCHEMA);
                const __BASE: &'static __vo::ObjectSchema = &__ABSTRACT;
            }
        }
    };
    // Only an object has a version that a table can end in.
    let current = match base {
        Base::Type(ty) => Some(quote! {
            #[automatically_derived]
            impl<const __MAJOR: __vo::u32, const __MINOR: __vo::u32> __vo::Current<__MAJOR, __MINOR> for #ident
            where
                #ty: __vo::Current<__MAJOR, __MINOR>,
            {
            }
        }),
        Base::Name(_) => None,
    };
    quote! {
        #schema
        fn __base() -> &'static __vo::ObjectSchema {
            __BASE
        }
        #(#extends)*
        #(#gates)*

        #[automatically_derived]
        impl __vo::OneOf for #ident {
            const BASE: &'static __vo::ObjectSchema = __BASE;

            fn unset_of(__name: &__vo::str) -> __vo::Option<Self> {
                #(if __name == <#types as __vo::VersionedObject>::SCHEMA.name {
                    return __vo::Some(Self::#names(<#types as __vo::VersionedObject>::unset()));
                })*
                __vo::None
            }

            fn schema(&self) -> &'static __vo::ObjectSchema {
                match self { #(Self::#names(_) => <#types as __vo::VersionedObject>::SCHEMA,)* }
            }

            fn origin(&self) -> __vo::Option<&__vo::Origin> {
                match self { #(Self::#names(__object) => __vo::Object::origin(__object),)* }
            }

            fn unknown(&self) -> __vo::Option<&__vo::UnknownFields> {
                match self { #(Self::#names(__object) => __vo::Object::unknown(__object),)* }
            }

            fn stand_in(&self) -> __vo::Option<__vo::Result<Self, __vo::Error>> {
                match self {
                    #(#stand_ins)*
                    #[allow(unreachable_patterns)]
                    _ => __vo::None,
                }
            }

            fn visit<__V: __vo::ObjectVisitorMut>(&mut self, __visitor: __V) -> __V::Output {
                match self { #(Self::#names(__object) => __vo::ObjectVisitorMut::object(__visitor, __object),)* }
            }
        }

        #[automatically_derived]
        impl __vo::Entity for #ident {
            const REMEMBERS: __vo::bool = true #(&& <#types as __vo::Entity>::REMEMBERS)*;

            fn encode<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
                __target: &__vo::Target<'_>,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                #encode_other
                match self { #(Self::#names(__object) => __vo::Entity::encode(__object, __serializer, __target),)* }
            }

            fn show(&self, __target: &__vo::Target<'_>, __see: &mut dyn __vo::FnMut(__vo::Shown<'_>)) {
                #show_other
                match self { #(Self::#names(__object) => __vo::Entity::show(__object, __target, __see),)* }
            }

            fn survey(
                &self,
                __target: &__vo::Target<'_>,
                __path: __vo::Path<'_>,
                __survey: &mut __vo::Survey<'_>,
            ) -> __vo::Result<(), __vo::Error> {
                #survey_other
                match self { #(Self::#names(__object) => __vo::Entity::survey(__object, __target, __path, __survey),)* }
            }

            fn has_changes(&self) -> __vo::bool {
                match self { #(Self::#names(__object) => __vo::Entity::has_changes(__object),)* }
            }

            fn reset_within(&mut self) {
                match self { #(Self::#names(__object) => __vo::Entity::reset_within(__object),)* }
            }

            fn forget_origins(&mut self) {
                match self { #(Self::#names(__object) => __vo::Entity::forget_origins(__object),)* }
            }
        }

        #[automatically_derived]
        impl __vo::FieldType for #ident {
            const TYPE: __vo::TypeSchema = __vo::base_type(
                __vo::name_of(__BASE),
                __base,
                &[#(#told),*],
            );

            fn decode<'de, __D: __vo::Deserializer<'de>>(
                __deserializer: __D,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::decode_one_of(__deserializer, __context)
            }
        }

        #current

        #[automatically_derived]
        impl __vo::serde::Serialize for #ident {
            fn serialize<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::Entity::encode(self, __serializer, &__vo::Target::Own)
            }
        }

        #[automatically_derived]
        impl<'de> __vo::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: __vo::Deserializer<'de>>(__deserializer: __D) -> __vo::Result<Self, __D::Error> {
                __vo::deserialize_one_of(__deserializer)
            }
        }

        #(
            #[automatically_derived]
            impl __vo::From<#types> for #ident {
                fn from(__object: #types) -> Self {
                    Self::#names(__object)
                }
            }
        )*
    }
}

/// Stands in for the expansion after a mistake, so that the user's other code is not blamed for lacking the traits.
pub fn fallback(input: &DeriveInput, error: Option<syn::Error>, variants: &[Variant<'_>]) -> TokenStream {
    let value = fallback::value(input, error);
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let mut types: Vec<&Type> = Vec::new();
    for variant in variants {
        let text = |ty: &Type| quote!(#ty).to_string();
        if types.iter().all(|ty| text(ty) != text(variant.ty)) {
            types.push(variant.ty);
        }
    }
    quote! {
        #value

        #(
            #[automatically_derived]
            impl #impl_generics __vo::From<#types> for #ident #ty_generics #where_clause {
                fn from(_: #types) -> Self {
                    __vo::never_built()
                }
            }
        )*
    }
}
