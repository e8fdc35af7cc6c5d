//! The instance and its volumes as they cross the wire: plain maps.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::mask;

/// An instance, as far as a migration looks at it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Instance {
    /// Its UUID.
    pub uuid: String,
    /// Its name, which is that of its machine on the hypervisor.
    pub name: String,
    /// The host that it runs on.
    pub host: String,
    /// Its volumes.
    #[serde(default)]
    pub block_device_mapping: Vec<BlockDevice>,
    /// What else the map has, kept as it came.
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
    /// What else the map has, kept as it came.
    #[serde(flatten)]
    pub more: More,
}

/// How to reach a volume.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionInfo {
    /// By what protocol.
    pub driver_volume_type: String,
    /// What the protocol needs.
    pub data: ConnectionData,
    /// What else the map has, kept as it came.
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

/// What a protocol needs to reach a volume: whatever the volume service gave, kept as it came.
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

    /// The volume's id.
    pub fn volume_id(&self) -> Option<&str> {
        self.text("volume_id")
    }

    /// Sets a key.
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
