//! The derive of an enum whose variants are texts on the wire.

mod ast;
mod expand;
mod valid;

use proc_macro2::TokenStream;
use syn::DeriveInput;

use crate::ast::private_module;
use crate::attr::field_enum::EnumAttr;
use crate::ctxt::Ctxt;
use crate::expand::in_private_scope;

pub fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attr = EnumAttr::read(&cx, &input.attrs);
    let private = private_module(attr.krate.as_ref());
    let choices = ast::Choices::read(&cx, input, &attr);
    if let Some(choices) = &choices {
        valid::check(&cx, choices);
    }
    let code = match (cx.check(), &choices) {
        (Ok(()), Some(choices)) => expand::expand(input, &attr, choices),
        (result, _) => expand::fallback(input, result.err()),
    };
    in_private_scope(&private, &code)
}
