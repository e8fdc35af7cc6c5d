//! The methods as they were, and the dispatch of calls that come in.

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::FnArg;

use super::ast::{Block, Function, Input, Method, Said, is_own};

pub fn functions(input: &Input) -> TokenStream {
    let Input { attrs, generics, ty, functions } = input;
    let (generics, _, bounds) = generics.split_for_impl();
    let functions = functions.iter().map(|function| {
        let Function { attrs, vis, sig, body } = function;
        let attrs = attrs.iter().filter(|attr| !is_own(attr));
        let mut sig = sig.clone();
        for input in &mut sig.inputs {
            if let FnArg::Typed(typed) = input {
                typed.attrs.retain(|attr| !is_own(attr));
            }
        }
        quote!(#(#attrs)* #vis #sig #body)
    });
    quote!(#(#attrs)* impl #generics #ty #bounds { #(#functions)* })
}

pub fn dispatch(said: &Said, input: &Input, block: &Block<'_>) -> TokenStream {
    let Input { generics, ty, .. } = input;
    let (generics, _, bounds) = generics.split_for_impl();
    let version = said.version.map(|version| version.version);
    let namespace = said.namespace.as_ref().map(|namespace| {
        quote! {
            fn namespace(&self) -> __vo::Option<&__vo::str> {
                __vo::Some(#namespace)
            }
        }
    });
    let registry = match &said.registry {
        Some(path) => quote!(#path(self)),
        None => quote!(__vo::no_registry()),
    };
    let names = block.methods.iter().map(|method| &method.name);
    let arms = block.methods.iter().map(arm);
    let span = Span::call_site().located_at(syn::spanned::Spanned::span(ty));
    quote_spanned! {span=>
        #[automatically_derived]
        impl #generics __vo::Endpoint for #ty #bounds {
            #namespace

            fn version(&self) -> __vo::Version {
                #version
            }

            fn methods(&self) -> &[&__vo::str] {
                &[#(#names),*]
            }

            fn call<'__a>(
                &'__a self,
                __method: &'__a __vo::str,
                mut __args: __vo::Args,
                __context: &'__a __vo::CallContext,
            ) -> __vo::BoxFuture<'__a, __vo::Result<__vo::Payload, __vo::Failure>> {
                __vo::Box::pin(async move {
                    let __registry: &__vo::Registry = #registry;
                    match __method {
                        #(#arms)*
                        _ => __vo::Err(__vo::Failure::no_such_method(__method)),
                    }
                })
            }
        }
    }
}

/// Takes the arguments, all of them before the work begins, and calls the method.
fn arm(method: &Method<'_>) -> TokenStream {
    let Method { ident, name, parameters, .. } = method;
    let values: Vec<_> = (0..parameters.len()).map(|index| format_ident!("__value_{index}")).collect();
    let takes = parameters.iter().zip(&values).map(|(parameter, value)| {
        let (name, ty) = (&parameter.name, parameter.ty);
        let default = parameter
            .default
            .as_ref()
            .map(|default| quote!(__vo::default_to(&mut __args, #name, const { &#default })?;));
        let take = match parameter.is_plain {
            true => quote!(__vo::Args::take_plain::<#ty>(&mut __args, #name)?),
            false => quote!(__vo::Args::take::<#ty>(&mut __args, #name, __registry)?),
        };
        quote!(#default let #value = #take;)
    });
    let reply = match method.is_plain {
        true => quote!(__vo::reply_plain(__result)),
        false => quote!(__vo::reply(__result, __context, __registry)),
    };
    quote! {
        #name => {
            #(#takes)*
            __vo::Args::finish(__args)?;
            let __result = Self::#ident(self, __context, #(#values),*).await;
            #reply
        }
    }
}

/// Writes a stand-in for the dispatch after a mistake.
pub fn unbuilt(input: &Input) -> TokenStream {
    let Input { generics, ty, .. } = input;
    let (generics, _, bounds) = generics.split_for_impl();
    quote! {
        #[automatically_derived]
        impl #generics __vo::Endpoint for #ty #bounds {
            fn methods(&self) -> &[&__vo::str] {
                &[]
            }

            fn call<'__a>(
                &'__a self,
                _: &'__a __vo::str,
                _: __vo::Args,
                _: &'__a __vo::CallContext,
            ) -> __vo::BoxFuture<'__a, __vo::Result<__vo::Payload, __vo::Failure>> {
                __vo::never_built()
            }
        }
    }
}
