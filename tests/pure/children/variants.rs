//! A variant that came to an enum of objects after its base was released.

use std::collections::BTreeMap;

use serde_json::json;
use versioned_objects::check::{self, Locks};
use versioned_objects::registry::Registry;
use versioned_objects::{Backport, ErrorKind, Field, ObjectEnum, Origin, Target, VersionedObject, wire};

use super::{in_all_forms, manifest, short, without_types};

/// What the enum stands for.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Bus {
    origin: Origin,
    id: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Nvme {
    origin: Origin,
    lanes: Field<i64>,
    #[field(extends)]
    bus: Bus,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Usb {
    origin: Origin,
    #[field(extends)]
    bus: Bus,
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Bus)]
enum Released {
    Bus(Bus),
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Bus)]
enum Careless {
    Bus(Bus),
    Nvme(Nvme),
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Bus)]
enum AnyBus {
    Bus(Bus),
    #[variant(since = "1.1")]
    Nvme(Nvme),
    #[variant(since = "1.1", older = plain)]
    Usb(Usb),
}

fn plain(usb: &Usb) -> AnyBus {
    Bus { id: usb.bus.id.clone(), ..Bus::default() }.into()
}

macro_rules! machine {
    ($name:ident, $bus:ty) => {
        #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
        #[object(coerce, name = "Machine", versions("1.0", "1.1"))]
        struct $name {
            #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
            bus: Field<Option<$bus>>,
            #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
            buses: Field<Vec<$bus>>,
            #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
            by_name: Field<BTreeMap<String, $bus>>,
        }
    };
}

machine!(Then, Released);
machine!(Hasty, Careless);
machine!(Now, AnyBus);

fn registry() -> Registry {
    Registry::new().with::<Bus>().with::<Nvme>().with::<Usb>().with::<Now>()
}

fn nvme() -> AnyBus {
    Nvme { lanes: 4.into(), ..Nvme::default() }.into()
}

fn usb() -> AnyBus {
    Usb { bus: Bus { id: 3.into(), ..Bus::default() }, ..Usb::default() }.into()
}

#[test]
fn an_older_reader_s_backport_is_refused() {
    let versions = manifest([("Machine", "1.0"), ("Bus", "1.0")]);
    let text = "Nvme stands for Bus since version 1.1 of that, and a reader of 1.0 doesn't know it";
    let machines = [
        ("Machine.bus", Now { bus: Some(nvme()).into(), ..Now::default() }),
        ("Machine.buses[0]", Now { buses: vec![nvme()].into(), ..Now::default() }),
        (
            "Machine.by_name[\"a\"]",
            Now { by_name: BTreeMap::from([("a".to_owned(), nvme())]).into(), ..Now::default() },
        ),
    ];
    let registry = registry();
    let copy = without_types(&registry);
    let layouts = registry.layouts(&versions);
    for (place, machine) in machines {
        let text = format!("{place}: {text}");
        for target in [Target::Manifest(&versions), Target::Version("1.0".parse().unwrap(), None)] {
            let error = machine.at(target).unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (ErrorKind::ObjectAction, text.clone()));
            assert_eq!(wire::to_json(&machine, target).unwrap_err().to_string(), text);
            assert_eq!(wire::to_compact(&machine, target, &layouts).unwrap_err().to_string(), text);
            let dynamic = copy.decode_json(&serde_json::to_vec(&machine).unwrap()).unwrap();
            assert_eq!(dynamic.at(target).unwrap_err().to_string(), text);
            assert_eq!(wire::to_json(&dynamic, target).unwrap_err().to_string(), text);
            let layouts = copy.layouts(&versions);
            assert_eq!(wire::to_compact(&dynamic, target, &layouts).unwrap_err().to_string(), text);
        }
        assert!(machine.at("1.1").is_ok());
    }
    // Readers of the version that it came with get it.
    let newer = manifest([("Machine", "1.0"), ("Bus", "1.1")]);
    let machine = Now { bus: Some(nvme()).into(), ..Now::default() };
    let out = short(&in_all_forms(&machine, Target::Manifest(&newer), &registry));
    assert_eq!(out, json!(["1.0", { "bus": ["1.1", { "lanes": 4 }] }]));
    let dynamic = copy.decode_json(&serde_json::to_vec(&machine).unwrap()).unwrap();
    assert_eq!(short(&in_all_forms(&dynamic, Target::Manifest(&newer), &copy)), out);
}

#[test]
fn something_can_stand_in_for_it() {
    let versions = manifest([("Machine", "1.0"), ("Bus", "1.0")]);
    let machine =
        Now { buses: vec![usb(), Bus { id: 1.into(), ..Bus::default() }.into()].into(), ..Now::default() };
    let registry = registry();
    for target in [Target::Manifest(&versions), Target::Version("1.0".parse().unwrap(), None)] {
        let out = in_all_forms(&machine, target, &registry);
        assert_eq!(short(&out), json!(["1.0", { "buses": [["1.0", { "id": 3 }], ["1.0", { "id": 1 }]] }]));
        let name = out.pointer("/versioned_object.data/buses/0/versioned_object.name").unwrap();
        assert_eq!(name, "Bus");
        let altered: Vec<_> = machine.at(target).unwrap().altered().iter().map(ToString::to_string).collect();
        assert_eq!(altered, ["Machine.buses[0] (replaced for Machine 1.0)"]);
    }
    // Who has the schema alone lacks the function.
    let copy = without_types(&registry);
    let dynamic = copy.decode_json(&serde_json::to_vec(&machine).unwrap()).unwrap();
    assert!(
        dynamic.at(&versions).unwrap_err().to_string().starts_with("Machine.buses[0]: Usb stands for Bus")
    );
}

#[test]
fn what_arrived_goes_out_as_it_came() {
    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(coerce, name = "Machine", versions("1.0", "1.1"))]
    struct Remembering {
        origin: Origin,
        #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
        buses: Field<Vec<AnyBus>>,
    }

    let text = json!({ "versioned_object.name": "Machine", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": {} });
    let mut machine: Remembering = serde_json::from_value(text).unwrap();
    machine.buses.set(vec![nvme()]);
    assert!(
        machine.at(Target::Own).unwrap_err().to_string().starts_with("Machine.buses[0]: Nvme stands for Bus")
    );
    machine.buses.set(vec![usb()]);
    assert_eq!(
        short(&serde_json::to_value(&machine).unwrap()),
        json!(["1.0", { "buses": [["1.0", { "id": 3 }]] }])
    );
}

#[test]
fn a_comparison_tells_of_one_that_says_nothing() {
    let released = |bus: &[&str]| {
        Locks::of(&Registry::new().with::<Bus>().with::<Nvme>().with::<Then>())
            .iter()
            .map(|(name, lock)| match bus.contains(&name) {
                true => lock.at("1.0".parse().unwrap()).unwrap(),
                false => lock.clone(),
            })
            .collect::<Locks>()
    };
    let findings = |old: &Locks, new: Registry| -> Vec<String> {
        let found = check::compare(old, &Locks::of(&new.with::<Bus>().with::<Nvme>().with::<Usb>()), &[]);
        found
            .iter()
            .map(|finding| format!("{} {}: {}", finding.rule.id, finding.place, finding.what))
            .collect()
    };
    let old = released(&["Bus", "Machine"]);
    let what = "values are new, and nothing says since when: Nvme";
    let told =
        ["bus", "buses", "by_name"].map(|field| format!("ENUM_VALUE_ADDED_NO_SINCE Machine.{field}: {what}"));
    let found = findings(&old, Registry::new().with::<Hasty>());
    assert!(found[0].starts_with("VERSION_BUMPED_NO_CHANGE Bus: "), "no variant says since it: {found:?}");
    assert_eq!(found[1..], told);
    assert_eq!(findings(&old, Registry::new().with::<Now>()), [""; 0]);
    // Since a version that was released already is no gate.
    let what = "values are new, and nothing says since when: Nvme, Usb";
    let told =
        ["bus", "buses", "by_name"].map(|field| format!("ENUM_VALUE_ADDED_NO_SINCE Machine.{field}: {what}"));
    assert_eq!(findings(&released(&[]), Registry::new().with::<Now>()), told);
    // One that is gone is told too.
    let now = Locks::of(&registry());
    let what = "values that it had are gone: Nvme, Usb";
    let told = ["bus", "buses", "by_name"].map(|field| format!("ENUM_VALUE_REMOVED Machine.{field}: {what}"));
    assert_eq!(findings(&now, Registry::new().with::<Then>()), told);
}
