//! Objects of which a schema names Rust functions, for who has the schema alone.

use serde_json::json;
use versioned_objects::check::{self, Golden, Locks};
use versioned_objects::registry::Registry;
use versioned_objects::{Backport, ErrorKind, Field, VersionedObject, wire};

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, versions("1.0", "1.1", "1.2"))]
struct Volume {
    #[field(was(type = String, name = "old", since = "1.1", to_older = to_text, from_older = from_text))]
    new: Field<i64>,
    #[field(since = "1.2")]
    cache: Field<String>,
}

fn to_text(size: &i64) -> Result<String, String> {
    Ok(size.to_string())
}

fn from_text(text: String) -> Result<i64, std::num::ParseIntError> {
    text.parse()
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::finish)]
struct Finished {
    number: Field<i64>,
}

impl Finished {
    fn finish(
        &self,
        _: &mut versioned_objects::Primitive,
        _: versioned_objects::Version,
    ) -> Result<(), String> {
        Ok(())
    }
}

#[test]
fn an_older_version_that_a_function_makes_is_refused() {
    let registry = Registry::new().with::<Volume>().with::<Finished>();
    let locked = Locks::of(&registry).registry();
    let volume = Volume { new: 5.into(), ..Volume::default() };
    let volume = locked.decode_json(&serde_json::to_vec(&volume).unwrap()).unwrap();
    let refused = "Volume.new: the field was of another type then, and its conversion is a Rust function";
    let error = volume.at("1.0").unwrap_err();
    assert_eq!((error.kind(), &*error.to_string()), (ErrorKind::ObjectAction, refused));
    let older = registry.layouts(&[("Volume", "1.0".parse().unwrap())].into_iter().collect());
    assert_eq!(wire::to_json(&volume, "1.0").unwrap_err().to_string(), refused);
    assert_eq!(wire::to_compact(&volume, "1.0", &older).unwrap_err().to_string(), refused);
    assert!(volume.at("1.1").is_ok());
    let unset = locked.decode_json(&serde_json::to_vec(&Volume::default()).unwrap()).unwrap();
    assert!(unset.at("1.0").is_ok());
    // As on reading.
    let text = json!({ "versioned_object.name": "Volume", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": { "old": "5" } });
    assert_eq!(locked.decode_json(text.to_string().as_bytes()).unwrap_err().to_string(), refused);

    let finished = Finished { number: 5.into() };
    let finished = locked.decode_json(&serde_json::to_vec(&finished).unwrap()).unwrap();
    let refused = "Finished is finished for version 1.0 by Self::finish, a Rust function, which a schema alone doesn't have";
    assert_eq!(finished.at("1.0").unwrap_err().to_string(), refused);
    assert!(finished.at("1.1").is_ok());
}

#[test]
fn gates_say_why_they_can_t_judge_such_an_object() {
    let registry = Registry::new().with::<Volume>();
    let golden = |version: &str, expected: &str| Golden {
        object: serde_json::to_string(&Volume { new: 5.into(), cache: "none".to_owned().into() }).unwrap(),
        manifest: [("Volume", version.parse().unwrap())].into_iter().collect(),
        expected: expected.to_owned(),
    };
    let wrong = golden("1.0", "{}");
    assert!(wrong.check(&registry).unwrap_err().starts_with("expected"), "its own type makes it");
    let gates = check::gates(&registry, 4, |mutant| wrong.check(mutant)).unwrap();
    let told: Vec<String> = gates.unjudged.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["Volume.cache: since 1.2, of which nothing is known: Volume.new: to_text is a Rust function"]
    );
    assert_eq!(gates.unmissed, []);
    // A version that no function makes is judged all the same.
    let expected =
        serde_json::to_string(&Volume { new: 5.into(), ..Volume::default() }.at("1.1").unwrap()).unwrap();
    let golden = golden("1.1", &expected);
    let gates = check::gates(&registry, 4, |mutant| golden.check(mutant)).unwrap();
    assert_eq!((gates.unmissed, gates.unjudged), (vec![], vec![]));
}
