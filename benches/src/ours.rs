//! This project's ways.

use std::rc::Rc;

use serde_json::value::RawValue;
use versioned_objects::compact::Layouts;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Entity, FieldType, Manifest, Target, wire};

use crate::way::{Way, done};

fn write<T: Entity>(work: &T, target: Target<'_>, out: &mut Vec<u8>) {
    wire::append_json(work, target, out).expect("the work can be written");
}

/// Derived objects.
///
/// # Panics
/// Where the work can't be written.
pub fn derived<T: FieldType + 'static>(work: T, target: Target<'static>) -> Way {
    let work = Rc::new(work);
    let older_work = Rc::clone(&work);
    let older = wire::to_json(&*work, target).expect("the work can be written");
    let read = |bytes: &[u8]| done(wire::from_json::<T>(bytes, Default::default()));
    Way::new("derived", move |out| write(&*work, Target::Own, out), read)
        .writing_older(move |out| write(&*older_work, target, out))
        .reading_older(older, read)
}

/// Derived objects in the compact form, for a peer that has the same layouts. Those of the older version are for a
/// peer that agreed on what the target says.
///
/// # Panics
/// Where the work can't be written.
pub fn compact<T: FieldType + 'static>(work: T, registry: &Registry, target: Target<'static>) -> Way {
    let work = Rc::new(work);
    let older_work = Rc::clone(&work);
    let layouts = Rc::new(registry.layouts(registry.manifest()));
    let older_layouts = Rc::new(registry.layouts(&older_manifest(registry, target)));
    let older = wire::to_compact(&*work, target, &older_layouts).expect("the work can be written");
    let read = |layouts: Rc<Layouts>| {
        move |bytes: &[u8]| done(wire::from_compact::<T>(bytes, &layouts, Default::default()))
    };
    let write = |work: Rc<T>, layouts: Rc<Layouts>, target| {
        move |out: &mut Vec<u8>| {
            wire::append_compact(&*work, target, &layouts, out).expect("the work can be written");
        }
    };
    Way::new("compact", write(work, Rc::clone(&layouts), Target::Own), read(layouts))
        .writing_older(write(older_work, Rc::clone(&older_layouts), target))
        .reading_older(older, read(older_layouts))
}

/// What two peers agree on who write for that target.
fn older_manifest(registry: &Registry, target: Target<'_>) -> Manifest {
    let mut manifest = target.manifest().unwrap_or(registry.manifest()).clone();
    if let Target::Version(version, _) = target {
        let outermost = ["Instance", "LibvirtLiveMigrateData"];
        for name in outermost.into_iter().filter(|name| registry.names().any(|known| known == *name)) {
            manifest.insert(name, version);
        }
    }
    manifest
}

/// Objects of the same schemas that no Rust type stands for.
///
/// # Panics
/// Where these bytes aren't the work.
pub fn dynamic(bytes: &[u8], registry: &'static Registry, target: Target<'static>) -> Way {
    let object = registry.decode_json(bytes).expect("the work can be read");
    dynamic_of(object, target, |bytes| done(registry.decode_json(bytes)))
}

/// A list of such objects.
///
/// # Panics
/// Where these bytes aren't the work.
pub fn dynamic_list(bytes: &[u8], registry: &'static Registry, target: Target<'static>) -> Way {
    let read = |bytes: &[u8]| -> Vec<AnyObject> {
        let texts: Vec<&RawValue> = serde_json::from_slice(bytes).expect("a list");
        let objects = texts.into_iter().map(|text| registry.decode_json(text.get().as_bytes()));
        objects.collect::<Result<_, _>>().expect("the work can be read")
    };
    dynamic_of(read(bytes), target, move |bytes| done(Ok::<_, ()>(read(bytes))))
}

fn dynamic_of<T: Entity + 'static>(
    work: T,
    target: Target<'static>,
    read: impl Fn(&[u8]) + Copy + 'static,
) -> Way {
    let work = Rc::new(work);
    let older_work = Rc::clone(&work);
    let older = wire::to_json(&*older_work, target).expect("the work can be written");
    Way::new("dynamic", move |out| write(&*work, Target::Own, out), read)
        .writing_older(move |out| write(&*older_work, target, out))
        .reading_older(older, read)
}
