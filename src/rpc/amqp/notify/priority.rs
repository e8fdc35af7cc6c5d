use std::fmt;
use std::str::FromStr;

/// How much a notification matters. Each has a queue of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the words say it")]
pub enum Priority {
    Debug,
    Info,
    Audit,
    Sample,
    Warn,
    Error,
    Critical,
}

impl Priority {
    /// All that there are.
    pub const ALL: [Priority; 7] = [
        Priority::Debug,
        Priority::Info,
        Priority::Audit,
        Priority::Sample,
        Priority::Warn,
        Priority::Error,
        Priority::Critical,
    ];

    /// Its word in the name of a queue, in lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Priority::Debug => "debug",
            Priority::Info => "info",
            Priority::Audit => "audit",
            Priority::Sample => "sample",
            Priority::Warn => "warn",
            Priority::Error => "error",
            Priority::Critical => "critical",
        }
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Priority {
    type Err = ();

    /// Reads a word, in whichever case.
    fn from_str(text: &str) -> Result<Self, ()> {
        Priority::ALL.into_iter().find(|known| known.as_str().eq_ignore_ascii_case(text)).ok_or(())
    }
}
