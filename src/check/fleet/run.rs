//! One plan, run from its first step to its last.

use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Instant;

use super::super::understood::json;
use super::Fleet;
use super::acts::{Found, Process, Store};
use super::fault::Fault;
use super::judge::Judge;
use super::plan::{Act, Plan, Step};
use super::policy::Standing;
use super::seat::{Call, Moment, Seat};
use super::service::{Keeper, TOPIC, Way};
use super::wire::{Shared, Tally, Wire};
use crate::primitive::Primitive;
use crate::registry::AnyObject;
use crate::rpc::{InProcess, ObjectVersions, Server};

type Work = Pin<Box<dyn Future<Output = Result<(), Found>>>>;

/// How a plan ended.
pub(super) struct Ended {
    pub(super) fault: Option<Found>,
    pub(super) tally: Tally,
    pub(super) lines: Vec<String>,
}

/// Something under way.
struct Task {
    work: Work,
}

pub(super) struct Run<'f, W> {
    fleet: &'f Fleet<W>,
    hosts: Vec<usize>,
    seats: Vec<Standing<'f>>,
    bus: InProcess,
    world: Arc<W>,
    shared: Arc<Shared>,
    processes: Vec<Option<Process<W>>>,
    store: Arc<Store>,
    tasks: Vec<Task>,
    acts: u64,
    waker: Waker,
    woken: Arc<Woken>,
}

/// Whether something said that it can go on.
struct Woken {
    is_so: AtomicBool,
    thread: Thread,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.is_so.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

impl<'f, W: Send + Sync + 'static> Run<'f, W> {
    pub(super) fn of(fleet: &'f Fleet<W>, plan: &Plan, judge: &Arc<Judge>, is_told: bool) -> Ended {
        let shared =
            Shared::new(Arc::clone(&fleet.made), Arc::clone(&fleet.names), Arc::clone(judge), is_told);
        let woken = Arc::new(Woken { is_so: AtomicBool::new(false), thread: thread::current() });
        let mut run = Run {
            fleet,
            hosts: plan.hosts.clone(),
            seats: fleet.hosts.iter().map(|name| Standing { name, release: 0, came_from: None }).collect(),
            bus: InProcess::new(),
            world: Arc::new((fleet.world)()),
            shared: Arc::new(shared),
            processes: fleet.hosts.iter().map(|_| None).collect(),
            store: Arc::default(),
            tasks: Vec::new(),
            acts: 0,
            waker: Waker::from(Arc::clone(&woken)),
            woken,
        };
        let fault = run.all(plan).err();
        let mut facts = run.shared.facts();
        Ended {
            fault: fault.or(facts.fault.take()),
            tally: std::mem::take(&mut facts.tally),
            lines: facts.lines.take().unwrap_or_default(),
        }
    }

    fn all(&mut self, plan: &Plan) -> Result<(), Found> {
        for host in self.hosts.clone() {
            self.start(host, 0);
        }
        for step in &plan.steps {
            self.shared.facts().step += 1;
            self.step(step)?;
            for place in (0..self.tasks.len()).rev() {
                self.poll(place)?;
            }
            self.begin_casts();
            self.look()?;
        }
        while !self.tasks.is_empty() {
            self.finish(self.tasks.len() - 1)?;
            self.begin_casts();
        }
        self.look()
    }

    fn step(&mut self, step: &Step) -> Result<(), Found> {
        match step {
            Step::Change { host, release } => {
                if !self.fleet.lingers {
                    self.drain(*host)?;
                }
                let under_way = self.tasks.len() as u64;
                let mut facts = self.shared.facts();
                facts.tally.changes += 1;
                facts.tally.under_way += under_way;
                drop(facts);
                if let Some(seat) = self.seats.get_mut(*host) {
                    seat.change(*release);
                }
                let name = self.fleet.hosts.get(*host).map(String::as_str).unwrap_or_default();
                let to = self.shared.release(*release).map(|of| of.name.as_str()).unwrap_or_default();
                self.shared.tell(|| match under_way {
                    0 => format!("{name} changes to {to}"),
                    calls => format!("{name} changes to {to}, with {calls} under way"),
                });
                self.start(*host, *release);
                Ok(())
            }
            Step::Begin { act, slow } => {
                let before = self.tasks.len();
                self.begin(act)?;
                match *slow {
                    true => Ok(()),
                    false => (before..self.tasks.len()).rev().try_for_each(|place| self.finish(place)),
                }
            }
        }
    }

    /// A process ends once what it called has been answered; calls of others go on.
    fn drain(&mut self, host: usize) -> Result<(), Found> {
        let Some(name) = self.fleet.hosts.get(host) else { return Ok(()) };
        let began = Instant::now();
        while self.shared.facts().waiting.get(name).is_some_and(|count| *count > 0) {
            let mut place = self.tasks.len();
            while place > 0 && self.shared.facts().waiting.get(name).is_some_and(|count| *count > 0) {
                place -= 1;
                self.poll(place)?;
            }
            let patience = self.fleet.patience;
            if began.elapsed() > patience {
                return Err((Fault::Hangs, format!("{name} waits for an answer for {patience:?}")));
            }
        }
        Ok(())
    }

    /// A process of the host begins, and serves from here on in place of the one before.
    fn start(&mut self, host: usize, release: usize) {
        let (Some(name), Some(of)) = (self.fleet.hosts.get(host), self.shared.release(release)) else {
            return;
        };
        let since = self.shared.facts().step;
        self.shared.facts().ran.entry(name.clone()).or_default().push((release, since));
        let inner = self.bus.connect(name.as_str());
        let wire = Wire { inner, shared: Arc::clone(&self.shared), release, since };
        let seat = Seat {
            host: name.clone(),
            release: of.name.clone(),
            registry: Arc::clone(&of.registry),
            transport: Arc::new(wire),
            world: Arc::clone(&self.world),
        };
        let negotiation = Arc::new((self.fleet.talk)(&seat));
        let shared = Arc::clone(&self.shared);
        let process = Process { seat: seat.clone(), negotiation, shared, release, since };
        let keeper = Keeper {
            seat: seat.clone(),
            negotiation: Arc::clone(&process.negotiation),
            shared: Arc::clone(&self.shared),
            release,
        };
        let versions = ObjectVersions::new(Arc::clone(&of.registry));
        let seat_now = self.seats.get(host).filter(|_| self.fleet.tells_of_roll_back);
        let floor = seat_now.map(|seat| self.fleet.policy.floor(&[*seat])).filter(|floor| *floor < release);
        let versions = match floor.and_then(|floor| self.shared.release(floor)) {
            Some(older) => versions.may_go_back_to(Arc::clone(&older.registry)),
            None => versions,
        };
        self.bus.serve(TOPIC, Server::new(name.as_str()).endpoint(versions).endpoint(keeper));
        for (topic, service) in &self.fleet.services {
            self.bus.serve(topic.as_str(), service(&seat));
        }
        if let Some(slot) = self.processes.get_mut(host) {
            *slot = Some(process);
        }
    }

    fn process(&self, host: usize) -> Option<Process<W>> {
        self.processes.get(host).and_then(Option::as_ref).cloned()
    }

    fn begin(&mut self, act: &Act) -> Result<(), Found> {
        self.acts += 1;
        let number = self.acts;
        let names = |hosts: &[usize]| -> Vec<String> {
            hosts.iter().filter_map(|host| self.fleet.hosts.get(*host).cloned()).collect()
        };
        let Some(process) = act.hosts().first().and_then(|host| self.process(*host)) else { return Ok(()) };
        let work: Work = match act {
            Act::Carry { object, sample, path, edit } => {
                let Some(made) = process.sample(*object, *sample) else { return Ok(()) };
                let hosts = names(path.get(1..).unwrap_or_default());
                self.shared.tell(|| {
                    let edited = if edit.is_some() { ", which sets a field," } else { "" };
                    let from = process.seat.host();
                    format!(
                        "{from} makes {} and sends it to {}{edited} and back",
                        told(&made),
                        hosts.join(", then ")
                    )
                });
                let way = Way { hosts, edit: *edit };
                Box::pin(async move { process.carry(number, made, &way).await })
            }
            Act::Tell { object, sample, to, .. } => {
                let Some(made) = process.sample(*object, *sample) else { return Ok(()) };
                let Some(to) = self.fleet.hosts.get(*to).cloned() else { return Ok(()) };
                self.shared.tell(|| format!("{} tells {to} of {}", process.seat.host(), told(&made)));
                Box::pin(async move { process.tell(made, &to).await })
            }
            Act::Store { object, sample, declared, .. } => {
                let Some(made) = process.sample(*object, *sample) else { return Ok(()) };
                self.shared.tell(|| format!("{} stores {}", process.seat.host(), told(&made)));
                let there: Vec<Standing<'_>> =
                    self.hosts.iter().filter_map(|host| self.seats.get(*host).copied()).collect();
                let floor = self.fleet.policy.floor(&there);
                let floor = self.shared.release(floor).filter(|_| !self.fleet.stores_own);
                return process.store(&self.store, &made, floor.map(|of| of.registry.as_ref()), *declared);
            }
            Act::Load { .. } => {
                self.shared.tell(|| format!("{} reads what is stored", process.seat.host()));
                return process.load(&self.store);
            }
            Act::Own { operation, hosts, number } => {
                let Some(own) = self.fleet.operations.get(*operation) else { return Ok(()) };
                let seats: Vec<Seat<W>> =
                    hosts.iter().filter_map(|host| self.process(*host)).map(|process| process.seat).collect();
                self.shared.tell(|| {
                    let hosts: Vec<&str> = seats.iter().map(Seat::host).collect();
                    format!("{} between {}", own.name, hosts.join(", "))
                });
                let call = Call { seats, number: *number, world: Arc::clone(&self.world) };
                let (work, name) = ((own.work)(call), own.name.clone());
                Box::pin(
                    async move { work.await.map_err(|what| (Fault::Operation, format!("{name}: {what}"))) },
                )
            }
        };
        self.tasks.push(Task { work });
        Ok(())
    }

    /// Messages that nobody waits for are under way by themselves.
    fn begin_casts(&mut self) {
        let casts = std::mem::take(&mut self.shared.facts().casts);
        for cast in casts {
            let work = async move {
                cast.wire.deliver(&cast.to, cast.message).await;
                Ok(())
            };
            self.tasks.push(Task { work: Box::pin(work) });
        }
    }

    /// Lets a task go on until it waits; it is taken away where it is through.
    fn poll(&mut self, place: usize) -> Result<bool, Found> {
        let Some(task) = self.tasks.get_mut(place) else { return Ok(true) };
        self.woken.is_so.store(false, Ordering::Release);
        let mut context = Context::from_waker(&self.waker);
        let polled = catch_unwind(AssertUnwindSafe(|| task.work.as_mut().poll(&mut context)));
        let outcome = match polled {
            Ok(Poll::Pending) => return self.faulty().map(|()| false),
            Ok(Poll::Ready(outcome)) => outcome,
            Err(panic) => Err((Fault::Panicked, said(&*panic))),
        };
        drop(self.tasks.remove(place));
        self.faulty()?;
        outcome.map(|()| true)
    }

    fn finish(&mut self, place: usize) -> Result<(), Found> {
        let (began, patience) = (Instant::now(), self.fleet.patience);
        while !self.poll(place)? {
            loop {
                if began.elapsed() > patience {
                    return Err((Fault::Hangs, format!("it hasn't ended after {patience:?}")));
                }
                if self.woken.is_so.load(Ordering::Acquire) {
                    break;
                }
                thread::park_timeout(patience / 10);
            }
        }
        Ok(())
    }

    fn faulty(&self) -> Result<(), Found> {
        self.shared.facts().fault.take().map_or(Ok(()), Err)
    }

    /// Looks at what has to hold at any moment.
    fn look(&self) -> Result<(), Found> {
        if self.fleet.invariants.is_empty() {
            return Ok(());
        }
        let hosts = self.hosts.iter().filter_map(|host| {
            let (seat, name) = (self.seats.get(*host)?, self.fleet.hosts.get(*host)?);
            Some((name.as_str(), self.shared.release(seat.release)?.name.as_str()))
        });
        let moment =
            Moment { world: self.world.as_ref(), hosts: hosts.collect(), under_way: self.tasks.len() };
        self.fleet.invariants.iter().try_for_each(|invariant| {
            (invariant.look)(&moment)
                .map_err(|what| (Fault::Invariant, format!("{}: {what}", invariant.name)))
        })
    }
}

fn told(object: &AnyObject) -> String {
    let value = Primitive::of(&object);
    let data = value.ok().and_then(|value| value.get(&object.schema().keys.data).map(json));
    format!("{} {}", object.name(), data.unwrap_or_default())
}

fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".to_owned())
}
