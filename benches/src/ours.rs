//! This project's ways.

use std::rc::Rc;

use serde_json::value::RawValue;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Entity, FieldType, Target, wire};

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
