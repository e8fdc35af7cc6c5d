use std::collections::BTreeMap;
use std::net::IpAddr;

use serde_json::json;
use versioned_objects::field::{DictProxy, IpV4AndV6Address};
use versioned_objects::prelude::*;
use versioned_objects::schema::{Kind, TypeSchema};
use versioned_objects::{
    Backport, Context, Entity, ErrorKind, Field, FieldEnum, FieldType, Manifest, ObjectEnum, Origin, Target,
    Version, VersionedObject, wire,
};

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(name = "ImageState", rename_all = "lowercase")]
enum State {
    #[variant(next(Active, Killed))]
    Queued,
    #[variant(next(Queued, Deleted))]
    Active,
    #[variant(name = "dead", next(Killed))]
    Killed,
    Deleted,
    #[variant(other)]
    Other(String),
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Image {
    state: Field<State>,
    last: Field<Option<State>>,
    address: Field<Option<IpV4AndV6Address>>,
    pins: Field<BTreeMap<String, i64>>,
    maybe_pins: Field<Option<BTreeMap<String, i64>>>,
}

#[test]
fn state_machine() {
    let mut image = Image::default();
    image.set_by_name("state", "active").unwrap();
    image.set_by_name("state", "queued").unwrap();
    let error = image.set_by_name("state", "deleted").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(
        error.to_string(),
        "Image.state: can't go from the state \"queued\" to \"deleted\", only to one of [\"active\", \"dead\"]"
    );
    assert!(image.set_by_name("state", "queued").is_err(), "to stay is a transition like another");
    image.state.advance(State::Killed).unwrap();
    image.state.advance(State::Killed).unwrap();
    assert!(image.state.advance(State::Queued).is_err());
    assert_eq!(image.state.get(), Some(&State::Killed));
    image.state.set(State::Deleted);
    assert!(image.state.advance(State::Deleted).is_err(), "an end has nothing after it");
    image.last.set(Some(State::Queued));
    assert!(image.set_by_name("last", "deleted").is_err(), "also where null may stand");
    image.set_by_name("last", versioned_objects::Primitive::Null).unwrap();
    image.set_by_name("last", "deleted").unwrap();
}

#[test]
fn dict_proxy() {
    let mut image = Image::default();
    assert_eq!(image.pins.get_keyed::<u32>().unwrap(), None);
    image.pins.set_keyed([(1, 5), (20, 6)]);
    assert_eq!(image.pins.get_keyed().unwrap(), Some(BTreeMap::from([(1_i64, &5), (20, &6)])));
    assert_eq!(
        wire::to_json(&image, Target::Own).map(|json| String::from_utf8(json).unwrap()).unwrap(),
        r#"{"versioned_object.name":"Image","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","versioned_object.data":{"pins":{"1":5,"20":6}},"versioned_object.changes":["pins"]}"#
    );
    image.maybe_pins.set(None);
    assert_eq!(image.maybe_pins.get_keyed::<u32>().unwrap(), None);
    image.maybe_pins.set_keyed([("x", 1)]);
    let error = image.maybe_pins.get_keyed::<u32>().unwrap_err();
    assert_eq!(error.to_string(), "\"x\" is no key: invalid digit found in string");
}

#[test]
fn ip_addresses_of_both_versions() {
    let mut image = Image::default();
    image.set_by_name("address", "::ffff:0").unwrap();
    let address: IpAddr = image.address.get().unwrap().unwrap().into();
    assert!(address.is_ipv6());
    assert_eq!(serde_json::to_value(&image).unwrap()["versioned_object.data"]["address"], "::255.255.0.0");
    assert_eq!(Image::SCHEMA.field("address").unwrap().ty.name, "IPV4AndV6Address");
    assert!(image.set_by_name("address", "1.2.3").is_err());
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Device {
    origin: Origin,
    tags: Field<Vec<String>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Nic {
    origin: Origin,
    mac: Field<String>,
    #[field(since = "1.1")]
    vlan: Field<i64>,
    #[field(extends)]
    device: DeviceFields,
}

/// The fields of a device, without an origin of its own.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, name = "Device", versions("1.0"))]
struct DeviceFields {
    tags: Field<Vec<String>>,
}

#[derive(ObjectEnum, Clone, Debug, PartialEq)]
#[object_enum(base = Device)]
enum AnyDevice {
    Device(Device),
    Nic(Nic),
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Machine {
    origin: Origin,
    device: Field<Option<AnyDevice>>,
    devices: Field<Vec<AnyDevice>>,
}

fn nic() -> Nic {
    Nic { mac: Field::unchanged("m".to_owned()), vlan: Field::unchanged(5), ..Nic::default() }
}

#[test]
fn object_with_subclasses() {
    let machine = Machine {
        device: Field::unchanged(Some(nic().into())),
        devices: Field::unchanged(vec![Device::default().into(), nic().into()]),
        ..Machine::default()
    };
    let field = Machine::SCHEMA.field("device").unwrap();
    assert!(matches!(&field.ty.kind, Kind::Object { name, subclasses: true, .. } if name == "Device"));
    let json = serde_json::to_value(&machine).unwrap();
    assert_eq!(json["versioned_object.data"]["devices"][1]["versioned_object.name"], "Nic");
    let read: Machine = wire::decode(&json).unwrap();
    assert_eq!(read, machine);
    let Some(Some(AnyDevice::Nic(read))) = read.device.get() else { panic!("{read:?}") };
    assert_eq!(read.origin.version(), Some(Version::new(1, 1)));

    let mut other = json.clone();
    other["versioned_object.data"]["device"]["versioned_object.name"] = json!("Machine");
    let error = wire::decode::<Machine, _>(&other).unwrap_err();
    assert_eq!(error.to_string(), "Machine.device: unsupported object type Machine, expected Device");
    other["versioned_object.data"]["device"]["versioned_object.name"] = json!("Nic");
    other["versioned_object.data"]["device"]["versioned_object.version"] = json!("1.2");
    let error = wire::decode::<Machine, _>(&other).unwrap_err();
    assert_eq!(error.incompatible_version().map(|it| it.object.as_str()), Some("Nic"));
}

#[test]
fn changes_inside_an_object_with_subclasses_count() {
    let nic = Nic { mac: "m".to_owned().into(), ..Nic::default() };
    let mut machine = Machine { device: Field::unchanged(Some(nic.into())), ..Machine::default() };
    assert_eq!(machine.what_changed(), ["device"]);
    machine.reset_changes();
    assert!(machine.what_changed().is_empty());
    assert_eq!(machine.obj_clone(), machine);
}

/// What stands in for a base goes out in the base's version, as in the reference.
#[test]
fn a_backport_asks_a_subclass_for_the_version_of_its_base() {
    let machine = Machine { device: Field::unchanged(Some(nic().into())), ..Machine::default() };
    let manifest: Manifest =
        [("Machine", Version::new(1, 0)), ("Device", Version::new(1, 0))].into_iter().collect();
    let view = machine.at(&manifest).unwrap();
    let json = serde_json::to_value(view).unwrap();
    let nic = &json["versioned_object.data"]["device"];
    assert_eq!(nic["versioned_object.name"], "Nic");
    assert_eq!(nic["versioned_object.version"], "1.0");
    assert_eq!(nic["versioned_object.data"], json!({"mac": "m"}));
    assert_eq!(view.dropped()[0].path, "Machine.device.vlan");
}

/// A colour, `#rrggbb` on the wire.
#[derive(Clone, Debug, PartialEq)]
struct Colour(u32);

impl Entity for Colour {
    fn encode<S: serde::Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("#{:06x}", self.0))
    }
}

impl FieldType for Colour {
    const TYPE: TypeSchema =
        TypeSchema::described("Colour", &[], r##"{"type": ["string"], "pattern": "^#[0-9a-f]{6}$"}"##);

    fn decode<'de, D: serde::Deserializer<'de>>(
        deserializer: D,
        context: Context<'_>,
    ) -> Result<Self, D::Error> {
        let text = <String as FieldType>::decode(deserializer, context)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(colour) => Ok(Colour(colour)),
            None => Err(context.invalid(format_args!("{text:?} is no colour"))),
        }
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Paint {
    colour: Field<Colour>,
}

#[test]
fn user_made_field_types() {
    let mut paint = Paint::default();
    paint.set_by_name("colour", "#00ff00").unwrap();
    assert_eq!(paint.colour.get(), Some(&Colour(0xff00)));
    let error = paint.set_by_name("colour", "green").unwrap_err();
    assert_eq!(error.to_string(), "Paint.colour: \"green\" is no colour");
    let registry = versioned_objects::registry::Registry::new().with::<Paint>();
    let schema = serde_json::to_value(registry.json_schema("Paint").unwrap()).unwrap();
    assert_eq!(
        schema["properties"]["versioned_object.data"]["properties"]["colour"],
        json!({"type": ["string"], "pattern": "^#[0-9a-f]{6}$", "readonly": false})
    );
    assert_eq!(
        Paint::SCHEMA.fingerprint_text(),
        "([('colour', Colour(default=<class 'oslo_versionedobjects.fields.UnspecifiedDefault'>,nullable=False))], [])"
    );
}
