//! Messages between a host of what was released and one of what there is now.

use serde::de::IntoDeserializer as _;
use serde::de::value::Error as Refusal;

use super::differ::differing;
use super::hosts::{Hosts, text};
use super::sample;
use super::told::{Act, Host, Witness};
use crate::check::lock::{Lock, Locks};
use crate::compat::Backport as _;
use crate::error::{Error, ErrorKind};
use crate::field::Encoded;
use crate::object::ByName as _;
use crate::primitive::{Primitive, Reader};
use crate::registry::{AnyObject, Registry};
use crate::schema::ObjectSchema;
use crate::version::{Manifest, Target, Version};

/// The first message about these fields that does harm; about any, where there are none.
pub(super) fn shown(hosts: &Hosts, object: &str, names: &[String], versions: &[Version]) -> Option<Witness> {
    let versions = hosts.versions(object, versions);
    let sides = [(Host::Released, &hosts.old, &hosts.new), (Host::Here, &hosts.new, &hosts.old)];
    for (writer, registry, other) in sides {
        let Ok(schema) = registry.schema(object) else { continue };
        for envelope in sample::objects(registry, schema, names, Some(other)) {
            let mut concerns = |difference: &Difference| difference.concerns(object, names);
            if let Some(found) = hosts.sent(writer, object, &envelope, &versions, &mut concerns) {
                return Some(found);
            }
        }
    }
    foreign(hosts, object, names, &versions)
}

/// Messages with values that other types write: what was read once, and is refused or read otherwise now.
fn foreign(hosts: &Hosts, object: &str, names: &[String], versions: &[Version]) -> Option<Witness> {
    let schema = hosts.old.schema(object).ok()?;
    for field in schema.fields.iter().filter(|field| names.iter().any(|name| field.name == **name)) {
        let required = schema.fields.iter().filter(|other| other.required && other.name != field.name);
        let mut without = sample::objects(&hosts.old, schema, &[field.name.to_string()], None)
            .first()
            .and_then(|envelope| envelope.get(&schema.keys.data)?.as_map().cloned())
            .unwrap_or_default();
        without.retain(|name, _| required.clone().any(|other| other.name == **name));
        for value in sample::foreign(&field.ty) {
            let mut data = without.clone();
            data.insert(field.name.to_string(), value);
            let envelope = sample::envelope(schema, data);
            let mut concerns = |difference: &Difference| difference.concerns(object, names);
            for version in versions {
                let message = at_version(schema, envelope.clone(), *version);
                let found = hosts.relayed(object, [*version; 2], Peer::Silent, &message, &mut concerns);
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

fn at_version(schema: &ObjectSchema, mut envelope: Primitive, version: Version) -> Primitive {
    if let Some(entries) = envelope.as_map_mut() {
        entries.insert(schema.keys.version.to_string(), Primitive::from(version.to_string()));
    }
    envelope
}

/// How an answer differs from what it should be.
pub(super) enum Difference {
    /// There is none, for this reason.
    Refused(String),
    /// These fields, and keys of the envelope, differ.
    Keys(Vec<String>),
}

impl Difference {
    fn concerns(&self, object: &str, names: &[String]) -> bool {
        names.is_empty()
            || match self {
                Difference::Refused(reason) => {
                    names.iter().any(|name| reason.contains(&format!("{object}.{name}")))
                }
                Difference::Keys(keys) => keys.iter().any(|key| names.contains(key)),
            }
    }
}

/// Versions of the objects inside one, as a peer says them.
#[derive(Clone, Copy)]
enum Peer {
    /// Nothing, so that what the parent declares holds.
    Silent,
    /// It reads the newest that was released of each.
    Newest,
    /// It reads the oldest that was released of each.
    Oldest,
}

impl Peer {
    fn manifest(self, hosts: &Hosts) -> Option<&Manifest> {
        match self {
            Peer::Silent => None,
            Peer::Newest => Some(hosts.old.manifest()),
            Peer::Oldest => Some(&hosts.oldest),
        }
    }
}

type Concerns<'a> = dyn FnMut(&Difference) -> bool + 'a;

impl Hosts {
    /// The first harm that is done where a host of one release sends this object to one of the other, if there is any. The
    /// envelope is one of the writer's newest version.
    ///
    /// A test hands it random envelopes, so that no change of a schema does harm that no rule finds.
    pub fn harm(&self, writer: Host, envelope: &Primitive) -> Option<Witness> {
        let from = if writer == Host::Released { &self.old } else { &self.new };
        let name = read(from, envelope).ok()?.name().to_owned();
        let versions = self.versions(&name, &[]);
        self.sent(writer, &name, envelope, &versions, &mut |_| true)
    }

    /// The versions of an object that were released, those of a finding first.
    fn versions(&self, object: &str, first: &[Version]) -> Vec<Version> {
        let released = self.locks[0].get(object).map(|lock| lock.released().collect::<Vec<_>>());
        let released = released.unwrap_or_default();
        // One that a finding names may be of this side alone.
        let mut all = first.to_vec();
        all.extend(released.iter().rev().copied().filter(|version| !first.contains(version)));
        all
    }

    fn sent(
        &self,
        writer: Host,
        object: &str,
        envelope: &Primitive,
        versions: &[Version],
        concerns: &mut Concerns<'_>,
    ) -> Option<Witness> {
        let peers = self.peers(object);
        match writer {
            Host::Released => {
                let made = read(&self.old, envelope).ok()?;
                let newest = self.locks[0].get(object)?.released().last()?;
                let ways = versions.iter().flat_map(|to| peers.iter().map(move |peer| (*to, *peer)));
                ways.flat_map(|(to, peer)| [to, newest].map(|from| (from, to, peer))).find_map(
                    |(from, to, peer)| {
                        let message = write(&made, from, peer.manifest(self)).ok()?;
                        self.relayed(object, [from, to], peer, &message, concerns)
                    },
                )
            }
            Host::Here => {
                let made = read(&self.new, envelope).ok()?;
                let mut ways =
                    versions.iter().flat_map(|version| peers.iter().map(move |peer| (*version, *peer)));
                ways.find_map(|(version, peer)| self.written(object, &made, version, peer, concerns))
            }
        }
    }

    /// Versions that peers may say of the objects in one: nothing where it holds none, and goes the same way whoever asks.
    fn peers(&self, object: &str) -> &'static [Peer] {
        let holds = |locks: &Locks| {
            locks.get(object).map(Lock::schema).is_some_and(|schema| {
                schema.has_two_ways() || schema.fields.iter().any(|field| field.ty.object().is_some())
            })
        };
        if self.locks.iter().any(holds) {
            &[Peer::Silent, Peer::Newest, Peer::Oldest]
        } else {
            &[Peer::Silent]
        }
    }

    /// A message of one version, which both releases read and write again for another.
    fn relayed(
        &self,
        object: &str,
        [from, to]: [Version; 2],
        peer: Peer,
        message: &Primitive,
        concerns: &mut Concerns<'_>,
    ) -> Option<Witness> {
        let echo = |registry: &Registry| write(&read(registry, message)?, to, peer.manifest(self));
        let (expected, answer) = (echo(&self.old), echo(&self.new));
        let expected = match expected {
            Ok(expected) => expected,
            // A rule kept it from being written for that version.
            Err(error) => return self.unrefused(object, to, message, &error, answer.ok()?, concerns),
        };
        let keys = &self.old.schema(object).ok()?.keys;
        let difference = match &answer {
            Err(error) if is_of_function(error) => return None,
            Err(error) => Difference::Refused(error.to_string()),
            Ok(answer) => {
                let graves =
                    |name: &str| self.is_grave(object, name, to) || self.is_grave(object, name, from);
                let differ =
                    differing(keys, &expected, answer, &graves, &|name| self.became_default(object, name));
                Difference::Keys(differ).or_none()?
            }
        };
        concerns(&difference).then(|| Witness {
            object: object.to_owned(),
            version: to,
            writer: Host::Released,
            act: Act::Write,
            sent: text(message),
            reader: Host::Here,
            refused: answer.is_err(),
            answer: answer.map_or_else(|error| error.to_string(), |answer| text(&answer)),
            expected: Some(text(&expected)),
        })
    }

    /// A message that a host here writes for a version, and a released host refuses to write for it.
    fn unrefused(
        &self,
        object: &str,
        version: Version,
        message: &Primitive,
        error: &Error,
        answer: Primitive,
        concerns: &mut Concerns<'_>,
    ) -> Option<Witness> {
        let is_by_rule = error.kind() == ErrorKind::ObjectAction
            && !is_of_function(error)
            // One that a manifest would have told.
            && !error.message().starts_with("no rule for");
        let difference = Difference::Refused(error.to_string());
        (is_by_rule && concerns(&difference)).then(|| Witness {
            object: object.to_owned(),
            version,
            writer: Host::Released,
            act: Act::Write,
            sent: text(message),
            reader: Host::Here,
            refused: false,
            answer: text(&answer),
            expected: Some(error.to_string()),
        })
    }

    /// An object that is made here and written for a version: the released host reads it and loses nothing of it.
    fn written(
        &self,
        object: &str,
        made: &AnyObject,
        version: Version,
        peer: Peer,
        concerns: &mut Concerns<'_>,
    ) -> Option<Witness> {
        let message = write(made, version, peer.manifest(self)).ok()?;
        let answer =
            read(&self.old, &message).and_then(|object| write(&object, version, peer.manifest(self)));
        let keys = &self.new.schema(object).ok()?.keys;
        let difference = match &answer {
            Err(error) if is_of_function(error) => return None,
            // Who is refused for that asks for a manifest, and writes it again.
            Err(error) if is_of_child(error, object) && !self.declares(object, peer) => return None,
            Err(error) => Difference::Refused(error.to_string()),
            Ok(answer) => {
                let graves = |name: &str| self.old_grave(object, name, version);
                Difference::Keys(differing(keys, &message, answer, &graves, &|_| false)).or_none()?
            }
        };
        concerns(&difference).then(|| Witness {
            object: object.to_owned(),
            version,
            writer: Host::Here,
            act: Act::Write,
            sent: text(&message),
            reader: Host::Released,
            refused: answer.is_err(),
            answer: answer.map_or_else(|error| error.to_string(), |answer| text(&answer)),
            expected: None,
        })
    }

    /// A message of an older version with a value under that name, as a reader here has it who goes by names alone, whatever
    /// version it is of.
    pub(super) fn by_names_alone(&self, object: &str, name: &str, versions: &[Version]) -> Option<Witness> {
        let schema = self.old.schema(object).ok()?;
        let current = self.new.schema(object).ok()?.current();
        let messages = sample::objects(&self.old, schema, &[], None).into_iter().flat_map(|envelope| {
            let made = read(&self.old, &envelope).ok();
            versions.iter().filter_map(move |version| {
                let message = write(made.as_ref()?, *version, None).ok()?;
                message.get(&schema.keys.data)?.get(name)?;
                Some((*version, message))
            })
        });
        let (version, message) = messages.into_iter().next().or_else(|| {
            // Nobody writes the name any more but the oldest hosts, with a value of which no schema tells the type.
            let version = *versions.first()?;
            let data = [(name.to_owned(), Primitive::from("a"))].into_iter().collect();
            Some((version, at_version(schema, sample::envelope(schema, data), version)))
        })?;
        let mut alone = message.clone();
        let data = alone.as_map_mut()?.get_mut(&*schema.keys.data)?.as_map_mut()?;
        data.retain(|own, _| own == name);
        let answer =
            read(&self.new, &at_version(schema, alone, current)).and_then(|read| read.get_by_name(name));
        Some(Witness {
            object: object.to_owned(),
            version,
            writer: Host::Released,
            act: Act::Names,
            sent: text(&message),
            reader: Host::Here,
            refused: answer.is_err(),
            answer: match answer {
                Ok(value) => format!("the new field: {name} = {}", text(&value.unwrap_or_default())),
                Err(error) => format!("the new field, and refuses it: {error}"),
            },
            expected: None,
        })
    }

    /// An object that is made here and written as it is, for whoever reads it.
    pub(super) fn unasked(&self, object: &str) -> Option<Witness> {
        let schema = self.new.schema(object).ok()?;
        let envelope = sample::objects(&self.new, schema, &[], None).into_iter().next()?;
        let made = read(&self.new, &envelope).ok()?;
        let message = Primitive::of(&Encoded::new(&made, &Target::Own)).ok()?;
        let answer = read(&self.old, &message).err()?;
        Some(Witness {
            object: object.to_owned(),
            version: schema.current(),
            writer: Host::Here,
            act: Act::Write,
            sent: text(&message),
            reader: Host::Released,
            refused: true,
            answer: answer.to_string(),
            expected: None,
        })
    }

    /// A message from before there was the field: what the field is where it is read.
    pub(super) fn absent(&self, object: &str, field: &str) -> Option<Witness> {
        let schema = self.old.schema(object).ok()?;
        let required = schema.fields.iter().filter(|own| own.required).map(|own| own.name.to_string());
        let envelope =
            sample::objects(&self.old, schema, &required.collect::<Vec<_>>(), None).into_iter().next()?;
        self.versions(object, &[]).into_iter().find_map(|version| {
            let message = at_version(schema, envelope.clone(), version);
            let value = |registry: &Registry| -> Option<String> {
                let read = read(registry, &message).ok()?;
                let value = read.get_by_name(field).ok()?;
                Some(format!("{field} = {}", value.map_or_else(|| "unset".to_owned(), |value| text(&value))))
            };
            let (expected, answer) = (value(&self.old)?, value(&self.new)?);
            (expected != answer).then(|| Witness {
                object: object.to_owned(),
                version,
                writer: Host::Released,
                act: Act::Write,
                sent: text(&message),
                reader: Host::Here,
                refused: false,
                answer,
                expected: Some(expected),
            })
        })
    }

    /// Whether it was said which versions of the objects inside it the peer reads: by the peer, or by the object.
    fn declares(&self, object: &str, peer: Peer) -> bool {
        let says = |schema: &ObjectSchema| schema.fields.iter().any(|field| schema.rows_of(field).is_some());
        !matches!(peer, Peer::Silent) || self.new.schema(object).is_ok_and(says)
    }

    /// Whether the field is one that is gone, of which a host here keeps nothing and fills in what it may.
    fn is_grave(&self, object: &str, name: &str, version: Version) -> bool {
        let [old, new] = [&self.locks[0], &self.locks[1]]
            .map(|locks| locks.get(object).and_then(|lock| grave(lock.schema(), name, version)));
        // One that was gone before is held to what it was.
        new.is_some() && old.is_none()
    }

    fn old_grave(&self, object: &str, name: &str, version: Version) -> bool {
        self.locks[0].get(object).is_some_and(|lock| grave(lock.schema(), name, version).is_some())
    }

    /// Whether null becomes a default here, as was meant.
    fn became_default(&self, object: &str, name: &str) -> bool {
        let field = |locks: &Locks| locks.get(object).and_then(|lock| lock.schema().field(name).cloned());
        match (field(&self.locks[0]), field(&self.locks[1])) {
            (Some(old), Some(new)) => old.nullable && !new.nullable && new.default.is_some(),
            _ => false,
        }
    }
}

impl Difference {
    fn or_none(self) -> Option<Difference> {
        match &self {
            Difference::Keys(keys) if keys.is_empty() => None,
            _ => Some(self),
        }
    }
}

fn grave<'a>(schema: &'a ObjectSchema, name: &str, version: Version) -> Option<&'a crate::schema::Tombstone> {
    let is_it = |grave: &&crate::schema::Tombstone| grave.name == name && grave.is_in(version);
    schema.tombstones.iter().find(is_it).filter(|_| version < schema.current())
}

/// Whether an object inside that one is in a version that isn't read.
fn is_of_child(error: &Error, object: &str) -> bool {
    error.incompatible_version().is_some_and(|incompatible| incompatible.object != object)
}

/// Whether a Rust function would be needed.
fn is_of_function(error: &Error) -> bool {
    error.message().contains("a Rust function")
}

pub(super) fn read(registry: &Registry, envelope: &Primitive) -> Result<AnyObject, Error> {
    let reader: Reader<Refusal> = envelope.clone().into_deserializer();
    registry.decode(reader)
}

/// Writes an object for a host that reads that version, and says of the objects inside it what that peer says.
fn write(object: &AnyObject, version: Version, manifest: Option<&Manifest>) -> Result<Primitive, Error> {
    let view = object.at(Target::Version(version, manifest))?;
    Primitive::of(&view)
}
