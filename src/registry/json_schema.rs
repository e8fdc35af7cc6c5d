//! JSON schemas of objects: the document that the reference's `to_json_schema` gives.

use super::Registry;
use crate::compat::{Child, Plan};
use crate::error::Error;
use crate::primitive::{Map, Primitive};
use crate::schema::{
    Action, Check, Element, FieldSchema, Kind, Literal, ObjectSchema, Repr, TypeSchema, distinct, pattern,
};
use crate::version::{IntoTarget, Target, Version};

impl Registry {
    /// The JSON schema of an object's envelope, the objects inside it among it, in the newest version that is
    /// read here (`to_json_schema`). It serializes to a document of draft 4.
    ///
    /// Where the reference has none, because an object holds itself or a type has no schema there, this one has.
    ///
    /// # Errors
    /// Where the object, or one that it can hold, isn't registered.
    pub fn json_schema(&self, name: &str) -> Result<Primitive, Error> {
        match self.held.get(name) {
            Some(version) => self.json_schema_at(name, (version, &self.manifest)),
            None => self.json_schema_at(name, Target::Own),
        }
    }

    /// The JSON schema of an object's envelope as it is written for a target: the fields that the version has,
    /// under the names and of the types that they had, and the objects inside it in the versions that they go
    /// out in.
    ///
    /// # Errors
    /// As [`Registry::json_schema`], and where the target's version isn't in the object's history, or neither a
    /// manifest nor a declaration says in which version an object inside it goes out.
    pub fn json_schema_at<'a>(&self, name: &str, target: impl IntoTarget<'a>) -> Result<Primitive, Error> {
        let mut document = Map::new();
        document.insert("$schema".into(), "http://json-schema.org/draft-04/schema#".into());
        document.insert("title".into(), name.into());
        let mut writer = Writer { registry: self, above: Vec::new(), objects: 0 };
        document.extend(writer.object(self.schema(name)?, &target.into_target()?, "#")?);
        Ok(Primitive::Map(document))
    }
}

/// How many objects a document may hold. Each stands in it as often as a field holds it, so a few objects with
/// two fields of the next make a document without end.
const MOST_OBJECTS: usize = 10_000;

struct Writer<'r> {
    registry: &'r Registry,
    /// The objects around the place that is written, with what they are written in and where they stand.
    above: Vec<(String, Version, String)>,
    objects: usize,
}

/// A field at the version that is written.
struct Then<'a> {
    name: &'a str,
    ty: &'a TypeSchema,
    /// The values that the version doesn't have.
    unknown: Vec<&'a Literal>,
    is_converted: bool,
}

impl<'a> Then<'a> {
    fn of(field: &'a FieldSchema, version: Version) -> Self {
        let form = field.form_at(version);
        // They are of the type that the field has now.
        let is_as_it_is = form.conversion.is_none();
        let unknown = field.active(version).filter_map(|action| match action {
            Action::Values { values, inside: false, .. } if is_as_it_is => Some(values.iter()),
            _ => None,
        });
        Then {
            name: form.name,
            ty: form.ty,
            unknown: unknown.flatten().collect(),
            is_converted: form.conversion.is_some(),
        }
    }
}

impl Writer<'_> {
    fn object(&mut self, schema: &ObjectSchema, target: &Target<'_>, place: &str) -> Result<Map, Error> {
        let plan = &Plan::of_schema(schema, None, target)?;
        let version = plan.version();
        let is_this = |(name, at, _): &&(String, Version, String)| *name == schema.name && *at == version;
        if let Some((_, _, above)) = self.above.iter().find(is_this) {
            return Ok(Map::from([("$ref".into(), above.as_str().into())]));
        }
        self.objects += 1;
        if self.objects > MOST_OBJECTS {
            let message = format!("the document would hold more than {MOST_OBJECTS} objects");
            return Err(Error::invalid_value(message));
        }
        self.above.push((schema.name.to_string(), version, place.to_owned()));
        let mut fields = Map::new();
        let mut required = Vec::new();
        let data = format!("{place}/properties/{}/properties", pointer(&schema.keys.data));
        for field in schema.fields.iter().filter(|field| plan.has(field)) {
            let then = Then::of(field, version);
            let child = match then.is_converted {
                true => Child::At(Target::Own),
                false => {
                    Child::of(plan, schema, field, &|| true).map_err(|error| schema.within(field, error))?
                }
            };
            let Child::At(child) = child else { continue };
            let place = format!("{data}/{}", pointer(then.name));
            let value = self.field(field, &then, &child, &place);
            fields.insert(then.name.to_owned(), value.map_err(|error| schema.within(field, error))?);
            if !field.nullable {
                required.push(then.name);
            }
        }
        self.above.pop();
        let gone = schema.tombstones.iter().filter(|gone| version < schema.current() && gone.is_in(version));
        fields.extend(gone.map(|gone| (gone.name.to_string(), Primitive::Map(Map::new()))));
        required.sort_unstable();
        Ok(envelope(schema, fields, &required))
    }

    fn field(
        &mut self,
        field: &FieldSchema,
        then: &Then<'_>,
        child: &Target<'_>,
        place: &str,
    ) -> Result<Primitive, Error> {
        let mut out = self.value(then.ty, child, &then.unknown, place)?;
        if let Some(check) = field.check.as_deref().filter(|_| !then.is_converted) {
            constrain(&mut out, check)?;
        }
        out.insert("readonly".into(), field.read_only.into());
        if field.nullable {
            allow_null(&mut out);
        }
        if let Some(default) = field.default.as_deref().filter(|_| !then.is_converted) {
            out.insert("default".into(), default_of(then.ty, default)?);
        }
        Ok(Primitive::Map(out))
    }

    fn element(
        &mut self,
        element: &Element,
        child: &Target<'_>,
        unknown: &[&Literal],
        place: &str,
    ) -> Result<Primitive, Error> {
        let mut out = self.value(&element.ty, child, unknown, place)?;
        out.insert("readonly".into(), false.into());
        if element.nullable {
            allow_null(&mut out);
        }
        Ok(Primitive::Map(out))
    }

    fn value(
        &mut self,
        ty: &TypeSchema,
        child: &Target<'_>,
        unknown: &[&Literal],
        place: &str,
    ) -> Result<Map, Error> {
        if let Some(text) = &ty.json_schema {
            return own_schema(ty, text);
        }
        let plain = |ty: &str| Map::from([("type".into(), Primitive::List(vec![ty.into()]))]);
        let with = |ty: &str, word: &str, value: Primitive| {
            let mut out = plain(ty);
            out.insert(word.into(), value);
            out
        };
        let (v4, v6) = (with("string", "format", "ipv4".into()), with("string", "format", "ipv6".into()));
        Ok(match &ty.kind {
            Kind::String | Kind::SensitiveString | Kind::VersionPredicate => plain("string"),
            Kind::Enum { values, .. } => {
                let is_known = |value: &str| {
                    !unknown.iter().any(|unknown| matches!(unknown, Literal::Text(text) if *text == value))
                };
                let values = values.iter().filter(|value| is_known(value)).map(|value| (&**value).into());
                with("string", "enum", Primitive::List(values.collect()))
            }
            Kind::Uuid | Kind::CheckedUuid => with("string", "pattern", pattern::UUID.into()),
            Kind::EuiText | Kind::IpNetworkText => plain("string"),
            Kind::JsonText => with("string", "contentMediaType", "application/json".into()),
            Kind::FlexibleDict => plain("object"),
            Kind::FlexibleList => plain("array"),
            Kind::MacAddress => with("string", "pattern", pattern::MAC.into()),
            Kind::PciAddress => with("string", "pattern", pattern::PCI.into()),
            Kind::Integer => plain("integer"),
            Kind::NonNegativeInteger => with("integer", "minimum", 0_i64.into()),
            Kind::Float => plain("number"),
            Kind::NonNegativeFloat => with("number", "minimum", 0_i64.into()),
            Kind::Boolean | Kind::FlexibleBoolean => plain("boolean"),
            Kind::DateTime { .. } => with("string", "format", "date-time".into()),
            Kind::IpV4Address => v4,
            Kind::IpV6Address => v6,
            Kind::IpAddress | Kind::IpV4AndV6Address => one_of([v4, v6]),
            Kind::IpV4Network => with("string", "pattern", pattern::IPV4_NETWORK.into()),
            Kind::IpV6Network => with("string", "pattern", pattern::IPV6_NETWORK.into()),
            Kind::IpNetwork => plain("string"),
            Kind::List(element) => {
                with("array", "items", self.element(element, child, unknown, &format!("{place}/items"))?)
            }
            Kind::Set(element) => {
                let mut out = with("array", "uniqueItems", true.into());
                let place = format!("{place}/items");
                out.insert("items".into(), self.element(element, child, unknown, &place)?);
                out
            }
            Kind::Dict(element) => {
                let place = format!("{place}/additionalProperties");
                with("object", "additionalProperties", self.element(element, child, unknown, &place)?)
            }
            Kind::Object { name, schema, .. } => {
                let registry = self.registry;
                let known = registry.schema(name).or_else(|error| schema.map(|schema| schema()).ok_or(error));
                self.object(known?, child, place)?
            }
            Kind::Opaque => Map::new(),
        })
    }
}

fn envelope(schema: &ObjectSchema, fields: Map, required: &[&str]) -> Map {
    let keys = &schema.keys;
    let text = || Primitive::Map(Map::from([("type".into(), "string".into())]));
    let mut data = Map::from([
        ("type".into(), "object".into()),
        ("description".into(), format!("fields of {}", schema.name).into()),
        ("properties".into(), Primitive::Map(fields)),
    ]);
    if !required.is_empty() {
        data.insert("required".into(), texts(required.iter().copied()));
    }
    let changes = Map::from([("type".into(), "array".into()), ("items".into(), text())]);
    let properties = Map::from([
        (keys.namespace.to_string(), text()),
        (keys.name.to_string(), text()),
        (keys.version.to_string(), text()),
        (keys.changes.to_string(), Primitive::Map(changes)),
        (keys.data.to_string(), Primitive::Map(data)),
    ]);
    Map::from([
        ("type".into(), texts(["object"])),
        ("properties".into(), Primitive::Map(properties)),
        ("required".into(), texts([&*keys.namespace, &*keys.name, &*keys.version, &*keys.data])),
    ])
}

/// Says what values have to be beyond their type: of each in a list or a dict, where it is one.
fn constrain(out: &mut Map, check: &Check) -> Result<(), Error> {
    for inside in ["items", "additionalProperties"] {
        if let Some(Primitive::Map(element)) = out.get_mut(inside) {
            return constrain(element, check);
        }
    }
    let length = |length: u64| Primitive::Int(length.into());
    let words = [
        ("pattern", check.pattern.as_deref().map(Primitive::from)),
        ("minLength", check.min_length.map(length)),
        ("maxLength", check.max_length.map(length)),
        ("minimum", check.min.map(Primitive::Int)),
        ("maximum", check.max.map(Primitive::Int)),
    ];
    out.extend(words.into_iter().filter_map(|(word, value)| Some((word.to_owned(), value?))));
    if !check.one_of.is_empty() {
        let values = check.one_of.iter().map(Primitive::of).collect::<Result<_, _>>()?;
        out.insert("enum".into(), Primitive::List(values));
    }
    Ok(())
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Primitive {
    Primitive::List(texts.into_iter().map(Primitive::from).collect())
}

fn one_of(schemas: impl IntoIterator<Item = Map>) -> Map {
    Map::from([("oneOf".into(), Primitive::List(schemas.into_iter().map(Primitive::Map).collect()))])
}

fn allow_null(schema: &mut Map) {
    let null = || Primitive::Map(Map::from([("type".into(), "null".into())]));
    if let Some(Primitive::List(types)) = schema.get_mut("type") {
        types.push("null".into());
    } else if let Some(Primitive::List(choices)) = schema.get_mut("oneOf") {
        choices.push(null());
    } else if let Some(reference) = schema.shift_remove("$ref") {
        let reference = Primitive::Map(Map::from([("$ref".into(), reference)]));
        schema.insert("oneOf".into(), Primitive::List(vec![reference, null()]));
    }
}

/// The default as it is declared. A set has no order; it stands sorted by what Python prints of the members.
fn default_of(ty: &TypeSchema, default: &Literal) -> Result<Primitive, Error> {
    match (&ty.kind, default) {
        (Kind::Set(_), Literal::List(members)) => {
            let mut members = distinct(members);
            members.sort_by_cached_key(|member| Repr(member).to_string());
            Ok(Primitive::List(members.into_iter().map(Primitive::of).collect::<Result<_, _>>()?))
        }
        _ => Primitive::of(default),
    }
}

fn own_schema(ty: &TypeSchema, text: &str) -> Result<Map, Error> {
    let read = serde_json::from_str::<Primitive>(text);
    let problem = match read {
        Ok(Primitive::Map(entries)) => return Ok(entries),
        Ok(other) => format!("it is {}, not a map", other.describe()),
        Err(error) => error.to_string(),
    };
    Err(Error::invalid_value(format_args!(
        "the JSON schema of the type {} can't be read: {problem}",
        ty.name
    )))
}

/// A key as it stands in a JSON pointer.
fn pointer(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
