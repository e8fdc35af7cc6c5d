use serde::Serialize;
use serde_json::value::RawValue;

use super::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload};
use crate::version::Version;

/// The argument stays as it came: it may be nested deeper than a tree of it could be.
#[derive(Serialize)]
struct Pong<'a> {
    service: &'a str,
    arg: &'a RawValue,
}

const PING: &str = "ping";
const BACKDOOR: &str = "get_backdoor_port";

/// The methods that every service of nova answers (`nova.baserpc.BaseRPCAPI`).
#[derive(Clone, Debug)]
pub struct BaseRpc {
    service: String,
}

impl BaseRpc {
    /// The part of each service's API that it is.
    pub const NAMESPACE: &str = "baseapi";

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
