//! Literals of each form that a type's texts have.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroI128;
use std::time::{Duration, SystemTime};

use versioned_objects::field::{Bytes, DateTime, MacAddress, PciAddress, UuidText, VersionPredicate};
use versioned_objects::{Field, FieldEnum, SetByName as _, VersionedObject};

#[derive(FieldEnum, Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[field_enum(rename_all = "lowercase")]
enum Style {
    Old,
    New,
}

#[derive(VersionedObject, Debug)]
#[object(versions("1.0", "1.1"), initial("uuid" = "6a09e667-f3bc-4908-b2fb-8f2f6e8a2c11"))]
struct Forms {
    #[field(default = "6a09e667-f3bc-4908-b2fb-8f2f6e8a2c11")]
    uuid: Field<uuid::Uuid>,
    #[field(default = "6A09E667f3bc-4908B2fb-8f2f6e8a2c11")]
    uuid_text: Field<UuidText>,
    #[field(coerce, default = "zz")]
    any_uuid: Field<UuidText>,
    #[field(default = "::1.2.3.4")]
    address: Field<IpAddr>,
    #[field(since = "1.1", absent = "10.0.0.255", default = "0.0.0.0")]
    v4: Field<Ipv4Addr>,
    #[field(fill(value = "2001:db8::1:0:0:1", before = "1.1"), default = "::ffff:1.2.3.4")]
    v6: Field<Ipv6Addr>,
    #[field(default = "::1/128")]
    network: Field<ipnet::IpNet>,
    #[field(default = "2024-02-29T23:59:59-00:00")]
    verbatim: Field<DateTime>,
    #[field(default = "2024-02-29T00:00:00+05:30")]
    fixed: Field<chrono::DateTime<chrono::FixedOffset>>,
    #[field(default = "2024-02-29T00:00:00Z")]
    utc: Field<chrono::DateTime<chrono::Utc>>,
    #[field(default = "2024-02-29T00:00:00Z")]
    naive: Field<chrono::NaiveDateTime>,
    #[field(default = "0001-01-01T00:00:00Z")]
    system: Field<SystemTime>,
    #[field(default = 1e19)]
    span: Field<Duration>,
    #[field(default = "AP8=")]
    bytes: Field<Bytes>,
    #[field(default = "00:1a:2b:3c:4d:5e")]
    mac: Field<MacAddress>,
    #[field(default = "0000:0a:1f.7")]
    pci: Field<PciAddress>,
    #[field(default = ">=1.0, <2")]
    predicate: Field<VersionPredicate>,
    #[field(default = 0.1)]
    narrow: Field<f32>,
    #[field(default = { "-170141183460469231731687303715884105728": 1 })]
    by_number: Field<BTreeMap<NonZeroI128, i64>>,
    #[field(default = { "340282366920938463463374607431768211455": 1 })]
    by_large: Field<BTreeMap<u128, i64>>,
    #[field(default = { "old": 1 })]
    by_style: Field<BTreeMap<Style, i64>>,
    #[field(default = { "1": { "6a09e667-f3bc-4908-b2fb-8f2f6e8a2c11": 1 } })]
    nested: Field<BTreeMap<u8, HashMap<uuid::Uuid, i64>>>,
    #[field(insert(key = "7", from = "narrow", before = "1.1"), default = {})]
    inserted: Field<BTreeMap<u8, f32>>,
    #[field(values("10.0.0.1", since = "1.1", older = "10.0.0.2"), default = ["10.0.0.1"])]
    rule: Field<Vec<IpAddr>>,
    #[field(default = [[1, 2]])]
    rows: Field<Vec<[u8; 2]>>,
}

fn main() {
    let mut forms = Forms::unset();
    forms.set_defaults().unwrap();
    assert_eq!(forms.any_uuid, "zz");
    serde_json::to_string(&forms).unwrap();
}
