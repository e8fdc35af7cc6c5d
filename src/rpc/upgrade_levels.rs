use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Versions;
use crate::version::{Manifest, Version};

/// Up to where a fleet is upgraded, as an operator says it: a value of nova's `[upgrade_levels]`.
///
/// Any text is one: `auto`, a version (`6.0`), or else the name of a release. Whether there is such a release is known
/// by the [`ReleaseMapping`] alone, so a release that is called `29.0` or `2025.1` is found by its name there too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum UpgradeLevel {
    /// That version of the service's API.
    Version(Version),
    /// The release of that name.
    Release(String),
    /// The release of the oldest service that runs.
    Auto,
}

const AUTO: &str = "auto";

impl From<String> for UpgradeLevel {
    fn from(text: String) -> Self {
        match text.parse() {
            Ok(version) => UpgradeLevel::Version(version),
            Err(_) if text == AUTO => UpgradeLevel::Auto,
            Err(_) => UpgradeLevel::Release(text),
        }
    }
}

impl FromStr for UpgradeLevel {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(text.to_owned().into())
    }
}

impl From<UpgradeLevel> for String {
    fn from(level: UpgradeLevel) -> Self {
        level.to_string()
    }
}

impl fmt::Display for UpgradeLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpgradeLevel::Version(version) => version.fmt(f),
            UpgradeLevel::Release(name) => f.write_str(name),
            UpgradeLevel::Auto => f.write_str(AUTO),
        }
    }
}

/// A release, and the versions that a service speaks from it on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a release, an object of name, service_version, version and objects"
)]
pub struct Release {
    /// Its name.
    name: String,
    service_version: u32,
    version: Version,
    #[serde(default)]
    objects: Manifest,
}

impl Release {
    /// The release of that name. Its services say that they are of this service version, a number that grows with each
    /// change that others must know of (`SERVICE_VERSION`), and their API has that version.
    pub fn new(name: impl Into<String>, service_version: u32, version: Version) -> Self {
        Release { name: name.into(), service_version, version, objects: Manifest::new() }
    }

    /// It brought a version of an object. What it doesn't name is as in the release before.
    pub fn object(mut self, name: impl Into<String>, version: Version) -> Self {
        self.objects.insert(name, version);
        self
    }

    /// Returns the name of the release.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The versions of objects that it brought.
    pub fn objects(&self) -> &Manifest {
        &self.objects
    }

    /// Returns the service version that its services report.
    pub fn service_version(&self) -> u32 {
        self.service_version
    }
}

/// The releases of a service, up to this host's own: nova's `VERSION_ALIASES` and `SERVICE_VERSION_HISTORY` in one
/// table.
///
/// ```
/// use versioned_objects::Version;
/// use versioned_objects::rpc::{Release, ReleaseMapping, UpgradeLevel};
///
/// let releases: ReleaseMapping = [
///     Release::new("wallaby", 54, Version::new(6, 0)).object("LibvirtLiveMigrateData", Version::new(1, 10)),
///     Release::new("zed", 64, Version::new(6, 1)),
///     Release::new("dalmatian", 68, Version::new(6, 3)).object("LibvirtLiveMigrateData", Version::new(1, 11)),
/// ]
/// .into_iter()
/// .collect();
///
/// // While one host is still of service version 66, all speak as those of zed do.
/// let pin = releases.pin(&UpgradeLevel::Auto, [68, 66, 68])?;
/// assert_eq!(pin.cap(), Some(Version::new(6, 1)));
/// assert_eq!(pin.manifest().get("LibvirtLiveMigrateData"), Some(Version::new(1, 10)));
///
/// let error = releases.pin(&"xena".to_owned().into(), []).unwrap_err();
/// assert_eq!(error.to_string(), "there is no release \"xena\"; there are wallaby, zed, dalmatian");
/// # Ok::<(), versioned_objects::rpc::UpgradeLevelError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Vec<Release>")]
pub struct ReleaseMapping(Vec<Release>);

impl From<Vec<Release>> for ReleaseMapping {
    /// In the order of their service versions.
    fn from(mut releases: Vec<Release>) -> Self {
        releases.sort_by_key(|release| release.service_version);
        ReleaseMapping(releases)
    }
}

impl FromIterator<Release> for ReleaseMapping {
    fn from_iter<I: IntoIterator<Item = Release>>(releases: I) -> Self {
        releases.into_iter().collect::<Vec<_>>().into()
    }
}

impl ReleaseMapping {
    /// The releases, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Release> {
        self.0.iter()
    }

    /// The versions of all objects in a release.
    pub fn objects(&self, release: &Release) -> Manifest {
        let up_to = self.0.iter().take_while(|other| other.service_version <= release.service_version);
        let mut manifest = Manifest::new();
        for (name, version) in up_to.flat_map(|release| release.objects.iter()) {
            manifest.insert(name, version);
        }
        manifest
    }

    /// Pins the fleet to that level. `services` are the service versions of all its hosts, which `auto` looks at
    /// alone; a host of zero hasn't said yet. With no host at all it is this release's.
    ///
    /// A version that is the name of a release means that release, as in ironic and cinder. Any other version is the cap
    /// as it stands, and objects are those of the first release with it, or with the greatest one below: who serves that
    /// version reads them.
    ///
    /// # Errors
    /// Where there is no such release, and where the oldest service is newer than this host (`ServiceTooOld`) or
    /// older than all releases.
    pub fn pin(
        &self,
        level: &UpgradeLevel,
        services: impl IntoIterator<Item = u32>,
    ) -> Result<Pinned, UpgradeLevelError> {
        let release = match level {
            UpgradeLevel::Version(version) => match self.named(&version.to_string()) {
                Ok(release) => release,
                Err(_) => return Ok(self.pinned(*version, self.serving(*version)?)),
            },
            UpgradeLevel::Release(name) => self.named(name)?,
            UpgradeLevel::Auto => self.oldest(services)?,
        };
        Ok(self.pinned(release.version, release))
    }

    fn pinned(&self, cap: Version, release: &Release) -> Pinned {
        Pinned { cap: Some(cap), manifest: self.objects(release), ..Pinned::default() }
    }

    fn named(&self, name: &str) -> Result<&Release, UpgradeLevelError> {
        self.0.iter().find(|release| release.name == name).ok_or_else(|| UpgradeLevelError::UnknownRelease {
            name: name.to_owned(),
            known: self.0.iter().map(|release| release.name.clone()).collect(),
        })
    }

    fn serving(&self, version: Version) -> Result<&Release, UpgradeLevelError> {
        let served = self.0.iter().filter(|release| version.reads(release.version));
        // Of several that are the greatest, the first one.
        let greatest = served.rev().max_by_key(|release| release.version);
        greatest.ok_or_else(|| UpgradeLevelError::UnknownVersion {
            version,
            known: self.0.iter().map(|release| release.version).collect(),
        })
    }

    fn oldest(&self, services: impl IntoIterator<Item = u32>) -> Result<&Release, UpgradeLevelError> {
        let newest = self.0.last().ok_or(UpgradeLevelError::NoReleases)?;
        let Some(oldest) = services.into_iter().filter(|service| *service > 0).min() else {
            return Ok(newest);
        };
        if oldest > newest.service_version {
            return Err(UpgradeLevelError::ServiceTooOld { ours: newest.service_version, oldest });
        }
        let release = self.0.iter().rev().find(|release| release.service_version <= oldest);
        release.ok_or_else(|| UpgradeLevelError::TooOld {
            oldest,
            known: self.0.first().map_or(0, |first| first.service_version),
        })
    }
}

/// The versions that a fleet speaks while it is upgraded.
///
/// An object that it doesn't name is refused, and so is one that it wants in a version which isn't known here. Other
/// projects than nova do otherwise, and say so:
///
/// ```
/// use versioned_objects::rpc::Pinned;
/// use versioned_objects::{Manifest, Version};
///
/// let manifest: Manifest = [("Node", Version::new(1, 38))].into_iter().collect();
/// let ironic = Pinned::from(&manifest).with_unnamed().without_manifest();
/// let cinder = Pinned::from(&manifest).with_unnamed().with_newer();
/// # let _ = (ironic, cinder);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pinned {
    cap: Option<Version>,
    manifest: Manifest,
    sends_unnamed: bool,
    ignores_newer: bool,
    without_manifest: bool,
}

impl Pinned {
    /// The greatest version of the API's methods that may be sent, where there is a limit (`version_cap`).
    pub fn cap(&self) -> Option<Version> {
        self.cap
    }

    /// The version that each object is written in.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Lets objects that the pin doesn't name go out in their own version, as ironic and cinder do.
    pub fn with_unnamed(mut self) -> Self {
        self.sends_unnamed = true;
        self
    }

    /// Lets an object go out in its own version where the pin names a newer one, as cinder does.
    pub fn with_newer(mut self) -> Self {
        self.ignores_newer = true;
        self
    }

    /// Lets objects inside others go out by the relationships that their parents declare, and as they are where there
    /// are none: only the outermost ones go by the pin, as in ironic.
    pub fn without_manifest(mut self) -> Self {
        self.without_manifest = true;
        self
    }

    pub(super) fn is_without_manifest(&self) -> bool {
        self.without_manifest
    }

    /// The versions that the fleet reads, as a host sees it that itself reads `ours`.
    pub(super) fn versions(&self, ours: &Versions) -> Versions {
        let mut theirs = self.manifest.clone();
        for (name, known) in ours.iter() {
            let (Some(newest), pinned) = (known.last(), theirs.get(name)) else { continue };
            let is_own = match pinned {
                Some(pinned) => self.ignores_newer && pinned > *newest,
                None => self.sends_unnamed,
            };
            if is_own {
                theirs.insert(name, *newest);
            }
        }
        theirs.iter().map(|(name, version)| (name, [version])).collect()
    }
}

impl From<&Manifest> for Pinned {
    /// Objects alone; methods have no cap.
    fn from(manifest: &Manifest) -> Self {
        Pinned { manifest: manifest.clone(), ..Pinned::default() }
    }
}

impl From<&Pinned> for Pinned {
    fn from(pin: &Pinned) -> Self {
        pin.clone()
    }
}

/// Why a fleet can't be at a level.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UpgradeLevelError {
    /// No release has that name.
    UnknownRelease {
        /// Level that was asked for.
        name: String,
        /// Those that there are.
        known: Vec<String>,
    },
    /// No release serves that version of the API.
    UnknownVersion {
        /// Level that was asked for.
        version: Version,
        /// Those that there are.
        known: Vec<Version>,
    },
    /// All services are of a newer release than this host, which then can't know how to speak to them
    /// (`ServiceTooOld`).
    ServiceTooOld {
        /// This host's service version.
        ours: u32,
        /// That of the oldest service.
        oldest: u32,
    },
    /// A service is older than all releases that are known here.
    TooOld {
        /// The service version of the oldest service.
        oldest: u32,
        /// That of the oldest release.
        known: u32,
    },
    /// No release is known here.
    NoReleases,
}

impl fmt::Display for UpgradeLevelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UpgradeLevelError::UnknownRelease { name, known } => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                write!(f, "there is no release {name:?}; there are {known}")
            }
            UpgradeLevelError::UnknownVersion { version, known } => {
                let mut known: Vec<String> = known.iter().map(Version::to_string).collect();
                known.dedup();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                write!(f, "no release serves version {version}; there are {known}")
            }
            UpgradeLevelError::ServiceTooOld { ours, oldest } => write!(
                f,
                "this host is of service version {ours}, and the oldest service of {oldest}: it is too old to run here"
            ),
            UpgradeLevelError::TooOld { oldest, known } => {
                write!(
                    f,
                    "a service is of service version {oldest}, and the oldest release known here of {known}"
                )
            }
            UpgradeLevelError::NoReleases => f.write_str("no release is known"),
        }
    }
}

impl std::error::Error for UpgradeLevelError {}
