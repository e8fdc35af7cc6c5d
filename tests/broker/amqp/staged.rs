//! Over the broker, a host of a new release is one of the old one until that is made final.

use std::sync::{Arc, Mutex};

use versioned_objects::Version;
use versioned_objects::nova::block_device::Instance;
use versioned_objects::nova::compute::{ComputeApi, ComputeEndpoint, Outcome};
use versioned_objects::nova::conductor::live_migrate;
use versioned_objects::nova::objects::XenapiLiveMigrateData;
use versioned_objects::nova::registry;
use versioned_objects::nova::virt::xenapi::SimulatedXenServer;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Amqp, Args, BoxFuture, CallContext, Earlier, Endpoint, Failure, Finality, Negotiation,
    ObjectVersions, Payload, Server, Staged, Versions,
};

use support::broker;
use support::hypervisors::{HOSTS, World, endpoint};

use super::host::{client, connect, options};

/// Reads migration data, and tells which version they came in; `read_more` came with the new release.
struct Reads {
    registry: Arc<Registry>,
}

impl Endpoint for Reads {
    fn version(&self) -> Version {
        Version::new(1, 1)
    }

    fn methods(&self) -> &[&str] {
        &["read", "read_more"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let data: XenapiLiveMigrateData = args.take("data", &self.registry)?;
            args.finish()?;
            Ok(Payload::plain(&data.origin.version().map(|version| version.to_string()))?)
        })
    }
}

#[tokio::test]
async fn a_host_speaks_the_old_release_until_it_is_final() {
    let name = "XenapiLiveMigrateData";
    let now = registry();
    let old = versioned_objects::check::Locks::of(&now);
    let old: Vec<_> = old
        .iter()
        .filter_map(
            |(object, lock)| if object == name { lock.at(Version::new(0, 1)) } else { Some(lock.clone()) },
        )
        .collect();
    let then = now.as_released(old.iter().map(|lock| lock.schema())).unwrap();
    let finality = Finality::new();
    let endpoint = |registry: &Registry| Reads { registry: Arc::new(registry.clone()) };
    let before: Arc<dyn Endpoint> = Arc::new(Earlier::new(endpoint(&then), Version::new(1, 0), ["read"]));
    let after: Arc<dyn Endpoint> = Arc::new(endpoint(&now));
    let versions = Staged::new(&finality, then.clone(), now.clone());
    let server = Server::new("b")
        .endpoint(versions.map(|registry| ObjectVersions::new(Arc::new(registry))))
        .endpoint(Staged::new(&finality, before, after));
    let _serving = connect("b").await.serve("staged", server).await.unwrap();

    let client = client(Address::server("staged", "b")).await;
    let data = XenapiLiveMigrateData { block_migration: Some(true).into(), ..Default::default() };
    let seen = Arc::new(Mutex::new(Vec::new()));
    let ask = async |version: Version, method: &str| {
        let negotiation = Negotiation::at_first_contact(Arc::new(registry()));
        let client = client.clone().version(version);
        let context = CallContext::new();
        let announced = client.clone().namespace("ovo").version(Version::new(1, 0));
        let announced = announced.call("object_versions", Args::new(), &context).await.unwrap();
        seen.lock().unwrap().push(announced.read_plain::<Versions>().unwrap().get(name).to_vec());
        let called =
            negotiation.call(&client, method, &context, |args, target| args.insert("data", &data, target));
        called.await.map(|answer| answer.as_json().to_owned()).map_err(|error| error.to_string())
    };
    let (first, second) = (Version::new(1, 0), Version::new(1, 1));
    assert_eq!(ask(first, "read").await.as_deref(), Ok(r#""0.1""#));
    assert!(ask(second, "read").await.unwrap_err().contains("UnsupportedVersion"));
    assert!(ask(first, "read_more").await.unwrap_err().contains("NoSuchMethod"));
    // What a newer host would send it in the new version is refused, with the version that is read.
    let mut args = Args::new();
    args.insert("data", &data, versioned_objects::Target::Own).unwrap();
    let refused = client.call("read", args, &CallContext::new()).await.unwrap_err();
    assert!(refused.to_string().contains("supported version is 0.1"), "{refused}");
    assert!(finality.decide());
    assert_eq!(ask(second, "read_more").await.as_deref(), Ok(r#""1.0""#));
    let seen = seen.lock().unwrap();
    assert_eq!(seen.first().map(Vec::len), Some(1));
    assert_eq!(seen.last().map(Vec::len), Some(2));
}

/// The live migration over the broker: nothing of the new release is sent until it is final, and then it succeeds where the
/// old release couldn't tell the names of both hosts.
#[tokio::test(flavor = "multi_thread")]
async fn the_live_migration_is_of_the_old_release_until_it_is_final() {
    let now = registry();
    let then = registry().held_to("XenapiLiveMigrateData", Version::new(0, 1)).unwrap();
    let (world, finality) = (World::of_the_scenario(), Finality::new());
    let link = async |host: &str| {
        Arc::new(Amqp::connect(&broker::url(), host, options().exchange("staged")).await.unwrap())
    };
    let mut serving = Vec::new();
    for host in HOSTS {
        let transport = link(host).await;
        let registries = Staged::new(&finality, Arc::new(then.clone()), Arc::new(now.clone()));
        let compute = registries.clone().map(|registry| endpoint(&world, host, transport.clone(), registry));
        let versions = registries.map(ObjectVersions::new);
        let server = Server::new(host).endpoint(versions).endpoint(compute);
        serving.push(transport.serve(ComputeEndpoint::<SimulatedXenServer>::TOPIC, server).await.unwrap());
    }
    let caller = link("conductor").await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let migrate = async || {
        let hops = Arc::clone(&seen);
        let observer = Arc::new(move |hop: versioned_objects::rpc::Hop| {
            hops.lock().unwrap().extend(hop.sent.iter().map(|sent| sent.version.clone()));
        });
        let api = ComputeApi::new(caller.clone(), Arc::new(now.clone())).observer(observer);
        let instance = Instance { host: HOSTS[0].to_owned(), ..world.instance.clone() };
        live_migrate(&api, &CallContext::new(), &instance, HOSTS[1]).await
    };
    let ended = migrate().await;
    assert_eq!(ended.outcome, Outcome::RolledBack, "{}", ended.reason);
    assert!(seen.lock().unwrap().iter().all(|version| version == "0.1"), "{seen:?}");
    assert!(finality.decide());
    let ended = migrate().await;
    assert_eq!(ended.outcome, Outcome::Migrated, "{}", ended.reason);
    assert_eq!(seen.lock().unwrap().last().map(String::as_str), Some("1.0"));
    assert_eq!(world.srs(HOSTS[1]).len(), world.instance.block_device_mapping.len());
}
