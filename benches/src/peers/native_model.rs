use std::collections::BTreeMap;
use std::rc::Rc;

use native_model::{Model, native_model};
use serde::{Deserialize, Serialize};

use crate::way::{Way, done};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    serial: String,
    bus: String,
    boot_index: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[native_model(id = 1, version = 1)]
pub struct InstanceV1 {
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
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[native_model(id = 1, version = 2, from = InstanceV1)]
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

super::from_work!(Instance, Volume);
super::from_other!(InstanceV1 => Instance, |_other| locked_reason: None);
super::from_other!(Instance => InstanceV1);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[native_model(id = 2, version = 1)]
struct InstancesV1(Vec<InstanceV1>);

#[derive(Clone, Debug, Serialize, Deserialize)]
#[native_model(id = 2, version = 2, from = InstancesV1)]
struct Instances(Vec<Instance>);

impl From<InstancesV1> for Instances {
    fn from(older: InstancesV1) -> Self {
        Instances(older.0.into_iter().map(Instance::from).collect())
    }
}

impl From<Instances> for InstancesV1 {
    fn from(newer: Instances) -> Self {
        InstancesV1(newer.0.into_iter().map(InstanceV1::from).collect())
    }
}

pub fn way(work: Instance) -> Way {
    of_model(work)
}

pub fn list_way(work: Vec<Instance>) -> Way {
    of_model(Instances(work))
}

/// With bincode, its default. It gives and takes owned buffers, and takes the object apart to write an older one.
fn of_model<T: Model + Clone + 'static>(work: T) -> Way {
    let work = Rc::new(work);
    let older_work = Rc::clone(&work);
    let older = move |out: &mut Vec<u8>| {
        let bytes =
            native_model::encode_downgrade(T::clone(&older_work), 1).expect("the work can be written");
        out.extend_from_slice(&bytes);
    };
    let read = |bytes: &[u8]| done(native_model::decode::<T>(bytes.to_vec()).map_err(drop));
    let mut older_bytes = Vec::new();
    older(&mut older_bytes);
    Way::new(
        "native_model",
        move |out| out.extend_from_slice(&native_model::encode(&*work).expect("the work can be written")),
        read,
    )
    .writing_older(older)
    .reading_older(older_bytes, read)
}
