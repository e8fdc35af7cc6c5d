//! Rules beside a former type: those that change the value as it stands never hold before it, and what fills the field is of it.

use std::collections::BTreeMap;
use std::convert::Infallible;

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject)]
#[object(versions("1.0..=1.6"))]
struct BesideWas {
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(values("a", since = "1.4", older = "b"), values("c", since = "1.5", older = "d"))]
    #[field(values("e", since = "1.2", older = refuse), values("f", since = "1.2", older = drop))]
    one: Field<String>,
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(fill(value = "none", before = "1.6"))]
    filled: Field<String>,
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(fill(value = "none", before = "1.6"), fill(value = 0, before = "1.4", unset))]
    null: Field<String>,
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(fill(value = 0, before = "1.4"), fill(value = "none", before = "1.6"))]
    turned: Field<String>,
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(fill(value = "none", before = "1.6", unset), fill(value = 0, before = "1.4"))]
    fine: Field<String>,
    #[field(was(type = i64, since = "1.4", to_older = size, from_older = map))]
    #[field(insert(key = "one", from = "one", before = "1.2"))]
    map: Field<BTreeMap<String, String>>,
}

#[derive(VersionedObject)]
#[object(versions("1.0..=1.6"))]
struct Typed {
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(was(type = bool, since = "1.2", to_older = is_long, from_older = from_flag))]
    #[field(fill(value = "none", before = "1.6"), fill(value = "none", before = "1.4"), fill(value = 0, before = "1.2"))]
    size: Field<String>,
    #[field(was(type = i64, since = "1.4", to_older = length, from_older = text))]
    #[field(was(type = bool, since = "1.2", to_older = is_long, from_older = from_flag))]
    #[field(fill(value = "none", before = "1.6"), fill(value = 0, before = "1.4"), fill(value = false, before = "1.2"))]
    fine: Field<String>,
}

fn length(text: &String) -> Result<i64, Infallible> {
    Ok(text.len() as i64)
}

fn text(length: i64) -> Result<String, Infallible> {
    Ok(length.to_string())
}

fn is_long(text: &String) -> Result<bool, Infallible> {
    Ok(text.len() > 9)
}

fn from_flag(flag: bool) -> Result<String, Infallible> {
    Ok(flag.to_string())
}

fn size(map: &BTreeMap<String, String>) -> Result<i64, Infallible> {
    Ok(map.len() as i64)
}

fn map(_: i64) -> Result<BTreeMap<String, String>, Infallible> {
    Ok(BTreeMap::new())
}

fn main() {}
