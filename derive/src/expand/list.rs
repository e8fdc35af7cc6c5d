//! What a list object is beyond an object.

use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

use super::shown_at;
use crate::ast::Object;

pub fn expand(object: &Object<'_>) -> Option<TokenStream> {
    object.attr.list?;
    let field = object.fields.iter().find(|field| field.is_elements())?;
    let (list, ident, ty) = (object.ident, field.ident, &field.ty);
    let element = quote_spanned!(shown_at(ty)=> <#ty as __vo::ListSlot>::Element);
    Some(quote! {
        #[automatically_derived]
        impl __vo::ObjectList for #list {
            type Element = #element;

            fn objects(&self) -> &__vo::Field<__vo::Vec<Self::Element>> {
                &self.#ident
            }

            fn objects_mut(&mut self) -> &mut __vo::Field<__vo::Vec<Self::Element>> {
                &mut self.#ident
            }
        }

        #[automatically_derived]
        impl __vo::Deref for #list {
            type Target = [#element];

            fn deref(&self) -> &Self::Target {
                __vo::ObjectList::as_slice(self)
            }
        }

        #[automatically_derived]
        impl __vo::DerefMut for #list {
            fn deref_mut(&mut self) -> &mut Self::Target {
                __vo::ObjectList::as_mut_slice(self)
            }
        }
    })
}
