//! Whether two values are one and the same: on the wire, and to Python.

use super::Fields;
use crate::error::Error;
use crate::primitive::Primitive;
use crate::schema::{Kind, ObjectSchema, TypeSchema};

/// Whether both go out as one and the same primitive.
pub(super) fn equal_as_primitive<A: Fields + ?Sized, B: Fields + ?Sized>(
    a: &A,
    b: &B,
) -> Result<bool, Error> {
    let known = |name: &str| a.schema_named(name);
    let comparison = Comparison { known: &known, with_changes: true };
    Ok(comparison.objects(a.schema_of(), &a.to_primitive()?, &b.to_primitive()?))
}

/// Whether both go out as one and the same primitive, changes and these keys left out.
pub(super) fn equal_without<A: Fields + ?Sized, B: Fields + ?Sized>(
    a: &A,
    b: &B,
    keys: &[&str],
) -> Result<bool, Error> {
    let known = |name: &str| a.schema_named(name);
    let schema = a.schema_of();
    let [a, b] = [a.to_primitive(), b.to_primitive()].map(|primitive| {
        let mut primitive = primitive?;
        strip(&mut primitive, &schema.keys.changes, keys);
        Ok::<_, Error>(primitive)
    });
    Ok(Comparison { known: &known, with_changes: false }.objects(schema, &a?, &b?))
}

/// Whether two envelopes are the same, the names of changed fields and sets whatever their order.
#[cfg(all(feature = "check", feature = "dynamic"))]
pub(crate) fn same_object<'s>(
    schema: &'s ObjectSchema,
    known: Known<'s, '_>,
    a: &Primitive,
    b: &Primitive,
) -> bool {
    Comparison { known, with_changes: true }.objects(schema, a, b)
}

/// Whether two values of a type are equal on the wire, sets whatever their order.
#[cfg(any(feature = "rpc", all(feature = "check", feature = "dynamic")))]
pub(crate) fn same_value(ty: &TypeSchema, a: &Primitive, b: &Primitive) -> bool {
    Comparison { known: &|_| None, with_changes: true }.values(ty, a, b)
}

/// Who knows the schemas of objects that a type only names.
type Known<'s, 'f> = &'f dyn Fn(&str) -> Option<&'s ObjectSchema>;

#[derive(Clone, Copy)]
struct Comparison<'s, 'f> {
    known: Known<'s, 'f>,
    with_changes: bool,
}

impl Comparison<'_, '_> {
    fn values(self, ty: &TypeSchema, a: &Primitive, b: &Primitive) -> bool {
        match (&ty.kind, a, b) {
            (Kind::List(element), Primitive::List(a), Primitive::List(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.values(&element.ty, a, b))
            }
            (Kind::Set(element), Primitive::List(a), Primitive::List(b)) => {
                let is_in =
                    |x: &Primitive, all: &[Primitive]| all.iter().any(|y| self.values(&element.ty, x, y));
                a.len() == b.len() && a.iter().all(|x| is_in(x, b)) && b.iter().all(|x| is_in(x, a))
            }
            (Kind::Dict(element), Primitive::Map(a), Primitive::Map(b)) => {
                let same = |(key, value): (&String, &Primitive)| {
                    b.get(key).is_some_and(|other| self.values(&element.ty, value, other))
                };
                a.len() == b.len() && a.iter().all(same)
            }
            (Kind::Object { name, schema, .. }, a, b) => {
                let declared = schema.map(|schema| schema()).or_else(|| (self.known)(name));
                let Some(declared) = declared else { return a == b };
                // Another object may stand for the declared one.
                let own = a.get(&declared.keys.name).and_then(Primitive::as_str);
                let own = own.and_then(|name| (self.known)(name));
                self.objects(own.unwrap_or(declared), a, b)
            }
            _ => a == b,
        }
    }

    /// Whether two envelopes are equal, the names of changed fields and sets whatever their order.
    fn objects(self, schema: &ObjectSchema, a: &Primitive, b: &Primitive) -> bool {
        let (Primitive::Map(a), Primitive::Map(b)) = (a, b) else { return a == b };
        let keys = &schema.keys;
        let header = [&keys.name, &keys.namespace, &keys.version];
        if header.into_iter().any(|key| a.get(&**key) != b.get(&**key)) {
            return false;
        }
        if self.with_changes && !same_names(a.get(&*keys.changes), b.get(&*keys.changes)) {
            return false;
        }
        let (Some(Primitive::Map(a)), Some(Primitive::Map(b))) = (a.get(&*keys.data), b.get(&*keys.data))
        else {
            return a.get(&*keys.data) == b.get(&*keys.data);
        };
        a.len() == b.len()
            && a.iter().all(|(name, a)| match (b.get(name), schema.field(name)) {
                (Some(b), Some(field)) => self.values(&field.ty, a, b),
                (Some(b), None) => a == b,
                (None, _) => false,
            })
    }
}

fn same_names(a: Option<&Primitive>, b: Option<&Primitive>) -> bool {
    match (a, b) {
        (Some(Primitive::List(a)), Some(Primitive::List(b))) => {
            a.len() == b.len() && a.iter().all(|name| b.contains(name))
        }
        (a, b) => a == b,
    }
}

/// Takes the changes, and these keys, out of all envelopes and maps in the value.
fn strip(value: &mut Primitive, changes: &str, keys: &[&str]) {
    match value {
        Primitive::Map(entries) => {
            entries.retain(|key, _| key != changes && !keys.contains(&key.as_str()));
            entries.values_mut().for_each(|value| strip(value, changes, keys));
        }
        Primitive::List(list) => list.iter_mut().for_each(|value| strip(value, changes, keys)),
        _ => {}
    }
}
