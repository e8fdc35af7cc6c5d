use std::collections::BTreeMap;
use std::fmt::Display;
use std::str::FromStr;

use super::Field;
use crate::error::Error;

/// A dict under keys of another type than text (`DictProxyField`).
///
/// ```
/// use std::collections::BTreeMap;
/// use versioned_objects::Field;
/// use versioned_objects::field::DictProxy;
///
/// let mut pinning: Field<Option<BTreeMap<String, i64>>> = Field::unset();
/// pinning.set_keyed([(3, 7), (12, 8)]);
/// assert_eq!(pinning.get().unwrap().as_ref().unwrap()["12"], 8);
/// assert_eq!(pinning.get_keyed::<u32>()?, Some(BTreeMap::from([(3, &7), (12, &8)])));
/// # Ok::<(), versioned_objects::Error>(())
/// ```
pub trait DictProxy {
    /// The type of the dict's values.
    type Value;

    /// The values by those keys; none, where the field is unset or null.
    ///
    /// # Errors
    /// Where a key is no such key.
    fn get_keyed<K: FromStr<Err: Display> + Ord>(&self) -> Result<Option<BTreeMap<K, &Self::Value>>, Error>;

    /// Sets the values by those keys.
    fn set_keyed<K: Display>(&mut self, entries: impl IntoIterator<Item = (K, Self::Value)>);
}

impl<V> DictProxy for Field<BTreeMap<String, V>> {
    type Value = V;

    fn get_keyed<K: FromStr<Err: Display> + Ord>(&self) -> Result<Option<BTreeMap<K, &V>>, Error> {
        self.get().map(keyed).transpose()
    }

    fn set_keyed<K: Display>(&mut self, entries: impl IntoIterator<Item = (K, V)>) {
        self.set(texts(entries));
    }
}

/// A null dict stays null; whoever wants one sets the field.
impl<V> DictProxy for Field<Option<BTreeMap<String, V>>> {
    type Value = V;

    fn get_keyed<K: FromStr<Err: Display> + Ord>(&self) -> Result<Option<BTreeMap<K, &V>>, Error> {
        self.get().and_then(Option::as_ref).map(keyed).transpose()
    }

    fn set_keyed<K: Display>(&mut self, entries: impl IntoIterator<Item = (K, V)>) {
        self.set(Some(texts(entries)));
    }
}

fn keyed<K: FromStr<Err: Display> + Ord, V>(entries: &BTreeMap<String, V>) -> Result<BTreeMap<K, &V>, Error> {
    let mut out = BTreeMap::new();
    for (text, value) in entries {
        let key = K::from_str(text);
        let key = key.map_err(|error| Error::invalid_value(format_args!("{text:?} is no key: {error}")))?;
        out.insert(key, value);
    }
    Ok(out)
}

fn texts<K: Display, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<String, V> {
    entries.into_iter().map(|(key, value)| (key.to_string(), value)).collect()
}
