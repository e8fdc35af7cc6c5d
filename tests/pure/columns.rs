//! Lists by column: they carry what JSON carries, can be looked at in place, and no bytes but their own are read.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use support::fixtures::{self, BlockDisk, Port, PortList, Rack, Shelf, Values};
use versioned_objects::check::envelopes;
use versioned_objects::compact::{Layouts, View, ViewColumn};
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::wire::CompactWriter;
use versioned_objects::{Error, ErrorKind, Field, Manifest, Target, Version, nova, wire};

use crate::compact::{dynamic, equal, hex, manifest, port, rack, read, written};

/// Writes a list both ways, reads both again, and looks that it's the same. Tells whether it went out by column. The
/// writer has room of other lists, in which the same bytes are gathered.
pub(crate) fn same(
    objects: &[AnyObject],
    writer: &mut CompactWriter,
    target: Target<'_>,
    layouts: &Layouts,
    reader: &Registry,
    reader_layouts: &Layouts,
) -> Result<bool, TestCaseError> {
    let Some((text, bytes)) = written(objects, target, layouts)? else { return Ok(false) };
    let mut again = Vec::new();
    writer.append(objects, target, layouts, &mut again)?;
    prop_assert_eq!(&again, &bytes);
    prop_assert_eq!(layouts.digest(), reader_layouts.digest());
    let by_text = reader.decode_json_list(&text);
    let by_bytes = reader.decode_compact_list(&bytes, reader_layouts);
    match (by_text, by_bytes) {
        (Ok(by_text), Ok(by_bytes)) => {
            prop_assert_eq!(by_text.len(), by_bytes.len());
            for (by_text, by_bytes) in by_text.into_iter().zip(by_bytes) {
                equal(reader, by_text, &by_bytes)?;
            }
        }
        (Err(_), Err(_)) => {}
        (by_text, by_bytes) => {
            return Err(TestCaseError::fail(format!("by text {by_text:?}, by column {by_bytes:?}")));
        }
    }
    Ok(bytes.get(4).is_some_and(|count| count & 1 == 1))
}

/// Random lists of objects of each name, at all versions, for the ways to name a target. Gives how many lists went out by
/// column.
fn all_the_same(registry: &Registry, reader: &Registry, cases: u32) -> usize {
    let by_column = std::cell::Cell::new(0);
    let writer = RefCell::new(CompactWriter::new());
    for name in registry.names() {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let versions = registry.versions(name);
        let lists = prop::collection::vec(envelopes(registry, name), 1..6);
        TestRunner::new(config)
            .run(&(lists, 0..versions.len()), |(envelopes, place)| {
                let objects: Vec<_> =
                    envelopes.iter().filter_map(|envelope| read(registry, envelope)).collect();
                let version = versions[place];
                let manifest = manifest(registry, name, version, place);
                let layouts = |manifest: &Manifest| {
                    let layouts = |registry: &Registry| registry.layouts(manifest).columnar_from(1);
                    (layouts(registry), layouts(reader))
                };
                let (older, reader_older) = layouts(&manifest);
                let (newest, reader_newest) = layouts(registry.manifest());
                let targets = [
                    (Target::Own, &newest, &reader_newest),
                    (Target::Own, &older, &reader_older),
                    (Target::Version(version, None), &older, &reader_older),
                    (Target::Version(version, Some(&manifest)), &older, &reader_older),
                    (Target::Manifest(&manifest), &older, &reader_older),
                ];
                for (target, layouts, reader_layouts) in targets {
                    let is_by_column =
                        same(&objects, &mut writer.borrow_mut(), target, layouts, reader, reader_layouts)?;
                    by_column.set(by_column.get() + usize::from(is_by_column));
                }
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    by_column.get()
}

#[test]
fn they_carry_what_json_carries() {
    let registry = fixtures::registry();
    assert!(all_the_same(&registry, &registry, 24) > 24 * registry.names().count());
}

#[test]
fn they_carry_what_json_carries_of_nova_s_objects() {
    let registry = nova::objects::registry();
    assert!(all_the_same(&registry, &registry, 8) > 8 * registry.names().count());
}

#[test]
fn dynamic_objects_read_what_derived_ones_write_and_the_other_way_round() {
    // A conversion is a Rust function, which a schema alone can't follow.
    let derived = Registry::new().with::<Values>().with::<Port>().with::<PortList>().with::<Shelf>();
    let dynamic = dynamic(&derived);
    all_the_same(&derived, &dynamic, 24);
    all_the_same(&dynamic, &derived, 24);
    all_the_same(&dynamic, &dynamic, 12);
}

fn newest() -> (Registry, Layouts) {
    let registry = fixtures::registry();
    let layouts = registry.layouts(registry.manifest()).columnar();
    (registry, layouts)
}

fn ports(count: usize) -> Vec<Port> {
    (0..count)
        .map(|place| Port { speed: Field::unchanged(place as i64), ..port(&format!("p{}", place % 3)) })
        .collect()
}

#[test]
fn short_lists_are_rows_and_long_ones_are_columns() {
    let (_, layouts) = newest();
    let marked = |count| wire::to_compact(&ports(count), Target::Own, &layouts).unwrap()[4];
    assert_eq!(marked(15), 15 << 1);
    assert_eq!(marked(16), 16 << 1 | 1);
    // Rows of texts stay rows.
    let texts = wire::to_compact(&vec!["text".to_owned(); 20], Target::Own, &layouts).unwrap();
    assert_eq!(texts[4], 20 << 1);
    assert_eq!(wire::from_compact::<Vec<String>>(&texts, &layouts, Default::default()).unwrap().len(), 20);
    // Within an object, and in a dict.
    let list = PortList { objects: ports(300).into() };
    let bytes = wire::to_compact(&list, Target::Own, &layouts).unwrap();
    assert_eq!(wire::from_compact::<PortList>(&bytes, &layouts, Default::default()).unwrap(), list);
    let disk = |name| BlockDisk { kind: name, ports: ports(2).into(), ..BlockDisk::default() };
    let by_name: BTreeMap<_, _> =
        (0..40).map(|place| (format!("d{place}"), disk(format!("kind {}", place % 2).into()))).collect();
    let rack = Rack { by_name: by_name.into(), ..rack() };
    let bytes = wire::to_compact(&rack, Target::Own, &layouts).unwrap();
    assert_eq!(wire::from_compact::<Rack>(&bytes, &layouts, Default::default()).unwrap(), rack);
}

#[test]
fn who_knows_no_columns_refuses_them_and_gets_rows() {
    let (registry, layouts) = newest();
    let rows = registry.layouts(registry.manifest());
    assert_ne!(rows.digest(), layouts.digest());
    assert!(layouts.is_columnar() && !rows.is_columnar());
    assert!(layouts.picked(|_, _, _| true).is_columnar());
    let bytes = wire::to_compact(&ports(20), Target::Own, &layouts).unwrap();
    let error = wire::from_compact::<Vec<Port>>(&bytes, &rows, Default::default()).unwrap_err();
    assert_eq!(
        (error.kind(), &*error.to_string()),
        (ErrorKind::Layout, "the value was written with other layouts")
    );
    let bytes = wire::to_compact(&ports(20), Target::Own, &rows).unwrap();
    assert_eq!(wire::from_compact::<Vec<Port>>(&bytes, &rows, Default::default()).unwrap(), ports(20));
}

#[test]
fn an_older_version_has_its_own_columns() {
    let registry = fixtures::registry();
    let older = [("Port", Version::new(1, 0))].into_iter().collect();
    let layouts = registry.layouts(&older).columnar();
    let bytes = wire::to_compact(&ports(20), "1.0", &layouts).unwrap();
    let fields: Vec<_> =
        wire::columns(&bytes, &layouts).unwrap().fields().map(|field| &*field.name).collect();
    assert_eq!(fields, ["serial"]);
    let read = wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap();
    for (read, written) in read.iter().zip(ports(20)) {
        assert_eq!(read.serial, written.serial);
        assert_eq!((read.speed.get(), read.origin.version()), (None, Some(Version::new(1, 0))));
    }
}

#[test]
fn columns_can_be_looked_at() {
    let (_, layouts) = newest();
    let disks: Vec<_> = (0..50)
        .map(|place| BlockDisk {
            kind: if place % 2 == 0 { "even".to_owned().into() } else { Field::unset() },
            title: if place % 3 == 0 { None } else { Some(format!("disk {place}")) }.into(),
            size_mb: (place - 25).into(),
            bus: fixtures::Bus::Virtio.into(),
            port: Some(port("p")).into(),
            ports: ports(place as usize % 3).into(),
            ..BlockDisk::default()
        })
        .collect();
    let bytes = wire::to_compact(&disks, Target::Own, &layouts).unwrap();
    let columns = wire::columns(&bytes, &layouts).unwrap();
    assert_eq!((columns.name(), columns.len(), columns.version()), ("Disk", 50, Version::new(1, 4)));
    assert!(columns.field("no such field").is_none());
    let views = |name: &str| -> Vec<_> {
        both_ways(columns.field(name).unwrap()).into_iter().map(Result::unwrap).collect()
    };
    assert_eq!(views("type")[..2], [View::Text("even"), View::Unset]);
    assert_eq!(views("title")[..2], [View::Null, View::Text("disk 1")]);
    assert_eq!(views("size_mb")[..2], [View::Int(-25), View::Int(-24)]);
    assert_eq!(views("bus"), vec![View::Text("virtio"); 50]);
    assert_eq!(views("port"), vec![View::Object; 50]);
    assert_eq!(views("ports")[..3], [View::List(0), View::List(1), View::List(2)]);
    assert_eq!(views("strict"), vec![View::Unset; 50]);
}

#[test]
fn what_lies_in_columns_can_be_looked_at() {
    let (_, layouts) = newest();
    let dict = |place: usize| BTreeMap::from([("k".to_owned(), vec![Some(format!("v{place}")), None])]);
    let values: Vec<_> = (0..20)
        .map(|place| Values {
            list: vec![Some(place as i64), None].into(),
            dict: dict(place).into(),
            float: (place as f64 / 2.0).into(),
            flag: (place % 2 == 0).into(),
            json: serde_json::json!({ "a": place }).into(),
            ..Values::default()
        })
        .collect();
    let bytes = wire::to_compact(&values, Target::Own, &layouts).unwrap();
    let columns = wire::columns(&bytes, &layouts).unwrap();
    let [list, dict, float, flag, other] =
        ["list", "dict", "float", "flag", "json"].map(|name| columns.field(name).unwrap());
    let elements: Vec<_> = both_ways(list.elements().unwrap()).into_iter().map(Result::unwrap).collect();
    assert_eq!(elements.len(), 40);
    assert_eq!(elements[2..4], [View::Int(1), View::Null]);
    assert_eq!(
        both_ways(dict.keys().unwrap()).into_iter().map(Result::unwrap).collect::<Vec<_>>(),
        vec![View::Text("k"); 20]
    );
    let lists = dict.values().unwrap();
    let texts: Vec<_> = both_ways(lists.elements().unwrap()).into_iter().map(Result::unwrap).collect();
    assert_eq!(texts[..2], [View::Text("v0"), View::Null]);
    assert_eq!(lists.map(Result::unwrap).collect::<Vec<_>>(), vec![View::List(2); 20]);
    assert_eq!(both_ways(float).into_iter().map(Result::unwrap).nth(1), Some(View::Float(0.5)));
    assert_eq!(both_ways(flag).into_iter().map(Result::unwrap).nth(1), Some(View::Bool(false)));
    assert!(matches!(both_ways(other).into_iter().map(Result::unwrap).nth(1), Some(View::Other(_))));
    let error = wire::columns(&wire::to_compact(&7, Target::Own, &layouts).unwrap(), &layouts).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Format);
}

#[test]
fn repeated_texts_stand_there_once() {
    let (_, layouts) = newest();
    let named = |name: &dyn Fn(usize) -> String| -> Vec<Port> {
        (0..2000).map(|place| Port { serial: name(place).into(), ..Port::default() }).collect()
    };
    let length = |ports: &Vec<Port>| {
        let bytes = wire::to_compact(ports, Target::Own, &layouts).unwrap();
        assert_eq!(&wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap(), ports);
        bytes.len()
    };
    let text = "a text of some length that is the same in many of them";
    assert!(length(&named(&|_| text.to_owned())) < 100);
    assert!(length(&named(&|place| format!("{text} {}", place % 97))) < 97 * 60 + 2100);
    assert!(length(&named(&|place| format!("{text} {}", place / 4))) < 500 * 60 + 4100);
    // Those that come once, or begin to after some that repeat, take what they have.
    assert!(length(&named(&|place| format!("{text} {place}"))) < 2000 * 61);
    assert!(length(&named(&|place| format!("{text} {}", place.max(100)))) < 2000 * 61);
    assert!(length(&named(&|_| String::new())) < 80);
    assert!(length(&named(&|place| "é".repeat(place % 5))) < 2100);
}

#[test]
fn room_of_another_list_changes_nothing() {
    let (_, layouts) = newest();
    let many = |count: usize, different: usize| -> Vec<_> {
        (0..count).map(|place| port(&format!("text {}", place % different))).collect()
    };
    let mut writer = CompactWriter::new();
    // Many texts that repeat, few, and none.
    for list in
        [many(9000, 3000), many(200, 40), many(300, 300), many(200, 40), many(16, 1), many(9000, 3000)]
    {
        let mut bytes = Vec::new();
        writer.append(&list, Target::Own, &layouts, &mut bytes).unwrap();
        assert_eq!(bytes, wire::to_compact(&list, Target::Own, &layouts).unwrap());
        assert!(bytes[4] & 1 == 1 && wire::columns(&bytes, &layouts).is_ok());
    }
    // Texts that differ in their last letters alone stand there once, too.
    let bytes = wire::to_compact(&many(200, 40), Target::Own, &layouts).unwrap();
    assert!(bytes.windows(8).filter(|text| text == b"text 12t").count() == 1);
}

#[test]
fn numbers_take_as_little_as_the_column_allows() {
    let (_, layouts) = newest();
    let with = |speed: &dyn Fn(i64) -> i64| -> usize {
        let port = |place| Port { speed: speed(place).into(), ..Port::default() };
        let ports: Vec<_> = (0..1000).map(port).collect();
        let bytes = wire::to_compact(&ports, Target::Own, &layouts).unwrap();
        assert_eq!(wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap(), ports);
        bytes.len()
    };
    let nothing = with(&|_| 7);
    assert!(nothing < 40);
    assert_eq!(with(&|_| i64::MIN) - nothing, 9);
    assert_eq!(with(&|place| place % 100) - nothing, 1000);
    assert_eq!(with(&|place| (1 << 40) + place % 100) - nothing, 1000 + 5);
    assert_eq!(with(&|place| place * 20) - nothing, 2000);
    assert_eq!(with(&|place| place * 1_000_000) - nothing, 4000);
    assert_eq!(with(&|place| if place % 2 == 0 { 0 } else { i64::MAX }) - nothing, 8000);
}

#[test]
fn the_bytes_stay() {
    let (_, layouts) = newest();
    let values = |place: usize| Values {
        int: (place as i64).into(),
        flag: (place == 3).into(),
        float: 0.5.into(),
        list: vec![Some(1), None].into(),
        dict: BTreeMap::from([("k".to_owned(), vec![None])]).into(),
        json: serde_json::json!([place]).into(),
        ..Values::default()
    };
    let all: Vec<_> = (0..16).map(values).collect();
    let lines = [
        ("ports", hex(&wire::to_compact(&ports(20), Target::Own, &layouts).unwrap())),
        ("values", hex(&wire::to_compact(&all, Target::Own, &layouts).unwrap())),
    ];
    let text: String = lines.iter().map(|(what, hex)| format!("{what}: {hex}\n")).collect();
    support::snapshots("wire").bind(|| insta::assert_snapshot!("columns", text));
}

/// The values one after the other, which are those of `for_each`. Of bytes that say so there may be millions; of those not
/// all are looked at.
fn both_ways(column: ViewColumn<'_>) -> Vec<Result<View<'_>, Error>> {
    let one_by_one: Vec<_> = column.clone().take(1000).collect();
    if one_by_one.len() < 1000 {
        let mut at_once = Vec::new();
        column.for_each(|value| at_once.push(value));
        let shown = |values: &[Result<View<'_>, Error>]| format!("{values:?}");
        assert_eq!(shown(&at_once), shown(&one_by_one));
    }
    one_by_one
}

fn reads_all(
    bytes: &[u8],
    registry: &Registry,
    layouts: &Layouts,
    dynamic: &Registry,
    dynamic_layouts: &Layouts,
) {
    let _ = registry.decode_compact_list(bytes, layouts);
    let _ = dynamic.decode_compact_list(bytes, dynamic_layouts);
    let _ = wire::from_compact::<Vec<Values>>(bytes, layouts, Default::default());
    let _ = wire::from_compact::<PortList>(bytes, layouts, Default::default());
    let _ = wire::from_compact::<BTreeMap<String, Rack>>(bytes, layouts, Default::default());
    let _ = wire::from_compact::<serde_json::Value>(bytes, layouts, Default::default());
    if let Ok(columns) = wire::columns(bytes, layouts) {
        for field in columns.fields() {
            let Some(column) = columns.field(&field.name) else { continue };
            for within in [column.elements(), column.keys(), column.values()].into_iter().flatten() {
                both_ways(within);
            }
            let _ = column.objects();
            both_ways(column);
        }
    }
}

#[test]
fn no_bytes_end_in_more_than_an_error() {
    let (registry, layouts) = newest();
    let dynamic = dynamic(&registry);
    let dynamic_layouts = dynamic.layouts(dynamic.manifest()).columnar();
    let digest = layouts.digest().to_le_bytes();
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    TestRunner::new(config.clone())
        .run(&prop::collection::vec(any::<u8>(), 0..200), |random| {
            let bytes = [&digest[..], &[33], &random].concat();
            reads_all(&bytes, &registry, &layouts, &dynamic, &dynamic_layouts);
            Ok(())
        })
        .unwrap();
    let racks: Vec<_> = (0..20).map(|_| Some(rack())).collect();
    let values: Vec<_> = (0..20).map(|place| Values { int: place.into(), ..Values::default() }).collect();
    let samples: Vec<Vec<u8>> = vec![
        wire::to_compact(&racks, Target::Own, &layouts).unwrap(),
        wire::to_compact(&values, Target::Own, &layouts).unwrap(),
        wire::to_compact(&ports(20), Target::Own, &layouts).unwrap(),
        wire::to_compact(&PortList { objects: ports(20).into() }, Target::Own, &layouts).unwrap(),
    ];
    for sample in &samples {
        for cut in 0..sample.len() {
            assert!(registry.decode_compact_list(&sample[..cut], &layouts).is_err());
        }
    }
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4);
    TestRunner::new(config)
        .run(&(0..samples.len(), edits, any::<prop::sample::Index>()), |(sample, edits, cut)| {
            let mut bytes = samples[sample].clone();
            for (place, byte) in edits {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes.truncate(bytes.len().min(4 + cut.index(bytes.len() * 2)));
            reads_all(&bytes, &registry, &layouts, &dynamic, &dynamic_layouts);
            Ok(())
        })
        .unwrap();
}

/// Bytes that stand for many more.
#[test]
fn columns_stand_for_no_more_than_their_bytes_may() {
    let (_, layouts) = newest();
    let place = layouts.iter().position(|(name, ..)| name == "Port").unwrap() as u8 + 1;
    let digest = layouts.digest().to_le_bytes();
    let huge = [0xff_u8, 0xff, 0xff, 0xff, 0x0f];
    // So many ports, each the same: their type, and that all of it is set.
    let column = |count: &[u8]| [&[2 | 32][..], count, &[0, place]].concat();
    let bytes = [&digest[..], &huge, &[32, 1], &column(&huge), &[0]].concat();
    let error = wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(
        (error.kind(), &*error.to_string()),
        (ErrorKind::Format, "columns stand for more than their bytes may")
    );
    // Columns in columns.
    let deep = [&digest[..], &[33], &[32, 1].repeat(1000)].concat();
    let error = wire::from_compact::<Vec<Port>>(&deep, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "columns lie deeper than 128 levels in one another");

    // A writer that would get there writes rows.
    let mut racks = Rack::default();
    for _ in 0..50 {
        racks = Rack { next: Some(Box::new(racks)).into(), ..Rack::default() };
        racks = Rack { by_name: BTreeMap::new().into(), ..racks };
    }
    let racks = vec![racks; 16];
    let bytes = wire::to_compact(&racks, Target::Own, &layouts).unwrap();
    assert_eq!(wire::from_compact::<Vec<Rack>>(&bytes, &layouts, Default::default()).unwrap(), racks);
    let long = Port { serial: "x".repeat(1000).into(), ..Port::default() };
    let same = vec![long; 20_000];
    let bytes = wire::to_compact(&same, Target::Own, &layouts).unwrap();
    assert!(bytes.len() > 20_000_000);
    assert_eq!(wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap(), same);
}

#[test]
fn errors_say_where() {
    let (_, layouts) = newest();
    let mut bytes = wire::to_compact(&ports(20), Target::Own, &layouts).unwrap();
    let place = bytes.windows(4).position(|text| text == b"p0p1").unwrap();
    bytes[place + 1] = 0xff;
    let error = wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "a text isn't UTF-8");
    // A character that lies in two texts.
    bytes[place + 1..place + 3].copy_from_slice("é".as_bytes());
    let error = wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "a text of a column ends within a character or behind the others");
    bytes[place + 1..place + 3].copy_from_slice(b"0p");
    bytes.push(0);
    let error = wire::from_compact::<Vec<Port>>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "1 bytes are left behind the value");
}
