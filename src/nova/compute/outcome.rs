use std::fmt;

use serde::{Deserialize, Serialize};

/// How a migration ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// The instance runs on the destination.
    #[serde(rename = "migrated")]
    Migrated,
    /// The instance can't move, and nothing was touched.
    #[serde(rename = "refused")]
    Refused,
    /// The instance runs on the source, and the destination has nothing of it.
    #[serde(rename = "rolled back")]
    RolledBack,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Outcome::Migrated => "migrated",
            Outcome::Refused => "refused",
            Outcome::RolledBack => "rolled back",
        })
    }
}

/// How a migration ended, and why: what `live_migration` answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(expecting = "an outcome, an object of outcome and reason")]
pub struct Ended {
    /// The outcome of the migration.
    pub outcome: Outcome,
    /// Why it didn't end otherwise; of a migration that succeeded, what was not tidied up.
    #[serde(default)]
    pub reason: String,
}

impl Ended {
    /// Ended so, for this reason.
    pub fn new(outcome: Outcome, reason: impl Into<String>) -> Self {
        Ended { outcome, reason: reason.into() }
    }
}
