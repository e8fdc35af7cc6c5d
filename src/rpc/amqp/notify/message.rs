use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::newer::{self, Understood};
use super::priority::Priority;
use crate::error::Error;
use crate::field::FieldType;
use crate::mask;
use crate::registry::{AnyObject, Registry};
use crate::rpc::amqp::envelope;
use crate::rpc::payload::{read, read_plain};
use crate::rpc::{CallContext, json};

const CONTEXT: &str = "_context_";

/// A notification, as a service told it.
#[derive(Clone)]
pub struct Notification {
    /// The id that tells it from all others.
    pub message_id: String,
    /// Which service on which host: `nova-compute:host-1`.
    pub publisher_id: String,
    /// The type of the event: `instance.live_migration_pre.start`.
    pub event_type: String,
    /// How much it matters.
    pub priority: Priority,
    /// When, by the sender's clock: `2026-11-28 20:30:05.123456`, in UTC.
    pub timestamp: String,
    /// Who had asked for what happened.
    pub context: CallContext,
    pub(super) payload: Box<RawValue>,
}

impl Notification {
    /// Reads the payload with its objects, in the versions that the registry reads. One of a newer minor version gives
    /// what this host knows of it, and says that there is more.
    ///
    /// # Errors
    /// Where an object has another major version, or a field that isn't what this host expects.
    pub fn read<T: FieldType>(&self, registry: &Registry) -> Result<Understood<T>, Error> {
        newer::understand(&self.payload, registry, |payload| read(payload, registry))
    }

    /// Reads a payload that is an object of any registered name, derived or of a schema alone.
    ///
    /// # Errors
    /// As [`Notification::read`], and where it is no object.
    pub fn read_any(&self, registry: &Registry) -> Result<Understood<AnyObject>, Error> {
        newer::understand(&self.payload, registry, |payload| registry.decode_json(payload.get().as_bytes()))
    }

    /// Reads a payload without versions.
    ///
    /// # Errors
    /// Where the type can't hold it.
    pub fn read_plain<T: DeserializeOwned>(&self) -> Result<T, Error> {
        read_plain(&self.payload)
    }

    /// The payload as it came, as JSON text.
    pub fn as_json(&self) -> &str {
        self.payload.get()
    }
}

impl fmt::Debug for Notification {
    /// Without the context and the payload, where passwords may stand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notification")
            .field("event_type", &self.event_type)
            .field("publisher_id", &self.publisher_id)
            .field("priority", &self.priority)
            .field("timestamp", &self.timestamp)
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}

impl Serialize for Notification {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("message_id", &self.message_id)?;
        map.serialize_entry("publisher_id", &self.publisher_id)?;
        map.serialize_entry("event_type", &self.event_type)?;
        map.serialize_entry("priority", &self.priority.as_str().to_uppercase())?;
        map.serialize_entry("payload", &self.payload)?;
        map.serialize_entry("timestamp", &self.timestamp)?;
        for (key, value) in self.context.raw() {
            map.serialize_entry(&format_args!("{CONTEXT}{key}"), value)?;
        }
        map.end()
    }
}

/// A notification as it came. What is missing counts as empty, as in `oslo.messaging`.
#[derive(Default)]
struct Arrived {
    texts: BTreeMap<&'static str, String>,
    payload: Option<Box<RawValue>>,
    context: CallContext,
}

const TEXTS: [&str; 5] = ["message_id", "publisher_id", "event_type", "priority", "timestamp"];

impl<'de> Deserialize<'de> for Arrived {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Arrived;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a notification")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Arrived, A::Error> {
                let mut arrived = Arrived::default();
                while let Some(key) = map.next_key::<String>()? {
                    if let Some(known) = TEXTS.into_iter().find(|known| *known == key) {
                        let raw: Box<RawValue> = map.next_value()?;
                        // One that is no text says as little as one that is missing.
                        if let Ok(text) = serde_json::from_str(raw.get()) {
                            arrived.texts.insert(known, text);
                        }
                    } else if key == "payload" {
                        arrived.payload = Some(map.next_value()?);
                    } else if let Some(key) = key.strip_prefix(CONTEXT) {
                        arrived.context.insert_raw(key, map.next_value()?);
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(arrived)
            }
        }

        deserializer.deserialize_map(Keys)
    }
}

impl Notification {
    /// Reads a notification as a broker carries it, uncompressed, with its envelope or without one: to try an endpoint
    /// on what was heard before.
    ///
    /// ```
    /// use versioned_objects::rpc::{Notification, Priority};
    ///
    /// let heard = br#"{"event_type": "instance.update", "priority": "INFO", "payload": {"state": "active"}}"#;
    /// let notification = Notification::from_bytes(heard)?;
    /// assert_eq!((notification.event_type.as_str(), notification.priority), ("instance.update", Priority::Info));
    /// # Ok::<(), versioned_objects::Error>(())
    /// ```
    ///
    /// # Errors
    /// Where it is no message, or has no priority that there is.
    pub fn from_bytes(message: &[u8]) -> Result<Self, Error> {
        let read = envelope::unwrap(message).and_then(|arrived| Notification::from_text(&arrived.message));
        read.map_err(|error| Error::format(&mask::told(&json::without_text(&error))))
    }

    /// Reads a message.
    pub(super) fn from_text(message: &str) -> Result<Self, String> {
        let Arrived { mut texts, payload, context } = serde_json::from_str(message)
            .map_err(|error| mask::told(&json::without_text(&error.to_string())))?;
        let mut text = |name| texts.remove(name).unwrap_or_default();
        let priority =
            text("priority").parse().map_err(|()| "its priority is none that there is".to_owned())?;
        Ok(Notification {
            message_id: text("message_id"),
            publisher_id: text("publisher_id"),
            event_type: text("event_type"),
            timestamp: text("timestamp"),
            priority,
            context,
            payload: payload.unwrap_or_else(|| RawValue::NULL.to_owned()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_read_and_written_as_oslo_messaging_has_it() {
        let text = r#"{"message_id":"m","publisher_id":"nova-compute:h","event_type":"instance.update","priority":"INFO","payload":{"a":1.50},"timestamp":"2026-11-28 20:30:05.123456","_context_request_id":"req-1"}"#;
        let read = Notification::from_text(text).unwrap();
        assert_eq!(
            (read.priority, read.event_type.as_str(), read.as_json()),
            (Priority::Info, "instance.update", r#"{"a":1.50}"#)
        );
        assert_eq!(read.context.get::<String>("request_id").as_deref(), Some("req-1"));
        assert_eq!(serde_json::to_string(&read).unwrap(), text);
        let bare =
            Notification::from_text(r#"{"priority": "warn", "event_type": 5, "_unique_id": "x"}"#).unwrap();
        assert_eq!((bare.event_type.as_str(), bare.as_json()), ("", "null"));
        for odd in ["{}", "[]", r#"{"priority": "LOUD"}"#, r#"{"priority": null}"#] {
            assert!(Notification::from_text(odd).is_err(), "{odd}");
        }
        assert!(!format!("{read:?}").contains("1.50"));
        // The reason goes into a log.
        for odd in [r#""password=hunter2""#, r#"["hunter2"]"#] {
            let reason = Notification::from_text(odd).unwrap_err();
            assert!(!reason.contains("hunter2"), "{reason}");
        }
    }
}
