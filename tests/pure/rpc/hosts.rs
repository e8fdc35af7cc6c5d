//! Two hosts, and what they offer each other.

use std::sync::{Arc, Mutex};

use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, Hop, HopKind, InProcess,
    ObjectVersions, Observer, Payload, Server, Transport,
};
use versioned_objects::{Target, Version};

use super::objects::{Careless, MigrateData, Volume};

pub fn registry() -> Registry {
    Registry::new().with::<MigrateData>().with::<Volume>().with::<Careless>()
}

pub fn held(name: &str, version: Version) -> Arc<Registry> {
    Arc::new(registry().held_to(name, version).unwrap())
}

/// What every host here does.
pub struct Compute {
    pub registry: Arc<Registry>,
}

impl Compute {
    async fn serve(&self, method: &str, mut args: Args, context: &CallContext) -> Result<Payload, Failure> {
        match method {
            "echo" => {
                let a: serde_json::Value = args.take_plain("a")?;
                args.finish()?;
                Ok(Payload::plain(&a)?)
            }
            "who" => {
                args.finish()?;
                Ok(Payload::plain(&context.get::<String>("user_id"))?)
            }
            "give_back" => {
                let data: MigrateData = args.take("data", &self.registry)?;
                args.finish()?;
                Ok(Payload::of(&data, Target::Own)?)
            }
            "keep" => {
                let data: Careless = args.take("data", &self.registry)?;
                args.finish()?;
                Ok(Payload::of(&data, Target::Own)?)
            }
            "refuse" => {
                let failure = Failure::new("nova.exception", "MigrationPreCheckError", "no");
                Err(failure.with("reason", "since"))
            }
            "pass_on" => {
                let mut data: MigrateData = args.take("data", &self.registry)?;
                data.origin.forget();
                let elsewhere =
                    Failure::new("oslo_versionedobjects.exception", "IncompatibleObjectVersion", "");
                Err(elsewhere.with("objname", "Careless").with("objver", "1.1").with("supported", "1.0"))
            }
            "hang" => std::future::pending().await,
            _ => Err(Failure::no_such_method(method)),
        }
    }
}

impl Endpoint for Compute {
    fn version(&self) -> Version {
        Version::new(6, 5)
    }

    fn methods(&self) -> &[&str] {
        &["echo", "who", "give_back", "keep", "refuse", "pass_on", "hang", "_secret"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(self.serve(method, args, context))
    }
}

/// All messages, as the hosts told of them.
#[derive(Clone, Default)]
pub struct Log(Arc<Mutex<Vec<Hop>>>);

impl Log {
    pub fn observer(&self) -> Observer {
        let hops = Arc::clone(&self.0);
        Arc::new(move |hop| hops.lock().unwrap().push(hop))
    }

    /// Each message in a line, and forgotten.
    pub fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().drain(..).map(|hop| line(&hop)).collect()
    }
}

fn line(hop: &Hop) -> String {
    assert!(hop.bytes > 0);
    let arrow = match hop.kind {
        HopKind::Request => "->",
        HopKind::Failure => "-x",
        _ => "=>",
    };
    let mut line = format!("{} {arrow} {} {}", hop.from, hop.to, hop.method);
    for sent in &hop.sent {
        line.push_str(&format!(" {} {}", sent.object, sent.version));
        for loss in &sent.dropped {
            line.push_str(&format!(" -{}", loss.path));
        }
    }
    line
}

/// A host that announces its versions.
pub fn serve(bus: &InProcess, host: &str, registry: &Arc<Registry>, log: &Log) {
    let server = Server::new(host)
        .endpoint(Compute { registry: Arc::clone(registry) })
        .endpoint(ObjectVersions::new(Arc::clone(registry)))
        .observer(log.observer());
    bus.serve("compute", server);
}

/// A host that announces nothing.
pub fn serve_silently(bus: &InProcess, host: &str, registry: &Arc<Registry>, log: &Log) {
    let server =
        Server::new(host).endpoint(Compute { registry: Arc::clone(registry) }).observer(log.observer());
    bus.serve("compute", server);
}

pub fn client(bus: &InProcess, from: &str, to: &str, log: &Log) -> Client {
    let transport: Arc<dyn Transport> = Arc::new(bus.connect(from));
    Client::new(transport, Address::server("compute", to))
        .version(Version::new(6, 0))
        .observer(log.observer())
}
