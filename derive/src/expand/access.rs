//! How the framework reaches an object's fields and routines.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::Ident;

use super::schema::first_of_part;
use super::shown_at;
use crate::ast::{Field, Object};
use crate::attr::object::ExtraField;
use crate::attr::rule::Was;
use crate::version::Version;

/// The call of the crate's macro that writes how the fields are reached, with what differs from object to object.
pub fn expand(object: &Object<'_>, current: Version) -> TokenStream {
    let ident = object.ident;
    let name = object.name();
    let Version { major, minor, .. } = current;
    let attr = &object.attr;
    let heirs = object.parts.iter().flat_map(|part| &part.extends.said);
    let rules = attr.compatible.is_some()
        || attr.removed.iter().any(|removed| removed.first.is_some())
        || object.fields.iter().any(|field| !field.attr.rules.is_empty())
        || heirs.into_iter().any(|said| !said.rules.is_empty());
    let remembers = object.origin.is_some();
    let fields = object.fields.iter().enumerate().map(|(index, field)| {
        let (name, ident) = (&field.name, located(field));
        // A list object is made with no elements, which is no change.
        let unset = match attr.list {
            Some(_) if field.is_elements() => quote!(__vo::unset_list),
            _ => quote!(__vo::Default::default),
        };
        quote!(#index #name #ident #unset,)
    });
    let parts = object.parts.iter().enumerate().map(|(index, part)| {
        let (ident, ty) = (part.ident, &part.ty);
        let (start, end) = (first_of_part(index), first_of_part(index + 1));
        quote!(#ident: #ty, #start, #end;)
    });
    let others = object.origin.into_iter().chain(object.unknown);
    let (origin, origin_mut) = special(object.origin, "origin", &quote!(Origin));
    let (unknown, unknown_mut) = special(object.unknown, "unknown", &quote!(UnknownFields));
    let is_relay = object.unknown.map(|_| {
        quote!(
            const IS_RELAY: __vo::bool = true;
        )
    });
    let (convert, convert_from) = conversions(object);
    let make_compatible = make_compatible(object);
    let finish_read = finish_read(object);
    let validate = validate(object);
    let forgets = forgets(object);
    let checks = checks(object);
    let extra_field = extra_field(object);
    quote! {
        __vo::object! {
            self, #ident, #name, #major, #minor;
            rules #rules;
            remembers #remembers;
            fields { #(#fields)* }
            parts { #(#parts)* }
            others { #(#others)* }
            object { #origin #unknown #extra_field #convert #make_compatible }
            versioned { #is_relay #forgets #checks #origin_mut #unknown_mut #convert_from #finish_read #validate }
        }
    }
}

/// The field's name, which shows as its type does: what is wrong with its place is its type.
fn located(field: &Field<'_>) -> Ident {
    let mut ident = field.ident.clone();
    ident.set_span(ident.span().located_at(shown_at(&field.ty)));
    ident
}

/// Whether it holds objects that don't remember what version they came in, which an heir that does has to know.
fn forgets(object: &Object<'_>) -> Option<TokenStream> {
    if object.origin.is_some() {
        return None;
    }
    let fields = object.fields.iter().filter(|field| field.may_hold_objects()).map(|field| &field.ty);
    let fields = fields.map(|ty| quote!(__vo::forgets::<#ty>())).collect::<Vec<_>>();
    let parts = object.parts.iter().map(|part| &part.ty);
    let parts = parts.map(|ty| quote!(<#ty as __vo::VersionedObject>::FORGETS)).collect::<Vec<_>>();
    let all = fields.iter().chain(&parts);
    (fields.len() + parts.len() > 0).then(|| quote!(const FORGETS: __vo::bool = false #(|| #all)*;))
}

/// Whether values have to be more than their types say, in the object or in a part.
fn checks(object: &Object<'_>) -> Option<TokenStream> {
    let own = object.fields.iter().any(|field| field.attr.check.is_some());
    let parts = object.parts.iter().map(|part| &part.ty);
    (own || !object.parts.is_empty())
        .then(|| quote!(const CHECKS: __vo::bool = #own #(|| <#parts as __vo::VersionedObject>::CHECKS)*;))
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
            let to = quote_spanned!(shown_at(to)=> let __routine: fn(&_) -> __vo::Result<#ty, _> = #to;);
            let from = quote_spanned!(shown_at(from)=> let __routine: fn(#ty) -> __vo::Result<_, _> = #from;);
            to_older.push(
                quote!(#index => { #to __vo::to_older(&self.#ident, __instead, __routine, __visitor) }),
            );
            from_older.push(quote! {
                #index => { #from __vo::from_older(&mut self.#ident, __routine, __deserializer, __context) }
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
            __instead: __vo::Option<__vo::Primitive>,
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
    let coerced = quote_spanned! {shown_at(routine)=>
        let __routine: fn(&Self, &mut __vo::Primitive, __vo::Version) -> __vo::Result<(), _> = #routine;
    };
    Some(quote! {
        fn make_compatible(
            &self,
            __data: &mut __vo::Primitive,
            __target: __vo::Version,
        ) -> __vo::Result<(), __vo::Error> {
            #coerced
            __vo::or_refused(__routine(self, __data, __target))
        }
    })
}

fn finish_read(object: &Object<'_>) -> Option<TokenStream> {
    let routine = object.attr.read.as_ref()?;
    let coerced = quote_spanned! {shown_at(routine)=>
        let __routine: fn(&mut Self, __vo::Version) -> __vo::Result<(), _> = #routine;
    };
    Some(quote! {
        fn finish_read(&mut self, __version: __vo::Version) -> __vo::Result<(), __vo::Error> {
            #coerced
            __vo::or_invalid(__routine(self, __version))
        }
    })
}

/// Checks of the whole object: the fields that it needs, and the user's routine.
fn validate(object: &Object<'_>) -> Option<TokenStream> {
    let needs = object.fields.iter().any(|field| field.attr.required.is_some());
    let routine = object.attr.validate.as_ref().map(|routine| {
        let coerced = quote_spanned! {shown_at(routine)=>
            let __routine: fn(&Self) -> __vo::Result<(), _> = #routine;
        };
        quote!(#coerced __vo::or_invalid(__routine(self))?;)
    });
    if !needs && routine.is_none() && object.parts.is_empty() {
        return None;
    }
    let parts = object.parts.iter().map(|part| &part.ty);
    let own = needs || routine.is_some();
    Some(quote! {
        const VALIDATES: __vo::bool = #own #(|| <#parts as __vo::VersionedObject>::VALIDATES)*;
        fn validate_at(&self, __version: __vo::Version) -> __vo::Result<(), __vo::Error> {
            __vo::check_required(self, __version)?;
            #routine
            __vo::Ok(())
        }
    })
}
