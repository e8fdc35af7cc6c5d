//! What the corpus of each target begins with.

use serde_json::json;
use versioned_objects::registry::{Notes, SchemaEntry, Schemas};
use versioned_objects::schema::ObjectSchema;
use versioned_objects::{Target, VersionedObject, wire};

use super::objects::{Leaf, Tree, layouts, registry};

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
            vec![
                with(0, text(Target::Own)),
                with(0, older.clone()),
                with(0, format!("{{{}}}", early.join(",")).into_bytes()),
                with(1, text(Target::Own)),
                with(2, rmp_serde::to_vec_named(&tree).expect("a seed has this form")),
                with(3, cbor),
                with(4, packed(&rows)),
                with(5, packed(&columns)),
                with(5, list),
            ]
        }
        "json" => vec![
            text(Target::Own),
            br#"[0,-0,-0.0,1e400,NaN,-Infinity,18446744073709551616,"\ud83d\ude00\n",{"":null},[[],{}],true]"#.to_vec(),
            b"\xef\xbb\xbf {\"a\" : 1e-5 , \"a\":\t2}".to_vec(),
        ],
        "schema" => {
            let entry = |schema: &ObjectSchema| SchemaEntry { schema: schema.clone(), notes: Notes::default() };
            let schemas = Schemas { objects: vec![entry(Tree::SCHEMA), entry(Leaf::SCHEMA)], problems: Vec::new() };
            let lock = versioned_objects::check::Lock::of(Tree::SCHEMA);
            vec![schemas.to_string().into_bytes(), lock.to_string().into_bytes()]
        }
        "versions" => ["1.2\n1.10.0", "1.0rc1\n1!2.0.post1+l", ">=1.0,<2\n1.5", "0.0\n18446744073709551615.1"]
            .map(|text| text.as_bytes().to_vec())
            .to_vec(),
        "envelopes" => vec![
            json!({"method": "take", "version": "1.0", "args": {"tree": plain}, "context": {"user": "a"}}).to_string().into_bytes(),
            json!({"result": plain, "failure": null}).to_string().into_bytes(),
            json!({"failure": {"class": "E", "module": "m", "message": "x", "args": [], "kwargs": {}}}).to_string().into_bytes(),
        ],
        "laws" => vec![
            [vec![0x06, 0x17, 0x21, 0x08, 0x42, 0x63, 0x75, 0x06], text(Target::Own)].concat(),
            [vec![0x07; 8], older].concat(),
        ],
        _ => Vec::new(),
    }
}
