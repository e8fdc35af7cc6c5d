//! The laws, over the fixtures and over nova's objects.

use support::fixtures;
use versioned_objects::check::{Law, Laws};
use versioned_objects::nova;

const ONE_ELEMENT: &str = "an older peer's one element has no field here to come back from";

#[test]
fn the_fixtures_keep_the_laws() {
    let registry = fixtures::registry();
    let laws = Laws::of(&registry)
        .cases(100)
        .breaks("Span", Law::EditSurvives, "a span ends where a step ends, whoever said where")
        .breaks("Several", Law::TwiceIsOnce, ONE_ELEMENT)
        .breaks("Several", Law::MiddleIsStraight, ONE_ELEMENT);
    if let Err(broken) = laws.check() {
        panic!("{broken}");
    }
}

#[test]
fn nova_s_objects_keep_the_laws() {
    if let Err(broken) = Laws::of(&nova::registry()).cases(100).check() {
        panic!("{broken}");
    }
}
