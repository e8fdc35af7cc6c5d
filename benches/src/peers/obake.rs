use std::collections::BTreeMap;

use obake::AnyVersion;
use serde::{Deserialize, Serialize};

use crate::way::{Way, done};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    serial: String,
    bus: String,
    boot_index: Option<i64>,
}

#[obake::versioned]
#[obake(version("1.0.0"))]
#[obake(version("1.1.0"))]
#[obake(derive(Serialize, Deserialize))]
#[derive(Clone, Debug, Serialize, Deserialize)]
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
    #[obake(cfg("1.1.0"))]
    locked_reason: Option<String>,
}

super::from_work!(Instance, Volume);
super::from_other!(Instance!["1.0.0"] => Instance!["1.1.0"], |_other| locked_reason: None);
super::from_other!(Instance!["1.1.0"] => Instance!["1.0.0"]);

/// It reads older versions and writes none but by hand; this is the version that it would read.
fn as_older(instance: Instance) -> AnyVersion<Instance> {
    let older: Instance!["1.0.0"] = instance.into();
    older.into()
}

pub fn way(work: Instance) -> Way {
    let older = serde_json::to_vec(&as_older(work.clone())).expect("the work can be written");
    let work: AnyVersion<Instance> = work.into();
    let read = |bytes: &[u8]| done(serde_json::from_slice::<AnyVersion<Instance>>(bytes).map(Instance::from));
    Way::new("obake", move |out| serde_json::to_writer(out, &work).expect("the work can be written"), read)
        .reading_older(older, read)
}

pub fn list_way(work: Vec<Instance>) -> Way {
    let older: Vec<_> = work.iter().cloned().map(as_older).collect();
    let older = serde_json::to_vec(&older).expect("the work can be written");
    let work: Vec<AnyVersion<Instance>> = work.into_iter().map(AnyVersion::<Instance>::from).collect();
    let read = |bytes: &[u8]| {
        let read = serde_json::from_slice::<Vec<AnyVersion<Instance>>>(bytes);
        done(read.map(|list| list.into_iter().map(Instance::from).collect::<Vec<_>>()));
    };
    Way::new("obake", move |out| serde_json::to_writer(out, &work).expect("the work can be written"), read)
        .reading_older(older, read)
}
