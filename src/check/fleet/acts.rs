//! Acts of hosts of themselves in a plan, and whether it came out as the laws say.

use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;

use super::super::change::differences;
use super::super::laws::elsewhere::goes_elsewhere;
use super::super::releases::common;
use super::super::understood::{json, read};
use super::fault::Fault;
use super::judge::{Verdict, kind, may_refuse};
use super::seat::Seat;
use super::service::{Way, made, send, tell};
use super::wire::{ACT, Shared};
use crate::compat::Backport;
use crate::error::ErrorKind;
use crate::object::{ByName as _, same_object, same_value};
use crate::primitive::Primitive;
use crate::registry::{AnyObject, Registry};
use crate::rpc::{CallContext, CallError, Negotiation};
use crate::schema::ObjectSchema;
use crate::version::{Manifest, Target};

/// A fault, and what it is in words.
pub(super) type Found = (Fault, String);

/// A process of a host: what it knows, and how it speaks.
pub(super) struct Process<W> {
    pub(super) seat: Seat<W>,
    pub(super) negotiation: Arc<Negotiation>,
    pub(super) shared: Arc<Shared>,
    pub(super) release: usize,
    /// The step in which it began.
    pub(super) since: usize,
}

impl<W> Clone for Process<W> {
    fn clone(&self) -> Self {
        Process {
            seat: self.seat.clone(),
            negotiation: Arc::clone(&self.negotiation),
            shared: Arc::clone(&self.shared),
            release: self.release,
            since: self.since,
        }
    }
}

impl<W> Process<W> {
    /// A sample of this release, made here; nothing, where the release doesn't know such an object or can't judge it.
    pub(super) fn sample(&self, object: usize, sample: usize) -> Option<AnyObject> {
        let name = self.shared.names.get(object)?;
        let of = self.shared.release(self.release)?;
        let samples = of.samples.get(name)?;
        let sample = samples.get(sample.checked_rem(samples.len())?)?;
        made(&of.registry, sample)
    }

    /// An object goes all the way and comes back.
    pub(super) async fn carry(&self, act: u64, object: AnyObject, way: &Way) -> Result<(), Found> {
        let registry = self.seat.registry();
        let mut context = CallContext::new();
        let _ = context.insert(ACT, &act);
        let answer = match send(&self.seat, &self.negotiation, &context, &object, way).await {
            Ok(answer) => answer,
            Err(error) => return self.refused(object.name(), &way.hosts, &error),
        };
        let back = registry.decode_json(answer.as_json().as_bytes());
        let back = back.map_err(|error| (Fault::Unreadable, format!("the answer isn't read: {error}")))?;
        let (lowest, edit) = {
            let mut facts = self.shared.facts();
            (facts.lowest.remove(&act).unwrap_or_default(), facts.edits.remove(&act))
        };
        self.came_back(&object, &back, &lowest, edit.as_ref())
    }

    /// Whether an object that came back is what it would be had it been written straight for the lowest version on its way.
    fn came_back(
        &self,
        object: &AnyObject,
        back: &AnyObject,
        lowest: &Manifest,
        edit: Option<&(String, Primitive)>,
    ) -> Result<(), Found> {
        let (registry, schema) = (self.seat.registry(), object.schema());
        let Some(version) = lowest.get(object.name()).filter(|version| schema.has_version(*version)) else {
            return Ok(());
        };
        let target = Target::Version(version, Some(lowest));
        let told = |what: String| (Fault::Differs, format!("{} by way of {version}: {what}", schema.name));
        let straight = match object.at(target) {
            Ok(view) => view,
            Err(error) if error.kind() == ErrorKind::ObjectAction => return Ok(()),
            Err(error) => return Err(told(error.to_string())),
        };
        let dropped: Vec<String> = straight.dropped().into_iter().map(|loss| loss.field).collect();
        let expected = Primitive::of(&straight).map_err(|error| told(error.to_string()))?;
        for field in schema.fields.iter().filter(|field| field.rules.is_empty()) {
            let is_there =
                expected.get(&schema.keys.data).is_some_and(|data| data.get(&field.name).is_some());
            let is_set = object.is_set(&field.name).unwrap_or(false);
            if is_set
                && !is_there
                && !dropped.iter().any(|name| **name == *field.name)
                && !self.is_grave(schema, &field.name)
                && !goes_elsewhere(schema, &field.name, version)
            {
                let what = format!("{}.{} isn't in {version}, and nobody says so", schema.name, field.name);
                return Err((Fault::Lost, what));
            }
        }
        let found = match back.at(target).and_then(|view| Primitive::of(&view)) {
            Ok(found) => found,
            Err(error) => return Err(told(format!("what came back isn't written again: {error}"))),
        };
        // A field that a release has removed is kept by nobody.
        if let Some((name, value)) = edit.filter(|(name, _)| !self.is_grave(schema, name)) {
            let now = found.get(&schema.keys.data).and_then(|data| data.get(name));
            let is_there = match (now, schema.field(name)) {
                (Some(now), Some(field)) => same_value(&field.ty, now, value),
                (now, _) => now == Some(value),
            };
            if !is_there {
                let what = format!(
                    "{}.{name} was set to {} and came back as {}",
                    schema.name,
                    json(value),
                    now.map_or("nothing".to_owned(), json)
                );
                return Err((Fault::Lost, what));
            }
        }
        let [expected, found] =
            [expected, found].map(|value| self.comparable(value, schema, edit.map(|(name, _)| &**name)));
        if same_object(schema, &|name| registry.schema(name).ok(), &expected, &found) {
            return Ok(());
        }
        let what = format!(
            "{} by way of {version} should be\n    {}\n  and came back as\n    {}",
            schema.name,
            json(&expected),
            json(&found)
        );
        Err((kind(&expected, &found, schema), what))
    }

    /// Whether a release of the fleet has removed a field of that name, so that nobody keeps it.
    fn is_grave(&self, schema: &ObjectSchema, name: &str) -> bool {
        self.shared.releases.iter().any(|of| {
            let of = of.registry.schema(&schema.name);
            of.is_ok_and(|of| of.tombstones.iter().any(|grave| grave.name == name))
        })
    }

    fn comparable(&self, value: Primitive, schema: &ObjectSchema, edited: Option<&str>) -> Primitive {
        let Primitive::Map(mut entries) = value else { return value };
        let is_out = |name: &str| edited == Some(name) || self.is_grave(schema, name);
        if let Some(Primitive::Map(data)) = entries.get_mut(&*schema.keys.data) {
            data.retain(|name, _| !is_out(name));
        }
        if let Some(Primitive::List(changes)) = entries.get_mut(&*schema.keys.changes) {
            changes.retain(|name| !name.as_str().is_some_and(is_out));
            if changes.is_empty() {
                entries.shift_remove(&*schema.keys.changes);
            }
        }
        Primitive::Map(entries)
    }

    /// Nobody waits for an answer.
    pub(super) async fn tell(&self, object: AnyObject, to: &str) -> Result<(), Found> {
        match tell(&self.seat, &self.negotiation, &object, to).await {
            Ok(()) => Ok(()),
            Err(error) => self.refused(object.name(), &[to.to_owned()], &error),
        }
    }

    /// A call that failed was reported; what is left to ask is whether it had to.
    fn refused(&self, name: &str, hosts: &[String], error: &CallError) -> Result<(), Found> {
        let class = error.as_remote().map(|failure| failure.class().to_owned()).unwrap_or_default();
        let is_action = matches!(error, CallError::Object(error) if error.kind() == ErrorKind::ObjectAction)
            || class == "ObjectActionError" && !error.to_string().contains("negotiate");
        let may = self.shared.releases.iter().any(|of| may_refuse(&of.registry, name));
        // What this process knows of a host may be of any release that the host has run since.
        let knows = |host: &String| {
            let facts = self.shared.facts();
            let ran = facts.ran.get(host).map(Vec::as_slice).unwrap_or_default();
            let first = ran.iter().rposition(|(_, since)| *since <= self.since).unwrap_or(0);
            let mut releases = ran.iter().skip(first).map(|(release, _)| self.shared.release(*release));
            !ran.is_empty() && releases.all(|of| of.is_some_and(|of| of.registry.schema(name).is_ok()))
        };
        let is_excused = is_action && may
            || matches!(error, CallError::Transport(_))
            || class == "MessageDeliveryFailure"
            || !hosts.iter().all(knows);
        if is_excused {
            self.shared.facts().tally.refused += 1;
            self.shared.tell(|| format!("it is refused: {error}"));
            return Ok(());
        }
        let fault = if class == "IncompatibleObjectVersion" { Fault::Unreadable } else { Fault::Refused };
        Err((fault, format!("{name} from {} to {}: {error}", self.seat.host(), hosts.join(", "))))
    }
}

/// Whether an object and those inside it declare the versions of all that they hold.
fn declares(registry: &Registry, name: &str) -> bool {
    let (mut seen, mut waiting) = (Vec::new(), vec![name.to_owned()]);
    while let Some(name) = waiting.pop() {
        let Some(schema) = registry.schema(&name).ok().filter(|_| !seen.contains(&name)) else { continue };
        for field in schema.fields.iter() {
            let Some(child) = schema.child_of(field) else { continue };
            if schema.rows_of(field).is_none() {
                return false;
            }
            waiting.push(child.to_owned());
        }
        seen.push(name);
    }
    true
}

/// An object that is stored, as a text, by whom, and what hosts have read of it.
pub(super) struct Row {
    pub(super) text: String,
    name: String,
    writer: String,
    reads: Vec<(usize, IndexMap<String, Primitive>)>,
}

/// All that hosts of a fleet have stored.
#[derive(Default)]
pub(super) struct Store(Mutex<Vec<Row>>);

impl<W> Process<W> {
    /// Stores an object for the hosts of a release, or as this host writes it.
    pub(super) fn store(
        &self,
        store: &Store,
        object: &AnyObject,
        floor: Option<&Registry>,
        is_declared: bool,
    ) -> Result<(), Found> {
        let registry = self.seat.registry();
        let manifest = common(registry, floor.unwrap_or(registry));
        let version =
            manifest.get(object.name()).filter(|_| is_declared && declares(registry, object.name()));
        let target = version.map_or(Target::Manifest(&manifest), |version| Target::Version(version, None));
        let written = object.at(target).and_then(|view| Primitive::of(&view));
        let value = match written {
            Ok(value) => value,
            Err(error) if error.kind() == ErrorKind::ObjectAction && may_refuse(registry, object.name()) => {
                return Ok(());
            }
            Err(error) => return Err((Fault::Refused, format!("{} isn't stored: {error}", object.name()))),
        };
        self.shared.tell(|| format!("stored: {}", json(&value)));
        let (text, name) = (json(&value), object.name().to_owned());
        let row = Row { text, name, writer: self.seat.host().to_owned(), reads: Vec::new() };
        store.0.lock().unwrap_or_else(PoisonError::into_inner).push(row);
        Ok(())
    }

    /// Reads all that is stored, and compares it with what others read.
    pub(super) fn load(&self, store: &Store) -> Result<(), Found> {
        let registry = self.seat.registry();
        let mut rows = store.0.lock().unwrap_or_else(PoisonError::into_inner);
        for row in rows.iter_mut().filter(|row| registry.schema(&row.name).is_ok()) {
            self.shared.facts().tally.loads += 1;
            let Some(of) = self.shared.release(self.release) else { continue };
            let by = format!("stored by {}, read by {}", row.writer, self.seat.host());
            match &*self.shared.judge.of(row.text.as_bytes(), self.release, of) {
                Verdict::Fine(_) => {}
                Verdict::Unreadable(what) => return Err((Fault::Unreadable, format!("{by}: {what}"))),
                Verdict::Wrong(fault, what) => return Err((*fault, format!("{by}: {what}"))),
            }
            if row.reads.iter().any(|(release, _)| *release == self.release) {
                continue;
            }
            let value: Primitive = serde_json::from_str(&row.text).unwrap_or_default();
            let Ok(object) = read(registry, &value) else { continue };
            let fields = object.schema().fields.iter();
            let values: IndexMap<String, Primitive> = fields
                .filter_map(|field| Some((field.name.to_string(), object.get_by_name(&field.name).ok()??)))
                .collect();
            for (other, theirs) in &row.reads {
                self.agree(&row.name, (*other, theirs), &values, &by)?;
            }
            row.reads.push((self.release, values));
        }
        Ok(())
    }

    /// Whether hosts of two releases have read the same.
    fn agree(
        &self,
        name: &str,
        (other, theirs): (usize, &IndexMap<String, Primitive>),
        ours: &IndexMap<String, Primitive>,
        by: &str,
    ) -> Result<(), Found> {
        let Some(other) = self.shared.release(other) else { return Ok(()) };
        let (Ok(schema), Ok(their_schema)) = (self.seat.registry().schema(name), other.registry.schema(name))
        else {
            return Ok(());
        };
        for field in schema.fields.iter() {
            let Some(their_field) = their_schema.field(&field.name) else { continue };
            // A field that one side makes of another, or that is of another type there, can't be compared.
            let is_plain = field.rules.is_empty() && their_field.rules.is_empty();
            if !is_plain || field.ty.object().is_some() || !differences(&their_field.ty, &field.ty).is_empty()
            {
                continue;
            }
            let (ours, theirs) = (ours.get(&*field.name), theirs.get(&*field.name));
            let is_same = match (ours, theirs) {
                (Some(ours), Some(theirs)) => same_value(&field.ty, ours, theirs),
                (ours, theirs) => ours == theirs,
            };
            if !is_same {
                let shown = |value: Option<&Primitive>| value.map_or("nothing".to_owned(), json);
                let what = format!(
                    "{by}: {name}.{} is {} there, and {} to a host of {}",
                    field.name,
                    shown(ours),
                    shown(theirs),
                    other.name
                );
                return Err((Fault::Differs, what));
            }
        }
        Ok(())
    }
}
