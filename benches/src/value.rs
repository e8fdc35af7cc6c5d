//! Through a tree: `serde_json::Value`, in which the older version is made.

use std::rc::Rc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::way::{Way, done};

/// The older form of an envelope.
type Edit = fn(&mut Value);

/// Writes and reads what stands in these bytes, as a `T` through a tree.
///
/// # Panics
/// Where they aren't the work.
pub fn way<T: Serialize + DeserializeOwned + 'static>(bytes: &[u8], edit: Edit) -> Way {
    let work: Rc<T> = Rc::new(serde_json::from_slice(bytes).expect("the work can be read"));
    let older_work = Rc::clone(&work);
    let older = move |out: &mut Vec<u8>| {
        let mut tree = serde_json::to_value(&*older_work).expect("the work has a tree");
        edit(&mut tree);
        serde_json::to_writer(out, &tree).expect("the work can be written");
    };
    let mut older_bytes = Vec::new();
    older(&mut older_bytes);
    Way::new(
        "value",
        move |out| {
            let tree = serde_json::to_value(&*work).expect("the work has a tree");
            serde_json::to_writer(out, &tree).expect("the work can be written");
        },
        read::<T>,
    )
    .writing_older(older)
    .reading_older(older_bytes, read::<T>)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) {
    done(serde_json::from_slice::<Value>(bytes).and_then(serde_json::from_value::<T>));
}

/// Labels an envelope with an older version and takes fields out of it.
fn without(envelope: &mut Value, version: &str, newer: &[&str]) {
    envelope["nova_object.version"] = version.into();
    if let Some(data) = envelope["nova_object.data"].as_object_mut() {
        data.retain(|name, _| !newer.contains(&name.as_str()));
    }
    if let Some(changes) = envelope["nova_object.changes"].as_array_mut() {
        changes.retain(|name| !newer.iter().any(|newer| name == newer));
    }
}

/// The older form of an instance.
pub fn older_instance(tree: &mut Value) {
    without(tree, "1.0", &["locked_reason"]);
}

/// The older form of a list of instances.
pub fn older_instances(tree: &mut Value) {
    tree.as_array_mut().into_iter().flatten().for_each(older_instance);
}

/// The older form of `LibvirtLiveMigrateData`.
pub fn older_libvirt(tree: &mut Value) {
    const NEWER: &[&str] = &[
        "supported_perf_events",
        "src_supports_native_luks",
        "dst_wants_file_backed_memory",
        "file_backed_memory_discard",
        "src_supports_numa_live_migration",
        "dst_supports_numa_live_migration",
        "dst_supports_mdev_live_migration",
        "dst_cpu_shared_set_info",
        "old_vol_attachment_ids",
        "wait_for_vif_plugged",
    ];
    for bdm in tree["nova_object.data"]["bdms"].as_array_mut().into_iter().flatten() {
        without(bdm, "1.0", &["encryption_secret_uuid"]);
    }
    without(tree, "1.2", NEWER);
}
