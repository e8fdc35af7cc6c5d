use super::words;
use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Path};

use super::set;
use crate::ctxt::Ctxt;

/// The words of `#[field_enum(...)]`.
#[derive(Default)]
pub struct EnumAttr {
    pub name: Option<LitStr>,
    pub rename_all: Option<LitStr>,
    pub krate: Option<Path>,
}

impl EnumAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = EnumAttr::default();
        super::read(cx, attrs, "field_enum", |word| match word.text().as_str() {
            words::NAME => set(&mut out.name, &word, word.name_of("\"Name\"")?),
            words::RENAME_ALL => set(&mut out.rename_all, &word, word.literal("\"kebab-case\"")?),
            words::CRATE => set(&mut out.krate, &word, word.value("path::to::versioned_objects")?),
            _ => word.unknown(&[words::NAME, words::RENAME_ALL, words::CRATE]),
        });
        out
    }
}

/// The words of `#[variant(...)]`.
#[derive(Default)]
pub struct VariantAttr {
    pub name: Option<LitStr>,
    pub other: Option<Span>,
    pub next: Option<Vec<Ident>>,
}

impl VariantAttr {
    pub fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut out = VariantAttr::default();
        super::read(cx, attrs, "variant", |word| match word.text().as_str() {
            words::NAME => set(&mut out.name, &word, word.literal("\"old-style\"")?),
            words::OTHER => set(&mut out.other, &word, word.span()),
            words::NEXT => set(&mut out.next, &word, word.list("Paused, Gone")?),
            _ => word.unknown(&[words::NAME, words::OTHER, words::NEXT]),
        });
        out
    }
}
