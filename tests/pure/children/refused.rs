//! What refuses in an object refuses where the field that holds it is left out, by every way that writes.

use support::fixtures::Rules;
use versioned_objects::compact::Layouts;
use versioned_objects::{Backport, Field, Target, Version, VersionedObject, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Dropped {
    #[field(since = "1.1", child_versions("1.0" => "1.8", "1.1" => "1.9"))]
    plain: Field<Rules>,
    #[field(since = "1.1", renamed(from = "former", since = "1.1"))]
    #[field(child_versions("1.0" => "1.8", "1.1" => "1.9"))]
    ruled: Field<Rules>,
}

#[test]
fn in_a_field_that_is_left_out() {
    let target = Target::Version(Version::new(1, 0), None);
    let layouts = Layouts::of([Dropped::SCHEMA, Rules::SCHEMA], None);
    let refuses = || Rules { secret: None.into(), ..Rules::default() };
    for (dropped, place) in [
        (Dropped { plain: refuses().into(), ..Dropped::default() }, "Dropped.plain.secret"),
        (Dropped { ruled: refuses().into(), ..Dropped::default() }, "Dropped.ruled.secret"),
    ] {
        let expected = dropped.at(target).unwrap_err();
        assert_eq!(expected.path(), place);
        assert_eq!(wire::to_json(&dropped, target).unwrap_err().to_string(), expected.to_string());
        let packed = wire::to_compact(&dropped, target, &layouts);
        assert_eq!(packed.unwrap_err().to_string(), expected.to_string());
        assert!(dropped.at("1.1").is_ok());
    }
    let fine = Dropped { plain: Rules::default().into(), ..Dropped::default() };
    assert_eq!(fine.at(target).unwrap().dropped().len(), 1);
    assert!(wire::to_json(&fine, target).is_ok());
}
