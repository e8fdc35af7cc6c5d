//! The other crates that version a message, and those that are fastest without, each on the same fields, as its own
//! documentation shows. Fory is in its compatible mode, and sonic-rs, simd-json and flexon are as they are built by default.

mod bitcode;
mod fory;
mod json;
mod native_model;
mod obake;
mod revision;
mod rkyv;
mod savefile;
mod serde;
mod version_migrate;
mod versionize;
mod wincode;

use crate::plain::{self, Envelope};
use crate::suite::{Maker, maker};
use crate::work;

/// All of them on one object; `text` is the object as JSON.
pub fn single(work: &work::Instance, text: &[u8]) -> Vec<Maker> {
    let [a, b, c, d, e, f] = [(); 6].map(|()| work.clone());
    let mut makers = vec![
        maker("versionize", || versionize::way::<versionize::Instance>(a.into())),
        maker("revision", || revision::way::<revision::Instance>(b.into())),
        maker("native_model", || native_model::way(c.into())),
        maker("obake", || obake::way(d.into())),
        maker("savefile", || savefile::way::<savefile::Instance>(e.into())),
        maker("version-migrate", || version_migrate::way(f.into())),
    ];
    let [a, b, c, d, e, f] = [(); 6].map(|()| work.clone());
    makers.extend([
        maker("bitcode", || bitcode::way::<bitcode::Instance>(a.into())),
        maker("wincode", || wincode::way::<wincode::Instance>(b.into())),
        maker("serde-zap", || serde::zap(serde::Instance::from(c))),
        maker("postcard", || serde::postcard(serde::Instance::from(d))),
        maker("rkyv", || rkyv::way(e.into())),
        maker("fory", || fory::way::<fory::Instance>(f.into())),
    ]);
    makers.extend(json::ways::<Envelope<plain::Instance>>(text));
    makers
}

/// Those that the longer lists are compared with.
pub fn long_list(work: &[work::Instance], text: &[u8]) -> Vec<Maker> {
    let [a, b, c, d, e, f, g] = [(); 7].map(|()| work.to_vec());
    let mut makers = vec![
        maker("savefile", move || savefile::way::<Vec<savefile::Instance>>(all(&a))),
        maker("bitcode", move || bitcode::way::<Vec<bitcode::Instance>>(all(&b))),
        maker("wincode", move || wincode::way::<Vec<wincode::Instance>>(all(&c))),
        maker("serde-zap", move || serde::zap(all::<serde::Instance>(&d))),
        maker("postcard", move || serde::postcard(all::<serde::Instance>(&e))),
        maker("rkyv", move || rkyv::list_way(all(&f))),
        maker("fory", move || fory::way::<Vec<fory::Instance>>(all(&g))),
    ];
    makers.extend(json::ways::<Vec<Envelope<plain::Instance>>>(text));
    makers
}

/// All that take a list, on a list.
pub fn list(work: &[work::Instance], text: &[u8]) -> Vec<Maker> {
    let [a, b, c, d, e] = [(); 5].map(|()| work.to_vec());
    let mut makers = vec![
        maker("versionize", move || versionize::way::<Vec<versionize::Instance>>(all(&a))),
        maker("revision", move || revision::way::<Vec<revision::Instance>>(all(&b))),
        maker("native_model", move || native_model::list_way(all(&c))),
        maker("obake", move || obake::list_way(all(&d))),
    ];
    makers.extend(long_list(work, text));
    makers.push(maker("version-migrate", move || version_migrate::list_way(all(&e))));
    makers
}

fn all<T: From<work::Instance>>(work: &[work::Instance]) -> Vec<T> {
    work.iter().cloned().map(T::from).collect()
}

/// Structs of the work with a peer's derives.
macro_rules! structs {
    ($(#[$attribute:meta])+) => {
        $(#[$attribute])+
        pub struct Volume {
            serial: String,
            bus: String,
            boot_index: Option<i64>,
        }

        $(#[$attribute])+
        pub struct Instance {
            uuid: String,
            display_name: String,
            host: String,
            node: String,
            project_id: String,
            user_id: String,
            image_ref: String,
            power_state: Option<i64>,
            deleted: bool,
            locked: bool,
            auto_disk_config: bool,
            serial_ports: Vec<i64>,
            metadata: BTreeMap<String, String>,
            volumes: Vec<Volume>,
            locked_reason: Option<String>,
        }

        $crate::peers::from_work!(Instance, Volume);
    };
}

/// How the work becomes a peer's struct.
macro_rules! from_work {
    ($instance:path, $volume:ident) => {
        impl From<$crate::work::Volume> for $volume {
            fn from(volume: $crate::work::Volume) -> Self {
                $volume {
                    serial: volume.serial.into_value().unwrap_or_default(),
                    bus: volume.bus.into_value().unwrap_or_default(),
                    boot_index: volume.boot_index.into_value().flatten(),
                }
            }
        }

        impl From<$crate::work::Instance> for $instance {
            fn from(instance: $crate::work::Instance) -> Self {
                let volumes = instance.volumes.into_value().unwrap_or_default();
                Self {
                    uuid: instance.uuid.into_value().unwrap_or_default(),
                    display_name: instance.display_name.into_value().unwrap_or_default(),
                    host: instance.host.into_value().unwrap_or_default(),
                    node: instance.node.into_value().unwrap_or_default(),
                    project_id: instance.project_id.into_value().unwrap_or_default(),
                    user_id: instance.user_id.into_value().unwrap_or_default(),
                    image_ref: instance.image_ref.into_value().unwrap_or_default(),
                    power_state: instance.power_state.into_value().flatten(),
                    deleted: instance.deleted.into_value().unwrap_or_default(),
                    locked: instance.locked.into_value().unwrap_or_default(),
                    auto_disk_config: instance.auto_disk_config.into_value().unwrap_or_default(),
                    serial_ports: instance.serial_ports.into_value().unwrap_or_default(),
                    metadata: instance.metadata.into_value().unwrap_or_default().into_iter().collect(),
                    volumes: volumes.into_iter().map($volume::from).collect(),
                    locked_reason: instance.locked_reason.into_value().flatten(),
                }
            }
        }
    };
}

/// How one version of a peer's struct becomes another, field by field.
macro_rules! from_other {
    ($from:ty => $to:ty $(, |$other:ident| locked_reason: $reason:expr)?) => {
        impl From<$from> for $to {
            fn from(other: $from) -> Self {
                $(let $other = &other;)?
                Self {
                    $(locked_reason: $reason,)?
                    uuid: other.uuid,
                    display_name: other.display_name,
                    host: other.host,
                    node: other.node,
                    project_id: other.project_id,
                    user_id: other.user_id,
                    image_ref: other.image_ref,
                    power_state: other.power_state,
                    deleted: other.deleted,
                    locked: other.locked,
                    auto_disk_config: other.auto_disk_config,
                    serial_ports: other.serial_ports,
                    metadata: other.metadata,
                    volumes: other.volumes,
                }
            }
        }
    };
}

use {from_other, from_work, structs};
