//! Mixed fleets: hosts of several releases that change while they call each other.
//!
//! A [`Fleet`] has hosts, releases and a [`Policy`]. It draws plans of what hosts do and when each changes its release,
//! runs them in this process with calls under way meanwhile, and looks at every message. A plan that goes wrong is made
//! as small as it can be, and told as a [`Story`].

mod acts;
mod fault;
mod judge;
mod pause;
mod plan;
mod policy;
mod run;
mod samples;
mod seat;
mod service;
mod shrink;
mod story;
mod wire;

use std::collections::BTreeSet;
use std::fmt;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use self::judge::{Judge, lacks_functions};
use self::plan::{Palette, Plan};
use self::run::{Ended, Run};
use self::seat::ReleaseOf;
use self::wire::Tally;
use super::lock::Locks;
use crate::registry::Registry;
use crate::rpc::{BoxFuture, Negotiation, Server};

pub use fault::Fault;
pub use policy::Policy;
pub use seat::{Call, Moment, Seat};
pub use story::{Drawn, Story};

/// So many random objects of each name are made for each release.
const SAMPLES: usize = 32;

/// So many plans that hang are run to find a smaller one, since each takes the whole patience.
const MOST_HANGS: u32 = 30;

/// Hosts that change release while they call each other, in plans that are drawn.
///
/// Without more, hosts hand each other every object that they know, by calls that go through one host or several;
/// set fields on the way; and store objects that others read. Of each message it holds that the receiver reads it, in
/// full; of each object that comes back, that it is what it would be had it been written straight for the lowest
/// version on its way; of each stored one, that all hosts read the same. What a peer doesn't get is told to the sender.
///
/// ```
/// # use versioned_objects::{Field, Origin, VersionedObject, registry::Registry};
/// use versioned_objects::check::{Fleet, Policy};
///
/// # #[derive(VersionedObject, Clone)]
/// # #[object(versions("1.0", "1.1"))]
/// # struct Disk {
/// #     origin: Origin,
/// #     serial: Field<String>,
/// #     #[field(since = "1.1")]
/// #     cache: Field<String>,
/// # }
/// let now = || Registry::new().with::<Disk>();
/// let drawn = Fleet::new()
///     .release("1", now().held_to("Disk", "1.0".parse()?)?) // or its locks: `.locks("1", &Locks::read(...)?)`
///     .release("2", now())
///     .hosts(["api", "a", "b"])
///     .policy(Policy::rolling().first(["api"]).roll_back())
///     .check(50, 1)
///     .unwrap_or_else(|story| panic!("{story}"));
/// assert!(drawn.under_way > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Fleet<W = ()> {
    releases: Vec<(String, Registry)>,
    hosts: Vec<String>,
    policy: Policy,
    world: Box<dyn Fn() -> W + Send + Sync>,
    talk: Talk<W>,
    services: Vec<(String, Service<W>)>,
    operations: Vec<Operation<W>>,
    invariants: Vec<Invariant<W>>,
    lingers: bool,
    tells: bool,
    tells_of_roll_back: bool,
    /// Hosts hand on and store objects of themselves.
    acts_itself: bool,
    stores_own: bool,
    most_steps: usize,
    patience: Duration,
    /// Made of the releases when plans begin.
    made: Arc<[ReleaseOf]>,
    names: Arc<[String]>,
    /// The objects that no plan is about.
    left_out: Vec<String>,
}

type Talk<W> = Box<dyn Fn(&Seat<W>) -> Negotiation + Send + Sync>;

type Work<W> = Box<dyn Fn(Call<W>) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

type Look<W> = Box<dyn Fn(&Moment<'_, W>) -> Result<(), String> + Send + Sync>;

type Service<W> = Box<dyn Fn(&Seat<W>) -> Server + Send + Sync>;

struct Operation<W> {
    name: String,
    hosts: usize,
    work: Work<W>,
}

struct Invariant<W> {
    name: String,
    look: Look<W>,
}

impl Fleet {
    /// A fleet without hosts, whose operations share no state.
    pub fn new() -> Self {
        Fleet::of(|| ())
    }
}

impl Default for Fleet {
    fn default() -> Self {
        Fleet::new()
    }
}

impl<W: Send + Sync + 'static> Fleet<W> {
    /// A fleet without hosts. Each plan begins with a state of its own, which operations, services and invariants share.
    pub fn of(world: impl Fn() -> W + Send + Sync + 'static) -> Self {
        Fleet {
            releases: Vec::new(),
            hosts: Vec::new(),
            policy: Policy::rolling(),
            world: Box::new(world),
            talk: Box::new(|seat: &Seat<W>| Negotiation::at_first_contact(Arc::clone(seat.registry()))),
            services: Vec::new(),
            operations: Vec::new(),
            invariants: Vec::new(),
            lingers: false,
            tells: false,
            tells_of_roll_back: false,
            acts_itself: true,
            stores_own: false,
            most_steps: 30,
            patience: Duration::from_secs(20),
            made: Arc::new([]),
            names: Arc::new([]),
            left_out: Vec::new(),
        }
    }

    /// Adds a release, newer than those before, by the objects that its hosts know.
    pub fn release(mut self, name: impl Into<String>, registry: Registry) -> Self {
        self.releases.push((name.into(), registry));
        self
    }

    /// Adds a release by its locks.
    pub fn locks(self, name: impl Into<String>, locks: &Locks) -> Self {
        self.release(name, locks.registry())
    }

    /// Adds hosts, which begin with the first release.
    pub fn hosts<N: Into<String>>(mut self, hosts: impl IntoIterator<Item = N>) -> Self {
        self.hosts.extend(hosts.into_iter().map(N::into));
        self
    }

    /// Which changes of release there may be; [`Policy::rolling`], unless told otherwise.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// How a process settles on versions; each peer is asked at first contact, unless told otherwise.
    pub fn negotiation(mut self, talk: impl Fn(&Seat<W>) -> Negotiation + Send + Sync + 'static) -> Self {
        self.talk = Box::new(talk);
        self
    }

    /// Adds a service of the user's: each process of a host serves the topic with a server of its own.
    pub fn service(
        mut self,
        topic: impl Into<String>,
        server: impl Fn(&Seat<W>) -> Server + Send + Sync + 'static,
    ) -> Self {
        self.services.push((topic.into(), Box::new(server)));
        self
    }

    /// Adds an operation between so many hosts. It fails with what is wrong, and a failure ends the plan.
    pub fn operation(
        mut self,
        name: impl Into<String>,
        hosts: usize,
        work: impl Fn(Call<W>) -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    ) -> Self {
        self.operations.push(Operation { name: name.into(), hosts, work: Box::new(work) });
        self
    }

    /// Adds something that has to hold after every step.
    pub fn invariant(
        mut self,
        name: impl Into<String>,
        look: impl Fn(&Moment<'_, W>) -> Result<(), String> + Send + Sync + 'static,
    ) -> Self {
        self.invariants.push(Invariant { name: name.into(), look: Box::new(look) });
        self
    }

    /// A process goes on with what it has begun when its host changes, for as long as it takes; else it changes once all
    /// that it called has been answered.
    pub fn lingers(mut self) -> Self {
        self.lingers = true;
        self
    }

    /// Hosts also send objects without waiting for an answer, and none of these may be lost.
    pub fn casts(mut self) -> Self {
        self.tells = true;
        self
    }

    /// Each host announces the oldest release that it may go back to by the policy
    /// ([`ObjectVersions::may_go_back_to`](crate::rpc::ObjectVersions::may_go_back_to)).
    pub fn announces_roll_back(mut self) -> Self {
        self.tells_of_roll_back = true;
        self
    }

    /// Hosts store objects in their own newest version, and not in that of the oldest release that a host runs or may go
    /// back to.
    pub fn stores_own_version(mut self) -> Self {
        self.stores_own = true;
        self
    }

    /// Hosts do what the operations say and nothing of themselves.
    pub fn operations_alone(mut self) -> Self {
        self.acts_itself = false;
        self
    }

    /// How many steps a plan has at most; about thirty, unless told otherwise.
    pub fn steps(mut self, most: usize) -> Self {
        self.most_steps = most;
        self
    }

    /// How long a plan may wait for what has to end before it goes on, until it hangs ([`Fault::Hangs`]): an operation, or
    /// an answer to a host that changes. Twenty seconds, unless told otherwise.
    pub fn patience(mut self, most: Duration) -> Self {
        self.patience = most;
        self
    }

    /// Draws so many plans of that seed and runs them, on all processors. The same seed draws the same plans.
    ///
    /// # Errors
    /// The story of the first plan that goes wrong, made as small as it can be.
    pub fn check(mut self, plans: u32, seed: u64) -> Result<Drawn, Box<Story>> {
        let names: BTreeSet<String> =
            self.releases.iter().flat_map(|(_, registry)| registry.names().map(str::to_owned)).collect();
        let lacks = |name: &String| self.releases.iter().any(|(_, registry)| lacks_functions(registry, name));
        let (left_out, names): (Vec<String>, Vec<String>) = names.into_iter().partition(lacks);
        let made = self.releases.iter().map(|(name, registry)| {
            let count = if self.acts_itself || self.tells { SAMPLES } else { 0 };
            let of = |object: &str| (object.to_owned(), samples::samples(registry, object, count, seed));
            ReleaseOf {
                name: name.clone(),
                registry: Arc::new(registry.clone()),
                samples: registry.names().map(of).collect(),
            }
        });
        self.made = made.collect();
        self.names = names.into();
        self.left_out = left_out;
        let tallies = Mutex::new(Tally::default());
        let first = AtomicU32::new(u32::MAX);
        let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get).max(1);
        let fleet = &self;
        thread::scope(|scope| {
            for number in 0..threads {
                let (tallies, first) = (&tallies, &first);
                scope.spawn(move || fleet.part(number, threads, plans, seed, first, tallies));
            }
        });
        match first.into_inner() {
            u32::MAX => {
                let tally = tallies.into_inner().unwrap_or_else(PoisonError::into_inner);
                let name = |index: usize| self.made.get(index).map(|of| of.name.clone()).unwrap_or_default();
                Ok(Drawn::of(&tally, plans, name, self.left_out.clone()))
            }
            plan => Err(Box::new(self.story(seed, plan))),
        }
    }

    /// The plans of one processor, up to the first that goes wrong anywhere.
    fn part(
        &self,
        number: usize,
        threads: usize,
        plans: u32,
        seed: u64,
        first: &AtomicU32,
        all: &Mutex<Tally>,
    ) {
        let judge = Arc::new(Judge::default());
        let mut tally = Tally::default();
        for plan in (0..plans).skip(number).step_by(threads) {
            if plan > first.load(Ordering::Relaxed) {
                break;
            }
            let ended = self.run(&self.drawn(seed, plan), &judge, false);
            tally.add(&ended.tally);
            if ended.fault.is_some() {
                first.fetch_min(plan, Ordering::Relaxed);
                break;
            }
        }
        all.lock().unwrap_or_else(PoisonError::into_inner).add(&tally);
    }

    fn drawn(&self, seed: u64, plan: u32) -> Plan {
        let operations: Vec<usize> = self.operations.iter().map(|operation| operation.hosts).collect();
        let palette = Palette {
            hosts: &self.hosts,
            releases: self.made.len(),
            objects: self.names.len(),
            samples: SAMPLES,
            operations: &operations,
            tells: self.tells,
            acts: self.acts_itself,
            most_steps: self.most_steps,
            policy: &self.policy,
        };
        Plan::draw(&palette, seed, plan)
    }

    fn run(&self, plan: &Plan, judge: &Arc<Judge>, is_told: bool) -> Ended {
        Run::of(self, plan, judge, is_told)
    }

    fn story(&self, seed: u64, index: u32) -> Story {
        let judge = Arc::new(Judge::default());
        let fault = |plan: &Plan| self.run(plan, &judge, false).fault.map(|(fault, _)| fault);
        let drawn = self.drawn(seed, index);
        let allowed = |plan: &Plan| plan.allowed(&self.hosts, self.made.len(), &self.policy);
        let mut hangs = 0;
        let plan = match fault(&drawn) {
            Some(kind) => shrink::shrunk(drawn, allowed, |plan| {
                let found = if hangs < MOST_HANGS { fault(plan) } else { None };
                hangs += u32::from(found == Some(Fault::Hangs));
                found == Some(kind)
            }),
            None => drawn,
        };
        let ended = self.run(&plan, &judge, true);
        let (fault, what) =
            ended.fault.unwrap_or((Fault::Hangs, "it went well when it ran again".to_owned()));
        let hosts: Vec<String> =
            plan.hosts.iter().filter_map(|host| self.hosts.get(*host).cloned()).collect();
        let release = self.made.first().map(|of| of.name.as_str()).unwrap_or_default();
        let mut lines = vec![format!("{} run {release}", hosts.join(", "))];
        lines.extend(ended.lines);
        Story { fault, what, seed, plan: index, hosts, lines }
    }
}

impl<W> fmt::Debug for Fleet<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let releases: Vec<&str> = self.releases.iter().map(|(name, _)| name.as_str()).collect();
        f.debug_struct("Fleet")
            .field("hosts", &self.hosts)
            .field("releases", &releases)
            .finish_non_exhaustive()
    }
}
