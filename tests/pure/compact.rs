//! The compact form: what it carries is what JSON carries, and no bytes but its own are read.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use support::fixtures;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use support::fixtures::{BlockDisk, Colour, Port, PortList, Rack, Values};
use versioned_objects::check::envelopes;
use versioned_objects::compact::{Layouts, View};
use versioned_objects::field::{Decoding, Limits};
use versioned_objects::prelude::*;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::schema::{Kind, TypeSchema};
use versioned_objects::{
    Context, Entity, ErrorKind, Field, FieldType, Manifest, Primitive, Target, Version, VersionedObject,
    nova, wire,
};

pub(crate) fn read(registry: &Registry, envelope: &Primitive) -> Option<AnyObject> {
    let text = serde_json::to_vec(envelope).unwrap();
    registry.decode_json(&text).ok()
}

pub(crate) fn json(object: &AnyObject) -> String {
    String::from_utf8(wire::to_json(object, Target::Own).unwrap()).unwrap()
}

/// A manifest with one object in another version, and all others in the versions that go with it in time.
pub(crate) fn manifest(registry: &Registry, name: &str, version: Version, place: usize) -> Manifest {
    let back = registry.versions(name).len() - 1 - place;
    let version_of = |other: &str| match other == name {
        true => version,
        false => {
            let versions = registry.versions(other);
            versions[versions.len().saturating_sub(1 + back)]
        }
    };
    registry.names().map(|other| (other.to_owned(), version_of(other))).collect()
}

/// JSON text, and bytes of the compact form.
type Written = (Vec<u8>, Vec<u8>);

/// The value as JSON and in the compact form; none, where both refuse it with the same error.
pub(crate) fn written<E: Entity + ?Sized>(
    value: &E,
    target: Target<'_>,
    layouts: &Layouts,
) -> Result<Option<Written>, TestCaseError> {
    match (wire::to_json(value, target), wire::to_compact(value, target, layouts)) {
        (Ok(text), Ok(bytes)) => Ok(Some((text, bytes))),
        (Err(text), Err(bytes)) => {
            prop_assert_eq!(text.kind(), bytes.kind());
            prop_assert_eq!(text.to_string(), bytes.to_string());
            Ok(None)
        }
        (text, bytes) => Err(TestCaseError::fail(format!("as text {text:?}, compact {bytes:?}"))),
    }
}

/// Looks that what was read of the text is what was read of the bytes.
pub(crate) fn equal(
    reader: &Registry,
    mut by_text: AnyObject,
    by_bytes: &AnyObject,
) -> Result<(), TestCaseError> {
    // Sets and hashed maps have no order.
    let are_equal = reader.edit(&mut by_text).equals_as_primitive(by_bytes).unwrap();
    prop_assert!(are_equal, "by text {}, compact {}", json(&by_text), json(by_bytes));
    prop_assert_eq!(by_text.what_changed(), by_bytes.what_changed());
    let origin = |object: &AnyObject| object.origin().map(|origin| origin.version());
    prop_assert_eq!(origin(&by_text), origin(by_bytes));
    Ok(())
}

/// Looks that each field that is looked at alone is what the text has.
pub(crate) fn peeked(
    object: &AnyObject,
    text: &[u8],
    bytes: &[u8],
    layouts: &Layouts,
) -> Result<(), TestCaseError> {
    if bytes.get(4) == Some(&0) {
        prop_assert_eq!(wire::peek(bytes, layouts, "id").unwrap_err().kind(), ErrorKind::Layout);
        return Ok(());
    }
    let envelope: Primitive = serde_json::from_slice(text).unwrap();
    let schema = object.schema();
    let nothing = Primitive::Map(Default::default());
    let data = envelope.get(&schema.keys.data).unwrap_or(&nothing);
    for field in schema.fields.iter() {
        let view = wire::peek(bytes, layouts, &field.name)?;
        let is_right = match (&view, data.get(&field.name)) {
            (None | Some(View::Unset), None) => true,
            (Some(View::Null), Some(value)) => *value == Primitive::Null,
            (Some(View::Bool(found)), Some(value)) => *value == Primitive::from(*found),
            (Some(View::Int(found)), Some(value)) => *value == Primitive::from(*found),
            (Some(View::Unsigned(found)), Some(value)) => *value == Primitive::from(*found),
            // Of text, `-0.0` is the whole number.
            (Some(View::Float(found)), Some(value)) if found.to_bits() == (-0.0_f64).to_bits() => {
                *value == Primitive::from(0)
            }
            (Some(View::Float(found)), Some(value)) => Primitive::of(found).unwrap() == *value,
            (Some(View::Text(found)), Some(value)) => value.as_str() == Some(found),
            (Some(View::List(found)), Some(Primitive::List(values))) => *found == values.len(),
            (Some(View::Dict(found)), Some(Primitive::Map(values))) => *found == values.len(),
            (Some(View::Object), Some(Primitive::Map(_))) => true,
            // A `-0.0` within is read from text as one alone is.
            (Some(View::Other(found)), Some(value)) => {
                serde_json::from_str::<Primitive>(&serde_json::to_string(found).unwrap()).unwrap() == *value
            }
            _ => false,
        };
        prop_assert!(is_right, "{}: {view:?} of {}", field.name, String::from_utf8_lossy(text));
    }
    prop_assert_eq!(wire::peek(bytes, layouts, "no such field")?, None);
    Ok(())
}

/// Writes an object both ways, reads both again, and looks that it's the same.
fn same(
    object: &AnyObject,
    target: Target<'_>,
    layouts: &Layouts,
    reader: &Registry,
    reader_layouts: &Layouts,
) -> Result<bool, TestCaseError> {
    let Some((text, bytes)) = written(object, target, layouts)? else { return Ok(false) };
    prop_assert_eq!(layouts.digest(), reader_layouts.digest());
    peeked(object, &text, &bytes, reader_layouts)?;
    let by_text = reader.decode_json(&text);
    let by_bytes = reader.decode_compact(&bytes, reader_layouts);
    match (by_text, by_bytes) {
        (Ok(by_text), Ok(by_bytes)) => equal(reader, by_text, &by_bytes)?,
        (Err(by_text), Err(by_bytes)) => prop_assert_eq!(by_text.to_string(), by_bytes.to_string()),
        (by_text, by_bytes) => {
            return Err(TestCaseError::fail(format!("by text {by_text:?}, compact {by_bytes:?}")));
        }
    }
    Ok(bytes.get(4) != Some(&0))
}

/// Random objects of all names, at all versions, for all ways to name a target. Gives how many went out without names.
fn all_the_same(registry: &Registry, reader: &Registry, cases: u32) -> usize {
    let mut nameless = 0;
    for name in registry.names() {
        let config = Config { cases, failure_persistence: None, ..Config::default() };
        let versions = registry.versions(name);
        TestRunner::new(config)
            .run(&(envelopes(registry, name), 0..versions.len()), |(envelope, place)| {
                let Some(object) = read(registry, &envelope) else { return Ok(()) };
                let version = versions[place];
                let manifest = manifest(registry, name, version, place);
                let (layouts, reader_layouts) = (registry.layouts(&manifest), reader.layouts(&manifest));
                let newest = registry.layouts(registry.manifest());
                let reader_newest = reader.layouts(reader.manifest());
                same(&object, Target::Own, &newest, reader, &reader_newest)?;
                let (columnar, reader_columnar) =
                    (newest.clone().columnar_from(1), reader_newest.clone().columnar_from(1));
                same(&object, Target::Own, &columnar, reader, &reader_columnar)?;
                same(&object, Target::Own, &layouts, reader, &reader_layouts)?;
                same(&object, Target::Own, &Layouts::none(), reader, &Layouts::none())?;
                same(&object, Target::Version(version, None), &layouts, reader, &reader_layouts)?;
                same(&object, Target::Version(version, Some(&manifest)), &layouts, reader, &reader_layouts)?;
                same(&object, Target::Inside(&manifest), &newest, reader, &reader_newest)?;
                same(&object, Target::Manifest(&manifest), &layouts, reader, &reader_layouts)?;
                Ok(())
            })
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        let object =
            registry.decode(&mut serde_json::Deserializer::from_str(&empty(registry, name))).unwrap();
        let layouts = registry.layouts(registry.manifest());
        nameless += usize::from(same(&object, Target::Own, &layouts, registry, &layouts).unwrap());
    }
    nameless
}

fn empty(registry: &Registry, name: &str) -> String {
    let schema = registry.schema(name).unwrap();
    let keys = &schema.keys;
    let (namespace, version) = (&schema.namespace, schema.current());
    format!(
        r#"{{"{}": "{name}", "{}": "{namespace}", "{}": "{version}", "{}": {{}}}}"#,
        keys.name, keys.namespace, keys.version, keys.data
    )
}

pub(crate) fn dynamic(registry: &Registry) -> Registry {
    let schemas = registry.names().flat_map(|name| registry.schemas(name));
    schemas.fold(Registry::new(), |out, schema| out.with_schema(schema.clone()))
}

#[test]
fn it_carries_what_json_carries() {
    let registry = fixtures::registry();
    assert_eq!(all_the_same(&registry, &registry, 48), registry.names().count());
}

#[test]
fn it_carries_what_json_carries_of_nova_s_objects() {
    let registry = nova::objects::registry();
    assert_eq!(all_the_same(&registry, &registry, 24), registry.names().count());
}

#[test]
fn dynamic_objects_read_what_derived_ones_write_and_the_other_way_round() {
    // A conversion is a Rust function, which a schema alone can't follow.
    let derived =
        Registry::new().with::<Values>().with::<Port>().with::<PortList>().with::<fixtures::Shelf>();
    let dynamic = dynamic(&derived);
    all_the_same(&derived, &dynamic, 48);
    all_the_same(&dynamic, &derived, 48);
    all_the_same(&dynamic, &dynamic, 24);
}

pub(crate) fn port(serial: &str) -> Port {
    Port {
        serial: serial.to_owned().into(),
        speed: Field::unchanged(-70_000),
        mac: Some("aa:bb:cc:dd:ee:ff".parse().unwrap()).into(),
        ..Port::default()
    }
}

pub(crate) fn rack() -> Rack {
    let disk = |kind: &str| BlockDisk {
        kind: kind.to_owned().into(),
        size_mb: 7.into(),
        port: Some(port("p")).into(),
        ports: vec![port("q"), Port::default()].into(),
        ..BlockDisk::default()
    };
    Rack {
        disk: disk("a").into(),
        disks: Some(vec![disk("b")]).into(),
        by_name: BTreeMap::from([("c".to_owned(), disk("d"))]).into(),
        next: Field::unset(),
    }
}

fn newest() -> (Registry, Layouts) {
    let registry = fixtures::registry();
    let layouts = registry.layouts(registry.manifest());
    (registry, layouts)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut out = String::new();
    for byte in bytes {
        write!(out, "{byte:02x}").unwrap();
    }
    out
}

/// What these bytes are is said to peers: a change of them is a change of the form.
#[test]
fn the_bytes_stay() {
    let (registry, layouts) = newest();
    let older: Manifest =
        [("Port", Version::new(1, 1)), ("BlockDisk", Version::new(1, 2))].into_iter().collect();
    let older = registry.layouts(&older);
    let uuid = "70a599e0-31e7-49b7-b260-868f441e862b";
    let values = Values {
        text: "text".to_owned().into(),
        colour: Colour::Green.into(),
        uuid_text: Field::unchanged(uuid.into()),
        uuid: uuid.parse::<uuid::Uuid>().unwrap().into(),
        int: i64::MIN.into(),
        byte: 200.into(),
        natural: u64::MAX.into(),
        float: 0.1.into(),
        flag: true.into(),
        when: "2026-11-27T20:18:39Z".parse::<versioned_objects::field::DateTime>().unwrap().into(),
        ip: "fe80::1".parse::<std::net::IpAddr>().unwrap().into(),
        list: vec![Some(1), None, Some(-1)].into(),
        dict: BTreeMap::from([("k".to_owned(), vec![Some("v".to_owned()), None])]).into(),
        nullable: Field::unchanged(None),
        json: serde_json::json!({"a": [1, 2.5, null, true, "b"], "c": 18446744073709551615_u64}).into(),
        ..Values::default()
    };
    let other = Values { colour: Colour::Other("mauve".to_owned()).into(), ..Values::default() };
    let mut clean = port("p");
    ByName::reset_changes(&mut clean);
    let one = |object: &dyn Fn() -> Vec<u8>| hex(&object());
    let lines = [
        ("a port", one(&|| wire::to_compact(&port("p"), Target::Own, &layouts).unwrap())),
        ("a clean port", one(&|| wire::to_compact(&clean, Target::Own, &layouts).unwrap())),
        ("a port in 1.1", one(&|| wire::to_compact(&port("p"), "1.1", &older).unwrap())),
        ("an empty port", one(&|| wire::to_compact(&Port::default(), Target::Own, &layouts).unwrap())),
        ("ports", one(&|| wire::to_compact(&vec![port("p"), port("q")], Target::Own, &layouts).unwrap())),
        ("no port", one(&|| wire::to_compact(&None::<Port>, Target::Own, &layouts).unwrap())),
        ("values", one(&|| wire::to_compact(&values, Target::Own, &layouts).unwrap())),
        ("another colour", one(&|| wire::to_compact(&other, Target::Own, &layouts).unwrap())),
        ("a rack", one(&|| wire::to_compact(&rack(), Target::Own, &layouts).unwrap())),
        ("a disk in 1.2", one(&|| wire::to_compact(&BlockDisk::default(), "1.2", &older).unwrap())),
    ];
    let text: String = lines.iter().map(|(what, hex)| format!("{what}: {hex}\n")).collect();
    support::snapshots("wire").bind(|| insta::assert_snapshot!("compact", text));
}

#[test]
fn the_digests_of_layouts_stay() {
    let registry = fixtures::registry();
    let mut text = String::new();
    for name in registry.names() {
        let schema = registry.schema(name).unwrap();
        for version in &*schema.versions {
            match schema.layout(*version) {
                Some(digest) => writeln!(text, "{name} {version}: {digest:016x}").unwrap(),
                None => writeln!(text, "{name} {version}: none").unwrap(),
            }
        }
    }
    support::snapshots("schema").bind(|| insta::assert_snapshot!("layouts", text));
}

/// A release of before and one of now agree on what both have.
mod releases {
    use super::*;

    pub mod before {
        use super::*;

        #[derive(FieldEnum, Clone, Copy, Debug, PartialEq)]
        #[field_enum(rename_all = "lowercase")]
        pub enum Bus {
            Ide,
            Virtio,
        }

        #[derive(VersionedObject, Debug, Default, PartialEq)]
        #[object(coerce, versions("1.0"))]
        pub struct Disk {
            pub serial: Field<String>,
            pub bus: Field<Option<Bus>>,
        }
    }

    pub mod now {
        use super::*;

        #[derive(FieldEnum, Clone, Copy, Debug, PartialEq)]
        #[field_enum(rename_all = "lowercase")]
        pub enum Bus {
            Ide,
            Virtio,
            Nvme,
        }

        #[derive(VersionedObject, Debug, Default, PartialEq)]
        #[object(coerce, versions("1.0", "1.1"))]
        pub struct Disk {
            pub serial: Field<String>,
            #[field(since = "1.1")]
            pub size: Field<i64>,
            #[field(values("nvme", since = "1.1", older = refuse))]
            pub bus: Field<Option<Bus>>,
        }
    }

    /// As the older one, with another type of one element's.
    pub mod other {
        use super::*;

        #[derive(VersionedObject, Debug, Default, PartialEq)]
        #[object(coerce, versions("1.0"))]
        pub struct Disk {
            pub serial: Field<String>,
            pub bus: Field<Option<String>>,
        }
    }

    use versioned_objects::FieldEnum;
}

#[test]
fn two_releases_agree_on_a_layout_and_write_for_each_other() {
    use releases::{before, now, other};
    let version = Version::new(1, 0);
    let manifest: Manifest = [("Disk", version)].into_iter().collect();
    assert_eq!(now::Disk::SCHEMA.layout(version), before::Disk::SCHEMA.layout(version));
    assert_ne!(now::Disk::SCHEMA.layout(version), other::Disk::SCHEMA.layout(version));
    assert_ne!(now::Disk::SCHEMA.layout(version), now::Disk::SCHEMA.layout(Version::new(1, 1)));

    let ours = Layouts::of([now::Disk::SCHEMA], &manifest);
    let theirs = Layouts::of([before::Disk::SCHEMA], &manifest);
    let disk =
        now::Disk { serial: "s".to_owned().into(), size: 7.into(), bus: Some(now::Bus::Virtio).into() };
    let bytes = wire::to_compact(&disk, &manifest, &ours).unwrap();
    assert_eq!(bytes.len(), 4 + 1 + 1 + 2 + 1);
    let read: before::Disk = wire::from_compact(&bytes, &theirs, Default::default()).unwrap();
    assert_eq!(read, before::Disk { serial: "s".to_owned().into(), bus: Some(before::Bus::Virtio).into() });
    assert_eq!(read.what_changed(), ["serial", "bus"]);

    let nvme = now::Disk { bus: Some(now::Bus::Nvme).into(), ..now::Disk::default() };
    let error = wire::to_compact(&nvme, &manifest, &ours).unwrap_err();
    let as_json = wire::to_json(&nvme, &manifest).unwrap_err();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::ObjectAction, as_json.to_string()));

    let error = wire::from_compact::<other::Disk>(
        &bytes,
        &Layouts::of([other::Disk::SCHEMA], &manifest),
        Default::default(),
    );
    assert_eq!(error.unwrap_err().to_string(), "the value was written with other layouts");
}

/// One that writes itself, without a word of how it packs itself, and one that doesn't keep to what it declares.
#[derive(Clone, Debug, PartialEq)]
struct Celsius(f64);

impl Entity for Celsius {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        if self.0 < -273.15 { "nothing".serialize(serializer) } else { self.0.serialize(serializer) }
    }
}

impl FieldType for Celsius {
    const TYPE: TypeSchema = TypeSchema::new("Celsius", Kind::Float);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        match Primitive::deserialize(deserializer)? {
            Primitive::Float(value) => Ok(Celsius(value)),
            Primitive::Text(_) => Ok(Celsius(-300.0)),
            _ => Err(context.invalid("no temperature")),
        }
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Room {
    name: Field<String>,
    now: Field<Celsius>,
    seen: Field<BTreeMap<String, Option<Celsius>>>,
}

#[test]
fn a_type_of_a_user_s_own_goes_along() {
    let layouts = Layouts::of([Room::SCHEMA], None);
    let room = |now| Room {
        name: "r".to_owned().into(),
        now: Celsius(now).into(),
        seen: BTreeMap::from([("a".to_owned(), Some(Celsius(1.5))), ("b".to_owned(), None)]).into(),
    };
    let fits = wire::to_compact(&room(20.5), Target::Own, &layouts).unwrap();
    assert_eq!(wire::from_compact::<Room>(&fits, &layouts, Default::default()).unwrap(), room(20.5));
    assert_eq!(fits.len(), 4 + 1 + 1 + 2 + 8 + 1 + 2 + 8 + 2);
    // It says a text where it declared a number, so the object that it stands in keeps its names.
    let unfit = vec![room(20.5), room(-300.0), room(21.5)];
    let bytes = wire::to_compact(&unfit, Target::Own, &layouts).unwrap();
    assert_eq!(wire::from_compact::<Vec<Room>>(&bytes, &layouts, Default::default()).unwrap(), unfit);
    // A list that would go by column goes in rows.
    let columnar = layouts.columnar();
    for first in [20.5, -300.0] {
        let unfit = [vec![room(first)], vec![room(-300.0); 15]].concat();
        let bytes = wire::to_compact(&unfit, Target::Own, &columnar).unwrap();
        assert_eq!(bytes[4] & 1, 0);
        assert_eq!(wire::from_compact::<Vec<Room>>(&bytes, &columnar, Default::default()).unwrap(), unfit);
    }
}

#[test]
fn errors_say_where() {
    let (_, layouts) = newest();
    let mut bytes = wire::to_compact(&rack(), Target::Own, &layouts).unwrap();
    let place = bytes.windows(2).position(|pair| pair == b"\x01q").unwrap();
    bytes[place + 1] = 0xff;
    let error = wire::from_compact::<Rack>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "Rack.disk.ports[0].serial: a text isn't UTF-8");
    assert_eq!((error.kind(), error.object()), (ErrorKind::Format, Some("Port")));

    bytes[place + 1] = b'q';
    bytes.push(0);
    let error = wire::from_compact::<Rack>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "1 bytes are left behind the value");
    let error = wire::from_compact::<Port>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "unsupported object type Rack, expected Port");

    let byte = Registry::new().with::<Port>().held_to("Port", Version::new(1, 0)).unwrap();
    let written = wire::to_compact(&port("p"), Target::Own, &layouts).unwrap();
    let error = wire::from_compact::<Port>(&written, &layouts, byte.decoding()).unwrap_err();
    assert_eq!(error.to_string(), "version 1.2 of Port is not supported, supported version is 1.0");
}

#[test]
fn texts_next_to_each_other_are_each_checked() {
    let kinds = ["a", "compute-7.example.org", "Größe", "名前", "tag"];
    let texts: Vec<String> = (0..200).map(|place| kinds[place % 5].repeat(1 + place % 6)).collect();
    let none = Layouts::none();
    let bytes = wire::to_compact(&texts, Target::Own, &none).unwrap();
    let read = |bytes: &[u8]| wire::from_compact::<Vec<String>>(bytes, &none, Default::default());
    assert_eq!(read(&bytes).unwrap(), texts);
    let count = 4 + 2;
    for place in count..bytes.len() {
        let mut broken = bytes.clone();
        broken[place] = 0xff;
        assert!(read(&broken).is_err(), "{place}");
    }
    // Half a character, whose other half stands behind it.
    let whole = wire::to_compact(&vec!["ascii", "ö"], Target::Own, &none).unwrap();
    let mut half = whole.clone();
    *half.iter_mut().rfind(|byte| **byte == 2).unwrap() = 1;
    assert_eq!(read(&half).unwrap_err().to_string(), "[1]: a text isn't UTF-8");
}

#[test]
fn a_buffer_with_room_is_not_moved() {
    let (_, layouts) = newest();
    let mut out = Vec::with_capacity(4096);
    out.extend_from_slice(b"before");
    let start = out.as_ptr();
    wire::append_compact(&rack(), Target::Own, &layouts, &mut out).unwrap();
    assert_eq!(out.as_ptr(), start);
    assert!(out.starts_with(b"before"));
    let length = out.len();
    wire::append_compact(&port("p"), "9.9", &layouts, &mut out).unwrap_err();
    assert_eq!(out.len(), length);
}

fn reads_all(
    bytes: &[u8],
    registry: &Registry,
    layouts: &Layouts,
    dynamic: &Registry,
    dynamic_layouts: &Layouts,
) {
    let _ = registry.decode_compact(bytes, layouts);
    let _ = dynamic.decode_compact(bytes, dynamic_layouts);
    let _ = wire::from_compact::<Values>(bytes, layouts, Default::default());
    let _ = wire::from_compact::<Vec<Option<Rack>>>(bytes, layouts, Default::default());
    let _ = wire::from_compact::<serde_json::Value>(bytes, layouts, Default::default());
    for field in ["id", "name", "volumes", "last"] {
        let _ = wire::peek(bytes, layouts, field);
    }
}

#[test]
fn no_bytes_end_in_more_than_an_error() {
    let (registry, layouts) = newest();
    let dynamic = dynamic(&registry);
    let dynamic_layouts = dynamic.layouts(dynamic.manifest());
    let digest = layouts.digest().to_le_bytes();
    let config = Config { cases: 2000, failure_persistence: None, ..Config::default() };
    TestRunner::new(config.clone())
        .run(&prop::collection::vec(any::<u8>(), 0..200), |random| {
            let bytes = [&digest[..], &random].concat();
            reads_all(&bytes, &registry, &layouts, &dynamic, &dynamic_layouts);
            Ok(())
        })
        .unwrap();
    let samples: Vec<Vec<u8>> = vec![
        wire::to_compact(&rack(), Target::Own, &layouts).unwrap(),
        wire::to_compact(&vec![Some(rack()), None], Target::Own, &layouts).unwrap(),
        wire::to_compact(&port("p"), "1.0", &layouts).unwrap(),
    ];
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

#[test]
fn what_says_to_be_long_or_deep_gets_no_room() {
    let (_, layouts) = newest();
    let digest = layouts.digest().to_le_bytes();
    let long = [&digest[..], &[0xff; 9], &[0x01]].concat();
    let error = wire::from_compact::<Vec<i64>>(&long, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "the bytes end within a value");
    let error = wire::from_compact::<String>(&long, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "the bytes end within a value");
    // A list in a list, and so on.
    let deep = [&digest[..], &[1], &[8; 10_000]].concat();
    let error = wire::from_compact::<serde_json::Value>(&deep, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.to_string(), "nested deeper than 128 levels");

    let mut racks = Rack::default();
    for _ in 0..70 {
        racks = Rack { next: Some(Box::new(racks)).into(), ..Rack::default() };
    }
    let bytes = wire::to_compact(&racks, Target::Own, &layouts).unwrap();
    let error = wire::from_compact::<Rack>(&bytes, &layouts, Default::default()).unwrap_err();
    assert_eq!(error.message(), "nested deeper than 64 levels");
}

#[test]
fn a_message_accounts_for_the_memory_that_its_objects_take_and_for_no_more() {
    let (_, rows) = newest();
    let little = || Decoding::new().with_limits(Limits { memory: 4096, ..Limits::default() });
    let ports: Vec<Port> = (0..2000).map(|place| port(&format!("port {place}"))).collect();
    for layouts in [rows.clone(), rows.clone().columnar()] {
        let bytes = wire::to_compact(&ports, Target::Own, &layouts).unwrap();
        assert_eq!(wire::from_compact::<Vec<Port>>(&bytes, &layouts, little()).unwrap(), ports);
    }
    let nothing = wire::to_compact(&vec![None::<String>; 2000], Target::Own, &rows).unwrap();
    let error = wire::from_compact::<Vec<Option<String>>>(&nothing, &rows, little()).unwrap_err();
    assert_eq!(error.to_string(), "takes 4096 bytes of memory more than its message accounts for");
}
