use std::fmt;

/// The driver's group of options.
pub(in crate::rpc::amqp) const RABBIT: &str = "oslo_messaging_rabbit";

/// A fault in the configuration of a service. It names the file, the line or the option, and no value that may
/// be a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    file: Option<String>,
    place: Option<Place>,
    reason: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Line(usize),
    Option { group: String, name: String },
}

impl ConfigError {
    pub(in crate::rpc::amqp) fn new(reason: impl Into<String>) -> Self {
        ConfigError { file: None, place: None, reason: reason.into() }
    }

    pub(super) fn at_line(mut self, line: usize) -> Self {
        self.place = Some(Place::Line(line));
        self
    }

    pub(in crate::rpc::amqp) fn at_option(mut self, group: &str, name: &str) -> Self {
        self.place = Some(Place::Option { group: group.to_owned(), name: name.to_owned() });
        self
    }

    pub(super) fn in_file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The name of the option that is wrong, where one is.
    pub fn option(&self) -> Option<&str> {
        match &self.place {
            Some(Place::Option { name, .. }) => Some(name),
            _ => None,
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        match &self.place {
            Some(Place::Line(line)) => write!(f, "line {line}: ")?,
            Some(Place::Option { group, name }) => write!(f, "[{group}] {name}: ")?,
            None => {}
        }
        f.write_str(&self.reason)
    }
}

impl std::error::Error for ConfigError {}
