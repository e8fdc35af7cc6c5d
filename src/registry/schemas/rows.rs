use serde::de::{Error as _, IntoDeserializer as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::primitive::Primitive;
use crate::version::Version;

/// Rows of versions: a map where they rise, since an editor may put its keys in any order, and pairs otherwise.
#[derive(Default)]
pub(super) struct Rows(pub(super) Vec<(Version, Version)>);

impl Rows {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.0.is_sorted_by(|(one, _), (next, _)| one < next) {
            serializer.collect_map(self.0.iter().map(|(own, child)| (own, child)))
        } else {
            serializer.collect_seq(&self.0)
        }
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
                let mut rows: Vec<_> = entries.iter().map(row).collect::<Result<_, _>>()?;
                rows.sort_by_key(|(own, _)| *own);
                Ok(Rows(rows))
            }
            pairs => Vec::deserialize(pairs.into_deserializer()).map(Rows),
        }
    }
}
