//! Random objects, made from their schemas alone.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::string::string_regex;

use crate::field::JsonText;
use crate::primitive::Primitive;
use crate::registry::Registry;
use crate::schema::{Check, Element, FieldSchema, Keys, Kind, ObjectSchema, TypeSchema};

/// How deep objects lie in one another before the fields that would hold more stay unset.
const DEPTH: usize = 3;

/// Envelopes of the object of that name, in its newest version: fields unset, null and set to values, objects
/// inside them, and some of the fields changed.
///
/// The values are those of the schema's kinds, so a type that takes fewer (a `u8`, say) refuses some of them.
///
/// # Panics
/// Where no object of that name is registered: the caller's test names it.
pub fn envelopes(registry: &Registry, name: &str) -> BoxedStrategy<Primitive> {
    match registry.schema(name) {
        Ok(schema) => object(registry, schema, DEPTH),
        Err(error) => panic!("{error}"),
    }
}

/// Objects without the names of changed fields that have no value: such a name goes out with no object, and so is
/// lost on the first way that it goes.
pub(super) fn lasting_envelopes(registry: &Registry, name: &str) -> BoxedStrategy<Primitive> {
    let keys: Vec<_> =
        registry.names().flat_map(|name| registry.schemas(name)).map(|schema| schema.keys.clone()).collect();
    let strategy = envelopes(registry, name);
    strategy.prop_map(move |envelope| without_stale_changes(envelope, &keys)).boxed()
}

fn without_stale_changes(value: Primitive, keys: &[Keys]) -> Primitive {
    match value {
        Primitive::List(values) => {
            Primitive::List(values.into_iter().map(|value| without_stale_changes(value, keys)).collect())
        }
        Primitive::Map(mut entries) => {
            for keys in keys {
                let data = entries.get(&*keys.data).and_then(Primitive::as_map).cloned();
                if let (Some(data), Some(Primitive::List(changes))) = (data, entries.get_mut(&*keys.changes))
                {
                    changes.retain(|name| name.as_str().is_some_and(|name| data.contains_key(name)));
                }
            }
            let entries = entries.into_iter().map(|(key, value)| (key, without_stale_changes(value, keys)));
            Primitive::Map(entries.collect())
        }
        other => other,
    }
}

fn object(registry: &Registry, schema: &ObjectSchema, depth: usize) -> BoxedStrategy<Primitive> {
    let fields: Vec<_> = schema
        .fields
        .iter()
        .filter_map(|own| Some((own.name.to_string(), field(registry, own, depth)?)))
        .map(|(name, value)| value.prop_map(move |value| value.map(|value| (name.clone(), value))))
        .collect();
    let names: Vec<Primitive> = schema.fields.iter().map(|field| Primitive::from(&*field.name)).collect();
    let count = names.len();
    let newest = registry.manifest().get(&schema.name).unwrap_or(schema.current()).to_string();
    let (keys, name, namespace) = (schema.keys.clone(), schema.name.clone(), schema.namespace.clone());
    (fields, subsequence(names, 0..=count))
        .prop_map(move |(fields, changes)| {
            let data: IndexMap<String, Primitive> = fields.into_iter().flatten().collect();
            let mut envelope = IndexMap::from([
                (keys.name.to_string(), Primitive::from(&*name)),
                (keys.namespace.to_string(), Primitive::from(&*namespace)),
                (keys.version.to_string(), Primitive::from(&*newest)),
                (keys.data.to_string(), Primitive::Map(data.into())),
            ]);
            if !changes.is_empty() {
                envelope.insert(keys.changes.to_string(), Primitive::List(changes));
            }
            Primitive::Map(envelope.into())
        })
        .boxed()
}

/// A field's value, or none where it stays unset.
fn field(registry: &Registry, field: &FieldSchema, depth: usize) -> Option<BoxedStrategy<Option<Primitive>>> {
    let value = match field.check.as_deref() {
        Some(check) => checked(registry, field, check, depth)?,
        None => value(registry, &field.ty, depth)?,
    };
    let set = if field.nullable { or_null(value) } else { value };
    Some(prop_oneof![2 => Just(None), 6 => set.prop_map(Some)].boxed())
}

/// Values that pass the field's check.
fn checked(
    registry: &Registry,
    field: &FieldSchema,
    check: &Check,
    depth: usize,
) -> Option<BoxedStrategy<Primitive>> {
    let of_scalar = |ty: &TypeSchema| -> Option<BoxedStrategy<Primitive>> {
        let known: Vec<_> = check.one_of.iter().filter_map(|one| Primitive::of(one).ok()).collect();
        if !known.is_empty() {
            return Some(select(known).boxed());
        }
        Some(match (&ty.kind, &check.pattern) {
            (_, Some(pattern)) => {
                let inner = pattern.trim_start_matches('^').trim_end_matches('$').to_owned();
                string_regex(&inner).ok()?.prop_map(Primitive::from).boxed()
            }
            (Kind::Integer | Kind::NonNegativeInteger, _) => {
                let least = if matches!(ty.kind, Kind::Integer) { i64::MIN.into() } else { 0 };
                let (min, max) = (check.min.unwrap_or(least), check.max.unwrap_or(i64::MAX.into()));
                (min..=max).prop_map(Primitive::Int).boxed()
            }
            (Kind::String | Kind::SensitiveString, _) => {
                let least = check.min_length.unwrap_or(0);
                let most = check.max_length.unwrap_or(least + 8).min(least + 64);
                text(&format!("[a-z]{{{least},{most}}}"))
            }
            _ => value(registry, ty, depth)?,
        })
    };
    let some = |element: &Element| Some(prop::collection::vec(of_scalar(&element.ty)?, 0..4));
    Some(match &field.ty.kind {
        Kind::List(element) => some(element)?.prop_map(Primitive::List).boxed(),
        Kind::Set(element) => some(element)?.prop_map(distinct).boxed(),
        Kind::Dict(element) => {
            let entry = (any_text(), of_scalar(&element.ty)?);
            prop::collection::vec(entry, 0..4).prop_map(dict).boxed()
        }
        _ => of_scalar(&field.ty)?,
    })
}

/// A choice of its own, since one of no weight would be shrunk to all the same.
fn or_null(value: BoxedStrategy<Primitive>) -> BoxedStrategy<Primitive> {
    prop_oneof![1 => Just(Primitive::Null), 4 => value].boxed()
}

fn value(registry: &Registry, ty: &TypeSchema, depth: usize) -> Option<BoxedStrategy<Primitive>> {
    let examples: Vec<_> = ty.examples.iter().filter_map(|literal| Primitive::of(literal).ok()).collect();
    if !examples.is_empty() {
        return Some(select(examples).boxed());
    }
    Some(match &ty.kind {
        Kind::String | Kind::SensitiveString => any_text(),
        Kind::VersionPredicate => text("(>=|<|==|!=|>|<=)[0-9]\\.[0-9]{1,2}"),
        Kind::Enum { values, .. } => {
            select(values.to_vec()).prop_map(|value| Primitive::from(&*value)).boxed()
        }
        Kind::Uuid => text("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
        Kind::MacAddress => text("[0-9a-f]{2}(:[0-9a-f]{2}){5}"),
        Kind::CheckedUuid => text("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|[0-9a-f]{32}"),
        Kind::EuiText => text("[0-9A-F]{2}(-[0-9A-F]{2}){5}|[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}|[0-9a-f]{12}"),
        Kind::IpNetworkText => prop_oneof![network(v4(), 32), network(v6(), 128), v4()].boxed(),
        Kind::JsonText => anything()
            .prop_filter_map("a value of its own", |value| JsonText::try_from(value).ok())
            .prop_map(|value| value.to_string().into())
            .boxed(),
        Kind::FlexibleDict => entries().boxed(),
        Kind::FlexibleList => prop::collection::vec(anything(), 0..4).prop_map(Primitive::List).boxed(),
        Kind::PciAddress => text("[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]"),
        Kind::Integer => prop_oneof![3 => -100..100i64, 1 => any::<i64>()].prop_map(Primitive::from).boxed(),
        Kind::NonNegativeInteger => {
            prop_oneof![3 => 0..100i64, 1 => 0..i64::MAX].prop_map(Primitive::from).boxed()
        }
        Kind::Float => {
            any::<f32>().prop_filter("a JSON number", |value| value.is_finite()).prop_map(float).boxed()
        }
        Kind::NonNegativeFloat => (0f32..1e9).prop_map(float).boxed(),
        Kind::Boolean | Kind::FlexibleBoolean => any::<bool>().prop_map(Primitive::from).boxed(),
        Kind::DateTime { tzinfo_aware } => date_time(*tzinfo_aware),
        Kind::IpAddress | Kind::IpV4AndV6Address => prop_oneof![v4(), v6()].boxed(),
        Kind::IpV4Address => v4(),
        Kind::IpV6Address => v6(),
        Kind::IpNetwork => prop_oneof![network(v4(), 32), network(v6(), 128)].boxed(),
        Kind::IpV4Network => network(v4(), 32),
        Kind::IpV6Network => network(v6(), 128),
        Kind::List(element) => list(registry, element, depth)?.prop_map(Primitive::List).boxed(),
        Kind::Set(element) => list(registry, element, depth)?.prop_map(distinct).boxed(),
        Kind::Dict(element) => {
            let entry = (any_text(), nullable(registry, element, depth)?);
            prop::collection::vec(entry, 0..4).prop_map(dict).boxed()
        }
        Kind::Object { name, schema, .. } => {
            let known = schema.map(|schema| schema()).or_else(|| registry.schema(name).ok())?;
            object(registry, known, depth.checked_sub(1)?)
        }
        Kind::Opaque => return None,
    })
}

/// A value of JSON other than null: what stands in a text, or in a dict of anything.
fn anything() -> BoxedStrategy<Primitive> {
    let scalar = || prop_oneof![any_text(), any::<i64>().prop_map(Primitive::from), Just(true.into())];
    let inside = || prop::collection::vec(or_null(scalar().boxed()), 0..3).prop_map(Primitive::List);
    prop_oneof![2 => entries(), 1 => scalar(), 1 => inside()].boxed()
}

fn entries() -> BoxedStrategy<Primitive> {
    let value = prop_oneof![
        any_text(),
        any::<f32>().prop_filter("a number", |float| float.is_finite()).prop_map(float)
    ];
    let list = prop::collection::vec(value.clone(), 0..3).prop_map(Primitive::List);
    let entry = (any_text(), prop_oneof![value, list, Just(Primitive::Null)]);
    prop::collection::vec(entry, 0..4).prop_map(dict).boxed()
}

fn list(registry: &Registry, element: &Element, depth: usize) -> Option<BoxedStrategy<Vec<Primitive>>> {
    Some(prop::collection::vec(nullable(registry, element, depth)?, 0..4).boxed())
}

fn nullable(registry: &Registry, element: &Element, depth: usize) -> Option<BoxedStrategy<Primitive>> {
    let value = value(registry, &element.ty, depth)?;
    Some(if element.nullable { or_null(value) } else { value })
}

fn distinct(list: Vec<Primitive>) -> Primitive {
    let mut seen = BTreeSet::new();
    Primitive::List(list.into_iter().filter(|value| seen.insert(format!("{value:?}"))).collect())
}

fn dict(entries: Vec<(Primitive, Primitive)>) -> Primitive {
    let entries = entries.into_iter().filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value)));
    Primitive::Map(entries.collect())
}

fn float(value: f32) -> Primitive {
    Primitive::Float(value.into())
}

fn any_text() -> BoxedStrategy<Primitive> {
    prop_oneof![text("[a-z]{0,8}"), text("\\PC{0,6}")].boxed()
}

fn text(pattern: &str) -> BoxedStrategy<Primitive> {
    match string_regex(pattern) {
        Ok(strategy) => strategy.prop_map(Primitive::from).boxed(),
        Err(error) => panic!("{pattern}: {error}"),
    }
}

fn v4() -> BoxedStrategy<Primitive> {
    any::<[u8; 4]>().prop_map(|[a, b, c, d]| Primitive::from(format!("{a}.{b}.{c}.{d}"))).boxed()
}

fn v6() -> BoxedStrategy<Primitive> {
    let group = prop_oneof![2 => Just(0), 1 => any::<u16>()];
    prop::collection::vec(group, 8)
        .prop_map(|groups| groups.iter().map(|group| format!("{group:x}")).collect::<Vec<_>>().join(":"))
        .prop_map(Primitive::from)
        .boxed()
}

fn network(address: BoxedStrategy<Primitive>, longest: u8) -> BoxedStrategy<Primitive> {
    (address, 0..=longest)
        .prop_map(|(address, prefix)| {
            Primitive::from(format!("{}/{prefix}", address.as_str().unwrap_or_default()))
        })
        .boxed()
}

fn date_time(aware: bool) -> BoxedStrategy<Primitive> {
    let offsets = if aware { vec!["Z", "+00:00", "-03:30", "+05:30"] } else { vec!["Z"] };
    let date = (1970..2100u16, 1..13u8, 1..29u8);
    let time = (0..24u8, 0..60u8, 0..60u8);
    (date, time, select(offsets))
        .prop_map(|((year, month, day), (hour, minute, second), offset)| {
            format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{offset}")
        })
        .prop_map(Primitive::from)
        .boxed()
}
