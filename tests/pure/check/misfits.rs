//! Literals that no compiler can hold to a type: of a project's own types, of patterns, of what a `check` refuses.

use std::path::Path;

use serde::{Deserialize, Deserializer, Serializer};
use versioned_objects::check::{self, Refusal, misfits};
use versioned_objects::prelude::*;
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::schema::{Kind, TypeSchema};
use versioned_objects::{Context, Entity, Field, FieldType, Target, wire};

/// A colour, `#rrggbb` on the wire.
#[derive(Clone, Debug, PartialEq)]
struct Colour(u32);

impl Entity for Colour {
    const HOLDS_OBJECTS: bool = false;

    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("#{:06x}", self.0))
    }
}

impl FieldType for Colour {
    const TYPE: TypeSchema = TypeSchema::new("Colour", Kind::Opaque);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let colour = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        colour.map(Colour).ok_or_else(|| context.invalid(format_args!("{text:?} is no colour")))
    }
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), initial("inner" = "zz"))]
struct Paint {
    #[field(default = "#00ff00")]
    fine: Field<Colour>,
    #[field(default = "zz")]
    outer: Field<Colour>,
    inner: Field<Option<Colour>>,
    #[field(since = "1.1", absent = "yy")]
    absent: Field<Colour>,
    #[field(values("xx", since = "1.1", older = "ww"))]
    stand_in: Field<Vec<Colour>>,
    #[field(values("#000000", since = "1.1", older = "#000001"))]
    also_fine: Field<Vec<Colour>>,
    #[field(values("#000000", since = "1.1", older = "#000001"))]
    named: Field<std::collections::HashMap<String, Colour>>,
    #[field(fill(value = "vv", before = "1.1"))]
    filled: Field<Colour>,
    #[field(take(from = "fine", before = "1.1", when("outer" = "uu")))]
    taken: Field<Colour>,
    #[field(check(pattern = r"^(\w{1000}){1000}$"))]
    large: Field<String>,
    #[field(default = 5, check(min = 10))]
    checked: Field<i64>,
    #[field(check(one_of("#ffffff", "tt")))]
    one_of: Field<Colour>,
}

#[test]
fn literals_that_are_no_values_are_told_by_their_places() {
    let registry = Registry::new().with::<Paint>();
    let found = misfits(&registry);
    let places: Vec<_> = found.iter().map(|misfit| (misfit.place(), misfit.word())).collect();
    let wanted = [
        ("Paint.outer", "default"),
        ("Paint.absent", "absent"),
        ("Paint.stand_in", "values"),
        ("Paint.stand_in", "older"),
        ("Paint.filled", "fill"),
        ("Paint.outer", "when"),
        ("Paint.large", "pattern"),
        ("Paint.checked", "default"),
        ("Paint.one_of", "one_of"),
        ("Paint.inner", "initial"),
    ];
    assert_eq!(places, wanted);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("misfits");
    let refusal = check::locked(&registry, &folder, &[]).unwrap_err();
    assert!(matches!(&refusal, Refusal::Unfit(misfits) if misfits.len() == wanted.len()), "{refusal:?}");
    support::snapshots("errors").bind(|| insta::assert_snapshot!("misfits", refusal));
}

/// A program that runs with such literals all the same gets errors where they count, with their places.
#[test]
fn a_literal_that_is_no_value_is_an_error_where_it_counts() {
    let mut paint = Paint::default();
    let error = paint.set_defaults().unwrap_err().to_string();
    assert!(error.starts_with("Paint.outer: "), "{error}");
    let text = r#"{"versioned_object.name":"Paint","versioned_object.namespace":"versionedobjects",
        "versioned_object.version":"1.0","versioned_object.data":{}}"#;
    let error = wire::from_json::<Paint>(text.as_bytes(), Default::default()).unwrap_err().to_string();
    assert!(error.starts_with("Paint.absent: "), "{error}");
}

#[test]
fn a_schema_file_with_a_pattern_that_is_none_is_not_read() {
    let text = |pattern: &str| {
        format!(
            r#"{{"objects": [{{"name": "Port", "version": "1.0", "project_namespace": "net",
            "serial_namespace": "versioned_object",
            "fields": [{{"name": "mac", "type": "String", "check": {{"pattern": "{pattern}"}}}}]}}]}}"#
        )
    };
    assert!(text("^a+$").parse::<Schemas>().is_ok());
    let error = text("(").parse::<Schemas>().unwrap_err().to_string();
    assert!(error.contains("Port") && error.contains("mac"), "{error}");
    assert!(error.ends_with("\"(\" is no regular expression: unclosed group"), "{error}");
}

/// A flag that coerces takes any text for true, and none of its values is that text.
#[test]
fn a_literal_that_no_value_is_equal_to_is_told() {
    let looks_for = |literal: &str| {
        let text = format!(
            r#"{{"objects": [{{"name": "Port", "version": "1.1", "project_namespace": "net",
            "serial_namespace": "versioned_object",
            "fields": [{{"name": "up", "type": "Boolean", "rules": [{{"before": "1.1",
            "action": {{"values": {{"values": [{literal}], "instead": "drop"}}}}}}]}}]}}]}}"#
        );
        let schemas: Schemas = text.parse().unwrap();
        let registry = schemas
            .objects
            .iter()
            .fold(Registry::new(), |registry, entry| registry.with_schema(entry.schema.clone()));
        misfits(&registry).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(looks_for("true"), [""; 0]);
    let told = "Port.up: `values` is \"ide\", which the field can't hold: it becomes another value there, so that none is \
                equal to it";
    assert_eq!(looks_for("\"ide\""), [told]);
    // What is written may become another value.
    let text = r#"{"objects": [{"name": "Port", "version": "1.0", "project_namespace": "net",
        "serial_namespace": "versioned_object", "fields": [{"name": "number", "type": "Integer", "default": "7"}]}]}"#;
    let schemas: Schemas = text.parse().unwrap();
    let registry = Registry::new().with_schema(schemas.objects[0].schema.clone());
    assert!(misfits(&registry).is_empty(), "{:?}", misfits(&registry));
}

#[test]
fn the_literals_of_nova_s_objects_are_values() {
    let found = misfits(&versioned_objects::nova::registry());
    assert!(found.is_empty(), "{found:?}");
}
