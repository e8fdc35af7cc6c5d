//! Objects that fields hold and the schema doesn't have: no class of theirs was registered in Python.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use versioned_objects::schema::{Kind, ObjectSchema, TypeSchema};

use super::enums::{Families, listed};
use super::names::{Scope, type_name};
use super::words;

/// The objects that aren't there, by their names in Python.
#[derive(Default)]
pub struct Absent(BTreeMap<String, AbsentObject>);

struct AbsentObject {
    name: String,
    namespace: String,
    serial_namespace: String,
    /// The fields that hold it.
    users: Vec<String>,
}

impl Absent {
    /// Finds those of all fields, and names them.
    pub fn read(
        objects: &[&ObjectSchema],
        structs: &BTreeMap<String, String>,
        families: &Families,
        scope: &mut Scope,
    ) -> Absent {
        let mut absent = Absent::default();
        for object in objects {
            for field in object.fields.iter() {
                let Some((name, subclasses)) = held(&field.ty) else { continue };
                if structs.contains_key(name) && !subclasses || families.contains_key(name) && subclasses {
                    continue;
                }
                let known = absent.0.entry(name.to_owned()).or_insert_with(|| AbsentObject {
                    name: scope.give(type_name(name)),
                    namespace: object.namespace.to_string(),
                    serial_namespace: object.keys.serial_namespace.to_string(),
                    users: Vec::new(),
                });
                known.users.push(format!("{}.{}", object.name, field.name));
            }
        }
        absent
    }

    /// The Rust type that stands for an object.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|object| &*object.name)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The objects with the fields that hold them, in words.
    pub fn notes(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|(name, object)| {
            format!(
                "{name}: no class of this name is registered, so only null may stand in {}; name the module \
                 that has it too, if there is one",
                listed(&object.users).replace('`', "")
            )
        })
    }

    /// The source of all of them.
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (python, object) in &self.0 {
            let AbsentObject { name, namespace, serial_namespace, users } = object;
            let what = format!(
                "The object `{python}` of {}. Python had no class of this name, so only null may stand there, and \
                 no version of it is known.",
                listed(users)
            );
            out.push('\n');
            words::comment(&mut out, "", &what);
            let _ = write!(
                out,
                "#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]\n\
                 #[object(namespace = {namespace:?}, serial_namespace = {serial_namespace:?})]\n\
                 #[object(name = {python:?}, versions(\"0.0\"))]\n\
                 pub struct {name} {{\n    /// The version that it arrived in.\n    pub origin: Origin,\n}}\n",
            );
        }
        out
    }
}

/// The object of a field, and whether those may stand there that extend it.
fn held(ty: &TypeSchema) -> Option<(&str, bool)> {
    match &ty.kind {
        Kind::Object { name, subclasses, .. } => Some((name, *subclasses)),
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => held(&element.ty),
        _ => None,
    }
}
