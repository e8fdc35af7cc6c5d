//! What a target makes of an object: kept, dropped, converted, refused.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use support::fixtures::{
    BlockDisk, Bus, MappedPortList, Port, PortList, Rack, Renamed, Rules, Shelf, Span, Timestamped,
};
use versioned_objects::prelude::*;
use versioned_objects::{
    Backport, Entity, ErrorKind, Field, IntoTarget, Manifest, Origin, Primitive, Target, Version,
    VersionedObject, wire,
};

/// The names, versions and data of an envelope and of all inside it, without the noise.
fn short(envelope: &Value) -> Value {
    match envelope {
        Value::Object(entries) => {
            let find =
                |word: &str| entries.iter().find(|(key, _)| key.ends_with(word)).map(|(_, value)| value);
            match (find("object.version"), find("object.data")) {
                (Some(version), Some(data)) => json!([version, short(data)]),
                _ => entries.iter().map(|(key, value)| (key.clone(), short(value))).collect(),
            }
        }
        Value::Array(values) => values.iter().map(short).collect(),
        other => other.clone(),
    }
}

#[track_caller]
fn at<'a, E: Entity>(entity: &'a E, target: impl IntoTarget<'a>) -> Value {
    match entity.at(target) {
        Ok(view) => short(&serde_json::to_value(view).unwrap()),
        Err(error) => panic!("{error}"),
    }
}

#[track_caller]
fn refusal<'a, E: Entity>(entity: &'a E, target: impl IntoTarget<'a>) -> (ErrorKind, String) {
    match entity.at(target) {
        Ok(_) => panic!("not refused"),
        Err(error) => (error.kind(), error.to_string()),
    }
}

#[track_caller]
fn dropped<'a, E: Entity>(entity: &'a E, target: impl IntoTarget<'a>) -> Vec<String> {
    entity.at(target).unwrap().dropped().iter().map(|loss| loss.path.clone()).collect()
}

fn manifest<const N: usize>(versions: [(&str, &str); N]) -> Manifest {
    versions.into_iter().map(|(name, version)| (name, version.parse().unwrap())).collect()
}

fn port() -> Port {
    Port { serial: "p".to_owned().into(), speed: 5.into(), mac: None.into(), ..Port::default() }
}

fn disk() -> BlockDisk {
    BlockDisk {
        kind: "ssd".to_owned().into(),
        title: Some("root".to_owned()).into(),
        size_mb: 10.into(),
        bus: Bus::Nvme.into(),
        port: Some(port()).into(),
        ports: vec![port()].into(),
        strict: 1.into(),
        timestamps: Timestamped { created_at: None.into(), updated_at: None.into() },
        ..BlockDisk::default()
    }
}

#[test]
fn an_object_at_each_of_its_versions() {
    let lines: Vec<_> = ["1.0", "1.1", "1.2", "1.3", "1.4"]
        .into_iter()
        .map(|version| format!("{}\n    without {:?}", at(&disk(), version), dropped(&disk(), version)))
        .collect();
    support::snapshots("wire").bind(|| insta::assert_snapshot!("zoo_disk", lines.join("\n")));
}

#[test]
fn what_an_older_peer_wrote_is_read_as_it_is_today() {
    for version in ["1.0", "1.1", "1.2", "1.3", "1.4"] {
        let text = serde_json::to_string(&disk().at(version).unwrap()).unwrap();
        let read: BlockDisk = serde_json::from_str(&text).unwrap();
        assert_eq!(read.title, disk().title, "renamed since 1.2, in {version}");
        assert_eq!(read.size_mb, disk().size_mb, "another type before 1.1, in {version}");
        let bus = if version < "1.3" { Bus::Virtio } else { Bus::Nvme };
        assert_eq!(read.bus.get(), Some(&bus), "absent before 1.1, nvme since 1.3, in {version}");
        assert_eq!(read.bus.is_changed(), version != "1.0");
        assert!(read.port.is_set());
    }
}

#[test]
fn a_conversion_may_fail_both_ways() {
    let disk = BlockDisk { size_mb: (-1).into(), ..BlockDisk::default() };
    assert_eq!(
        refusal(&disk, "1.0"),
        (ErrorKind::ObjectAction, "Disk.size_mb: -1 MB can't be said in words".to_owned())
    );
    assert!(disk.at("1.1").is_ok());
    let text = json!({ "zoo_object.name": "Disk", "zoo_object.namespace": "zoo", "zoo_object.version": "1.0",
        "zoo_object.data": { "size": "large" } });
    let error = wire::decode::<BlockDisk, _>(&text).unwrap_err();
    assert_eq!(error.to_string(), r#"Disk.size_mb: "large" is no size"#);
}

#[test]
fn a_version_that_is_not_in_the_history_is_an_error_that_says_which_are() {
    assert_eq!(
        refusal(&disk(), "2.0"),
        (
            ErrorKind::InvalidTargetVersion,
            "Disk has no version 2.0 to be written in; it has 1.0 to 1.4".to_owned()
        )
    );
    assert_eq!(refusal(&disk(), "1.4.1").0, ErrorKind::InvalidTargetVersion);
    assert_eq!(refusal(&disk(), "latest").0, ErrorKind::InvalidTargetVersion);
    let other = manifest([("Port", "1.0")]);
    assert_eq!(
        refusal(&disk(), &other),
        (ErrorKind::InvalidTargetVersion, "the peer's manifest doesn't name Disk".to_owned())
    );
    let newer = manifest([("Disk", "1.4"), ("Port", "9.9")]);
    let (kind, text) = refusal(&disk(), &newer);
    assert_eq!(
        (kind, text.as_str()),
        (
            ErrorKind::InvalidTargetVersion,
            "Disk.port: Port has no version 9.9 to be written in; it has 1.0 to 1.2"
        )
    );
}

// 4.6 of the reference's behaviour: the last row that isn't above the target, and nothing beyond the last.
#[test]
fn declared_children_go_by_the_table_of_the_field() {
    let versions = |target: &str| {
        let out = at(&disk(), target);
        (out[1]["port"][0].clone(), out[1]["ports"][0][0].clone())
    };
    assert_eq!(versions("1.4"), (json!("1.2"), json!("1.2")));
    assert_eq!(versions("1.3"), (json!("1.1"), json!("1.2")));
    assert_eq!(versions("1.2"), (json!("1.1"), json!("1.0")));
    assert_eq!(versions("1.1"), (json!("1.0"), json!("1.0")));
    assert_eq!(versions("1.0"), (json!("1.0"), json!(null)));
    // An empty manifest is none to the outermost object in its own version, and names no object inside an older one.
    for target in ["1.4", "1.2"] {
        assert_eq!(at(&disk(), (target, &Manifest::new()))[1]["port"][0], "1.2", "{target}");
    }
}

// 4.11: a manifest beats what is declared, and what it doesn't name stays as it is, with all inside it.
#[test]
fn a_manifest_says_the_version_of_each_child() {
    let rack = Rack { disk: disk().into(), ..Rack::default() };
    let versions = |manifest: &Manifest| {
        let out = at(&rack, ("1.1", manifest));
        (out[1]["disk"][0].clone(), out[1]["disk"][1]["port"][0].clone())
    };
    assert_eq!(versions(&manifest([("Disk", "1.3"), ("Port", "1.0")])), (json!("1.3"), json!("1.0")));
    assert_eq!(versions(&manifest([("Disk", "1.3")])), (json!("1.3"), json!("1.2")));
    assert_eq!(versions(&manifest([("Port", "1.0")])), (json!("1.4"), json!("1.2")));
    assert_eq!(versions(&Manifest::new()), (json!("1.4"), json!("1.2")));
}

#[test]
fn without_manifest_or_declaration_an_older_target_is_refused() {
    let rack = Rack { disks: None.into(), ..Rack::default() };
    let (kind, text) = refusal(&rack, "1.0");
    assert_eq!(kind, ErrorKind::ObjectAction);
    assert_eq!(
        text,
        "Rack.disks: no rule for disks: which version of Disk goes with Rack 1.0 is said neither by a manifest nor by a declaration"
    );
    assert!(Rack::default().at("1.0").is_ok());
    assert!(rack.at("1.1").is_ok());
}

#[test]
fn objects_in_a_map_go_out_as_the_manifest_says() {
    let rack = Rack { by_name: BTreeMap::from([("a".to_owned(), disk())]).into(), ..Rack::default() };
    let versions = manifest([("Disk", "1.0"), ("Port", "1.0")]);
    let out = at(&rack, ("1.0", &versions));
    assert_eq!(out[1]["by_name"]["a"][0], "1.0");
    assert_eq!(out[1]["by_name"]["a"][1]["port"][0], "1.0");
    assert!(dropped(&rack, ("1.0", &versions)).contains(&"Rack.by_name[\"a\"].bus".to_owned()));
}

#[test]
fn children_that_are_kept_go_out_as_they_are() {
    let shelf = Shelf { port: port().into() };
    assert_eq!(at(&shelf, "1.0")[1]["port"][0], "1.2");
    assert_eq!(at(&shelf, ("1.0", &manifest([("Port", "1.0")])))[1]["port"][0], "1.2");
}

// 5.6: the reference's matrix for list objects.
#[test]
fn list_objects_go_by_their_own_table_the_manifest_or_1_0() {
    let plain = PortList { objects: vec![port()].into() };
    let mapped = MappedPortList { objects: vec![port()].into() };
    let to_1_1 = manifest([("Port", "1.1")]);
    let other = manifest([("Other", "1.0")]);
    let element = |out: Value| out[1]["objects"][0][0].clone();
    assert_eq!(element(at(&plain, "1.1")), "1.2");
    assert_eq!(element(at(&plain, ("1.1", &to_1_1))), "1.1");
    assert_eq!(element(at(&plain, ("1.1", &other))), "1.0");
    assert_eq!(element(at(&plain, "1.0")), "1.0");
    assert_eq!(element(at(&plain, ("1.0", &to_1_1))), "1.1");
    assert_eq!(element(at(&mapped, "1.3")), "1.2");
    assert_eq!(element(at(&mapped, ("1.3", &to_1_1))), "1.2");
    assert_eq!(element(at(&mapped, "1.2")), "1.1");
    assert_eq!(element(at(&mapped, ("1.2", &to_1_1))), "1.1");
    assert_eq!(element(at(&mapped, "1.1")), "1.0");
    assert_eq!(at(&mapped, "1.0"), json!(["1.0", {}]));
    assert_eq!(dropped(&mapped, "1.0"), ["MappedPortList.objects"]);
}

fn rules() -> Rules {
    Rules {
        cpu_policy: Some("dedicated".to_owned()).into(),
        buses: vec![Some(Bus::Nvme), Some(Bus::Ide), None].into(),
        cpuset: BTreeSet::from([1]).into(),
        pcpuset: BTreeSet::from([2, 3]).into(),
        policy: Some("affinity".to_owned()).into(),
        extra_info: BTreeMap::from([("a".to_owned(), "b".to_owned())]).into(),
        parent_addr: Some("0000:00".to_owned()).into(),
        ..Rules::default()
    }
}

#[test]
fn each_plain_rule_at_each_version() {
    let lines: Vec<_> = (0..=9)
        .map(|minor| {
            let version = Version::new(1, minor);
            format!("{}\n    without {:?}", at(&rules(), version), dropped(&rules(), version))
        })
        .collect();
    support::snapshots("wire").bind(|| insta::assert_snapshot!("zoo_rules", lines.join("\n")));
}

#[test]
fn a_set_field_can_refuse_to_be_left_out_null_too() {
    let null = Rules { secret: None.into(), ..Rules::default() };
    assert!(null.at("1.9").is_ok());
    assert_eq!(
        refusal(&null, "1.8"),
        (
            ErrorKind::ObjectAction,
            "Rules.secret: secret is set, and version 1.8 of Rules can't carry it; versions from 1.9 on can"
                .to_owned()
        )
    );
}

#[test]
fn a_value_can_be_refused_or_leave_its_field_out() {
    let policy = |text: &str| Rules { cpu_policy: Some(text.to_owned()).into(), ..Rules::default() };
    assert!(policy("mixed").at("1.6").is_ok());
    assert_eq!(
        refusal(&policy("mixed"), "1.5").1,
        "Rules.cpu_policy: cpu_policy=mixed is not supported in version 1.5 of Rules; it is from 1.6 on"
    );
    assert_eq!(dropped(&policy("older"), "1.1"), ["Rules.cpu_policy"]);
    assert_eq!(dropped(&policy("older"), "1.2"), [""; 0]);
}

#[test]
fn a_view_shows_its_target_and_nothing_of_the_value() {
    let (policy, target) = (rules(), Target::Version(Version::new(1, 6), None));
    let shown = format!("{:?}", policy.at(target).unwrap());
    assert!(shown.starts_with(&format!("View {{ target: {target:?}")), "{shown}");
    assert!(!shown.contains("dedicated"), "{shown}");
}

#[test]
fn a_refusal_comes_before_the_first_byte() {
    let mut out = Vec::new();
    let list = vec![Rules::default(), Rules { secret: None.into(), ..Rules::default() }];
    let error = wire::encode(&list, "1.0", &mut serde_json::Serializer::new(&mut out)).unwrap_err();
    assert_eq!(error.path(), "[1]Rules.secret");
    assert!(out.is_empty());
}

#[test]
fn a_routine_has_the_last_word() {
    let span = Span { first: 0.into(), last: 11.into(), step: 4.into() };
    assert_eq!(at(&span, "1.0"), json!(["1.0", { "first": 0, "last": 8 }]));
    assert_eq!(at(&span, "1.1"), json!(["1.1", { "first": 0, "last": 11, "step": 4 }]));
    let none = Span { step: 0.into(), ..Span::default() };
    assert_eq!(
        refusal(&none, "1.0"),
        (ErrorKind::ObjectAction, "Span: steps of 0 have no older form".to_owned())
    );
}

#[test]
fn any_container_of_objects_goes_out_by_a_manifest() {
    let versions = manifest([("Disk", "1.3"), ("Port", "1.1")]);
    let borrowed = port();
    let all = (vec![disk()], BTreeMap::from([("p", &borrowed)]), Some(Box::new(port())), "text", 5);
    let out = at(&all, &versions);
    assert_eq!(out[0][0][0], "1.3");
    assert_eq!(out[0][0][1]["port"][0], "1.1");
    assert_eq!(out[1]["p"], json!(["1.1", { "serial": "p", "speed": 5 }]));
    assert_eq!(out[2][0], "1.1");
    assert_eq!(
        dropped(&all, &versions),
        [
            "[0][0]Disk.port.mac",
            "[0][0]Disk.ports[0].mac",
            "[0][0]Disk.strict",
            "[1][\"p\"]Port.mac",
            "[2]Port.mac"
        ]
    );
}

#[test]
fn changes_name_only_what_goes_out_and_as_it_goes_out() {
    let disk = BlockDisk {
        title: None.into(),
        bus: Bus::Ide.into(),
        kind: Field::unchanged("a".to_owned()),
        ..BlockDisk::default()
    };
    let older = serde_json::to_value(disk.at("1.0").unwrap()).unwrap();
    assert_eq!(older["zoo_object.changes"], json!(["label"]));
    assert_eq!(serde_json::to_value(&disk).unwrap()["zoo_object.changes"], json!(["title", "bus"]));
}

#[test]
fn an_object_from_an_older_peer_is_written_in_a_newer_version_once_it_forgets_where_it_came_from() {
    let mut text = serde_json::to_value(port().at("1.0").unwrap()).unwrap();
    text["versioned_object.data"]["serial"] = json!("other");
    let mut read: Port = wire::decode(&text).unwrap();
    assert_eq!(at(&read, Target::Own)[0], "1.0");
    assert_eq!(
        refusal(&read, "1.2"),
        (
            ErrorKind::InvalidTargetVersion,
            "Port came in version 1.0 and can't be written in the newer 1.2".to_owned()
        )
    );
    read.origin.forget();
    assert_eq!(at(&read, "1.2"), json!(["1.2", { "serial": "other" }]));
}

#[test]
fn names_that_meant_something_else_are_read_as_they_were_meant() {
    let object = Renamed {
        left: "l".to_owned().into(),
        right: "r".to_owned().into(),
        reused: vec!["x".to_owned()].into(),
        count: 5.into(),
        ..Renamed::default()
    };
    assert_eq!(at(&object, "1.0"), json!(["1.0", { "right": "l", "left": "r", "count": true }]));
    assert_eq!(at(&object, "1.1"), json!(["1.1", { "left": "l", "right": "r", "count": "5" }]));
    let mut text = serde_json::to_value(object.at("1.0").unwrap()).unwrap();
    text["versioned_object.data"]["reused"] = json!("what it was before it was removed");
    let read: Renamed = wire::decode(&text).unwrap();
    assert_eq!((&read.left, &read.right), (&object.left, &object.right));
    assert_eq!(read.count.get(), Some(&1));
    assert!(!read.reused.is_set());
    assert_eq!(read.what_changed(), ["left", "right", "count"]);
    let text = serde_json::to_value(object.at("1.2").unwrap()).unwrap();
    assert_eq!(wire::decode::<Renamed, _>(&text).unwrap().count.get(), Some(&5));
}

#[test]
fn an_inserted_entry_replaces_the_one_of_its_key() {
    let mut rules = rules();
    rules.extra_info.get_mut().unwrap().insert("phys_function".to_owned(), "stale".to_owned());
    let text = serde_json::to_string(&rules.at("1.3").unwrap()).unwrap();
    assert_eq!(text.matches("phys_function").count(), 1, "{text}");
    assert!(!text.contains("stale"), "{text}");
}

#[test]
fn what_nobody_set_is_not_lost() {
    let text = serde_json::to_value(disk().at("1.0").unwrap()).unwrap();
    let read: BlockDisk = wire::decode(&text).unwrap();
    assert_eq!(read.bus.get(), Some(&Bus::Virtio), "what it counts as");
    assert_eq!(dropped(&read, Target::Own), [""; 0]);
    let mut set = read;
    set.bus.set(Bus::Virtio);
    assert_eq!(dropped(&set, Target::Own), ["Disk.bus"]);
    let made = BlockDisk { bus: Bus::Virtio.into(), ..BlockDisk::default() };
    assert_eq!(dropped(&made, "1.0"), ["Disk.bus"]);
}

#[test]
fn a_refusal_in_an_object_with_a_routine_keeps_its_kind_and_place() {
    #[derive(VersionedObject, Clone, Default)]
    #[object(coerce, versions("1.0", "1.1"), compatible = Self::older)]
    struct Outer {
        #[field(child_versions("1.0" => "1.8", "1.1" => "1.9"))]
        rules: Field<Rules>,
    }

    impl Outer {
        fn older(&self, _: &mut Primitive, _: Version) -> Result<(), String> {
            Ok(())
        }
    }

    let outer = Outer { rules: Rules { secret: None.into(), ..Rules::default() }.into() };
    let error = outer.at("1.0").unwrap_err();
    assert_eq!(
        (error.kind(), error.object(), error.path().as_str()),
        (ErrorKind::ObjectAction, Some("Rules"), "Outer.rules.secret")
    );
}

#[test]
fn plain_serialization_refuses_before_the_first_byte_too() {
    let arrived = Origin::from("1.8".parse::<Version>().unwrap());

    #[derive(VersionedObject, Clone, Default)]
    #[object(coerce, versions("1.8", "1.9"))]
    struct Kept {
        origin: Origin,
        id: Field<i64>,
        #[field(since = "1.9", refuse)]
        secret: Field<String>,
    }

    let kept = Kept { origin: arrived, id: 1.into(), secret: "s".to_owned().into() };
    let mut out = Vec::new();
    let error = serde_json::to_writer(&mut out, &kept).unwrap_err();
    assert!(error.to_string().starts_with("Kept.secret: secret is set"), "{error}");
    assert!(out.is_empty());
}
