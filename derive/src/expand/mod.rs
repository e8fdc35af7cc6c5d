//! The code that the derive of an object writes. It names everything through `__vo`, since a user's module may
//! give any other name another meaning.

mod access;
mod asserts;
mod fallback;
mod schema;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Ident};

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
        #[allow(deprecated, unused_variables, unused_qualifications, clippy::all, clippy::pedantic, clippy::restriction)]
        const _: () = {
            use #private as __vo;
            #code
        };
    }
}

fn expand(object: &Object<'_>, history: &History, current: Version) -> TokenStream {
    let ident = object.ident;
    let schema = schema::expand(object, history);
    let asserts = asserts::expand(object);
    let accesses = access::expand(object);
    let entity = entity(ident);
    let Version { major, minor, .. } = current;
    quote! {
        #schema
        #asserts
        #accesses
        #entity

        #[automatically_derived]
        impl __vo::Current<#major, #minor> for #ident {}
    }
}

/// What does not depend on the fields.
fn entity(ident: &Ident) -> TokenStream {
    quote! {
        #[automatically_derived]
        impl __vo::Entity for #ident {
            fn encode<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
                __target: &__vo::Target<'_>,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::encode_object(self, __serializer, __target)
            }

            fn survey(
                &self,
                __target: &__vo::Target<'_>,
                __path: __vo::Path<'_>,
                __survey: &mut __vo::Survey<'_>,
            ) -> __vo::Result<(), __vo::Error> {
                __vo::survey_object(self, __target, __path, __survey)
            }

            fn has_changes(&self) -> __vo::bool {
                __vo::has_changes(self)
            }

            fn reset_within(&mut self) {
                __vo::reset_changes(self)
            }
        }

        #[automatically_derived]
        impl __vo::FieldType for #ident {
            const TYPE: __vo::TypeSchema = __vo::object_type(__NAME, __schema);

            fn decode<'de, __D: __vo::Deserializer<'de>>(
                __deserializer: __D,
                __context: __vo::Context<'_>,
            ) -> __vo::Result<Self, __D::Error> {
                __vo::decode_object(__deserializer, __context)
            }
        }

        #[automatically_derived]
        impl __vo::serde::Serialize for #ident {
            fn serialize<__S: __vo::Serializer>(
                &self,
                __serializer: __S,
            ) -> __vo::Result<__S::Ok, __S::Error> {
                __vo::serialize_object(self, __serializer)
            }
        }

        #[automatically_derived]
        impl<'de> __vo::serde::Deserialize<'de> for #ident {
            fn deserialize<__D: __vo::Deserializer<'de>>(__deserializer: __D) -> __vo::Result<Self, __D::Error> {
                __vo::deserialize_object(__deserializer)
            }
        }
    }
}
