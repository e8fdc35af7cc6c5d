//! An impl block as its author wrote it, and as a picture of what can be called.

use proc_macro2::{Ident, Span, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::{Parse, ParseStream};
use syn::{
    Attribute, FnArg, GenericArgument, Generics, LitStr, Pat, Path, PathArguments, ReturnType, Signature,
    Token, Type, Visibility, braced,
};

use crate::attr;
use crate::ctxt::Ctxt;
use crate::literal::Literal;
use crate::version::{Version, VersionLit};

const VERSION_EXAMPLE: &str = "version = \"1.0\"";

/// The words of `#[endpoint(...)]`.
#[derive(Default)]
pub struct Said {
    pub version: Option<VersionLit>,
    pub namespace: Option<LitStr>,
    pub registry: Option<Path>,
    pub client: Option<Ident>,
    pub krate: Option<Path>,
}

impl Said {
    pub fn read(cx: &Ctxt, attribute: TokenStream) -> Self {
        const WORDS: &[&str] = &["version", "namespace", "registry", "client", "crate"];
        let mut said = Said::default();
        let already = cx.count();
        attr::of_macro(cx, attribute, |word| match word.text().as_str() {
            "version" => attr::set(&mut said.version, &word, word.version()?),
            "namespace" => attr::set(&mut said.namespace, &word, word.name_of("\"baseapi\"")?),
            "registry" => attr::set(&mut said.registry, &word, word.value("Self::registry")?),
            "client" => attr::set(&mut said.client, &word, word.value("NameOfTheClient")?),
            "crate" => attr::set(&mut said.krate, &word, word.value("path::to::versioned_objects")?),
            _ => word.unknown(WORDS),
        });
        if said.version.is_none() && cx.count() == already {
            let message =
                format!("the version of the methods is missing; say `#[endpoint({VERSION_EXAMPLE})]`");
            cx.error(Span::call_site(), message);
        }
        said
    }
}

pub struct Input {
    pub attrs: Vec<Attribute>,
    pub generics: Generics,
    pub ty: Type,
    pub functions: Vec<Function>,
}

pub struct Function {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub sig: Signature,
    pub body: proc_macro2::Group,
}

impl Parse for Input {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let attrs = input.call(Attribute::parse_outer)?;
        input.parse::<Token![impl]>()?;
        let mut generics: Generics = input.parse()?;
        let ty = input.parse()?;
        if input.peek(Token![for]) {
            return Err(input.error("`endpoint` is for a type's own methods: `impl Name { ... }`"));
        }
        generics.where_clause = input.parse()?;
        let content;
        braced!(content in input);
        let mut functions = Vec::new();
        while !content.is_empty() {
            functions.push(content.parse()?);
        }
        Ok(Input { attrs, generics, ty, functions })
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Function {
            attrs: input.call(Attribute::parse_outer)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: input.parse()?,
        })
    }
}

pub struct Block<'a> {
    pub methods: Vec<Method<'a>>,
}

pub struct Method<'a> {
    pub ident: &'a Ident,
    pub vis: &'a Visibility,
    pub name: String,
    pub docs: Vec<&'a Attribute>,
    /// The least version of a host that has it.
    pub since: Version,
    pub is_cast: bool,
    /// Whether its result is a value without versions.
    pub is_plain: bool,
    pub parameters: Vec<Parameter<'a>>,
    /// None, where it gives nothing.
    pub output: Option<&'a Type>,
}

pub struct Parameter<'a> {
    pub name: String,
    pub ty: &'a Type,
    pub default: Option<Literal>,
    /// The least version of a host that knows it, where that isn't the method's.
    pub since: Option<Version>,
    pub is_plain: bool,
}

impl<'a> Block<'a> {
    pub fn read(cx: &Ctxt, said: &Said, input: &'a Input) -> Self {
        if input.functions.is_empty() {
            cx.error(syn::spanned::Spanned::span(&input.ty), "an endpoint without methods serves nobody");
        }
        let newest = said.version.map(|version| version.version);
        let methods = input.functions.iter().filter_map(|function| Method::read(cx, newest, function));
        Block { methods: methods.collect() }
    }
}

impl<'a> Method<'a> {
    fn read(cx: &Ctxt, newest: Option<Version>, function: &'a Function) -> Option<Self> {
        let Function { attrs, vis, sig, .. } = function;
        let span = sig.ident.span();
        let name = sig.ident.unraw().to_string();
        if sig.asyncness.is_none() {
            cx.error(span, "each function here is called by other hosts, so it is `async`; others go into a block of their own");
        }
        if name.starts_with('_') {
            cx.error(span, "a method whose name begins with `_` can't be called");
        }
        if !sig.generics.params.is_empty() {
            cx.error(span, "a method that is called by name can't be generic; write out the types");
        }
        let mut inputs = sig.inputs.iter();
        let is_shared =
            |receiver: &syn::Receiver| quote::quote!(#receiver).to_string().replace(' ', "") == "&self";
        if !matches!(inputs.next(), Some(FnArg::Receiver(receiver)) if is_shared(receiver)) {
            cx.error(span, "an endpoint serves many callers at once, so its methods take `&self`");
            return None;
        }
        let is_context =
            |input: &FnArg| matches!(input, FnArg::Typed(typed) if matches!(*typed.ty, Type::Reference(_)));
        if !inputs.next().is_some_and(is_context) {
            cx.error(span, "a method takes who calls first: `context: &CallContext`");
            return None;
        }
        let base = newest.map(|newest| Version { major: newest.major, minor: 0, patch: None });
        let since = since(cx, newest, attrs).or(base)?;
        let parameters = inputs.filter_map(|input| Parameter::read(cx, newest, input)).collect();
        let output = result(&sig.output).or_else(|| {
            cx.error(span, "a call may fail, so the method gives a `Result`");
            None
        })?;
        let output = (!matches!(output, Type::Tuple(tuple) if tuple.elems.is_empty())).then_some(output);
        let is_cast = has(cx, attrs, "cast");
        if is_cast && output.is_some() {
            cx.error(span, "nobody waits for the result of a cast, so there is none: `Result<(), ...>`");
        }
        Some(Method {
            ident: &sig.ident,
            vis,
            name,
            docs: attrs.iter().filter(|attr| attr.path().is_ident("doc")).collect(),
            since,
            is_cast,
            is_plain: has(cx, attrs, "plain"),
            parameters,
            output,
        })
    }
}

impl<'a> Parameter<'a> {
    fn read(cx: &Ctxt, newest: Option<Version>, input: &'a FnArg) -> Option<Self> {
        let FnArg::Typed(typed) = input else { return None };
        let Pat::Ident(pattern) = &*typed.pat else {
            let span = syn::spanned::Spanned::span(&typed.pat);
            cx.error(span, "a parameter is found by its name, so it can't be a pattern");
            return None;
        };
        let span = pattern.ident.span();
        if matches!(*typed.ty, Type::Reference(_)) {
            cx.error(span, "an argument comes from another host, so the method owns it: no reference");
        }
        let mut default = None;
        for attr in typed.attrs.iter().filter(|attr| attr.path().is_ident("default")) {
            default = cx.keep(attr.parse_args::<Literal>());
        }
        let since = since(cx, newest, &typed.attrs);
        if since.is_some() && default.is_none() {
            cx.error(span, "callers of older hosts leave it out, so it needs a `#[default(...)]`");
        }
        let name = pattern.ident.unraw().to_string();
        // One that the method doesn't look at may say so in Rust's way.
        let name = name.strip_prefix('_').map_or(name.clone(), str::to_owned);
        let is_plain = has(cx, &typed.attrs, "plain");
        Some(Parameter { name, ty: &typed.ty, default, since, is_plain })
    }
}

/// `#[since("6.1")]`.
fn since(cx: &Ctxt, newest: Option<Version>, attrs: &[Attribute]) -> Option<Version> {
    let attr = attrs.iter().find(|attr| attr.path().is_ident("since"))?;
    let text = cx.keep(attr.parse_args::<LitStr>())?;
    let since = cx.keep(VersionLit::read(&text))?;
    if let Some(newest) = newest
        && (since.version > newest || since.version.major != newest.major)
    {
        cx.error(
            since.span,
            format!("the endpoint is of version {newest}, which doesn't serve {}", since.version),
        );
    }
    Some(since.version)
}

/// Whether an attribute of one word is there.
fn has(cx: &Ctxt, attrs: &[Attribute], name: &str) -> bool {
    let Some(attr) = attrs.iter().find(|attr| attr.path().is_ident(name)) else { return false };
    cx.keep(attr.meta.require_path_only());
    true
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

/// Whether the attribute is one of ours, which the compiler must not see.
pub fn is_own(attr: &Attribute) -> bool {
    ["since", "default", "plain", "cast"].iter().any(|name| attr.path().is_ident(name))
}
