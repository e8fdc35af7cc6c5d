use crate::rpc::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload};

const PING: &str = "oslo_rpc_server_ping";

/// The endpoint of `rpc_ping_enabled`: whether requests of this topic are taken, dispatched and answered.
#[derive(Debug)]
pub(super) struct Ping;

impl Endpoint for Ping {
    fn methods(&self) -> &[&str] {
        &[PING]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            if method == PING { Ok(Payload::plain("pong")?) } else { Err(Failure::no_such_method(method)) }
        })
    }
}
