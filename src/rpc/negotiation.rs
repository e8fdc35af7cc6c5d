use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::agreement::{Agreement, Source};
use super::compact::Terms;
use super::failure::LAYOUT;
use super::{
    Address, Answer, Args, CallContext, CallError, Client, Failure, ObjectVersions, Pinned, Sent, Versions,
};
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
    peers: Mutex<HashMap<Address, Peer>>,
}

/// What is known of a peer.
#[derive(Debug, Default)]
struct Peer {
    /// The agreement by what it answered when it was asked, and when that was.
    asked: Option<(Arc<Agreement>, Instant)>,
    /// The objects that it refused, where it announces nothing.
    told: BTreeMap<String, Told>,
}

/// The version of an object that a peer said it supports.
#[derive(Clone, Copy, Debug)]
struct Told {
    version: Version,
    /// When it said so, or a call last tried whether it's still so.
    since: Instant,
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
            peers: Mutex::default(),
        }
    }

    /// How old an agreement at first contact may be: an older one is made anew before the next message, since the peer may
    /// have been upgraded. A minute, unless told otherwise.
    ///
    /// What a peer that announces nothing said of an object that it refused counts as long for calls, by receiver too. After
    /// that one call has the object as it is once more, and the peer takes it or says so again. Casts, which nobody answers, keep to
    /// what it said until a call with the object in a newer version was taken; of an address without a server, behind which
    /// there may be several, for good.
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
        self.agreed(client, context, false).await
    }

    async fn agreed(
        &self,
        client: &Client,
        context: &CallContext,
        is_cast: bool,
    ) -> Result<Arc<Agreement>, CallError> {
        let agreement = match &self.way {
            Way::Pinned { agreement, .. } => return Ok(Arc::clone(agreement)),
            Way::ByReceiver(own) => Arc::clone(own),
            Way::FirstContact => self.asked(client, context, is_cast).await?,
        };
        let told = self.peers().get(client.address()).map(|peer| peer.told.clone());
        Ok(match told.filter(|told| !told.is_empty() && agreement.source != Source::Announced) {
            Some(told) => Arc::new(self.as_told(&agreement, &told)),
            None => agreement,
        })
    }

    /// The agreement with what the peer told. A call tries what is old anew; a cast that the peer can't read is lost.
    fn as_told(&self, agreement: &Agreement, told: &BTreeMap<String, Told>) -> Agreement {
        let corrected = |told: &mut dyn Iterator<Item = (&String, &Told)>| {
            told.fold(agreement.clone(), |agreement, (object, told)| {
                agreement.corrected(object, told.version)
            })
        };
        let is_new = |(_, told): &(&String, &Told)| told.since.elapsed() < self.age;
        let mut for_calls = corrected(&mut told.iter().filter(is_new));
        if !told.iter().all(|told| is_new(&told)) {
            for_calls.casts = Some(Arc::new(corrected(&mut told.iter())));
        }
        for_calls
    }

    /// The agreement by what the host says when it is asked.
    async fn asked(
        &self,
        client: &Client,
        context: &CallContext,
        is_cast: bool,
    ) -> Result<Arc<Agreement>, CallError> {
        if let Some((agreement, since)) =
            self.peers().get(client.address()).and_then(|peer| peer.asked.as_ref())
        {
            let is_for_casts = is_cast && agreement.source == Source::Announced;
            let most = if is_for_casts { self.cast_age.min(self.age) } else { self.age };
            if since.elapsed() < most {
                return Ok(Arc::clone(agreement));
            }
        }
        let agreement = Arc::new(self.ask(client, context).await?);
        let mut peers = self.peers();
        let peer = peers.entry(client.address().clone()).or_default();
        if agreement.source == Source::Announced {
            peer.told.clear();
        }
        peer.asked = Some((Arc::clone(&agreement), Instant::now()));
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
        let mut agreement = self.agreement(client, context).await?;
        self.tries_anew(client);
        let client = &self.capped(client);
        let args = fill_for(&agreement, agreement.terms.as_ref(), &fill)?;
        let (mut sent, is_compact) = (args.sent().to_vec(), !args.said().is_empty());
        let mut begun = Instant::now();
        let mut outcome = client.call(method, args, context).await;
        let is_of_layouts = |failure: &Failure| failure.is(LAYOUT) && failure.is_unbegun();
        if is_compact && matches!(&outcome, Err(CallError::Remote(failure)) if is_of_layouts(failure)) {
            self.ask_anew(client);
            let args = fill_for(&agreement, None, &fill)?;
            sent = args.sent().to_vec();
            begun = Instant::now();
            outcome = client.call(method, args, context).await;
        }
        // A peer names one object at a time. No refusal is answered twice, so there are no more turns than versions.
        let mut answered = BTreeSet::new();
        loop {
            let failure = match outcome {
                Err(CallError::Remote(failure)) => failure,
                outcome => {
                    if outcome.is_ok() {
                        self.was_read(client, &sent, begun);
                    }
                    return outcome;
                }
            };
            if agreement.source == Source::Announced && is_of_versions(&failure) {
                self.ask_anew(client);
            }
            let refused = failure.incompatible_version().filter(|_| failure.is_unbegun());
            let is_new =
                |refused: &Incompatible| answered.insert((refused.object.clone(), refused.version.clone()));
            let refused = refused.filter(is_new).filter(|refused| self.can_be_right(refused, &sent));
            let Some(refused) = refused else { return Err(CallError::Remote(failure)) };
            self.keep_told(client, &refused);
            agreement = Arc::new(agreement.corrected(&refused.object, refused.supported));
            let args = fill_for(&agreement, None, &fill)?;
            sent = args.sent().to_vec();
            begun = Instant::now();
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
        let agreement = self.agreed(client, context, true).await?;
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

    /// Forgets the agreement with that host, and what it told; it is asked anew before the next message.
    pub fn forget(&self, client: &Client) {
        self.peers().remove(client.address());
    }

    /// Whether a peer may refuse an object so: it was sent in the version that it names, and can be written in the one that it
    /// supports.
    fn can_be_right(&self, refused: &Incompatible, sent: &[Sent]) -> bool {
        let was_sent =
            sent.iter().flat_map(Sent::objects).any(|it| it == (&refused.object, &refused.version));
        let is_ours = Versions::of(&self.registry).get(&refused.object).contains(&refused.supported);
        was_sent && is_ours && refused.version != refused.supported.to_string()
    }

    /// Has the host asked anew before the next message.
    fn ask_anew(&self, client: &Client) {
        if let Some(peer) = self.peers().get_mut(client.address()) {
            peer.asked = None;
        }
    }

    /// Keeps what a host says of an object that it refused. Of one that announces something it counts once it announces nothing.
    fn keep_told(&self, client: &Client, refused: &Incompatible) {
        if matches!(self.way, Way::Pinned { .. }) {
            return;
        }
        let told = Told { version: refused.supported, since: Instant::now() };
        let mut peers = self.peers();
        let peer = peers.entry(client.address().clone()).or_default();
        peer.told.insert(refused.object.clone(), told);
    }

    /// A call is on its way that tries what the host told long ago; others needn't meanwhile.
    fn tries_anew(&self, client: &Client) {
        let mut peers = self.peers();
        let told = peers.get_mut(client.address()).map(|peer| peer.told.values_mut());
        for told in told.into_iter().flatten().filter(|told| told.since.elapsed() >= self.age) {
            told.since = Instant::now();
        }
    }

    /// Takes up what a host read in a newer version than it told before then. Of several hosts behind one address another may have told.
    fn was_read(&self, client: &Client, sent: &[Sent], then: Instant) {
        if client.address().server.is_none() {
            return;
        }
        let mut peers = self.peers();
        let peer = peers.get_mut(client.address()).filter(|peer| !peer.told.is_empty());
        let Some(peer) = peer else { return };
        for (object, version) in sent.iter().flat_map(Sent::objects) {
            let Some(told) = peer.told.get_mut(object).filter(|told| told.since <= then) else { continue };
            let Ok(version) = version.parse::<Version>() else { continue };
            told.version = told.version.max(version);
            if self.registry.manifest().get(object).is_none_or(|own| told.version >= own) {
                peer.told.remove(object);
            }
        }
    }

    fn peers(&self) -> MutexGuard<'_, HashMap<Address, Peer>> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
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
