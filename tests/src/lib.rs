//! What several tests share.

pub mod broker;
mod example;
pub mod fixtures;
pub mod hypervisors;
pub mod migration;
pub mod peer;

use std::path::{Path, PathBuf};

pub use example::example;

/// The scenario that the live migration runs by default.
pub const SCENARIO: &str = include_str!("../../examples/scenarios/mixed.json");

/// The folder of the project.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in it")
}

/// The Python that `tests/setup` made; the system's own, where that has all that the tests need.
pub fn python() -> PathBuf {
    let made = root().join("target/reference/bin/python");
    if made.exists() { made } else { "python3".into() }
}

/// Settings of snapshots that lie in that folder of the project's `snapshots`.
pub fn snapshots(folder: &str) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(root().join("snapshots").join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}
