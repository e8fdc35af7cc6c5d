//! The one error of the crate: what happened, where, and with which versions.

use std::fmt;

use crate::shortened::{Plain, Shortened};
use crate::version::{Version, VersionParseError};

/// An error: the object, the place in it, and the reason.
///
/// Its text names the object, the field with the whole path to it, and the versions. Programs ask it through
/// [`kind`](Error::kind) and the accessors; nothing of it has to be parsed.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    object: Option<String>,
    message: String,
    /// From the innermost step outwards, as the error met them.
    path: Vec<Step>,
    incompatible: Option<Incompatible>,
}

/// One step of the way from the outermost value to the place of an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Field { object: String, field: String },
    Index(usize),
    Key(String),
}

/// Kinds of errors, each with the reference's exception behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An object of a name or a namespace that isn't known here (`UnsupportedObjectError`).
    UnsupportedObject,
    /// An object in a version that can't be read here (`IncompatibleObjectVersion`).
    IncompatibleVersion,
    /// A version that an object can't be written in (`InvalidTargetVersion`).
    InvalidTargetVersion,
    /// An action that the object refuses, such as a backport that a rule forbids (`ObjectActionError`).
    ObjectAction,
    /// A field that an object doesn't have, or that is unset where it may not be (`AttributeError`).
    UnknownField,
    /// A method was called on an object without a context (`OrphanedObjectError`).
    OrphanedObject,
    /// A read-only field was to be changed (`ReadOnlyFieldError`).
    ReadOnlyField,
    /// An object holds one that isn't registered (`UnregisteredSubobject`).
    UnregisteredSubobject,
    /// An envelope that lacks one of its keys (`KeyError`).
    MalformedPrimitive,
    /// A value that its field can't hold, or an envelope that is none (`ValueError`, `TypeError`).
    InvalidValue,
    /// A value in the compact form that was written with other layouts than the reader's: it has to be written once more
    /// with its names.
    Layout,
    /// A broken carrier of the object: text that is no JSON, for example.
    Format,
}

/// The versions behind an [`ErrorKind::IncompatibleVersion`]: what a request for a backport names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incompatible {
    /// The name of the object.
    pub object: String,
    /// The version that it came in, as text.
    pub version: String,
    /// The newest version that can be read here.
    pub supported: Version,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error(Box::new(Inner {
            kind,
            object: None,
            message: message.into(),
            path: Vec::new(),
            incompatible: None,
        }))
    }

    /// A value that a field can't hold. A type of a user's own says so, and its path is added on the way out.
    pub fn invalid_value(message: impl fmt::Display) -> Self {
        Error::new(ErrorKind::InvalidValue, message.to_string())
    }

    /// Something that can't be done with an object: what a routine of a user's answers to refuse a backport
    /// (`ObjectActionError`).
    pub fn refused(reason: impl fmt::Display) -> Self {
        Error::new(ErrorKind::ObjectAction, reason.to_string())
    }

    pub(crate) fn format(error: &dyn fmt::Display) -> Self {
        Error::new(ErrorKind::Format, error.to_string())
    }

    pub(crate) fn of(mut self, object: &str) -> Self {
        self.0.object.get_or_insert_with(|| object.to_owned());
        self
    }

    pub(crate) fn incompatible(object: &str, version: &impl fmt::Display, supported: Version) -> Self {
        let mut error = Error::new(
            ErrorKind::IncompatibleVersion,
            format!(
                "version {} of {object} is not supported, supported version is {supported}",
                Plain(&version.to_string())
            ),
        )
        .of(object);
        error.0.incompatible =
            Some(Incompatible { object: object.to_owned(), version: version.to_string(), supported });
        error
    }

    pub(crate) fn within(mut self, step: Step) -> Self {
        if let Step::Field { object, .. } = &step {
            self.0.object.get_or_insert_with(|| object.clone());
        }
        self.0.path.push(step);
        self
    }

    /// Returns the kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The name of the innermost object that it is about, where it is about one.
    pub fn object(&self) -> Option<&str> {
        self.0.object.as_deref()
    }

    /// The way to the field: `LibvirtLiveMigrateData.bdms[1].boot_index`. Empty where it isn't about a field.
    pub fn path(&self) -> String {
        let mut out = String::new();
        let mut steps = self.0.path.iter().rev();
        let mut inside = false;
        for step in &mut steps {
            match step {
                Step::Field { object, field } => {
                    if !inside {
                        out.push_str(object);
                    }
                    inside = true;
                    out.push('.');
                    out.push_str(field);
                }
                Step::Index(index) => out.push_str(&format!("[{index}]")),
                Step::Key(key) => out.push_str(&format!("[{}]", Shortened(key))),
            }
        }
        out
    }

    /// Returns the message alone, without the path to the field.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The versions, of an object that is too new or too old to be read here.
    pub fn incompatible_version(&self) -> Option<&Incompatible> {
        self.0.incompatible.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            return write!(f, "{path}: {}", self.0.message);
        }
        match &self.0.object {
            Some(object) if !self.0.message.contains(object.as_str()) => {
                write!(f, "{object}: {}", self.0.message)
            }
            _ => f.write_str(&self.0.message),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("object", &self.0.object)
            .field("path", &self.path())
            .field("message", &self.0.message)
            .finish()
    }
}

impl std::error::Error for Error {}

impl From<VersionParseError> for Error {
    fn from(error: VersionParseError) -> Self {
        Error::new(ErrorKind::InvalidTargetVersion, error.to_string())
    }
}
