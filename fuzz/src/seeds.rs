//! What the corpus of each target begins with.

use serde_json::json;
use versioned_objects::registry::{Notes, SchemaEntry, Schemas};
use versioned_objects::schema::ObjectSchema;
use versioned_objects::{Target, VersionedObject, wire};

use super::objects::{LINES, LOCKS, Leaf, Loose, Tree, layouts, registry, schemas};

fn tree() -> Tree {
    let leaf = Leaf { text: "a".to_owned().into(), number: Some(7).into(), flag: Some(true).into() };
    Tree {
        name: "root".to_owned().into(),
        size: (-300).into(),
        ratio: Some(0.5).into(),
        tags: vec![Some("b".to_owned()), None].into(),
        nested: vec![vec![1, 2], vec![]].into(),
        by_name: [("c".to_owned(), Some(1)), ("d".to_owned(), None)]
            .into_iter()
            .collect::<std::collections::BTreeMap<_, _>>()
            .into(),
        leaf: Some(leaf.clone()).into(),
        leaves: vec![leaf.clone(), Leaf { number: None.into(), ..Leaf::default() }, leaf].into(),
        renamed: Some("e".to_owned()).into(),
        other: None.into(),
    }
}

/// Values that types which coerce take, or nearly.
const VALUES: &[&str] = &[
    "null",
    "[true,1,1.0,\"1\",-0.0,18446744073709551616,1e22]",
    "\" 1_000 \"",
    "\"nan\"",
    "\"2024-02-29 23:59:60.5+01:30\"",
    "\"10.0.0.1/255.0.0.0\"",
    "\"fe80::1/64\"",
    "\"AA-bb-CC-00-11-22\"",
    "\"{b6d2ff0e-1c73-4e21-9d37-4f0d3a9c8f01}\"",
    "\"0000:00:1F.7\"",
    "\"{'a': (1, None), 'b': [True, 'x']}\"",
    "{\"a\":[1.5,null],\"b\":{\"c\":true}}",
    "[[\"a\",1],[\"b\",{}]]",
];

/// nova's objects on the wire, the oldest and the newest version of each.
fn snapshots() -> impl Iterator<Item = &'static str> {
    LINES.iter().flat_map(|lines| {
        let mut lines = lines.lines().filter(|line| line.starts_with('{'));
        let oldest = lines.next();
        [oldest, lines.next_back()].into_iter().flatten()
    })
}

/// That text in a form without a type, whose number comes first.
fn in_form(form: u8, text: &str) -> Vec<u8> {
    let plain: serde_json::Value = serde_json::from_str(text).expect("a snapshot is JSON");
    let packed = |layouts| {
        let object = schemas().decode_json(text.as_bytes()).expect("a snapshot is an object");
        wire::to_compact(&object, Target::Own, &layouts).expect("a snapshot has this form")
    };
    let bytes = match form {
        2 => rmp_serde::to_vec(&plain).expect("a snapshot has this form"),
        3 => {
            let mut cbor = Vec::new();
            ciborium::into_writer(&plain, &mut cbor).expect("a snapshot has this form");
            cbor
        }
        4 => packed(layouts(schemas())),
        5 => packed(layouts(schemas()).columnar()),
        _ => text.as_bytes().to_vec(),
    };
    [vec![form], bytes].concat()
}

/// The seeds of that target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    let tree = tree();
    let text = |target: Target<'_>| wire::to_json(&tree, target).expect("a seed can be written");
    let older = wire::to_json(&tree, "1.0").expect("a seed can be written");
    let with = |form: u8, bytes: Vec<u8>| [vec![form], bytes].concat();
    let plain: serde_json::Value = serde_json::from_slice(&text(Target::Own)).expect("a seed is JSON");
    match target {
        "decode" => {
            let mut cbor = Vec::new();
            ciborium::into_writer(&tree, &mut cbor).expect("a seed has this form");
            let rows = layouts(registry());
            let columns = rows.clone().columnar();
            let packed = |layouts| wire::to_compact(&tree, Target::Own, layouts).expect("a seed has this form");
            let list = vec![tree.clone(); 20];
            let list = wire::to_compact(&list, Target::Own, &columns).expect("a seed has this form");
            let early: Vec<_> = plain.as_object().into_iter().flatten().rev().map(|(k, v)| format!("{k:?}:{v}")).collect();
            let own = vec![
                with(0, text(Target::Own)),
                with(0, older.clone()),
                with(0, String::from_utf8_lossy(&older).replace(r#""1.0""#, r#""1.a""#).into_bytes()),
                with(0, format!("{{{}}}", early.join(",")).into_bytes()),
                with(1, text(Target::Own)),
                with(2, rmp_serde::to_vec_named(&tree).expect("a seed has this form")),
                with(3, cbor),
                with(4, packed(&rows)),
                with(5, packed(&columns)),
                with(5, list),
            ];
            // Each snapshot in two of the forms, so that all six are there of the larger ones.
            let forms = snapshots().enumerate().flat_map(|(index, text)| {
                [index % 3, 3 + index % 3].map(|form| in_form(form as u8, text))
            });
            own.into_iter().chain(forms).collect()
        }
        "coerce" => (0..Loose::SCHEMA.fields.len() as u8)
            .flat_map(|field| VALUES.iter().enumerate().map(move |(index, value)| (index, field, *value)))
            .map(|(index, field, value)| {
                let mut seed = in_form((index as u8 + field) % 4, value);
                seed.insert(1, field);
                seed
            })
            .collect(),
        "json" => vec![
            text(Target::Own),
            br#"[0,-0,-0.0,1e400,NaN,-Infinity,18446744073709551616,"\ud83d\ude00\n",{"":null},[[],{}],true]"#.to_vec(),
            format!(r#"{{"a":{},"a":1}}"#, "3".repeat(58)).into_bytes(),
            b"\xef\xbb\xbf {\"a\" : 1e-5 , \"a\":\t2}".to_vec(),
        ]
        .into_iter()
        .chain(snapshots().map(|text| text.as_bytes().to_vec()))
        .collect(),
        "schema" => {
            let entry = |schema: &ObjectSchema| SchemaEntry { schema: schema.clone(), notes: Notes::default() };
            let schemas = Schemas { objects: vec![entry(Tree::SCHEMA), entry(Leaf::SCHEMA)], problems: Vec::new() };
            let lock = versioned_objects::check::Lock::of(Tree::SCHEMA);
            let own = [schemas.to_string(), lock.to_string()].map(String::into_bytes);
            own.into_iter().chain(LOCKS.iter().map(|text| text.as_bytes().to_vec())).collect()
        }
        "versions" => ["1.2\n1.10.0", "1.0rc1\n1!2.0.post1+l", ">=1.0,<2\n1.5", "0.0\n18446744073709551615.1"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec(),
        "envelopes" => vec![
            json!({"method": "take", "version": "1.0", "args": {"tree": plain}, "context": {"user": "a"}}).to_string().into_bytes(),
            json!({"result": plain, "failure": null}).to_string().into_bytes(),
            json!({"failure": {"class": "E", "module": "m", "message": "x", "args": [], "kwargs": {}}}).to_string().into_bytes(),
        ],
        "notifications" => {
            let told = |payload: &str| {
                let keys = r#""message_id":"m","publisher_id":"nova-compute:h","event_type":"a.b","priority":"INFO""#;
                format!(r#"{{{keys},"payload":{payload},"timestamp":"2026-11-28 20:30:05","_context_user":"u","_unique_id":"x"}}"#)
            };
            let newer = String::from_utf8_lossy(&text(Target::Own)).replace(r#""f.version":"1.2""#, r#""f.version":"1.7""#);
            let wrapped = json!({"oslo.version": "2.0", "oslo.message": told(&newer)}).to_string();
            let bare = [told(&newer), told("[NaN, 1e400]")].into_iter().chain(snapshots().map(told));
            bare.chain([wrapped]).map(String::into_bytes).collect()
        }
        "laws" => vec![
            [vec![0x06, 0x17, 0x21, 0x08, 0x42, 0x63, 0x75, 0x06], text(Target::Own)].concat(),
            [vec![0x07; 8], older].concat(),
        ],
        _ => Vec::new(),
    }
}
