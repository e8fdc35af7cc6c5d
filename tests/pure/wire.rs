//! The envelope: what objects look like on the wire, and what is read back.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use support::fixtures::more::{AnyDevice, Device};
use support::fixtures::{BlockDisk, Colour, Port, Rack, Relay, Span, Values};
use versioned_objects::field::{Decoding, Limits};
use versioned_objects::prelude::*;
use versioned_objects::{Backport, ErrorKind, Field, Manifest, Origin, Target, VersionedObject, wire};

fn envelope(name: &str, version: &str, data: Value) -> Value {
    json!({
        "versioned_object.name": name,
        "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": version,
        "versioned_object.data": data,
    })
}

#[track_caller]
fn read<O: VersionedObject>(envelope: &Value) -> O {
    wire::decode(envelope).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused<O: VersionedObject>(envelope: &Value) -> (ErrorKind, String) {
    match wire::decode::<O, _>(envelope) {
        Ok(_) => panic!("read {envelope}"),
        Err(error) => (error.kind(), error.to_string()),
    }
}

fn port() -> Port {
    Port {
        serial: "p".to_owned().into(),
        speed: Field::unchanged(7),
        mac: Some("aa:bb:cc:dd:ee:ff".parse().unwrap()).into(),
        ..Port::default()
    }
}

#[test]
fn an_envelope_has_its_keys_in_the_reference_s_order_and_changes_only_where_there_are_any() {
    let text = serde_json::to_string(&port()).unwrap();
    assert_eq!(
        text,
        r#"{"versioned_object.name":"Port","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.2","versioned_object.data":{"serial":"p","speed":7,"mac":"aa:bb:cc:dd:ee:ff"},"versioned_object.changes":["serial","mac"]}"#
    );
    let mut clean = port();
    ByName::reset_changes(&mut clean);
    assert!(!serde_json::to_string(&clean).unwrap().contains("changes"));
}

#[test]
fn unset_and_null_differ() {
    let unset: Port = read(&envelope("Port", "1.2", json!({})));
    let null: Port = read(&envelope("Port", "1.2", json!({ "mac": null })));
    assert!(!unset.mac.is_set());
    assert_eq!(null.mac.get(), Some(&None));
    assert_ne!(unset, null);
    assert_eq!(serde_json::to_value(&null).unwrap()["versioned_object.data"], json!({ "mac": null }));
}

#[test]
fn the_keys_may_come_in_any_order() {
    let data = json!({ "serial": "p", "mac": null });
    let mut changed = envelope("Port", "1.2", data);
    changed["versioned_object.changes"] = json!(["mac", "nobody"]);
    let Value::Object(entries) = &changed else { unreachable!() };
    let straight: Port = read(&changed);
    // Every order of five keys.
    let mut order: Vec<usize> = (0..5).collect();
    for _ in 0..120 {
        let text: Vec<String> = order
            .iter()
            .map(|place| entries.iter().nth(*place).unwrap())
            .map(|(key, value)| format!("{key:?}:{value}"))
            .collect();
        let read: Port = serde_json::from_str(&format!("{{{}}}", text.join(","))).unwrap();
        assert_eq!((&read, read.what_changed()), (&straight, vec!["mac"]));
        next(&mut order);
    }
}

/// The next permutation.
fn next(order: &mut [usize]) {
    let Some(pivot) = order.windows(2).rposition(|pair| pair[0] < pair[1]) else { return order.reverse() };
    let swap = order.iter().rposition(|place| *place > order[pivot]).unwrap();
    order.swap(pivot, swap);
    order[pivot + 1..].reverse();
}

#[test]
fn unknown_keys_and_fields_are_passed_over_and_the_last_of_two_wins() {
    let text = r#"{"other": [1], "versioned_object.name":"Port","versioned_object.namespace":"versionedobjects",
        "versioned_object.version":"1.2", "versioned_object.data":{"serial":"first","unknown":{"a":[1]},"serial":"second"}}"#;
    let port: Port = serde_json::from_str(text).unwrap();
    assert_eq!(port.serial.get().map(String::as_str), Some("second"));
}

#[test]
fn what_is_wrong_with_an_envelope_is_said() {
    let whole = envelope("Port", "1.2", json!({}));
    let without = |key: &str| {
        let mut cut = whole.clone();
        cut.as_object_mut().unwrap().remove(&format!("versioned_object.{key}"));
        cut
    };
    let with = |key: &str, value: Value| {
        let mut other = whole.clone();
        other[format!("versioned_object.{key}")] = value;
        other
    };
    let cases = [
        without("name"),
        without("namespace"),
        without("version"),
        without("data"),
        json!({}),
        json!([]),
        json!("Port"),
        json!(null),
        with("namespace", json!("nova")),
        with("namespace", json!(5)),
        with("name", json!("Socket")),
        with("name", json!(null)),
        with("version", json!("1.3")),
        with("version", json!("2.0")),
        with("version", json!("0.9")),
        with("version", json!("1.2.1")),
        with("version", json!("one")),
        with("version", json!(1.2)),
        with("data", json!(null)),
        with("data", json!(5)),
        with("data", json!(["serial"])),
        with("data", json!("a serial number")),
        with("data", json!({ "serial": [] })),
        with("data", json!({ "serial": null })),
        with("data", json!({ "mac": "aa" })),
        with("changes", json!(null)),
        with("changes", json!(5)),
    ];
    let lines: Vec<_> = cases
        .iter()
        .map(|case| {
            let (kind, text) = refused::<Port>(case);
            format!("{case}\n    {kind:?}: {text}")
        })
        .collect();
    support::snapshots("errors").bind(|| insta::assert_snapshot!("envelope", lines.join("\n")));
}

#[test]
fn odd_shapes_that_the_reference_reads_are_read() {
    for data in [json!([]), json!(["nothing known"]), json!("none of them")] {
        let port: Port = read(&envelope("Port", "1.2", data));
        assert_eq!(port, Port::default());
    }
    let mut text_changes = envelope("Port", "1.2", json!({ "serial": "p" }));
    text_changes["versioned_object.changes"] = json!("serial");
    assert!(read::<Port>(&text_changes).what_changed().is_empty());
    text_changes["versioned_object.changes"] = json!({ "serial": 1 });
    assert_eq!(read::<Port>(&text_changes).what_changed(), ["serial"]);
}

#[test]
fn a_null_becomes_the_default_where_none_may_stand() {
    let port: Port = read(&envelope("Port", "1.2", json!({ "speed": null })));
    assert_eq!(port.speed.get(), Some(&0));
}

#[test]
fn versions_are_read_by_the_history_and_by_the_reference_s_rule() {
    for version in ["1.0", "1.1", "1.2", "1", "1.1.9", "1.2rc1", "1.2.0"] {
        let port: Port = read(&envelope("Port", version, json!({ "serial": "p" })));
        assert_eq!(port.origin.arriving().unwrap().to_string(), version);
        assert_eq!(serde_json::to_value(&port).unwrap()["versioned_object.version"], version);
    }
}

#[test]
fn a_patch_is_cut_off_the_outermost_version_where_that_is_asked_for() {
    let cut = |envelope: &Value| wire::decode_with::<Port, _>(envelope, Decoding::new().cutting_patch());
    for (version, arrived) in [("1.2.7", "1.2"), ("1.1.0", "1.1"), ("1.2", "1.2"), ("1.1.0.4", "1.1.0.4")] {
        let port = cut(&envelope("Port", version, json!({ "serial": "p" }))).unwrap();
        assert_eq!(port.origin.arriving().unwrap().to_string(), arrived);
    }
    let error = cut(&envelope("Port", "1.9.3", json!({}))).unwrap_err();
    assert_eq!(error.to_string(), "version 1.9 of Port is not supported, supported version is 1.2");
    let disk = |port: &str| {
        let inside = json!({ "zoo_object.name": "Disk", "zoo_object.namespace": "zoo", "zoo_object.version": "1.4.2",
            "zoo_object.data": { "port": envelope("Port", port, json!({})) } });
        wire::decode_with::<BlockDisk, _>(&inside, Decoding::new().cutting_patch())
    };
    let read = disk("1.2.0").unwrap();
    assert_eq!(read.origin.arriving().unwrap().to_string(), "1.4");
    let port = read.port.get().unwrap().as_ref().unwrap();
    assert_eq!(port.origin.arriving().unwrap().to_string(), "1.2.0");
    let error = disk("1.2.5").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Disk.port: version 1.2.5 of Port is not supported, supported version is 1.2"
    );
}

#[test]
fn a_version_that_is_not_numbers_alone_is_read_and_does_not_go_out_again() {
    let port: Port = read(&envelope("Port", "v1.1", json!({ "serial": "p" })));
    let error = port.at(Target::Own).unwrap_err();
    assert_eq!(error.to_string(), "Port came in version v1.1, which isn't numbers alone");
}

#[test]
fn an_object_goes_out_in_the_version_that_it_came_in_and_its_children_too() {
    #[derive(VersionedObject, Clone, Default)]
    #[object(coerce, versions("1.0", "1.1"))]
    struct Host {
        origin: Origin,
        ports: Field<Vec<Port>>,
        #[field(since = "1.1")]
        name: Field<String>,
    }
    let came =
        envelope("Host", "1.0", json!({ "ports": [envelope("Port", "1.0", json!({ "serial": "p" }))] }));
    let mut host: Host = read(&came);
    host.name.set("xen-a".to_owned());
    let ports = host.ports.get_mut().unwrap();
    ports[0].speed.set(5);
    let out = serde_json::to_value(&host).unwrap();
    assert_eq!(out["versioned_object.version"], "1.0");
    assert_eq!(out["versioned_object.data"]["ports"][0]["versioned_object.version"], "1.0");
    assert_eq!(out["versioned_object.data"]["ports"][0]["versioned_object.data"], json!({ "serial": "p" }));
    let own = host.at(Target::Own).unwrap();
    let dropped: Vec<_> = own.dropped().iter().map(|loss| loss.path.clone()).collect();
    assert_eq!(dropped, ["Host.ports[0].speed", "Host.name"]);
    // Here it's ours from now on.
    host.origin.forget();
    host.ports.get_mut().unwrap()[0].origin.forget();
    let manifest: Manifest = [("Port", "1.1".parse().unwrap())].into_iter().collect();
    let newer = serde_json::to_value(host.at(("1.1", &manifest)).unwrap()).unwrap();
    assert_eq!(newer["versioned_object.data"]["name"], "xen-a");
    assert_eq!(newer["versioned_object.data"]["ports"][0]["versioned_object.data"]["speed"], 5);
}

#[test]
fn a_relay_keeps_what_it_does_not_know() {
    let newer =
        envelope("Relay", "1.7", json!({ "id": 1, "colour": "ultraviolet", "later": { "deep": [1, null] } }));
    let relay: Relay = read(&newer);
    assert_eq!(relay.colour.get(), Some(&Colour::Other("ultraviolet".to_owned())));
    assert_eq!(relay.unknown.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["later"]);
    assert_eq!(serde_json::to_value(&relay).unwrap(), newer);
    let older = relay.at("1.0").unwrap();
    let dropped: Vec<_> = older.dropped().into_iter().map(|loss| loss.field).collect();
    assert_eq!(dropped, ["colour", "later"]);
    assert_eq!(serde_json::to_value(older).unwrap()["versioned_object.data"], json!({ "id": 1 }));
    assert_eq!(refused::<Relay>(&envelope("Relay", "2.0", json!({}))).0, ErrorKind::IncompatibleVersion);
}

#[test]
fn a_whole_object_is_looked_over_once_it_was_read() {
    let (kind, text) = refused::<Span>(&envelope("Span", "1.1", json!({ "first": 5, "last": 1 })));
    assert_eq!(kind, ErrorKind::InvalidValue);
    assert_eq!(text, "Span: the first, 5, comes after the last, 1");
}

/// `Deserialize` has the format's error alone, which says what the typed one does: of an object, and of one of several.
#[test]
fn a_deserialize_says_the_whole_way_too() {
    let device = |name: &str, data: Value| json!({ "versioned_object.name": name, "versioned_object.namespace": "versionedobjects", "versioned_object.version": "1.0", "versioned_object.data": data });
    let of = |error: serde_json::Error| error.to_string();
    let wrong = device("Device", json!({ "tags": ["a", []] }));
    let text = of(serde_json::from_value::<Device>(wrong.clone()).unwrap_err());
    assert!(text.starts_with("Device.tags[1]: "), "{text}");
    assert_eq!(of(serde_json::from_value::<AnyDevice>(wrong.clone()).unwrap_err()), text);
    let newer = json!({ "versioned_object.name": "Nic", "versioned_object.namespace": "versionedobjects", "versioned_object.version": "1.7", "versioned_object.data": {} });
    let text = of(serde_json::from_value::<AnyDevice>(newer).unwrap_err());
    assert_eq!(text, "version 1.7 of Nic is not supported, supported version is 1.1");
    let text = of(serde_json::from_value::<AnyDevice>(device("Port", json!({}))).unwrap_err());
    assert_eq!(text, "unsupported object type Port, expected Device");
}

#[test]
fn an_error_of_an_envelope_says_what_was_expected_there() {
    for wrong in [json!({}), envelope("Device", "1.0", json!(7)), envelope("Socket", "1.0", json!({}))] {
        for error in [
            wire::decode::<Device, _>(&wrong).unwrap_err(),
            wire::decode::<AnyDevice, _>(&wrong).unwrap_err(),
        ] {
            let place = error.to_string();
            match place.contains("have to be a map") {
                true => assert_eq!(error.object(), None, "{place}"),
                false => assert_eq!(error.object(), Some("Device"), "{place}"),
            }
        }
    }
}

#[test]
fn errors_say_the_whole_way_to_the_value() {
    let zoo = |name: &str, version: &str, data: Value| json!({ "zoo_object.name": name, "zoo_object.namespace": "zoo", "zoo_object.version": version, "zoo_object.data": data });
    let disk = zoo(
        "Disk",
        "1.4",
        json!({ "type": "a", "port": envelope("Port", "1.2", json!({ "speed": "fast" })) }),
    );
    let rack = zoo("Rack", "1.1", json!({ "disks": [zoo("Disk", "1.4", json!({})), disk] }));
    let error = wire::decode::<Rack, _>(&rack).unwrap_err();
    assert_eq!(error.path(), "Rack.disks[1].port.speed");
    assert_eq!(error.object(), Some("Port"));
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    let newer = zoo("Rack", "1.1", json!({ "by_name": { "a": zoo("Disk", "1.9", json!({})) } }));
    let error = wire::decode::<Rack, _>(&newer).unwrap_err();
    assert_eq!(
        error.to_string(),
        r#"Rack.by_name["a"]: version 1.9 of Disk is not supported, supported version is 1.4"#
    );
    let incompatible = error.incompatible_version().unwrap();
    assert_eq!((incompatible.object.as_str(), incompatible.version.as_str()), ("Disk", "1.9"));
}

#[test]
fn what_deserialize_says_has_the_way_to_the_value_too() {
    let text = envelope("Port", "1.2", json!({ "speed": "fast" })).to_string();
    let error = serde_json::from_str::<Port>(&text).unwrap_err();
    assert!(error.to_string().starts_with("Port.speed: a whole number"), "{error}");
}

#[test]
fn broken_text_is_an_error_of_the_format() {
    for text in ["", "{", "nul", r#"{"versioned_object.name": "Port"} x"#, "{\"versioned_object.data\": {"] {
        let error = wire::from_json::<Port>(text.as_bytes(), Decoding::new()).unwrap_err();
        let cut = error.kind() == ErrorKind::Format || error.kind() == ErrorKind::MalformedPrimitive;
        assert!(cut, "{text}: {error:?}");
    }
}

#[test]
fn depth_has_a_limit_in_any_format() {
    let rack = |depth: usize| {
        (0..depth).fold(json!(null), |inner, _| {
            json!({ "zoo_object.name": "Rack", "zoo_object.namespace": "zoo", "zoo_object.version": "1.1",
                "zoo_object.data": { "next": inner } })
        })
    };
    assert!(wire::decode::<Rack, _>(&rack(5)).is_ok());
    let limits = Decoding::new().with_limits(Limits { depth: 4, ..Limits::default() });
    let error = wire::decode_with::<Rack, _>(&rack(5), limits).unwrap_err();
    assert!(error.to_string().ends_with("nested deeper than 4 levels"), "{error}");
    assert!(wire::decode::<Rack, _>(&rack(65)).is_err());
    let deep = "[".repeat(10_000);
    assert!(
        wire::from_json::<Port>(format!("{{\"versioned_object.data\": {deep}").as_bytes(), Decoding::new())
            .is_err()
    );
}

#[test]
fn other_formats_carry_objects_as_well() {
    let values = Values {
        text: "\u{e9}\"\n".to_owned().into(),
        int: i64::MIN.into(),
        list: vec![Some(1), None].into(),
        dict: BTreeMap::from([("k".to_owned(), vec![None])]).into(),
        nullable: Some(vec![]).into(),
        ..Values::default()
    };
    let mut cbor = Vec::new();
    ciborium::into_writer(&values, &mut cbor).unwrap();
    let read: Values = ciborium::from_reader(cbor.as_slice()).unwrap();
    assert_eq!((&read, read.what_changed()), (&values, values.what_changed()));
    let packed = rmp_serde::to_vec_named(&values).unwrap();
    let read: Values = rmp_serde::from_slice(&packed).unwrap();
    assert_eq!((&read, read.what_changed()), (&values, values.what_changed()));
    let older = rmp_serde::to_vec_named(&port().at("1.0").unwrap()).unwrap();
    let read: Port = rmp_serde::from_slice(&older).unwrap();
    assert_eq!(read.origin.version(), Some("1.0".parse().unwrap()));
    assert!(!read.speed.is_set());
}
