//! One object that uses every word of the attributes.

use std::collections::BTreeMap;
use std::num::ParseIntError;

use versioned_objects::{
    Error, Field, FieldEnum, Origin, Primitive, UnknownFields, Version, VersionedObject,
};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0..=1.1"))]
pub struct Disk {
    pub origin: Origin,
    pub size: Field<u64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
pub struct Timestamps {
    pub updated_at: Field<Option<String>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
pub struct Base {
    #[field(since = "1.1", default = false)]
    pub is_volume_backed: Field<bool>,
    #[field(extends)]
    pub timestamps: Timestamps,
    #[field(child_versions("1.0" => "1.1"))]
    pub disks: Field<Vec<Disk>>,
    pub origin: Origin,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
pub struct Owner {
    pub owner: Field<String>,
}

#[derive(FieldEnum, Clone, Copy, Debug, PartialEq)]
#[field_enum(name = "State", rename_all = "kebab-case")]
pub enum State {
    #[variant(name = "BUILD")]
    Building,
    SoftDeleted,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object")]
#[object(name = "Server", versions("0.1", "1.0..=1.13"), unreleased = "1.14", keep_children)]
#[object(removed(name = "host", since = "1.1", until = "1.2", fill = "nowhere"))]
#[object(removed(name = "node", until = "1.3"), compatible = Machine::finish, validate = check_machine)]
pub struct Machine {
    pub origin: Origin,
    #[field(name = "type", read_only, default = { "kinds": [1, -2.5, null], "more": true })]
    #[field(coerce)]
    pub kind: Field<BTreeMap<String, serde_json::Value>>,
    #[field(since = "1.1", absent = "BUILD", refuse)]
    pub r#state: Field<Option<State>>,
    #[field(values("a", null, since = "1.6", older = refuse), values("one", since = "1.5", older = "zero"))]
    #[field(values("two", since = "1.4", older = drop))]
    #[field(coerce)]
    pub cpu: Field<Option<String>>,
    #[field(renamed(from = "oldest", since = "1.0"), renamed(from = "older", since = "1.3"))]
    #[field(coerce)]
    pub newest: Field<bool>,
    #[field(was(type = String, since = "1.3", to_older = number_text, from_older = read_number))]
    #[field(was(type = bool, name = "many", since = "1.1", to_older = are_many, from_older = count_of))]
    #[field(coerce)]
    pub count: Field<i64>,
    #[field(take(from = "cpu", before = "1.11", wrap, when("count" = 3)), refuse(before = "1.2"))]
    #[field(coerce)]
    pub cpus: Field<Vec<String>>,
    #[field(insert(key = "k", from = "count", before = "1.4"), fill(value = {}, before = "1.13"))]
    #[field(take(from = "disks", before = "1.11"))]
    #[field(coerce)]
    pub extra: Field<BTreeMap<String, String>>,
    #[field(since = "1.2", child_versions("1.2" => "1.0", "1.4" => "1.1"))]
    #[field(coerce)]
    pub disk: Field<Option<Disk>>,
    #[field(extends(is_volume_backed(since = "1.9"), "disks"(child_versions("1.2" => "1.0"))))]
    pub base: Base,
    pub unknown: UnknownFields,
    #[field(extends)]
    pub owner: Owner,
}

impl Machine {
    fn finish(&self, data: &mut Primitive, target: Version) -> Result<(), String> {
        if target < Version::new(1, 0) {
            return Err(format!("nothing is known of {target}"));
        }
        if let Some(data) = data.as_map_mut() {
            data.insert("finished".to_owned(), true.into());
        }
        Ok(())
    }
}

fn check_machine(machine: &Machine) -> Result<(), Error> {
    match machine.count.get() {
        Some(count) if *count < 0 => Err(Error::invalid_value("less than no machine")),
        _ => Ok(()),
    }
}

fn number_text(number: &i64) -> Result<String, &'static str> {
    if *number < 1000 { Ok(number.to_string()) } else { Err("too many for text") }
}

fn read_number(text: String) -> Result<i64, ParseIntError> {
    text.parse()
}

fn are_many(number: &i64) -> Result<bool, &'static str> {
    Ok(*number > 1)
}

fn count_of(many: bool) -> Result<i64, &'static str> {
    Ok(if many { 2 } else { 1 })
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"), list, child_versions("1.0" => "1.0", "1.1" => "1.1"))]
pub struct DiskList {
    pub objects: Field<Vec<Disk>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"), list)]
pub struct OwnerList {
    pub objects: Field<Vec<Owner>>,
    #[field(extends)]
    pub timestamps: Timestamps,
}
