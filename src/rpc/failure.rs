use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::json;
use crate::error::{Error, ErrorKind, Incompatible};
use crate::mask;
use crate::shortened::Plain;
use crate::version::Version;

const BUILTINS: &str = "builtins";
const OBJECTS: &str = "oslo_versionedobjects.exception";
/// The class of what a receiver answers that can't read a message in the compact form.
pub(super) const LAYOUT: &str = "LayoutError";
const DISPATCHER: &str = "oslo_messaging.rpc.dispatcher";

/// A method's failure, as it crosses the wire: a Python exception by class and module.
///
/// One that came from a remote host and is answered on goes out as it came. `Display` and `Debug` show it cut, with its
/// secrets masked and without control characters.
#[derive(Clone)]
pub struct Failure(Box<Inner>);

#[derive(Clone, Serialize)]
struct Inner {
    class: String,
    module: String,
    message: String,
    tb: Vec<String>,
    args: Vec<Value>,
    kwargs: Map<String, Value>,
    /// Marks that a host of this crate puts on its own failures alone.
    #[serde(rename = "ovo.begun", skip_serializing_if = "Begun::is_unsaid", serialize_with = "no")]
    begun: Begun,
}

/// Whether the method had begun its work when it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Begun {
    /// It may have.
    Maybe,
    /// It had not, and fails on this host.
    NotHere,
    /// It had not, says the host on which it failed. That isn't said again by whoever passes it on.
    NotThere,
}

impl Begun {
    fn is_unsaid(&self) -> bool {
        *self != Begun::NotHere
    }
}

fn no<S: serde::Serializer>(_: &Begun, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(false)
}

/// A failure as it came. Callers decide by class, so that and the module have to be there; what else can't be read is
/// left out.
#[derive(Deserialize)]
#[serde(expecting = "a failure")]
struct Arrived {
    class: String,
    module: String,
    message: Option<Box<RawValue>>,
    tb: Option<Box<RawValue>>,
    args: Option<Box<RawValue>>,
    kwargs: Option<Box<RawValue>>,
    #[serde(rename = "ovo.begun")]
    begun: Option<Box<RawValue>>,
}

fn or_default<T: DeserializeOwned + Default>(json: Option<Box<RawValue>>) -> T {
    json.and_then(|json| serde_json::from_str(json.get()).ok()).unwrap_or_default()
}

/// Values that a peer may have made large, as far as they can be read.
fn values(json: Option<Box<RawValue>>) -> Value {
    json.and_then(|json| json::read_value(json.get()).ok()).unwrap_or_default()
}

impl PartialEq for Failure {
    /// Two are equal where they say the same to a caller.
    fn eq(&self, other: &Self) -> bool {
        let parts = |failure: &Failure| {
            let Inner { class, module, message, tb, args, kwargs, .. } = (*failure.0).clone();
            (class, module, message, tb, args, kwargs)
        };
        parts(self) == parts(other)
    }
}

impl Failure {
    /// A failure of a class, whose one argument is the message.
    pub fn new(module: impl Into<String>, class: impl Into<String>, message: impl Into<String>) -> Self {
        let message = message.into();
        let args = vec![Value::from(message.as_str())];
        Failure(Box::new(Inner {
            class: class.into(),
            module: module.into(),
            message,
            tb: Vec::new(),
            args,
            kwargs: Map::new(),
            begun: Begun::Maybe,
        }))
    }

    /// Adds a named argument.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.kwargs.insert(name.into(), value.into());
        self
    }

    /// Says that the method failed before it began its work, so that it can be called again in another form. What
    /// [`Args`](super::Args) answers says so by itself: a method takes its arguments before it begins.
    pub fn unbegun(mut self) -> Self {
        self.0.begun = Begun::NotHere;
        self
    }

    /// Arguments that don't fit a method (`TypeError`).
    pub fn type_error(message: impl Into<String>) -> Self {
        Failure::new(BUILTINS, "TypeError", message)
    }

    /// A value that means nothing (`ValueError`).
    pub fn value_error(message: impl Into<String>) -> Self {
        Failure::new(BUILTINS, "ValueError", message)
    }

    /// Something that a host of its release doesn't offer (`NotImplementedError`).
    pub fn not_implemented(message: impl Into<String>) -> Self {
        Failure::new(BUILTINS, "NotImplementedError", message)
    }

    /// A method that no endpoint has.
    pub fn no_such_method(method: &str) -> Self {
        let message = format!("Endpoint does not support RPC method {}", Plain(method));
        Failure::new(DISPATCHER, "NoSuchMethod", message)
    }

    /// A version, or a namespace, that no endpoint has.
    pub fn unsupported_version(version: impl fmt::Display, method: &str) -> Self {
        let version = version.to_string();
        let (version, method) = (Plain(&version), Plain(method));
        let message = format!("Endpoint does not support RPC version {version}. Attempted method: {method}");
        Failure::new(DISPATCHER, "UnsupportedVersion", message)
    }

    /// A method that ended by a panic.
    pub(super) fn panicked() -> Self {
        Failure::new(BUILTINS, "RuntimeError", "the method panicked")
    }

    /// Returns the class of the exception.
    pub fn class(&self) -> &str {
        &self.0.class
    }

    /// The module of the exception's class.
    pub fn module(&self) -> &str {
        &self.0.module
    }

    /// The exception's text, as it came: of any length, and with whatever its host put into it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The arguments that the exception was made with.
    pub fn args(&self) -> &[Value] {
        &self.0.args
    }

    /// The named arguments that the exception was made with.
    pub fn kwargs(&self) -> &Map<String, Value> {
        &self.0.kwargs
    }

    /// Where in a Python host it happened, line by line; empty from a host like this one.
    pub fn traceback(&self) -> &[String] {
        &self.0.tb
    }

    /// Whether it is of that class, whatever its module.
    pub fn is(&self, class: &str) -> bool {
        self.0.class == class
    }

    /// Whether no endpoint of the host has the method, in that version and namespace.
    pub(crate) fn is_unknown_method(&self) -> bool {
        self.is("NoSuchMethod") || self.is("UnsupportedVersion")
    }

    /// Whether the host that was called says that it failed there, and before its method began.
    ///
    /// A host of this crate says so itself. Of a Python host the traceback shows it: `oslo.messaging`'s dispatcher was
    /// reading the arguments. A failure of a third host names a class that ends in `_Remote` there.
    pub fn is_unbegun(&self) -> bool {
        match self.0.begun {
            Begun::NotHere | Begun::NotThere => true,
            Begun::Maybe => failed_in_dispatcher(&self.0.tb),
        }
    }

    /// The versions, where the remote host couldn't read an object's (`IncompatibleObjectVersion`) and said
    /// which it reads.
    pub fn incompatible_version(&self) -> Option<Incompatible> {
        if !self.is("IncompatibleObjectVersion") {
            return None;
        }
        let text = |name: &str| self.0.kwargs.get(name).and_then(Value::as_str);
        let supported: Version = text("supported")?.parse().ok()?;
        Some(Incompatible {
            object: text("objname")?.to_owned(),
            version: text("objver")?.to_owned(),
            supported,
        })
    }

    pub(super) fn from_json(text: &str) -> Result<Self, Error> {
        let text = json::mended(text);
        let arrived: Arrived = serde_json::from_str(&text)
            .map_err(|error| Error::format(&mask::told(&format!("its failure: {error}"))))?;
        let Arrived { class, module, message, tb, args, kwargs, begun } = arrived;
        let is_unbegun = begun.is_some_and(|begun| begun.get() == "false");
        Ok(Failure(Box::new(Inner {
            class,
            module,
            message: or_default(message),
            tb: or_default(tb),
            args: match values(args) {
                Value::Array(args) => args,
                _ => Vec::new(),
            },
            kwargs: match values(kwargs) {
                Value::Object(kwargs) => kwargs,
                _ => Map::new(),
            },
            begun: if is_unbegun { Begun::NotThere } else { Begun::Maybe },
        })))
    }

    pub(super) fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.0)
    }
}

/// Whether each frame of `oslo.messaging`'s dispatcher in a traceback calls the serializer next, and none the method.
fn failed_in_dispatcher(traceback: &[String]) -> bool {
    const DISPATCH: &str = ", in _do_dispatch";
    const READ: &str = ", in deserialize_entity";
    const REMOTE: &str = "_Remote";
    if traceback.iter().any(|part| part.contains(REMOTE)) {
        return false;
    }
    let text = traceback.concat();
    let mut frames = text.lines().map(str::trim_end).filter(|line| line.contains(", in "));
    let mut was_met = false;
    while let Some(frame) = frames.next() {
        if frame.ends_with(DISPATCH) {
            was_met = true;
            if !frames.next().is_some_and(|next| next.ends_with(READ)) {
                return false;
            }
        }
    }
    was_met
}

impl From<Error> for Failure {
    /// The reference's exception for each kind of error.
    fn from(error: Error) -> Self {
        if let Some(Incompatible { object, version, supported }) = error.incompatible_version() {
            let (shown, of) = (Plain(version), Plain(object));
            let message =
                format!("Version {shown} of {of} is not supported, supported version is {supported}");
            return of_objects("IncompatibleObjectVersion", message)
                .with("objname", mask::told(object))
                .with("objver", mask::told(version))
                .with("supported", supported.to_string());
        }
        let message = told(&error);
        let named = |failure: Failure, name: &str| match error.object() {
            Some(object) => failure.with(name, mask::told(object)),
            None => failure,
        };
        match error.kind() {
            ErrorKind::UnsupportedObject => named(of_objects("UnsupportedObjectError", message), "objtype"),
            ErrorKind::IncompatibleVersion => {
                named(of_objects("IncompatibleObjectVersion", message), "objname")
            }
            ErrorKind::InvalidTargetVersion => of_objects("InvalidTargetVersion", message),
            ErrorKind::ObjectAction => {
                of_objects("ObjectActionError", message).with("reason", mask::told(error.message()))
            }
            ErrorKind::ReadOnlyField => {
                of_objects("ReadOnlyFieldError", message).with("field", mask::told(&error.path()))
            }
            ErrorKind::UnregisteredSubobject => {
                named(of_objects("UnregisteredSubobject", message), "child_objname")
            }
            ErrorKind::UnknownField => Failure::new(BUILTINS, "AttributeError", message),
            ErrorKind::OrphanedObject => named(of_objects("OrphanedObjectError", message), "objtype"),
            ErrorKind::MalformedPrimitive => Failure::new(BUILTINS, "KeyError", message),
            // The reference knows no such thing, and no peer that is one gets it.
            ErrorKind::Layout => Failure::new("versioned_objects", LAYOUT, message),
            ErrorKind::InvalidValue | ErrorKind::Format => Failure::value_error(message),
        }
    }
}

/// An error for a peer. Of a field that holds a secret it doesn't repeat what was found.
pub(super) fn told(error: &Error) -> String {
    let text = error.to_string();
    let path = error.path();
    if !mask::is_secret(&path) {
        return mask::told(&json::without_text(&text));
    }
    format!("{}: {}", mask::told(&path), mask::told(&without_quotes(error.message())))
}

/// The text with all masked from its first quote to its last one.
pub(super) fn without_quotes(text: &str) -> String {
    match text.find('"').zip(text.rfind('"')) {
        Some((start, end)) if start < end => {
            let (before, after) = (text.get(..=start), text.get(end..));
            format!("{}{}{}", before.unwrap_or_default(), mask::SECRET, after.unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

fn of_objects(class: &str, message: String) -> Failure {
    Failure::new(OBJECTS, class, message).with("code", 500)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Plain(&self.0.class).fmt(f)?;
        if self.0.message.is_empty() { Ok(()) } else { write!(f, ": {}", mask::told(&self.0.message)) }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let args = self.0.args.iter().map(|arg| mask::told(&arg.to_string()));
        let kwargs = Value::Object(mask::map(&self.0.kwargs)).to_string();
        f.debug_struct("Failure")
            .field("class", &mask::told(&self.0.class))
            .field("module", &mask::told(&self.0.module))
            .field("message", &mask::told(&self.0.message))
            .field("args", &args.collect::<Vec<_>>())
            .field("kwargs", &mask::told(&kwargs))
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Failure {}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(frames: &[&str]) -> Vec<String> {
        let frame = |name: &&str| {
            format!("  File \"dispatcher.py\", line 9, in {name}\n    x = f(a)\n        ^^^^\n")
        };
        std::iter::once("Traceback (most recent call last):\n".to_owned())
            .chain(frames.iter().map(frame))
            .collect()
    }

    #[test]
    fn a_python_host_s_traceback_shows_whether_the_method_began() {
        let own = ["_process_incoming", "dispatch", "_do_dispatch", "deserialize_entity", "_process_object"];
        assert!(failed_in_dispatcher(&frames(&own)));
        assert!(!failed_in_dispatcher(&frames(&["dispatch", "_do_dispatch", "live_migration", "call"])));
        let mut passed_on = frames(&own);
        passed_on
            .push("oslo_versionedobjects.exception_Remote.IncompatibleObjectVersion_Remote: x\n".to_owned());
        assert!(!failed_in_dispatcher(&passed_on));
        assert!(!failed_in_dispatcher(&[]));
        assert!(!failed_in_dispatcher(&frames(&["deserialize_entity"])));
    }
}
