use std::fmt;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::de::Deserializer;
use serde::ser::Serializer;

use super::ip::Canonical;
use super::kept::parse_network;
use super::scalar::{self, Found};
use super::{Context, Entity, FieldType};
use crate::schema::{Kind, TypeSchema};
use crate::version::Target;

struct Written(IpNet);

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Canonical(self.0.addr()), self.0.prefix_len())
    }
}

fn network(found: &Found<'_>, strict: bool) -> Option<IpNet> {
    let Found::Text(text) = found else { return None };
    let (address, prefix) = parse_network(text)?;
    let network = IpNet::new(address, prefix).ok()?;
    (!strict || Written(network).to_string() == **text).then_some(network)
}

macro_rules! networks {
    ($($(#[$attribute:meta])* $ty:ty: $name:literal $kind:ident, $wanted:literal, $of:expr;)+) => {
        $(
            impl Entity for $ty {
                const HOLDS_OBJECTS: bool = false;

                fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(&Written((*self).into()))
                }
            }

            $(#[$attribute])*
            impl FieldType for $ty {
                const TYPE: TypeSchema = TypeSchema::new($name, Kind::$kind);

                /// Whatever the host bits are.
                fn equals(&self, old: &Self) -> bool {
                    self.trunc() == old.trunc()
                }

                fn decode<'de, D: Deserializer<'de>>(
                    deserializer: D,
                    context: Context<'_>,
                ) -> Result<Self, D::Error> {
                    let of: fn(IpNet) -> Option<$ty> = $of;
                    scalar::decode(deserializer, context, |found| {
                        network(&found, context.is_strict())
                            .and_then(of)
                            .ok_or_else(|| found.refused($wanted))
                    })
                }
            }
        )+
    };
}

networks! {
    /// Host bits are kept, as in the reference. Without a prefix it is the network of the one address.
    IpNet: "IPNetwork" IpNetwork, "an IP network", Some;

    /// Host bits are kept, as in the reference.
    Ipv4Net: "IPV4Network" IpV4Network, "an IPv4 network", |network| match network {
        IpNet::V4(network) => Some(network),
        IpNet::V6(_) => None,
    };

    /// Host bits are kept, as in the reference.
    Ipv6Net: "IPV6Network" IpV6Network, "an IPv6 network", |network| match network {
        IpNet::V6(network) => Some(network),
        IpNet::V4(_) => None,
    };
}
