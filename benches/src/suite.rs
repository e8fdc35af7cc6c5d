//! All ways for each work.

use std::sync::LazyLock;

use versioned_objects::nova::objects as nova;
use versioned_objects::registry::Registry;
use versioned_objects::{Manifest, Target, Version, VersionedObject};

use crate::plain::Envelope;
use crate::way::Way;
use crate::{hand, ours, peers, plain, value, work};

/// The names of the works.
pub const WORKS: [&str; 6] = ["small", "libvirt", "list10", "list1000", "list10000", "list100000"];

static MANIFEST: LazyLock<Manifest> = LazyLock::new(work::libvirt_manifest);

static REGISTRY: LazyLock<Registry> = LazyLock::new(|| {
    Registry::new()
        .with_schema(work::Volume::SCHEMA.clone())
        .with_schema(work::Instance::SCHEMA.clone())
        .with_schema(nova::LibvirtLiveMigrateBDMInfo::SCHEMA.clone())
        .with_schema(nova::LibvirtLiveMigrateNUMAInfo::SCHEMA.clone())
        .with_schema(nova::LibvirtLiveMigrateData::SCHEMA.clone())
});

static DERIVED: LazyLock<Registry> = LazyLock::new(|| {
    Registry::new()
        .with::<work::Volume>()
        .with::<work::Instance>()
        .with::<nova::LibvirtLiveMigrateBDMInfo>()
        .with::<nova::LibvirtLiveMigrateNUMAInfo>()
        .with::<nova::LibvirtLiveMigrateData>()
});

const OLDER: Target<'static> = Target::Version(Version::new(1, 0), None);

fn count(work: &str) -> usize {
    work.strip_prefix("list").and_then(|count| count.parse().ok()).unwrap_or(1)
}

/// The objects of a list: those of 10,000 are a host's inventory.
fn list(work: &str) -> Vec<work::Instance> {
    match work {
        "list10000" => work::inventory(count(work)),
        _ => work::instances(count(work)),
    }
}

/// The work as JSON text.
///
/// # Panics
/// Where it can't be written.
pub fn text(work: &str) -> String {
    let text = match work {
        "small" => serde_json::to_string(&work::instance(0)),
        "libvirt" => serde_json::to_string(&work::libvirt()),
        _ => serde_json::to_string(&list(work)),
    };
    text.expect("the work can be written")
}

/// All ways for the work of that name.
pub fn ways(work: &str) -> Vec<Way> {
    makers(work).into_iter().map(|(_, make)| make()).collect()
}

/// One way for the work of that name, without making the others.
pub fn way(work: &str, who: &str) -> Option<Way> {
    makers(work).into_iter().find(|(name, _)| *name == who).map(|(_, make)| make())
}

/// A way that isn't made yet, with its name.
pub type Maker = (&'static str, Box<dyn FnOnce() -> Way>);

/// A way to be made.
pub fn maker(who: &'static str, make: impl FnOnce() -> Way + 'static) -> Maker {
    (who, Box::new(make))
}

/// The peers don't take part in the largest list, for memory's sake, and of the larger two those alone that a goal
/// speaks of.
fn makers(work: &str) -> Vec<Maker> {
    let bytes = || text(work).into_bytes();
    match work {
        "small" => {
            let bytes = bytes();
            let [dynamic, hand, plain, value] = [(); 4].map(|()| bytes.clone());
            let mut makers = vec![
                maker("derived", || ours::derived(work::instance(0), OLDER)),
                maker("dynamic", move || ours::dynamic(&dynamic, &REGISTRY, OLDER)),
                maker("compact", || ours::compact(work::instance(0), &DERIVED, OLDER)),
                maker("hand", move || hand::way::<hand::Instance>(&hand)),
                maker("serde", move || plain::way::<Envelope<plain::Instance>>(&plain)),
                maker("value", move || {
                    value::way::<Envelope<plain::Instance>>(&value, value::older_instance)
                }),
            ];
            makers.extend(peers::single(&work::instance(0), text(work).as_bytes()));
            makers
        }
        "libvirt" => {
            let bytes = bytes();
            let [dynamic, hand, plain, value] = [(); 4].map(|()| bytes.clone());
            let target = Target::Version(Version::new(1, 2), Some(&MANIFEST));
            vec![
                maker("derived", move || ours::derived(work::libvirt(), target)),
                maker("dynamic", move || ours::dynamic(&dynamic, &REGISTRY, target)),
                maker("compact", move || ours::compact(work::libvirt(), &DERIVED, target)),
                maker("hand", move || hand::way::<hand::Libvirt>(&hand)),
                maker("serde", move || plain::way::<Envelope<plain::Libvirt>>(&plain)),
                maker("value", move || value::way::<Envelope<plain::Libvirt>>(&value, value::older_libvirt)),
            ]
        }
        _ => {
            let name = work.to_owned();
            let named = move || name.clone();
            let [derived, compact, columnar, dynamic, hand, plain, value] = [(); 7].map(|()| named());
            let mut makers = vec![
                maker("derived", move || ours::derived(list(&derived), OLDER)),
                maker("dynamic", move || ours::dynamic_list(text(&dynamic).as_bytes(), &REGISTRY, OLDER)),
                maker("compact", move || ours::compact(list(&compact), &DERIVED, OLDER)),
                maker("hand", move || hand::way::<Vec<hand::Instance>>(text(&hand).as_bytes())),
                maker("serde", move || plain::way::<Vec<Envelope<plain::Instance>>>(text(&plain).as_bytes())),
                maker("value", move || {
                    let bytes = text(&value).into_bytes();
                    value::way::<Vec<Envelope<plain::Instance>>>(&bytes, value::older_instances)
                }),
            ];
            if count(work) > 10 {
                makers.insert(3, maker("columnar", move || ours::columnar(list(&columnar), &DERIVED, OLDER)));
            }
            match count(work) {
                ..=1000 => makers.extend(peers::list(&list(work), text(work).as_bytes())),
                10_000 => makers.extend(peers::long_list(&list(work), text(work).as_bytes())),
                _ => {}
            }
            makers
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A comparison holds only between the same bytes.
    #[test]
    fn the_same_bytes() {
        for work in ["small", "libvirt", "list10"] {
            let ways = ways(work);
            let written = |write: &dyn Fn(&mut Vec<u8>)| {
                let mut out = Vec::new();
                write(&mut out);
                String::from_utf8(out).unwrap()
            };
            let ours = ways.iter().find(|way| way.who == "derived").unwrap();
            for way in ways.iter().filter(|way| {
                ["dynamic", "hand", "serde", "sonic-rs", "simd-json", "flexon"].contains(&way.who)
            }) {
                assert_eq!(written(&way.write), written(&ours.write), "{work} by {}", way.who);
                let Some(write) = &way.write_older else { continue };
                let older = written(write);
                assert_eq!(older, written(ours.write_older.as_ref().unwrap()), "older {work} by {}", way.who);
            }
        }
    }
}
