//! Small objects that hosts send each other.

use versioned_objects::{Field, Origin, Version, VersionedObject};

pub const V0_1: Version = Version::new(0, 1);
pub const V1_0: Version = Version::new(1, 0);
pub const V1_1: Version = Version::new(1, 1);

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "tests", serial_namespace = "t", versions("1.0", "1.1"), coerce)]
pub struct Volume {
    pub origin: Origin,
    pub id: Field<String>,
    #[field(since = "1.1")]
    pub target: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "tests", serial_namespace = "t", versions("0.1", "1.0"), coerce)]
pub struct MigrateData {
    pub origin: Origin,
    pub disk: Field<String>,
    pub volume: Field<Volume>,
    #[field(since = "1.0")]
    pub naming: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(name = "MigrateData", namespace = "tests", serial_namespace = "t", versions("2.0"), coerce)]
pub struct MigrateDataOfTwo {
    pub origin: Origin,
    pub disk: Field<String>,
}

/// Leaves the object in it as it is, whatever the target.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "tests", serial_namespace = "t", versions("1.0", "1.1"), keep_children, coerce)]
pub struct Careless {
    pub origin: Origin,
    pub volume: Field<Volume>,
    #[field(since = "1.1")]
    pub more: Field<String>,
}

pub fn data() -> MigrateData {
    let volume =
        Volume { id: String::from("v").into(), target: String::from("iqn").into(), ..Volume::default() };
    MigrateData {
        disk: String::from("sda").into(),
        volume: volume.into(),
        naming: String::from("new-style").into(),
        ..MigrateData::default()
    }
}
