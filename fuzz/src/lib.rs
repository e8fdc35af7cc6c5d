//! What each target does with the bytes that it is fed. The tests feed the kept corpus to the same functions.

mod objects;
pub mod seeds;

use serde::{Deserialize as _, Serialize as _};
use versioned_objects::check::Lock;
use versioned_objects::field::VersionPredicate;
use versioned_objects::primitive::Primitive;
use versioned_objects::registry::Schemas;
use versioned_objects::rpc::{
    Args, BoxFuture, CallContext, Endpoint, Failure, Payload, Reply, Request, Server,
};
use versioned_objects::wire::json::{Deserializer, Serializer};
use versioned_objects::{Arriving, ByName, SetByName, Target, Version, wire};

use self::objects::{Tree, layouts, registry, schemas};

/// What is fed.
pub type Feed = fn(&[u8]);

/// Names of the targets, each with its function.
pub const TARGETS: &[(&str, Feed)] = &[
    ("decode", decode),
    ("json", json),
    ("schema", schema),
    ("versions", versions),
    ("envelopes", envelopes),
    ("laws", laws),
];

/// Reads an object in the format that the first byte names, as a derived and as a dynamic one. What is read is written
/// again, in all forms, and read as the same.
pub fn decode(data: &[u8]) {
    let Some((form, bytes)) = data.split_first() else { return };
    let (typed, dynamic) = (registry(), schemas());
    let columnar = || layouts(typed).columnar();
    let tree: Option<Tree> = match form % 6 {
        0 => {
            let _ = dynamic.decode_json(bytes);
            wire::from_json(bytes, typed.decoding()).ok()
        }
        1 => {
            let _ = dynamic.decode(&mut serde_json::Deserializer::from_slice(bytes));
            serde_json::from_slice(bytes).ok()
        }
        2 => {
            let _ = dynamic.decode(&mut rmp_serde::Deserializer::new(bytes));
            rmp_serde::from_slice(bytes).ok()
        }
        3 => ciborium::from_reader(bytes).ok(),
        4 => {
            let _ = dynamic.decode_compact(bytes, &layouts(dynamic));
            wire::from_compact(bytes, &layouts(typed), typed.decoding()).ok()
        }
        _ => {
            let columnar = columnar();
            let _ = wire::columns(bytes, &columnar)
                .map(|columns| columns.field("name").map(|field| field.count()));
            let _ = wire::from_compact::<Vec<Tree>>(bytes, &columnar, typed.decoding());
            wire::from_compact(bytes, &columnar, typed.decoding()).ok()
        }
    };
    let Some(tree) = tree else { return };
    let text = wire::to_json(&tree, Target::Own).expect("what was read can be written");
    let again: Tree = wire::from_json(&text, typed.decoding()).expect("what was written can be read");
    assert_eq!(text, wire::to_json(&again, Target::Own).expect("and written again"));
    for layouts in [layouts(typed), columnar()] {
        let bytes = wire::to_compact(&tree, Target::Own, &layouts).expect("it has a compact form");
        let again: Tree = wire::from_compact(&bytes, &layouts, typed.decoding()).expect("which can be read");
        assert_eq!(text, wire::to_json(&again, Target::Own).expect("and written as JSON"));
    }
    let without_type = dynamic.decode_json(&text).expect("it can be read without its type");
    assert_eq!(text, wire::to_json(&without_type, Target::Own).expect("and written"));
}

fn ours(text: &[u8]) -> Option<Primitive> {
    let mut deserializer = Deserializer::new(text).ok()?;
    let value = Primitive::deserialize(&mut deserializer).ok()?;
    deserializer.end().ok().map(|()| value)
}

/// Whether a value has something that one of the readers has no form for: a number beyond 64 bits or a float beyond its
/// range.
fn has_odd_number(value: &Primitive) -> bool {
    match value {
        Primitive::Float(value) => !value.is_finite() || *value == 0.0,
        Primitive::Int(value) => u64::try_from(*value).is_err() && i64::try_from(*value).is_err(),
        Primitive::Large(_) => true,
        Primitive::List(values) => values.iter().any(has_odd_number),
        Primitive::Map(entries) => entries.values().any(has_odd_number),
        _ => false,
    }
}

/// Reads JSON by our reader beside `serde_json`'s, and what our writer wrote of it by both.
pub fn json(text: &[u8]) {
    let theirs: Option<Primitive> = serde_json::from_slice(text).ok();
    let Some(value) = ours(text) else {
        // A float of theirs may be a whole number beyond 128 bits, which ours refuses.
        assert!(theirs.is_none_or(|theirs| has_large_float(&theirs)), "serde_json reads what ours refuses");
        return;
    };
    let is_odd = has_odd_number(&value);
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

fn has_large_float(value: &Primitive) -> bool {
    match value {
        Primitive::Float(value) => value.abs() >= 3e38,
        Primitive::List(values) => values.iter().any(has_large_float),
        Primitive::Map(entries) => entries.values().any(has_large_float),
        _ => false,
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
