use serde_json::value::RawValue;

use super::super::{Answer, Args, BoxFuture, CallContext, CallError, Client, Failure, Payload};
use crate::error::Error;
use crate::version::{Manifest, Version};

/// Where methods of objects run that don't run here (`VersionedObjectIndirectionAPI`).
///
/// A project that reaches its conductor in another way than [`RpcIndirectionApi`] does implements it.
pub trait IndirectionApi: Send + Sync {
    /// Calls a method of an object, and answers with `[updates, result]`: the fields that it changed by name, and
    /// in `obj_what_changed` the names of those that count as changed (`object_action`).
    fn object_action<'a>(
        &'a self,
        context: &'a CallContext,
        object: Payload,
        method: &'a str,
        args: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>>;

    /// Calls a method of a class, and answers with its result, objects in the versions of the manifest
    /// (`object_class_action_versions`).
    fn object_class_action_versions<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a str,
        method: &'a str,
        manifest: &'a Manifest,
        args: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>>;

    /// The older form of that, for the other side that answers it with `NotImplementedError`
    /// (`object_class_action`).
    fn object_class_action<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a str,
        method: &'a str,
        version: Version,
        args: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        let _ = (context, object, version, args);
        Box::pin(async move { Err(not_implemented(method)) })
    }

    /// Writes an object in older versions, which came in one that isn't read here (`object_backport_versions`).
    fn object_backport_versions<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a RawValue,
        manifest: &'a Manifest,
    ) -> BoxFuture<'a, Result<Answer, CallError>>;

    /// The older form of that (`object_backport`).
    fn object_backport<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a RawValue,
        version: Version,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        let _ = (context, object, version);
        Box::pin(async move { Err(not_implemented("object_backport")) })
    }
}

fn not_implemented(method: &str) -> CallError {
    Failure::not_implemented(format!("{method} is not implemented")).into()
}

/// Methods run on the host that a client calls, which has [`ObjectActions`](super::ObjectActions): nova's
/// conductor.
#[derive(Clone, Debug)]
pub struct RpcIndirectionApi {
    client: Client,
}

impl RpcIndirectionApi {
    /// Methods run where the client calls.
    pub fn new(client: Client) -> Self {
        RpcIndirectionApi { client }
    }

    async fn call(
        &self,
        context: &CallContext,
        method: &str,
        args: Result<Args, Error>,
    ) -> Result<Answer, CallError> {
        self.client.call(method, args?, context).await
    }
}

/// The arguments of the call itself, and in it those of the object's method, all by name.
fn of_method(method: &str, own: &Args) -> Result<Args, Error> {
    let mut args = Args::new();
    if let Some(reads) = own.reads() {
        args.reading(std::sync::Arc::clone(reads));
    }
    args.insert_plain("objmethod", method)?;
    args.insert_plain("args", &[(); 0])?;
    let named: std::collections::BTreeMap<&str, &RawValue> = own.raw().collect();
    args.insert_plain("kwargs", &named)?;
    Ok(args)
}

impl IndirectionApi for RpcIndirectionApi {
    fn object_action<'a>(
        &'a self,
        context: &'a CallContext,
        object: Payload,
        method: &'a str,
        own: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        let args = of_method(method, &own).map(|mut args| {
            args.insert_payload("objinst", object);
            args
        });
        Box::pin(self.call(context, "object_action", args))
    }

    fn object_class_action_versions<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a str,
        method: &'a str,
        manifest: &'a Manifest,
        own: Args,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        let args = of_method(method, &own).and_then(|mut args| {
            args.insert_plain("objname", object)?;
            args.insert_plain("object_versions", manifest)?;
            Ok(args)
        });
        Box::pin(self.call(context, "object_class_action_versions", args))
    }

    fn object_backport_versions<'a>(
        &'a self,
        context: &'a CallContext,
        object: &'a RawValue,
        manifest: &'a Manifest,
    ) -> BoxFuture<'a, Result<Answer, CallError>> {
        let mut args = Args::new();
        let args = args
            .insert_plain("objinst", object)
            .and_then(|()| args.insert_plain("object_versions", manifest))
            .map(|()| args);
        Box::pin(self.call(context, "object_backport_versions", args))
    }
}
