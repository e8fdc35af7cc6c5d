//! An impl block as its author wrote it, and as a picture of what can be called.

use proc_macro2::{Group, Ident, Span, TokenTree};
use quote::ToTokens as _;
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, FnArg, GenericArgument, LitStr, Pat, PathArguments, ReturnType, Signature, Token, Type,
    Visibility, braced,
};

use super::parameter::Parameter;
use super::{signature, spec};
use crate::attr;
use crate::ctxt::Ctxt;

pub struct Input {
    pub attrs: Vec<Attribute>,
    pub ty: Type,
    pub functions: Vec<Function>,
}

pub struct Function {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub sig: Signature,
    /// None, where it runs on the other side alone.
    pub body: Option<Group>,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Token![impl]>()?;
        if input.peek(Token![<]) {
            return Err(input.error("an object isn't generic, so neither is its impl block"));
        }
        let ty = input.parse()?;
        if input.peek(Token![for]) {
            return Err(input.error("`remotable` is for an object's own methods: `impl Name { ... }`"));
        }
        let content;
        braced!(content in input);
        let mut functions = Vec::new();
        while !content.is_empty() {
            functions.push(content.parse()?);
        }
        Ok(Input { attrs, ty, functions })
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        let (vis, sig) = (input.parse()?, input.parse()?);
        if input.peek(Token![;]) {
            input.parse::<Token![;]>()?;
            return Ok(Function { attrs, vis, sig, body: None });
        }
        match input.parse()? {
            TokenTree::Group(body) => Ok(Function { attrs, vis, sig, body: Some(body) }),
            other => Err(syn::Error::new(other.span(), "expected a body, or `;`")),
        }
    }
}

pub struct Block<'a> {
    pub ty: &'a Type,
    /// The methods, sorted by name.
    pub methods: Vec<Method<'a>>,
}

pub struct Method<'a> {
    pub ident: &'a Ident,
    pub name: String,
    pub spec: String,
    /// Whether it is called on the class.
    pub is_class: bool,
    pub context: &'a Ident,
    pub parameters: Vec<Parameter<'a>>,
    /// None, where it gives nothing.
    pub output: Option<&'a Type>,
}

impl<'a> Block<'a> {
    pub fn read(cx: &Ctxt, input: &'a Input) -> Self {
        let mut methods: Vec<_> =
            input.functions.iter().filter_map(|function| Method::read(cx, function)).collect();
        methods.sort_by(|a, b| a.name.cmp(&b.name));
        Block { ty: &input.ty, methods }
    }
}

impl<'a> Method<'a> {
    pub fn read(cx: &Ctxt, function: &'a Function) -> Option<Self> {
        let Function { attrs, sig, .. } = function;
        let span = sig.ident.span();
        if sig.asyncness.is_none() {
            cx.error(span, "a call may go to another host, so the method is `async`");
        }
        if !sig.generics.params.is_empty() {
            cx.error(span, "a method that is called by name can't be generic; write out the types");
        }
        let mut inputs = sig.inputs.iter();
        let is_class = !matches!(inputs.clone().next(), Some(FnArg::Receiver(_)));
        if !is_class && let Some(FnArg::Receiver(receiver)) = inputs.next() {
            let receiver = receiver.to_token_stream().to_string().replace(' ', "");
            if receiver != "&mutself" {
                cx.error(span, "the other host may change the object, so the method takes `&mut self`");
            }
        }
        let Some(context) = inputs.next().and_then(context) else {
            cx.error(span, "a method takes its context first: `context: &ObjectContext`");
            return None;
        };
        let parameters: Vec<_> = inputs.filter_map(|input| Parameter::read(cx, input)).collect();
        let optional = parameters.iter().skip_while(|parameter| parameter.default.is_none());
        for parameter in optional.filter(|parameter| parameter.default.is_none()) {
            cx.error(
                parameter.ident.span(),
                "a parameter before this one has a default, so this one needs one",
            );
        }
        let name = sig.ident.unraw().to_string();
        let spec = match Said::read(cx, attrs) {
            Said { spec: Some(spec), .. } => spec.value(),
            Said { signature: Some(signature), .. } => said_signature(cx, &signature, is_class, &parameters),
            Said { .. } => spec::arg_spec(is_class, &parameters),
        };
        let output = result(&sig.output).or_else(|| {
            cx.error(span, "a call may fail, so the method gives a `Result`");
            None
        })?;
        let output = (!is_unit(output)).then_some(output);
        Some(Method { ident: &sig.ident, name, spec, is_class, context, parameters, output })
    }
}

/// The name of a parameter that is a reference.
fn context(input: &FnArg) -> Option<&Ident> {
    match input {
        FnArg::Typed(typed) => match (&*typed.pat, &*typed.ty) {
            (Pat::Ident(pattern), Type::Reference(_)) => Some(&pattern.ident),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
}

/// Type that a `Result` holds.
fn result(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else { return None };
    let Type::Path(path) = &**ty else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Words of `#[remotable(...)]` on a method.
#[derive(Default)]
struct Said {
    signature: Option<LitStr>,
    spec: Option<LitStr>,
}

impl Said {
    fn read(cx: &Ctxt, attrs: &[Attribute]) -> Self {
        let mut said = Said::default();
        attr::read(cx, attrs, "remotable", |word| match word.text().as_str() {
            "signature" => attr::set(&mut said.signature, &word, word.name_of("\"(self, host=None)\"")?),
            "spec" => attr::set(&mut said.spec, &word, word.name_of("\"ArgSpec(args=['self'], ...)\"")?),
            _ => word.unknown(&["signature", "spec"]),
        });
        if let (Some(_), Some(spec)) = (&said.signature, &said.spec) {
            cx.error(spec.span(), "the signature says all of this; leave one of them away");
        }
        said
    }
}

/// The text of a signature as a fingerprint hashes it; none, after a mistake in it.
fn said_signature(cx: &Ctxt, said: &LitStr, is_class: bool, parameters: &[Parameter<'_>]) -> String {
    let names: Vec<_> = parameters.iter().map(|parameter| parameter.name.as_str()).collect();
    let read = signature::Signature::parse(&said.value()).and_then(|signature| {
        signature.check(is_class, &names)?;
        Ok(signature.spec())
    });
    read.unwrap_or_else(|message| {
        cx.error(said.span(), message);
        String::new()
    })
}

/// Whether the attribute is one of ours, which the compiler must not see.
pub fn is_own(attr: &Attribute) -> bool {
    attr.path().is_ident("remotable") || attr.path().is_ident("default")
}

/// Where to complain of the block.
pub fn span(ty: &Type) -> Span {
    syn::spanned::Spanned::span(ty)
}
