use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::compact::Terms;
use super::failure::LAYOUT;
use super::{Answer, Args, CallContext, CallError, Client, Failure, ObjectVersions, Pinned, Sent, Versions};
use crate::error::{Error, ErrorKind, Incompatible};
use crate::registry::Registry;
use crate::shortened::Plain;
use crate::version::{Manifest, Target, Version};

/// An object of which no version is read on both sides, or that isn't the same on both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoCommonVersion {
    /// The name of the object.
    pub object: String,
    /// The versions that this host reads; none, where it doesn't know the object.
    pub ours: Vec<Version>,
    /// The versions that the peer reads, likewise.
    pub theirs: Vec<Version>,
    /// This host's fingerprint and the peer's, where they are of one version and differ: it isn't the same object.
    pub fingerprints: Option<[String; 2]>,
}

impl NoCommonVersion {
    /// Not an `IncompatibleObjectVersion`: a sender that gets that would write again.
    pub(super) fn into_failure(self) -> Failure {
        let reason = self.to_string();
        let message = format!("Object action negotiate failed because: {reason}");
        Failure::new("oslo_versionedobjects.exception", "ObjectActionError", message)
            .with("action", "negotiate")
            .with("reason", reason)
            .with("code", 500)
    }
}

impl fmt::Display for NoCommonVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |versions: &[Version]| {
            let texts: Vec<String> = versions.iter().map(Version::to_string).collect();
            if texts.is_empty() { "none".to_owned() } else { texts.join(", ") }
        };
        let object = Plain(&self.object);
        if let Some([ours, theirs]) = &self.fingerprints {
            let (ours, theirs) = (Plain(ours), Plain(theirs));
            return write!(
                f,
                "not the same {object}: this host's fingerprint is {ours}, the peer's {theirs}"
            );
        }
        let (ours, theirs) = (list(&self.ours), list(&self.theirs));
        write!(f, "no common version of {object}: this host reads {ours}, the peer reads {theirs}")
    }
}

impl std::error::Error for NoCommonVersion {}

/// An agreement with a peer: the version in which each object is written.
///
/// ```
/// use versioned_objects::Version;
/// use versioned_objects::rpc::{Agreement, Versions};
///
/// let [v0, v1] = [Version::new(0, 1), Version::new(1, 0)];
/// let ours: Versions = [("XenapiLiveMigrateData", vec![v0, v1]), ("Migration", vec![v1])].into_iter().collect();
/// let theirs: Versions = [("XenapiLiveMigrateData", vec![v0])].into_iter().collect();
///
/// let agreement = Agreement::between(&ours, &theirs);
/// assert_eq!(agreement.version("XenapiLiveMigrateData"), Ok(v0));
/// assert_eq!(
///     agreement.version("Migration").unwrap_err().to_string(),
///     "no common version of Migration: this host reads 1.0, the peer reads none",
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Agreement {
    manifest: Manifest,
    refusals: BTreeMap<String, NoCommonVersion>,
    source: Source,
    /// Terms of the compact form, where they are agreed; names go out where they aren't.
    terms: Option<Arc<Terms>>,
}

/// Two are equal where they name the same versions.
impl PartialEq for Agreement {
    fn eq(&self, other: &Self) -> bool {
        (&self.manifest, &self.refusals, self.source) == (&other.manifest, &other.refusals, other.source)
    }
}

/// Where the knowledge of a peer comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    /// It announced what it reads, or an operator said so.
    Announced,
    /// It announced nothing, but complained of what it was sent.
    Told,
    /// Nothing is known of it, and this host is itself held to older versions.
    Held,
    /// Nothing is known of it.
    None,
}

impl Agreement {
    /// The greatest version of each object that both sides know. It doesn't matter who asks whom.
    pub fn between(ours: &Versions, theirs: &Versions) -> Self {
        let mut agreement = Agreement {
            manifest: Manifest::new(),
            refusals: BTreeMap::new(),
            source: Source::Announced,
            terms: None,
        };
        for (object, _) in ours.iter().chain(theirs.iter()) {
            let fingerprints = ours.differing(theirs, object);
            let (ours, theirs) = (ours.get(object), theirs.get(object));
            let common = ours.iter().filter(|version| theirs.contains(version)).max();
            match common.filter(|_| fingerprints.is_none()) {
                Some(common) => {
                    agreement.manifest.insert(object, *common);
                }
                None => {
                    let (name, ours, theirs) = (object.to_owned(), ours.to_vec(), theirs.to_vec());
                    let refusal = NoCommonVersion { object: name.clone(), ours, theirs, fingerprints };
                    agreement.refusals.insert(name, refusal);
                }
            }
        }
        agreement
    }

    /// With a peer that announces nothing.
    fn unknown(registry: &Registry) -> Self {
        let source = if registry.is_held() { Source::Held } else { Source::None };
        Agreement { manifest: registry.manifest().clone(), refusals: BTreeMap::new(), source, terms: None }
    }

    /// Whether anything is known of what the peer reads. Objects go to it in their own version otherwise.
    pub fn is_known(&self) -> bool {
        matches!(self.source, Source::Announced | Source::Told)
    }

    /// The version that an object is written in; this host's newest, for a peer of which nothing is known.
    ///
    /// # Errors
    /// Where there is none that both know.
    pub fn version(&self, object: &str) -> Result<Version, NoCommonVersion> {
        if let Some(version) = self.manifest.get(object) {
            return Ok(version);
        }
        Err(self.refusals.get(object).cloned().unwrap_or_else(|| NoCommonVersion {
            object: object.to_owned(),
            ours: Vec::new(),
            theirs: Vec::new(),
            fingerprints: None,
        }))
    }

    /// The versions of all objects that both know.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// The objects that can't be sent.
    pub fn refusals(&self) -> impl Iterator<Item = &NoCommonVersion> {
        self.refusals.values()
    }

    /// Returns the target to write for.
    pub fn target(&self) -> Target<'_> {
        if self.source == Source::None { Target::Own } else { Target::Manifest(&self.manifest) }
    }

    /// Nothing may go out that the peer is known not to read: an object inside another that the manifest
    /// doesn't name, or that isn't converted, goes as it is.
    fn check(&self, sent: &[Sent]) -> Result<(), CallError> {
        if !self.is_known() {
            return Ok(());
        }
        for (object, version) in sent.iter().flat_map(|sent| &sent.within) {
            let agreed = self.version(object)?;
            if version.parse::<Version>().is_ok_and(|version| version > agreed) {
                let reason =
                    format_args!("{object} goes out in version {version}, and the peer reads {agreed}");
                return Err(Error::refused(reason).of(object).into());
            }
        }
        Ok(())
    }

    /// Obstacle to writing for the peer.
    fn refusal(&self, error: Error) -> CallError {
        let unnamed = error.object().filter(|_| error.kind() == ErrorKind::InvalidTargetVersion);
        match unnamed.map(|object| self.version(object)) {
            Some(Err(refusal)) => refusal.into(),
            _ => error.into(),
        }
    }
}

/// How a sender settles on the versions that it writes for a peer. There are three ways:
/// - [`Negotiation::pinned`]: an operator says which versions the fleet speaks, by a manifest or an upgrade level;
/// - [`Negotiation::at_first_contact`]: the peer announces what it reads, and that is kept;
/// - [`Negotiation::by_receiver`]: objects go out as they are, and a receiver that can't read one has a
///   conductor write it anew.
///
/// In each, a peer that answers with `IncompatibleObjectVersion` and the version that it supports gets the message
/// again, written for that version; once more for each object that it then names. That is so where the peer says that
/// the failure is its own and its method had not begun ([`Failure::is_unbegun`]), and in no other case: a method that
/// had begun, and failed since a third host refused an object, is not called twice.
#[derive(Debug)]
pub struct Negotiation {
    registry: Arc<Registry>,
    way: Way,
    #[cfg(feature = "compact")]
    compact: bool,
    /// By address. Never held while a message is under way.
    kept: Mutex<BTreeMap<String, Arc<Agreement>>>,
}

#[derive(Debug)]
enum Way {
    Pinned { agreement: Arc<Agreement>, cap: Option<Version> },
    FirstContact,
    ByReceiver(Arc<Agreement>),
}

impl Negotiation {
    /// Every peer gets each object in the version that the pin says, and no method in a version above its cap. A
    /// [`Manifest`] is a pin without a cap, and [`ReleaseMapping::pin`](super::ReleaseMapping::pin) makes one of what an operator says.
    pub fn pinned(registry: Arc<Registry>, pin: impl Into<Pinned>) -> Self {
        let pin = pin.into();
        let ours = Versions::of(&registry);
        let agreement = Arc::new(Agreement::between(&ours, &pin.versions(&ours)));
        Negotiation::new(registry, Way::Pinned { agreement, cap: pin.cap() })
    }

    /// Each peer is asked what it reads before anything else is sent to it.
    ///
    /// That is known of a host, not of a service, so clients address servers by name.
    pub fn at_first_contact(registry: Arc<Registry>) -> Self {
        Negotiation::new(registry, Way::FirstContact)
    }

    /// Each object goes out in its own version.
    pub fn by_receiver(registry: Arc<Registry>) -> Self {
        let own = Arc::new(Agreement::unknown(&registry));
        Negotiation::new(registry, Way::ByReceiver(own))
    }

    fn new(registry: Arc<Registry>, way: Way) -> Self {
        Negotiation {
            registry,
            way,
            #[cfg(feature = "compact")]
            compact: false,
            kept: Mutex::new(BTreeMap::new()),
        }
    }

    /// Calls carry objects in the compact form to peers that announced the same layouts of all of them
    /// ([`ObjectVersions::compact`]), at first contact alone. To all others, and in casts, which nobody answers if they
    /// can't be read, they go out as JSON. A peer that can't read it after all answers so before it does anything, and
    /// gets the call once more as JSON.
    #[cfg(feature = "compact")]
    pub fn compact(mut self) -> Self {
        self.compact = true;
        self
    }

    /// The objects that are known here.
    pub fn registry(&self) -> &Arc<Registry> {
        &self.registry
    }

    /// Returns the agreement with the host that the client addresses, which is asked where none is known yet.
    ///
    /// # Errors
    /// Where the host can't be asked.
    pub async fn agreement(
        &self,
        client: &Client,
        context: &CallContext,
    ) -> Result<Arc<Agreement>, CallError> {
        if let Way::Pinned { agreement, .. } = &self.way {
            return Ok(Arc::clone(agreement));
        }
        let peer = client.address().to_string();
        if let Some(agreement) = self.kept().get(&peer) {
            return Ok(Arc::clone(agreement));
        }
        if let Way::ByReceiver(agreement) = &self.way {
            return Ok(Arc::clone(agreement));
        }
        let agreement = Arc::new(self.ask(client, context).await?);
        self.kept().insert(peer, Arc::clone(&agreement));
        Ok(agreement)
    }

    async fn ask(&self, client: &Client, context: &CallContext) -> Result<Agreement, CallError> {
        let client = client.of_api(ObjectVersions::NAMESPACE, ObjectVersions::VERSION);
        match client.call(ObjectVersions::METHOD, Args::new(), context).await {
            Ok(answer) => {
                let theirs = answer.read_plain::<Versions>()?;
                let agreement = Agreement::between(&Versions::of(&self.registry), &theirs);
                #[cfg(feature = "compact")]
                let agreement = match self.compact {
                    true => Agreement {
                        terms: Terms::between(&self.registry, &agreement.manifest, &theirs).map(Arc::new),
                        ..agreement
                    },
                    false => agreement,
                };
                Ok(agreement)
            }
            Err(CallError::Remote(failure))
                if failure.is("UnsupportedVersion") || failure.is("NoSuchMethod") =>
            {
                Ok(Agreement::unknown(&self.registry))
            }
            Err(error) => Err(error),
        }
    }

    /// Calls a method of the host that the client addresses. `fill` adds the arguments for a target, and does it
    /// again where what was agreed proves stale.
    ///
    /// # Errors
    /// As [`Client::call`], and where an object has no version that both know.
    pub async fn call<F>(
        &self,
        client: &Client,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<Answer, CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let agreement = self.agreement(client, context).await?;
        let client = &self.capped(client);
        let args = fill_for(&agreement, agreement.terms.as_ref(), &fill)?;
        let (mut sent, is_compact) = (args.sent().to_vec(), !args.said().is_empty());
        let mut outcome = client.call(method, args, context).await;
        let is_of_layouts = |failure: &Failure| failure.is(LAYOUT) && failure.is_unbegun();
        if is_compact && matches!(&outcome, Err(CallError::Remote(failure)) if is_of_layouts(failure)) {
            self.forget(client);
            let args = fill_for(&agreement, None, &fill)?;
            sent = args.sent().to_vec();
            outcome = client.call(method, args, context).await;
        }
        // A peer names one object at a time. No refusal is answered twice, so there are no more turns than versions.
        let mut told = BTreeSet::new();
        let mut agreement = agreement;
        loop {
            let failure = match outcome {
                Err(CallError::Remote(failure)) => failure,
                outcome => return outcome,
            };
            if agreement.source == Source::Announced && is_of_versions(&failure) {
                self.forget(client);
            }
            let refused = failure.incompatible_version().filter(|_| failure.is_unbegun());
            let is_new =
                |refused: &Incompatible| told.insert((refused.object.clone(), refused.version.clone()));
            let corrected =
                refused.filter(is_new).and_then(|refused| self.corrected(&agreement, &sent, refused));
            let Some(corrected) = corrected else { return Err(CallError::Remote(failure)) };
            agreement = Arc::new(corrected);
            let args = fill_for(&agreement, None, &fill)?;
            if agreement.source == Source::Told {
                self.kept().insert(client.address().to_string(), Arc::clone(&agreement));
            }
            sent = args.sent().to_vec();
            outcome = client.call(method, args, context).await;
        }
    }

    /// Calls a method of the host that the client addresses without waiting for what becomes of it.
    ///
    /// # Errors
    /// As [`Client::cast`], and where an object has no version that both know.
    pub async fn cast<F>(
        &self,
        client: &Client,
        method: &str,
        context: &CallContext,
        fill: F,
    ) -> Result<(), CallError>
    where
        F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
    {
        let agreement = self.agreement(client, context).await?;
        self.capped(client).cast(method, fill_for(&agreement, None, &fill)?, context).await
    }

    /// The client under the cap of what is pinned, where that has one; a lower one of its own stays. Methods that older
    /// hosts don't have are chosen by its [`Client::can_send_version`].
    pub fn capped(&self, client: &Client) -> Client {
        match &self.way {
            Way::Pinned { cap: Some(cap), .. } => client.clone().at_most(*cap),
            _ => client.clone(),
        }
    }

    /// Forgets the agreement with that host; it is asked anew before the next message.
    pub fn forget(&self, client: &Client) {
        self.kept().remove(&client.address().to_string());
    }

    /// The agreement with the version that the peer says it supports in place of the one that it was sent, where
    /// this host can write that.
    fn corrected(&self, agreement: &Agreement, sent: &[Sent], told: Incompatible) -> Option<Agreement> {
        let is_told = |object: &str, version: &str| object == told.object && version == told.version;
        let was_sent = sent.iter().any(|sent| {
            is_told(&sent.object, &sent.version)
                || sent.within.iter().any(|(object, version)| is_told(object, version))
        });
        if !was_sent {
            return None;
        }
        let is_ours = Versions::of(&self.registry).get(&told.object).contains(&told.supported);
        if !is_ours || told.version == told.supported.to_string() {
            return None;
        }
        let mut corrected = agreement.clone();
        if corrected.source == Source::None {
            corrected.source = Source::Told;
        }
        corrected.terms = None;
        corrected.refusals.remove(&told.object);
        corrected.manifest.insert(told.object, told.supported);
        Some(corrected)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Agreement>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether the peer says of an object that it doesn't read it, so that what it announced is no longer so.
fn is_of_versions(failure: &Failure) -> bool {
    failure.is("IncompatibleObjectVersion") || failure.is("UnsupportedObjectError")
}

fn fill_for<F>(agreement: &Agreement, terms: Option<&Arc<Terms>>, fill: &F) -> Result<Args, CallError>
where
    F: Fn(&mut Args, Target<'_>) -> Result<(), Error>,
{
    let mut args = Args::on(terms);
    fill(&mut args, agreement.target()).map_err(|error| agreement.refusal(error))?;
    agreement.check(args.sent())?;
    Ok(args)
}
