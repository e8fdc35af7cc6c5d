//! Versions, and what an encoding can be made for.
//!
//! A [`Version`] is `X.Y` or `X.Y.Z`. Two orders are at work in the reference, and both are here: tuples of
//! integers for everything that this side says ([`Ord`]), and PEP 440 for the text that arrives from a peer
//! ([`Arriving`]).

mod arriving;
mod manifest;
mod target;

use std::fmt;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::ascii::Ascii;
use crate::shortened::Shortened;

pub use arriving::Arriving;
pub(crate) use arriving::read as read_pep440;
pub use manifest::Manifest;
pub use target::{IntoTarget, Target};

/// A version of an object: `X.Y`, or `X.Y.Z`.
///
/// Versions are ordered as tuples of integers with length as the tie-break, so `1.3 < 1.3.0 < 1.10`
/// (the reference's `convert_version_to_tuple`).
///
/// ```
/// use versioned_objects::Version;
///
/// let version: Version = "1.10".parse()?;
/// assert!(version > Version::new(1, 9));
/// assert_eq!(version.to_string(), "1.10");
/// # Ok::<(), versioned_objects::VersionParseError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: Option<u32>,
}

impl Version {
    /// Returns the version `major.minor`.
    pub const fn new(major: u32, minor: u32) -> Self {
        Version { major, minor, patch: None }
    }

    /// Returns the version `major.minor.patch`.
    pub const fn with_patch(major: u32, minor: u32, patch: u32) -> Self {
        Version { major, minor, patch: Some(patch) }
    }

    /// Returns the first part, the major number.
    pub const fn major(self) -> u32 {
        self.major
    }

    /// Returns the second part, the minor number.
    pub const fn minor(self) -> u32 {
        self.minor
    }

    /// The third part, where the version has one.
    pub const fn patch(self) -> Option<u32> {
        self.patch
    }

    pub(crate) fn numbers(self) -> impl Iterator<Item = u64> {
        [Some(self.major), Some(self.minor), self.patch].into_iter().flatten().map(u64::from)
    }

    /// The version without its third part.
    pub const fn without_patch(self) -> Self {
        Version::new(self.major, self.minor)
    }

    /// Whether code of this version reads what `other` wrote, by the reference's rule: the same major number,
    /// and not newer. A third part that is absent counts as zero, as PEP 440 has it.
    pub const fn reads(self, other: Version) -> bool {
        if self.major != other.major {
            return false;
        }
        if self.minor != other.minor {
            return other.minor < self.minor;
        }
        let (ours, theirs) = (patch_or_zero(self.patch), patch_or_zero(other.patch));
        theirs <= ours
    }

    /// Whether the version lies in a requirement as cargo writes them (`">=1.2, <2"`).
    pub fn matches(self, requirement: &semver::VersionReq) -> bool {
        requirement.matches(&self.into())
    }

    /// [`Ord`]'s `self < other`, where a constant needs it.
    #[doc(hidden)]
    pub const fn is_before(self, other: Version) -> bool {
        if self.major != other.major {
            return self.major < other.major;
        }
        if self.minor != other.minor {
            return self.minor < other.minor;
        }
        match (self.patch, other.patch) {
            (None, Some(_)) => true,
            (Some(ours), Some(theirs)) => ours < theirs,
            (_, None) => false,
        }
    }
}

const fn patch_or_zero(patch: Option<u32>) -> u32 {
    match patch {
        Some(patch) => patch,
        None => 0,
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)?;
        match self.patch {
            Some(patch) => write!(f, ".{patch}"),
            None => Ok(()),
        }
    }
}

/// Text that is no version: not two or three numbers with dots between.
///
/// A part that is empty, has a sign or a leading zero, or passes `u32::MAX`, and any text before or after,
/// are refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionParseError {
    text: String,
    problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Problem {
    Parts(usize),
    Empty(usize),
    Character(usize, char),
    LeadingZero(usize),
    TooLarge(usize),
}

const PARTS: [&str; 3] = ["major", "minor", "patch"];

impl fmt::Display for VersionParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problem {
            Problem::Parts(found) => {
                write!(f, "expected two or three numbers with dots between, found {found}")?
            }
            Problem::Empty(part) => write!(f, "empty {} version number", PARTS[part])?,
            Problem::Character(part, found) => {
                write!(f, "unexpected character {found:?} in the {} version number", PARTS[part])?
            }
            Problem::LeadingZero(part) => write!(f, "leading zero in the {} version number", PARTS[part])?,
            Problem::TooLarge(part) => write!(f, "{} version number too large", PARTS[part])?,
        }
        write!(f, " in version {}", Shortened(&self.text))
    }
}

impl std::error::Error for VersionParseError {}

impl FromStr for Version {
    type Err = VersionParseError;

    fn from_str(text: &str) -> Result<Self, VersionParseError> {
        if let Some(version) = plain(text.as_bytes()) {
            return Ok(version);
        }
        parse(text).map_err(|problem| VersionParseError { text: text.to_owned(), problem })
    }
}

/// `X.Y`, as nearly every object on the wire has it; nothing where it takes a closer look.
fn plain(text: &[u8]) -> Option<Version> {
    let mut parts = [0_u32; 2];
    let mut part = 0;
    let mut digits = 0;
    for byte in text {
        let number = parts.get_mut(part)?;
        match byte {
            b'0'..=b'9' if digits < 9 && (digits == 0 || *number > 0) => {
                *number = *number * 10 + u32::from(byte - b'0');
                digits += 1;
            }
            b'.' if digits > 0 => (part, digits) = (part + 1, 0),
            _ => return None,
        }
    }
    let [major, minor] = parts;
    (part == 1 && digits > 0).then_some(Version::new(major, minor))
}

fn parse(text: &str) -> Result<Version, Problem> {
    let mut numbers = [0; 3];
    let mut count = 0;
    for part in text.split('.') {
        if let Some(number) = numbers.get_mut(count) {
            *number = parse_part(part, count)?;
        }
        count += 1;
    }
    let [major, minor, patch] = numbers;
    match count {
        2 => Ok(Version::new(major, minor)),
        3 => Ok(Version::with_patch(major, minor, patch)),
        _ => Err(Problem::Parts(count)),
    }
}

fn parse_part(part: &str, place: usize) -> Result<u32, Problem> {
    if let Some(found) = part.chars().find(|c| !c.is_ascii_digit()) {
        return Err(Problem::Character(place, found));
    }
    if part.is_empty() {
        return Err(Problem::Empty(place));
    }
    if part.len() > 1 && part.starts_with('0') {
        return Err(Problem::LeadingZero(place));
    }
    part.parse().map_err(|_| Problem::TooLarge(place))
}

impl From<Version> for semver::Version {
    fn from(version: Version) -> Self {
        semver::Version::new(version.major.into(), version.minor.into(), patch_or_zero(version.patch).into())
    }
}

impl TryFrom<&semver::Version> for Version {
    type Error = VersionParseError;

    /// A third part of zero is left away, since objects are versioned `X.Y`.
    fn try_from(version: &semver::Version) -> Result<Self, VersionParseError> {
        let parsed: Version = version.to_string().parse()?;
        Ok(if parsed.patch == Some(0) { parsed.without_patch() } else { parsed })
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match short_text(*self) {
            Some(text) => text.serialize(serializer),
            None => serializer.collect_str(self),
        }
    }
}

/// The text of a version of few digits, which nearly every object on the wire has.
#[inline]
fn short_text(version: Version) -> Option<Ascii<4>> {
    let Version { major: major @ 0..10, minor: minor @ 0..100, patch: None } = version else { return None };
    let digit = |number: u32| b'0' + (number % 10) as u8;
    let (first, second) = (digit(minor / 10), digit(minor));
    Some(match minor {
        0..10 => Ascii::new([digit(major), b'.', second, 0], 3),
        _ => Ascii::new([digit(major), b'.', first, second], 4),
    })
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;

        impl Visitor<'_> for Reading {
            type Value = Version;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("version text such as \"1.2\"")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Version, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Reading)
    }
}
