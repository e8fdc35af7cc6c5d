//! The instance and its volumes as they cross the wire: plain maps.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::mask;

/// An instance, as far as a migration looks at it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// The UUID of it, as text.
    pub uuid: String,
    /// Its name, which is that of its machine on the hypervisor.
    pub name: String,
    /// The host that it runs on.
    pub host: String,
    /// The volumes of the instance.
    #[serde(default)]
    pub block_device_mapping: Vec<BlockDevice>,
    /// Further keys of the map, kept as they came.
    #[serde(flatten)]
    pub more: More,
}

/// A volume of an instance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BlockDevice {
    /// The device under which the instance sees it.
    pub mount_device: String,
    /// How to reach it.
    pub connection_info: ConnectionInfo,
    /// Further keys of the map, kept as they came.
    #[serde(flatten)]
    pub more: More,
}

/// How to reach a volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionInfo {
    /// The protocol's name, such as `iscsi`.
    pub driver_volume_type: String,
    /// The data that the protocol needs.
    pub data: ConnectionData,
    /// Further keys of the map, kept as they came.
    #[serde(flatten)]
    pub more: More,
}

/// The keys of a map that a migration doesn't look at, which go on as they came. `Debug` masks the secrets in them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct More(Map<String, Value>);

impl More {
    /// The text of a key; what is no text counts as none.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(Value::as_str)
    }
}

impl fmt::Debug for More {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(&self.0, f)
    }
}

/// Shows a map with its secrets masked, cut where it is long.
fn shown(entries: &Map<String, Value>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let text = serde_json::to_string(entries).unwrap_or_default();
    f.write_str(&mask::told(&text))
}

/// Data by which a protocol reaches a volume, kept as the volume service gave them.
///
/// `Debug` and `Display` show it with its secrets masked.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ConnectionData(Map<String, Value>);

impl ConnectionData {
    /// The value of a key; null counts as none.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|value| !value.is_null())
    }

    /// The text of a key; what is no text counts as none.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Value::as_str)
    }

    /// Returns the id of the volume, if there is one.
    pub fn volume_id(&self) -> Option<&str> {
        self.text("volume_id")
    }

    /// Sets a key of the map.
    pub fn insert(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }
}

impl From<Map<String, Value>> for ConnectionData {
    fn from(entries: Map<String, Value>) -> Self {
        ConnectionData(entries)
    }
}

impl fmt::Display for ConnectionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        shown(&self.0, f)
    }
}

impl fmt::Debug for ConnectionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
