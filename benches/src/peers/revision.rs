use std::collections::BTreeMap;

use revision::{DeserializeRevisioned, Error, SerializeRevisioned, revisioned};

use crate::way::{Way, done};

#[revisioned(revision = 1)]
#[derive(Clone, Debug)]
pub struct Volume {
    serial: String,
    bus: String,
    boot_index: Option<i64>,
}

#[revisioned(revision = 2)]
#[derive(Clone, Debug)]
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
    #[revision(start = 2, default_fn = "no_reason")]
    locked_reason: Option<String>,
}

impl Instance {
    fn no_reason(_: u16) -> Result<Option<String>, Error> {
        Ok(None)
    }
}

super::from_work!(Instance, Volume);

/// It writes no older version, so what an older peer wrote isn't to be had beside the current type.
pub fn way<T: SerializeRevisioned + DeserializeRevisioned + 'static>(work: T) -> Way {
    Way::new(
        "revision",
        move |out| revision::to_writer(out, &work).expect("the work can be written"),
        |bytes| done(revision::from_slice::<T>(bytes)),
    )
}
