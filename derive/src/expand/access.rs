//! How the framework reaches an object's fields and routines.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::schema::first_of_part;
use super::shown_at;
use crate::ast::{Field, Object};
use crate::attr::object::ExtraField;
use crate::attr::rule::Was;

pub fn expand(object: &Object<'_>) -> TokenStream {
    let ident = object.ident;
    let visit = visit(object);
    let visit_mut = visit_mut(object);
    let visit_one = visit_one(object);
    let visit_one_mut = visit_one_mut(object);
    let (origin, origin_mut) = special(object.origin, "origin", &quote!(Origin));
    let (unknown, unknown_mut) = special(object.unknown, "unknown", &quote!(UnknownFields));
    let is_relay = object.unknown.map(|_| {
        quote!(
            const IS_RELAY: __vo::bool = true;
        )
    });
    let (convert, convert_from) = conversions(object);
    let make_compatible = make_compatible(object);
    let unset = unset(object);
    let index_of = index_of(object);
    let validate = validate(object);
    let has_rules = has_rules(object);
    let extra_field = extra_field(object);
    quote! {
        #[automatically_derived]
        impl __vo::Object for #ident {
            const HAS_RULES: __vo::bool = #has_rules;
            fn schema(&self) -> &__vo::ObjectSchema {
                &__SCHEMA
            }
            #visit
            #visit_one
            #origin
            #unknown
            #extra_field
            #convert
            #make_compatible
        }

        #[automatically_derived]
        impl __vo::VersionedObject for #ident {
            const SCHEMA: &'static __vo::ObjectSchema = &__SCHEMA;
            #is_relay
            #unset
            #index_of
            #visit_mut
            #visit_one_mut
            #origin_mut
            #unknown_mut
            #convert_from
            #validate
        }
    }
}

/// Whether a backport takes more than leaving out fields, for the object itself or a part.
fn has_rules(object: &Object<'_>) -> TokenStream {
    let attr = &object.attr;
    if attr.compatible.is_some() || object.fields.iter().any(|field| !field.attr.rules.is_empty()) {
        return quote!(true);
    }
    let parts = object.parts.iter().map(|part| &part.ty);
    quote!(false #(|| <#parts as __vo::Object>::HAS_RULES)*)
}

/// The field's place, which shows as that of its type if it is no `Field`.
fn place(field: &Field<'_>) -> TokenStream {
    let span = shown_at(&field.ty);
    let mut ident = field.ident.clone();
    ident.set_span(ident.span().located_at(span));
    quote_spanned!(span=> self.#ident)
}

fn borrowed(field: &Field<'_>) -> TokenStream {
    let place = place(field);
    quote_spanned!(shown_at(&field.ty)=> &#place)
}

fn borrowed_mut(field: &Field<'_>) -> TokenStream {
    let place = place(field);
    quote_spanned!(shown_at(&field.ty)=> &mut #place)
}

fn visit(object: &Object<'_>) -> TokenStream {
    let own = object.fields.iter().enumerate().map(|(index, field)| {
        let field = borrowed(field);
        quote!(__vo::Visitor::field(__visitor, __first + #index, #field)?;)
    });
    let parts = object.parts.iter().enumerate().map(|(index, part)| {
        let (ident, first) = (part.ident, first_of_part(index));
        quote!(__vo::Object::visit(&self.#ident, __first + #first, __visitor)?;)
    });
    quote! {
        fn visit<__V: __vo::Visitor>(
            &self,
            __first: __vo::usize,
            __visitor: &mut __V,
        ) -> __vo::Result<(), __V::Error> {
            #(#own)*
            #(#parts)*
            __vo::Ok(())
        }
    }
}

fn visit_mut(object: &Object<'_>) -> TokenStream {
    let own = object.fields.iter().enumerate().map(|(index, field)| {
        let field = borrowed_mut(field);
        quote!(__vo::VisitorMut::field(__visitor, __first + #index, #field)?;)
    });
    let parts = object.parts.iter().enumerate().map(|(index, part)| {
        let (ident, first) = (part.ident, first_of_part(index));
        quote!(__vo::VersionedObject::visit_mut(&mut self.#ident, __first + #first, __visitor)?;)
    });
    quote! {
        fn visit_mut<__V: __vo::VisitorMut>(
            &mut self,
            __first: __vo::usize,
            __visitor: &mut __V,
        ) -> __vo::Result<(), __V::Error> {
            #(#own)*
            #(#parts)*
            __vo::Ok(())
        }
    }
}

fn visit_one(object: &Object<'_>) -> TokenStream {
    let arms = arms(
        object,
        |field| {
            let field = borrowed(field);
            quote!(__vo::FieldVisitor::field(__visitor, #field))
        },
        |part, index| quote!(__vo::Object::visit_field(&self.#part, #index, __visitor)),
    );
    quote! {
        fn visit_field<__V: __vo::FieldVisitor>(
            &self,
            __index: __vo::usize,
            __visitor: __V,
        ) -> __vo::Option<__V::Output> {
            match __index { #arms }
        }
    }
}

fn visit_one_mut(object: &Object<'_>) -> TokenStream {
    let arms = arms(
        object,
        |field| {
            let field = borrowed_mut(field);
            quote!(__vo::FieldVisitorMut::field(__visitor, #field))
        },
        |part, index| quote!(__vo::VersionedObject::visit_field_mut(&mut self.#part, #index, __visitor)),
    );
    quote! {
        fn visit_field_mut<__V: __vo::FieldVisitorMut>(
            &mut self,
            __index: __vo::usize,
            __visitor: __V,
        ) -> __vo::Option<__V::Output> {
            match __index { #arms }
        }
    }
}

/// The arms of a match on a field's index, of the own fields and then of each part.
fn arms(
    object: &Object<'_>,
    own: impl Fn(&Field<'_>) -> TokenStream,
    of_part: impl Fn(&Ident, TokenStream) -> TokenStream,
) -> TokenStream {
    let own = object.fields.iter().enumerate().map(|(index, field)| {
        let output = own(field);
        quote!(#index => __vo::Some(#output),)
    });
    let parts = object.parts.iter().enumerate().map(|(index, part)| {
        let (first, end) = (first_of_part(index), first_of_part(index + 1));
        let output = of_part(part.ident, quote!(__index - #first));
        quote!(_ if __index < #end => #output,)
    });
    quote! {
        #(#own)*
        #(#parts)*
        _ => __vo::None,
    }
}

/// The methods that give a field that is not on the wire.
fn special(
    field: Option<&Ident>,
    method: &str,
    ty: &TokenStream,
) -> (Option<TokenStream>, Option<TokenStream>) {
    let Some(field) = field else { return (None, None) };
    let (method, method_mut) = (format_ident!("{method}"), format_ident!("{method}_mut"));
    let shared = quote! {
        fn #method(&self) -> __vo::Option<&__vo::#ty> {
            __vo::Some(&self.#field)
        }
    };
    let exclusive = quote! {
        fn #method_mut(&mut self) -> __vo::Option<&mut __vo::#ty> {
            __vo::Some(&mut self.#field)
        }
    };
    (Some(shared), Some(exclusive))
}

/// The methods that write and read older forms. A conversion's index is its place among all of the object's.
fn conversions(object: &Object<'_>) -> (Option<TokenStream>, Option<TokenStream>) {
    let mut to_older = Vec::new();
    let mut from_older = Vec::new();
    for field in &object.fields {
        let ident = field.ident;
        for was in field.former().iter().filter_map(|former| former.was) {
            let Was { ty, to_older: to, from_older: from, .. } = was;
            let index = to_older.len();
            to_older.push(quote!(#index => __vo::to_older::<_, #ty, _, _, _>(&self.#ident, #to, __visitor),));
            from_older.push(quote! {
                #index => __vo::from_older::<_, #ty, _, _, _>(&mut self.#ident, #from, __deserializer, __context),
            });
        }
    }
    if to_older.is_empty() {
        return (None, None);
    }
    let convert = quote! {
        fn convert<__V: __vo::ValueVisitor>(
            &self,
            __index: __vo::usize,
            __visitor: __V,
        ) -> __vo::Result<__vo::Option<__V::Output>, __vo::Error> {
            match __index {
                #(#to_older)*
                _ => __vo::Ok(__vo::None),
            }
        }
    };
    let convert_from = quote! {
        fn convert_from<'de, __D: __vo::Deserializer<'de>>(
            &mut self,
            __index: __vo::usize,
            __deserializer: __D,
            __context: __vo::Context<'_>,
        ) -> __vo::Result<(), __D::Error> {
            match __index {
                #(#from_older)*
                _ => __vo::ignore(__deserializer),
            }
        }
    };
    (Some(convert), Some(convert_from))
}

/// The method that makes extra fields, own ones and those of parts.
fn extra_field(object: &Object<'_>) -> Option<TokenStream> {
    if object.attr.extra_fields.is_empty() && object.parts.is_empty() {
        return None;
    }
    let own = object.attr.extra_fields.iter().map(|extra| {
        let ExtraField { name, routine, .. } = extra;
        let made = quote_spanned!(shown_at(routine)=> __vo::Primitive::of(&#routine(self)));
        quote!(#name => return #made,)
    });
    let parts = object.parts.iter().map(|part| {
        let (ident, ty) = (part.ident, &part.ty);
        quote! {
            if <#ty as __vo::VersionedObject>::SCHEMA.has_extra_field(__name) {
                return __vo::Object::extra_field(&self.#ident, __name);
            }
        }
    });
    Some(quote! {
        fn extra_field(&self, __name: &__vo::str) -> __vo::Result<__vo::Primitive, __vo::Error> {
            match __name {
                #(#own)*
                _ => {}
            }
            #(#parts)*
            __vo::Err(__vo::unknown_field(&__SCHEMA, __name))
        }
    })
}

fn make_compatible(object: &Object<'_>) -> Option<TokenStream> {
    let routine = object.attr.compatible.as_ref()?;
    let call = quote_spanned!(shown_at(routine)=> #routine(self, __data, __target));
    Some(quote! {
        fn make_compatible(
            &self,
            __data: &mut __vo::Primitive,
            __target: __vo::Version,
        ) -> __vo::Result<(), __vo::Error> {
            __vo::or_refused(#call)
        }
    })
}

fn validate(object: &Object<'_>) -> Option<TokenStream> {
    let routine = object.attr.validate.as_ref()?;
    let call = quote_spanned!(shown_at(routine)=> #routine(self));
    Some(quote! {
        fn validate(&self) -> __vo::Result<(), __vo::Error> {
            __vo::or_invalid(#call)
        }
    })
}

fn unset(object: &Object<'_>) -> TokenStream {
    let fields = object.fields.iter().map(|field| field.ident);
    let others = object.origin.into_iter().chain(object.unknown);
    let parts = object.parts.iter().map(|part| {
        let (ident, ty) = (part.ident, &part.ty);
        quote!(#ident: <#ty as __vo::VersionedObject>::unset(),)
    });
    let value = match object.attr.list {
        // A list object is made with no elements, which is no change.
        Some(_) => quote!(__vo::Field::unchanged(__vo::Default::default())),
        None => quote!(__vo::Default::default()),
    };
    quote! {
        fn unset() -> Self {
            Self {
                #(#fields: #value,)*
                #(#others: __vo::Default::default(),)*
                #(#parts)*
            }
        }
    }
}

fn index_of(object: &Object<'_>) -> TokenStream {
    let own = object.fields.iter().enumerate().map(|(index, field)| {
        let name = &field.name;
        quote!(#name => return __vo::Some(#index),)
    });
    let parts = object.parts.iter().enumerate().map(|(index, part)| {
        let (ty, first) = (&part.ty, first_of_part(index));
        quote! {
            if let __vo::Some(__index) = <#ty as __vo::VersionedObject>::index_of(__name) {
                return __vo::Some(__index + #first);
            }
        }
    });
    quote! {
        fn index_of(__name: &__vo::str) -> __vo::Option<__vo::usize> {
            match __name {
                #(#own)*
                _ => {}
            }
            #(#parts)*
            __vo::None
        }
    }
}
