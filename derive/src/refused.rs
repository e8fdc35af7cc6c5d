//! Types that can't stand in a field, as far as their words tell, each refused with one error.

use proc_macro2::Span;
use quote::ToTokens as _;
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use crate::ctxt::Ctxt;

/// Types of the standard library that are no field's, and what stands there in their stead.
const NO_FIELDS: &[(&[&str], &str)] = &[
    (
        &["Instant"],
        "it means nothing in another process; a moment is a `SystemTime`, and a span of time a `Duration`",
    ),
    (
        &["Cell", "RefCell", "OnceCell", "LazyCell", "Mutex", "RwLock", "OnceLock", "LazyLock"],
        "a field is changed through the object that has it; write what is inside",
    ),
    (&["Weak"], "it may point to nothing; write an `Option` of an `Arc`"),
    (
        &["Result"],
        "null is all that can stand in a value's stead; write an `Option`, or an enum by `ObjectEnum`",
    ),
    (&["PhantomData"], "it has no value; leave it away"),
    (&["OsString", "OsStr", "CString", "CStr"], "its text may be none; write a `String`"),
    (&["LinkedList", "BinaryHeap"], "its elements are a list on the wire; write a `Vec`"),
    (&["Range", "RangeInclusive"], "both ends are fields; write an object with two"),
    (
        &["SocketAddr", "SocketAddrV4", "SocketAddrV6"],
        "the wire has no form for it; write an `IpAddr` and a `u16`",
    ),
    (&["Ordering", "TypeId", "Layout"], "the wire has no form for it; write an enum by `FieldEnum`"),
];

/// Types with values that can't be the keys of a map.
const NO_KEYS: &[&str] = &[
    "f32",
    "f64",
    "Option",
    "Vec",
    "VecDeque",
    "BTreeMap",
    "HashMap",
    "IndexMap",
    "BTreeSet",
    "HashSet",
    "Duration",
    "SystemTime",
    "DateTime",
    "NaiveDateTime",
    "PathBuf",
    "Bytes",
    "Value",
];

const POINTERS: &[&str] = &["Box", "Rc", "Arc", "Cow"];
const COLLECTIONS: &[&str] = &["Field", "Option", "Vec", "VecDeque", "BTreeSet", "HashSet"];
const MAPS: &[&str] = &["BTreeMap", "HashMap", "IndexMap"];

const KEYS: &str = "keys are texts, whole numbers, `bool`, `char`, IP addresses, UUIDs, enums by `FieldEnum`, and what \
                    implements `MapKey` and `FromMapKey`";

/// Refuses the type of a field's values for the first type in it that can't be read.
pub fn check(cx: &Ctxt, ty: &Type) {
    if let Some((span, message)) = refused(ty, false) {
        cx.error(span, message);
    }
}

type Refusal = (Span, String);

fn refused(ty: &Type, is_pointed_to: bool) -> Option<Refusal> {
    let because = |why: &str| Some((ty.span(), format!("`{}` can't stand in a field: {why}", shown(ty))));
    match ty {
        Type::Group(group) => refused(&group.elem, is_pointed_to),
        Type::Paren(paren) => refused(&paren.elem, is_pointed_to),
        Type::Array(array) => refused(&array.elem, false),
        Type::Slice(slice) if is_pointed_to => refused(&slice.elem, false),
        Type::Slice(_) => because("it has no size; write a `Vec`"),
        Type::Tuple(tuple) if tuple.elems.is_empty() => because("it has no value; write an `Option`"),
        Type::Tuple(_) => {
            because("what is read has names; write an object with a field for each, or an array")
        }
        Type::Reference(_) => because("what is read is owned; write what it points to"),
        Type::Ptr(_) | Type::FnPtr(_) | Type::Never(_) => because("the wire has no form for it"),
        Type::TraitObject(_) => {
            because("a reader has to know its type; objects of several are an `ObjectEnum`")
        }
        Type::Path(path) if path.qself.is_none() => of_path(ty, path.path.segments.last()?, is_pointed_to),
        _ => None,
    }
}

fn of_path(ty: &Type, last: &PathSegment, is_pointed_to: bool) -> Option<Refusal> {
    let is = |names: &[&str]| names.iter().any(|name| last.ident == name);
    if let Some((_, why)) = NO_FIELDS.iter().find(|(names, _)| is(names)) {
        return Some((ty.span(), format!("`{}` can't stand in a field: {why}", shown(ty))));
    }
    if last.ident == "str" && !is_pointed_to {
        return Some((
            ty.span(),
            "`str` can't stand in a field: it has no size; write a `String`".to_owned(),
        ));
    }
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    let mut types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    if is(POINTERS) {
        return refused(types.next()?, true);
    }
    if is(COLLECTIONS) {
        return refused(types.next()?, false);
    }
    if is(MAPS) {
        let (key, value) = (types.next()?, types.next()?);
        return refused_key(key).or_else(|| refused(value, false));
    }
    None
}

fn refused_key(ty: &Type) -> Option<Refusal> {
    let is_no_key = match ty {
        Type::Group(group) => return refused_key(&group.elem),
        Type::Paren(paren) => return refused_key(&paren.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let is_known = |name: &&str| last.ident == name;
            NO_KEYS.iter().any(&is_known) || NO_FIELDS.iter().any(|(names, _)| names.iter().any(&is_known))
        }
        Type::Array(_) | Type::Slice(_) | Type::Tuple(_) | Type::Reference(_) | Type::Never(_) => true,
        Type::Ptr(_) | Type::FnPtr(_) | Type::TraitObject(_) => true,
        _ => false,
    };
    is_no_key.then(|| (ty.span(), format!("`{}` can't be the key of a map in a field; {KEYS}", shown(ty))))
}

/// The type as its author would write it.
pub fn shown(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (spaced, plain) in [(" <", "<"), ("< ", "<"), (" >", ">"), (" :: ", "::"), ("& ", "&"), (" ,", ",")] {
        text = text.replace(spaced, plain);
    }
    text
}
