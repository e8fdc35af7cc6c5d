//! The near side: what `#[remotable]` writes in front of a method's own body.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::{IndirectionApi, ObjectContext, Remotable};
use crate::error::{Error, ErrorKind};
use crate::field::{Entity, FieldType};
use crate::object::{ByName as _, VersionedObject, apply};
use crate::rpc::{Answer, Args, CallContext, CallError, Failure, Payload, json, reads};
use crate::schema::{Literal, ObjectSchema};
use crate::shortened::Plain;
use crate::version::{Manifest, Target};
use crate::wire::intake::Settled;

/// Where a call goes, where it doesn't stay here.
pub struct Remote<'a> {
    caller: &'a CallContext,
    indirection: &'a Arc<dyn IndirectionApi>,
    reads: Manifest,
}

impl Remote<'_> {
    /// Tells the versions that are read here of the objects in a result of that type.
    pub fn reading<T: FieldType>(mut self, context: &ObjectContext) -> Self {
        reads::add(&T::TYPE, context.registry(), &mut self.reads);
        self
    }
}

/// Begins a call, and says whether it goes out.
///
/// # Errors
/// Where nobody calls.
pub fn begin<'a, O: VersionedObject>(
    context: &'a ObjectContext,
    method: &str,
) -> Result<Option<Remote<'a>>, CallError> {
    let object = &O::SCHEMA.name;
    let Some(caller) = context.caller() else {
        let message = format!("cannot call {method} on orphaned {object} object");
        return Err(Error::new(ErrorKind::OrphanedObject, message).of(object).into());
    };
    Ok(context.indirection().map(|indirection| Remote { caller, indirection, reads: Manifest::new() }))
}

/// Calls a method of the object on the other side, and makes its changes here.
///
/// # Errors
/// Where the call fails, or a change can't be made.
pub async fn act<O: Remotable>(
    object: &mut O,
    context: &ObjectContext,
    remote: Remote<'_>,
    method: &'static str,
    mut args: Args,
) -> Result<Answer, CallError> {
    let mut reads = remote.reads;
    O::SCHEMA.fields.iter().for_each(|field| reads::add(&field.ty, context.registry(), &mut reads));
    if !reads.is_empty() {
        args.reading(reads);
    }
    let payload = Payload::of(object, Target::Own)?;
    let answer = remote.indirection.object_action(remote.caller, payload, method, args).await?;
    let (updates, result): (BTreeMap<String, Box<RawValue>>, Box<RawValue>) = answer.read_plain()?;
    apply_updates(object, updates, context)?;
    Ok(Answer::new(method, result))
}

/// The key of the updates that isn't a field.
pub(super) const WHAT_CHANGED: &str = "obj_what_changed";

/// Makes the changes here that a method made on the other side: values first, then what counts as changed.
fn apply_updates<O: VersionedObject>(
    object: &mut O,
    updates: BTreeMap<String, Box<RawValue>>,
    context: &ObjectContext,
) -> Result<(), CallError> {
    let mut changed: Vec<String> = Vec::new();
    for (name, json) in updates {
        if O::index_of(&name).is_some() {
            apply(object, &name, json::read_any(&json)?, context.registry().decoding())?;
        } else if name == WHAT_CHANGED {
            changed = json::read_raw(&json)?;
        }
    }
    object.reset_own_changes();
    for index in changed.iter().filter_map(|name| O::index_of(name)) {
        Settled::mark_changed(object, index);
    }
    Ok(())
}

/// Calls a method of the class on the other side, which answers in the versions of this one's registry.
///
/// # Errors
/// Where the call fails.
pub async fn act_class<O: Remotable>(
    context: &ObjectContext,
    remote: Remote<'_>,
    method: &'static str,
    args: Args,
) -> Result<Answer, CallError> {
    let Remote { caller, indirection, .. } = remote;
    let name = &O::SCHEMA.name;
    let manifest = context.registry().tree(name)?;
    let answer =
        indirection.object_class_action_versions(caller, name, method, &manifest, args.clone()).await;
    match answer {
        Err(CallError::Remote(failure)) if failure.is("NotImplementedError") => {
            let version = manifest.get(name).unwrap_or(O::SCHEMA.current());
            indirection.object_class_action(caller, name, method, version, args).await
        }
        answer => answer,
    }
}

/// Refuses a method that has no body here, where no indirection is set.
pub fn remote_only<O: VersionedObject>(method: &str) -> CallError {
    let object = &O::SCHEMA.name;
    let message = format!("{method} of {object} runs on another host alone, and no indirection is set");
    Error::new(ErrorKind::ObjectAction, message).of(object).into()
}

/// Takes an argument of a call that came.
///
/// # Errors
/// Where there is none, or its type can't hold it.
pub fn argument<T: FieldType>(args: &mut Args, name: &str, context: &ObjectContext) -> Result<T, Failure> {
    args.take(name, context.registry())
}

/// Takes an argument of a call that came; where there is none, its default.
///
/// # Errors
/// Where its type can't hold it.
pub fn or_default<T: FieldType>(
    args: &mut Args,
    name: &str,
    default: &Literal,
    context: &ObjectContext,
) -> Result<T, Failure> {
    if !args.contains(name) {
        args.insert_plain(name, default)?;
    }
    argument(args, name, context)
}

/// Adds an argument to a call that goes out.
///
/// # Errors
/// Where it can't be written.
pub fn put<E: Entity>(args: &mut Args, name: &str, value: &E) -> Result<(), CallError> {
    Ok(args.insert(name, value, Target::Own)?)
}

/// Reads what a call gave that went out.
///
/// # Errors
/// Where the type can't hold it.
pub fn read_result<T: FieldType>(answer: &Answer, context: &ObjectContext) -> Result<T, CallError> {
    answer.read(context.registry())
}

/// Writes what a call gave that came.
///
/// # Errors
/// The method's own, and where its result can't be written.
pub fn give<T: Entity, E: Into<Failure>>(
    result: Result<T, E>,
    target: Target<'_>,
) -> Result<Payload, Failure> {
    let value = result.map_err(E::into)?;
    Ok(Payload::of(&value, target)?)
}

/// Writes what a call of an object's method gave that came: in the version that the registry holds it to, and in none
/// that is newer than the caller said that it reads.
///
/// # Errors
/// As [`give`].
pub fn give_back<T: Entity, E: Into<Failure>>(
    result: Result<T, E>,
    context: &ObjectContext,
) -> Result<Payload, Failure> {
    let (value, registry) = (result.map_err(E::into)?, context.registry());
    let target = registry.target();
    Ok(Payload::result(&value, target, context.caller(), registry)?)
}

/// Refuses a method that the object doesn't have.
pub fn no_method<O: VersionedObject>(method: &str) -> Failure {
    no_such(O::SCHEMA, method)
}

pub(super) fn no_such(schema: &ObjectSchema, method: &str) -> Failure {
    let message = format!("'{}' object has no attribute '{}'", schema.name, Plain(method));
    Failure::new("builtins", "AttributeError", message)
}
