//! What the constants of a derived schema are made of.

use std::borrow::Cow;

use crate::field::{Bounds, Current, Entity, FieldSlot, FieldType, Held};
use crate::object::VersionedObject;
use crate::schema::{
    Action, Check, FieldSchema, Keys, Kind, Literal, MethodSchema, ObjectSchema, Refusal, Rule, Shape,
    Shared, Tombstone, TypeSchema, Variant, WireName, equal, text,
};
use crate::version::Version;

/// The words on a field beside its name and its type.
#[derive(Clone, Copy)]
pub struct Said {
    pub read_only: bool,
    pub strict: bool,
    pub required: bool,
    pub default: Option<&'static Literal>,
    pub since: Option<Version>,
    pub absent: Option<&'static Literal>,
    pub alone: bool,
    pub check: Option<&'static Check>,
    pub rules: &'static [Rule],
    pub relationship: Option<&'static [(Version, Version)]>,
    pub repr: Option<&'static str>,
    pub default_repr: Option<&'static str>,
}

impl Said {
    pub const NOTHING: Said = Said {
        read_only: false,
        strict: true,
        required: false,
        default: None,
        since: None,
        absent: None,
        alone: false,
        check: None,
        rules: &[],
        relationship: None,
        repr: None,
        default_repr: None,
    };
}

/// The words on an object, all that its schema is made of.
#[derive(Clone, Copy)]
pub struct Described {
    pub name: &'static str,
    pub namespace: &'static str,
    pub serial_namespace: &'static str,
    /// The keys of the envelope, of their forms in JSON.
    pub keys: &'static [&'static str; 5],
    pub versions: &'static [Version],
    pub unreleased: Option<Version>,
    pub fields: &'static [FieldSchema],
    pub tombstones: &'static [Tombstone],
    pub child_versions: Option<&'static [(Version, Version)]>,
    pub bare_list: bool,
    pub keep_children: bool,
    pub forgets_changes: bool,
    pub by_pin: bool,
    pub by_manifest: bool,
    pub initial: &'static [(Cow<'static, str>, Literal)],
    pub refuses: Option<(Version, Option<&'static str>)>,
    pub read: Option<&'static str>,
    pub compatible: Option<&'static str>,
    pub validate: Option<&'static str>,
    pub bases: &'static [Cow<'static, str>],
    pub extra_fields: &'static [Cow<'static, str>],
    pub methods: &'static [MethodSchema],
}

impl Described {
    pub const NOTHING: Described = Described {
        name: "",
        namespace: "versionedobjects",
        serial_namespace: "versioned_object",
        keys: &[
            ",\"versioned_object.name\":       ",
            ",\"versioned_object.namespace\":  ",
            ",\"versioned_object.version\":    ",
            ",\"versioned_object.data\":       ",
            ",\"versioned_object.changes\":    ",
        ],
        versions: &[],
        unreleased: None,
        fields: &[],
        tombstones: &[],
        child_versions: None,
        bare_list: false,
        keep_children: false,
        forgets_changes: false,
        by_pin: false,
        by_manifest: false,
        initial: &[],
        refuses: None,
        read: None,
        compatible: None,
        validate: None,
        bases: &[],
        extra_fields: &[],
        methods: &[],
    };
}

/// The schema of a derived object.
pub const fn schema(said: Described) -> ObjectSchema {
    ObjectSchema {
        name: Cow::Borrowed(said.name),
        namespace: Cow::Borrowed(said.namespace),
        keys: keys(said.serial_namespace, said.keys),
        versions: Cow::Borrowed(said.versions),
        is_open: false,
        unreleased: said.unreleased,
        fields: Cow::Borrowed(said.fields),
        tombstones: Cow::Borrowed(said.tombstones),
        child_versions: match said.child_versions {
            Some(versions) => Some(Cow::Borrowed(versions)),
            None => None,
        },
        bare_list: said.bare_list,
        keep_children: said.keep_children,
        forgets_changes: said.forgets_changes,
        by_pin: said.by_pin,
        by_manifest: said.by_manifest,
        initial: Cow::Borrowed(said.initial),
        converts_nested: true,
        refuses: match said.refuses {
            Some((before, message)) => Some(Refusal { before, message: borrowed(message) }),
            None => None,
        },
        read: borrowed(said.read),
        compatible: borrowed(said.compatible),
        validate: borrowed(said.validate),
        bases: Cow::Borrowed(said.bases),
        extra_fields: Cow::Borrowed(said.extra_fields),
        methods: Cow::Borrowed(said.methods),
    }
}

/// A field of the name in a key of JSON, with nothing more said of it.
pub const fn plain_field<F: FieldSlot>(key: &'static str) -> FieldSchema {
    field::<F>(key, Said::NOTHING)
}

/// The keys of an envelope, of their forms in JSON.
const fn keys(serial_namespace: &'static str, json: &'static [&'static str; 5]) -> Keys {
    let [name, namespace, version, data, changes] = *json;
    Keys {
        serial_namespace: Cow::Borrowed(serial_namespace),
        name: WireName::of_key(name),
        namespace: WireName::of_key(namespace),
        version: WireName::of_key(version),
        data: WireName::of_key(data),
        changes: WireName::of_key(changes),
    }
}

/// The length of an object's opening.
pub const fn opening_length(object: &'static ObjectSchema) -> usize {
    let (parts, mut length, mut index) = (opening_parts(object), 0, 0);
    while index < parts.len() {
        length += parts[index].len();
        index += 1;
    }
    length
}

/// The envelope of an object in JSON up to its version, behind a comma: what `Object::OPENING` is.
pub const fn opening<const LENGTH: usize>(object: &'static ObjectSchema) -> [u8; LENGTH] {
    let (parts, mut text, mut index) = (opening_parts(object), [0; LENGTH], 0);
    let mut start = 0;
    while index < parts.len() {
        let (_, room) = text.split_at_mut(start);
        let (room, _) = room.split_at_mut(parts[index].len());
        room.copy_from_slice(parts[index].as_bytes());
        start += parts[index].len();
        index += 1;
    }
    text
}

const fn opening_parts(object: &'static ObjectSchema) -> [&'static str; 9] {
    let Keys { name, namespace, version, .. } = &object.keys;
    let value = [text(&object.name), text(&object.namespace)];
    [name.key(), "\"", value[0], "\"", namespace.key(), "\"", value[1], "\"", version.key()]
}

/// That text, of its bytes.
pub const fn opening_text(bytes: &'static [u8]) -> &'static str {
    match str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => panic!("names are text"),
    }
}

/// A field, and what is said of it.
pub const fn field<F: FieldSlot>(key: &'static str, said: Said) -> FieldSchema {
    FieldSchema {
        name: WireName::of_key(key),
        ty: Shared::Static(F::Value::TYPE_REF),
        nullable: F::Value::NULLABLE,
        read_only: said.read_only,
        strict: said.strict,
        required: said.required,
        default: shared(said.default),
        since: said.since,
        absent: shared(said.absent),
        alone: said.alone,
        check: match said.check {
            Some(check) => Some(Shared::Static(check)),
            None => None,
        },
        rules: Cow::Borrowed(said.rules),
        relationship: match said.relationship {
            Some(versions) => Some(Cow::Borrowed(versions)),
            None => None,
        },
        repr: borrowed(said.repr),
        default_repr: borrowed(said.default_repr),
    }
}

const fn borrowed(text: Option<&'static str>) -> Option<Cow<'static, str>> {
    match text {
        Some(text) => Some(Cow::Borrowed(text)),
        None => None,
    }
}

const fn shared(literal: Option<&'static Literal>) -> Option<Shared<Literal>> {
    match literal {
        Some(literal) => Some(Shared::Static(literal)),
        None => None,
    }
}

pub const fn object_type<O: VersionedObject>(name: &'static str) -> TypeSchema {
    let schema = Some(schema_of::<O> as fn() -> &'static ObjectSchema);
    TypeSchema::new("Object", Kind::Object { name: Cow::Borrowed(name), subclasses: false, schema })
}

fn schema_of<O: VersionedObject>() -> &'static ObjectSchema {
    O::SCHEMA
}

/// The type of an enum of objects, which stand for that base.
pub const fn base_type(
    name: &'static str,
    schema: fn() -> &'static ObjectSchema,
    variants: &'static [Variant],
) -> TypeSchema {
    let mut ty = TypeSchema::new(
        "Object",
        Kind::Object { name: Cow::Borrowed(name), subclasses: true, schema: Some(schema) },
    );
    std::mem::forget(std::mem::replace(&mut ty.variants, Cow::Borrowed(variants)));
    ty
}

/// The schema of a base that is no object of its own: a name, in the envelope of what extends it.
pub const fn abstract_base(name: &'static str, heir: &'static ObjectSchema) -> ObjectSchema {
    let said = Described { name, namespace: text(&heir.namespace), ..Described::NOTHING };
    let mut base = schema(said);
    let keys = Keys {
        serial_namespace: Cow::Borrowed(text(&heir.keys.serial_namespace)),
        name: heir.keys.name.copied(),
        namespace: heir.keys.namespace.copied(),
        version: heir.keys.version.copied(),
        data: heir.keys.data.copied(),
        changes: heir.keys.changes.copied(),
    };
    std::mem::forget(std::mem::replace(&mut base.keys, keys));
    base
}

/// Whether the object had that version.
pub const fn has_version(object: &'static ObjectSchema, version: Version) -> bool {
    let Cow::Borrowed(versions) = object.versions else { panic!("a constant schema owns nothing") };
    let mut index = 0;
    while index < versions.len() {
        if !versions[index].is_before(version) && !version.is_before(versions[index]) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether the object is the base, or takes in its fields.
pub const fn is_or_extends(object: &'static ObjectSchema, base: &'static ObjectSchema) -> bool {
    if equal(text(&object.name), text(&base.name)) {
        return true;
    }
    let bases = bases_of(object);
    let mut index = 0;
    while index < bases.len() {
        if equal(text(&bases[index]), text(&base.name)) {
            return true;
        }
        index += 1;
    }
    false
}

/// Name of a field, which the object has.
///
/// # Panics
/// In a constant, where the object has no field of that name.
pub const fn field_name<O: VersionedObject>(name: &'static str) -> &'static str {
    assert!(has_field(fields_of::<O>(), name), "the object has no field of that name");
    name
}

/// The fields of a derived object, which are all constant.
pub const fn fields_of<O: VersionedObject>() -> &'static [FieldSchema] {
    match &O::SCHEMA.fields {
        Cow::Borrowed(fields) => fields,
        Cow::Owned(_) => panic!("a constant schema owns nothing"),
    }
}

pub const fn all_coercing<const N: usize>(mut fields: [FieldSchema; N]) -> [FieldSchema; N] {
    let mut index = 0;
    while index < N {
        fields[index].strict = false;
        index += 1;
    }
    fields
}

pub const fn count_bases(parts: &[&'static ObjectSchema]) -> usize {
    let mut count = 0;
    let mut part = 0;
    while part < parts.len() {
        count += 1 + bases_of(parts[part]).len();
        part += 1;
    }
    count
}

/// The names of the parts, each before those of its own parts.
pub const fn bases<const N: usize>(parts: &[&'static ObjectSchema]) -> [Cow<'static, str>; N] {
    let mut out = [const { Cow::Borrowed("") }; N];
    let mut length = 0;
    let mut part = 0;
    while part < parts.len() {
        let further = bases_of(parts[part]);
        let mut index = 0;
        while index <= further.len() {
            let name = if index == 0 { &parts[part].name } else { &further[index - 1] };
            // The array's old element is forgotten, since a constant can't drop it.
            std::mem::forget(std::mem::replace(&mut out[length], Cow::Borrowed(text(name))));
            length += 1;
            index += 1;
        }
        part += 1;
    }
    out
}

pub const fn count_extra_fields(own: &[Cow<'static, str>], parts: &[&'static ObjectSchema]) -> usize {
    let mut count = own.len();
    let mut part = 0;
    while part < parts.len() {
        count += extra_fields_of(parts[part]).len();
        part += 1;
    }
    count
}

/// The names of the own extra fields, then those of the parts.
pub const fn extra_fields<const N: usize>(
    own: &[Cow<'static, str>],
    parts: &[&'static ObjectSchema],
) -> [Cow<'static, str>; N] {
    let mut out = [const { Cow::Borrowed("") }; N];
    let mut length = 0;
    let mut part = 0;
    while part <= parts.len() {
        let names = if part == 0 { own } else { extra_fields_of(parts[part - 1]) };
        let mut index = 0;
        while index < names.len() {
            std::mem::forget(std::mem::replace(&mut out[length], Cow::Borrowed(text(&names[index]))));
            length += 1;
            index += 1;
        }
        part += 1;
    }
    out
}

const fn extra_fields_of(schema: &'static ObjectSchema) -> &'static [Cow<'static, str>] {
    match &schema.extra_fields {
        Cow::Borrowed(names) => names,
        Cow::Owned(_) => panic!("a constant schema owns nothing"),
    }
}

const fn bases_of(schema: &'static ObjectSchema) -> &'static [Cow<'static, str>] {
    match &schema.bases {
        Cow::Borrowed(bases) => bases,
        Cow::Owned(_) => panic!("a constant schema owns nothing"),
    }
}

/// The whole number of a literal.
pub const fn whole(literal: &Literal, message: &'static str) -> i128 {
    match literal {
        Literal::Int(value) => *value,
        _ => panic!("{}", message),
    }
}

/// A pattern of a check.
#[cfg(feature = "pattern")]
pub const fn pattern(text: &'static str) -> Cow<'static, str> {
    Cow::Borrowed(text)
}

/// Whether objects in the field forget the version that they arrived in.
pub const fn forgets<F: FieldSlot>() -> bool {
    F::Value::HOLDS_OBJECTS && !F::Value::REMEMBERS
}

/// Whether an option stands in an option, also behind an alias.
pub const fn has_two_nulls<F: FieldSlot>() -> bool {
    F::Value::BOUNDS.has_two_nulls()
}

/// Asks that the object in the field is at this version now.
pub const fn current<F: Current<MAJOR, MINOR>, const MAJOR: u32, const MINOR: u32>() {}

/// Whether the field's type can hold the literal.
pub const fn fits<F: FieldSlot>(held: Held<'_>) -> bool {
    held.fits(&F::Value::TYPE_REF.kind, F::Value::NULLABLE, &F::Value::BOUNDS)
}

/// Whether the field's value, or a value inside it, can be the literal.
pub const fn fits_inside<F: FieldSlot>(held: Held<'_>) -> bool {
    held.fits_inside(&F::Value::TYPE_REF.kind, F::Value::NULLABLE, &F::Value::BOUNDS)
}

/// Whether the field of that name can hold the literal, as far as its kind tells; a name of no field is told elsewhere.
pub const fn fits_named(fields: &[FieldSchema], name: &str, held: Held<'_>) -> bool {
    match named(fields, name) {
        Some(FieldSchema { ty: Shared::Static(ty), nullable, .. }) => {
            held.fits(&ty.kind, *nullable, &Bounds::NONE)
        }
        _ => true,
    }
}

/// Whether the value of the field of that name, or a value inside it, can be the literal, as far as its kind tells.
pub const fn fits_inside_named(fields: &[FieldSchema], name: &str, held: Held<'_>) -> bool {
    match named(fields, name) {
        Some(FieldSchema { ty: Shared::Static(ty), nullable, .. }) => {
            held.fits_inside(&ty.kind, *nullable, &Bounds::NONE)
        }
        _ => true,
    }
}

const fn named<'f>(fields: &'f [FieldSchema], name: &str) -> Option<&'f FieldSchema> {
    let mut index = 0;
    while index < fields.len() {
        if equal(fields[index].name.constant(), name) {
            return Some(&fields[index]);
        }
        index += 1;
    }
    None
}

/// Whether the field's value, or a value inside it, is text that may be any.
pub const fn has_text_inside<F: FieldSlot>() -> bool {
    has_shape_inside(&F::Value::TYPE_REF.kind, &[Shape::Text, Shape::Any])
}

/// Whether the field's value, or a value inside it, is a whole number.
pub const fn has_number_inside<F: FieldSlot>() -> bool {
    has_shape_inside(&F::Value::TYPE_REF.kind, &[Shape::Whole, Shape::WholeFromZero, Shape::Any])
}

const fn has_shape_inside(kind: &Kind, shapes: &[Shape]) -> bool {
    match kind {
        Kind::List(element) | Kind::Set(element) | Kind::Dict(element) => match &element.ty {
            Shared::Static(ty) => has_shape_inside(&ty.kind, shapes),
            Shared::Owned(_) => panic!("a constant schema owns nothing"),
        },
        kind => {
            let mut index = 0;
            while index < shapes.len() {
                if kind.shape() as u8 == shapes[index] as u8 {
                    return true;
                }
                index += 1;
            }
            false
        }
    }
}

/// Whether numbers from the first to the second are asked for, and the field has some of them.
pub const fn has_numbers<F: FieldSlot>(min: Option<&Literal>, max: Option<&Literal>) -> bool {
    let (least, greatest) = F::Value::BOUNDS.integers();
    let min = match min {
        Some(Literal::Int(min)) if *min > least => *min,
        _ => least,
    };
    let max = match max {
        Some(Literal::Int(max)) if *max < greatest => *max,
        _ => greatest,
    };
    min <= max
}

/// Whether the field's type is a map.
pub const fn is_dict<F: FieldSlot>() -> bool {
    matches!(F::Value::TYPE_REF.kind, Kind::Dict(_) | Kind::FlexibleDict)
}

/// Whether the text can be a key of the field's map.
pub const fn has_key<F: FieldSlot>(key: &str) -> bool {
    F::Value::BOUNDS.has_key(key)
}

pub const fn has_field(fields: &[FieldSchema], name: &str) -> bool {
    named(fields, name).is_some()
}

/// Whether a field of that name holds a list or a set.
pub const fn has_list(fields: &[FieldSchema], name: &str) -> bool {
    let mut index = 0;
    while index < fields.len() {
        if equal(fields[index].name.constant(), name) {
            return match &fields[index].ty {
                Shared::Static(ty) => matches!(ty.kind, Kind::List(_) | Kind::Set(_)),
                Shared::Owned(_) => false,
            };
        }
        index += 1;
    }
    false
}

/// Whether any field has another type in an older version.
pub const fn has_conversions(fields: &[FieldSchema]) -> bool {
    let mut index = 0;
    while index < fields.len() {
        let Cow::Borrowed(rules) = &fields[index].rules else { return false };
        let mut rule = 0;
        while rule < rules.len() {
            if matches!(rules[rule].action, Action::Convert { .. }) {
                return true;
            }
            rule += 1;
        }
        index += 1;
    }
    false
}
