//! What the words of a field's type tell, before the compiler knows what they mean.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::{GenericArgument, PathArguments, Type};

use crate::ctxt::Ctxt;
use crate::refused;

/// Types of the standard library and its neighbours that are no field and hold no objects of their own.
const KNOWN: &[&str] = &[
    "bool",
    "char",
    "f32",
    "f64",
    "i8",
    "i16",
    "i32",
    "i64",
    "i128",
    "isize",
    "u8",
    "u16",
    "u32",
    "u64",
    "u128",
    "usize",
    "str",
    "String",
    "Option",
    "Vec",
    "VecDeque",
    "BTreeMap",
    "HashMap",
    "IndexMap",
    "BTreeSet",
    "HashSet",
    "Box",
    "Rc",
    "Arc",
    "Cow",
    "Uuid",
    "DateTime",
    "NaiveDateTime",
];

/// The refusal of an option in an option.
pub const TWO_NULLS: &str =
    "an option in an option can't come back from the wire, where both have one null; say one";

/// Further types that are no field.
const PLAIN: &[&str] = &[
    "Cell",
    "RefCell",
    "Mutex",
    "RwLock",
    "PathBuf",
    "Duration",
    "SystemTime",
    "Instant",
    "IpAddr",
    "Ipv4Addr",
    "Ipv6Addr",
    "Value",
    "Result",
    "PhantomData",
];

/// Further words of types without objects in them; a type of a project's own may have any other.
const WITHOUT_OBJECTS: &[&str] = &["Field", "std", "collections", "uuid", "chrono"];

/// Whether the word is a known one, or among these further ones.
fn is_in(further: &[&str], word: &Ident) -> bool {
    KNOWN.iter().chain(further).any(|one| word == one)
}

/// Refuses a type that can't be a field's, and an option in an option.
pub fn check(cx: &Ctxt, ty: &Type) {
    check_nulls(cx, ty);
    if is_plain(ty) {
        let name = refused::shown(ty);
        let message =
            format!("`{name}` is not a field; a field on the wire is a `Field<T>`: `Field<{name}>`");
        cx.error(ty.span(), message);
    } else {
        refused::check(cx, ty);
    }
}

/// Refuses an option in an option, which can't come back from the wire.
pub fn check_nulls(cx: &Ctxt, ty: &Type) {
    if let Some(span) = option_in_option(ty) {
        cx.error(span, TWO_NULLS);
    }
}

fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Group(group) => is_plain(&group.elem),
        Type::Paren(paren) => is_plain(&paren.elem),
        Type::Path(path) => {
            let last = path.path.segments.last();
            path.qself.is_none() && last.is_some_and(|last| is_in(PLAIN, &last.ident))
        }
        Type::Array(_) | Type::Slice(_) | Type::Tuple(_) | Type::Reference(_) | Type::Never(_) => true,
        _ => false,
    }
}

/// The place of the inner of two options, wherever in the type.
fn option_in_option(ty: &Type) -> Option<Span> {
    match ty {
        Type::Group(group) => option_in_option(&group.elem),
        Type::Paren(paren) => option_in_option(&paren.elem),
        Type::Tuple(tuple) => tuple.elems.iter().find_map(option_in_option),
        Type::Array(array) => option_in_option(&array.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
            let mut types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty),
                _ => None,
            });
            if last.ident == "Option" {
                let inner = pointed_to(types.next()?);
                let is_option = is_named(inner, "Option");
                return if is_option { Some(inner.span()) } else { option_in_option(inner) };
            }
            types.find_map(option_in_option)
        }
        _ => None,
    }
}

/// The type behind pointers, each of which is on the wire what it points to.
fn pointed_to(ty: &Type) -> &Type {
    let Type::Path(path) = ty else { return ty };
    let Some(last) = path.path.segments.last() else { return ty };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return ty };
    let inner = arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    });
    match inner {
        Some(inner) if ["Box", "Rc", "Arc", "Cow"].iter().any(|name| last.ident == name) => pointed_to(inner),
        _ => ty,
    }
}

fn is_named(ty: &Type, name: &str) -> bool {
    match ty {
        Type::Group(group) => is_named(&group.elem, name),
        Type::Paren(paren) => is_named(&paren.elem, name),
        Type::Path(path) => path.path.segments.last().is_some_and(|last| last.ident == name),
        _ => false,
    }
}

/// Whether there may be objects in values of the type.
pub fn may_hold_objects(ty: &TokenStream) -> bool {
    ty.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => !is_in(WITHOUT_OBJECTS, &word),
        TokenTree::Group(group) => may_hold_objects(&group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}
