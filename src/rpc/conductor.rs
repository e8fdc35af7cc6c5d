use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{
    Address, Answer, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, Payload, Transport,
};
use crate::registry::Registry;
use crate::version::{Manifest, Target, Version};

const TOPIC: &str = "conductor";
const VERSION: Version = Version::new(3, 0);
const BACKPORT: &str = "object_backport_versions";

/// The methods of a conductor: it writes an object anew for a host that doesn't read the version that it got
/// (`nova.conductor.manager.ConductorManager`).
///
/// It reads what its registry reads, which has to be as new as the newest host. What it can't read it refuses; it
/// asks nobody else.
#[derive(Clone, Debug)]
pub struct Conductor {
    registry: Arc<Registry>,
}

impl Conductor {
    /// What conductors listen to.
    pub const TOPIC: &str = TOPIC;

    /// A conductor that knows these objects.
    pub fn new(registry: Arc<Registry>) -> Self {
        Conductor { registry }
    }

    fn object_backport_versions(&self, mut args: Args) -> Result<Payload, Failure> {
        let object = args.take_any("objinst", &self.registry)?;
        let manifest: Manifest = args.take_plain("object_versions")?;
        args.finish()?;
        let name = object.name().to_owned();
        if manifest.get(&name).is_none() {
            return Err(Failure::new("builtins", "KeyError", format!("'{name}'")));
        }
        Ok(Payload::of(&object, Target::Manifest(&manifest))?)
    }
}

impl Endpoint for Conductor {
    fn version(&self) -> Version {
        VERSION
    }

    fn methods(&self) -> &[&str] {
        &[BACKPORT]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            match method {
                BACKPORT => self.object_backport_versions(args),
                _ => Err(Failure::no_such_method(method)),
            }
        })
    }
}

/// Asks conductors (`nova.conductor.api.API`).
#[derive(Clone)]
pub struct ConductorApi {
    client: Client,
}

impl ConductorApi {
    /// Asks them over this transport.
    pub fn new(transport: Arc<dyn Transport>) -> Self {
        ConductorApi { client: Client::new(transport, Address::topic(TOPIC)).version(VERSION) }
    }

    /// The same by another client: with another time-out, a cap, an observer.
    pub fn with_client(self, change: impl FnOnce(Client) -> Client) -> Self {
        ConductorApi { client: change(self.client) }
    }

    /// An object as it came, written anew in the versions that the manifest says.
    ///
    /// # Errors
    /// Where no conductor answers, or the one that does can't do it.
    pub async fn object_backport_versions(
        &self,
        context: &CallContext,
        objinst: &RawValue,
        object_versions: &Manifest,
    ) -> Result<Answer, CallError> {
        let mut args = Args::new();
        args.insert_plain("objinst", objinst)?;
        args.insert_plain("object_versions", object_versions)?;
        self.client.call(BACKPORT, args, context).await
    }

    /// Whether a conductor is there: it gives the argument back, with its name.
    ///
    /// # Errors
    /// Where none answers.
    pub async fn ping(&self, context: &CallContext, arg: &str) -> Result<Value, CallError> {
        let mut args = Args::new();
        args.insert_plain("arg", arg)?;
        let client = self.client.of_api(BaseRpc::NAMESPACE, Version::new(1, 0));
        client.call(PING, args, context).await?.read_plain()
    }
}

impl fmt::Debug for ConductorApi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConductorApi").field("client", &self.client).finish()
    }
}

/// The argument stays as it came: it may be nested deeper than a tree of it could be.
#[derive(Serialize)]
struct Pong<'a> {
    service: &'a str,
    arg: &'a RawValue,
}

const PING: &str = "ping";
const BACKDOOR: &str = "get_backdoor_port";

/// What every service of nova answers (`nova.baserpc.BaseRPCAPI`): whether it is there.
#[derive(Clone, Debug)]
pub struct BaseRpc {
    service: String,
}

impl BaseRpc {
    const NAMESPACE: &str = "baseapi";

    /// For a service of that name.
    pub fn new(service: impl Into<String>) -> Self {
        BaseRpc { service: service.into() }
    }
}

impl Endpoint for BaseRpc {
    fn namespace(&self) -> Option<&str> {
        Some(Self::NAMESPACE)
    }

    fn version(&self) -> Version {
        Version::new(1, 1)
    }

    fn methods(&self) -> &[&str] {
        &[PING, BACKDOOR]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            match method {
                PING => {
                    let arg: Box<RawValue> = args.take_plain("arg")?;
                    args.finish()?;
                    Ok(Payload::plain(&Pong { service: &self.service, arg: &arg })?)
                }
                BACKDOOR => {
                    args.finish()?;
                    Ok(Payload::null())
                }
                _ => Err(Failure::no_such_method(method)),
            }
        })
    }
}
