//! Rust types for the kinds of fields.

use std::collections::{BTreeMap, BTreeSet};

use versioned_objects::schema::{Element, Kind, ObjectSchema, TypeSchema, Variant};

use super::absent::Absent;
use super::enums::{Enums, Families};

/// The imports that the types of one module need, and the things they can't say.
#[derive(Default)]
pub struct Uses {
    /// The paths that are imported.
    pub paths: BTreeSet<String>,
    /// The generated types that are named.
    pub own: BTreeSet<String>,
}

/// The knowledge of all objects that writing types takes.
pub struct Types<'a> {
    /// The names of structs, by the objects' names.
    pub structs: &'a BTreeMap<String, String>,
    pub enums: &'a Enums,
    pub families: &'a Families,
    pub absent: &'a Absent,
    /// By a base's name, those of it and of what extends it.
    pub members: &'a BTreeMap<String, Vec<String>>,
    /// The objects whose fields lead back to themselves; those are boxed.
    pub round: &'a BTreeSet<(String, String)>,
}

/// A type as Rust has it.
pub struct Written {
    pub text: String,
    /// Whether a fingerprint calls it what it calls the Python type.
    pub is_named: bool,
}

impl Types<'_> {
    /// The type of the field, without `Field` and `Option`.
    pub fn of(&self, object: &ObjectSchema, field: &str, ty: &TypeSchema, uses: &mut Uses) -> Written {
        let mut field_uses = |path: &str| {
            uses.paths.insert(path.to_owned());
            path.rsplit("::").next().unwrap_or(path).to_owned()
        };
        let (text, name) = match &ty.kind {
            Kind::String => ("String".to_owned(), "String"),
            Kind::SensitiveString => (field_uses("versioned_objects::field::Sensitive"), "SensitiveString"),
            Kind::VersionPredicate => {
                (field_uses("versioned_objects::field::VersionPredicate"), "VersionPredicate")
            }
            Kind::Uuid => (field_uses("versioned_objects::field::UuidText"), "UUID"),
            Kind::MacAddress => (field_uses("versioned_objects::field::MacAddress"), "MACAddress"),
            Kind::PciAddress => (field_uses("versioned_objects::field::PciAddress"), "PCIAddress"),
            Kind::Integer => ("i64".to_owned(), "Integer"),
            Kind::NonNegativeInteger => ("u64".to_owned(), "NonNegativeInteger"),
            Kind::Float => ("f64".to_owned(), "Float"),
            Kind::NonNegativeFloat => {
                (field_uses("versioned_objects::field::NonNegativeFloat"), "NonNegativeFloat")
            }
            Kind::Boolean => ("bool".to_owned(), "Boolean"),
            Kind::FlexibleBoolean => {
                (field_uses("versioned_objects::field::FlexibleBool"), "FlexibleBoolean")
            }
            Kind::DateTime { tzinfo_aware: true } => {
                (field_uses("versioned_objects::field::DateTime"), "DateTime")
            }
            Kind::DateTime { tzinfo_aware: false } => (field_uses("chrono::NaiveDateTime"), "DateTime"),
            Kind::IpAddress => (field_uses("std::net::IpAddr"), "IPAddress"),
            Kind::IpV4Address => (field_uses("std::net::Ipv4Addr"), "IPV4Address"),
            Kind::IpV6Address => (field_uses("std::net::Ipv6Addr"), "IPV6Address"),
            Kind::IpV4AndV6Address => {
                (field_uses("versioned_objects::field::IpV4AndV6Address"), "IPV4AndV6Address")
            }
            Kind::IpNetwork => (field_uses("ipnet::IpNet"), "IPNetwork"),
            Kind::IpV4Network => (field_uses("ipnet::Ipv4Net"), "IPV4Network"),
            Kind::IpV6Network => (field_uses("ipnet::Ipv6Net"), "IPV6Network"),
            Kind::CheckedUuid => (field_uses("versioned_objects::field::CheckedUuid"), "UUID"),
            Kind::EuiText => (field_uses("versioned_objects::field::EuiText"), "MACAddress"),
            Kind::IpNetworkText => (field_uses("versioned_objects::field::IpNetworkText"), "IPNetwork"),
            Kind::JsonText => (field_uses("versioned_objects::field::JsonText"), "Json"),
            Kind::FlexibleDict => (field_uses("versioned_objects::field::FlexibleDict"), "FlexibleDict"),
            Kind::FlexibleList => {
                (field_uses("versioned_objects::field::FlexibleList"), "FlexibleListOfDict")
            }
            Kind::List(element) => (format!("Vec<{}>", self.element(object, field, element, uses)), "List"),
            Kind::Set(element) if !is_ordered(&element.ty) => (field_uses("serde_json::Value"), "FieldType"),
            Kind::Set(element) => {
                uses.paths.insert("std::collections::BTreeSet".to_owned());
                (format!("BTreeSet<{}>", self.element(object, field, element, uses)), "Set")
            }
            Kind::Dict(element) => {
                uses.paths.insert("std::collections::BTreeMap".to_owned());
                (format!("BTreeMap<String, {}>", self.element(object, field, element, uses)), "Dict")
            }
            Kind::Enum { .. } => {
                let known = self.enums.of(&object.name, field, ty);
                uses.own.insert(known.name.clone());
                return Written { text: known.name.clone(), is_named: known.is_whole };
            }
            Kind::Object { name, subclasses, .. } => match self.object(object, name, *subclasses) {
                Some(text) => {
                    uses.own.insert(text.trim_start_matches("Box<").trim_end_matches('>').to_owned());
                    (text, "Object")
                }
                None => (field_uses("serde_json::Value"), "FieldType"),
            },
            _ => (field_uses("serde_json::Value"), "FieldType"),
        };
        Written { text, is_named: ty.name == name }
    }

    /// The type with what the derive knows of its objects: which may stand there, and that nothing extends one that isn't
    /// in the schema.
    pub fn with_objects(&self, mut ty: TypeSchema) -> TypeSchema {
        match &mut ty.kind {
            Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => {
                let inside = self.with_objects((*element.ty).clone());
                *element = Element { ty: inside.into(), nullable: element.nullable };
            }
            Kind::Object { name, subclasses, .. } if self.absent.get(name).is_some() => *subclasses = false,
            Kind::Object { name, subclasses: true, .. } => {
                let members = self.members.get(&**name).into_iter().flatten();
                let variant = |name: &String| Variant { name: name.clone().into(), since: None, older: None };
                ty.variants = members.map(variant).collect::<Vec<_>>().into();
            }
            _ => {}
        }
        ty
    }

    fn element(&self, object: &ObjectSchema, field: &str, element: &Element, uses: &mut Uses) -> String {
        let Written { text, .. } = self.of(object, field, &element.ty, uses);
        // What stands in a list or a dict is apart from its holder anyway.
        let bare = text.strip_prefix("Box<").and_then(|rest| rest.strip_suffix('>')).map(str::to_owned);
        let text = bare.unwrap_or(text);
        if element.nullable { format!("Option<{text}>") } else { text }
    }

    /// The struct of an object, or the enum of those that may stand for it, or what stands for one that isn't in the
    /// schema.
    fn object(&self, holder: &ObjectSchema, name: &str, subclasses: bool) -> Option<String> {
        let known = if subclasses { self.families.get(name) } else { self.structs.get(name) };
        let text = match known {
            Some(known) => known,
            None => return self.absent.get(name).map(str::to_owned),
        };
        let is_round = self.round.contains(&(holder.name.to_string(), name.to_owned()));
        Some(if is_round { format!("Box<{text}>") } else { text.clone() })
    }
}

/// Whether the Rust type has an order, as the elements of a set need one.
fn is_ordered(ty: &TypeSchema) -> bool {
    match &ty.kind {
        Kind::List(element) | Kind::Set(element) => is_ordered(&element.ty),
        Kind::Float | Kind::NonNegativeFloat | Kind::Dict(_) | Kind::Object { .. } | Kind::Opaque => false,
        Kind::JsonText | Kind::FlexibleDict | Kind::FlexibleList => false,
        Kind::DateTime { tzinfo_aware } => !tzinfo_aware,
        _ => true,
    }
}

/// The pairs of an object and one in a field of it that holds the first again, without a list or a dict between.
pub fn round(
    objects: &[&ObjectSchema],
    families: &BTreeMap<String, Vec<String>>,
) -> BTreeSet<(String, String)> {
    let mut held: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for object in objects {
        for field in object.fields.iter() {
            if let Kind::Object { name, subclasses, .. } = &field.ty.kind {
                let held = held.entry(&object.name).or_default();
                held.insert(name);
                if *subclasses {
                    held.extend(families.get(&**name).into_iter().flatten().map(String::as_str));
                }
            }
        }
    }
    let reaches = |from: &str, to: &str| {
        let (mut seen, mut waiting) = (BTreeSet::new(), vec![from]);
        while let Some(one) = waiting.pop() {
            if one == to {
                return true;
            }
            if seen.insert(one) {
                waiting.extend(held.get(one).into_iter().flatten().copied());
            }
        }
        false
    };
    let mut round = BTreeSet::new();
    for object in objects {
        for field in object.fields.iter() {
            if let Kind::Object { name, subclasses, .. } = &field.ty.kind {
                let others = families.get(&**name).filter(|_| *subclasses).into_iter().flatten();
                if others.map(String::as_str).chain([&**name]).any(|one| reaches(one, &object.name)) {
                    round.insert((object.name.to_string(), name.to_string()));
                }
            }
        }
    }
    round
}
