use std::sync::Arc;

use serde_json::value::RawValue;

use super::{IndirectionApi, ObjectActions, RpcIndirectionApi};
use crate::rpc::{
    Address, Answer, Args, BoxFuture, CallContext, CallError, Client, Endpoint, InProcess, Payload, Server,
};
use crate::version::Manifest;

/// Both sides of an indirection in one process, for tests: whatever passes is written and read on the way
/// (`FakeIndirectionAPI`).
pub struct FakeIndirectionApi {
    near: RpcIndirectionApi,
    /// Keeps the far side alive.
    _bus: InProcess,
}

impl FakeIndirectionApi {
    /// Methods run on that side.
    pub fn new(actions: ObjectActions) -> Self {
        const TOPIC: &str = "conductor";
        let version = Endpoint::version(&actions);
        let bus = InProcess::new();
        bus.serve(TOPIC, Server::new(TOPIC).endpoint(actions));
        let client = Client::new(Arc::new(bus.connect("test")), Address::server(TOPIC, TOPIC));
        FakeIndirectionApi { near: RpcIndirectionApi::new(client.version(version)), _bus: bus }
    }
}

impl IndirectionApi for FakeIndirectionApi {
    fn object_action<'a>(
        &'a self,
        context: &'a CallContext,
        object: Payload,
        method: &'a str,
        args: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        self.near.object_action(context, object, method, args)
    }

    fn object_class_action_versions<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a str,
        method: &'a str,
        manifest: &'a Manifest,
        args: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        self.near.object_class_action_versions(context, object, method, manifest, args)
    }

    fn object_backport_versions<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a RawValue,
        manifest: &'a Manifest,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        self.near.object_backport_versions(context, object, manifest)
    }
}
