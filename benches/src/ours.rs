//! This project's ways.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use versioned_objects::compact::{Layouts, ViewColumn};
use versioned_objects::nova;
use versioned_objects::registry::Registry;
use versioned_objects::wire::CompactWriter;
use versioned_objects::{Entity, FieldType, Manifest, Target, wire};

use crate::way::{Way, done};
use crate::work;

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
    let older = registry.layouts(&older_manifest(registry, target));
    let layouts = registry.layouts(registry.manifest());
    let bytes = wire::to_compact(&work, Target::Own, &layouts).expect("the work can be written");
    let looked = Rc::new(layouts.clone());
    let way = packed("compact", work, [layouts, older, others(target)], target);
    // A list has no fields of its own.
    match wire::peek(&bytes, &looked, "host") {
        Ok(Some(_)) => way.reading("field", bytes, move |bytes| done(wire::peek(bytes, &looked, "host"))),
        _ => way,
    }
}

/// What is agreed on with a peer of another release, which has many more objects, and those of the work in an older
/// version.
fn others(target: Target<'_>) -> Layouts {
    let all = nova::registry().with::<work::Volume>().with::<work::Instance>();
    all.layouts(&older_manifest(&all, target))
}

fn packed<T: FieldType + 'static>(
    who: &'static str,
    work: T,
    layouts: [Layouts; 3],
    target: Target<'static>,
) -> Way {
    let work = Rc::new(work);
    let older_work = Rc::clone(&work);
    let [layouts, older_layouts, others] = layouts.map(Rc::new);
    let differing = wire::to_compact(&*work, target, &others).expect("the work can be written");
    let older = wire::to_compact(&*work, target, &older_layouts).expect("the work can be written");
    let read = |layouts: Rc<Layouts>| {
        move |bytes: &[u8]| done(wire::from_compact::<T>(bytes, &layouts, Default::default()))
    };
    let write = |work: Rc<T>, layouts: Rc<Layouts>, target| {
        let writer = RefCell::new(CompactWriter::new());
        move |out: &mut Vec<u8>| {
            let written = writer.borrow_mut().append(&*work, target, &layouts, out);
            written.expect("the work can be written");
        }
    };
    Way::new(who, write(work, Rc::clone(&layouts), Target::Own), read(layouts))
        .writing_older(write(older_work, Rc::clone(&older_layouts), target))
        .reading_older(older, read(Rc::clone(&older_layouts)))
        .reading("read-differing", differing, read(others))
}

/// Derived objects in a list in the compact form by column, otherwise as [`compact`] has it.
///
/// # Panics
/// Where the work can't be written.
pub fn columnar<T: FieldType + 'static>(work: T, registry: &Registry, target: Target<'static>) -> Way {
    let layouts = registry.layouts(registry.manifest()).columnar();
    let older = registry.layouts(&older_manifest(registry, target)).columnar();
    let bytes = wire::to_compact(&work, Target::Own, &layouts).expect("the work can be written");
    let field = bytes.clone();
    let views = Rc::new(layouts.clone());
    let fields = Rc::clone(&views);
    packed("columnar", work, [layouts, older, others(target).columnar()], target)
        .reading("read-views", bytes, move |bytes| look_at_all(bytes, &views))
        .reading("field", field, move |bytes| {
            let columns = wire::columns(bytes, &fields).expect("the work can be read");
            look_at(columns.field("host").expect("a field"));
        })
}

/// Looks at each value of each field.
fn look_at_all(bytes: &[u8], layouts: &Layouts) {
    let columns = wire::columns(bytes, layouts).expect("the work can be read");
    for field in columns.fields() {
        look_at(columns.field(&field.name).expect("a field"));
    }
}

fn look_at(column: ViewColumn<'_>) {
    for within in [column.elements(), column.keys(), column.values()].into_iter().flatten() {
        look_at(within);
    }
    if let Some(objects) = column.objects() {
        let objects = objects.expect("the work can be read");
        for field in objects.fields() {
            look_at(objects.field(&field.name).expect("a field"));
        }
    }
    column.for_each(|value| {
        black_box(value.expect("the work can be read"));
    });
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
    let objects = registry.decode_json_list(bytes).expect("the work can be read");
    dynamic_of(objects, target, |bytes| done(registry.decode_json_list(bytes)))
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
