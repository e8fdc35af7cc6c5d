//! What an object's own routine leaves of its fields on a backport, and what is told of it.

use serde_json::{Value, json};
use versioned_objects::{Backport, Field, Origin, Primitive, Target, Version, VersionedObject};

use crate::children::{dropped, named, one};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"), compatible = Reel::finish)]
struct Reel {
    origin: Origin,
    title: Field<String>,
    metres: Field<i64>,
    #[field(since = "1.1")]
    speed: Field<i64>,
    #[field(take(from = "speed", before = "1.1"))]
    frames: Field<i64>,
    #[field(was(type = String, since = "1.1", to_older = as_text, from_older = from_text))]
    copies: Field<i64>,
}

fn as_text(copies: &i64) -> Result<String, String> {
    Ok(copies.to_string())
}

fn from_text(text: String) -> Result<i64, String> {
    text.parse().map_err(|_| format!("{text:?} is no number"))
}

impl Reel {
    /// Of a long reel, nobody knew the length.
    fn finish(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        if let Some(entries) = data.as_map_mut()
            && self.metres.get().is_some_and(|metres| *metres > 100)
        {
            entries.shift_remove("metres");
        }
        Ok(())
    }
}

fn reel(title: Field<String>, metres: Field<i64>) -> Reel {
    Reel { title, metres, ..Reel::default() }
}

const TARGET: Target<'static> = Target::Version(Version::new(1, 0), None);

/// The data and the changes, in every form that names them.
fn older(reel: &Reel) -> (Value, Option<Value>) {
    let out = one(named(reel, TARGET));
    (out["versioned_object.data"].clone(), out.get("versioned_object.changes").cloned())
}

#[test]
fn what_a_routine_leaves_out_is_no_change_and_is_told_as_lost() {
    let title = || "a".to_owned();
    let long = reel(title().into(), 200.into());
    assert_eq!(older(&long), (json!({ "title": "a" }), Some(json!(["title"]))));
    assert_eq!(dropped(&long, TARGET), ["Reel.metres"]);
    let unchanged = reel(Field::unchanged(title()), 200.into());
    assert_eq!(older(&unchanged), (json!({ "title": "a" }), None));
    let short = reel(title().into(), 50.into());
    assert_eq!(older(&short), (json!({ "title": "a", "metres": 50 }), Some(json!(["title", "metres"]))));
    assert_eq!(dropped(&short, TARGET), [""; 0]);
    let short = reel(Field::unchanged(title()), Field::unchanged(50));
    assert_eq!(older(&short), (json!({ "title": "a", "metres": 50 }), None));
    assert!(long.at("1.1").unwrap().dropped().is_empty());
}

/// An object with a routine behind a pointer: in a field with a rule.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Holder {
    origin: Origin,
    #[field(renamed(from = "former", since = "1.1"), child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    reel: Field<Reel>,
}

#[test]
fn a_routine_works_on_what_the_rules_made() {
    let reel = Reel { speed: Field::unchanged(24), copies: Field::unchanged(3), ..Reel::default() };
    assert_eq!(older(&reel), (json!({ "frames": 24, "copies": "3" }), None));
    assert_eq!(dropped(&reel, TARGET), [""; 0]);
    let out = one(named(&Holder { reel: reel.into(), ..Holder::default() }, TARGET));
    let inside = &out["versioned_object.data"]["former"]["versioned_object.data"];
    assert_eq!(*inside, json!({ "frames": 24, "copies": "3" }));
}
