//! What the derives write: schemas as constants, and the ways to the fields.

use std::collections::BTreeMap;

use versioned_objects::schema::{Action, Condition, Instead, Kind, Literal};
use versioned_objects::{
    Error, Field, FieldEnum, Origin, Primitive, UnknownFields, Version, VersionedObject, schema,
};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0..=1.1"))]
struct Disk {
    size: Field<u64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Base {
    #[field(default = false)]
    is_volume_backed: Field<bool>,
    disks: Field<Vec<Disk>>,
    origin: Origin,
}

#[derive(Clone, Copy, Debug, PartialEq, FieldEnum)]
#[field_enum(name = "State", rename_all = "kebab-case")]
enum State {
    #[variant(name = "BUILD")]
    Building,
    SoftDeleted,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "nova", serial_namespace = "nova_object")]
#[object(name = "Server", versions("0.1", "1.0..=1.13"), unreleased = "1.14", keep_children)]
#[object(removed(name = "host", since = "1.1", until = "1.2", fill = "nowhere"))]
#[object(compatible = Machine::finish, validate = check_machine)]
struct Machine {
    origin: Origin,
    unknown: UnknownFields,
    #[field(name = "type", read_only, default = { "kinds": [1, -2.5, null] })]
    kind: Field<BTreeMap<String, String>>,
    #[field(since = "1.1", absent = "BUILD", refuse, strict)]
    r#state: Field<Option<State>>,
    #[field(values("a", null, since = "1.6", older = refuse), values(1, since = "1.5", older = "a"))]
    #[field(values(2, since = "1.4", older = drop))]
    cpu: Field<Option<String>>,
    #[field(renamed(from = "oldest", since = "1.0"), renamed(from = "older", since = "1.3"))]
    newest: Field<bool>,
    #[field(was(type = String, since = "1.3", to_older = number_text, from_older = read_number))]
    count: Field<i64>,
    #[field(take(from = "cpu", before = "1.11", wrap, when("count" = 3)), refuse(before = "1.2"))]
    cpus: Field<Vec<String>>,
    #[field(insert(key = "k", from = "count", before = "1.4"), fill(value = {}, before = "1.13"))]
    #[field(take(from = "disks", before = "1.11"))]
    extra: Field<BTreeMap<String, String>>,
    #[field(since = "1.2", child_versions("1.2" => "1.0", "1.4" => "1.1"))]
    disk: Field<Option<Disk>>,
    #[field(extends(is_volume_backed(since = "1.9"), "disks"(child_versions("1.2" => "1.0"))))]
    base: Base,
}

impl Machine {
    fn finish(&self, data: &mut Primitive, target: Version) -> Result<(), String> {
        if target < Version::new(1, 0) {
            return Err(format!("not for {target}"));
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

fn read_number(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

#[test]
fn x() { println!("{:#?}", Machine::SCHEMA); }
