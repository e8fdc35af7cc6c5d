use serde::de::{Error as _, IntoDeserializer as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::primitive::Primitive;
use crate::version::Version;

/// Rows of versions: a map, whose order counts too, or pairs.
#[derive(Default)]
pub(super) struct Rows(pub(super) Vec<(Version, Version)>);

impl Rows {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(own, child)| (own, child)))
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let version = |text: &str| text.parse::<Version>().map_err(D::Error::custom);
        match Primitive::deserialize(deserializer)? {
            Primitive::Map(entries) => {
                let row = |(own, child): (&String, &Primitive)| {
                    let child = child.as_str().ok_or_else(|| D::Error::custom("a version has to be text"))?;
                    Ok((version(own)?, version(child)?))
                };
                entries.iter().map(row).collect::<Result<_, _>>().map(Rows)
            }
            pairs => Vec::deserialize(pairs.into_deserializer()).map(Rows),
        }
    }
}
