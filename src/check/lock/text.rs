//! The text of a lock: a schema file's object, sorted by name, with what was broken on purpose.

use serde::de::IntoDeserializer as _;
use serde::de::value::Error as Refusal;
use serde::{Deserialize, Serialize};

use super::{Lock, LockError, Silenced};
use crate::primitive::Primitive;
use crate::registry::Notes;
use crate::registry::schemas::{ObjectText, json, pretty};

pub(super) fn write(lock: &Lock) -> Result<String, LockError> {
    #[derive(Serialize)]
    struct Text<'a> {
        format: u32,
        #[serde(flatten)]
        object: ObjectText,
        #[serde(skip_serializing_if = "<[_]>::is_empty")]
        exceptions: &'a [Silenced],
    }

    let object = ObjectText::of(&lock.schema, &Notes::default()).by_name();
    let text = Text { format: Lock::FORMAT, object, exceptions: &lock.exceptions };
    pretty(&text).map_err(LockError::new)
}

pub(super) fn read(text: &str) -> Result<Lock, LockError> {
    let mut lock: Primitive = json(text).map_err(LockError::new)?;
    let entries = lock.as_map_mut().ok_or_else(|| LockError::new("a lock is a map"))?;
    let format = entries.shift_remove("format").unwrap_or_default();
    match format {
        Primitive::Int(format) if format == Lock::FORMAT.into() => {}
        Primitive::Int(1) => super::first::renew(entries),
        Primitive::Int(format) => {
            return Err(LockError::new(format_args!(
                "a lock of format {format}, and formats up to {} are read here",
                Lock::FORMAT
            )));
        }
        _ => return Err(LockError::new("a lock that doesn't say of which format it is")),
    }
    let exceptions = match entries.shift_remove("exceptions") {
        Some(exceptions) => {
            let read: Result<_, Refusal> = Vec::deserialize(exceptions.into_deserializer());
            read.map_err(LockError::new)?
        }
        None => Vec::new(),
    };
    let entry = ObjectText::entry(lock).map_err(LockError::new)?;
    Ok(Lock { schema: entry.schema, exceptions })
}
