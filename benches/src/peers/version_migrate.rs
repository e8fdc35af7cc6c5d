use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};
use version_migrate::{IntoDomain, MigratesTo, Migrator, Versioned, migrator};

use crate::way::{Way, done};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Volume {
    serial: String,
    bus: String,
    boot_index: Option<i64>,
}

#[derive(Clone, Debug, Serialize, Deserialize, Versioned)]
#[versioned(version = "1.0.0")]
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

#[derive(Clone, Debug, Serialize, Deserialize, Versioned)]
#[versioned(version = "1.1.0")]
pub struct InstanceV2 {
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

/// Its model of the domain, which has no version.
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
    locked_reason: Option<String>,
}

super::from_work!(InstanceV2, Volume);
super::from_other!(InstanceV1 => InstanceV2, |_other| locked_reason: None);
super::from_other!(InstanceV2 => InstanceV1);
super::from_other!(InstanceV2 => Instance, |other| locked_reason: other.locked_reason.clone());

impl MigratesTo<InstanceV2> for InstanceV1 {
    fn migrate(self) -> InstanceV2 {
        self.into()
    }
}

impl IntoDomain<Instance> for InstanceV2 {
    fn into_domain(self) -> Instance {
        self.into()
    }
}

fn migrator() -> Rc<Migrator> {
    Rc::new(migrator!("instance" => [InstanceV1, InstanceV2, Instance]).expect("a path of migrations"))
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("text")
}

/// It takes the object apart to write it, and writes older versions by hand alone.
pub fn way(work: InstanceV2) -> Way {
    let (writer, reader) = (migrator(), migrator());
    let older = writer.save(InstanceV1::from(work.clone())).expect("the work can be written");
    let read = move |bytes: &[u8]| done(reader.load::<Instance>("instance", text(bytes)));
    let read_older = read.clone();
    let write = move |out: &mut Vec<u8>| {
        out.extend_from_slice(writer.save(work.clone()).expect("the work can be written").as_bytes());
    };
    Way::new("version-migrate", write, read).reading_older(older.into_bytes(), read_older)
}

pub fn list_way(work: Vec<InstanceV2>) -> Way {
    let (writer, reader) = (migrator(), migrator());
    let older = work.iter().cloned().map(InstanceV1::from).collect();
    let older = writer.save_vec(older).expect("the work can be written");
    let read = move |bytes: &[u8]| done(reader.load_vec::<Instance>("instance", text(bytes)));
    let read_older = read.clone();
    let write = move |out: &mut Vec<u8>| {
        out.extend_from_slice(writer.save_vec(work.clone()).expect("the work can be written").as_bytes());
    };
    Way::new("version-migrate", write, read).reading_older(older.into_bytes(), read_older)
}
