//! What a type takes where it coerces, and refuses where it doesn't.

use indexmap::IndexMap;

use crate::primitive::Primitive;
use crate::schema::Kind;

/// Such a value; none of a type that takes its own form alone in any case.
pub(super) fn coerced(kind: &Kind) -> Option<Primitive> {
    Some(match kind {
        Kind::String | Kind::SensitiveString | Kind::Boolean | Kind::EuiText | Kind::JsonText => 5.into(),
        Kind::Uuid => "no".into(),
        // As many digits as a UUID has.
        Kind::CheckedUuid => Primitive::Int(10_i128.pow(31)),
        Kind::MacAddress => "AA-BB-CC-DD-EE-FF".into(),
        Kind::PciAddress => "0000:0A:1F.7".into(),
        Kind::Integer | Kind::NonNegativeInteger => "5".into(),
        Kind::Float | Kind::NonNegativeFloat => "1.5".into(),
        Kind::FlexibleBoolean => "yes".into(),
        Kind::DateTime { .. } => "2026-01-02".into(),
        Kind::IpAddress | Kind::IpV4AndV6Address | Kind::IpV4Address => 5.into(),
        // Numbers of 32 bits are IPv4 addresses.
        Kind::IpV6Address => (1_i64 << 40).into(),
        Kind::IpNetwork | Kind::IpV4Network => "192.0.2.1".into(),
        Kind::IpV6Network => "2001:DB8::/32".into(),
        // Pairs, of which there are none.
        Kind::FlexibleDict => Primitive::List(Vec::new()),
        // The keys of a map, of which there are none.
        Kind::FlexibleList | Kind::List(_) | Kind::Set(_) => Primitive::Map(IndexMap::new().into()),
        Kind::Dict(element) => entry(coerced(&element.ty.kind)?),
        // An object's fields say it for themselves.
        Kind::VersionPredicate
        | Kind::IpNetworkText
        | Kind::Enum { .. }
        | Kind::Object { .. }
        | Kind::Opaque => return None,
    })
}

/// A dict of that one value.
pub(super) fn entry(value: Primitive) -> Primitive {
    Primitive::Map(IndexMap::from([("a".to_owned(), value)]).into())
}
