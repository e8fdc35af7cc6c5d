//! What each target does with the bytes that it is fed. The tests feed the kept corpus to the same functions.

mod objects;
pub mod seeds;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize as _};
use versioned_objects::check::Lock;
use versioned_objects::field::VersionPredicate;
use versioned_objects::primitive::Primitive;
use versioned_objects::registry::{AnyObject, Schemas};
#[cfg(feature = "amqp")]
use versioned_objects::rpc::Notification;
use versioned_objects::rpc::{
    Args, BoxFuture, CallContext, Endpoint, Failure, Payload, Reply, Request, Server,
};
use versioned_objects::wire::json::{Deserializer, Serializer};
use versioned_objects::{
    Arriving, ByName, Error, FieldType, Origin, SetByName, Target, Version, VersionedObject as _, wire,
};

use self::objects::{Loose, Tree, layouts, registry, schemas};

/// What is fed.
pub type Feed = fn(&[u8]);

/// Names of the targets, each with its function.
pub const TARGETS: &[(&str, Feed)] = &[
    ("decode", decode),
    ("coerce", coerce),
    ("json", json),
    ("schema", schema),
    ("versions", versions),
    ("envelopes", envelopes),
    ("laws", laws),
    #[cfg(feature = "amqp")]
    ("notifications", notifications),
];

/// An object that the schemas know, out of a format whose crate gives no deserializer away.
struct Known(AnyObject);

impl<'de> Deserialize<'de> for Known {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        schemas().decode(deserializer).map(Known).map_err(serde::de::Error::custom)
    }
}

fn told<T, E: ToString>(read: Result<T, E>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

fn known<E: ToString>(read: Result<Known, E>) -> Result<AnyObject, String> {
    told(read.map(|Known(object)| object))
}

/// Reads an object in a format that says its names, as a derived and as a dynamic one.
fn in_both_ways<O>(form: u8, bytes: &[u8]) -> (Result<O, String>, Result<AnyObject, String>)
where
    O: FieldType + DeserializeOwned,
{
    let (typed, dynamic) = (registry(), schemas());
    match form {
        0 => (told(wire::from_json(bytes, typed.decoding())), told(dynamic.decode_json(bytes))),
        1 => (told(serde_json::from_slice(bytes)), known(serde_json::from_slice(bytes))),
        2 => (told(rmp_serde::from_slice(bytes)), known(rmp_serde::from_slice(bytes))),
        _ => (told(ciborium::from_reader(bytes)), known(ciborium::from_reader(bytes))),
    }
}

/// Reads an object in the format that the first byte names, as a derived and as a dynamic one. What is read is written
/// again, in all forms, and read as the same; the two ways agree on what an object is.
pub fn decode(data: &[u8]) {
    let Some((form, bytes)) = data.split_first() else { return };
    let (typed, dynamic) = (registry(), schemas());
    let (tree, any): (Result<Tree, String>, Result<AnyObject, String>) = match form % 6 {
        form @ 0..=3 => in_both_ways(form, bytes),
        4 => (
            told(wire::from_compact(bytes, &layouts(typed), typed.decoding())),
            told(dynamic.decode_compact(bytes, &dynamic.layouts(typed.manifest()))),
        ),
        _ => {
            let columnar = layouts(typed).columnar();
            let _ = wire::columns(bytes, &columnar)
                .map(|columns| columns.field("name").map(|field| field.count()));
            let _ = wire::from_compact::<Vec<Tree>>(bytes, &columnar, typed.decoding());
            let by_schema = dynamic.layouts(typed.manifest()).columnar();
            let _ = dynamic.decode_compact_list(bytes, &by_schema);
            (
                told(wire::from_compact(bytes, &columnar, typed.decoding())),
                told(dynamic.decode_compact(bytes, &by_schema)),
            )
        }
    };
    let wider = match form % 6 {
        4 => dynamic.decode_compact(bytes, &layouts(dynamic)).ok(),
        5 => dynamic.decode_compact(bytes, &layouts(dynamic).columnar()).ok(),
        _ => None,
    };
    any.iter().chain(&wider).for_each(comes_back);
    let is_other = any.as_ref().is_ok_and(|any| any.name() != Tree::SCHEMA.name);
    if is_other || tree.is_err() && any.is_err() {
        return;
    }
    let (tree, any) = match (tree, any) {
        (Ok(tree), Ok(any)) => (tree, any),
        (Err(_), Ok(any)) if holds_wide(&any) => return,
        (tree, any) => panic!("an object is read in one way alone: {:?}, {:?}", tree.err(), any.err()),
    };
    let text = wire::to_json(&tree, Target::Own).expect("what was read can be written");
    // One without its type keeps the version that it came in, which these don't, so that what is in it stays as it is for
    // that one.
    let is_as_it_came = any.origin().and_then(Origin::version) == Some(Version::new(1, 0));
    if written(&any).is_some() && !is_as_it_came {
        same(wire::to_json(&tree, "1.0"), wire::to_json(&any, "1.0"));
    }
    let again: Tree = wire::from_json(&text, typed.decoding()).expect("what was written can be read");
    assert_eq!(text, wire::to_json(&again, Target::Own).expect("and written again"));
    for layouts in [layouts(typed), layouts(typed).columnar()] {
        let bytes = wire::to_compact(&tree, Target::Own, &layouts).expect("it has a compact form");
        let again: Tree = wire::from_compact(&bytes, &layouts, typed.decoding()).expect("which can be read");
        assert_eq!(text, wire::to_json(&again, Target::Own).expect("and written as JSON"));
    }
}

/// An object with one field, the second byte's, of the value behind it, in the format that the first byte names.
fn of_one_field(data: &[u8]) -> Option<(u8, Vec<u8>)> {
    let [form, field, value @ ..] = data else { return None };
    let fields = &Loose::SCHEMA.fields;
    let name = &*fields.get(usize::from(*field) % fields.len())?.name;
    let header = [("f.name", "Loose"), ("f.namespace", "f"), ("f.version", "1.0")];
    let form = form % 4;
    let start = match form {
        // A text of less than 32 bytes, and maps of four entries and of one.
        2 => {
            let text = |text: &str| [&[0xa0 | text.len() as u8], text.as_bytes()].concat();
            let header = header.map(|(key, value)| [text(key), text(value)].concat()).concat();
            [vec![0x84], header, text("f.data"), vec![0x81], text(name)].concat()
        }
        3 => {
            let text = |text: &str| [&[0x60 | text.len() as u8], text.as_bytes()].concat();
            let header = header.map(|(key, value)| [text(key), text(value)].concat()).concat();
            [vec![0xa4], header, text("f.data"), vec![0xa1], text(name)].concat()
        }
        _ => {
            let header = header.map(|(key, value)| format!("{key:?}:{value:?},")).concat();
            format!(r#"{{{header}"f.data":{{{name:?}:"#).into_bytes()
        }
    };
    let end: &[u8] = if form < 2 { b"}}" } else { b"" };
    Some((form, [&start, value, end].concat()))
}

/// Reads a value as each type that coerces, derived and by its schema: they take and refuse the same, make the same of it,
/// and take that as it is.
pub fn coerce(data: &[u8]) {
    let Some((form, bytes)) = of_one_field(data) else { return };
    let (own, any) = in_both_ways::<Loose>(form, &bytes);
    if any.as_ref().is_ok_and(|any| any.name() != Loose::SCHEMA.name) {
        return;
    }
    let (own, any) = match (own, any) {
        (Ok(own), Ok(any)) => (own, any),
        (Err(_), Err(_)) => return,
        (own, any) => panic!("a value is taken in one way alone: {:?}, {:?}", own.err(), any.err()),
    };
    let [own, any] = [wire::to_json(&own, Target::Own), wire::to_json(&any, Target::Own)];
    let again = own.as_ref().ok().map(|text| {
        let again: Loose =
            wire::from_json(text, registry().decoding()).expect("what was written can be read");
        // It has no word for NaN and infinite floats, and where anything may stand it makes floats of long numbers.
        let is_any = [&b"\"json\":"[..], b"\"map\":", b"\"list_of_maps\":"];
        let is_any = is_any.iter().any(|name| text.windows(name.len()).any(|part| part == *name));
        let is_odd = is_any && ours(text).is_none_or(|value| any_scalar(&value, is_odd_number));
        if serde_json::from_slice::<serde_json::Value>(text).is_ok() && !is_odd {
            let theirs: Loose = serde_json::from_slice(text).expect("by serde_json too");
            same(wire::to_json(&theirs, Target::Own), wire::to_json(&again, Target::Own));
        }
        wire::to_json(&again, Target::Own).map(in_order)
    });
    let own = own.map(in_order);
    let text = own.as_ref().ok().cloned();
    same(own, any.map(in_order));
    if let (Some(text), Some(again)) = (text, again) {
        same(Ok(text), again);
    }
}

/// JSON with the elements of sets, which have no order, in one.
fn in_order(text: Vec<u8>) -> Vec<u8> {
    let Some(mut object) = ours(&text) else { return text };
    let data = object.as_map_mut().and_then(|object| object.get_mut("f.data"));
    for (name, value) in data.and_then(Primitive::as_map_mut).into_iter().flatten() {
        if let Primitive::List(values) = value
            && name.ends_with("set")
        {
            values.sort_by_key(|value| format!("{value:?}"));
        }
    }
    let mut sorted = Vec::new();
    object.serialize(Serializer::new(&mut sorted)).expect("what was read can be written");
    sorted
}

/// Fails where two texts differ by more than the order of a map, and shows them.
#[track_caller]
fn same(one: Result<Vec<u8>, Error>, other: Result<Vec<u8>, Error>) {
    let shown = |text: Result<Vec<u8>, Error>| match text {
        Ok(text) => String::from_utf8_lossy(&text).into_owned(),
        Err(error) => error.to_string(),
    };
    let (one, other) = (shown(one), shown(other));
    // NaN isn't equal to itself.
    let is_unequal_to_itself = one.contains("NaN") && one.len() == other.len();
    if one != other && !is_unequal_to_itself {
        let values = (ours(one.as_bytes()), ours(other.as_bytes()));
        assert!(values.0.is_some() && values.0 == values.1, "{one}\n{other}");
    }
}

/// The object's text. One without its type keeps the version that it came in, which is written where it is numbers alone.
fn written(object: &AnyObject) -> Option<Vec<u8>> {
    match wire::to_json(object, Target::Own) {
        Err(error) if error.message().ends_with("which isn't numbers alone") => None,
        text => Some(text.expect("what was read can be written")),
    }
}

/// Whether an object holds a whole number that a type of Rust has no room for; a schema's are Python's, of any length.
fn holds_wide(object: &AnyObject) -> bool {
    written(object).and_then(|text| ours(&text)).is_some_and(|value| any_scalar(&value, is_wide))
}

/// Writes what was read without its type, in each form, and reads it as the same.
fn comes_back(object: &AnyObject) {
    let dynamic = schemas();
    let Some(text) = written(object) else { return };
    let is_same = |read: AnyObject| same(Ok(text.clone()), wire::to_json(&read, Target::Own));
    is_same(dynamic.decode_json(&text).expect("what was written can be read"));
    for layouts in [layouts(dynamic), layouts(dynamic).columnar()] {
        let bytes = wire::to_compact(object, Target::Own, &layouts).expect("it has a compact form");
        is_same(dynamic.decode_compact(&bytes, &layouts).expect("which can be read"));
    }
}

fn ours(text: &[u8]) -> Option<Primitive> {
    let mut deserializer = Deserializer::new(text).ok()?;
    let value = Primitive::deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| value)
}

fn any_scalar(value: &Primitive, is: fn(&Primitive) -> bool) -> bool {
    match value {
        Primitive::List(values) => values.iter().any(|value| any_scalar(value, is)),
        Primitive::Map(entries) => entries.values().any(|value| any_scalar(value, is)),
        value => is(value),
    }
}

fn is_wide(value: &Primitive) -> bool {
    match value {
        Primitive::Int(value) => i64::try_from(*value).is_err(),
        Primitive::Large(_) => true,
        _ => false,
    }
}

/// Whether it is something that one of the readers has no form for: a number beyond 64 bits or a float beyond its range.
fn is_odd_number(value: &Primitive) -> bool {
    match value {
        Primitive::Float(value) => !value.is_finite() || *value == 0.0,
        Primitive::Int(wide) => u64::try_from(*wide).is_err() && is_wide(value),
        value => is_wide(value),
    }
}

/// Reads JSON by our reader beside `serde_json`'s, and what our writer wrote of it by both.
pub fn json(text: &[u8]) {
    let theirs: Option<Primitive> = serde_json::from_slice(text).ok();
    let Some(value) = ours(text) else {
        // They make a float of a whole number beyond 128 bits, which ours refuses, also where its key comes once more.
        let is_long =
            text.chunk_by(|a, b| a.is_ascii_digit() && b.is_ascii_digit()).any(|run| run.len() >= 39);
        assert!(theirs.is_none() || is_long, "serde_json reads what ours refuses");
        return;
    };
    let is_odd = any_scalar(&value, is_odd_number);
    if let Some(theirs) = theirs.filter(|_| !is_odd) {
        assert_eq!(value, theirs);
    }
    let mut written = Vec::new();
    value.serialize(Serializer::new(&mut written)).expect("what was read can be written");
    let again = ours(&written).expect("what was written can be read");
    // NaN isn't equal to itself; its text is.
    assert_eq!(format!("{value:?}"), format!("{again:?}"));
    if !is_odd {
        assert_eq!(serde_json::from_slice::<Primitive>(&written).ok(), Some(value));
    }
}

/// Reads a schema file and a lock; what was read is written and read as the same.
pub fn schema(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(schemas) = text.parse::<Schemas>() {
        let first = schemas.to_string();
        let again: Schemas = first.parse().expect("what was written can be read");
        assert_eq!(first, again.to_string());
    }
    if let Ok(lock) = text.parse::<Lock>() {
        let first = lock.to_string();
        let again: Lock = first.parse().expect("what was written can be read");
        assert_eq!(first, again.to_string());
    }
}

/// Reads versions of all kinds and predicates, two of them where there are two lines.
pub fn versions(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let lines: Vec<_> = text.lines().take(2).collect();
    for line in &lines {
        if let Ok(version) = line.parse::<Version>() {
            assert_eq!(version.to_string().parse(), Ok(version));
        }
        if let Ok(version) = line.parse::<Arriving>() {
            let again: Arriving = version.to_string().parse().expect("its text is a version");
            assert_eq!(again.to_string(), version.to_string());
            let _ = version.is_read_by(Version::new(1, 2));
        }
        if let Ok(predicate) = line.parse::<VersionPredicate>() {
            let again: VersionPredicate = predicate.as_str().parse().expect("its text is a predicate");
            assert_eq!(again, predicate);
        }
    }
    let versions: Vec<Version> = lines.iter().filter_map(|line| line.parse().ok()).collect();
    if let [a, b] = versions[..] {
        assert_eq!(a.cmp(&b), b.cmp(&a).reverse());
    }
}

/// Fails with what it was given.
struct Takes;

impl Endpoint for Takes {
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
            let tree: Tree = args.take("tree", registry())?;
            args.finish()?;
            Payload::of(&tree, Target::Own).map_err(Failure::from)
        })
    }
}

/// Reads requests and replies, and has a host answer them.
pub fn envelopes(data: &[u8]) {
    if let Ok(request) = Request::from_bytes(data) {
        let bytes = request.to_bytes().expect("what was read can be written");
        let again = Request::from_bytes(&bytes).expect("what was written can be read");
        assert_eq!(bytes, again.to_bytes().expect("and written again"));
    }
    if let Ok(reply) = Reply::from_bytes(data) {
        let bytes = reply.to_bytes().expect("what was read can be written");
        Reply::from_bytes(&bytes).expect("what was written can be read");
    }
    let answer = pollster::block_on(Server::new("b").endpoint(Takes).answer(data, "a"));
    Reply::from_bytes(&answer).expect("an answer is a reply");
}

/// Reads a notification, its payload with and without types, and what is too new in it; writes it, and reads that.
#[cfg(feature = "amqp")]
pub fn notifications(data: &[u8]) {
    let Ok(notification) = Notification::from_bytes(data) else { return };
    let text = serde_json::to_vec(&notification).expect("what was read can be written");
    let again = Notification::from_bytes(&text).expect("what was written can be read");
    assert_eq!(text, serde_json::to_vec(&again).expect("and written again"));
    let tree = notification.read::<Tree>(registry());
    for registry in [registry(), schemas()] {
        if let Ok(any) = notification.read_any(registry) {
            let is_other = any.payload.name() != Tree::SCHEMA.name || holds_wide(&any.payload);
            assert!(tree.is_ok() || is_other, "an object is read without its type alone");
        }
    }
    let _ = notification.read_plain::<Primitive>();
    for (key, _) in notification.context.iter() {
        let _ = notification.context.get::<Primitive>(key);
    }
    assert!(!format!("{notification:?}").is_empty());
}

/// Reads an object, edits it by name and sends it through a chain of versions, as the bytes behind it say: none of that
/// panics, what goes out for a version is read in it, and a second time by that version it is the same.
pub fn laws(data: &[u8]) {
    let Some((steps, bytes)) = data.split_at_checked(8) else { return };
    let Ok(mut tree) = wire::from_json::<Tree>(bytes, registry().decoding()) else { return };
    let names = ["name", "size", "tags", "leaf", "leaves", "renamed", "other", "by_name"];
    for step in steps {
        let name = names[usize::from(step / 16) % names.len()];
        let value = match step % 16 {
            0 => Primitive::Null,
            1 => Primitive::Int((*step).into()),
            2 => Primitive::Text("x".repeat((*step).into())),
            3 => Primitive::List(vec!["a".into(), Primitive::Null]),
            4 => Primitive::Float(0.5),
            5 => tree.get_by_name(name).ok().flatten().unwrap_or_default(),
            version => {
                let version = ["1.0", "1.1", "1.2"][usize::from(version) % 3];
                let Ok(text) = wire::to_json(&tree, version) else { continue };
                let read: Tree =
                    wire::from_json(&text, registry().decoding()).expect("it can be read in its version");
                assert_eq!(text, wire::to_json(&read, version).expect("and written for it again"));
                tree = read;
                continue;
            }
        };
        let _ = tree.set_by_name(name, value);
    }
}
