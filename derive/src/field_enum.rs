//! The derive of an enum whose variants are texts on the wire.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Fields, Ident, Type};

use crate::ast::private_module;
use crate::attr::field_enum::{EnumAttr, VariantAttr};
use crate::attr::misplaced;
use crate::case::Case;
use crate::ctxt::Ctxt;
use crate::expand::{in_private_scope, shown_at};

struct Choices<'a> {
    variants: Vec<Variant<'a>>,
    /// The variant that keeps what isn't known.
    other: Option<Other<'a>>,
}

struct Other<'a> {
    ident: &'a Ident,
    ty: &'a Type,
}

struct Variant<'a> {
    ident: &'a Ident,
    name: String,
    span: Span,
    /// What may follow it, where it says that.
    next: Option<Vec<Ident>>,
}

pub fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attr = EnumAttr::read(&cx, &input.attrs);
    let private = private_module(attr.krate.as_ref());
    let choices = Choices::read(&cx, input, &attr);
    if let Some(choices) = &choices {
        check_names(&cx, choices);
        check_next(&cx, choices);
    }
    let code = match (cx.check(), &choices) {
        (Ok(()), Some(choices)) => expand(input, &attr, choices),
        (result, _) => fallback(input, result.err()),
    };
    in_private_scope(&private, &code)
}

impl<'a> Choices<'a> {
    fn read(cx: &Ctxt, input: &'a DeriveInput, attr: &EnumAttr) -> Option<Self> {
        let Data::Enum(data) = &input.data else {
            cx.error(input.ident.span(), "only an `enum` can be one of several texts on the wire");
            return None;
        };
        if let Some(parameter) = input.generics.params.first() {
            let span = syn::spanned::Spanned::span(parameter);
            cx.error(span, "an enum of texts has nothing to be generic over; remove the parameters");
        }
        misplaced(cx, &input.attrs, &[("variant", "on a variant: `#[variant(...)]`")]);
        let case = attr.rename_all.as_ref().and_then(|text| cx.keep(Case::read(text)));
        let mut choices = Choices { variants: Vec::new(), other: None };
        for variant in &data.variants {
            misplaced(cx, &variant.attrs, &[("field_enum", "on the enum: `#[field_enum(...)]`")]);
            let said = VariantAttr::read(cx, &variant.attrs);
            if let Some(span) = said.other {
                choices.take_other(cx, span, variant, said.name.is_some());
                continue;
            }
            if !matches!(variant.fields, Fields::Unit) {
                cx.error(
                    variant.ident.span(),
                    "a variant is one text on the wire, so it holds nothing; for texts that aren't known here, \
                     say `#[variant(other)] Other(String)`",
                );
            }
            let ident = variant.ident.unraw().to_string();
            let name = match (&said.name, case) {
                (Some(name), _) => name.value(),
                (None, Some(case)) => case.apply(&ident),
                (None, None) => ident,
            };
            let span = said.name.as_ref().map_or(variant.ident.span(), syn::LitStr::span);
            choices.variants.push(Variant { ident: &variant.ident, name, span, next: said.next });
        }
        if choices.variants.is_empty() {
            cx.error(input.ident.span(), "an enum of texts needs at least one variant that is known");
        }
        Some(choices)
    }

    fn take_other(&mut self, cx: &Ctxt, span: Span, variant: &'a syn::Variant, is_named: bool) {
        if is_named {
            cx.error(span, "`other` keeps the text that came, so it has no `name` of its own");
        }
        if let Some(Other { ident, .. }) = self.other {
            cx.error(span, format!("a second `other`, `{ident}` is one already; remove one"));
            return;
        }
        let only = match &variant.fields {
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => fields.unnamed.first(),
            _ => None,
        };
        match only {
            Some(field) => self.other = Some(Other { ident: &variant.ident, ty: &field.ty }),
            None => cx.error(span, format!("`other` keeps the text that came: `{}(String)`", variant.ident)),
        }
    }
}

/// A text on the wire stands for one variant.
fn check_names(cx: &Ctxt, choices: &Choices<'_>) {
    for (index, variant) in choices.variants.iter().enumerate() {
        let earlier = choices.variants.iter().take(index).find(|other| other.name == variant.name);
        if let Some(other) = earlier {
            cx.error(variant.span, format!("{:?} is the name of `{}` too", variant.name, other.ident));
        }
    }
}

/// What follows a state is a state.
fn check_next(cx: &Ctxt, choices: &Choices<'_>) {
    for next in choices.variants.iter().filter_map(|variant| variant.next.as_ref()).flatten() {
        if !choices.variants.iter().any(|variant| variant.ident == next) {
            cx.error(next.span(), format!("`{next}` is no variant of this enum"));
        }
    }
}

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

fn expand(input: &DeriveInput, attr: &EnumAttr, choices: &Choices<'_>) -> TokenStream {
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

/// What stands in for the expansion after a mistake, so that the user's other code is not blamed for lacking the
/// traits.
fn fallback(input: &DeriveInput, error: Option<syn::Error>) -> TokenStream {
    let error = error.map(|error| error.into_compile_error());
    let ident = &input.ident;
    let (impl_generics, ty_generics, where_clause) = input.generics.split_for_impl();
    let mut with_de = input.generics.clone();
    with_de.params.insert(0, syn::parse_quote!('de));
    let (impl_de, ..) = with_de.split_for_impl();
    quote! {
        #error

        #[automatically_derived]
        impl #impl_generics __vo::AsRef<__vo::str> for #ident #ty_generics #where_clause {
            fn as_ref(&self) -> &__vo::str {
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
