//! Types that no field can have, and keys that no map can: one error each, on the type.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct NoField {
    instant: Field<Instant>,
    nested: Field<Option<Vec<std::time::Instant>>>,
    pair: Field<(i64, String)>,
    unit: Field<()>,
    reference: Field<&'static str>,
    shared: Field<Arc<Mutex<i64>>>,
    cell: Field<RefCell<i64>>,
    result: Field<Result<i64, String>>,
    dynamic: Field<Box<dyn Send>>,
    function: Field<fn(i64) -> i64>,
    by_float: Field<BTreeMap<f64, i64>>,
    by_list: Field<HashMap<Vec<i64>, i64>>,
    by_option: Field<Option<HashMap<Option<String>, i64>>>,
    by_span: Field<Vec<BTreeMap<Duration, i64>>>,
    inside: Field<BTreeMap<String, BTreeMap<String, Instant>>>,
    #[field(was(type = (i64, i64), since = "1.1", to_older = older, from_older = newer))]
    was: Field<i64>,
    fine: Field<Option<Arc<[Box<str>]>>>,
}

fn older(_: &i64) -> Result<(i64, i64), String> {
    Ok((0, 0))
}

fn newer(_: (i64, i64)) -> Result<i64, String> {
    Ok(0)
}

fn write(object: &NoField) -> String {
    serde_json::to_string(object).unwrap()
}

fn main() {}
