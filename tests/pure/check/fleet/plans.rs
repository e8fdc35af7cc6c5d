//! Plans as they are drawn and run: the changes that a policy allows, what is under way meanwhile, and their figures.

use std::collections::{BTreeMap, BTreeSet};
use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use versioned_objects::Version;
use versioned_objects::check::{Call, Fault, Fleet, Moment, Policy, Seat};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, Negotiation, ObjectVersions, Payload,
    Server, Versions,
};

use super::objects::{Disk, Part, Shelf};

/// Hosts of so many releases, `1` and on, which know no object.
fn bare(releases: usize, hosts: &[&str]) -> Fleet {
    named(Fleet::new(), releases, hosts)
}

fn named<W: Send + Sync + 'static>(fleet: Fleet<W>, releases: usize, hosts: &[&str]) -> Fleet<W> {
    let fleet =
        (1..=releases).fold(fleet, |fleet, release| fleet.release(release.to_string(), Registry::new()));
    fleet.hosts(hosts.iter().copied()).operations_alone()
}

fn releases<W>(moment: &Moment<'_, W>) -> String {
    moment.hosts.iter().map(|(_, release)| *release).collect()
}

/// The releases of the hosts before and after a step in which one changed; the world has those of the last look.
fn moved(moment: &Moment<'_, Mutex<String>>) -> Option<(String, String)> {
    let now = releases(moment);
    let before = std::mem::replace(&mut *moment.world.lock().unwrap(), now.clone());
    (before != now).then_some((before, now))
}

/// All changes that plans of a policy make, as `11>21`: the releases of the hosts before and after.
fn changes(policy: Policy, releases_of_all: usize, hosts: &[&str]) -> Vec<String> {
    let seen: Arc<Mutex<BTreeSet<String>>> = Arc::default();
    let seen_here = Arc::clone(&seen);
    let begin = "1".repeat(hosts.len());
    let fleet = named(Fleet::of(move || Mutex::new(begin.clone())), releases_of_all, hosts);
    let fleet = fleet.policy(policy).steps(60).invariant("a change", move |moment| {
        if let Some((before, now)) = moved(moment) {
            seen_here.lock().unwrap().insert(format!("{before}>{now}"));
        }
        Ok(())
    });
    fleet.check(300, 1).unwrap_or_else(|story| panic!("{story}"));
    let seen = seen.lock().unwrap();
    seen.iter().cloned().collect()
}

#[test]
fn each_policy_changes_hosts_as_it_says() {
    let two = ["a", "b"];
    let told = |policy: Policy| changes(policy, 3, &two).join(" ");
    assert_eq!(told(Policy::rolling()), "11>12 11>21 12>22 21>22 22>23 22>32 23>33 32>33");
    assert_eq!(
        told(Policy::rolling().roll_back()),
        "11>12 11>21 12>11 12>22 21>11 21>22 22>12 22>21 22>23 22>32 23>22 23>33 32>22 32>33 33>23 33>32"
    );
    assert_eq!(told(Policy::rolling().first(["a"])), "11>21 21>22 22>32 32>33");
    // Who goes first goes back last.
    assert_eq!(
        told(Policy::rolling().first(["a"]).roll_back()),
        "11>21 21>11 21>22 22>21 22>32 32>22 32>33 33>32"
    );
    assert_eq!(told(Policy::rolling().canary(["b"])), "11>12 12>22 22>23 23>33");
    assert_eq!(told(Policy::rolling().canary(["nobody"])), told(Policy::rolling()));
    assert_eq!(told(Policy::rolling().in_order(["b", "a"])), "11>12 12>22 22>23 23>33");
    assert_eq!(
        told(Policy::rolling().skip_level()),
        "11>12 11>13 11>21 11>31 12>22 13>33 21>22 22>23 22>32 23>33 31>33 32>33"
    );
    assert_eq!(
        changes(Policy::any_mix(), 2, &two).join(" "),
        "11>12 11>21 12>11 12>22 21>11 21>22 22>12 22>21"
    );
    // One that passed over a release goes back to where it came from.
    let passed = changes(Policy::rolling().skip_level().roll_back(), 3, &["a"]).join(" ");
    assert_eq!(passed, "1>2 1>3 2>1 2>3 3>1 3>2");
    // Whom the order doesn't name goes last.
    let three = changes(Policy::rolling().in_order(["c", "a"]), 2, &["a", "b", "c"]).join(" ");
    assert_eq!(three, "111>112 112>212 212>222");
}

/// A fleet that may go back goes on more often.
#[test]
fn a_fleet_gets_on() {
    let counts = Counts::default();
    let here = Arc::clone(&counts);
    let fleet = named(Fleet::of(|| Mutex::new("11".to_owned())), 4, &["a", "b"])
        .policy(Policy::rolling().roll_back());
    let fleet = fleet.steps(60).invariant("a change", move |moment| {
        if let Some((before, now)) = moved(moment) {
            count(&here, if now > before { "on" } else { "back" });
        }
        Ok(())
    });
    fleet.check(200, 1).unwrap_or_else(|story| panic!("{story}"));
    let counts = counts.lock().unwrap();
    assert!(counts["on"] > counts["back"] * 3 / 2, "{counts:?}");
}

/// Counts by name.
type Counts = Arc<Mutex<BTreeMap<String, u64>>>;

fn count(counts: &Counts, name: impl Into<String>) {
    *counts.lock().unwrap().entry(name.into()).or_default() += 1;
}

#[test]
fn plans_are_as_long_as_they_are_told_and_hosts_take_part_in_any_order() {
    let orders: Counts = Arc::default();
    let lengths: Counts = Arc::default();
    let (here, looked) = (Arc::clone(&orders), Arc::clone(&lengths));
    let done = Arc::new(Mutex::new(0_u64));
    let doing = Arc::clone(&done);
    // Of objects there are none, so that each step is of an operation.
    let fleet = Fleet::of(|| Mutex::new(0)).release("1", Registry::new()).hosts(["a", "b", "c"]).steps(3);
    let fleet = fleet.operation("meet", 3, move |call| {
        let hosts: String = call.seats().iter().map(Seat::host).collect();
        count(&here, hosts);
        *doing.lock().unwrap() += 1;
        Box::pin(async { Ok(()) })
    });
    let fleet = fleet.invariant("a step", move |moment: &Moment<'_, Mutex<u64>>| {
        let mut steps = moment.world.lock().unwrap();
        *steps += 1;
        count(&looked, steps.to_string());
        Ok(())
    });
    let drawn = fleet.check(200, 1).unwrap_or_else(|story| panic!("{story}"));
    assert_eq!((drawn.plans, drawn.changes, drawn.messages), (200, 0, 0), "{drawn}");
    let orders = orders.lock().unwrap();
    assert_eq!(orders.keys().cloned().collect::<Vec<_>>(), ["abc", "acb", "bac", "bca", "cab", "cba"]);
    assert!(orders.values().all(|times| *times > 50), "{orders:?}");
    // It is looked at after each step, and once more at the end: two to four steps.
    let lengths = lengths.lock().unwrap();
    let at_least = |looks: &str| lengths.get(looks).copied().unwrap_or_default();
    assert_eq!((at_least("3"), at_least("5") > 40, at_least("6")), (200, true, 0), "{lengths:?}");
    assert!(at_least("4") > at_least("5") + 40 && at_least("4") < 160, "{lengths:?}");
    let looks: u64 = lengths.values().sum();
    assert_eq!(*done.lock().unwrap() + 200, looks);
}

/// Objects are there, and the hosts do of themselves what they do; so often by way of one host, of two and of three.
#[test]
fn hosts_hand_objects_on_and_store_them_unless_they_are_told_not_to() {
    let of = || {
        let all = Registry::new().with::<Part>();
        Fleet::new().release("1", all).hosts(["a", "b", "c", "d"]).negotiation(|seat: &Seat| {
            Negotiation::pinned(Arc::clone(seat.registry()), &seat.registry().manifest().clone())
        })
    };
    let steps: Arc<Mutex<u64>> = Arc::default();
    let here = Arc::clone(&steps);
    let fleet = of().invariant("a step", move |_| {
        *here.lock().unwrap() += 1;
        Ok(())
    });
    let drawn = fleet.check(100, 1).unwrap_or_else(|story| panic!("{story}"));
    let steps = (*steps.lock().unwrap() - 100) as f64;
    // Of five steps three hand an object on, by two hosts on average, which is a message and an answer each.
    let expected = steps * 0.6 * 2.0 * 2.0;
    assert!((drawn.messages as f64 - expected).abs() < expected / 10.0, "{expected}: {drawn}");
    assert_eq!((drawn.written_again, drawn.refused, drawn.changes), (0, 0, 0), "{drawn}");
    assert_eq!(drawn.pairs, [("1".to_owned(), "1".to_owned(), drawn.messages)]);
    assert!(drawn.loads > 100, "{drawn}");
    let (calls, meeting) = (Counts::default(), Counts::default());
    let (called, met) = (Arc::clone(&calls), Arc::clone(&meeting));
    let alone = of().operations_alone().operation("meet", 1, move |_| {
        count(&called, "calls");
        Box::pin(async { Ok(()) })
    });
    let alone = alone.invariant("a step", move |_| {
        count(&met, "steps");
        Ok(())
    });
    let drawn = alone.check(50, 1).unwrap_or_else(|story| panic!("{story}"));
    assert_eq!((drawn.messages, drawn.loads), (0, 0), "{drawn}");
    assert_eq!(calls.lock().unwrap()["calls"] + 50, meeting.lock().unwrap()["steps"]);
}

/// The release of each host after the last step.
#[derive(Default)]
struct Seen {
    now: Mutex<BTreeMap<String, String>>,
}

/// A service that is asked, and takes its time.
struct Slow;

impl Endpoint for Slow {
    fn methods(&self) -> &[&str] {
        &["wait", "wait for ever"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            args.finish()?;
            if method == "wait for ever" {
                poll_fn(|task| {
                    task.waker().wake_by_ref();
                    Poll::<()>::Pending
                })
                .await;
            }
            Ok(Payload::null())
        })
    }
}

async fn ask<W>(from: &Seat<W>, to: &str, method: &str) -> Result<(), String> {
    let client = Client::new(Arc::clone(from.transport()), Address::server("slow", to));
    let answer = client.call(method, Args::new(), &CallContext::new()).await;
    answer.map(drop).map_err(|error| error.to_string())
}

fn asking(counts: &Counts) -> Fleet<Seen> {
    let counts = Arc::clone(counts);
    let fleet = Fleet::of(Seen::default).policy(Policy::any_mix());
    let fleet = named(fleet, 2, &["a", "b"])
        .service("slow", |seat: &Seat<Seen>| Server::new(seat.host()).endpoint(Slow));
    let fleet = fleet.invariant("who runs what", |moment: &Moment<'_, Seen>| {
        let hosts = moment.hosts.iter().map(|(host, release)| ((*host).to_owned(), (*release).to_owned()));
        *moment.world.now.lock().unwrap() = hosts.collect();
        Ok(())
    });
    fleet.operation("ask", 2, move |call: Call<Seen>| {
        let counts = Arc::clone(&counts);
        Box::pin(async move {
            let [from, to] = call.seats() else { return Err("two hosts take part".to_owned()) };
            ask(from, to.host(), "wait").await?;
            let now = call.world().now.lock().unwrap().get(from.host()).cloned();
            let is_same = now.is_none_or(|now| now == from.release());
            count(&counts, if is_same { "as before" } else { "changed" });
            Ok(())
        })
    })
}

#[test]
fn a_host_waits_for_its_answers_before_it_changes_unless_it_lingers() {
    let counts = Counts::default();
    let drawn = asking(&counts).check(100, 1).unwrap_or_else(|story| panic!("{story}"));
    assert!(drawn.changes > 100 && drawn.under_way > 10, "{drawn}");
    let asked = counts.lock().unwrap().clone();
    assert_eq!((asked.get("changed"), asked["as before"] * 2), (None, drawn.messages), "{asked:?} {drawn}");
    let counts = Counts::default();
    let lingers = asking(&counts).lingers().check(100, 1).unwrap_or_else(|story| panic!("{story}"));
    let asked = counts.lock().unwrap().clone();
    assert!(asked["changed"] > 10 && lingers.under_way > drawn.under_way, "{asked:?} {lingers}");
}

#[test]
fn figures_are_what_hosts_saw() {
    let (changes, calls, refused) = (Counts::default(), Counts::default(), Counts::default());
    let now = Registry::new().with::<Disk>().with::<Part>().with::<Shelf>();
    let then = now.clone().held_to("Disk", "1.0".parse().unwrap()).unwrap();
    let (seen, called) = (Arc::clone(&changes), Arc::clone(&calls));
    let fleet =
        Fleet::of(|| Mutex::new("11".to_owned())).release("1", then).release("2", now).hosts(["a", "b"]);
    let fleet = fleet.operations_alone().policy(Policy::any_mix()).invariant("a change", move |moment| {
        if moved(moment).is_some() {
            count(&seen, "changes");
        }
        Ok(())
    });
    let told = Arc::clone(&refused);
    let fleet = fleet.service("take", move |seat: &Seat<Mutex<String>>| {
        let takes = Takes { registry: Arc::clone(seat.registry()), refused: Arc::clone(&told) };
        Server::new(seat.host()).endpoint(ObjectVersions::new(Arc::clone(seat.registry()))).endpoint(takes)
    });
    let fleet = fleet.operation("hand over", 2, move |call| {
        let called = Arc::clone(&called);
        Box::pin(async move {
            let [from, to] = call.seats() else { return Err("two hosts take part".to_owned()) };
            let client = Client::new(Arc::clone(from.transport()), Address::server("take", to.host()));
            let negotiation = Negotiation::at_first_contact(Arc::clone(from.registry()));
            let disk = Disk { serial: "a".to_owned().into(), ..Disk::default() };
            let context = CallContext::new();
            let answer = negotiation
                .call(&client, "take", &context, |args, target| args.insert("disk", &disk, target));
            let answer = answer.await.map_err(|error| error.to_string())?;
            count(
                &called,
                format!(
                    "{}{}",
                    from.release(),
                    answer.read_plain::<String>().map_err(|error| error.to_string())?
                ),
            );
            Ok(())
        })
    });
    let drawn = fleet.check(150, 1).unwrap_or_else(|story| panic!("{story}"));
    let (changes, calls) = (changes.lock().unwrap().clone(), calls.lock().unwrap().clone());
    let refused = refused.lock().unwrap().get("refused").copied().unwrap_or_default();
    assert_eq!(drawn.changes, changes["changes"], "{drawn}");
    // A host was asked, and answered; it was told, and answered; once more where it had changed meanwhile.
    let asked: u64 = calls.values().sum();
    assert_eq!(
        (drawn.messages, drawn.written_again),
        (asked * 4 + refused * 2, refused),
        "{drawn} {calls:?}"
    );
    assert!(refused > 2 && drawn.refused == 0, "{drawn}");
    let pair = |from: &str, to: &str| {
        let pair = drawn.pairs.iter().find(|(one, other, _)| (&**one, &**other) == (from, to));
        pair.map(|(_, _, count)| *count)
    };
    for (from, to) in [("1", "1"), ("1", "2"), ("2", "1"), ("2", "2")] {
        assert_eq!(
            pair(from, to),
            calls.get(&format!("{from}{to}")).copied(),
            "{from} {to}: {drawn} {calls:?}"
        );
    }
}

/// Takes a disk, and answers with the release of the host by the version that it has.
struct Takes {
    registry: Arc<Registry>,
    refused: Counts,
}

impl Endpoint for Takes {
    fn methods(&self) -> &[&str] {
        &["take"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            if let Err(failure) = args.take::<Disk>("disk", &self.registry) {
                count(&self.refused, "refused");
                return Err(failure);
            }
            args.finish()?;
            let is_old = self.registry.manifest().get("Disk") == Some(Version::new(1, 0));
            Ok(Payload::plain(if is_old { "1" } else { "2" })?)
        })
    }
}

/// Hosts announce the versions of their own release, and those of the one that they may go back to by the policy.
#[test]
fn hosts_announce_what_they_may_go_back_to() {
    let now = Registry::new().with::<Part>();
    let then = now.clone().held_to("Part", "1.0".parse().unwrap()).unwrap();
    let of = |policy: Policy| {
        let announced = Counts::default();
        let here = Arc::clone(&announced);
        let fleet = Fleet::new().release("1", then.clone()).release("2", now.clone()).hosts(["a", "b"]);
        let fleet = fleet.operations_alone().announces_roll_back().policy(policy);
        let known = [
            (Versions::of(&then), "1"),
            (Versions::of(&now), "2"),
            (Versions::of(&now).may_go_back_to(&then), "2, or 1 again"),
        ];
        let fleet = fleet.operation("ask", 2, move |call: Call| {
            let (here, known) = (Arc::clone(&here), known.clone());
            Box::pin(async move {
                let [from, to] = call.seats() else { return Err("two hosts take part".to_owned()) };
                let client = Client::new(Arc::clone(from.transport()), Address::server("fleet", to.host()));
                let client = client.namespace("ovo").version(Version::new(1, 0));
                let answer = client.call("object_versions", Args::new(), &CallContext::new()).await;
                let versions = answer.and_then(|answer| answer.read_plain::<Versions>());
                let versions = versions.map_err(|error| error.to_string())?;
                let told = known.iter().find(|(one, _)| *one == versions).map(|(_, told)| *told);
                count(&here, told.ok_or_else(|| format!("{versions:?}"))?);
                Ok(())
            })
        });
        fleet.check(60, 1).unwrap_or_else(|story| panic!("{story}"));
        let announced = announced.lock().unwrap();
        announced.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(of(Policy::rolling()), ["1", "2"]);
    assert_eq!(of(Policy::rolling().roll_back()), ["1", "2, or 1 again"]);
    assert_eq!(of(Policy::any_mix()), ["1", "2, or 1 again"]);
}

/// So long a plan may wait.
const PATIENCE: Duration = Duration::from_millis(40);

/// An operation that fails in a way of its own.
fn failing(work: fn(Call) -> BoxFuture<'static, Result<(), String>>) -> Fleet {
    let fleet = bare(2, &["a", "b"]).patience(PATIENCE).steps(6);
    let fleet = fleet.service("slow", |seat: &Seat| Server::new(seat.host()).endpoint(Slow));
    fleet.operation("work", 2, work)
}

#[test]
fn what_hosts_do_of_their_own_fails_in_the_words_of_the_failure() {
    let told = |fleet: Fleet, fault: Fault| {
        let story = fleet.check(20, 1).expect_err("it fails");
        assert_eq!(story.fault, fault, "{story}");
        // The first line says who is there.
        (story.what.clone(), story.lines[1..].join("; "))
    };
    let (what, _) = told(failing(|_| Box::pin(async { Err("no room".to_owned()) })), Fault::Operation);
    assert_eq!(what, "work: no room");
    let (what, lines) = told(failing(|_| Box::pin(async { panic!("a plain text") })), Fault::Panicked);
    assert_eq!((what.as_str(), lines.contains("work between")), ("a plain text", true));
    let (what, _) = told(
        failing(|call| Box::pin(async move { panic!("of {} hosts", call.seats().len()) })),
        Fault::Panicked,
    );
    assert_eq!(what, "of 2 hosts");
    let (what, _) = told(failing(|_| Box::pin(async { std::panic::panic_any(7) })), Fault::Panicked);
    assert_eq!(what, "it panicked");
    let broken = bare(2, &["a", "b"]).invariant("all alike", |moment| {
        let now = releases(moment);
        if now == "12" { Err(format!("{now}, with {} under way", moment.under_way)) } else { Ok(()) }
    });
    let (what, lines) = told(broken, Fault::Invariant);
    assert_eq!((what.as_str(), lines.as_str()), ("all alike: 12, with 0 under way", "b changes to 2"));
}

#[test]
fn what_is_never_woken_is_told_once_the_patience_is_over() {
    let story = failing(|_| Box::pin(pending())).check(20, 1).expect_err("it hangs");
    assert_eq!((story.fault, story.what.as_str()), (Fault::Hangs, "it hasn't ended after 40ms"), "{story}");
    assert!(story.lines.len() <= 3, "{story}");
    // What is woken all the time and never ends hangs too, beside a host that waits for it before it changes.
    let fleet = failing(|call| {
        Box::pin(async move {
            let [from, to] = call.seats() else { return Ok(()) };
            ask(from, to.host(), "wait for ever").await
        })
    });
    let story = fleet.check(20, 1).expect_err("it hangs");
    assert!(story.fault == Fault::Hangs && story.what.ends_with(" after 40ms"), "{story}");
    // What another thread wakes goes on.
    let later = failing(|_| {
        Box::pin(async {
            let is_done = Arc::new(Mutex::new(false));
            let mut begun = false;
            poll_fn(|task| {
                if *is_done.lock().unwrap() {
                    return Poll::Ready(());
                }
                if !std::mem::replace(&mut begun, true) {
                    let (done, waker) = (Arc::clone(&is_done), task.waker().clone());
                    thread::spawn(move || {
                        thread::sleep(Duration::from_millis(1));
                        *done.lock().unwrap() = true;
                        waker.wake();
                    });
                }
                Poll::Pending
            })
            .await;
            Ok(())
        })
    });
    later.patience(Duration::from_secs(20)).check(10, 1).unwrap_or_else(|story| panic!("{story}"));
}
