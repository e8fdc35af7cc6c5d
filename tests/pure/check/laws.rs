//! The laws are broken by objects that break them, and tell which.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::{Deserializer, Serializer};
use versioned_objects::__private_0_1::{Pack, Slot};
use versioned_objects::check::{Broken, Law, Laws};
use versioned_objects::field::{Path, Survey};
use versioned_objects::registry::Registry;
use versioned_objects::schema::{Kind, TypeSchema};
use versioned_objects::{
    Context, Current, Entity, Error, Field, FieldType, Origin, Primitive, Target, Version, VersionedObject,
};

#[track_caller]
fn broken<O: VersionedObject + Clone + Send + Sync + 'static>() -> Box<Broken> {
    Laws::of(&Registry::new().with::<O>()).cases(64).check().expect_err("no law is broken")
}

/// The text gets longer with each backport.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::longer)]
struct Longer {
    text: Field<String>,
}

impl Longer {
    fn longer(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        if let (Some(data), Some(text)) = (data.as_map_mut(), self.text.get()) {
            data.insert("text".to_owned(), format!("{text}!").into());
        }
        Ok(())
    }
}

#[test]
fn what_isn_t_the_same_twice_shows_its_smallest_object() {
    let registry = Registry::new().with::<Longer>();
    let reason = "each host that it passes adds a mark";
    let laws = Laws::of(&registry).cases(64).breaks("Longer", Law::EditSurvives, reason);
    let broken = laws.check().unwrap_err();
    assert_eq!(broken.law, Law::TwiceIsOnce);
    support::snapshots("errors").bind(|| insta::assert_snapshot!("broken_law", broken));
}

#[test]
fn a_law_that_is_broken_on_purpose_is_not_told() {
    let registry = Registry::new().with::<Longer>();
    let mut laws = Laws::of(&registry).cases(32);
    let mut seen = Vec::new();
    while let Err(broken) = laws.check() {
        assert!(!seen.contains(&broken.law), "{broken}");
        seen.push(broken.law);
        laws = laws.breaks("Longer", broken.law, "each host that it passes adds a mark");
    }
    assert!(seen.contains(&Law::TwiceIsOnce));
    assert_eq!(laws.excused().len(), seen.len());
}

/// A version in between writes what older ones don't.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1", "1.2"), compatible = Self::detour)]
struct Detour {
    origin: Origin,
    number: Field<i64>,
}

impl Detour {
    fn detour(&self, data: &mut Primitive, target: Version) -> Result<(), String> {
        if let (Some(data), Some(_), true) =
            (data.as_map_mut(), self.number.get(), target == Version::new(1, 1))
        {
            data.insert("number".to_owned(), 7.into());
        }
        Ok(())
    }
}

#[test]
fn a_detour_is_told() {
    let broken = broken::<Detour>();
    assert_eq!(
        (broken.law, &*broken.versions),
        (Law::MiddleIsStraight, &[Version::new(1, 0), Version::new(1, 1)][..])
    );
}

/// A routine leaves a field out that its version has, and puts one in that it lacks.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"), compatible = Self::wrong)]
struct WrongType {
    number: Field<i64>,
}

impl WrongType {
    fn wrong(&self, data: &mut Primitive, _: Version) -> Result<(), String> {
        if let (Some(data), Some(number)) = (data.as_map_mut(), self.number.get()) {
            data.insert("number".to_owned(), number.to_string().into());
        }
        Ok(())
    }
}

#[test]
fn a_value_that_the_field_can_not_have_is_told() {
    assert_eq!(broken::<WrongType>().law, Law::ValidInItsVersion);
}

macro_rules! number {
    ($name:ident, $kind:ident, |$value:ident, $serializer:ident| $encode:expr) => {
        #[derive(Clone, Debug)]
        struct $name(i64);

        impl Entity for $name {
            fn encode<S: Serializer>(&self, $serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
                let $value = self.0;
                $encode
            }
        }

        impl FieldType for $name {
            const TYPE: TypeSchema = TypeSchema::new("Integer", Kind::$kind);

            fn decode<'de, D: Deserializer<'de>>(
                deserializer: D,
                context: Context<'_>,
            ) -> Result<Self, D::Error> {
                i64::decode(deserializer, context).map($name)
            }
        }
    };
}

number!(Panics, Integer, |value, serializer| {
    assert!(value < 50, "a number that nobody expects");
    serializer.serialize_i64(value)
});

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Panicking {
    number: Field<Panics>,
}

#[test]
fn a_panic_is_told_with_the_smallest_object() {
    let broken = broken::<Panicking>();
    assert_eq!(broken.law, Law::NoPanic);
    let number = |envelope: &Primitive| envelope.get("versioned_object.data")?.get("number").cloned();
    let numbers = [number(&broken.envelope), number(broken.edit.as_ref().unwrap())];
    assert!(numbers.contains(&Some(50.into())), "{broken}");
}

number!(Text, Integer, |value, serializer| serializer.serialize_str(&format!("number {}", value)));

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Words {
    number: Field<Text>,
}

#[test]
fn what_reads_otherwise_without_its_type_is_told() {
    let registry = Registry::new().with::<Words>();
    let unread = "it reads numbers and writes words";
    let laws = Laws::of(&registry).cases(16).breaks("Words", Law::OrderOfKeysIsFree, unread);
    assert_eq!(laws.check().unwrap_err().law, Law::DynamicAgrees);
}

static COUNT: AtomicI64 = AtomicI64::new(0);

number!(Counts, Integer, |_value, serializer| {
    serializer.serialize_i64(COUNT.fetch_add(1, Ordering::Relaxed))
});

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Counting {
    number: Field<Counts>,
}

#[test]
fn writing_that_leaves_a_trace_is_told() {
    let registry = Registry::new().with::<Counting>();
    let mut laws = Laws::of(&registry).cases(16);
    for law in [
        Law::OrderOfKeysIsFree,
        Law::DynamicAgrees,
        Law::TwiceIsOnce,
        Law::MiddleIsStraight,
        Law::EditSurvives,
    ] {
        laws = laws.breaks("Counting", law, "it counts");
    }
    assert_eq!(laws.check().unwrap_err().law, Law::InputIsUntouched);
}

/// Reads nothing of what a random object holds.
#[derive(Clone, Debug)]
struct Nothing;

impl Entity for Nothing {
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(0)
    }
}

impl FieldType for Nothing {
    const TYPE: TypeSchema = TypeSchema::new("Integer", Kind::Integer);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        i64::decode(deserializer, context)?;
        Err(context.invalid("nothing is taken"))
    }
}

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0"))]
struct Refusing {
    nothing: Field<Nothing>,
}

#[test]
fn a_type_that_takes_none_of_its_values_is_told() {
    let laws = Registry::new().with::<Refusing>();
    let broken = Laws::of(&laws).cases(4096).check().unwrap_err();
    assert_eq!(broken.law, Law::ValuesAreTaken);
}

/// A leaf of two versions that remembers in which one it came.
#[derive(VersionedObject, Clone, Debug)]
#[object(coerce, versions("1.0", "1.1"))]
struct Kid {
    origin: Origin,
    a: Field<i64>,
    #[field(since = "1.1")]
    b: Field<i64>,
}

/// An object as a field's value, with a fault of its own.
macro_rules! faulty {
    ($name:ident, |$target:ident| $asked:expr, |$kid:ident| $read:block) => {
        #[derive(Clone, Debug)]
        struct $name(Kid);

        impl Entity for $name {
            fn encode<S: Serializer>(&self, serializer: S, $target: &Target<'_>) -> Result<S::Ok, S::Error> {
                self.0.encode(serializer, &$asked)
            }

            fn survey(
                &self,
                $target: &Target<'_>,
                path: Path<'_>,
                survey: &mut Survey<'_>,
            ) -> Result<(), Error> {
                self.0.survey(&$asked, path, survey)
            }

            fn has_changes(&self) -> bool {
                self.0.has_changes()
            }

            fn reset_within(&mut self) {
                self.0.reset_within();
            }

            fn forget_origins(&mut self) {
                self.0.origin.forget();
            }
        }

        impl FieldType for $name {
            const TYPE: TypeSchema = Kid::TYPE;

            fn decode<'de, D: Deserializer<'de>>(
                deserializer: D,
                context: Context<'_>,
            ) -> Result<Self, D::Error> {
                let mut $kid = Kid::decode(deserializer, context)?;
                $read
                Ok($name($kid))
            }
        }

        impl Current<1, 1> for $name {}
    };
}

// What was made here goes out in its own version, whatever the object that arrived and has it inside says.
faulty!(
    Stubborn,
    |target| match target {
        Target::MadeHere(..) => Target::Own,
        other => *other,
    },
    |_kid| {}
);
// What arrived doesn't know that it did.
faulty!(Forgetful, |target| *target, |kid| { kid.origin.forget() });

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct OfStubborn {
    origin: Origin,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    kid: Field<Stubborn>,
}

/// By manifest alone, so that nothing but the object itself knows what it came in.
#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct OfForgetful {
    origin: Origin,
    kid: Field<Forgetful>,
}

#[derive(VersionedObject, Clone)]
#[object(coerce, versions("1.0", "1.1"))]
struct Sound {
    origin: Origin,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    kid: Field<Kid>,
    by_manifest: Field<Kid>,
}

#[test]
fn a_child_that_is_newer_than_the_object_that_arrived_is_told() {
    let check = |registry: &Registry| Laws::of(registry).cases(128).check();
    let broken = check(&Registry::new().with::<Kid>().with::<OfStubborn>()).unwrap_err();
    assert_eq!((&*broken.object, broken.law), ("OfStubborn", Law::MadeHereFollows), "{broken}");
    assert!(broken.what.starts_with("kid for 1.0 holds Kid Some(\"1.1\"), and not 1.0"), "{broken}");
    let broken = check(&Registry::new().with::<Kid>().with::<OfForgetful>()).unwrap_err();
    assert_eq!((&*broken.object, broken.law), ("OfForgetful", Law::ReadsWhatWasWritten), "{broken}");
    check(&Registry::new().with::<Kid>().with::<Sound>()).unwrap_or_else(|broken| panic!("{broken}"));
}

/// It says something else in the compact form.
#[derive(Clone, Debug)]
struct Turncoat(i64);

impl Entity for Turncoat {
    fn encode<S: Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0)
    }

    fn pack<'a>(&self, packer: &mut impl Pack<'a>, slot: Slot<'_>, _: &Target<'_>) -> Result<(), Error> {
        packer.value(&(self.0 / 2), slot)
    }
}

impl FieldType for Turncoat {
    const TYPE: TypeSchema = TypeSchema::new("Integer", Kind::Integer);

    fn decode<'de, D: Deserializer<'de>>(deserializer: D, context: Context<'_>) -> Result<Self, D::Error> {
        i64::decode(deserializer, context).map(Turncoat)
    }
}

#[derive(VersionedObject, Clone)]
#[object(versions("1.0", "1.1"))]
struct OfTurncoat {
    number: Field<Turncoat>,
}

#[test]
fn a_value_that_is_another_in_the_compact_form_is_told() {
    let broken = broken::<OfTurncoat>();
    assert_eq!(broken.law, Law::FormsAgree, "{broken}");
}
