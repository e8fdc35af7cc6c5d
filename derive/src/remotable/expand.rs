//! The methods with the way out in front of their bodies, and the dispatch of calls that come in.

use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{Attribute, FnArg, Signature};

use super::ast::{Block, Function, Input, Method, is_own, span};

pub fn methods(input: &Input, block: &Block<'_>, private: &TokenStream) -> TokenStream {
    let functions = input.functions.iter().filter_map(|function| {
        let method = block.methods.iter().find(|method| *method.ident == function.sig.ident)?;
        let way_out = way_out(method, private);
        let body = match &function.body {
            Some(body) => quote!(#body),
            None => {
                let name = &method.name;
                quote! {{
                    use #private as __vo;
                    __vo::Err(__vo::From::from(__vo::remote_only::<Self>(#name)))
                }}
            }
        };
        Some(self::function(function, quote!({ #way_out #body })))
    });
    impl_block(input, functions)
}

fn impl_block(input: &Input, functions: impl Iterator<Item = TokenStream>) -> TokenStream {
    let Input { attrs, ty, .. } = input;
    quote!(#(#attrs)* impl #ty { #(#functions)* })
}

fn function(function: &Function, body: TokenStream) -> TokenStream {
    let Function { attrs, vis, sig, .. } = function;
    let attrs = attrs.iter().filter(|attr| !is_own(attr));
    let sig = without_own(sig);
    quote!(#(#attrs)* #vis #sig #body)
}

fn without_own(sig: &Signature) -> Signature {
    let mut sig = sig.clone();
    for input in &mut sig.inputs {
        if let FnArg::Typed(typed) = input {
            typed.attrs.retain(|attr: &Attribute| !is_own(attr));
        }
    }
    sig
}

fn way_out(method: &Method<'_>, private: &TokenStream) -> TokenStream {
    let Method { name, context, .. } = method;
    let idents = method.parameters.iter().map(|parameter| parameter.ident);
    let names = method.parameters.iter().map(|parameter| &parameter.name);
    let call = if method.is_class {
        quote!(__vo::act_class::<Self>(#context, __remote, #name, __args).await?)
    } else {
        quote!(__vo::act(self, #context, __remote, #name, __args).await?)
    };
    let give = match method.output {
        Some(ty) => quote!(__vo::read_result::<#ty>(&__answer, #context)?),
        None => quote!(()),
    };
    let remote = match method.output {
        Some(ty) if !method.is_class => quote!(let __remote = __remote.reading::<#ty>(#context);),
        _ => quote!(),
    };
    quote! {
        #[allow(unused_mut, clippy::all, clippy::pedantic)]
        {
            use #private as __vo;
            if let __vo::Some(__remote) = __vo::begin::<Self>(#context, #name)? {
                let mut __args = __vo::Args::new();
                #(__vo::put(&mut __args, #names, &#idents)?;)*
                #remote
                let __answer = #call;
                return __vo::Ok(#give);
            }
        }
    }
}

pub fn dispatch(block: &Block<'_>) -> TokenStream {
    let ty = block.ty;
    let schemas = block.methods.iter().map(|method| {
        let Method { name, spec, .. } = method;
        quote!(__vo::MethodSchema { name: __vo::Cow::Borrowed(#name), spec: __vo::Cow::Borrowed(#spec) })
    });
    let (of_class, of_object): (Vec<_>, Vec<_>) = block.methods.iter().partition(|method| method.is_class);
    let of_object = of_object
        .into_iter()
        .map(|method| arm(method, &quote!(self,), &quote!(give_back), &quote!(__context)));
    let of_class =
        of_class.into_iter().map(|method| arm(method, &quote!(), &quote!(give), &quote!(__target)));
    quote_spanned! {proc_macro2::Span::call_site().located_at(span(ty))=>
        #[automatically_derived]
        impl __vo::Remotable for #ty {
            const METHODS: &'static [__vo::MethodSchema] = &[#(#schemas),*];

            fn call<'__a>(
                &'__a mut self,
                __method: &'__a __vo::str,
                __arguments: __vo::MethodArgs,
                __context: &'__a __vo::ObjectContext,
            ) -> __vo::BoxFuture<'__a, __vo::Result<__vo::Payload, __vo::Failure>> {
                __vo::Box::pin(async move {
                    match __method {
                        #(#of_object)*
                        _ => __vo::Err(__vo::no_method::<Self>(__method)),
                    }
                })
            }

            fn call_class<'__a>(
                __method: &'__a __vo::str,
                __arguments: __vo::MethodArgs,
                __context: &'__a __vo::ObjectContext,
                __target: __vo::Target<'__a>,
            ) -> __vo::BoxFuture<'__a, __vo::Result<__vo::Payload, __vo::Failure>> {
                __vo::Box::pin(async move {
                    match __method {
                        #(#of_class)*
                        _ => __vo::Err(__vo::no_method::<Self>(__method)),
                    }
                })
            }
        }
    }
}

/// Binds the arguments, all of them before the work begins, and calls the method.
fn arm(method: &Method<'_>, receiver: &TokenStream, give: &TokenStream, target: &TokenStream) -> TokenStream {
    let Method { ident, name, parameters, .. } = method;
    let names = parameters.iter().map(|parameter| &parameter.name);
    let values: Vec<_> = (0..parameters.len()).map(|index| format_ident!("__value_{index}")).collect();
    let takes = parameters.iter().zip(&values).map(|(parameter, value)| {
        let (name, ty) = (&parameter.name, parameter.ty);
        match &parameter.default {
            Some(default) => quote! {
                let #value = __vo::or_default::<#ty>(&mut __args, #name, const { &#default }, __context)?;
            },
            None => quote!(let #value = __vo::argument::<#ty>(&mut __args, #name, __context)?;),
        }
    });
    quote! {
        #name => {
            let mut __args = __vo::MethodArgs::bind(__arguments, #name, &[#(#names),*])?;
            #(#takes)*
            __vo::Args::finish(__args)?;
            let __result = Self::#ident(#receiver __context, #(#values),*).await;
            __vo::#give(__result, #target)
        }
    }
}

/// Writes a stand-in for the methods after a mistake.
pub fn unbuilt_methods(input: &Input, private: &TokenStream) -> TokenStream {
    let functions = input.functions.iter().map(|function| {
        let body = match &function.body {
            Some(body) => quote!(#body),
            None => quote!({ #private::never_built() }),
        };
        let function = self::function(function, body);
        quote!(#[allow(unused)] #function)
    });
    impl_block(input, functions)
}

/// Writes a stand-in for the dispatch after a mistake.
pub fn unbuilt_dispatch(block: &Block<'_>) -> TokenStream {
    let ty = block.ty;
    quote! {
        #[automatically_derived]
        impl __vo::Remotable for #ty {
            const METHODS: &'static [__vo::MethodSchema] = &[];

            fn call<'__a>(
                &'__a mut self,
                _: &'__a __vo::str,
                _: __vo::MethodArgs,
                _: &'__a __vo::ObjectContext,
            ) -> __vo::BoxFuture<'__a, __vo::Result<__vo::Payload, __vo::Failure>> {
                __vo::never_built()
            }

            fn call_class<'__a>(
                _: &'__a __vo::str,
                _: __vo::MethodArgs,
                _: &'__a __vo::ObjectContext,
                _: __vo::Target<'__a>,
            ) -> __vo::BoxFuture<'__a, __vo::Result<__vo::Payload, __vo::Failure>> {
                __vo::never_built()
            }
        }
    }
}
