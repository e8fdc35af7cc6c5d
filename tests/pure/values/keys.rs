//! Keys of maps.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU16;
use std::sync::Arc;

use indexmap::IndexMap;
use uuid::Uuid;
use versioned_objects::field::UuidText;
use versioned_objects::{Field, FieldEnum, VersionedObject, wire};

use super::forms::{comes_back, data};

#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[field_enum(rename_all = "kebab-case")]
enum Bus {
    Virtio,
    UsbTwo,
}

#[derive(FieldEnum, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Open {
    Known,
    #[variant(other)]
    Other(String),
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Maps {
    by_number: Field<BTreeMap<i16, String>>,
    by_large: Field<HashMap<u128, u8>>,
    by_count: Field<IndexMap<NonZeroU16, bool>>,
    by_bus: Field<BTreeMap<Bus, Option<u8>>>,
    by_open: Field<BTreeMap<Open, u8>>,
    by_flag: Field<Option<BTreeMap<bool, u8>>>,
    by_letter: Field<BTreeMap<char, Vec<u8>>>,
    by_uuid: Field<BTreeMap<Uuid, BTreeMap<u8, i8>>>,
    by_text: Field<HashMap<UuidText, u8>>,
    by_shared: Field<IndexMap<Arc<str>, u8>>,
    by_ip: Field<BTreeMap<IpAddr, Vec<Bus>>>,
    by_ip_v6: Field<BTreeMap<Ipv6Addr, u8>>,
}

#[test]
fn maps_come_back_in_every_form() {
    let uuid = Uuid::from_u128(0xaaaa_bbbb_cccc_4ddd_8eee_ffff_0000_1111);
    let maps = Maps {
        by_number: BTreeMap::from([(-1, "a".to_owned()), (10, "b".to_owned())]).into(),
        by_large: HashMap::from([(u128::MAX, 1)]).into(),
        by_count: IndexMap::from([(NonZeroU16::MIN, true)]).into(),
        by_bus: BTreeMap::from([(Bus::Virtio, None), (Bus::UsbTwo, Some(2))]).into(),
        by_open: BTreeMap::from([(Open::Known, 1), (Open::Other("newer".to_owned()), 2)]).into(),
        by_flag: Some(BTreeMap::from([(false, 0), (true, 1)])).into(),
        by_letter: BTreeMap::from([('"', vec![1])]).into(),
        by_uuid: BTreeMap::from([(uuid, BTreeMap::from([(3, -3)]))]).into(),
        by_text: HashMap::from([(UuidText::from("u"), 1)]).into(),
        by_shared: IndexMap::from([(Arc::from("s"), 1)]).into(),
        by_ip: BTreeMap::from([(IpAddr::from([10, 0, 0, 1]), vec![Bus::Virtio])]).into(),
        by_ip_v6: BTreeMap::from([(Ipv6Addr::LOCALHOST, 1)]).into(),
    };
    comes_back(&maps, &[]);
    comes_back(&Maps::default(), &[]);
    let text = serde_json::to_string(&maps).unwrap();
    assert!(text.contains(r#""by_number":{"-1":"a","10":"b"}"#), "{text}");
    assert!(text.contains(r#""by_bus":{"virtio":null,"usb-two":2}"#), "{text}");
}

#[track_caller]
fn refused(field: &str, value: &str, message: &str) {
    let text = data::<Maps>(&format!(r#"{{"{field}":{value}}}"#));
    let error = wire::from_json::<Maps>(text.as_bytes(), Default::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("Maps.{field}: {message}"));
}

#[test]
fn a_key_has_one_text() {
    for text in ["10.0.0.01", "::01", "1", ""] {
        let wanted = format!("an IP address as it is written is required as a map's key, found {text:?}");
        refused("by_ip", &format!(r#"{{"{text}":[]}}"#), &wanted);
    }
    for text in ["01", "+1", " 1", "1.0", "", "x", "32768"] {
        let wanted = "a whole number is required as a map's key";
        refused("by_number", &format!(r#"{{"{text}":"a"}}"#), &format!("{wanted}, found {text:?}"));
    }
    refused(
        "by_count",
        r#"{"0":true}"#,
        r#"a whole number other than zero is required as a map's key, found "0""#,
    );
    refused("by_bus", r#"{"ide":1}"#, r#""ide" is not one of "virtio", "usb-two""#);
    refused("by_flag", r#"{"True":1}"#, r#"`true` or `false` is required as a map's key, found "True""#);
    refused("by_letter", r#"{"ab":[]}"#, r#"one character is required as a map's key, found "ab""#);
    refused("by_number", "[]", "a map is required, found a list");
}
