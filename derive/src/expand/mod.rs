//! The code that the derive of an object writes. It names everything through `__vo`, since a user's module may
//! give any other name another meaning.

mod access;
mod asserts;
pub mod fallback;
mod list;
mod schema;

pub use schema::path_text;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::DeriveInput;
use syn::spanned::Spanned as _;

use crate::ast::{self, Object, private_module};
use crate::attr::object::ObjectAttr;
use crate::ctxt::Ctxt;
use crate::valid;
use crate::version::{History, Version};

pub fn derive(input: &DeriveInput) -> TokenStream {
    let cx = Ctxt::new();
    let attr = ObjectAttr::read(&cx, &input.attrs);
    let private = private_module(attr.krate.as_ref());
    let object = ast::Object::read(&cx, input, attr);
    if let Some(object) = &object {
        valid::check(&cx, object);
    }
    let code = match (cx.check(), object.as_ref().and_then(whole)) {
        (Ok(()), Some((object, history, current))) => expand(object, history, current),
        (result, _) => fallback::expand(input, result.err()),
    };
    in_private_scope(&private, &code)
}

/// The object with its history, without which there is nothing to expand.
fn whole<'a, 'b>(object: &'b Object<'a>) -> Option<(&'b Object<'a>, &'b History, Version)> {
    let history = object.history.as_ref()?;
    Some((object, history, history.current()?))
}

/// Code that names the crate's module `__vo`, and whose own names nobody sees.
pub fn in_private_scope(private: &TokenStream, code: &TokenStream) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(deprecated, unused_qualifications, unused_variables, clippy::all, clippy::pedantic)]
        const _: () = {
            use #private as __vo;
            #code
        };
    }
}

/// A span for code that is the derive's own and is shown where the user wrote this.
pub fn shown_at(tokens: impl ToTokens) -> Span {
    Span::call_site().located_at(tokens.to_token_stream().span())
}

fn expand(object: &Object<'_>, history: &History, current: Version) -> TokenStream {
    let schema = schema::expand(object, history);
    let asserts = asserts::expand(object);
    let accesses = access::expand(object, current);
    let list = list::expand(object);
    let collect = collect(object);
    quote!(#schema #asserts #accesses #list #collect)
}

/// Code that puts the object among those that a registry can collect.
fn collect(object: &Object<'_>) -> Option<TokenStream> {
    let span = object.attr.collect?;
    let (ident, name) = (object.ident, object.name());
    Some(quote_spanned! {Span::call_site().located_at(span)=>
        __vo::inventory::submit! { __vo::Collected::new::<#ident>(__vo::module_path!(), #name) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn snapshot(name: &str, input: &str) {
        let code = derive(&syn::parse_str(input).unwrap());
        let code = prettyplease::unparse(&syn::parse2(code).unwrap());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../../snapshots/expand");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(input.trim_start());
        settings.bind(|| insta::assert_snapshot!(name, code));
    }

    #[test]
    fn an_object() {
        let input = r#"
#[object(namespace = "nova", serial_namespace = "nova_object", versions("1.0", "1.1"))]
struct LibvirtLiveMigrateBDMInfo {
    origin: Origin,
    serial: Field<String>,
    boot_index: Field<Option<i64>>,
    #[field(name = "type")]
    kind: Field<String>,
    #[field(since = "1.1")]
    encryption_secret_uuid: Field<Option<String>>,
}"#;
        snapshot("object", input);
    }

    #[test]
    fn an_heir() {
        let input = r#"
#[object(versions("1.0..=1.2"), compatible = Heir::finish, extra_fields(size = Heir::size))]
struct Heir {
    #[field(since = "1.2", values("new", since = "1.2", older = "old"), child_versions("1.2" => "1.0"))]
    child: Field<Child>,
    #[field(was(type = String, since = "1.1", to_older = to_text, from_older = from_text))]
    count: Field<i64>,
    #[field(extends(inherited(since = "1.1")))]
    part: Part,
}"#;
        snapshot("heir", input);
    }

    #[test]
    fn a_mistake() {
        snapshot(
            "mistake",
            "#[object(versions(\"1.0\"))] struct Mistake { #[field(since = \"1.1\")] field: Field<bool> }",
        );
    }
}
