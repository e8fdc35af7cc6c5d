//! Objects that keep their names in the compact form, since they are more than the fields of their layout's version.

use support::fixtures::more::{AnyDevice, Device, Machine, Nic};
use support::fixtures::{self, Port, Relay};
use versioned_objects::compact::Layouts;
use versioned_objects::registry::Registry;
use versioned_objects::{Entity, Field, Origin, Primitive, Target, Version, VersionedObject, wire};

/// Layouts of one object in that version.
fn layouts(registry: &Registry, name: &str, version: &str) -> Layouts {
    registry.layouts(&[(name, version.parse().unwrap())].into_iter().collect())
}

/// Writes an object alone and in lists, in rows and by column, and looks that it's what JSON has. Tells whether it kept its
/// names.
#[track_caller]
fn keeps_names<E: Entity + Clone>(
    object: &E,
    target: Target<'_>,
    registry: &Registry,
    layouts: &Layouts,
) -> bool {
    let text = |object| String::from_utf8(wire::to_json(object, target).unwrap()).unwrap();
    let expected = text(object);
    let read_of = |bytes: &[u8], layouts: &Layouts| {
        let read = registry.decode_compact(bytes, layouts).unwrap();
        String::from_utf8(wire::to_json(&read, Target::Own).unwrap()).unwrap()
    };
    let bytes = wire::to_compact(object, target, layouts).unwrap();
    assert_eq!(read_of(&bytes, layouts), expected);
    let list = vec![object.clone(); 3];
    for layouts in [layouts.clone(), layouts.clone().columnar_from(1)] {
        let bytes = wire::to_compact(&list, target, &layouts).unwrap();
        for read in registry.decode_compact_list(&bytes, &layouts).unwrap() {
            assert_eq!(String::from_utf8(wire::to_json(&read, Target::Own).unwrap()).unwrap(), expected);
        }
    }
    bytes[4] == 0
}

#[test]
fn what_came_with_a_label_of_its_own_keeps_it() {
    let registry = fixtures::registry();
    let layouts = layouts(&registry, "Port", "1.2");
    for (version, is_named) in [("1.2", false), ("1.2.0", true), ("1.02", true)] {
        let text = format!(
            r#"{{"versioned_object.name":"Port","versioned_object.namespace":"versionedobjects","versioned_object.version":"{version}","versioned_object.data":{{"serial":"p"}}}}"#
        );
        let port: Port = wire::from_json(text.as_bytes(), Default::default()).unwrap();
        assert_eq!(keeps_names(&port, Target::Own, &registry, &layouts), is_named, "{version}");
        let written = wire::to_json(&port, Target::Own).unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), text);
    }
}

/// A peer of 1.0 gets the last value that a step reaches.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), compatible = Self::make_older)]
struct Trip {
    origin: Origin,
    first: Field<i64>,
    last: Field<i64>,
    #[field(since = "1.1")]
    step: Field<i64>,
}

impl Trip {
    fn make_older(&self, data: &mut Primitive, target: Version) -> Result<(), String> {
        if let (Some(data), true) = (data.as_map_mut(), target < Version::new(1, 1)) {
            data.insert("last".to_owned(), Primitive::Int(7));
        }
        Ok(())
    }
}

#[test]
fn what_a_routine_made_for_an_older_version_goes_out_as_that_has_it() {
    let registry = Registry::new().with::<Trip>();
    let trip = Trip { first: 1.into(), last: 9.into(), step: 3.into(), ..Trip::default() };
    let older = Target::Version(Version::new(1, 0), None);
    let text = String::from_utf8(wire::to_json(&trip, older).unwrap()).unwrap();
    assert!(text.contains(r#""last":7"#), "{text}");
    assert!(keeps_names(&trip, older, &registry, &layouts(&registry, "Trip", "1.0")));
    // In its own version no routine has a say.
    assert!(!keeps_names(&trip, Target::Own, &registry, &layouts(&registry, "Trip", "1.1")));
}

/// Rules hold for pins alone: by a manifest it goes out whole, under the old label.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), by_pin)]
struct Pinned {
    origin: Origin,
    first: Field<i64>,
    #[field(since = "1.1")]
    later: Field<i64>,
}

#[test]
fn an_object_with_two_ways_to_an_older_version_goes_out_as_in_json() {
    let registry = Registry::new().with::<Pinned>();
    let older = [("Pinned", Version::new(1, 0))].into_iter().collect();
    let pinned = Pinned { first: 1.into(), later: 2.into(), ..Pinned::default() };
    let layouts_of = |version| layouts(&registry, "Pinned", version);
    for (target, has_later) in [
        (Target::Version(Version::new(1, 0), None), false),
        (Target::Pin(&older), false),
        (Target::Manifest(&older), true),
    ] {
        let text = String::from_utf8(wire::to_json(&pinned, target).unwrap()).unwrap();
        assert_eq!(text.contains(r#""later":2"#), has_later, "{target:?}");
        let bytes = wire::to_compact(&pinned, target, &layouts_of("1.0")).unwrap();
        let read: Pinned = wire::from_compact(&bytes, &layouts_of("1.0"), Default::default()).unwrap();
        assert_eq!((bytes[4], read.later.is_set()), (0, has_later), "{target:?}");
    }
    assert!(!keeps_names(&pinned, Target::Own, &registry, &layouts_of("1.1")));
}

/// An object that is known by its schema alone leaves out the names wherever a derived one does.
#[test]
fn an_object_without_a_type_goes_out_in_the_same_bytes() {
    let registry = fixtures::registry();
    let by_schema = crate::compact::dynamic(&registry);
    let layouts = registry.layouts(registry.manifest());
    let nic = || Nic { mac: "m".to_owned().into(), ..Nic::default() };
    let machine = Machine {
        device: Some(AnyDevice::Nic(nic())).into(),
        devices: vec![AnyDevice::Device(Device { id: 7.into(), ..Device::default() }), AnyDevice::Nic(nic())]
            .into(),
        ..Machine::default()
    };
    let port = |serial: &str| Port { serial: serial.to_owned().into(), ..Port::default() };
    let ports = fixtures::PortList { objects: vec![port("a"), port("b")].into() };
    #[track_caller]
    fn same<E: Entity>(object: &E, by_schema: &Registry, own: &Layouts) {
        let bytes = wire::to_compact(object, Target::Own, own).unwrap();
        let text = wire::to_json(object, Target::Own).unwrap();
        let read = by_schema.decode_json(&text).unwrap();
        let theirs = by_schema.layouts(by_schema.manifest());
        assert_eq!(wire::to_compact(&read, Target::Own, &theirs).unwrap(), bytes);
        let read = by_schema.decode_compact(&bytes, &theirs).unwrap();
        assert_eq!(wire::to_json(&read, Target::Own).unwrap(), text);
    }
    same(&machine, &by_schema, &layouts);
    same(&ports, &by_schema, &layouts);
    let registry = Registry::new().with::<Port>().with::<Held>();
    let held = Held {
        one: Some(port("a")).into(),
        rows: vec![vec![port("a")], Vec::new()].into(),
        by_name: std::collections::BTreeMap::from([("a".to_owned(), port("a"))]).into(),
    };
    same(&held, &crate::compact::dynamic(&registry), &registry.layouts(registry.manifest()));
}

/// Objects in each place where a schema names them.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Held {
    one: Field<Option<Port>>,
    rows: Field<Vec<Vec<Port>>>,
    by_name: Field<std::collections::BTreeMap<String, Port>>,
}

#[test]
fn what_a_relay_carries_along_has_no_place_but_under_its_name() {
    let registry = Registry::new().with::<Relay>();
    let layouts = layouts(&registry, "Relay", "1.1");
    for (more, is_named) in [("", false), (r#","later":7"#, true)] {
        let text = format!(
            r#"{{"versioned_object.name":"Relay","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.1","versioned_object.data":{{"id":1{more}}}}}"#
        );
        let relay: Relay = wire::from_json(text.as_bytes(), Default::default()).unwrap();
        assert_eq!(keeps_names(&relay, Target::Own, &registry, &layouts), is_named, "{more}");
    }
}

#[test]
fn an_object_in_another_version_than_its_layout_s_keeps_them() {
    let registry = fixtures::registry();
    let port = Port { serial: "p".to_owned().into(), ..Port::default() };
    for (version, target, is_named) in [
        ("1.2", Target::Own, false),
        ("1.1", Target::Own, true),
        ("1.1", Target::Version(Version::new(1, 1), None), false),
        ("1.2", Target::Version(Version::new(1, 1), None), true),
        ("1.1", Target::Child(Version::new(1, 1), None), false),
        ("1.1", Target::Child(Version::new(1, 2), None), true),
    ] {
        let layouts = layouts(&registry, "Port", version);
        assert_eq!(keeps_names(&port, target, &registry, &layouts), is_named, "{version} {target:?}");
    }
}

#[test]
fn one_of_several_objects_does_so_in_its_field_and_not_alone() {
    let registry = fixtures::registry();
    let layouts = registry.layouts(registry.manifest());
    let nic = Nic { mac: "m".to_owned().into(), ..Nic::default() };
    let device = Device { id: 7.into(), ..Device::default() };
    let machine = Machine {
        device: Some(AnyDevice::Nic(nic.clone())).into(),
        devices: vec![AnyDevice::Device(device.clone()), AnyDevice::Nic(nic.clone())].into(),
        ..Machine::default()
    };
    assert!(!keeps_names(&machine, Target::Own, &registry, &layouts));
    assert!(!keeps_names(&nic, Target::Own, &registry, &layouts));
    let bytes = wire::to_compact(&machine, Target::Own, &layouts).unwrap();
    let names = |name: &str| bytes.windows(name.len()).filter(|part| *part == name.as_bytes()).count();
    assert_eq!((names("Nic"), names("Device"), names("Machine")), (2, 1, 0));
}
