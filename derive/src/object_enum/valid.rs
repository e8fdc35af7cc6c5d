//! What the attributes of an enum of objects may not say.

use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput};

use super::ast::{ObjectEnumAttr, Variant};
use crate::ctxt::Ctxt;

pub fn check(cx: &Ctxt, input: &DeriveInput, attr: &ObjectEnumAttr, variants: &[Variant<'_>]) {
    if matches!(&input.data, Data::Enum(data) if data.variants.is_empty()) {
        cx.error(input.ident.span(), "an enum of objects needs at least one");
    }
    if attr.base.is_none() {
        cx.error(input.ident.span(), "which object do these stand for? say `#[object_enum(base = Base)]`");
    }
    for variant in variants {
        check_stand_in(cx, variant);
    }
}

/// Only a variant that came later has readers that don't know it.
fn check_stand_in(cx: &Ctxt, variant: &Variant<'_>) {
    if let (Some(older), None) = (&variant.attr.older, &variant.attr.since) {
        cx.error(older.span(), "`older` says what readers get from before `since`, which isn't said");
    }
}
