//! A client of an endpoint's methods, of the same description.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::ast::{Block, Method, Parameter, Said};
use crate::expand::in_private_scope;

pub fn expand(said: &Said, block: &Block<'_>, private: &TokenStream) -> Option<TokenStream> {
    let name = said.client.as_ref()?;
    let newest = said.version.map(|version| version.version);
    let namespace = match &said.namespace {
        Some(namespace) => quote!(__vo::Some(#namespace)),
        None => quote!(__vo::None),
    };
    let methods = block.methods.iter().map(method);
    let code = quote! {
        impl #name {
            /// The version of the methods that this release knows.
            pub const VERSION: __vo::Version = #newest;

            /// Calls the methods where the client does, and writes objects as it is agreed on with the peer.
            pub fn new(client: __vo::Client, negotiation: __vo::Arc<__vo::Negotiation>) -> Self {
                #name(__vo::TypedClient::new(client, negotiation, #namespace))
            }

            /// Prepares the client for one call: another address, another time-out.
            pub fn prepare(&self, prepare: impl __vo::FnOnce(__vo::Client) -> __vo::Client) -> Self {
                #name(__vo::TypedClient::prepare(&self.0, prepare))
            }

            /// Whether the fleet is upgraded so far that this version of the methods may be sent.
            pub fn can_send_version(&self, version: __vo::Version) -> __vo::bool {
                __vo::TypedClient::can_send_version(&self.0, version)
            }

            #(#methods)*
        }
    };
    let code = in_private_scope(private, &code);
    let doc = format!("Calls the methods of an endpoint of version {}.", newest?);
    Some(quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct #name(#private::TypedClient);
        #code
    })
}

fn method(method: &Method<'_>) -> TokenStream {
    let Method { ident, vis, name, docs, since, parameters, .. } = method;
    let names: Vec<_> = parameters.iter().map(|parameter| format_ident!("{}", parameter.name)).collect();
    let types = parameters.iter().map(|parameter| parameter.ty);
    let (sends, inserts): (Vec<_>, Vec<_>) =
        parameters.iter().zip(&names).enumerate().map(|(place, part)| insert(place, part)).unzip();
    let fill = quote! {
        |__args: &mut __vo::Args, __target: __vo::Target<'_>| {
            #(#inserts)*
            __vo::Ok(())
        }
    };
    let (output, call) = if method.is_cast {
        let call = quote!(__vo::TypedClient::cast(&self.0, __version, #name, context, #fill).await);
        (quote!(()), call)
    } else {
        let call = quote!(__vo::TypedClient::call(&self.0, __version, #name, context, #fill).await?);
        match method.output {
            None => (quote!(()), quote!(#call; __vo::Ok(()))),
            Some(ty) if method.is_plain => {
                (quote!(#ty), quote!(let __answer = #call; __vo::Answer::read_plain::<#ty>(&__answer)))
            }
            Some(ty) => {
                let call = quote! {
                    __vo::TypedClient::call_for::<#ty, _>(&self.0, __version, #name, context, #fill).await?
                };
                let read = quote!(__vo::TypedClient::read::<#ty>(&self.0, &__answer));
                (quote!(#ty), quote!(let __answer = #call; #read))
            }
        }
    };
    quote! {
        #(#docs)*
        #vis async fn #ident(
            &self,
            context: &__vo::CallContext,
            #(#names: &#types,)*
        ) -> __vo::Result<#output, __vo::CallError> {
            #[allow(unused_mut)]
            let mut __version = #since;
            #(#sends)*
            #call
        }
    }
}

/// Code that decides whether an argument goes out, and code that adds it.
fn insert(
    place: usize,
    (parameter, ident): (&Parameter<'_>, &proc_macro2::Ident),
) -> (Option<TokenStream>, TokenStream) {
    let name = &parameter.name;
    let insert = match parameter.is_plain {
        true => quote!(__vo::Args::insert_plain(__args, #name, #ident)?;),
        false => quote!(__vo::Args::insert(__args, #name, #ident, __target)?;),
    };
    let Some(since) = parameter.since else { return (None, insert) };
    let is_sent = format_ident!("__sends_{place}");
    let decide = quote! {
        let #is_sent = __vo::TypedClient::can_send_version(&self.0, #since);
        if #is_sent && __version < #since {
            __version = #since;
        }
    };
    (Some(decide), quote!(if #is_sent { #insert }))
}
