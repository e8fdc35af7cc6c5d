//! Objects in formats of other crates: what comes back is what was written, or is refused.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;
use versioned_objects::field::Bytes;
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::{Field, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Part {
    name: Field<String>,
    size: Field<Option<u8>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Whole {
    text: Field<String>,
    flag: Field<bool>,
    small: Field<i16>,
    long: Field<u64>,
    large: Field<u128>,
    float: Field<f64>,
    null: Field<Option<String>>,
    list: Field<Vec<Option<i64>>>,
    map: Field<BTreeMap<u16, Option<String>>>,
    part: Field<Option<Part>>,
    parts: Field<Vec<Part>>,
    bytes: Field<Bytes>,
    any: Field<serde_json::Value>,
}

/// A format of another crate.
struct Format {
    name: &'static str,
    whole: fn(&Whole) -> Outcome,
}

/// What comes of writing an object and reading it again.
#[derive(Debug, PartialEq)]
enum Outcome {
    Equal,
    NotWritten(String),
    NotRead(String),
    /// Another value came back.
    Other(String),
    /// It is so of a Rust type, and not of an object that is known by its schema alone.
    Derived(String),
}

/// Goes through the format as a Rust type, and as an object of a registry that knows the schema alone; says where that ends.
fn through<B>(
    whole: &Whole,
    write: impl Fn(&dyn erased::Object) -> Result<B, String>,
    read: impl Fn(&B) -> Result<Whole, String>,
    read_any: impl Fn(&B, &Registry) -> Result<AnyObject, String>,
) -> Outcome {
    let first = match write(whole).map(|written| (read(&written), written)) {
        Err(error) => return Outcome::NotWritten(error),
        Ok((Err(error), _)) => return Outcome::NotRead(error),
        Ok((Ok(again), _)) if again != *whole => return Outcome::Other(format!("{again:?}")),
        Ok((Ok(_), written)) => written,
    };
    let registries = [
        Registry::new().with_schema(Whole::SCHEMA.clone()).with_schema(Part::SCHEMA.clone()),
        Registry::new().with::<Whole>().with::<Part>(),
    ];
    for registry in registries {
        let again =
            read_any(&first, &registry).and_then(|any| write(&any)).and_then(|written| read(&written));
        match again {
            Err(error) => return Outcome::Derived(error),
            Ok(again) if again != *whole => return Outcome::Derived(format!("{again:?}")),
            Ok(_) => {}
        }
    }
    Outcome::Equal
}

/// Either of the types of objects, for a closure that takes both.
mod erased {
    pub trait Object {
        fn write(&self, with: &mut dyn Write);
    }

    pub trait Write {
        fn whole(&mut self, object: &super::Whole);
        fn any(&mut self, object: &super::AnyObject);
    }

    impl Object for super::Whole {
        fn write(&self, with: &mut dyn Write) {
            with.whole(self);
        }
    }

    impl Object for super::AnyObject {
        fn write(&self, with: &mut dyn Write) {
            with.any(self);
        }
    }
}

fn text(error: impl Display) -> String {
    error.to_string()
}

macro_rules! formats {
    ($($name:ident: |$object:ident| $write:expr, |$bytes:ident| $read:expr;)+) => {
        $(
            fn $name(whole: &Whole) -> Outcome {
                fn write<T: Serialize>($object: &T) -> Result<Vec<u8>, String> {
                    $write
                }

                fn read<T: DeserializeOwned>($bytes: &[u8]) -> Result<T, String> {
                    $read
                }

                struct Writing(Option<Result<Vec<u8>, String>>);

                impl erased::Write for Writing {
                    fn whole(&mut self, object: &Whole) {
                        self.0 = Some(write(object));
                    }

                    fn any(&mut self, object: &AnyObject) {
                        self.0 = Some(write(object));
                    }
                }

                through(
                    whole,
                    |object| {
                        let mut writing = Writing(None);
                        object.write(&mut writing);
                        writing.0.unwrap()
                    },
                    |bytes| read(bytes),
                    |bytes, registry| {
                        REGISTRY.set(Some(registry.clone()));
                        read::<Known>(bytes).map(|Known(object)| object)
                    },
                )
            }
        )+

        const FORMATS: &[Format] = &[$(Format { name: stringify!($name), whole: $name }),+];
    };
}

/// A dynamic object says what isn't null without `Some`.
fn implicit_some() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}

thread_local! {
    /// What reads an object of any type.
    static REGISTRY: Cell<Option<Registry>> = const { Cell::new(None) };
}

struct Known(AnyObject);

impl<'de> serde::Deserialize<'de> for Known {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        REGISTRY.take().unwrap().decode(deserializer).map(Known).map_err(serde::de::Error::custom)
    }
}

formats! {
    ron: |object| ron::to_string(object).map(String::into_bytes).map_err(text),
        |bytes| implicit_some().from_bytes(bytes).map_err(text);
    bson: |object| bson::serialize_to_vec(object).map_err(text),
        |bytes| bson::deserialize_from_slice(bytes).map_err(text);
    flexbuffers: |object| flexbuffers::to_vec(object).map_err(text),
        |bytes| flexbuffers::from_slice(bytes).map_err(text);
    yaml: |object| serde_yaml_ng::to_string(object).map(String::into_bytes).map_err(text),
        |bytes| serde_yaml_ng::from_slice(bytes).map_err(text);
    toml: |object| toml::to_string(object).map(String::into_bytes).map_err(text),
        |bytes| toml::from_slice(bytes).map_err(text);
    plist: |object| {
            let mut bytes = Vec::new();
            plist::to_writer_xml(&mut bytes, object).map(|()| bytes).map_err(text)
        },
        |bytes| plist::from_bytes(bytes).map_err(text);
    pickle: |object| serde_pickle::to_vec(object, Default::default()).map_err(text),
        |bytes| serde_pickle::from_slice(bytes, Default::default()).map_err(text);
    json5: |object| json5::to_string(object).map(String::into_bytes).map_err(text),
        |bytes| json5::from_str(std::str::from_utf8(bytes).map_err(text)?).map_err(text);
    ciborium: |object| {
            let mut bytes = Vec::new();
            ciborium::into_writer(object, &mut bytes).map(|()| bytes).map_err(text)
        },
        |bytes| ciborium::from_reader(bytes).map_err(text);
    cbor4ii: |object| cbor4ii::serde::to_vec(Vec::new(), object).map_err(text),
        |bytes| cbor4ii::serde::from_slice(bytes).map_err(text);
    minicbor: |object| minicbor_serde::to_vec(object).map_err(text),
        |bytes| minicbor_serde::from_slice(bytes).map_err(text);
    rmp: |object| rmp_serde::to_vec(object).map_err(text),
        |bytes| rmp_serde::from_slice(bytes).map_err(text);
}

/// What is tried, by name.
fn samples() -> Vec<(&'static str, Whole)> {
    let any = |value: serde_json::Value| Whole { any: value.into(), ..Whole::default() };
    let part = |size: Option<u8>| Part { name: "p".to_owned().into(), size: size.into() };
    vec![
        ("nothing", Whole::default()),
        ("text", Whole { text: "a \"b\"\n\u{e9}\u{1f980}".to_owned().into(), ..Whole::default() }),
        (
            "scalars",
            Whole {
                flag: true.into(),
                small: (-7).into(),
                float: 0.1.into(),
                long: 7.into(),
                ..Whole::default()
            },
        ),
        ("u64 beyond i64", Whole { long: u64::MAX.into(), ..Whole::default() }),
        ("u128 within 64 bits", Whole { large: 5.into(), ..Whole::default() }),
        ("u128 beyond 64 bits", Whole { large: (1 << 64).into(), ..Whole::default() }),
        ("u128 beyond 127 bits", Whole { large: u128::MAX.into(), ..Whole::default() }),
        ("whole float", Whole { float: 7.0.into(), ..Whole::default() }),
        ("infinity", Whole { float: f64::INFINITY.into(), ..Whole::default() }),
        ("null", Whole { null: None.into(), ..Whole::default() }),
        ("null in a list", Whole { list: vec![Some(1), None].into(), ..Whole::default() }),
        (
            "map by number",
            Whole { map: BTreeMap::from([(80, Some("a".to_owned()))]).into(), ..Whole::default() },
        ),
        ("null in a map", Whole { map: BTreeMap::from([(80, None)]).into(), ..Whole::default() }),
        (
            "object",
            Whole { part: Some(part(Some(1))).into(), parts: vec![part(Some(2))].into(), ..Whole::default() },
        ),
        ("null in an object", Whole { part: Some(part(None)).into(), ..Whole::default() }),
        ("bytes", Whole { bytes: Bytes::from(&[0, 255]).into(), ..Whole::default() }),
        ("Value", any(serde_json::json!({ "a": [1, 1.5, "x", true], "b": {} }))),
        ("null in a Value", any(serde_json::json!({ "a": [null], "b": null }))),
    ]
}

#[test]
fn what_each_format_holds() {
    let mut table = format!(
        "| value | {} |\n|",
        FORMATS.iter().map(|format| format.name).collect::<Vec<_>>().join(" | ")
    );
    table.push_str(&" --- |".repeat(FORMATS.len() + 1));
    let mut notes = String::new();
    for (sample, whole) in samples() {
        table.push_str(&format!("\n| {sample} |"));
        for format in FORMATS {
            let outcome = (format.whole)(&whole);
            let word = match &outcome {
                Outcome::Equal => "equal",
                Outcome::NotWritten(_) => "isn't written",
                Outcome::NotRead(_) => "isn't read",
                Outcome::Other(_) => "null is lost",
                Outcome::Derived(_) => "derived alone",
            };
            table.push_str(&format!(" {word} |"));
            match outcome {
                Outcome::Equal => {}
                Outcome::NotWritten(error)
                | Outcome::NotRead(error)
                | Outcome::Other(error)
                | Outcome::Derived(error) => {
                    notes.push_str(&format!("{sample}, {} ({word}): {error}\n", format.name));
                }
            }
        }
    }
    table.push('\n');
    let expected = include_str!("../holds.md");
    assert!(table == expected, "\n{table}\n{notes}");
}

/// No mark of this crate stands in the text: a name is a key like any other.
#[test]
fn names_are_texts_in_every_format() {
    let whole = Whole { text: "a".to_owned().into(), ..Whole::default() };
    assert_eq!(
        ron::to_string(&whole).unwrap(),
        r#"{"versioned_object.name":"Whole","versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","versioned_object.data":{"text":"a"},"versioned_object.changes":["text"]}"#
    );
    let registry = Registry::new().with::<Whole>();
    let any =
        registry.decode(&mut ron::Deserializer::from_str(&ron::to_string(&whole).unwrap()).unwrap()).unwrap();
    assert_eq!(ron::to_string(&any).unwrap(), ron::to_string(&whole).unwrap());
}
