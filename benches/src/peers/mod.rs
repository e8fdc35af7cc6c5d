//! The other crates that version a message, and those that are fastest without, each on the same fields, as its own
//! documentation shows.

mod bitcode;
mod native_model;
mod obake;
mod revision;
mod savefile;
mod version_migrate;
mod versionize;

use crate::suite::{Maker, maker};
use crate::work;

/// All of them on one object.
pub fn single(work: &work::Instance) -> Vec<Maker> {
    let [a, b, c, d, e, f, g] = [(); 7].map(|()| work.clone());
    vec![
        maker("versionize", || versionize::way::<versionize::Instance>(a.into())),
        maker("revision", || revision::way::<revision::Instance>(b.into())),
        maker("native_model", || native_model::way(c.into())),
        maker("obake", || obake::way(d.into())),
        maker("savefile", || savefile::way::<savefile::Instance>(e.into())),
        maker("version-migrate", || version_migrate::way(f.into())),
        maker("bitcode", || bitcode::way::<bitcode::Instance>(g.into())),
    ]
}

/// Those that the longer lists are compared with.
pub fn long_list(work: &[work::Instance]) -> Vec<Maker> {
    let [a, b] = [(); 2].map(|()| work.to_vec());
    vec![
        maker("savefile", move || savefile::way::<Vec<savefile::Instance>>(all(&a))),
        maker("bitcode", move || bitcode::way::<Vec<bitcode::Instance>>(all(&b))),
    ]
}

/// All that take a list, on a list.
pub fn list(work: &[work::Instance]) -> Vec<Maker> {
    let [a, b, c, d] = [(); 4].map(|()| work.to_vec());
    let mut makers = vec![
        maker("versionize", move || versionize::way::<Vec<versionize::Instance>>(all(&a))),
        maker("revision", move || revision::way::<Vec<revision::Instance>>(all(&b))),
        maker("native_model", move || native_model::list_way(all(&c))),
        maker("obake", move || obake::list_way(all(&d))),
    ];
    let e = work.to_vec();
    makers.extend(long_list(work));
    makers.push(maker("version-migrate", move || version_migrate::list_way(all(&e))));
    makers
}

fn all<T: From<work::Instance>>(work: &[work::Instance]) -> Vec<T> {
    work.iter().cloned().map(T::from).collect()
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

use {from_other, from_work};
