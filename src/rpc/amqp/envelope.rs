use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use lapin::message::Delivery;
use lapin::types::{AMQPValue, FieldTable};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::compression;
use crate::mask;
use crate::rpc::json;
use crate::wire::json::Serializer;

/// The header with the time by which a request has to be begun, in milliseconds since 1970. Python's hosts pass over
/// it.
pub(super) const BEGIN_BY: &str = "versioned_objects.begin_by";

/// The one version of the envelope that there is.
const VERSION: &str = "2.0";

/// A message as the broker carries it.
#[derive(Debug)]
pub(super) struct Wrapped(Vec<u8>);

impl Wrapped {
    pub(super) fn new(bytes: Vec<u8>) -> Self {
        Wrapped(bytes)
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "oslo.version", borrow)]
    version: Option<Cow<'a, str>>,
    #[serde(rename = "oslo.message", borrow)]
    message: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct CallKeys<'a> {
    _msg_id: &'a str,
    _reply_q: &'a str,
    _timeout: Option<u64>,
    _unique_id: String,
}

#[derive(Serialize)]
struct CastKeys {
    _unique_id: String,
}

#[derive(Serialize)]
struct ReplyKeys<'a> {
    _msg_id: &'a str,
    _unique_id: String,
}

/// A request that is to be replied to. The monitor's time is in seconds on the wire.
pub(super) fn call(
    message: &[u8],
    id: &str,
    reply_queue: &str,
    monitor: Option<Duration>,
) -> Result<Wrapped, String> {
    let timeout = monitor.map(|monitor| monitor.as_secs().max(1));
    wrap(message, &CallKeys { _msg_id: id, _reply_q: reply_queue, _timeout: timeout, _unique_id: fresh_id() })
}

/// A request that nobody replies to.
pub(super) fn cast(message: &[u8]) -> Result<Wrapped, String> {
    wrap(message, &CastKeys { _unique_id: fresh_id() })
}

/// A message without an envelope.
pub(super) fn bare(message: &[u8]) -> Result<Wrapped, String> {
    with_keys(message, &CastKeys { _unique_id: fresh_id() }).map(|message| Wrapped(message.into_bytes()))
}

/// A reply to the request of that id.
pub(super) fn reply(message: &[u8], id: &str) -> Result<Wrapped, String> {
    wrap(message, &ReplyKeys { _msg_id: id, _unique_id: fresh_id() })
}

/// Message that a server sends while it works on the request of that id.
pub(super) fn heartbeat(id: &str) -> Result<Wrapped, String> {
    reply(br#"{"result":null,"failure":null,"ending":false}"#, id)
}

/// Thirty-two hexadecimal digits.
pub(super) fn fresh_id() -> String {
    Uuid::new_v4().simple().to_string()
}

/// Milliseconds since 1970, by this host's clock.
pub(super) fn now_millis() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Adds the driver's keys to a message, and wraps the whole.
fn wrap<K: Serialize>(message: &[u8], keys: &K) -> Result<Wrapped, String> {
    let message = with_keys(message, keys)?;
    // A text in a text has a few more bytes: its quotes.
    let mut wrapped = Vec::with_capacity(message.len() + message.len() / 4 + 64);
    let envelope = Envelope { version: Some(VERSION.into()), message: Some(message.into()) };
    envelope.serialize(Serializer::new(&mut wrapped)).map_err(|error| error.to_string())?;
    Ok(Wrapped(wrapped))
}

/// Adds the driver's keys to a message, which is a JSON object with a key of its own.
fn with_keys<K: Serialize>(message: &[u8], keys: &K) -> Result<String, String> {
    let text = std::str::from_utf8(message).map_err(|error| error.to_string())?;
    let keys = serde_json::to_string(keys).map_err(|error| error.to_string())?;
    let (Some(head), Some(tail)) = (text.strip_suffix('}'), keys.strip_prefix('{')) else {
        return Err("the message is no json object".to_owned());
    };
    Ok([head, ",", tail].concat())
}

/// A message that came, with what the driver needs to know of it.
#[derive(Debug)]
pub(super) struct Arrived<'a> {
    /// The inner message, a JSON object.
    pub(super) message: Cow<'a, str>,
    pub(super) keys: Keys,
}

/// The driver's keys of a message. One that isn't what it should be counts as none, as a message without it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Keys {
    #[serde(rename = "_msg_id", deserialize_with = "text")]
    pub(super) msg_id: Option<String>,
    #[serde(rename = "_reply_q", deserialize_with = "text")]
    pub(super) reply_q: Option<String>,
    #[serde(rename = "_unique_id", deserialize_with = "text")]
    pub(super) unique_id: Option<String>,
    #[serde(rename = "_timeout", deserialize_with = "seconds")]
    pub(super) timeout: Option<Duration>,
    #[serde(deserialize_with = "is_true")]
    pub(super) ending: bool,
    #[serde(rename = "result", deserialize_with = "is_there")]
    pub(super) has_result: bool,
    #[serde(rename = "failure", deserialize_with = "is_there")]
    pub(super) has_failure: bool,
}

/// The body of what came, uncompressed.
///
/// # Errors
/// Where it's compressed in a way that isn't known, or is longer than the limit then.
pub(super) fn plain(delivery: &Delivery, limit: usize) -> Result<Cow<'_, [u8]>, String> {
    plain_by(delivery.properties.headers().as_ref(), &delivery.data, limit)
}

/// A body, uncompressed as these headers say.
///
/// # Errors
/// As [`plain`].
pub(super) fn plain_by<'a>(
    headers: Option<&FieldTable>,
    data: &'a [u8],
    limit: usize,
) -> Result<Cow<'a, [u8]>, String> {
    match headers.and_then(|headers| headers.inner().get(compression::HEADER)) {
        None => Ok(Cow::Borrowed(data)),
        Some(AMQPValue::LongString(media_type)) => {
            let media_type = String::from_utf8_lossy(media_type.as_bytes());
            compression::decompress(&media_type, data, limit).map(Cow::Owned)
        }
        Some(_) => Err("its compression header is no text".to_owned()),
    }
}

/// The time by which a request has to be begun, where its caller says it.
pub(super) fn begin_by(delivery: &Delivery) -> Option<i64> {
    match delivery.properties.headers().as_ref()?.inner().get(BEGIN_BY)? {
        AMQPValue::LongLongInt(millis) => Some(*millis),
        _ => None,
    }
}

/// Unwraps what came.
///
/// # Errors
/// Where it is no message; whoever sent it can't be told.
pub(super) fn unwrap(body: &[u8]) -> Result<Arrived<'_>, String> {
    let text = std::str::from_utf8(body).map_err(|error| error.to_string())?;
    let envelope: Envelope<'_> = json::read(text.as_bytes()).map_err(|error| error.to_string())?;
    let message = match (envelope.version, envelope.message) {
        (Some(version), Some(message)) if version == VERSION => message,
        (Some(version), Some(_)) => return Err(format!("envelope of version {}", mask::told(&version))),
        _ => Cow::Borrowed(text),
    };
    // The keys would be read from an array as well, by their order.
    if !message.trim_start().starts_with('{') {
        return Err("the message is no json object".to_owned());
    }
    let keys = json::read(message.as_bytes()).map_err(|error| error.to_string())?;
    Ok(Arrived { message, keys })
}

fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    let seconds: Option<f64> = serde_json::from_str(raw.get()).ok();
    Ok(seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()))
}

fn is_true<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(raw.get() == "true")
}

fn is_there<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let raw = <&RawValue>::deserialize(deserializer)?;
    Ok(raw.get() != "null")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_wrapped_comes_out_with_its_keys() {
        let wrapped = call(br#"{"method":"\u00e9 \n"}"#, "an-id", "reply_x", Some(Duration::from_secs(60)));
        let wrapped = wrapped.unwrap();
        let arrived = unwrap(wrapped.as_bytes()).unwrap();
        assert!(arrived.message.starts_with(r#"{"method":"\u00e9 \n","_msg_id":"an-id","#), "{arrived:?}");
        assert_eq!(arrived.keys.msg_id.as_deref(), Some("an-id"));
        assert_eq!(arrived.keys.reply_q.as_deref(), Some("reply_x"));
        assert_eq!(arrived.keys.timeout, Some(Duration::from_secs(60)));
        assert_eq!(arrived.keys.unique_id.map(|id| id.len()), Some(32));
    }

    #[test]
    fn a_message_without_envelope_is_taken_as_it_is() {
        let arrived = unwrap(br#"{"method": "m", "_msg_id": 5, "_timeout": "soon", "oslo.version": "9"}"#);
        let keys = arrived.unwrap().keys;
        assert_eq!((keys.msg_id, keys.timeout), (None, None));
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for body in [
            &b"\xff"[..],
            b"",
            b"[]",
            b"3",
            b"{",
            br#"{"oslo.version": "1.0", "oslo.message": "{}"}"#,
            br#"{"oslo.version": "2.1", "oslo.message": "{}"}"#,
            br#"{"oslo.version": "2.0", "oslo.message": {}}"#,
            br#"{"oslo.version": "2.0", "oslo.message": "[]"}"#,
            br#"{"oslo.version": "2.0", "oslo.message": "no json"}"#,
        ] {
            assert!(unwrap(body).is_err(), "{}", String::from_utf8_lossy(body));
        }
    }

    /// The reasons go into logs.
    #[test]
    fn what_is_wrong_with_a_message_is_told_in_short_and_without_secrets() {
        let long = "x".repeat(100_000);
        for told in ["password=hunter2", &long] {
            for body in [
                format!(r#"{{"oslo.version": "{told}", "oslo.message": "{{}}"}}"#),
                format!(r#"{{"oslo.version": "2.0", "oslo.message": "{{\"{told}"}}"#),
                format!(r#"{{"oslo.version": ["{told}"], "oslo.message": "{{}}"}}"#),
                format!(r#"{{"oslo.version": "2.0", "oslo.message": ["{told}"]}}"#),
                format!("\"{told}\""),
            ] {
                let reason = unwrap(body.as_bytes()).unwrap_err();
                assert!(!reason.contains("hunter2") && reason.len() < 2000, "{reason}");
            }
        }
    }

    #[test]
    fn nothing_nested_is_too_deep_for_the_driver() {
        let deep = format!(r#"{{"args": {}1{}, "_msg_id": "a"}}"#, "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(unwrap(deep.as_bytes()).unwrap().keys.msg_id.as_deref(), Some("a"));
    }
}
