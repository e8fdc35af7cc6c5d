//! A few values of each type, and the objects that hold one of them: the same on each run.

use indexmap::IndexMap;

use crate::check::coerced::{coerced, entry};
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Action, Check, Element, FieldSchema, Kind, ObjectSchema, TypeSchema};

/// How deep objects lie in one another before the fields that would hold more stay unset.
const DEPTH: usize = 2;

/// Objects as a host of that registry has them, in its newest version: first each with little beside the field that is
/// looked at, then with all of its fields. Without names, each field is looked at.
/// Values that rules of this side or the other look for are among them.
pub(super) fn objects(
    registry: &Registry,
    schema: &ObjectSchema,
    names: &[String],
    other: Option<&Registry>,
) -> Vec<Primitive> {
    let mut found = Vec::new();
    let sides = Sides { registry, other };
    let first = |field: &FieldSchema| values(sides, field, DEPTH).into_iter().next();
    let of = |is_in: &dyn Fn(&FieldSchema) -> bool| -> IndexMap<String, Primitive> {
        let fields = schema.fields.iter().filter(|field| is_in(field));
        fields.filter_map(|field| Some((field.name.to_string(), first(field)?))).collect()
    };
    for data in [of(&|field| field.required), of(&|_| true)] {
        found.push(envelope(schema, data.clone()));
        for field in schema.fields.iter() {
            if !names.is_empty() && !names.iter().any(|name| field.name == **name) {
                continue;
            }
            let ruled = sides.ruled(schema, field);
            for value in values(sides, field, DEPTH).into_iter().chain(ruled) {
                let mut data = data.clone();
                data.insert(field.name.to_string(), value);
                found.push(envelope(schema, data));
            }
            let mut without = data.clone();
            without.shift_remove(&*field.name);
            found.push(envelope(schema, without));
        }
    }
    found
}

/// Values that other types write, of which a type may take some, and one that it takes where it coerces.
pub(super) fn foreign(ty: &TypeSchema) -> Vec<Primitive> {
    let lists = [Vec::new(), vec![5.into()]].map(Primitive::List);
    let maps = [Primitive::Map(IndexMap::new().into()), entry(5.into())];
    let texts = ["no", "5", "1.5", "", "2026-01-02T03:04:05Z"].map(Primitive::from);
    let others = [5.into(), Primitive::Float(1.0), true.into(), Primitive::Null];
    texts.into_iter().chain(others).chain(lists).chain(maps).chain(coerced(&ty.kind)).collect()
}

pub(super) fn envelope(schema: &ObjectSchema, data: IndexMap<String, Primitive>) -> Primitive {
    let keys = &schema.keys;
    let names = data.keys().map(|name| Primitive::from(&**name)).collect();
    Primitive::Map(
        IndexMap::from([
            (keys.name.to_string(), Primitive::from(&*schema.name)),
            (keys.namespace.to_string(), Primitive::from(&*schema.namespace)),
            (keys.version.to_string(), Primitive::from(schema.current().to_string())),
            (keys.data.to_string(), Primitive::Map(data.into())),
            (keys.changes.to_string(), Primitive::List(names)),
        ])
        .into(),
    )
}

/// The objects of this side, and those of the other, whose rules look for values.
#[derive(Clone, Copy)]
struct Sides<'a> {
    registry: &'a Registry,
    other: Option<&'a Registry>,
}

impl Sides<'_> {
    /// The values that either side looks for in a field.
    fn ruled(self, schema: &ObjectSchema, field: &FieldSchema) -> Vec<Primitive> {
        let there = self.other.and_then(|other| other.schema(&schema.name).ok()?.field(&field.name));
        [Some(field), there].into_iter().flatten().flat_map(ruled).collect()
    }
}

/// The values that rules of a field look for, and those at the edges of what its check takes.
fn ruled(field: &FieldSchema) -> Vec<Primitive> {
    let edges = field.check.as_deref().map(edges).unwrap_or_default();
    let within = |value: Primitive| match &field.ty.kind {
        Kind::List(_) | Kind::Set(_) => Primitive::List(vec![value]),
        Kind::Dict(_) => entry(value),
        _ => value,
    };
    let values = field.rules.iter().flat_map(|rule| match &rule.action {
        Action::Values { values, .. } => &**values,
        _ => &[],
    });
    values.filter_map(|value| Primitive::of(value).ok()).chain(edges.into_iter().map(within)).collect()
}

/// Longer texts aren't made to show a length.
const LONGEST: u64 = 10_000;
/// Texts of which a pattern may take some.
const TEXTS: [&str; 8] = ["a", "A", "7", "a-b", "a_b.", "a b", "aa:bb:cc:dd:ee:ff", "192.0.2.1"];

fn edges(check: &Check) -> Vec<Primitive> {
    let numbers = [check.min, check.max].into_iter().flatten();
    let around = numbers.flat_map(|number| [number.saturating_sub(1), number, number.saturating_add(1)]);
    let lengths = [check.min_length, check.max_length].into_iter().flatten();
    let around_lengths =
        lengths.flat_map(|length| [length.saturating_sub(1), length, length.saturating_add(1)]);
    let texts = around_lengths.filter(|length| *length <= LONGEST).map(|length| {
        let letters = usize::try_from(length).unwrap_or_default();
        Primitive::from("a".repeat(letters))
    });
    let matching = TEXTS.iter().filter(|_| check.pattern.is_some()).map(|text| Primitive::from(*text));
    let one_of = check.one_of.iter().filter_map(|value| Primitive::of(value).ok());
    around.map(Primitive::from).chain(texts).chain(matching).chain(one_of).collect()
}

fn values(sides: Sides<'_>, field: &FieldSchema, depth: usize) -> Vec<Primitive> {
    let mut found = of_type(sides, &field.ty, depth);
    if field.nullable {
        found.push(Primitive::Null);
    }
    found
}

fn of_type(sides: Sides<'_>, ty: &TypeSchema, depth: usize) -> Vec<Primitive> {
    let examples: Vec<_> = ty.examples.iter().filter_map(|literal| Primitive::of(literal).ok()).collect();
    if !examples.is_empty() {
        return examples;
    }
    let texts = |texts: &[&str]| texts.iter().map(|text| Primitive::from(*text)).collect();
    match &ty.kind {
        Kind::String | Kind::SensitiveString => texts(&["a", "", "7"]),
        Kind::VersionPredicate => texts(&[">=1.0", "<2"]),
        Kind::Enum { values, .. } => values.iter().map(|value| Primitive::from(&**value)).collect(),
        Kind::Uuid => {
            texts(&["00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"])
        }
        Kind::CheckedUuid => {
            texts(&["00000000-0000-4000-8000-000000000001", "0000000000004000800000000000000B"])
        }
        Kind::EuiText => texts(&["AA-BB-CC-DD-EE-FF", "aa:bb:cc:dd:ee:00"]),
        Kind::IpNetworkText => texts(&["192.0.2.0/24", "192.0.2.1"]),
        Kind::JsonText => texts(&[r#"{"a": 1}"#, "[]", "7"]),
        Kind::FlexibleDict => {
            vec![entry(7.into()), entry(Primitive::Null), Primitive::Map(IndexMap::new().into())]
        }
        Kind::FlexibleList => vec![Primitive::List(vec![entry(7.into())]), Primitive::List(Vec::new())],
        Kind::MacAddress => texts(&["aa:bb:cc:dd:ee:ff", "aa:bb:cc:dd:ee:00"]),
        Kind::PciAddress => texts(&["0000:0a:1f.7", "0000:0a:1f.0"]),
        Kind::Integer => vec![7.into(), (-7).into(), 0.into(), (1i64 << 40).into()],
        Kind::NonNegativeInteger => vec![7.into(), 0.into(), (1i64 << 40).into()],
        Kind::Float => vec![Primitive::Float(1.5), Primitive::Float(-1.5)],
        Kind::NonNegativeFloat => vec![Primitive::Float(1.5), Primitive::Float(0.5)],
        Kind::Boolean | Kind::FlexibleBoolean => vec![true.into(), false.into()],
        Kind::DateTime { tzinfo_aware: true } => {
            texts(&["2026-01-02T03:04:05Z", "2026-01-02T03:04:05+05:30"])
        }
        Kind::DateTime { tzinfo_aware: false } => texts(&["2026-01-02T03:04:05Z", "2026-01-02T03:04:06Z"]),
        Kind::IpAddress | Kind::IpV4AndV6Address => texts(&["192.0.2.1", "2001:db8::1"]),
        Kind::IpV4Address => texts(&["192.0.2.1", "192.0.2.2"]),
        Kind::IpV6Address => texts(&["2001:db8::1", "2001:db8::2"]),
        Kind::IpNetwork => texts(&["192.0.2.0/24", "2001:db8::/32"]),
        Kind::IpV4Network => texts(&["192.0.2.0/24", "192.0.2.0/25"]),
        Kind::IpV6Network => texts(&["2001:db8::/32", "2001:db8::/33"]),
        Kind::List(element) | Kind::Set(element) => {
            let all = elements(sides, element, depth);
            // A list keeps the second of two equal ones, a set doesn't.
            let twice = all.first().filter(|_| matches!(ty.kind, Kind::List(_))).cloned();
            let twice = twice.map(|value| Primitive::List(vec![value.clone(), value]));
            let single = all.into_iter().map(|value| Primitive::List(vec![value]));
            single.chain(twice).chain([Primitive::List(Vec::new())]).collect()
        }
        Kind::Dict(element) => elements(sides, element, depth)
            .into_iter()
            .map(entry)
            .chain([Primitive::Map(IndexMap::new().into())])
            .collect(),
        Kind::Object { name, subclasses, .. } => {
            let Some(depth) = depth.checked_sub(1) else { return Vec::new() };
            let is_it = |schema: &&ObjectSchema| {
                schema.name == *name || *subclasses && schema.bases.iter().any(|base| base == name)
            };
            let registry = sides.registry;
            let all = registry.names().filter_map(|name| registry.schema(name).ok()).filter(is_it);
            all.flat_map(|schema| inside(sides, schema, depth)).collect()
        }
        // What passes through as it is.
        Kind::Opaque => texts(&["a", "b"]),
    }
}

fn elements(sides: Sides<'_>, element: &Element, depth: usize) -> Vec<Primitive> {
    let mut found = of_type(sides, &element.ty, depth);
    if element.nullable {
        found.push(Primitive::Null);
    }
    found
}

/// An object in a field: with all that it can have, with what it must have, and with each value that a rule looks for.
fn inside(sides: Sides<'_>, schema: &ObjectSchema, depth: usize) -> Vec<Primitive> {
    let of = |all: bool| -> IndexMap<String, Primitive> {
        let fields = schema.fields.iter().filter(|field| all || field.required);
        let data = fields.filter_map(|field| {
            let value = values(sides, field, depth).into_iter().next()?;
            Some((field.name.to_string(), value))
        });
        data.collect()
    };
    let ruled = schema.fields.iter().flat_map(|field| {
        sides.ruled(schema, field).into_iter().map(|value| (field.name.to_string(), value))
    });
    let ruled = ruled.map(|(name, value)| {
        let mut data = of(false);
        data.insert(name, value);
        data
    });
    [of(true), of(false)].into_iter().chain(ruled).map(|data| envelope(schema, data)).collect()
}
