//! Texts that have to be something, and stay as they were spelled: types that projects made for themselves.

use std::net::IpAddr;

use serde::de::Deserializer;

use super::scalar::{self, Found, Shortened};
use super::text::text_type;
use super::{Context, FieldType, form, python};
use crate::error::Error;
use crate::schema::{Kind, TypeSchema};

/// A type of text that is kept as it came. `of` gives the text to keep of what came, or nothing where it is refused.
macro_rules! kept_text_type {
    (
        $(#[$attribute:meta])* $name:ident, $type_name:literal $kind:ident, wanted: $wanted:literal, of: $of:expr
    ) => {
        text_type! {
            $(#[$attribute])* $name
        }

        impl TryFrom<&str> for $name {
            type Error = Error;

            fn try_from(text: &str) -> Result<Self, Error> {
                let of: fn(&Found<'_>) -> Option<String> = $of;
                of(&Found::Text(text.into())).map($name).ok_or_else(|| {
                    let found = Shortened(text);
                    Error::invalid_value(format_args!(concat!($wanted, " is required, found {}"), found))
                })
            }
        }

        impl std::str::FromStr for $name {
            type Err = Error;

            fn from_str(text: &str) -> Result<Self, Error> {
                $name::try_from(text)
            }
        }

        impl FieldType for $name {
            const TYPE: TypeSchema = TypeSchema::new($type_name, Kind::$kind);

            fn decode<'de, D: Deserializer<'de>>(
                deserializer: D,
                context: Context<'_>,
            ) -> Result<Self, D::Error> {
                let of: fn(&Found<'_>) -> Option<String> = $of;
                scalar::decode(deserializer, context, |found| {
                    let is_form = matches!(found, Found::Text(_)) || !context.is_strict();
                    let kept = of(&found).filter(|_| is_form);
                    kept.map($name).ok_or_else(|| found.refused($wanted))
                })
            }
        }
    };
}

kept_text_type! {
    /// The text of a UUID as it was spelled, and of nothing else: what Python's `uuid.UUID` takes, in capitals, without
    /// hyphens, in braces or behind `urn:uuid:`.
    ///
    /// [`UuidText`](super::UuidText) takes any text, as the reference does.
    ///
    /// ```
    /// use versioned_objects::field::CheckedUuid;
    ///
    /// let uuid: CheckedUuid = "B6D2FF0E1C734E219D374F0D3A9C8F01".parse()?;
    /// assert_eq!(uuid.as_str(), "B6D2FF0E1C734E219D374F0D3A9C8F01");
    /// assert!("b6d2ff0e".parse::<CheckedUuid>().is_err());
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    CheckedUuid, "UUID" CheckedUuid, wanted: "a UUID",
    of: |found| match found {
        Found::Text(text) => is_uuid(text).then(|| (**text).to_owned()),
        Found::Int(number) => Some(number.to_string()).filter(|text| is_uuid(text)),
        Found::Large(number) => Some(number.to_string()).filter(|text| is_uuid(text)),
        _ => None,
    }
}

kept_text_type! {
    /// A MAC address as it was spelled, with hyphens, colons, dots or nothing between its digits; a longer EUI too.
    ///
    /// [`MacAddress`](super::MacAddress) has one spelling, as in the reference. A number is spelled as netaddr does.
    ///
    /// ```
    /// use versioned_objects::field::EuiText;
    ///
    /// let address: EuiText = "00-1A-2B-3C-4D-5E".parse()?;
    /// assert_eq!(address.as_str(), "00-1A-2B-3C-4D-5E");
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    EuiText, "MACAddress" EuiText, wanted: "a MAC address",
    of: |found| match found {
        Found::Text(text) => is_eui(text).then(|| (**text).to_owned()),
        Found::Bool(number) => Some(eui(u64::from(*number))),
        Found::Int(number) => u64::try_from(*number).ok().map(eui),
        _ => None,
    }
}

kept_text_type! {
    /// An IP network as it was spelled: with a netmask in place of the prefix's length, or without either.
    ///
    /// `ipnet`'s networks have one spelling, as in the reference.
    ///
    /// ```
    /// use versioned_objects::field::IpNetworkText;
    ///
    /// let network: IpNetworkText = "2001:DB8::/32".parse()?;
    /// assert_eq!(network.as_str(), "2001:DB8::/32");
    /// assert!("10/8".parse::<IpNetworkText>().is_err());
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    IpNetworkText, "IPNetwork" IpNetworkText, wanted: "an IP network",
    of: |found| match found {
        Found::Text(text) => parse_network(text).map(|_| (**text).to_owned()),
        _ => None,
    }
}

/// Whether Python's `uuid.UUID` takes the text: 32 characters without the words and signs that it leaves out, which
/// `int` takes for a number of base 16.
fn is_uuid(text: &str) -> bool {
    let text = text.replace("urn:", "").replace("uuid:", "");
    let text = text.trim_matches(['{', '}']).replace('-', "");
    text.chars().count() == 32 && python::is_hexadecimal(&text)
}

/// Whether netaddr takes the text: a number too, in decimal digits.
fn is_eui(text: &str) -> bool {
    let is_number =
        |(is_negative, number): (bool, u128)| u64::try_from(number).is_ok() && (!is_negative || number == 0);
    form::is_eui(text.as_bytes()) || python::int(text).is_some_and(is_number)
}

/// A number as netaddr spells it.
fn eui(number: u64) -> String {
    let bytes = number.to_be_bytes();
    let bytes = match bytes {
        [0, 0, ref mac @ ..] => mac,
        ref all => &all[..],
    };
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join("-")
}

/// The address of a network and the length of its prefix, as netaddr reads them.
pub(super) fn parse_network(text: &str) -> Option<(IpAddr, u8)> {
    let (address, mask) = text.split_once('/').map_or((text, None), |(address, mask)| (address, Some(mask)));
    let address: IpAddr = address.parse().ok()?;
    let width = if address.is_ipv4() { 32 } else { 128 };
    let prefix = mask.map_or(Some(width), |mask| prefix(mask, width))?;
    (prefix <= width).then_some((address, prefix))
}

/// The length of a prefix that is written as a number, as a netmask or as a hostmask.
fn prefix(mask: &str, width: u8) -> Option<u8> {
    if let Some((is_negative, length)) = python::int(mask) {
        return u8::try_from(length).ok().filter(|length| !is_negative || *length == 0);
    }
    // In the upper bits, so that both families are counted alike.
    let bits = match mask.parse().ok()? {
        IpAddr::V4(mask) if width == 32 => u128::from(mask.to_bits()) << 96,
        IpAddr::V6(mask) if width == 128 => mask.to_bits(),
        _ => return None,
    };
    let unused = u128::MAX.checked_shr(width.into()).unwrap_or(0);
    let all_after = |ones: u32| u128::MAX.checked_shr(ones).unwrap_or(0);
    let length = if bits.leading_ones() > 0 || bits == 0 {
        (bits == !all_after(bits.leading_ones())).then_some(bits.leading_ones())
    } else {
        (bits | unused == all_after(bits.leading_zeros())).then_some(bits.leading_zeros())
    };
    u8::try_from(length?).ok()
}
