//! A conductor that writes objects anew, and runs their methods, for hosts on the broker.

use std::sync::Arc;
use std::time::Duration;

use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use versioned_objects::nova::objects::XenapiLiveMigrateData;
use versioned_objects::nova::{conductor, registry};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BaseRpc, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, IndirectionApi,
    ObjectContext, ObjectSerializer, Payload, Server, Serving,
};
use versioned_objects::{Field, Manifest, Version, VersionedObject, remotable};

use super::host::{call, connect};

const NAME: &str = "XenapiLiveMigrateData";

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, namespace = "nova", serial_namespace = "nova_object", versions("1.0"), remotable)]
struct Service {
    host: Field<String>,
    report_count: Field<i64>,
}

#[remotable]
impl Service {
    async fn get_by_host(context: &ObjectContext, host: String) -> Result<Service, CallError> {
        Ok(Service { host: Field::unchanged(host), report_count: Field::unchanged(1) })
    }

    async fn report(&mut self, context: &ObjectContext) -> Result<bool, CallError> {
        let count = self.report_count.get().copied().unwrap_or(0);
        self.report_count = Field::unchanged(count + 1);
        Ok(true)
    }
}

async fn serve() -> Serving {
    let manager = conductor::manager(Arc::new(registry().with::<Service>())).with::<Service>();
    let server = Server::new("conductor-a").endpoint(manager).endpoint(BaseRpc::new(conductor::TOPIC));
    connect("conductor-a").await.serve(conductor::TOPIC, server).await.unwrap()
}

fn newer(version: &str) -> Value {
    json!({
        "nova_object.name": NAME, "nova_object.namespace": "nova", "nova_object.version": version,
        "nova_object.data": {"block_migration": true, "sr_uuid_naming_convention_map": {"v": "old-style"}},
    })
}

fn raw(value: &Value) -> Box<RawValue> {
    to_raw_value(value).unwrap()
}

/// A host of the old release that has a conductor.
struct Old {
    registry: Arc<Registry>,
    serializer: ObjectSerializer,
}

impl Endpoint for Old {
    fn methods(&self) -> &[&str] {
        &["version"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let data: Box<RawValue> = args.take_plain("data")?;
            let data: XenapiLiveMigrateData = self.serializer.deserialize(context, &data).await?;
            assert_eq!(self.registry.versions(NAME), [Version::new(0, 1)]);
            Ok(Payload::plain(&data.origin.version().map(|version| version.to_string()))?)
        })
    }
}

#[tokio::test]
async fn a_conductor_works_for_hosts_of_any_release() {
    let _serving = serve().await;
    let transport = Arc::new(connect("old").await);
    let api = Arc::new(conductor::api(Arc::clone(&transport) as _));
    let context = CallContext::new();
    let client = Client::new(Arc::clone(&transport) as _, Address::topic(conductor::TOPIC));
    let base = client.namespace(BaseRpc::NAMESPACE).timeout(Duration::from_secs(10));
    let pong = call(&base, "ping", json!({"arg": "1.21 GigaWatts"})).await.unwrap();
    assert_eq!(pong, json!({"service": "conductor", "arg": "1.21 GigaWatts"}));

    let manifest = |version| [(NAME, version)].into_iter().collect::<Manifest>();
    let (old, none) = (manifest(Version::new(0, 1)), Manifest::new());
    let answer = api.object_backport_versions(&context, &raw(&newer("1.0")), &old).await.unwrap();
    let written: Value = answer.read_plain().unwrap();
    assert_eq!(written["nova_object.version"], "0.1");
    assert_eq!(written["nova_object.data"], json!({"block_migration": true}));
    let beyond = manifest(Version::new(9, 0));
    // What arrived isn't lifted: a peer that reads more changes nothing.
    let answer = api.object_backport_versions(&context, &raw(&newer("1.0")), &beyond).await.unwrap();
    assert_eq!(answer.read_plain::<Value>().unwrap()["nova_object.version"], "1.0");
    for (version, manifest, class) in [("1.0", &none, "KeyError"), ("7.0", &old, "IncompatibleObjectVersion")]
    {
        let error =
            api.object_backport_versions(&context, &raw(&newer(version)), manifest).await.unwrap_err();
        assert!(error.as_remote().unwrap().is(class), "{error}");
    }

    let registry = Arc::new(registry().held_to(NAME, Version::new(0, 1)).unwrap());
    let serializer = ObjectSerializer::new(Arc::clone(&registry)).through(Arc::clone(&api) as _);
    let host = connect("old-host").await;
    let server = Server::new("old-host").endpoint(Old { registry, serializer });
    let _host = host.serve("old", server).await.unwrap();
    let client = Client::new(transport, Address::server("old", "old-host"));
    assert_eq!(call(&client, "version", json!({"data": newer("1.0")})).await.unwrap(), "0.1");

    let here = Arc::new(Registry::new().with::<Service>());
    let context = ObjectContext::new(here).called_by(CallContext::new()).through(api);
    let mut service = Service::get_by_host(&context, "xen-a".to_owned()).await.unwrap();
    assert!(service.report(&context).await.unwrap());
    assert_eq!((service.host.get().unwrap().as_str(), service.report_count.get()), ("xen-a", Some(&2)));
}
