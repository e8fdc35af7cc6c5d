use std::collections::BTreeMap;
use std::rc::Rc;

use savefile::{Deserialize, Deserializer, Serialize, Serializer, WithSchema};
use savefile_derive::Savefile;

use crate::way::{Way, done};

#[derive(Clone, Debug, Savefile)]
pub struct Volume {
    serial: String,
    bus: String,
    boot_index: Option<i64>,
}

#[derive(Clone, Debug, Savefile)]
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
    #[savefile_versions = "1.."]
    locked_reason: Option<String>,
}

super::from_work!(Instance, Volume);

/// Without its schema in front, as between peers that know it.
pub fn way<T: Serialize + Deserialize + WithSchema + 'static>(work: T) -> Way {
    let work = Rc::new(work);
    let write = |version| {
        let work = Rc::clone(&work);
        move |out: &mut Vec<u8>| {
            Serializer::save_noschema(out, version, &*work).expect("the work can be written");
        }
    };
    let read = |mut bytes: &[u8]| done(Deserializer::load_noschema::<T>(&mut bytes, 1));
    let mut older = Vec::new();
    write(0)(&mut older);
    Way::new("savefile", write(1), read).writing_older(write(0)).reading_older(older, read)
}
