//! All ways for each work.

use std::sync::LazyLock;

use versioned_objects::nova::objects as nova;
use versioned_objects::registry::Registry;
use versioned_objects::{Manifest, Target, Version, VersionedObject};

use crate::plain::Envelope;
use crate::way::Way;
use crate::{hand, ours, peers, plain, value, work};

/// The names of the works.
pub const WORKS: [&str; 5] = ["small", "libvirt", "list10", "list1000", "list100000"];

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

/// The work as JSON text.
///
/// # Panics
/// Where it can't be written.
pub fn text(work: &str) -> String {
    let text = match work {
        "small" => serde_json::to_string(&work::instance(0)),
        "libvirt" => serde_json::to_string(&work::libvirt()),
        list => serde_json::to_string(&work::instances(count(list))),
    };
    text.expect("the work can be written")
}

/// All ways for the work of that name. The peers don't take part in the largest list, for memory's sake.
pub fn ways(work: &str) -> Vec<Way> {
    let text = text(work);
    let bytes = text.as_bytes();
    match work {
        "small" => {
            let mut ways = vec![
                ours::derived(work::instance(0), OLDER),
                ours::dynamic(bytes, &REGISTRY, OLDER),
                ours::compact(work::instance(0), &DERIVED, OLDER),
                hand::way::<hand::Instance>(bytes),
                plain::way::<Envelope<plain::Instance>>(bytes),
                value::way::<Envelope<plain::Instance>>(bytes, value::older_instance),
            ];
            ways.extend(peers::single(&work::instance(0)));
            ways
        }
        "libvirt" => {
            let target = Target::Version(Version::new(1, 2), Some(&MANIFEST));
            vec![
                ours::derived(work::libvirt(), target),
                ours::dynamic(bytes, &REGISTRY, target),
                ours::compact(work::libvirt(), &DERIVED, target),
                hand::way::<hand::Libvirt>(bytes),
                plain::way::<Envelope<plain::Libvirt>>(bytes),
                value::way::<Envelope<plain::Libvirt>>(bytes, value::older_libvirt),
            ]
        }
        list => {
            let count = count(list);
            let mut ways = vec![
                ours::derived(work::instances(count), OLDER),
                ours::dynamic_list(bytes, &REGISTRY, OLDER),
                ours::compact(work::instances(count), &DERIVED, OLDER),
                hand::way::<Vec<hand::Instance>>(bytes),
                plain::way::<Vec<Envelope<plain::Instance>>>(bytes),
                value::way::<Vec<Envelope<plain::Instance>>>(bytes, value::older_instances),
            ];
            if count <= 1000 {
                ways.extend(peers::list(&work::instances(count)));
            }
            ways
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
            for way in ways.iter().filter(|way| ["dynamic", "hand", "serde"].contains(&way.who)) {
                assert_eq!(written(&way.write), written(&ours.write), "{work} by {}", way.who);
                let older = written(way.write_older.as_ref().unwrap());
                assert_eq!(older, written(ours.write_older.as_ref().unwrap()), "older {work} by {}", way.who);
            }
        }
    }
}
