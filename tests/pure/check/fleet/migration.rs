//! The live migration in a fleet that is upgraded meanwhile: an instance is migrated only with equal SRs, in any plan.

use std::sync::{Arc, Mutex};

use pollster::block_on;
use versioned_objects::check::{Call, Fault, Fleet, Policy, Seat};
use versioned_objects::nova::block_device::Instance;
use versioned_objects::nova::compute::{ComputeApi, ComputeEndpoint, Outcome};
use versioned_objects::nova::conductor::live_migrate;
use versioned_objects::nova::registry;
use versioned_objects::nova::virt::xenapi::SimulatedXenServer;
use versioned_objects::rpc::{BoxFuture, CallContext, Finality, ObjectVersions, Server, Staged};

use support::hypervisors::{HOSTS, World, endpoint};

/// Who asks for migrations. It can go first or last: hosts are told what it reads.
const CONDUCTOR: &str = "conductor";

fn server(seat: &Seat<World>) -> Server {
    let registry = seat.registry();
    if seat.host() == CONDUCTOR {
        return Server::new(CONDUCTOR);
    }
    let compute = endpoint(seat.world(), seat.host(), Arc::clone(seat.transport()), Arc::clone(registry));
    Server::new(seat.host()).endpoint(ObjectVersions::new(Arc::clone(registry))).endpoint(compute)
}

/// Moves the instance to a host, and looks at what came out.
async fn migrate(call: Call<World>) -> Result<(), String> {
    let world = Arc::clone(call.world());
    let Some(source) = world.runs_on.lock().unwrap().take() else { return Ok(()) };
    let end = |host: &str| *world.runs_on.lock().unwrap() = Some(host.to_owned());
    let is_to = |seat: &&Seat<World>| seat.host() != source && seat.host() != CONDUCTOR;
    let caller = call.seats().iter().find(|seat| seat.host() == CONDUCTOR);
    let (Some(caller), Some(to)) = (caller, call.seats().iter().find(is_to).map(Seat::host)) else {
        return Err("a fleet without a conductor or another host".to_owned());
    };
    let api = ComputeApi::new(Arc::clone(caller.transport()), Arc::clone(caller.registry()));
    let instance = Instance { host: source.clone(), ..world.instance.clone() };
    let before = world.srs(&source);
    let ended = live_migrate(&api, &CallContext::new(), &instance, to).await;
    let there = |host: &str| world.hypervisors[host].contents().machines.contains(&instance.name);
    if ended.outcome != Outcome::Migrated {
        end(&source);
        return if there(&source) && !there(to) {
            Ok(())
        } else {
            Err(format!("{} and not on {source}", ended.reason))
        };
    }
    let after = world.srs(to);
    end(to);
    *world.migrated.lock().unwrap() += 1;
    if before != after {
        return Err(format!("migrated from {source} to {to} with SRs {before:?} there and {after:?} here"));
    }
    if there(to) && !there(&source) { Ok(()) } else { Err(format!("it isn't on {to} alone")) }
}

fn fleet(policy: Policy, work: fn(Call<World>) -> BoxFuture<'static, Result<(), String>>) -> Fleet<World> {
    let old = registry().held_to("XenapiLiveMigrateData", "0.1".parse().unwrap()).unwrap();
    Fleet::of(World::of_the_scenario)
        .release("old", old)
        .release("new", registry())
        .hosts([CONDUCTOR])
        .hosts(HOSTS)
        .policy(policy)
        .operations_alone()
        .steps(16)
        .service(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server)
        .operation("a migration", 4, work)
}

#[test]
fn an_instance_is_migrated_only_with_equal_srs_in_any_plan() {
    for policy in [Policy::rolling(), Policy::rolling().roll_back()] {
        let policy = policy.first([CONDUCTOR]);
        let fleet = fleet(policy, |call| Box::pin(migrate(call)));
        let drawn = fleet.check(40, 1).unwrap_or_else(|story| panic!("{story}"));
        assert!(drawn.under_way > 10, "{drawn}");
    }
}

/// A conductor that is older than the hosts told them what it reads, and gets what they say so.
#[test]
fn a_conductor_that_goes_last_reads_what_hosts_say() {
    let fleet = fleet(Policy::rolling().first(HOSTS), |call| Box::pin(migrate(call)));
    let drawn = fleet.check(40, 1).unwrap_or_else(|story| panic!("{story}"));
    let is_older = |(from, to, count): &(String, String, u64)| from == "new" && to == "old" && *count > 0;
    assert!(drawn.pairs.iter().any(is_older), "{drawn}");
}

/// The operation has a fault of its own: it takes other SRs for those of the source.
#[test]
fn a_migration_with_other_srs_is_found() {
    let fleet = fleet(Policy::rolling().first([CONDUCTOR]), |call| {
        Box::pin(async move {
            let world = Arc::clone(call.world());
            let mut before = world.srs(HOSTS[0]);
            migrate(call).await?;
            let Some(now) = world.runs_on.lock().unwrap().clone() else { return Ok(()) };
            before.values_mut().for_each(|sr| sr.make_ascii_uppercase());
            if now == HOSTS[0] || world.srs(&now) == before { Ok(()) } else { Err("other SRs".to_owned()) }
        })
    });
    let story = fleet.check(100, 1).expect_err("it is found");
    assert_eq!((story.fault, &*story.what), (Fault::Operation, "a migration: other SRs"), "{story}");
    assert!(story.lines.len() <= 40, "{story}");
}

/// A host that runs the new release is one of the old one to all others, until that is made final.
#[test]
fn a_host_of_the_new_release_is_one_of_the_old_one_until_it_is_final() {
    let now = registry();
    let locks = versioned_objects::check::Locks::of(&now);
    let old: Vec<_> = locks
        .iter()
        .map(|(name, lock)| match name {
            "XenapiLiveMigrateData" => lock.at("0.1".parse().unwrap()).unwrap(),
            _ => lock.clone(),
        })
        .collect();
    let then = now.as_released(old.iter().map(|lock| lock.schema())).unwrap();
    assert_eq!(
        versioned_objects::rpc::Versions::of(&then),
        versioned_objects::rpc::Versions::of(&{
            registry().held_to("XenapiLiveMigrateData", "0.1".parse().unwrap()).unwrap()
        })
    );
    let (world, bus) = (World::of_the_scenario(), versioned_objects::rpc::InProcess::new());
    let finalities: Vec<Finality> = HOSTS.iter().map(|_| Finality::new()).collect();
    let serve = |finalities: &[Finality]| {
        for (host, finality) in HOSTS.iter().zip(finalities) {
            let registries = Staged::new(finality, Arc::new(then.clone()), Arc::new(now.clone()));
            let compute = registries
                .clone()
                .map(|registry| endpoint(&world, host, Arc::new(bus.connect(*host)), registry));
            let versions = registries.map(ObjectVersions::new);
            let server = Server::new(*host).endpoint(versions).endpoint(compute);
            bus.serve(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server);
        }
    };
    serve(&finalities);
    let migrate = |from: &str, to: &str, seen: &Arc<Mutex<Vec<String>>>| {
        let hops = Arc::clone(seen);
        let observer = Arc::new(move |hop: versioned_objects::rpc::Hop| {
            hops.lock().unwrap().extend(hop.sent.iter().map(|sent| sent.version.clone()));
        });
        let caller = Arc::new(now.clone());
        let api = ComputeApi::new(Arc::new(bus.connect("")), caller).observer(observer);
        let instance = Instance { host: from.to_owned(), ..world.instance.clone() };
        block_on(live_migrate(&api, &CallContext::new(), &instance, to))
    };
    // Old names can't be told in the old release's version, so nothing moves, as in the old release.
    let seen = Arc::new(Mutex::new(Vec::new()));
    let ended = migrate("a", "b", &seen);
    assert_eq!(ended.outcome, Outcome::RolledBack, "{}", ended.reason);
    assert!(seen.lock().unwrap().iter().all(|version| version == "0.1"), "{seen:?}");
    // A host can go back to the old code before that: it is what it was to all others.
    let held = Arc::new(registry().held_to("XenapiLiveMigrateData", "0.1".parse().unwrap()).unwrap());
    let compute = endpoint(&world, "a", Arc::new(bus.connect("a")), Arc::clone(&held));
    let server = Server::new("a").endpoint(ObjectVersions::new(held)).endpoint(compute);
    bus.serve(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server);
    let again = migrate("a", "b", &seen);
    assert_eq!((again.outcome, &again.reason), (ended.outcome, &ended.reason));
    serve(&finalities);
    for finality in &finalities {
        assert!(finality.decide() && !finality.decide());
    }
    let ended = migrate("a", "b", &seen);
    assert_eq!(ended.outcome, Outcome::Migrated, "{}", ended.reason);
    assert_eq!(seen.lock().unwrap().last().map(String::as_str), Some("1.0"));
    assert_eq!(world.srs("b").len(), world.instance.block_device_mapping.len());
}
