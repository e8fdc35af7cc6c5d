//! The constants that the schema is made of.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{Ident, LitStr, Path};

use crate::ast::{Field, Former, Object, Part};
use crate::attr::check::Check;
use crate::attr::field::Inherited;
use crate::attr::object::Removed;
use crate::attr::rule::{First, Instead, RuleKind};
use crate::attr::{ChildVersions, Pair};
use crate::literal::Literal;
use crate::version::History;

pub fn expand(object: &Object<'_>, history: &History) -> TokenStream {
    let attr = &object.attr;
    let fields = fields(object);
    let mut said = TokenStream::new();
    let mut say = |word: &str, value: TokenStream| {
        let word = format_ident!("{word}");
        said.extend(quote!(#word: #value,));
    };
    say("name", object.name().to_token_stream());
    if let Some(namespace) = &attr.namespace {
        say("namespace", namespace.value().to_token_stream());
    }
    if let Some(namespace) = &attr.serial_namespace {
        say("serial_namespace", namespace.value().to_token_stream());
        say("keys", keys(&namespace.value()));
    }
    say("versions", slice(history.as_slice()));
    if let Some(unreleased) = history.unreleased {
        say("unreleased", some(unreleased));
    }
    say("fields", quote!(__FIELDS));
    if !attr.removed.is_empty() {
        say("tombstones", slice(attr.removed.iter().map(tombstone)));
    }
    if attr.list.is_some() || attr.bare_list.is_some() {
        say("child_versions", some(attr.child_versions.as_ref().map_or(quote!(&[]), relationship)));
    }
    let flags = [
        ("bare_list", attr.bare_list),
        ("keep_children", attr.keep_children),
        ("forgets_changes", attr.forgets_changes),
        ("by_pin", attr.by_pin),
        ("by_manifest", attr.by_manifest),
    ];
    for (word, _) in flags.into_iter().filter(|(_, flag)| flag.is_some()) {
        say(word, quote!(true));
    }
    if !attr.initial.is_empty() {
        say("initial", slice(attr.initial.iter().map(initial)));
    }
    if let Some(refusal) = &attr.refuse {
        let (before, message) = (refusal.before.version, option(refusal.message.as_ref()));
        say("refuses", some(quote!((#before, #message))));
    }
    if let Some(routine) = &attr.read {
        say("read", some(path_text(routine)));
    }
    if let Some(routine) = &attr.compatible {
        say("compatible", some(path_text(routine)));
    }
    if let Some(routine) = &attr.validate {
        say("validate", some(path_text(routine)));
    }
    if !object.parts.is_empty() || !attr.bases.is_empty() {
        say("bases", bases(object));
    }
    if !object.parts.is_empty() || !attr.extra_fields.is_empty() {
        say("extra_fields", extra_fields(object));
    }
    if let Some(methods) = methods(object) {
        say("methods", methods);
    }
    quote! {
        #fields
        static __SCHEMA: __vo::ObjectSchema =
            __vo::schema(__vo::Described { #said ..__vo::Described::NOTHING });
    }
}

/// The constant `__FIELDS`; with parts, also where the fields of each begin, and where the last one's end.
fn fields(object: &Object<'_>) -> TokenStream {
    let coerces = object.attr.coerce.is_some();
    let mut conversions = 0;
    let own = object.fields.iter().map(|field| self::field(field, coerces, &mut conversions));
    let own = quote!(&[#(#own),*]);
    if object.parts.is_empty() {
        return quote!(const __FIELDS: &'static [__vo::FieldSchema] = #own;);
    }
    let count = object.fields.len();
    let first = first_of_part(0);
    let mut code = quote! {
        const __OWN: &'static [__vo::FieldSchema] = #own;
        const #first: __vo::usize = #count;
    };
    for (index, part) in object.parts.iter().enumerate() {
        let (first, next, ty) = (first_of_part(index), first_of_part(index + 1), &part.ty);
        code.extend(quote!(const #next: __vo::usize = #first + __vo::fields_of::<#ty>().len();));
    }
    let end = first_of_part(object.parts.len());
    let types = object.parts.iter().map(|part| &part.ty);
    let said =
        object.parts.iter().flat_map(|part| part.extends.said.iter().map(|said| inherited(part, said)));
    // Where this can't be evaluated, two fields have one name.
    let span = object.parts.first().map_or(object.ident.span(), |part| part.extends.span);
    let concat = quote_spanned! {span=>
        __vo::concat::<#end>(__OWN, &[#(__vo::fields_of::<#types>()),*], &[#(#said),*])
    };
    let all = if coerces { quote!(__vo::all_coercing(#concat)) } else { concat };
    code.extend(quote!(const __FIELDS: &'static [__vo::FieldSchema] = &#all;));
    code
}

/// The name of the constant that says where the fields of a part begin, which is where those before it end.
pub fn first_of_part(index: usize) -> Ident {
    format_ident!("__PART_{index}")
}

fn field(field: &Field<'_>, coerces: bool, conversions: &mut usize) -> TokenStream {
    let Field { ty, name, attr, .. } = field;
    let key = json_key(name);
    let mut said = TokenStream::new();
    let mut say = |word: &str, value: TokenStream| {
        let word = format_ident!("{word}");
        said.extend(quote!(#word: #value,));
    };
    if attr.read_only.is_some() {
        say("read_only", quote!(true));
    }
    if attr.coerce.is_some() || coerces {
        say("strict", quote!(false));
    }
    if attr.required.is_some() {
        say("required", quote!(true));
    }
    if let Some(default) = &attr.default {
        say("default", some(quote!(const { &#default })));
    }
    if let Some(since) = attr.since {
        say("since", some(since.version));
    }
    if let Some(absent) = &attr.absent {
        say("absent", some(quote!(const { &#absent })));
    }
    if attr.alone.is_some() {
        say("alone", quote!(true));
    }
    if let Some(check) = &attr.check {
        let check = self::check(check);
        say("check", some(quote!(const { &#check })));
    }
    let rules = rules(field, conversions);
    if !rules.is_empty() {
        say("rules", quote!(const { &[#(#rules),*] }));
    }
    if let Some(versions) = &attr.child_versions {
        say("relationship", some(relationship(versions)));
    }
    if let Some(repr) = &attr.repr {
        say("repr", some(repr));
    }
    if said.is_empty() {
        return quote!(__vo::plain_field::<#ty>(#key));
    }
    quote!(__vo::field::<#ty>(#key, __vo::Said { #said ..__vo::Said::NOTHING }))
}

/// Conditions on the values; a number that none of them can be is said where it stands.
fn check(check: &Check) -> TokenStream {
    let mut said = TokenStream::new();
    let mut say = |word: &str, value: TokenStream| {
        let word = format_ident!("{word}");
        said.extend(quote!(#word: #value,));
    };
    if let Some(pattern) = &check.pattern {
        say("pattern", some(quote!(__vo::pattern(#pattern))));
    }
    for (word, length) in [("min_length", &check.min_length), ("max_length", &check.max_length)] {
        if let Some(length) = length {
            say(word, some(length));
        }
    }
    for (word, number) in [("min", &check.min), ("max", &check.max)] {
        if let Some(number) = number {
            let message = format!("`{word}` is a whole number");
            let number = quote_spanned!(number.span=> __vo::whole(&#number, #message));
            say(word, some(number));
        }
    }
    if !check.one_of.is_empty() {
        say("one_of", list(&check.one_of));
    }
    quote!(__vo::Check { #said ..__vo::Check::ANY })
}

/// The rules in the order in which they are said, except that former names and types stand newest first.
fn rules(field: &Field<'_>, conversions: &mut usize) -> Vec<TokenStream> {
    let former = field.former();
    let mut former = former.iter();
    let rules = field.attr.rules.iter().filter_map(|rule| {
        if matches!(rule.kind, RuleKind::Renamed { .. } | RuleKind::Was(_)) {
            return former.next().map(|former| {
                let action = self::former(former, conversions);
                rule_of(former.since.version, action)
            });
        }
        let before = rule.before().or(field.attr.since)?;
        action(&rule.kind).map(|action| rule_of(before.version, action))
    });
    rules.collect()
}

fn rule_of(before: impl ToTokens, action: TokenStream) -> TokenStream {
    quote!(__vo::Rule { before: #before, action: __vo::Action::#action })
}

fn former(former: &Former<'_>, conversions: &mut usize) -> TokenStream {
    let name = cow(&former.name);
    let Some(was) = former.was else { return quote!(Rename(#name)) };
    let ty = &was.ty;
    let (to_older, from_older) = (cow(path_text(&was.to_older)), cow(path_text(&was.from_older)));
    let index = *conversions;
    *conversions += 1;
    quote! {
        Convert {
            index: #index,
            name: #name,
            ty: __vo::Shared::Static(<#ty as __vo::FieldType>::TYPE_REF),
            routines: (#to_older, #from_older),
        }
    }
}

/// Nothing for the rules that [`former`] is for.
fn action(kind: &RuleKind) -> Option<TokenStream> {
    Some(match kind {
        RuleKind::Renamed { .. } | RuleKind::Was(_) => return None,
        RuleKind::Refuse { .. } => quote!(Refuse),
        RuleKind::Without { objects, .. } => {
            let objects = list(objects.iter().map(cow));
            quote!(Without(#objects))
        }
        RuleKind::Values { values, older, inside, .. } => {
            let values = list(values);
            let instead = match older {
                Instead::Refuse => quote!(Refuse),
                Instead::Drop => quote!(Drop),
                Instead::Write(value) => quote!(Write(#value)),
            };
            quote!(Values { values: #values, instead: __vo::Instead::#instead, inside: #inside })
        }
        RuleKind::Take { from, wrap, when, .. } => {
            let from = cow(from);
            let when = condition(when.as_ref());
            quote!(Take { from: #from, wrap: #wrap, when: #when })
        }
        RuleKind::First { first, .. } => {
            let first = self::first(first);
            quote!(First(#first))
        }
        RuleKind::Insert { key, from, .. } => {
            let (key, from) = (cow(key), cow(from));
            quote!(Insert { key: #key, from: #from })
        }
        RuleKind::Fill { value, unset: false, .. } => quote!(Fill(#value)),
        RuleKind::Fill { value, unset: true, .. } => quote!(FillUnset(#value)),
    })
}

fn first(first: &First) -> TokenStream {
    let (from, when) = (cow(&first.from), condition(first.when.as_ref()));
    quote!(__vo::First { from: #from, when: #when })
}

fn condition(when: Option<&(LitStr, Literal)>) -> TokenStream {
    option(when.map(|(field, value)| {
        let field = cow(field);
        quote!(__vo::Condition { field: #field, value: #value })
    }))
}

/// Checked in the constant that it is part of, so that a slip is reported once.
fn inherited(part: &Part<'_>, said: &Inherited) -> TokenStream {
    let (name, ty) = (&said.name, &part.ty);
    let message = format!("the part has no field of the wire name {name:?}");
    let since = option(said.since.map(|since| since.version));
    let relationship = option(said.child_versions.as_ref().map(relationship));
    let rules = said.rules.iter().filter_map(|rule| {
        let before = rule.before().or(said.since)?;
        action(&rule.kind).map(|action| rule_of(before.version, action))
    });
    let rules = slice(rules);
    quote_spanned! {said.span=>
        const {
            __vo::assert!(__vo::has_field(__vo::fields_of::<#ty>(), #name), #message);
            __vo::Inherited { name: #name, since: #since, relationship: #relationship, rules: #rules }
        }
    }
}

fn tombstone(removed: &Removed) -> TokenStream {
    let name = cow(&removed.name);
    let since = option(removed.since.map(|since| since.version));
    let until = removed.until.version;
    let fill = option(removed.fill.as_ref());
    let first = option(removed.first.as_ref().map(first));
    quote!(__vo::Tombstone { name: #name, since: #since, until: #until, fill: #fill, first: #first })
}

/// The parts, or those that are said by name where there are none.
fn bases(object: &Object<'_>) -> TokenStream {
    if object.parts.is_empty() {
        return slice(object.attr.bases.iter().map(cow));
    }
    let types = object.parts.iter().map(|part| &part.ty);
    let types = quote!(&[#(<#types as __vo::VersionedObject>::SCHEMA),*]);
    quote!(const { &__vo::bases::<{ __vo::count_bases(#types) }>(#types) })
}

/// The own ones, then those of the parts.
fn extra_fields(object: &Object<'_>) -> TokenStream {
    let own = object.attr.extra_fields.iter().map(|extra| cow(&extra.name));
    if object.parts.is_empty() {
        return slice(own);
    }
    let types = object.parts.iter().map(|part| &part.ty);
    let parts = quote!(&[#(<#types as __vo::VersionedObject>::SCHEMA),*]);
    let own = quote!(&[#(#own),*]);
    quote!(const { &__vo::extra_fields::<{ __vo::count_extra_fields(#own, #parts) }>(#own, #parts) })
}

/// Value of a field that a sender left out.
fn initial(initial: &Pair<Literal>) -> TokenStream {
    let (name, value) = (cow(&initial.name), &initial.value);
    quote!((#name, #value))
}

/// Those that `#[remotable]` found, or those that are said.
fn methods(object: &Object<'_>) -> Option<TokenStream> {
    let Some(span) = object.attr.remotable else {
        let mut said: Vec<_> = object.attr.methods.iter().collect();
        said.sort_by_key(|method| method.name.value());
        let methods = said.iter().map(|method| {
            let (name, spec) = (cow(&method.name), cow(&method.spec));
            quote!(__vo::MethodSchema { name: #name, spec: #spec })
        });
        return (!said.is_empty()).then(|| slice(methods));
    };
    let ident = object.ident;
    Some(quote_spanned!(span.located_at(span)=> <#ident as __vo::Remotable>::METHODS))
}

fn keys(serial_namespace: &str) -> TokenStream {
    let words = ["name", "namespace", "version", "data", "changes"];
    let keys = words.map(|word| json_key(&format!("{serial_namespace}.{word}")));
    slice(keys)
}

/// A name as a key of JSON behind another one, in the room that short keys are copied with. It has nothing in it that needs
/// an escape.
fn json_key(name: &str) -> String {
    format!("{:32}", format!(",\"{name}\":"))
}

fn relationship(versions: &ChildVersions) -> TokenStream {
    let rows = versions.rows.iter().map(|row| {
        let (parent, child) = (row.parent.version, row.child.version);
        quote!((#parent, #child))
    });
    quote!(const { &[#(#rows),*] })
}

/// The path as it is written, without the spaces between tokens.
pub fn path_text(path: &Path) -> String {
    path.to_token_stream().to_string().replace(' ', "")
}

fn cow(value: impl ToTokens) -> TokenStream {
    quote!(__vo::Cow::Borrowed(#value))
}

fn list(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    cow(slice(items))
}

fn slice(items: impl IntoIterator<Item = impl ToTokens>) -> TokenStream {
    let items = items.into_iter();
    quote!(const { &[#(#items),*] })
}

fn some(value: impl ToTokens) -> TokenStream {
    quote!(__vo::Some(#value))
}

fn option(value: Option<impl ToTokens>) -> TokenStream {
    value.map_or_else(|| quote!(__vo::None), some)
}
