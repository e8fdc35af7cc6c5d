//! The inner messages of `oslo.messaging`. The keys of its drivers are skipped on reading.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::reads::{self, READS};
use super::{Args, CallContext, Failure, json};
use crate::error::Error;
use crate::mask;
use crate::version::Version;

const CONTEXT: &str = "_context_";

/// The version of a request that names none.
pub(super) const FIRST: Version = Version::new(1, 0);

/// A request, as a caller sends it. `Debug` shows no value of an argument or of the context.
#[derive(Clone, Debug)]
pub struct Request {
    /// The name of the method.
    pub method: String,
    /// The part of the API that the method belongs to; most have none.
    pub namespace: Option<String>,
    /// The least version of the API that the caller can do with.
    pub version: Version,
    /// The arguments of the method.
    pub args: Args,
    /// The context of the caller.
    pub context: CallContext,
}

impl Request {
    /// Writes the message as JSON.
    ///
    /// # Errors
    /// Where a value has no JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        json::to_bytes(self)
    }

    /// Reads a request from JSON.
    ///
    /// # Errors
    /// The failure to reply with: bytes that are no request, or a version that is none.
    pub fn from_bytes(message: &[u8]) -> Result<Self, Failure> {
        let arrived: Arrived = json::read(message)
            .map_err(|error| Failure::value_error(format!("malformed request: {error}")).unbegun())?;
        let Some(method) = arrived.method else {
            return Err(Failure::type_error("malformed request: it names no method").unbegun());
        };
        let version = match &arrived.version {
            None => FIRST,
            Some(raw) => version(raw).map_err(|found| Failure::unsupported_version(found, &method))?,
        };
        let mut args = Args::of_request(&method, arrived.args);
        if let Some(reads) = arrived.reads.as_deref().and_then(reads::arrived) {
            args.reading(reads);
        }
        Ok(Request { method, namespace: arrived.namespace, version, args, context: arrived.context })
    }

    /// Request that another host may have begun, or can't have.
    pub(super) fn redelivered(self, is_redelivered: bool) -> Self {
        Request { context: self.context.redelivered(is_redelivered), ..self }
    }
}

/// The version, or what stands in its place.
fn version(raw: &RawValue) -> Result<Version, String> {
    let text: Option<String> = json::read_raw(raw).map_err(|_| mask::told(raw.get()))?;
    let text = text.ok_or("None")?;
    text.parse().map_err(|_| mask::told(&text))
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("method", &self.method)?;
        map.serialize_entry("args", &Named(&self.args))?;
        if let Some(namespace) = &self.namespace {
            map.serialize_entry("namespace", namespace)?;
        }
        map.serialize_entry("version", &self.version)?;
        if let Some(reads) = self.args.reads() {
            map.serialize_entry(READS, &**reads)?;
        }
        for (key, value) in self.context.raw() {
            map.serialize_entry(&format_args!("{CONTEXT}{key}"), value)?;
        }
        map.end()
    }
}

struct Named<'a>(&'a Args);

impl Serialize for Named<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.raw())
    }
}

/// A request as it came, before it is known to make sense.
#[derive(Default)]
struct Arrived {
    method: Option<String>,
    namespace: Option<String>,
    version: Option<Box<RawValue>>,
    args: BTreeMap<String, Box<RawValue>>,
    reads: Option<Box<RawValue>>,
    context: CallContext,
}

impl<'de> Deserialize<'de> for Arrived {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Arrived;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a method")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Arrived, A::Error> {
                let mut arrived = Arrived::default();
                while let Some(key) = map.next_key::<String>()? {
                    match key.as_str() {
                        "method" => arrived.method = map.next_value()?,
                        "namespace" => arrived.namespace = map.next_value()?,
                        "version" => arrived.version = Some(map.next_value()?),
                        "args" => {
                            let args: Option<BTreeMap<_, _>> = map.next_value()?;
                            arrived.args = args.unwrap_or_default();
                        }
                        READS => arrived.reads = Some(map.next_value()?),
                        key => match key.strip_prefix(CONTEXT) {
                            Some(key) => arrived.context.insert_raw(key, map.next_value()?),
                            None => drop(map.next_value::<IgnoredAny>()?),
                        },
                    }
                }
                Ok(arrived)
            }
        }

        deserializer.deserialize_map(Keys)
    }
}

/// A reply, as a server sends it. `Debug` shows no result.
#[derive(Clone)]
pub enum Reply {
    /// The result of the method.
    Result(Box<RawValue>),
    /// Why there is none.
    Failure(Failure),
}

#[derive(Serialize)]
struct Sending<'a> {
    result: Option<&'a RawValue>,
    failure: Option<String>,
    ending: bool,
}

#[derive(Deserialize)]
#[serde(expecting = "a reply")]
struct Replied {
    #[serde(default)]
    result: Option<Box<RawValue>>,
    #[serde(default)]
    failure: Option<Box<RawValue>>,
}

impl Reply {
    /// Writes the message as JSON.
    ///
    /// # Errors
    /// Where a value has no JSON form.
    pub fn to_bytes(&self) -> Result<Vec<u8>, Error> {
        let sending = match self {
            Reply::Result(result) => Sending { result: Some(result), failure: None, ending: true },
            Reply::Failure(failure) => {
                let text = failure.to_json().map_err(|error| Error::format(&error))?;
                Sending { result: None, failure: Some(text), ending: true }
            }
        };
        json::to_bytes(&sending)
    }

    /// Reads a reply from JSON. One without a result is null, as for `oslo.messaging`.
    ///
    /// # Errors
    /// Where the bytes are no reply.
    pub fn from_bytes(message: &[u8]) -> Result<Self, Error> {
        let arriving: Replied = json::read(message)?;
        let Some(failure) = arriving.failure else {
            return Ok(Reply::Result(arriving.result.unwrap_or_else(|| RawValue::NULL.to_owned())));
        };
        let failure: String = json::read(json::mended(failure.get()).as_bytes())?;
        Ok(Reply::Failure(Failure::from_json(&failure)?))
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reply::Result(result) => {
                f.debug_tuple("Result").field(&format_args!("{} bytes", result.get().len())).finish()
            }
            Reply::Failure(failure) => f.debug_tuple("Failure").field(failure).finish(),
        }
    }
}
