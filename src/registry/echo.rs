//! Memory of what older peers couldn't carry, for when an object comes back.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::time::{Duration, Instant};

use indexmap::IndexMap;

use super::merge::{changes_of, data_of};
use super::{AnyObject, Registry};
use crate::compat::Backport;
use crate::error::Error;
use crate::field::Entity as _;
use crate::primitive::Primitive;
use crate::schema::ObjectSchema;
use crate::version::IntoTarget;

/// A memory of objects that went to older peers, for when they come back.
///
/// A peer of an older release gets an object without the fields that it doesn't know, and gives it back without them.
/// Whoever stores what came loses them. This restores them: the fields that the peer's version couldn't carry, or got in
/// another form that it left alone. What the peer changed wins, and what it took away stays away. The unit is the
/// field; of lists of objects it is the element, by its key, and in it the field again.
///
/// Only objects that lose something are kept, so many bytes of them and for so long. What is no longer kept comes back as
/// the peer has it, and [`Restored::was_kept`] says so.
///
/// ```
/// use std::time::{Duration, Instant};
///
/// use versioned_objects::registry::{AnyObject, Echo, Registry};
/// use versioned_objects::{ByName, Field, Primitive, VersionedObject};
///
/// #[derive(VersionedObject, Clone, Default)]
/// #[object(versions("1.0", "1.1"))]
/// struct Disk {
///     serial: Field<String>,
///     #[field(since = "1.1")]
///     cache: Field<String>,
/// }
///
/// let registry = Registry::new().with::<Disk>();
/// let mut echo = Echo::new(1 << 20, Duration::from_secs(600));
/// let disk = AnyObject::new(Disk { serial: "a".to_owned().into(), cache: "none".to_owned().into() });
///
/// // The key is whatever tells the object from others: its UUID, say.
/// let now = Instant::now();
/// echo.sent("disk-1", &registry, &disk, "1.0", now)?;
/// let back = registry.decode_json(
///     br#"{"versioned_object.name":"Disk","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","versioned_object.data":{"serial":"b"},"versioned_object.changes":["serial"]}"#,
/// )?;
/// let restored = echo.came_back("disk-1", &registry, None, &back, now)?;
/// assert_eq!(restored.object.get_by_name("serial")?, Some(Primitive::from("b")));
/// assert_eq!(restored.object.get_by_name("cache")?, Some(Primitive::from("none")));
/// # Ok::<(), versioned_objects::Error>(())
/// ```
pub struct Echo {
    most_bytes: usize,
    lives: Duration,
    bytes: usize,
    kept: BTreeMap<String, Kept>,
    /// The keys, oldest first; one that was sent again stands there more than once.
    order: VecDeque<(String, u64)>,
    turn: u64,
    element_keys: BTreeMap<String, String>,
}

/// An object as it was, and as a peer that changes nothing gives it back.
struct Kept {
    whole: Primitive,
    base: Primitive,
    bytes: usize,
    since: Instant,
    turn: u64,
}

/// An object that came back, with what its peer couldn't carry.
#[derive(Debug)]
pub struct Restored {
    /// The object, as one of this host.
    pub object: AnyObject,
    /// Whether it was still known how it was; it is as it came otherwise.
    pub was_kept: bool,
    /// Places that were changed here and by the peer meanwhile, the peer's value standing there: `Disk.serial`.
    pub conflicts: Vec<String>,
}

impl Echo {
    /// A memory of so many bytes, in which each object is kept for so long.
    pub fn new(most_bytes: usize, lives: Duration) -> Self {
        Echo {
            most_bytes,
            lives,
            bytes: 0,
            kept: BTreeMap::new(),
            order: VecDeque::new(),
            turn: 0,
            element_keys: BTreeMap::new(),
        }
    }

    /// The field that tells objects of that name from each other where they stand in lists. Without one, an element that a
    /// peer changed is taken as it came.
    pub fn element_key(mut self, object: impl Into<String>, field: impl Into<String>) -> Self {
        self.element_keys.insert(object.into(), field.into());
        self
    }

    /// Keeps an object that is sent for a target, where that loses anything. It takes the place of what was kept under the
    /// key.
    ///
    /// # Errors
    /// Where the object can't be written for the target.
    pub fn sent<'t>(
        &mut self,
        key: &str,
        registry: &Registry,
        object: &AnyObject,
        target: impl IntoTarget<'t>,
        now: Instant,
    ) -> Result<(), Error> {
        self.forget(key);
        self.expire(now);
        let view = object.at(target.into_target()?)?;
        if view.dropped().is_empty() && view.altered().is_empty() {
            return Ok(());
        }
        let base = registry.read(Primitive::of(&view)?)?;
        let (whole, base) = (registry.form(object, object.schema())?, registry.form(&base, object.schema())?);
        let bytes = size(&whole) + size(&base) + key.len();
        if bytes > self.most_bytes {
            return Ok(());
        }
        while self.bytes + bytes > self.most_bytes && self.forget_oldest() {}
        self.turn += 1;
        self.bytes += bytes;
        self.order.push_back((key.to_owned(), self.turn));
        self.kept.insert(key.to_owned(), Kept { whole, base, bytes, since: now, turn: self.turn });
        Ok(())
    }

    /// Restores what a peer couldn't carry, in an object that came back. `current` is the object as it is here by now, where
    /// this host may have changed it since; as it was sent, otherwise.
    ///
    /// # Errors
    /// Where an object can't be written in its newest version, or the result can't be read.
    pub fn came_back(
        &mut self,
        key: &str,
        registry: &Registry,
        current: Option<&AnyObject>,
        came: &AnyObject,
        now: Instant,
    ) -> Result<Restored, Error> {
        self.expire(now);
        let theirs = registry.form(came, came.schema())?;
        let mut conflicts = Vec::new();
        let (value, was_kept) = match self.kept.get(key) {
            Some(kept) => {
                let ours = match current {
                    Some(current) => registry.form(current, current.schema())?,
                    None => kept.whole.clone(),
                };
                let merge = Merge { registry, keys: &self.element_keys };
                let path = came.name().to_owned();
                let sides = Sides { kept: &kept.whole, base: &kept.base, ours: &ours, theirs: &theirs };
                (merge.objects(sides, &path, &mut conflicts), true)
            }
            None => (theirs, false),
        };
        let mut object = registry.read(value)?;
        object.forget_origins();
        Ok(Restored { object, was_kept, conflicts })
    }

    /// Forgets what is kept under a key: of an object that was deleted, say.
    pub fn forget(&mut self, key: &str) {
        if let Some(kept) = self.kept.remove(key) {
            self.bytes = self.bytes.saturating_sub(kept.bytes);
        }
        // Keys that are sent again and again leave their earlier turns behind.
        if self.order.len() > 2 * self.kept.len() + 16 {
            let kept = &self.kept;
            self.order.retain(|(key, turn)| kept.get(key).is_some_and(|kept| kept.turn == *turn));
        }
    }

    /// The bytes that are kept, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// How many objects are kept.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    fn expire(&mut self, now: Instant) {
        while let Some((key, turn)) = self.order.front() {
            let kept = self.kept.get(key).filter(|kept| kept.turn == *turn);
            if kept.is_some_and(|kept| now.saturating_duration_since(kept.since) < self.lives) {
                return;
            }
            self.forget_oldest();
        }
    }

    /// Whether there was one.
    fn forget_oldest(&mut self) -> bool {
        let Some((key, turn)) = self.order.pop_front() else { return false };
        if self.kept.get(&key).is_some_and(|kept| kept.turn == turn) {
            self.forget(&key);
        }
        true
    }
}

impl fmt::Debug for Echo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Echo")
            .field("objects", &self.len())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

/// The bytes of a value, about.
fn size(value: &Primitive) -> usize {
    const EACH: usize = 32;
    EACH + match value {
        Primitive::Text(text) => text.len(),
        Primitive::List(values) => values.iter().map(size).sum(),
        Primitive::Map(entries) => entries.iter().map(|(key, value)| key.len() + size(value)).sum(),
        _ => 0,
    }
}

/// A value as it was kept, as it went out, as it is here by now, and as it came back.
#[derive(Clone, Copy)]
struct Sides<'a> {
    kept: &'a Primitive,
    base: &'a Primitive,
    ours: &'a Primitive,
    theirs: &'a Primitive,
}

struct Merge<'a> {
    registry: &'a Registry,
    keys: &'a BTreeMap<String, String>,
}

impl Merge<'_> {
    fn objects(&self, sides: Sides<'_>, path: &str, conflicts: &mut Vec<String>) -> Primitive {
        let Some(schema) = self.registry.schema_of(sides.theirs) else { return sides.theirs.clone() };
        let is_of =
            |value: &Primitive| self.registry.schema_of(value).is_some_and(|other| other.name == schema.name);
        if ![sides.kept, sides.base, sides.ours].into_iter().all(is_of) {
            return sides.theirs.clone();
        }
        let empty = IndexMap::new();
        let data = |value| data_of(value, schema).unwrap_or(&empty);
        let mut merged = IndexMap::new();
        for field in schema.fields.iter() {
            let name = &*field.name;
            let [kept, base, ours, theirs] =
                [sides.kept, sides.base, sides.ours, sides.theirs].map(|value| data(value).get(name));
            let taken = self.field([kept, base, ours, theirs], &format!("{path}.{name}"), conflicts);
            if let Some(value) = taken {
                merged.insert(name.to_owned(), value);
            }
        }
        let mut changes = changes_of(sides.theirs, schema);
        changes.extend(changes_of(sides.ours, schema));
        self.envelope(sides.theirs, schema, merged, &changes)
    }

    fn envelope(
        &self,
        theirs: &Primitive,
        schema: &ObjectSchema,
        data: IndexMap<String, Primitive>,
        changes: &[&str],
    ) -> Primitive {
        let mut envelope = theirs.as_map().cloned().unwrap_or_default();
        let names = schema.fields.iter().map(|field| &*field.name);
        let in_data = names.filter(|name| changes.contains(name) && data.contains_key(*name));
        let changes: Vec<Primitive> = in_data.map(Primitive::from).collect();
        envelope.insert(schema.keys.data.to_string(), Primitive::Map(data.into()));
        match changes.is_empty() {
            true => drop(envelope.shift_remove(&*schema.keys.changes)),
            false => drop(envelope.insert(schema.keys.changes.to_string(), Primitive::List(changes))),
        }
        Primitive::Map(envelope.into())
    }

    /// The value of a field; none, where it is unset. The sides stand as in [`Sides`].
    fn field(
        &self,
        [kept, base, ours, theirs]: [Option<&Primitive>; 4],
        path: &str,
        conflicts: &mut Vec<String>,
    ) -> Option<Primitive> {
        if theirs == base {
            return ours.cloned();
        }
        if let (Some(kept), Some(base), Some(ours), Some(theirs)) = (kept, base, ours, theirs) {
            let sides = Sides { kept, base, ours, theirs };
            match (ours, theirs) {
                (Primitive::Map(_), Primitive::Map(_)) if self.registry.schema_of(theirs).is_some() => {
                    return Some(self.objects(sides, path, conflicts));
                }
                (Primitive::Map(_), Primitive::Map(_)) => return Some(self.maps(sides, path, conflicts)),
                (Primitive::List(_), Primitive::List(_)) => return Some(self.lists(sides, path, conflicts)),
                _ => {}
            }
        }
        if ours != kept && ours != theirs {
            conflicts.push(path.to_owned());
        }
        theirs.cloned()
    }

    /// Entry by entry where objects are in it; else the map is one value.
    fn maps(&self, sides: Sides<'_>, path: &str, conflicts: &mut Vec<String>) -> Primitive {
        let [kept, base, ours, theirs] =
            [sides.kept, sides.base, sides.ours, sides.theirs].map(|value| value.as_map());
        let (Some(kept), Some(base), Some(ours), Some(theirs)) = (kept, base, ours, theirs) else {
            return sides.theirs.clone();
        };
        let holds_objects = |values: &IndexMap<String, Primitive>| {
            values.values().any(|value| self.registry.schema_of(value).is_some())
        };
        if !holds_objects(theirs) && !holds_objects(ours) {
            if sides.ours != sides.kept && sides.ours != sides.theirs {
                conflicts.push(path.to_owned());
            }
            return sides.theirs.clone();
        }
        let all = theirs.keys().chain(ours.keys().filter(|key| !theirs.contains_key(*key)));
        let merged = all.filter_map(|key| {
            let sides = [kept.get(key), base.get(key), ours.get(key), theirs.get(key)];
            Some((key.clone(), self.field(sides, &format!("{path}[{key}]"), conflicts)?))
        });
        Primitive::Map(merged.collect())
    }

    /// Element by element where they have keys, in the peer's order.
    fn lists(&self, sides: Sides<'_>, path: &str, conflicts: &mut Vec<String>) -> Primitive {
        let keyed = |value| self.keyed(value);
        let all = (keyed(sides.kept), keyed(sides.base), keyed(sides.ours), keyed(sides.theirs));
        let (Some(kept), Some(base), Some(ours), Some(theirs)) = all else {
            return self.unkeyed(sides, path, conflicts);
        };
        let mut merged = Vec::new();
        for (key, came) in &theirs {
            let sides = [kept.get(key), base.get(key), ours.get(key), Some(came)].map(|value| value.copied());
            match sides {
                // It was taken away here meanwhile, and stays away.
                [Some(_), _, None, _] => {}
                sides => merged.extend(self.field(sides, &format!("{path}[{key}]"), conflicts)),
            }
        }
        // Those that came here meanwhile, and that the peer's version couldn't carry at all.
        let more = ours.iter().filter(|(key, _)| !theirs.contains_key(*key) && !base.contains_key(*key));
        merged.extend(more.map(|(_, value)| (*value).clone()));
        Primitive::List(merged)
    }

    /// Elements that the peer left alone, by their values; all others as they came.
    fn unkeyed(&self, sides: Sides<'_>, path: &str, conflicts: &mut Vec<String>) -> Primitive {
        if sides.ours != sides.kept && sides.ours != sides.theirs {
            conflicts.push(path.to_owned());
        }
        let (Primitive::List(base), Primitive::List(ours), Primitive::List(theirs)) =
            (sides.base, sides.ours, sides.theirs)
        else {
            return sides.theirs.clone();
        };
        if base.len() != ours.len() || sides.ours != sides.kept {
            return sides.theirs.clone();
        }
        let mut used = vec![false; base.len()];
        let restored = theirs.iter().map(|came| {
            let mut places = base.iter().zip(ours).zip(&mut used);
            match places.find(|((was, _), used)| *was == came && !**used) {
                Some(((_, held), used)) => {
                    *used = true;
                    held.clone()
                }
                None => came.clone(),
            }
        });
        Primitive::List(restored.collect())
    }

    /// The elements by their keys, where all have one of their own.
    fn keyed<'p>(&self, value: &'p Primitive) -> Option<IndexMap<String, &'p Primitive>> {
        let Primitive::List(values) = value else { return None };
        let mut keyed = IndexMap::with_capacity(values.len());
        for value in values {
            let schema = self.registry.schema_of(value)?;
            let field = self.keys.get(&*schema.name)?;
            let key = data_of(value, schema)?.get(field)?;
            let key = key.as_str().map_or_else(|| format!("{key:?}"), str::to_owned);
            if keyed.insert(key, value).is_some() {
                return None;
            }
        }
        Some(keyed)
    }
}
