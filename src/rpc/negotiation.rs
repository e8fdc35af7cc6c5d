use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::agreement::{Agreement, Source};
use super::compact::Terms;
use super::failure::LAYOUT;
use super::{Answer, Args, CallContext, CallError, Client, Failure, ObjectVersions, Pinned, Sent, Versions};
use crate::error::{Error, Incompatible};
use crate::registry::Registry;
use crate::version::{Target, Version};

/// How a sender settles on the versions that it writes for a peer. There are three ways:
/// - [`Negotiation::pinned`]: an operator says which versions the fleet speaks, by a manifest or an upgrade level;
/// - [`Negotiation::at_first_contact`]: the peer announces what it reads, and that is kept for a while;
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
    /// How old an agreement may be.
    age: Duration,
    /// How old one may be by which objects are cast.
    cast_age: Duration,
    /// By address. Never held while a message is under way.
    kept: Mutex<BTreeMap<String, Kept>>,
}

/// An agreement, and when it was made.
#[derive(Clone, Debug)]
struct Kept {
    agreement: Arc<Agreement>,
    since: Instant,
}

impl Kept {
    fn now(agreement: &Arc<Agreement>) -> Self {
        Kept { agreement: Arc::clone(agreement), since: Instant::now() }
    }
}

/// How old an agreement may be, unless told otherwise.
const AGE: Duration = Duration::from_secs(60);

/// How old an agreement may be by which objects are cast, unless told otherwise.
const CAST_AGE: Duration = Duration::from_secs(10);

#[derive(Debug)]
enum Way {
    Pinned { agreement: Arc<Agreement>, cap: Option<Version> },
    FirstContact,
    ByReceiver(Arc<Agreement>),
}

impl Negotiation {
    /// Every peer gets each object in the version that the pin says, and no method in a version above its cap. A
    /// [`Manifest`](crate::version::Manifest) is a pin without a cap, and [`ReleaseMapping::pin`](super::ReleaseMapping::pin) makes one of what an operator says.
    pub fn pinned(registry: Arc<Registry>, pin: impl Into<Pinned>) -> Self {
        let pin = pin.into();
        let ours = Versions::of(&registry);
        let mut agreement = Agreement::between(&ours, &pin.versions(&ours));
        agreement.is_pin = pin.is_without_manifest();
        let agreement = Arc::new(agreement);
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
            age: AGE,
            cast_age: CAST_AGE,
            kept: Mutex::new(BTreeMap::new()),
        }
    }

    /// How old an agreement at first contact may be: an older one is made anew before the next message, since the peer may
    /// have been upgraded. A minute, unless told otherwise.
    pub fn age(mut self, most: Duration) -> Self {
        self.age = most;
        self
    }

    /// How old an agreement at first contact may be when objects are cast by it: an older one is made anew first. Ten
    /// seconds, unless told otherwise. Calls need no such thing: a peer that went back to an older release answers that
    /// it can't read them, and gets them once more.
    pub fn cast_age(mut self, most: Duration) -> Self {
        self.cast_age = most;
        self
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

    /// Returns the agreement with the host that the client addresses, which is asked where none is known yet, or none that is
    /// new enough ([`Negotiation::age`]).
    ///
    /// # Errors
    /// Where the host can't be asked.
    pub async fn agreement(
        &self,
        client: &Client,
        context: &CallContext,
    ) -> Result<Arc<Agreement>, CallError> {
        self.agreed(client, context, self.age).await
    }

    /// The agreement; one by what the host announced is no older than that.
    async fn agreed(
        &self,
        client: &Client,
        context: &CallContext,
        most: Duration,
    ) -> Result<Arc<Agreement>, CallError> {
        if let Way::Pinned { agreement, .. } = &self.way {
            return Ok(Arc::clone(agreement));
        }
        let peer = client.address().to_string();
        let kept = self.kept().get(&peer).cloned();
        if let Way::ByReceiver(own) = &self.way {
            return Ok(kept.map_or_else(|| Arc::clone(own), |kept| kept.agreement));
        }
        let is_new = |kept: &Kept| {
            let most = if kept.agreement.source == Source::Announced { most } else { self.age };
            kept.since.elapsed() < most
        };
        if let Some(kept) = kept.as_ref().filter(|kept| is_new(kept)) {
            return Ok(Arc::clone(&kept.agreement));
        }
        let asked = Arc::new(self.ask(client, context).await?);
        // One that announces nothing reads what it told, as far as anybody knows.
        let told = kept.map(|kept| kept.agreement).filter(|kept| kept.source == Source::Told);
        let agreement = told.filter(|_| asked.source != Source::Announced).unwrap_or(asked);
        self.kept().insert(peer, Kept::now(&agreement));
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
            Err(CallError::Remote(failure)) if failure.is_unknown_method() => {
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
            if agreement.source == Source::Told {
                self.kept().insert(client.address().to_string(), Kept::now(&agreement));
            }
            let args = fill_for(&agreement, None, &fill)?;
            sent = args.sent().to_vec();
            outcome = client.call(method, args, context).await;
        }
    }

    /// Calls a method of the host that the client addresses without waiting for what becomes of it.
    ///
    /// Nobody hears of a cast that the host can't read. At first contact it is written by an agreement that is no older
    /// than [`Negotiation::cast_age`], and for the release that the host may go back to, where it told of one
    /// ([`ObjectVersions::may_go_back_to`]): such a host reads it, whenever it goes back. One that told of none and goes back
    /// while the cast is under way, or less than that time after it was asked, loses it. [`Negotiation::pinned`] to the
    /// oldest release of a fleet loses none.
    ///
    /// # Errors
    /// As [`Client::cast`], where the host can't be asked, and where an object has no version that both know.
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
        let agreement = self.agreed(client, context, self.cast_age.min(self.age)).await?;
        self.capped(client).cast(method, fill_for(agreement.for_casts(), None, &fill)?, context).await
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
        corrected.casts = None;
        corrected.refusals.remove(&told.object);
        corrected.manifest.insert(told.object, told.supported);
        Some(corrected)
    }

    fn kept(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
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
