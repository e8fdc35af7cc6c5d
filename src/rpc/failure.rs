use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::error::{Error, ErrorKind, Incompatible};
use crate::version::Version;

const BUILTINS: &str = "builtins";
const OBJECTS: &str = "oslo_versionedobjects.exception";
/// The class of what a receiver answers that can't read a message in the compact form.
pub(super) const LAYOUT: &str = "LayoutError";
const DISPATCHER: &str = "oslo_messaging.rpc.dispatcher";

/// A method's failure, as it crosses the wire: a Python exception by class and module.
///
/// One that came from a remote host and is answered on goes out as it came.
#[derive(Clone, PartialEq)]
pub struct Failure(Box<Inner>);

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(expecting = "a failure")]
struct Inner {
    class: String,
    module: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    tb: Vec<String>,
    #[serde(default)]
    args: Vec<Value>,
    #[serde(default)]
    kwargs: Map<String, Value>,
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
        }))
    }

    /// The same with a named argument more.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Self {
        self.0.kwargs.insert(name.into(), value.into());
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
        let message = format!("Endpoint does not support RPC method {method}");
        Failure::new(DISPATCHER, "NoSuchMethod", message)
    }

    /// A version, or a namespace, that no endpoint has.
    pub fn unsupported_version(version: impl fmt::Display, method: &str) -> Self {
        let message = format!("Endpoint does not support RPC version {version}. Attempted method: {method}");
        Failure::new(DISPATCHER, "UnsupportedVersion", message)
    }

    /// The exception's class.
    pub fn class(&self) -> &str {
        &self.0.class
    }

    /// The module of the exception's class.
    pub fn module(&self) -> &str {
        &self.0.module
    }

    /// What it says.
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

    pub(super) fn from_json(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text).map(|inner| Failure(Box::new(inner)))
    }

    pub(super) fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.0)
    }
}

impl From<Error> for Failure {
    /// The reference's exception for each kind of error.
    fn from(error: Error) -> Self {
        if let Some(Incompatible { object, version, supported }) = error.incompatible_version() {
            let message =
                format!("Version {version} of {object} is not supported, supported version is {supported}");
            return of_objects("IncompatibleObjectVersion", message)
                .with("objname", object.as_str())
                .with("objver", version.as_str())
                .with("supported", supported.to_string());
        }
        let message = error.to_string();
        let named = |failure: Failure, name: &str| match error.object() {
            Some(object) => failure.with(name, object),
            None => failure,
        };
        match error.kind() {
            ErrorKind::UnsupportedObject => named(of_objects("UnsupportedObjectError", message), "objtype"),
            ErrorKind::IncompatibleVersion => {
                named(of_objects("IncompatibleObjectVersion", message), "objname")
            }
            ErrorKind::InvalidTargetVersion => of_objects("InvalidTargetVersion", message),
            ErrorKind::ObjectAction => {
                of_objects("ObjectActionError", message).with("reason", error.message())
            }
            ErrorKind::ReadOnlyField => of_objects("ReadOnlyFieldError", message).with("field", error.path()),
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

fn of_objects(class: &str, message: String) -> Failure {
    Failure::new(OBJECTS, class, message).with("code", 500)
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.class)?;
        if self.0.message.is_empty() { Ok(()) } else { write!(f, ": {}", self.0.message) }
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Failure")
            .field("class", &self.0.class)
            .field("module", &self.0.module)
            .field("message", &self.0.message)
            .field("args", &self.0.args)
            .field("kwargs", &self.0.kwargs)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Failure {}
