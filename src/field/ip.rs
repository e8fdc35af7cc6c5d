use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::de::Deserializer;
use serde::ser::Serializer;

use super::scalar::{self, Found};
use super::{Context, Entity, FieldType};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

/// An address as glibc writes it, which the reference leaves it to: not only mapped IPv4 addresses end in
/// dotted form, but all that have zeros but for 16 to 32 low bits.
pub(super) struct Canonical(pub(super) IpAddr);

impl fmt::Display for Canonical {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V6(address) if (0x1_0000..0x1_0000_0000).contains(&address.to_bits()) => {
                let [.., a, b, c, d] = address.octets();
                write!(f, "::{}", Ipv4Addr::new(a, b, c, d))
            }
            address => address.fmt(f),
        }
    }
}

fn address(found: &Found<'_>, strict: bool) -> Option<IpAddr> {
    let number = match found {
        Found::Text(text) => {
            let address = text.parse().ok()?;
            return (!strict || Canonical(address).to_string() == **text).then_some(address);
        }
        _ if strict => return None,
        Found::Int(number) => u128::try_from(*number).ok()?,
        Found::Large(number) => *number,
        Found::Bool(value) => (*value).into(),
        Found::Beyond | Found::Float(_) | Found::Bytes { .. } | Found::List { .. } | Found::Map { .. } => {
            return None;
        }
    };
    let small = u32::try_from(number).map(|number| Ipv4Addr::from(number).into());
    Some(small.unwrap_or_else(|_| Ipv6Addr::from(number).into()))
}

macro_rules! addresses {
    ($($(#[$attribute:meta])* $ty:ty: $name:literal $kind:ident, $wanted:literal, $of:expr;)+) => {
        $(
            impl Entity for $ty {
                const HOLDS_OBJECTS: bool = false;

                fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(&Canonical((*self).into()))
                }
            }

            $(#[$attribute])*
            impl FieldType for $ty {
                const TYPE: TypeSchema = TypeSchema::new($name, Kind::$kind);

                fn decode<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    context: Context<'_>,
                ) -> Result<Self, D::Error> {
                    let of: fn(IpAddr) -> Option<$ty> = $of;
                    scalar::decode(deserializer, context, |found| {
                        address(&found, context.is_strict())
                            .and_then(of)
                            .ok_or_else(|| found.refused($wanted))
                    })
                }
            }
        )+
    };
}

/// An address of either family, under a name of its own in fingerprints and JSON schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IpV4AndV6Address(pub IpAddr);

impl From<IpV4AndV6Address> for IpAddr {
    fn from(address: IpV4AndV6Address) -> Self {
        address.0
    }
}

addresses! {
    /// As [`IpAddr`] is read.
    IpV4AndV6Address: "IPV4AndV6Address" IpV4AndV6Address, "an IP address", |address| {
        Some(IpV4AndV6Address(address))
    };

    /// Of numbers, those of 32 bits are IPv4 addresses.
    IpAddr: "IPAddress" IpAddress, "an IP address", Some;

    Ipv4Addr: "IPV4Address" IpV4Address, "an IPv4 address", |address| match address {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    };

    /// Numbers of 32 bits are IPv4 addresses, which are refused here.
    Ipv6Addr: "IPV6Address" IpV6Address, "an IPv6 address", |address| match address {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    };
}
