#[path = "private/constant.rs"]
mod constant;
#[path = "private/fallback.rs"]
mod fallback;
#[path = "private/object.rs"]
mod object;
#[path = "private/routine.rs"]
mod routine;

pub use core::convert::{AsRef, From};
pub use core::default::Default;
pub use core::fmt::{self, Display, Formatter};
pub use core::ops::{Deref, DerefMut};
pub use core::ops::{FnMut, FnOnce};
pub use core::option::Option::{self, None, Some};
pub use core::result::Result::{self, Err, Ok};
pub use core::str::FromStr;
pub use core::{assert, module_path};
pub use std::borrow::Cow;
#[cfg(feature = "rpc")]
pub use std::boxed::Box;
pub use std::primitive::{bool, str, u32, usize};
pub use std::string::String;
#[cfg(feature = "rpc")]
pub use std::sync::Arc;
pub use std::vec::Vec;

#[cfg(feature = "inventory")]
pub use inventory;
pub use serde;
pub use serde::de::Deserializer;
pub use serde::ser::Serializer;

pub use crate::behind::{Failed, Input};
pub use crate::compat::survey_object;
pub use crate::error::Error;
pub use crate::field::{
    Choice, Context, Current, Entity, Field, FieldSlot, FieldType, Form, FromMapKey, Held, MapKey, Path,
    Shown, Survey, choice_of_key, decode_choice, decode_choice_behind, deserialize_choice, parse_choice,
};
#[cfg(feature = "compact")]
pub use crate::format::compact::{Pack, Slot, Unpacker};
pub use crate::object::{
    AnyField, FieldVisitorMut, ListSlot, Object, ObjectList, ObjectVisitorMut, OneOf, Origin, Seen,
    UnknownFields, ValueVisitor, VersionedObject, Visitor, VisitorMut, forget_origins, has_changes,
    reset_changes, sent_as, survey_as, unknown_field, validate_own,
};
pub use crate::primitive::Primitive;
#[cfg(feature = "inventory")]
pub use crate::registry::Collected;
#[cfg(feature = "rpc")]
pub use crate::registry::Registry;
#[cfg(feature = "rpc")]
pub use crate::rpc::{
    Answer, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, MethodArgs, Negotiation,
    ObjectContext, Payload, Remotable, TypedClient, act, act_class, argument, begin, default_to, give,
    give_back, no_method, no_registry, or_default, put, read_result, remote_only, reply, reply_plain,
};
pub use crate::schema::{
    Action, Check, Condition, Element, FieldSchema, First, Inherited, Instead, Keys, Kind, Literal,
    MethodSchema, ObjectSchema, Rule, Shared, Tombstone, Transitions, TypeSchema, Variant, concat, name_of,
};
pub use crate::version::{Target, Version};
pub use crate::wire::{
    decode_object, decode_object_behind, deserialize_object, encode_object, serialize_object, show_object,
};
pub use crate::wire::{decode_one_of, deserialize_one_of};
#[cfg(feature = "compact")]
pub use crate::wire::{pack_object, unpack_object};
pub use crate::{
    __never_visited as never_visited, __object as object, __object_value as object_value, __pack as pack,
    __unpack as unpack, __visit_mut as visit_mut,
};
#[cfg(feature = "pattern")]
pub use constant::pattern;
pub use constant::{
    Described, Said, abstract_base, all_coercing, base_type, bases, count_bases, count_extra_fields, current,
    extra_fields, field, field_name, fields_of, fits, fits_inside, fits_inside_named, fits_named, forgets,
    has_conversions, has_field, has_key, has_list, has_number_inside, has_numbers, has_text_inside,
    has_two_nulls, has_version, is_dict, is_or_extends, object_type, opening, opening_length, opening_text,
    plain_field, schema, whole,
};
pub use fallback::{NEVER_BUILT, never_built};
pub use routine::{check_required, from_older, ignore, or_invalid, or_refused, to_older, unset_list};

/// The module's name has the version's number in it, so that no crate but the derive of this version leans on it.
const _: () = {
    let version = (env!("CARGO_PKG_VERSION_MAJOR").as_bytes(), env!("CARGO_PKG_VERSION_MINOR").as_bytes());
    assert!(matches!(version, (b"0", b"1")), "the private module is called after the version");
};
