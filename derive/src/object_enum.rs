//! The derive of an enum whose variants are objects that extend a base.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, Path, Type};

use crate::ast::private_module;
use crate::attr::{self, set};
use crate::ctxt::Ctxt;
use crate::expand::in_private_scope;

/// What `#[object_enum(...)]` says.
#[derive(Default)]
struct ObjectEnumAttr {
    base: Option<Path>,
    krate: Option<Path>,
}

impl ObjectEnumAttr {
    fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = ObjectEnumAttr::default();
        attr::read(cx, attrs, "object_enum", |word| match word.text().as_str() {
            "base" => set(&mut out.base, &word, word.value("Base")?),
            "crate" => set(&mut out.krate, &word, word.value("path::to::versioned_objects")?),
            _ => word.unknown(&["base", "crate"]),
        });
        out
    }
}

pub fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attr = ObjectEnumAttr::read(&cx, &input.attrs);
    let private = private_module(attr.krate.as_ref());
    let variants = variants(&cx, input);
    if attr.base.is_none() {
        cx.error(input.ident.span(), "which object do these stand for? say `#[object_enum(base = Base)]`");
    }
    match (cx.check(), &attr.base) {
        (Ok(()), Some(base)) => in_private_scope(&private, &expand(&input.ident, base, &variants)),
        (result, _) => result.err().map(syn::Error::into_compile_error).unwrap_or_default(),
    }
}

fn variants<'a>(cx: &Ctxt, input: &'a DeriveInput) -> Vec<(&'a Ident, &'a Type)> {
    if let Some(parameter) = input.generics.params.first() {
        cx.error(parameter.span(), "objects aren't generic, so neither is an enum of them");
    }
    let Data::Enum(data) = &input.data else {
        cx.error(input.ident.span(), "only an `enum` can be one of several objects");
        return Vec::new();
    };
    if data.variants.is_empty() {
        cx.error(input.ident.span(), "an enum of objects needs at least one");
    }
    let object = |variant: &'a syn::Variant| match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            fields.unnamed.first().map(|field| (&variant.ident, &field.ty))
        }
        _ => {
            cx.error(
                variant.ident.span(),
                format!("a variant holds one object: `{}(Object)`", variant.ident),
            );
            None
        }
    };
    data.variants.iter().filter_map(object).collect()
}

fn expand(ident: &Ident, base: &Path, variants: &[(&Ident, &Type)]) -> TokenStream {
    let (names, types): (Vec<_>, Vec<_>) = variants.iter().copied().unzip();
    let extends = types.iter().map(|ty| {
        let message = "this object doesn't extend the base that the enum stands for";
        quote_spanned! {proc_macro2::Span::call_site().located_at(ty.span())=>
            const _: () = __vo::assert!(__vo::is_or_extends(<#ty as __vo::VersionedObject>::SCHEMA, __BASE), #message);
        }
    });
    quote! {
        const __BASE: &'static __vo::ObjectSchema = <#base as __vo::VersionedObject>::SCHEMA;
        fn __base() -> &'static __vo::ObjectSchema {
            __BASE
        }
        #(#extends)*

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

            fn visit<__V: __vo::ObjectVisitorMut>(&mut self, __visitor: __V) -> __V::Output {
                match self { #(Self::#names(__object) => __vo::ObjectVisitorMut::object(__visitor, __object),)* }
            }
        }

        #[automatically_derived]
        impl __vo::Entity for #ident {
            fn encode<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
                __target: &__vo::Target<'_>,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                match self { #(Self::#names(__object) => __vo::Entity::encode(__object, __serializer, __target),)* }
            }

            fn survey(
                &self,
                __target: &__vo::Target<'_>,
                __path: __vo::Path<'_>,
                __survey: &mut __vo::Survey<'_>,
            ) -> __vo::Result<(), __vo::Error> {
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
            const TYPE: __vo::TypeSchema = __vo::base_type(__vo::name_of(__BASE), __base);

            fn decode<'de, __D: __vo::Deserializer<'de>>(
                __deserializer: __D,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::decode_one_of(__deserializer, __context)
            }
        }

        #[automatically_derived]
        impl<const __MAJOR: __vo::u32, const __MINOR: __vo::u32> __vo::Current<__MAJOR, __MINOR> for #ident
        where
            #base: __vo::Current<__MAJOR, __MINOR>,
        {
        }

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
