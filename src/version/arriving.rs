use std::fmt;
use std::str::FromStr;

use serde::ser::{Serialize, Serializer};

use super::{Version, VersionParseError};
use crate::python::is_space;

/// A version as a peer wrote it.
///
/// The reference orders such text by PEP 440, where `1`, `1.0`, `1.0.0` and `v1.0` are the same version and
/// `1.0rc1` comes before it, and it keeps the text for when the object goes out again. So does this type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arriving {
    version: Version,
    /// Where the text isn't what [`Version`] prints.
    odd: Option<Box<Odd>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Odd {
    text: String,
    pep440: pep440_rs::Version,
}

impl Odd {
    /// Its numbers, where it is numbers alone. One beyond 64 bits is as far beyond any of ours as the greatest is.
    fn numbers(&self) -> Option<Vec<u64>> {
        let number = |part: &str| {
            let part = part.trim();
            let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| part.parse().unwrap_or(u64::MAX))
        };
        without_stage(&self.text).split('.').map(number).collect()
    }
}

impl Arriving {
    /// The text's first two or three numbers, each as far as 32 bits hold it.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The text as [`Version`] prints it, where that is how it came.
    pub fn as_plain(&self) -> Option<Version> {
        match self.odd {
            None => Some(self.version),
            Some(_) => None,
        }
    }

    /// Whether the text is what the version prints.
    pub fn is_text_of(&self, version: Version) -> bool {
        self.as_plain() == Some(version)
    }

    /// Whether the text is numbers alone, which the reference asks of what it writes: it reads `1.0.post1`, and
    /// then fails.
    pub(crate) fn is_numbers(&self) -> bool {
        self.odd.as_ref().is_none_or(|odd| odd.numbers().is_some())
    }

    /// Whether `version` is newer than this, compared as tuples of numbers.
    pub(crate) fn is_before(&self, version: Version) -> bool {
        match &self.odd {
            None => self.version < version,
            Some(odd) => odd.numbers().is_some_and(|numbers| numbers < version.numbers().collect()),
        }
    }

    /// Whether both name one version by PEP 440.
    pub fn is(&self, version: Version) -> bool {
        match &self.odd {
            None => self.version.reads(version) && version.reads(self.version),
            Some(odd) => odd.pep440 == pep440(version),
        }
    }

    /// Whether code of `version` reads this, by the reference's rule: the same major number, and not newer.
    pub fn is_read_by(&self, version: Version) -> bool {
        match &self.odd {
            None => version.reads(self.version),
            Some(odd) => {
                let ours = pep440(version);
                odd.pep440.release().first() == ours.release().first() && odd.pep440 <= ours
            }
        }
    }
}

/// The text without the mark of a pre-release at its end (`1.0rc1`).
fn without_stage(text: &str) -> &str {
    let rest = text.trim_end_matches(|c: char| c.is_ascii_digit());
    if rest.len() == text.len() {
        return text;
    }
    let stages = ["alpha", "beta", "rc", "a", "b"].into_iter();
    let mut stripped = stages.filter_map(|stage| rest.strip_suffix(stage));
    stripped.find(|rest| rest.ends_with(|c: char| c.is_ascii_digit())).unwrap_or(text)
}

fn pep440(version: Version) -> pep440_rs::Version {
    let parts = [version.major(), version.minor(), version.patch().unwrap_or(0)];
    pep440_rs::Version::new(parts.map(u64::from))
}

/// The version that a text is by PEP 440, as Python's `packaging` reads it: with any white space around it, and numbers
/// of any length. One that is longer than 64 bits hold becomes another that is greater than each of ours.
pub(crate) fn read(text: &str) -> Option<pep440_rs::Version> {
    const MOST_DIGITS: usize = 19;
    let text = text.trim_matches(is_space);
    let mut short = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        let (digits, behind) = digits.split_at(end);
        let is_long = digits.trim_start_matches('0').len() > MOST_DIGITS;
        short.push_str(before);
        short.push_str(if is_long { "9999999999999999999" } else { digits });
        rest = behind;
    }
    short.push_str(rest);
    short.parse().ok()
}

impl From<Version> for Arriving {
    fn from(version: Version) -> Self {
        Arriving { version, odd: None }
    }
}

impl FromStr for Arriving {
    type Err = VersionParseError;

    /// # Errors
    /// Where PEP 440 doesn't know the text; the error then says what plain text should look like.
    fn from_str(text: &str) -> Result<Self, VersionParseError> {
        let error = match text.parse::<Version>() {
            Ok(version) => return Ok(version.into()),
            Err(error) => error,
        };
        let Some(pep440) = read(text) else { return Err(error) };
        let part = |place: usize| {
            let number = pep440.release().get(place).copied();
            number.map(|number| u32::try_from(number).unwrap_or(u32::MAX))
        };
        let version = Version { major: part(0).unwrap_or(0), minor: part(1).unwrap_or(0), patch: part(2) };
        Ok(Arriving { version, odd: Some(Box::new(Odd { text: text.to_owned(), pep440 })) })
    }
}

impl fmt::Display for Arriving {
    /// The text as it came.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.odd {
            None => self.version.fmt(f),
            Some(odd) => f.write_str(&odd.text),
        }
    }
}

impl Serialize for Arriving {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.odd {
            None => self.version.serialize(serializer),
            Some(odd) => serializer.serialize_str(&odd.text),
        }
    }
}
