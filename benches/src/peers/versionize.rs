use std::rc::Rc;

use versionize::{VersionMap, Versionize, VersionizeError, VersionizeResult};
use versionize_derive::Versionize;

use crate::way::{Way, done};

#[derive(Clone, Debug, Versionize)]
pub struct Volume {
    serial: String,
    bus: String,
    boot_index: Option<i64>,
}

#[derive(Clone, Debug, Versionize)]
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
    // It has no maps.
    metadata: Vec<(String, String)>,
    volumes: Vec<Volume>,
    #[version(start = 2, default_fn = "no_reason")]
    locked_reason: Option<String>,
}

impl Instance {
    fn no_reason(_: u16) -> Option<String> {
        None
    }
}

super::from_work!(Instance, Volume);

pub fn way<T: Versionize + 'static>(work: T) -> Way {
    let work = Rc::new(work);
    let mut map = VersionMap::new();
    map.new_version().set_type_version(<Instance as Versionize>::type_id(), 2);
    let map = Rc::new(map);
    let write = |version| {
        let (work, map) = (Rc::clone(&work), Rc::clone(&map));
        move |out: &mut Vec<u8>| work.serialize(out, &map, version).expect("the work can be written")
    };
    let read = |version| {
        let map = Rc::clone(&map);
        move |mut bytes: &[u8]| done::<T, VersionizeError>(T::deserialize(&mut bytes, &map, version))
    };
    let mut older = Vec::new();
    write(1)(&mut older);
    Way::new("versionize", write(2), read(2)).writing_older(write(1)).reading_older(older, read(1))
}
