//! How much memory a message takes: a table of the worst that is known, each with what it may take.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::Value;
use versioned_objects::compact::Layouts;
use versioned_objects::field::{Decoding, FlexibleList, JsonText};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, FieldType, Manifest, VersionedObject, wire};

use super::{alone, peak, sizes, time};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "h", serial_namespace = "h", versions("1.0"))]
pub struct Part {
    pub one: Field<String>,
    pub two: Field<Option<String>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "h", serial_namespace = "h", versions("1.0"))]
pub struct Whole {
    pub nulls: Field<Vec<Option<i64>>>,
    pub parts: Field<Vec<Part>>,
    pub any: Field<Value>,
    pub texts: Field<Vec<String>>,
    pub set: Field<BTreeSet<String>>,
    pub lists_set: Field<BTreeSet<Vec<i64>>>,
    pub numbers: Field<Vec<i64>>,
    pub maps: Field<Vec<BTreeMap<String, i64>>>,
    pub lists: Field<Vec<Vec<i64>>>,
    pub json: Field<JsonText>,
    pub flexible: Field<FlexibleList>,
}

/// An object that takes four kilobytes, whatever is set in it.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "h", serial_namespace = "h", versions("1.0"))]
struct Large {
    numbers: Field<Option<[i64; 512]>>,
}

pub fn registry() -> Registry {
    Registry::new().with::<Whole>().with::<Part>()
}

/// A registry that knows the objects by their schemas alone.
pub fn by_schema() -> Registry {
    Registry::new().with_schema(Whole::SCHEMA.clone()).with_schema(Part::SCHEMA.clone())
}

pub fn manifest() -> Manifest {
    ["Whole", "Part"].map(|name| (name, "1.0".parse().unwrap())).into_iter().collect()
}

pub fn layouts() -> Layouts {
    registry().layouts(&manifest())
}

/// An envelope with that text as one field; `is_early`, with the data before the header.
pub fn envelope(field: &str, value: &str, is_early: bool) -> Vec<u8> {
    let header = r#""h.name":"Whole","h.namespace":"h","h.version":"1.0""#;
    let data = format!(r#""h.data":{{"{field}":{value}}}"#);
    let (first, second) = if is_early { (data.as_str(), header) } else { (header, data.as_str()) };
    format!("{{{first},{second}}}").into_bytes()
}

/// A list of so many bytes, of the element over and over.
pub fn list(element: &str, size: usize) -> String {
    let count = size / (element.len() + 1);
    let mut text = String::with_capacity(size + 2);
    text.push('[');
    for index in 0..count {
        text.push_str(if index == 0 { "" } else { "," });
        text.push_str(element);
    }
    text.push(']');
    text
}

/// A list of digits, one more than a list that doubles its room has room for.
pub fn digits(size: usize) -> String {
    list("1", 2 * (size / 2).next_power_of_two() + 2)
}

/// A list of whole numbers, each another.
fn numbers(size: usize) -> String {
    let numbers: Vec<String> = (0..size / 7).map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// An envelope with such a list as a text in one field.
fn in_text(field: &str, element: &str, size: usize) -> Vec<u8> {
    envelope(field, &in_quotes(&list(element, size)), false)
}

fn in_quotes(text: &str) -> String {
    Value::from(text).to_string()
}

/// The compact form of an object whose one field is a list of that many elements, all of these bytes.
fn packed(object: &Whole, count: u64, element: u8, bytes: usize) -> Vec<u8> {
    let mut message = wire::to_compact(object, "1.0", &layouts()).unwrap();
    // The empty list's length.
    assert_eq!(message.pop(), Some(0));
    let mut left = count;
    while left >= 0x80 {
        message.push(left as u8 | 0x80);
        left >>= 7;
    }
    message.push(left as u8);
    message.resize(message.len() + bytes, element);
    message
}

fn of_nulls(size: usize) -> Vec<u8> {
    packed(&Whole { nulls: vec![].into(), ..Whole::default() }, 8 * size as u64, 0, size)
}

/// Objects whose fields are all unset take two bytes each: a shape, and the bits that say so.
fn of_empty_objects(size: usize) -> Vec<u8> {
    let mut message = packed(&Whole { parts: vec![].into(), ..Whole::default() }, size as u64 / 2, 4, size);
    let start = message.len() - size;
    message[start..].iter_mut().skip(1).step_by(2).for_each(|bits| *bits = 0);
    message
}

fn from_compact(message: &[u8]) -> Result<(), String> {
    let layouts = layouts();
    wire::from_compact::<Whole>(message, &layouts, Default::default())
        .map(drop)
        .map_err(|error| error.to_string())
}

fn by_schema_from_compact(message: &[u8]) -> Result<(), String> {
    let registry = by_schema();
    let layouts = registry.layouts(&manifest());
    registry.decode_compact(message, &layouts).map(drop).map_err(|error| error.to_string())
}

fn derived(message: &[u8]) -> Result<(), String> {
    wire::from_json::<Whole>(message, Default::default()).map(drop).map_err(|error| error.to_string())
}

fn dynamic(message: &[u8]) -> Result<(), String> {
    by_schema().decode_json(message).map(drop).map_err(|error| error.to_string())
}

fn large(message: &[u8]) -> Result<(), String> {
    wire::from_json::<Vec<Large>>(message, Default::default()).map(drop).map_err(|error| error.to_string())
}

/// The same, in a set.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[object(namespace = "h", serial_namespace = "h", versions("1.0"))]
struct Tall {
    numbers: Field<Option<[i64; 512]>>,
}

/// Large objects in other places than one list.
fn apart<T: FieldType>(message: &[u8]) -> Result<(), String> {
    wire::from_json::<T>(message, Default::default()).map(drop).map_err(|error| error.to_string())
}

/// An envelope of an object with nothing in it.
fn nothing(name: &str) -> String {
    format!(r#"{{"h.name":"{name}","h.namespace":"h","h.version":"1.0","h.data":{{}}}}"#)
}

fn in_lists_of_seven(message: &[u8]) -> Result<(), String> {
    let decoding = Decoding::new().of_length(message.len());
    let mut deserializer = rmp_serde::Deserializer::from_read_ref(message);
    let read = wire::decode_with::<Vec<Vec<Large>>, _>(&mut deserializer, decoding);
    read.map(drop).map_err(|error| error.to_string())
}

fn large_from_message_pack(message: &[u8]) -> Result<(), String> {
    let decoding = Decoding::new().of_length(message.len());
    let read =
        wire::decode_with::<Vec<Large>, _>(&mut rmp_serde::Deserializer::from_read_ref(message), decoding);
    read.map(drop).map_err(|error| error.to_string())
}

fn by_serde_json(message: &[u8]) -> Result<(), String> {
    serde_json::from_slice::<Whole>(message).map(drop).map_err(|error| error.to_string())
}

pub type Read = fn(&[u8]) -> Result<(), String>;

/// A row: what is sent, of what size; who reads it; how many bytes it may take a byte; what it is refused for, if it is.
pub struct Row(pub &'static str, pub fn(usize) -> Vec<u8>, pub Read, pub f64, pub Option<&'static str>);

pub const MEMORY: Option<&str> = Some("bytes of memory more than its message accounts for");
/// The most bytes that any byte may take.
const ANY: f64 = 24.0;
const WALKED: Option<&str> = Some("elements in what is no list");

const ROWS: &[Row] = &[
    Row("compact: nulls", of_nulls, from_compact, 8.0, MEMORY),
    Row("compact: nulls, dynamic", of_nulls, by_schema_from_compact, 8.0, MEMORY),
    Row("compact: empty objects", of_empty_objects, from_compact, 8.0, MEMORY),
    Row("compact: empty objects, dynamic", of_empty_objects, by_schema_from_compact, 8.0, MEMORY),
    Row(
        "small maps in a Value",
        |size| envelope("any", &list(r#"{"a":1}"#, size), false),
        derived,
        24.0,
        MEMORY,
    ),
    Row(
        "small maps in a Value, serde_json",
        |size| envelope("any", &list(r#"{"a":1}"#, size), false),
        by_serde_json,
        24.0,
        MEMORY,
    ),
    Row(
        "small maps in a Value, dynamic",
        |size| envelope("any", &list(r#"{"a":1}"#, size), false),
        dynamic,
        24.0,
        MEMORY,
    ),
    Row(
        "small maps, derived",
        |size| envelope("maps", &list(r#"{"a":1}"#, size), false),
        derived,
        24.0,
        MEMORY,
    ),
    Row(
        "small maps, dynamic",
        |size| envelope("maps", &list(r#"{"a":1}"#, size), false),
        dynamic,
        24.0,
        MEMORY,
    ),
    Row(
        "text for a list",
        |size| envelope("texts", &format!("{:?}", "x".repeat(size)), false),
        derived,
        8.0,
        WALKED,
    ),
    Row(
        "text for a list, dynamic",
        |size| envelope("texts", &format!("{:?}", "x".repeat(size)), false),
        dynamic,
        8.0,
        WALKED,
    ),
    Row(
        "text for a set",
        |size| envelope("set", &format!("{:?}", "x".repeat(size)), false),
        derived,
        8.0,
        WALKED,
    ),
    Row(
        "text for a set, dynamic",
        |size| envelope("set", &format!("{:?}", "x".repeat(size)), false),
        dynamic,
        8.0,
        WALKED,
    ),
    Row("numbers", |size| envelope("numbers", &list("1234567", size), false), derived, 4.0, None),
    Row("numbers, dynamic", |size| envelope("numbers", &list("1234567", size), false), dynamic, 12.0, None),
    Row("early numbers", |size| envelope("numbers", &list("1", size), true), derived, 24.0, None),
    Row(
        "early numbers, serde_json",
        |size| envelope("numbers", &list("1", size), true),
        by_serde_json,
        24.0,
        None,
    ),
    Row("maps in JSON in a text", |size| in_text("json", r#"{"a":1}"#, size), derived, 24.0, MEMORY),
    Row("maps in JSON in a text, dynamic", |size| in_text("json", r#"{"a":1}"#, size), dynamic, 24.0, MEMORY),
    Row("numbers in JSON in a text", |size| in_text("json", "1234567", size), derived, 12.0, None),
    Row("dicts in Python's words", |size| in_text("flexible", "{'a':1}", size), derived, 24.0, MEMORY),
    Row(
        "dicts in Python's words, dynamic",
        |size| in_text("flexible", "{'a':1}", size),
        dynamic,
        24.0,
        MEMORY,
    ),
    Row("lists in Python's words", |size| in_text("flexible", "[]", size), derived, 24.0, None),
    Row("digits in a `Value`", |size| envelope("any", &digits(size), false), derived, 24.0, None),
    Row(
        "digits in a `Value`, serde_json",
        |size| envelope("any", &digits(size), false),
        by_serde_json,
        24.0,
        None,
    ),
    Row("digits in a `Value`, dynamic", |size| envelope("any", &digits(size), false), dynamic, 24.0, None),
    Row(
        "digits in JSON in a text",
        |size| envelope("json", &in_quotes(&digits(size)), false),
        derived,
        24.0,
        None,
    ),
    Row("digits in Python's words", |size| envelope("flexible", &digits(size), false), derived, 24.0, None),
    Row("digits before their header", |size| envelope("any", &digits(size), true), derived, 24.0, None),
    Row(
        "maps in a set, dynamic",
        |size| envelope("set", &list(r#"{"a":1}"#, size), false),
        dynamic,
        24.0,
        Some("a set of these can't hold a map"),
    ),
    Row("digits in a set, dynamic", |size| envelope("set", &digits(size), false), dynamic, 24.0, None),
    Row("digits in a set, derived", |size| envelope("set", &digits(size), false), derived, 24.0, None),
    Row("numbers in a set, derived", |size| envelope("set", &numbers(size), false), derived, 24.0, None),
    Row(
        "numbers of two types in a set, derived",
        |size| envelope("set", &numbers(size).replacen('0', "0.5,0", 1), false),
        derived,
        24.0,
        None,
    ),
    Row("numbers in a set, dynamic", |size| envelope("set", &numbers(size), false), dynamic, 24.0, None),
    Row(
        "lists in a set, dynamic",
        |size| {
            let lists: Vec<String> = (0..size / 4).map(|number| format!("[{number}]")).collect();
            envelope("lists_set", &format!("[{}]", lists.join(",")), false)
        },
        dynamic,
        24.0,
        MEMORY,
    ),
    Row("digits, derived", |size| envelope("numbers", &digits(size), false), derived, 24.0, None),
    Row("digits, dynamic", |size| envelope("numbers", &digits(2 * size), false), dynamic, 24.0, MEMORY),
    Row("empty texts", |size| envelope("texts", &list("\"\"", size), false), derived, 24.0, None),
    Row(
        "large objects with nothing in them, derived",
        |size| list(&nothing("Large"), size).into_bytes(),
        large,
        24.0,
        MEMORY,
    ),
    Row(
        "large objects with nothing in them, MessagePack",
        |size| rmp_serde::to_vec_named(&vec![Large::default(); size / 60]).unwrap(),
        large_from_message_pack,
        24.0,
        MEMORY,
    ),
    Row(
        "large objects, each in a set",
        |size| list(&format!("[{}]", nothing("Tall")), size).into_bytes(),
        apart::<Vec<BTreeSet<Tall>>>,
        24.0,
        MEMORY,
    ),
    Row(
        "large objects in a map",
        |size| {
            let entries = (0..size / 76).map(|index| format!(r#""{index:x}":{}"#, nothing("Large")));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(",")).into_bytes()
        },
        apart::<HashMap<String, Large>>,
        24.0,
        MEMORY,
    ),
    Row(
        "large objects, each in a box",
        |size| list(&nothing("Large"), size).into_bytes(),
        apart::<Vec<Box<Large>>>,
        24.0,
        MEMORY,
    ),
    Row(
        "large objects in lists of seven, MessagePack",
        |size| rmp_serde::to_vec_named(&vec![vec![Large::default(); 7]; size / 420]).unwrap(),
        in_lists_of_seven,
        24.0,
        MEMORY,
    ),
    Row("early maps", |size| envelope("maps", &list(r#"{"a":1}"#, size), true), derived, 24.0, MEMORY),
    Row(
        "early maps, unknown",
        |size| envelope("other", &list(r#"{"a":1}"#, size), true),
        derived,
        24.0,
        None,
    ),
    Row("early lists", |size| envelope("lists", &list("[]", size), true), derived, 24.0, None),
    Row("short numbers", |size| envelope("numbers", &list("1234", size), false), derived, 4.0, None),
    Row(
        "a list for a name",
        |size| {
            let mut text = format!(r#"{{"h.name":{}"#, list("1", size)).into_bytes();
            text.extend_from_slice(br#","h.namespace":"h","h.version":"1.0","h.data":{}}"#);
            text
        },
        derived,
        8.0,
        Some("has to be text"),
    ),
];

#[test]
fn no_message_takes_more_memory_than_it_may() {
    let _alone = alone();
    let mut faults = Vec::new();
    // Many sizes are the long form, which measures more exactly: more bytes at a time, and twice.
    let is_long = sizes().len() > 2;
    let of_values = ROWS.iter().map(|row| (row, sizes()));
    let few = if is_long { sizes() } else { sizes().into_iter().take(1).collect() };
    let of_messages = super::messages::ROWS.iter().chain(super::columns::ROWS).map(|row| (row, few.clone()));
    let named = std::env::var("HOSTILE_ROWS").unwrap_or_default();
    let rows = of_values.chain(of_messages).filter(|(row, _)| row.0.contains(&named));
    for (Row(name, make, read, most, refused), sizes) in rows {
        let mut times = Vec::new();
        for size in sizes {
            let message = make(size);
            let mut measured = (0, Ok(()));
            let mut taken = time(|| measured = peak(|| read(&message))) / message.len() as f64;
            let (peak, outcome) = measured;
            if is_long {
                let times_read = (16_000_000 / size).max(1);
                let again = time(|| (0..times_read).for_each(|_| drop(read(&message))));
                let again = again / (times_read * message.len()) as f64;
                taken = if times_read > 1 { again } else { taken.min(again) };
            }
            let times_over = peak as f64 / message.len() as f64;
            println!("{name}: {} MB, {times_over:.1} times over, {taken:.0} ns a byte", size / 1_000_000);
            times.push(taken);
            // Any message may take 24 bytes a byte, and 12 MiB beside that.
            let free = if *most == ANY { (12 << 20) as f64 / message.len() as f64 } else { 0.0 };
            if times_over > most + free {
                faults.push(format!("{name}: {times_over:.1} times {size} bytes"));
            }
            let is_so = match (refused, &outcome) {
                (None, outcome) => outcome.is_ok(),
                (Some(why), outcome) => {
                    outcome.as_ref().is_err_and(|error| error.contains(why) && error.len() < 1000)
                }
            };
            if !is_so {
                faults.push(format!("{name}: {outcome:?}"));
            }
        }
        // Four times as many bytes would take sixteen times as long, if time grew with their square.
        let grown = times.last().unwrap_or(&0.0) / times.first().unwrap_or(&1.0);
        if grown > if is_long { 1.2 } else { 2.5 } {
            faults.push(format!("{name}: {times:?} ns a byte"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_the_limits_allow_is_read() {
    let _alone = alone();
    let limited = |memory| {
        let limits = versioned_objects::field::Limits { memory, ..Default::default() };
        versioned_objects::field::Decoding::new().with_limits(limits)
    };
    let nulls = of_nulls(100_000);
    assert!(from_compact(&nulls).is_ok());
    let layouts = layouts();
    assert!(wire::from_compact::<Whole>(&nulls, &layouts, limited(1 << 20)).is_err());
    let large = of_nulls(2_000_000);
    let whole: Whole = wire::from_compact(&large, &layouts, limited(1 << 30)).unwrap();
    assert_eq!(whole.nulls.get().map(Vec::len), Some(16_000_000));
    drop(whole);
    // An entry of many bytes accounts for its map.
    let map = format!(r#"{{"a":1,"name":"{}"}}"#, "x".repeat(40));
    let maps = envelope("any", &list(&map, 4_000_000), false);
    assert_eq!(derived(&maps), Ok(()));
}

#[test]
fn refused_messages_leave_nothing_behind() {
    use std::sync::Arc;

    use data_encoding::BASE64;
    use pollster::block_on;
    use serde_json::json;
    use versioned_objects::rpc::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload, Server};

    struct Taker(Registry);

    impl Endpoint for Taker {
        fn methods(&self) -> &[&str] {
            &["take"]
        }

        fn call<'a>(
            &'a self,
            _: &'a str,
            mut args: Args,
            _: &'a CallContext,
        ) -> BoxFuture<'a, Result<Payload, Failure>> {
            Box::pin(async move {
                let read: Result<Whole, _> = args.take("whole", &self.0);
                read.map_err(|error| Failure::new("m", "Refused", error.to_string()))?;
                Ok(Payload::null())
            })
        }
    }

    let _alone = alone();
    let server = Server::new("b").endpoint(Taker(registry()));
    let server = Arc::new(server);
    let mut before = None;
    for round in 0..16_u8 {
        // A count, and as many pairs of places, all of them known; the value behind them is none.
        let mut bytes = vec![0xc0 | (round & 0x3f), 0xe6, 0x0d];
        bytes.resize(1 << 20, 0);
        let message = json!({"method": "take", "version": "1.0", "args": {"whole": {"ovo.compact": BASE64.encode(&bytes)}}});
        let message = message.to_string();
        let reply = block_on(server.answer(message.as_bytes(), "a"));
        assert!(String::from_utf8_lossy(&reply).contains("failure"));
        drop((reply, message, bytes));
        let now = super::ALLOCATOR.current_usage();
        assert!(now.saturating_sub(*before.get_or_insert(now)) < 100_000, "round {round}");
    }
}

#[test]
fn a_message_just_within_its_limits_takes_no_more_than_they_say() {
    let _alone = alone();
    for size in [130_000, 2_000_000] {
        let most = (12 << 20) + 8 * size;
        // As many nulls as are just taken.
        let count = most / size_of::<Option<i64>>() - 1000;
        let message = packed(&Whole { nulls: vec![].into(), ..Whole::default() }, count as u64, 0, size);
        let (peak, _) = peak(|| from_compact(&message));
        // The allocator counts the old and the new place of a list that grows.
        assert!(peak <= 3 * most, "{peak} bytes of {size}");
    }
}

/// What is measured here is what the table says it is.
#[test]
fn peaks_are_measured() {
    let _alone = alone();
    let (peak, _) = peak(|| (vec![0_u8; 1_000_000], vec![0_u8; 500_000]));
    // The harness's own threads take and give a little meanwhile.
    assert!((1_400_000..1_700_000).contains(&peak), "{peak}");
}
