//! Service of every host of a fleet for others: it takes an object, hands it on, and gives it back.

use std::sync::Arc;

use serde_json::value::RawValue;

use super::super::laws::elsewhere::is_source;
use super::super::understood::read;
use super::seat::Seat;
use super::wire::{ACT, Shared};
use crate::compat::Backport as _;
use crate::field::Entity as _;
use crate::object::{ByName as _, SetByName as _};
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::rpc::{
    Address, Answer, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, Negotiation, Payload,
};
use crate::schema::Action;
use crate::version::{Target, Version};

/// The topic of it.
pub(super) const TOPIC: &str = "fleet";

/// The method that takes an object.
const CARRY: &str = "carry";

/// The methods of one process.
pub(super) struct Keeper<W> {
    pub(super) seat: Seat<W>,
    pub(super) negotiation: Arc<Negotiation>,
    pub(super) shared: Arc<Shared>,
    pub(super) release: usize,
}

/// Where an object goes on to, and what the last host sets in it.
#[derive(Clone, Debug)]
pub(super) struct Way {
    pub(super) hosts: Vec<String>,
    pub(super) edit: Option<usize>,
}

/// Sends an object on, to the first host of its way.
pub(super) async fn send<W>(
    seat: &Seat<W>,
    negotiation: &Negotiation,
    context: &CallContext,
    object: &AnyObject,
    way: &Way,
) -> Result<Answer, CallError> {
    let (next, rest) = match way.hosts.split_first() {
        Some((next, rest)) => (next.clone(), rest.to_vec()),
        None => return Err(Failure::value_error("a way without hosts").into()),
    };
    let client = Client::new(Arc::clone(seat.transport()), Address::server(TOPIC, next));
    negotiation
        .call(&client, CARRY, context, |args, target| {
            // The answer may hold objects as new as the last host has them.
            args.reading(seat.registry().manifest().clone());
            fill(args, object, &rest, way.edit, target)
        })
        .await
}

/// Sends an object to a host, and waits for nothing.
pub(super) async fn tell<W>(
    seat: &Seat<W>,
    negotiation: &Negotiation,
    object: &AnyObject,
    to: &str,
) -> Result<(), CallError> {
    let client = Client::new(Arc::clone(seat.transport()), Address::server(TOPIC, to));
    let context = CallContext::new();
    negotiation.cast(&client, CARRY, &context, |args, target| fill(args, object, &[], None, target)).await
}

fn fill(
    args: &mut Args,
    object: &AnyObject,
    rest: &[String],
    edit: Option<usize>,
    target: Target<'_>,
) -> Result<(), crate::error::Error> {
    args.insert("object", object, target)?;
    args.insert_plain("way", rest)?;
    args.insert_plain("edit", &edit)
}

impl<W: Send + Sync + 'static> Keeper<W> {
    async fn carry(&self, mut args: Args, context: &CallContext) -> Result<Payload, Failure> {
        let json: Box<RawValue> = args.take_plain("object")?;
        let way = Way { hosts: args.take_plain("way")?, edit: args.take_plain("edit")? };
        args.finish()?;
        let read = self.seat.registry().decode_json(json.get().as_bytes());
        let mut object = read.map_err(|error| Failure::from(error).unbegun())?;
        if way.hosts.is_empty() {
            if let Some(sample) = way.edit {
                self.set_a_field(&mut object, sample, context)?;
            }
        } else {
            let answer = send(&self.seat, &self.negotiation, context, &object, &way).await?;
            object = self.seat.registry().decode_json(answer.as_json().as_bytes())?;
        }
        let registry = self.seat.registry();
        Ok(Payload::reply(&object, registry.target(), context, registry)?)
    }

    /// Sets a field to what it has in a sample of this release, where the version that the object came in has it.
    fn set_a_field(
        &self,
        object: &mut AnyObject,
        sample: usize,
        context: &CallContext,
    ) -> Result<(), Failure> {
        let Some(act) = context.get::<u64>(ACT) else { return Ok(()) };
        let Some(of) = self.shared.release(self.release) else { return Ok(()) };
        let Some(version) = object.origin().and_then(|origin| origin.version()) else { return Ok(()) };
        let samples = of.samples.get(object.name()).map(Vec::as_slice).unwrap_or_default();
        let sample = sample.checked_rem(samples.len()).and_then(|place| samples.get(place));
        let Some(sample) = sample.and_then(|sample| read(&of.registry, sample).ok()) else {
            return Ok(());
        };
        let Some((name, wire_name, value)) = to_set(object, &sample, version) else { return Ok(()) };
        let before = object.clone();
        if of.registry.edit(object).set_by_name(&name, value).is_err() {
            *object = before;
            return Ok(());
        }
        // What that version refuses can't be what a host of it says.
        let written = object.at(Target::Own).and_then(|view| Primitive::of(&view));
        let value = written.ok().and_then(|written| {
            written.get(&object.schema().keys.data).and_then(|data| data.get(&wire_name)).cloned()
        });
        match value {
            Some(value) => drop(self.shared.facts().edits.insert(act, (wire_name, value))),
            None => *object = before,
        }
        Ok(())
    }
}

/// The first field that is set in a sample, and that an object of that version has without a rule: its name here, its
/// name on the wire, and the value.
fn to_set(object: &AnyObject, sample: &AnyObject, version: Version) -> Option<(String, String, Primitive)> {
    let schema = object.schema();
    let plain = schema.fields.iter().filter(|field| {
        field.is_in(version) && field.rules.is_empty() && !field.read_only && field.ty.object().is_none()
    });
    let is_asked = |name: &str| {
        let mut rules = schema.fields.iter().flat_map(|field| field.rules.iter());
        rules.any(|rule| matches!(&rule.action, Action::Take { when: Some(when), .. } if when.field == name))
    };
    let mut free = plain.filter(|field| !is_source(schema, &field.name) && !is_asked(&field.name));
    free.find_map(|field| {
        let value = sample.get_by_name(&field.name).ok().flatten()?;
        Some((field.name.to_string(), field.form_at(version).name.to_owned(), value))
    })
}

impl<W: Send + Sync + 'static> Endpoint for Keeper<W> {
    fn methods(&self) -> &[&str] {
        &[CARRY]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            if method != CARRY {
                return Err(Failure::no_such_method(method));
            }
            self.carry(args, context).await
        })
    }
}

/// An object of a sample, as one that was made on a host of that registry.
pub(super) fn made(registry: &Registry, sample: &Primitive) -> Option<AnyObject> {
    let mut object = read(registry, sample).ok()?;
    object.forget_origins();
    Some(object)
}
