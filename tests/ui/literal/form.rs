//! Texts of another form than the field's type has, wherever a literal may stand.

use std::collections::{BTreeMap, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::num::NonZeroU8;
use std::time::{Duration, SystemTime};

use versioned_objects::field::{Bytes, DateTime, MacAddress, PciAddress, UuidText, VersionPredicate};
use versioned_objects::{Field, FieldEnum, VersionedObject};

type Host = Option<IpAddr>;

#[derive(FieldEnum, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[field_enum(rename_all = "lowercase")]
enum Style {
    Old,
    New,
}

#[derive(VersionedObject)]
#[object(versions("1.0", "1.1"), initial("uuid" = "zz"))]
struct Forms {
    #[field(default = "zz")]
    uuid: Field<uuid::Uuid>,
    #[field(default = "6A09E667-F3BC-4908-B2FB-8F2F6E8A2C11")]
    upper: Field<Option<uuid::Uuid>>,
    #[field(default = "zz")]
    uuid_text: Field<UuidText>,
    #[field(default = "zz")]
    address: Field<Host>,
    #[field(since = "1.1", absent = "10.0.0.256")]
    v4: Field<Ipv4Addr>,
    #[field(fill(value = "0::1", before = "1.1"))]
    v6: Field<Ipv6Addr>,
    #[field(default = "10.0.0.0/33")]
    network: Field<ipnet::IpNet>,
    #[field(default = "yesterday")]
    verbatim: Field<DateTime>,
    #[field(default = "2025-02-29T00:00:00Z")]
    fixed: Field<chrono::DateTime<chrono::FixedOffset>>,
    #[field(default = "2024-02-29T00:00:00+00:00")]
    utc: Field<chrono::DateTime<chrono::Utc>>,
    #[field(default = "2024-02-29 00:00:00")]
    naive: Field<chrono::NaiveDateTime>,
    #[field(default = "2024-13-01T00:00:00Z")]
    system: Field<SystemTime>,
    #[field(default = 1e20)]
    span: Field<Duration>,
    #[field(default = "AP9=")]
    bytes: Field<Bytes>,
    #[field(default = "00-1A-2b-3c-4d-5e")]
    mac: Field<MacAddress>,
    #[field(default = "0000:0a:2f.7")]
    pci: Field<PciAddress>,
    #[field(default = "1.0")]
    predicate: Field<VersionPredicate>,
    #[field(default = 0.1234567891)]
    narrow: Field<f32>,
    #[field(default = { "one": 1 })]
    by_number: Field<BTreeMap<i64, i64>>,
    #[field(default = { "0": 1 })]
    by_nonzero: Field<BTreeMap<NonZeroU8, i64>>,
    #[field(default = { "odd": 1 })]
    by_style: Field<BTreeMap<Style, i64>>,
    #[field(default = { "1": { "zz": 1 } })]
    nested: Field<BTreeMap<u8, HashMap<uuid::Uuid, i64>>>,
    #[field(insert(key = "k", from = "narrow", before = "1.1"))]
    inserted: Field<BTreeMap<u8, f32>>,
    #[field(take(from = "upper", before = "1.1", when("v4" = "zz")))]
    taken: Field<Option<uuid::Uuid>>,
    #[field(values("zz", since = "1.1", older = "yy"))]
    rule: Field<Vec<IpAddr>>,
    #[field(check(one_of("zz")))]
    one_of: Field<uuid::Uuid>,
    #[field(default = [[1, 2, 3]])]
    rows: Field<Vec<[u8; 2]>>,
}

fn main() {}
