//! The envelope: what derived objects look like on the wire, and what is read back.

use std::collections::BTreeMap;

use versioned_objects::{Backport, Entity, Field, FieldEnum, Manifest, Origin, VersionedObject, wire};

#[derive(FieldEnum, Clone, Copy, Debug, PartialEq)]
#[field_enum(rename_all = "kebab-case")]
enum Naming {
    OldStyle,
    NewStyle,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object", versions("0.1", "1.0"))]
struct Data {
    origin: Origin,
    is_volume_backed: Field<bool>,
    block_migration: Field<Option<bool>>,
    #[field(since = "1.0")]
    map: Field<BTreeMap<String, Naming>>,
}

#[test]
fn smoke() {
    let data = Data {
        block_migration: Some(true).into(),
        map: BTreeMap::from([("v".to_owned(), Naming::OldStyle)]).into(),
        ..Default::default()
    };
    println!("{}", serde_json::to_string(&data).unwrap());
    let older = data.at("0.1").unwrap();
    println!("{:?}", older.dropped());
    println!("{}", serde_json::to_string(&older).unwrap());
    let back: Data = serde_json::from_str(&serde_json::to_string(&older).unwrap()).unwrap();
    println!("{back:?} {}", back == data);
    println!("{}", serde_json::to_string(&back).unwrap());
    let all = (vec![&data], BTreeMap::from([("a", &data)]));
    let manifest: Manifest = [("Data", "0.1".parse().unwrap())].into_iter().collect();
    println!("{}", serde_json::to_string(&all.at(&manifest).unwrap()).unwrap());
    let e = wire::from_json::<Data>(br#"{"nova_object.name":"Data","nova_object.namespace":"nova","nova_object.version":"1.0","nova_object.data":{"map":{"x":"odd"}}}"#, Default::default());
    println!("{}", e.unwrap_err());
    let _ = data.has_changes();
}
