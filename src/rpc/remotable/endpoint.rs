//! The far side: methods of objects, dispatched by name.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use serde_json::value::RawValue;

use super::call::{WHAT_CHANGED, no_such};
use super::parameters::parameters;
use super::{MethodArgs, ObjectContext, Remotable};
use crate::error::Error;
use crate::field::Encoded;
use crate::object::{Fields, Object, Origin, same_value};
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::rpc::json::raw;
use crate::rpc::payload::{lowered, read};
use crate::rpc::{Args, BoxFuture, CallContext, Endpoint, Failure, Payload};
use crate::schema::ObjectSchema;
use crate::version::{Manifest, Target, Version};

/// The endpoint that runs methods of objects for others, and writes objects in older versions for them: what
/// nova's conductor has of the indirection API.
pub struct ObjectActions {
    context: ObjectContext,
    version: Version,
    objects: BTreeMap<String, Vec<Box<dyn Dispatch>>>,
}

const METHODS: &[&str] = &["object_action", "object_class_action_versions", "object_backport_versions"];

impl ObjectActions {
    /// Without methods, but for backports of all that the context's registry knows. Methods are called with this
    /// context and the caller of each request.
    pub fn new(context: ObjectContext) -> Self {
        ObjectActions { context, version: Version::new(1, 0), objects: BTreeMap::new() }
    }

    /// The version of the API that the methods are part of; 1.0, where none is said.
    pub fn of_version(mut self, version: Version) -> Self {
        self.version = version;
        self
    }

    /// Runs the methods of an object.
    pub fn with<O: Remotable>(mut self) -> Self {
        let versions = self.objects.entry(O::SCHEMA.name.to_string()).or_default();
        versions.push(Box::new(Of::<O>(PhantomData)));
        newest_first(versions);
        self
    }

    /// Runs the methods of an object that has a schema and no Rust type, in each of its registered versions.
    ///
    /// # Errors
    /// Where the context's registry has no such object, and where its schema has no method of a body's name and kind.
    #[cfg(feature = "dynamic")]
    pub fn with_dynamic(mut self, methods: super::DynamicMethods) -> Result<Self, Error> {
        let name = methods.object().to_owned();
        let schemas = self.context.registry().entries_of(&name)?.iter().map(|entry| entry.schema.clone());
        let read = schemas.filter(|schema| matches!(schema, crate::schema::Shared::Owned(_)));
        let of_versions = methods.of(read.collect())?;
        let versions = self.objects.entry(name).or_default();
        versions.extend(of_versions);
        newest_first(versions);
        Ok(self)
    }

    /// The object of that name: the newest one that had that version.
    fn object(&self, name: &str, version: Version, method: &str) -> Result<&dyn Dispatch, Failure> {
        // One without any method is known all the same.
        let schema = self.context.registry().schema(name)?;
        let objects = self.objects.get(name).map_or(&[][..], Vec::as_slice);
        let reads = |object: &dyn Dispatch| {
            let schema = object.schema();
            schema.has_version(version) || schema.current().reads(version)
        };
        let mut all = objects.iter().map(|object| &**object);
        let found = all.find(|object| reads(*object)).or(objects.first().map(|newest| &**newest));
        found.ok_or_else(|| no_such(schema, method))
    }

    async fn action(&self, mut args: Args, context: &ObjectContext) -> Result<Payload, Failure> {
        let object: Box<RawValue> = args.take_plain("objinst")?;
        let (method, arguments) = of_method(&mut args)?;
        args.finish()?;
        let registry = context.registry();
        let any = decode(&object, registry)?;
        let version = any.origin().and_then(|origin| origin.version()).unwrap_or(any.schema().current());
        let arguments = of_release(registry, any.name(), &method, false, arguments)?;
        self.object(any.name(), version, &method)?.action(object, &method, arguments, context).await
    }

    async fn class_action(&self, mut args: Args, context: &ObjectContext) -> Result<Payload, Failure> {
        let name: String = args.take_plain("objname")?;
        let (method, arguments) = of_method(&mut args)?;
        let manifest: Manifest = args.take_plain("object_versions")?;
        args.finish()?;
        let version = version_of(&manifest, &name)?;
        let manifest = readable(&manifest, context.registry());
        let arguments = of_release(context.registry(), &name, &method, true, arguments)?;
        self.object(&name, version, &method)?
            .class_action(&method, arguments, context, Target::Manifest(&manifest))
            .await
    }

    fn backport(mut args: Args, registry: &Registry) -> Result<Payload, Failure> {
        let object: Box<RawValue> = args.take_plain("objinst")?;
        let manifest: Manifest = args.take_plain("object_versions")?;
        args.finish()?;
        let object = decode(&object, registry)?;
        let version = version_of(&manifest, object.name())?;
        let manifest = readable(&manifest, registry);
        // The object itself is written as asked for, or not at all.
        Ok(Payload::of(&object, Target::Version(version, Some(&manifest)))?)
    }
}

/// The arguments of a method as the older release takes them that the host still is one of: that release refuses a
/// method that came later, and an argument that did.
fn of_release(
    registry: &Registry,
    name: &str,
    method: &str,
    is_class: bool,
    arguments: MethodArgs,
) -> Result<MethodArgs, Failure> {
    let Some(schema) = registry.released(name) else { return Ok(arguments) };
    let parameters = parameters(schema, method, is_class).ok_or_else(|| no_such(schema, method).unbegun())?;
    Ok(MethodArgs::from(&parameters.bind(method, arguments)?))
}

/// Reads the object of a call, before anything of the call is done.
fn decode(object: &RawValue, registry: &Registry) -> Result<AnyObject, Failure> {
    registry.decode_json(object.get().as_bytes()).map_err(|error| Failure::from(error).unbegun())
}

/// The version in which the caller reads the object that it asks for.
fn version_of(manifest: &Manifest, name: &str) -> Result<Version, Failure> {
    manifest.get(name).ok_or_else(|| {
        Failure::new("builtins", "KeyError", format!("object_versions has no version of {name}"))
    })
}

fn newest_first(versions: &mut [Box<dyn Dispatch>]) {
    versions.sort_by_key(|object| std::cmp::Reverse(object.schema().current()));
}

/// Versions that another host reads, as far as this one has them: nothing is written newer than it is here.
fn readable(theirs: &Manifest, registry: &Registry) -> Manifest {
    let least = |(name, version)| {
        let ours = registry.manifest().get(name);
        (
            name,
            ours.filter(|ours| ours.major() == Version::major(version))
                .map_or(version, |ours| ours.min(version)),
        )
    };
    theirs.iter().map(least).collect()
}

fn of_method(args: &mut Args) -> Result<(String, MethodArgs), Failure> {
    let method = args.take_plain("objmethod")?;
    let positional = args.take_plain("args")?;
    let named = args.take_plain("kwargs")?;
    Ok((method, MethodArgs { positional, named }))
}

impl Endpoint for ObjectActions {
    fn version(&self) -> Version {
        self.version
    }

    fn methods(&self) -> &[&str] {
        METHODS
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        caller: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let context = self.context.clone().called_by(caller.clone());
            match method {
                "object_action" => self.action(args, &context).await,
                "object_class_action_versions" => self.class_action(args, &context).await,
                "object_backport_versions" => Self::backport(args, context.registry()),
                _ => Err(Failure::no_such_method(method)),
            }
        })
    }
}

/// An object whose methods are called by name, its type forgotten.
pub(super) trait Dispatch: Send + Sync {
    fn schema(&self) -> &ObjectSchema;

    fn action<'a>(
        &'a self,
        object: Box<RawValue>,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>>;

    fn class_action<'a>(
        &'a self,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
        target: Target<'a>,
    ) -> BoxFuture<'a, Result<Payload, Failure>>;
}

struct Of<O>(PhantomData<fn() -> O>);

impl<O: Remotable> Dispatch for Of<O> {
    fn schema(&self) -> &ObjectSchema {
        O::SCHEMA
    }

    fn action<'a>(
        &'a self,
        object: Box<RawValue>,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let mut object: O = read(&object, context.registry())?;
            let before = values(&object)?;
            let result = object.call(method, arguments, context).await?;
            answer(&before, &object, result, context)
        })
    }

    fn class_action<'a>(
        &'a self,
        method: &'a str,
        arguments: MethodArgs,
        context: &'a ObjectContext,
        target: Target<'a>,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        O::call_class(method, arguments, context, target)
    }
}

/// The values of all fields, as far as they are set.
pub(super) fn values<O: Fields>(object: &O) -> Result<Vec<Option<Primitive>>, Error> {
    (0..object.schema_of().fields.len()).map(|index| object.value_at(index).transpose()).collect()
}

/// The answer to a call of an object's method: what it changed, and its result.
pub(super) fn answer<O: Fields + Object>(
    before: &[Option<Primitive>],
    after: &O,
    result: Payload,
    context: &ObjectContext,
) -> Result<Payload, Failure> {
    let (result, _) = result.into_parts();
    Ok(Payload::plain(&(updates(before, after, context)?, result))?)
}

/// Changes that a method made to its object: the fields that it set to another value, and which count as changed now. What
/// it took away isn't told, as in the reference. Fields go by the names and in the forms of the version that the object
/// came in, since that is what the caller has, and objects in them in versions that it reads.
fn updates<O: Fields + Object>(
    before: &[Option<Primitive>],
    after: &O,
    context: &ObjectContext,
) -> Result<BTreeMap<String, Box<RawValue>>, Error> {
    let fields = &after.schema_of().fields;
    let is_other = |(index, old): (usize, &Option<Primitive>)| -> Option<Result<usize, Error>> {
        let new = match after.value_at(index)? {
            Ok(new) => new,
            Err(error) => return Some(Err(error)),
        };
        let ty = &fields.get(index)?.ty;
        old.as_ref().is_none_or(|old| !same_value(ty, old, &new)).then_some(Ok(index))
    };
    let set: Vec<usize> = before.iter().enumerate().filter_map(is_other).collect::<Result<_, _>>()?;
    let version = after.origin().and_then(Origin::version).unwrap_or(after.schema().current());
    let name = |index: usize| fields.get(index).map(|field| field.form_at(version).name);
    let mut updates = BTreeMap::new();
    if !set.is_empty() {
        let written = written(after, context)?;
        let data = written.get(&after.schema().keys.data);
        for name in set.into_iter().filter_map(name) {
            if let Some(value) = data.and_then(|data| data.get(name)) {
                updates.insert(name.to_owned(), raw(value)?);
            }
        }
    }
    let changed: Vec<&str> = after.changed_indexes().into_iter().filter_map(name).collect();
    updates.insert(WHAT_CHANGED.to_owned(), raw(&changed)?);
    Ok(updates)
}

/// The object as its caller reads it: in the version that it came in, with those inside it in none that is newer than the
/// host's release, or than what the caller told.
fn written<O: Object>(object: &O, context: &ObjectContext) -> Result<Primitive, Error> {
    let registry = context.registry();
    let target = if registry.is_held() { Target::Inside(registry.manifest()) } else { Target::Own };
    let lowered = match context.caller() {
        Some(caller) => lowered(object, target, caller, registry)?,
        None => None,
    };
    let target = lowered.as_ref().map_or(target, Target::Inside);
    Primitive::of(&Encoded::new(object, &target))
}
