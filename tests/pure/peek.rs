//! One field of an object in the compact form, whatever lies before it.

use std::collections::BTreeMap;

use support::fixtures::more::{AnyDevice, Device, Machine, Nic};
use support::fixtures::{self, BlockDisk, Bus, Colour, Port, Rack, Rules, Values};
use versioned_objects::compact::{Layouts, View};
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{ErrorKind, Field, Target, Version, VersionedObject, wire};

use crate::compact::{peeked, port, rack};

/// Looks that each field of the object, looked at alone, is what the JSON has.
#[track_caller]
fn each_field<O: VersionedObject + Clone + Send + Sync + 'static>(
    object: O,
    target: Target<'_>,
    layouts: &Layouts,
) {
    let text = wire::to_json(&object, target).unwrap();
    let bytes = wire::to_compact(&object, target, layouts).unwrap();
    assert_ne!(bytes[4], 0, "it went out with its names");
    peeked(&AnyObject::new(object), &text, &bytes, layouts).unwrap();
}

fn newest() -> (Registry, Layouts) {
    let registry = fixtures::registry();
    let layouts = registry.layouts(registry.manifest());
    (registry, layouts)
}

fn values() -> Values {
    let uuid = "70a599e0-31e7-49b7-b260-868f441e862b";
    Values {
        text: "text".to_owned().into(),
        colour: Colour::Green.into(),
        uuid_text: uuid.into(),
        uuid: uuid.parse::<uuid::Uuid>().unwrap().into(),
        int: i64::MIN.into(),
        byte: 200.into(),
        natural: u64::MAX.into(),
        float: 0.1.into(),
        flag: true.into(),
        lenient: Field::unset(),
        when: "2026-11-27T20:18:39Z".parse::<versioned_objects::field::DateTime>().unwrap().into(),
        ip: "fe80::1".parse::<std::net::IpAddr>().unwrap().into(),
        list: vec![Some(1), None, Some(-300)].into(),
        dict: BTreeMap::from([("k".to_owned(), vec![Some("v".to_owned()), None])]).into(),
        nullable: Some(vec![[1].into()]).into(),
        json: serde_json::json!({ "a": [1, 2.5, null, true, "b"] }).into(),
        boxed: Box::new(Some("boxed".to_owned())).into(),
        ..Values::default()
    }
}

#[test]
fn values_of_every_kind_are_passed_by() {
    let (_, layouts) = newest();
    each_field(values(), Target::Own, &layouts);
    each_field(
        Values { nullable: None.into(), boxed: Box::new(None).into(), ..values() },
        Target::Own,
        &layouts,
    );
    each_field(Values::default(), Target::Own, &layouts);
    let bytes = wire::to_compact(&values(), Target::Own, &layouts).unwrap();
    assert_eq!(wire::peek(&bytes, &layouts, "natural").unwrap(), Some(View::Unsigned(u64::MAX)));
    assert_eq!(wire::peek(&bytes, &layouts, "list").unwrap(), Some(View::List(3)));
}

#[test]
fn objects_are_passed_by_with_all_that_is_in_them() {
    let (_, layouts) = newest();
    let disk = || BlockDisk { bus: Bus::Nvme.into(), ..rack().disk.get().unwrap().clone() };
    let racks = Rack { next: Some(Box::new(rack())).into(), ..rack() };
    for layouts in [layouts.clone(), layouts.clone().columnar_from(1)] {
        each_field(racks.clone(), Target::Own, &layouts);
        each_field(disk(), Target::Own, &layouts);
        let ports = vec![port("q"), Port::default(), port("r")];
        let many = BlockDisk { ports: ports.into(), strict: 7.into(), ..disk() };
        each_field(many, Target::Own, &layouts);
    }
    // One of several, which goes out with its names.
    let nic = Nic { mac: "m".to_owned().into(), vlan: 4.into(), ..Nic::default() };
    let machine = Machine {
        device: Some(AnyDevice::Nic(nic.clone())).into(),
        devices: vec![AnyDevice::Device(Device::default()), AnyDevice::Nic(nic)].into(),
        owner: Some("o".to_owned()).into(),
        numa: Some(vec![1, 2]).into(),
        ..Machine::default()
    };
    each_field(machine, Target::Own, &layouts);
}

#[test]
fn an_object_in_an_older_version_has_the_fields_of_that() {
    let registry = fixtures::registry();
    let older = registry.layouts(&[("Port", Version::new(1, 1))].into_iter().collect());
    each_field(port("p"), Target::Version(Version::new(1, 1), None), &older);
    let bytes = wire::to_compact(&port("p"), "1.1", &older).unwrap();
    assert_eq!(wire::peek(&bytes, &older, "mac").unwrap(), None);
    assert_eq!(wire::peek(&bytes, &older, "speed").unwrap(), Some(View::Int(-70_000)));
    let rules = registry.layouts(&[("Rules", Version::new(1, 8))].into_iter().collect());
    let object =
        Rules { service_id: Some(7).into(), policy: Some("p".to_owned()).into(), ..Rules::default() };
    each_field(object, Target::Version(Version::new(1, 8), None), &rules);
}

#[test]
fn what_can_t_be_looked_at_says_why() {
    let (_, layouts) = newest();
    let named = wire::to_compact(&port("p"), "1.0", &layouts).unwrap();
    let error = wire::peek(&named, &layouts, "serial").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
    assert_eq!(error.to_string(), "the object came with its names, and has to be read to look at a field");

    let mut broken = wire::to_compact(&rack(), Target::Own, &layouts).unwrap();
    let place = broken.windows(2).position(|pair| pair == b"\x01q").unwrap();
    broken[place] = 0xff;
    let error = wire::peek(&broken, &layouts, "disks").unwrap_err();
    assert_eq!(error.to_string(), "Rack.disk.ports.serial: the bytes end within a value");
    // What lies behind the field isn't looked at.
    assert_eq!(wire::peek(&broken, &layouts, "disk").unwrap(), Some(View::Object));
}
