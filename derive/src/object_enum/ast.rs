//! An enum of objects as its variants and attributes draw it.

use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Ident, LitStr, Path, Type};

use crate::attr::{self, set, words};
use crate::ctxt::Ctxt;
use crate::version::VersionLit;

/// The object that those of an enum extend.
pub enum Base {
    /// The type of an object.
    Type(Path),
    /// The name of one that no type stands for: no object goes by it on the wire.
    Name(LitStr),
}

impl Parse for Base {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        if input.peek(LitStr) { input.parse().map(Base::Name) } else { input.parse().map(Base::Type) }
    }
}

/// The words of `#[object_enum(...)]`.
#[derive(Default)]
pub struct ObjectEnumAttr {
    pub base: Option<Base>,
    pub krate: Option<Path>,
}

impl ObjectEnumAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = ObjectEnumAttr::default();
        attr::read(cx, attrs, "object_enum", |word| match word.text().as_str() {
            words::BASE => set(&mut out.base, &word, word.value("Base")?),
            words::CRATE => set(&mut out.krate, &word, word.value("path::to::versioned_objects")?),
            _ => word.unknown(&[words::BASE, words::CRATE]),
        });
        out
    }
}

/// The words of `#[variant(...)]`.
#[derive(Default)]
pub struct VariantAttr {
    pub since: Option<VersionLit>,
    pub older: Option<Path>,
}

impl VariantAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = VariantAttr::default();
        attr::read(cx, attrs, "variant", |word| match word.text().as_str() {
            words::SINCE => set(&mut out.since, &word, word.version()?),
            words::OLDER => set(&mut out.older, &word, word.path()?),
            _ => word.unknown(&[words::SINCE, words::OLDER]),
        });
        out
    }
}

/// A variant: its object, and since when there is one.
pub struct Variant<'a> {
    pub ident: &'a Ident,
    pub ty: &'a Type,
    pub attr: VariantAttr,
}

pub fn variants<'a>(cx: &Ctxt, input: &'a DeriveInput) -> Vec<Variant<'a>> {
    if let Some(parameter) = input.generics.params.first() {
        cx.error(parameter.span(), "objects aren't generic, so neither is an enum of them");
    }
    let Data::Enum(data) = &input.data else {
        cx.error(input.ident.span(), "only an `enum` can be one of several objects");
        return Vec::new();
    };
    let object = |variant: &'a syn::Variant| match &variant.fields {
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
            attr::misplaced(cx, &variant.attrs, &[("object_enum", "on the enum: `#[object_enum(...)]`")]);
            let attr = VariantAttr::read(cx, &variant.attrs);
            fields.unnamed.first().map(|field| Variant { ident: &variant.ident, ty: &field.ty, attr })
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
