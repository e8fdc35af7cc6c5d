//! The texts of errors, in one place: what a person reads when a release and its peers don't fit.

use serde_json::{Value, json};
use support::fixtures;
use support::fixtures::{BlockDisk, Port, Rack, Rules, Span, Values};
use versioned_objects::field::{Decoding, Limits};
use versioned_objects::registry::Registry;
use versioned_objects::{Backport, Error, Manifest, Version, wire};

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn zoo_object(name: &str, version: &str, data: Value) -> Value {
    json!({ "zoo_object.name": name, "zoo_object.namespace": "zoo", "zoo_object.version": version, "zoo_object.data": data })
}

fn value(field: &str, value: Value) -> Error {
    let text = json!({
        "versioned_object.name": "Values", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": { field: value },
    });
    wire::decode::<Values, _>(&text).unwrap_err()
}

#[track_caller]
fn snapshot(name: &str, errors: &[Error]) {
    let lines: Vec<_> = errors.iter().map(|error| format!("{:?}: {error}", error.kind())).collect();
    support::snapshots("errors").bind(|| insta::assert_snapshot!(name, lines.join("\n")));
}

#[test]
fn backports() {
    let manifest: Manifest = [("Disk", version("1.4")), ("Port", version("9.9"))].into_iter().collect();
    let disk = BlockDisk { port: Some(Port::default()).into(), ..BlockDisk::default() };
    let secret = Rules { secret: None.into(), ..Rules::default() };
    let policy = Rules { cpu_policy: Some("mixed".to_owned()).into(), ..Rules::default() };
    let arrived = Port { origin: version("1.0").into(), ..Port::default() };
    snapshot(
        "backports",
        &[
            disk.at("2.0").unwrap_err(),
            disk.at("1.4.1").unwrap_err(),
            disk.at("newest").unwrap_err(),
            disk.at(&manifest).unwrap_err(),
            disk.at(&Manifest::new()).unwrap_err(),
            Rack { disks: None.into(), ..Rack::default() }.at("1.0").unwrap_err(),
            secret.at("1.8").unwrap_err(),
            policy.at("1.5").unwrap_err(),
            Span { step: 0.into(), ..Span::default() }.at("1.0").unwrap_err(),
            BlockDisk { size_mb: (-1).into(), ..BlockDisk::default() }.at("1.0").unwrap_err(),
            arrived.at("1.2").unwrap_err(),
            vec![Rules::default(), secret].at("1.0").unwrap_err(),
        ],
    );
}

#[test]
fn registries() {
    let registry = fixtures::registry();
    snapshot(
        "registries",
        &[
            registry.schema("Socket").unwrap_err(),
            registry.clone().held_to("Port", version("1.9")).unwrap_err(),
            Registry::new().with::<Rack>().tree("Rack").unwrap_err(),
            registry.decode(zoo_object("Socket", "1.0", json!({}))).unwrap_err(),
            registry.decode(zoo_object(&"S".repeat(500), "1.0", json!({}))).unwrap_err(),
            registry.decode(zoo_object("Disk", "1.9", json!({}))).unwrap_err(),
            registry.decode(json!({ "a": 1 })).unwrap_err(),
        ],
    );
}

#[test]
fn values_and_their_places() {
    let inside =
        zoo_object("Rack", "1.1", json!({ "disks": [zoo_object("Disk", "1.4", json!({ "strict": "1" }))] }));
    let named =
        zoo_object("Rack", "1.1", json!({ "by_name": { "a": zoo_object("Disk", "1.9", json!({})) } }));
    let deep = (0..6).fold(json!(null), |inner, _| zoo_object("Rack", "1.1", json!({ "next": inner })));
    let limits = Decoding::new().with_limits(Limits { depth: 4, ..Limits::default() });
    snapshot(
        "values",
        &[
            value("text", json!([])),
            value("secret", json!({ "password": "hidden" })),
            value("predicate", json!("about 1.0")),
            value("uuid", json!("3CCA4135-A809-5BB3-AF62-275FBFE87178")),
            value("mac", json!("aa:bb")),
            value("pci", json!("x")),
            value("int", json!("one")),
            value("byte", json!(256)),
            value("natural", json!(-1)),
            value("float", json!("much")),
            value("ratio", json!(-0.5)),
            value("when", json!("yesterday")),
            value("ip", json!("10.0.0.256")),
            value("v6", json!("10.0.0.1")),
            value("network", json!("10.0.0.0/33")),
            value("list", json!([1, "x"])),
            value("dict", json!({ "k": [1, {}] })),
            value("int", json!(null)),
            value("colour", json!(5)),
            wire::decode::<Rack, _>(&inside).unwrap_err(),
            wire::decode::<Rack, _>(&named).unwrap_err(),
            wire::decode_with::<Rack, _>(&deep, limits).unwrap_err(),
        ],
    );
}
