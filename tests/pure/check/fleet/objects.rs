//! Objects with a history, and four releases of them.

use serde_json::{Map, Value, json};
use versioned_objects::check::{Fleet, Lock, Locks, Policy};
use versioned_objects::registry::Registry;
use versioned_objects::{Field, FieldEnum, Origin, VersionedObject};

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "lowercase")]
pub enum Bus {
    Ide,
    Virtio,
    Nvme,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
pub struct Part {
    pub origin: Origin,
    pub start: Field<i64>,
    #[field(since = "1.1")]
    pub end: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, list, versions("1.0", "1.1"), child_versions("1.0" => "1.0", "1.1" => "1.1"))]
pub struct Shelf {
    pub origin: Origin,
    pub objects: Field<Vec<Part>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0..=1.3"), removed(name = "kind", until = "1.1", fill = "none"))]
pub struct Disk {
    pub origin: Origin,
    pub serial: Field<String>,
    pub size: Field<Option<i64>>,
    #[field(since = "1.1")]
    pub cache: Field<String>,
    #[field(since = "1.1", absent = "rw")]
    pub mode: Field<String>,
    #[field(values("nvme", since = "1.2", older = "virtio"))]
    pub bus: Field<Bus>,
    #[field(renamed(from = "title", since = "1.2"))]
    pub label: Field<String>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    pub part: Field<Part>,
    #[field(since = "1.3")]
    pub note: Field<Option<String>>,
}

/// The versions of each release, oldest first.
pub const RELEASES: [(&str, &[(&str, &str)]); 4] = [
    ("1", &[("Disk", "1.0"), ("Part", "1.0"), ("Shelf", "1.0")]),
    ("2", &[("Disk", "1.1"), ("Part", "1.1"), ("Shelf", "1.1")]),
    ("3", &[("Disk", "1.2"), ("Part", "1.1"), ("Shelf", "1.1")]),
    ("4", &[("Disk", "1.3"), ("Part", "1.1"), ("Shelf", "1.1")]),
];

/// The locks of each release as JSON, by the objects' names: what was true when it came out.
pub fn releases() -> Vec<(String, Value)> {
    let now = Locks::of(&Registry::new().with::<Disk>().with::<Part>().with::<Shelf>());
    let releases = RELEASES.iter().enumerate().map(|(place, (release, versions))| {
        let locks = versions.iter().map(|(name, version)| {
            let lock = now.get(name).unwrap().at(version.parse().unwrap()).unwrap();
            ((*name).to_owned(), serde_json::from_str(&lock.to_string()).unwrap())
        });
        let mut locks: Map<String, Value> = locks.collect();
        let disk = &mut locks["Disk"];
        if place < 2 {
            // What tombstones and rules of later releases tell of.
            disk["fields"]["kind"] = json!({"type": "String"});
            disk["fields"]["bus"]["type"]["values"] = json!(["ide", "virtio"]);
        }
        ((*release).to_owned(), Value::Object(locks))
    });
    releases.collect()
}

pub fn locks(texts: &Value) -> Locks {
    let texts = texts.as_object().unwrap().values();
    texts
        .map(|text| text.to_string().parse::<Lock>().unwrap_or_else(|error| panic!("{error}: {text}")))
        .collect()
}

/// Five hosts of those releases.
pub fn fleet(releases: &[(String, Value)]) -> Fleet {
    let fleet = releases.iter().fold(Fleet::new(), |fleet, (name, texts)| fleet.locks(name, &locks(texts)));
    fleet.hosts(["api", "a", "b", "c", "d"]).policy(Policy::rolling().roll_back())
}
