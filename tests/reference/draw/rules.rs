//! Rules for older versions, of objects that were drawn.

use versioned_objects::Primitive;

use super::{Drawing, ObjectDraw, Type, has_set};
use crate::primitives::{list, map, text};

impl Drawing {
    /// Says of an object what its older versions get. Of a field there is one rule, and perhaps another name: what several
    /// make together is a matter of their order, which no class of a project has.
    pub(super) fn add_rules(&mut self, object: &mut ObjectDraw) {
        object.keep_children = self.draw.chance(10);
        if object.minor == 0 {
            return;
        }
        let until = |minor: usize| text(&format!("1.{minor}"));
        if self.draw.chance(30) {
            let mut said = vec![("name", text("gone")), ("until", until(self.draw.below(object.minor)))];
            if self.draw.chance(50) {
                said.push(("fill", self.draw.json(&["5", "null", "\"x\"", "[]", "{\"a\": 1}"])));
            }
            said.extend(
                self.first(object, None).filter(|_| self.draw.chance(60)).map(|first| ("first", first)),
            );
            object.tombstones.push(map(said));
        }
        for index in 0..object.fields.len() {
            let field = &object.fields[index];
            let (ty, is_plain) = (field.ty.clone(), is_plain(&field.ty));
            if field.since.is_some() && is_plain && self.draw.chance(30) {
                object.fields[index].absent = Some(self.value(&ty));
            }
            if self.draw.chance(50)
                && let Some(action) = self.action(object, index)
            {
                self.say(object, index, action);
            }
            if self.draw.chance(15) {
                let older = text(&format!("old_{}", object.fields[index].name));
                self.say(object, index, map([("rename", map([("from", older)]))]));
            }
        }
    }

    fn say(&mut self, object: &mut ObjectDraw, index: usize, action: Primitive) {
        let before = text(&format!("1.{}", 1 + self.draw.below(object.minor)));
        object.fields[index].rules.push(map([("before", before), ("action", action)]));
    }

    fn action(&mut self, object: &ObjectDraw, index: usize) -> Option<Primitive> {
        let field = &object.fields[index];
        let said = match self.draw.below(7) {
            0 => return Some(text("refuse")),
            1 => ("values", self.values(&field.ty, field.nullable)?),
            2 => {
                let from = self.other(object, index, is_plain)?;
                let mut said =
                    vec![("from", text(&object.fields[from].name)), ("wrap", self.draw.chance(40).into())];
                if self.draw.chance(40) {
                    let other = self.other(object, index, is_scalar)?;
                    let value = self.value(&object.fields[other].ty.clone());
                    let other = text(&object.fields[other].name);
                    said.push(("when", map([("field", other), ("value", value)])));
                }
                ("take", map(said))
            }
            3 => ("first", self.first(object, Some(index))?),
            4 if matches!(field.ty, Type::Compound { kind: "Dict", .. }) && is_plain(&field.ty) => {
                let from = self.other(object, index, is_plain)?;
                let key = self.draw.json(&["\"new\"", "\"k\""]);
                ("insert", map([("key", key), ("from", text(&object.fields[from].name))]))
            }
            5 if matches!(field.ty, Type::Objects { .. }) => {
                let Type::Objects { place } = field.ty else { return None };
                ("without", map([("objects", list([text(&self.objects[place].name)]))]))
            }
            _ => {
                let value = if is_plain(&field.ty) { self.value(&field.ty.clone()) } else { 5_i64.into() };
                ("fill", map([("value", value), ("unset", self.draw.chance(50).into())]))
            }
        };
        Some(map([said]))
    }

    /// A rule on values that stand in a field, or in its list or dict.
    fn values(&mut self, ty: &Type, nullable: bool) -> Option<Primitive> {
        let (inner, may_be_null, may_be_inside) = match ty {
            Type::Compound { element, nullable, .. } if is_scalar(element) => (&**element, *nullable, true),
            ty if is_scalar(ty) => (ty, nullable, false),
            _ => return None,
        };
        let mut values = vec![self.value(inner)];
        if may_be_null && self.draw.chance(40) {
            values.push(Primitive::Null);
        }
        let instead = match self.draw.below(3) {
            0 => map([("write", self.value(inner))]),
            1 => text("drop"),
            _ => text("refuse"),
        };
        let inside = may_be_inside && self.draw.chance(40);
        Some(map([("values", list(values)), ("instead", instead), ("inside", inside.into())]))
    }

    /// An element of a list of the object's, at another index than that.
    fn first(&mut self, object: &ObjectDraw, index: Option<usize>) -> Option<Primitive> {
        let is_list = |ty: &Type| {
            matches!(ty, Type::Objects { .. })
                || matches!(ty, Type::Compound { kind: "List", .. }) && is_plain(ty)
        };
        let from = self.other(object, index.unwrap_or(usize::MAX), is_list)?;
        let field = &object.fields[from];
        let mut said = vec![("from", text(&field.name))];
        if let Type::Objects { place } = field.ty
            && self.draw.chance(60)
        {
            let child = &self.objects[place];
            let fields = child.fields.iter().filter(|field| is_scalar(&field.ty));
            let fields: Vec<_> = fields.map(|field| (field.name.clone(), field.ty.clone())).collect();
            if !fields.is_empty() {
                let (name, ty) = self.draw.pick(&fields).clone();
                let value = self.value(&ty);
                said.push(("when", map([("field", text(&name)), ("value", value)])));
            }
        }
        Some(map(said))
    }

    /// Another field whose type is such a one.
    fn other(&mut self, object: &ObjectDraw, index: usize, is_it: impl Fn(&Type) -> bool) -> Option<usize> {
        let fields = object.fields.iter().enumerate();
        let others: Vec<_> = fields
            .filter(|(place, field)| *place != index && is_it(&field.ty))
            .map(|(place, _)| place)
            .collect();
        (!others.is_empty()).then(|| *self.draw.pick(&others))
    }
}

/// Whether its values are the same on the wire as in Python, one by one.
fn is_scalar(ty: &Type) -> bool {
    matches!(ty, Type::Scalar("String" | "Integer" | "Boolean") | Type::Enum(_))
}

/// Whether no object is in it, and no set, whose order is nobody's.
fn is_plain(ty: &Type) -> bool {
    match ty {
        Type::Object { .. } | Type::Objects { .. } => false,
        Type::Compound { element, .. } => is_plain(element) && !has_set(ty),
        _ => true,
    }
}
