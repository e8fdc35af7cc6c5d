//! Values, envelopes and requests of a schema that was drawn.

use versioned_objects::Primitive;

use super::{Drawing, ObjectDraw, Type, has_set};
use crate::primitives::{list, map, text, values_of};

impl Drawing {
    /// Whether an odd thing happens here, the only one of its request.
    fn is_odd(&mut self, percent: usize) -> bool {
        let odd = self.odd && self.draw.chance(percent);
        self.odd &= !odd;
        odd
    }

    /// A value of a type, or one that it doesn't have.
    pub(super) fn value(&mut self, ty: &Type) -> Primitive {
        match ty {
            Type::Scalar(kind) => {
                let odd = self.is_odd(30);
                self.draw.json(values_of(kind, odd))
            }
            Type::Enum(_) if self.is_odd(30) => self.draw.json(&["\"nope\"", "5", "[]"]),
            Type::Enum(values) => {
                let value: &&str = self.draw.pick(values);
                text(value)
            }
            Type::NaiveDateTime => {
                let odd = self.is_odd(30);
                self.draw.json(values_of("DateTime", odd))
            }
            Type::Compound { .. } if self.is_odd(10) => {
                self.draw.json(&["5", "\"ab\"", "true", "{\"a\": 1}", "[[]]", "1.5"])
            }
            Type::Compound { kind: "Set", element, .. } => self.set(element),
            Type::Compound { kind, element, nullable } => {
                let count = self.draw.below(4);
                let mut element = || match *nullable && self.draw.chance(30) {
                    true => Primitive::Null,
                    false => self.value(element),
                };
                let elements: Vec<_> = (0..count).map(|_| element()).collect();
                match *kind {
                    "Dict" => map(["k", "key 2", "\u{fc}", ""].into_iter().zip(elements)),
                    _ => list(elements),
                }
            }
            Type::Object { place, subclasses } => {
                let name = self.objects[*place].name.clone();
                let heir = self.objects.iter().position(|object| object.base.as_deref() == Some(&name));
                let admitted = *subclasses && self.draw.chance(40) || self.is_odd(10);
                let place = heir.filter(|_| admitted).unwrap_or(*place);
                self.envelope(place, None)
            }
            Type::Objects { place } => {
                let count = self.draw.below(4);
                list((0..count).map(|_| self.envelope(*place, None)).collect::<Vec<_>>())
            }
        }
    }

    /// Of elements that are equal and not the same, Python's set keeps any; such ones don't stand in it.
    fn set(&mut self, element: &Type) -> Primitive {
        let odd = std::mem::replace(&mut self.odd, false);
        let count = self.draw.below(4);
        let mut elements: Vec<_> = (0..count).map(|_| self.value(element)).collect();
        elements.dedup();
        self.odd = odd;
        let is_plain = matches!(element, Type::Scalar("String" | "Integer" | "Boolean" | "UUID" | "Float"));
        if is_plain && self.is_odd(30) {
            elements.push(self.draw.json(&["1", "true", "1.0", "\"1\"", "[]", "null", "{}"]));
            elements.push(self.draw.json(&["1", "true", "\"\""]));
        }
        list(elements)
    }

    /// An object on the wire, as a host of that version writes it; of the newest where none is said.
    fn envelope(&mut self, place: usize, version: Option<(usize, String)>) -> Primitive {
        let object = &self.objects[place];
        let (minor, version) = version.unwrap_or_else(|| (object.minor, format!("1.{}", object.minor)));
        let name = object.name.clone();
        let fields: Vec<_> = object
            .fields
            .iter()
            .filter(|field| field.since.is_none_or(|since| since <= minor))
            .map(|field| (field.name.clone(), field.ty.clone(), field.nullable))
            .collect();
        let mut data = indexmap::IndexMap::new();
        for (name, ty, nullable) in fields {
            if self.draw.chance(25) {
                continue;
            }
            let is_null = nullable && self.draw.chance(20) || self.is_odd(5);
            data.insert(name, if is_null { Primitive::Null } else { self.value(&ty) });
        }
        if self.draw.chance(5) {
            data.insert("unknown".to_owned(), 1_i64.into());
        }
        let changes: Vec<_> = data.keys().filter(|_| self.draw.chance(40)).map(|name| text(name)).collect();
        let mut entries = vec![
            ("name", text(&name)),
            ("namespace", text(self.project)),
            ("version", text(&version)),
            ("data", Primitive::Map(data.into())),
        ];
        if !changes.is_empty() {
            entries.push(("changes", list(changes)));
        }
        if self.is_odd(15) {
            self.spoil(&mut entries);
        }
        if self.draw.chance(15) {
            let by = self.draw.below(entries.len());
            entries.rotate_left(by);
        }
        let keys = entries.into_iter().map(|(word, value)| (format!("{}.{word}", self.serial), value));
        Primitive::Map(keys.collect())
    }

    /// Breaks one part. A version isn't made an older one that is read: data that it lacks goes out in the
    /// reference all the same, and not here, on purpose.
    fn spoil(&mut self, entries: &mut Vec<(&'static str, Primitive)>) {
        let (word, values): (_, &[&str]) = *self.draw.pick(&[
            ("version", &["null", "1.5", "\"abc\"", "\"99.0\"", "\"0.9\"", "\"1.99\"", "[]"][..]),
            ("name", &["\"Nobody\"", "null", "5", "\"\""]),
            ("namespace", &["\"elsewhere\"", "null", "5", "[]"]),
            ("data", &["null", "[]", "\"\"", "5", "[\"f0\"]", "\"f0\"", "[null]", "true"]),
            ("changes", &["null", "\"f0\"", "{\"f0\": 1}", "[\"nobody\", 5, null]", "[[]]", "5", "[]", "{}"]),
        ]);
        let Some(place) = entries.iter().position(|(key, _)| *key == word) else { return };
        if self.draw.chance(30) && word != "changes" {
            entries.remove(place);
        } else {
            entries[place].1 = self.draw.json(values);
        }
    }

    pub(super) fn any_request(&mut self) -> Primitive {
        self.odd = self.draw.chance(50);
        let place = self.draw.below(self.objects.len());
        let minor = self.objects[place].minor;
        let target = match self.draw.chance(60) {
            true => text(&format!("1.{}", self.draw.below(minor + 1))),
            false if self.is_odd(10) => {
                let newer = format!("\"1.{}\"", minor + 1);
                self.draw.json(&[&newer, "\"2.0\"", "\"0.1\"", "\"abc\"", "5", "\"\""])
            }
            false => Primitive::Null,
        };
        let manifest = if self.draw.chance(50) { self.manifest() } else { Primitive::Null };
        match self.draw.below(10) {
            0..6 => {
                let version = self.arriving_version(minor);
                // What came in an older version goes out in it by its rules, of which a class here knows nothing.
                let op = if self.ruled && version.is_some() { "clone" } else { "roundtrip" };
                let envelope = self.envelope(place, version);
                self.request(op, [("primitive", envelope), ("target", target), ("manifest", manifest)])
            }
            6 => {
                let envelope = self.envelope(place, None);
                self.request("changes", [("primitive", envelope)])
            }
            _ => {
                let values = self.assigned(place);
                let ObjectDraw { name, minor, .. } = &self.objects[place];
                self.request(
                    "assign",
                    [
                        ("object", text(name)),
                        ("version", text(&format!("1.{minor}"))),
                        ("values", values),
                        ("target", target),
                        ("manifest", manifest),
                    ],
                )
            }
        }
    }

    /// The version of an outermost object: now and then an older one, or one of a stable branch.
    fn arriving_version(&mut self, minor: usize) -> Option<(usize, String)> {
        match self.draw.below(10) {
            0..7 => None,
            7 | 8 => {
                let older = self.draw.below(minor + 1);
                Some((older, format!("1.{older}")))
            }
            _ => Some((minor, format!("1.{minor}.3"))),
        }
    }

    fn manifest(&mut self) -> Primitive {
        if self.draw.chance(5) {
            return map([]);
        }
        let objects: Vec<_> = self.objects.iter().map(|object| (object.name.clone(), object.minor)).collect();
        let mut entries = indexmap::IndexMap::new();
        for (name, minor) in objects {
            if !self.draw.chance(10) {
                entries.insert(name, text(&self.draw.version(minor)));
            }
        }
        Primitive::Map(entries.into())
    }

    /// Fields and values in the order in which they are set, read-only ones twice now and then.
    fn assigned(&mut self, place: usize) -> Primitive {
        let fields = self.objects[place].fields.iter();
        let fields: Vec<_> = fields
            .map(|field| (field.name.clone(), field.ty.clone(), field.nullable, field.read_only))
            .collect();
        let mut values = Vec::new();
        for (name, ty, nullable, read_only) in fields {
            if self.draw.chance(30) {
                continue;
            }
            let is_null = nullable && self.draw.chance(20) || self.is_odd(5);
            let value = if is_null { Primitive::Null } else { self.value(&ty) };
            values.push(list([text(&name), value]));
            if read_only && self.draw.chance(50) {
                let value = self.value(&ty);
                values.push(list([text(&name), value]));
            }
        }
        list(values)
    }

    /// A default. In one, a set inside a list or a dict has no form.
    pub(super) fn default(&mut self, ty: &Type) -> Option<Primitive> {
        let inner_set = matches!(ty, Type::Compound { element, .. } if has_set(element));
        (!inner_set).then(|| self.value(ty))
    }
}
