use std::collections::BTreeMap;

use versioned_objects::check::ObjectVersionChecker;
use versioned_objects::registry::Registry;
use versioned_objects::{Error, Field, Manifest, Primitive, Version, VersionedObject};

use support::fixtures;

fn v(minor: u32) -> Version {
    Version::new(1, minor)
}

#[test]
fn object_version_checker_hashes() {
    let registry = fixtures::registry();
    let checker = ObjectVersionChecker::new(&registry);
    let hashes = checker.hashes();
    assert_eq!(
        hashes["PortList"], "1.1-15ecf022a68ddbb8c2a6739cfc9f8f5e",
        "nova's, of lists without methods"
    );
    assert!(checker.test_hashes(&hashes).is_empty());
    let mut expected = hashes.clone();
    expected.remove("Port");
    expected.insert("Gone".to_owned(), "1.0-x".to_owned());
    expected.insert("Rack".to_owned(), "1.0-x".to_owned());
    let differences = checker.test_hashes(&expected);
    assert_eq!(differences.keys().collect::<Vec<_>>(), ["Gone", "Port", "Rack"]);
    assert_eq!(differences["Gone"], (Some("1.0-x".to_owned()), None));
    assert_eq!(differences["Port"], (None, Some(hashes["Port"].clone())));
    assert_eq!(differences["Rack"].1, Some(hashes["Rack"].clone()));
}

#[test]
fn object_version_checker_relationships() {
    let registry = fixtures::registry();
    let checker = ObjectVersionChecker::new(&registry);
    let mut expected: BTreeMap<String, Manifest> = BTreeMap::from([
        ("Disk".to_owned(), Manifest::from_iter([("Port", v(2))])),
        ("Machine".to_owned(), Manifest::from_iter([("Device", v(0))])),
        ("Rack".to_owned(), Manifest::from_iter([("Disk", v(4)), ("Rack", v(1))])),
        ("Shelf".to_owned(), Manifest::from_iter([("Port", v(2))])),
    ]);
    assert_eq!(checker.relationships(), expected);
    expected.insert("Shelf".to_owned(), Manifest::from_iter([("Port", v(1))]));
    assert_eq!(checker.test_relationships(&expected).keys().collect::<Vec<_>>(), ["Shelf"]);
}

#[test]
fn object_version_checker_relationships_in_order() {
    let registry = fixtures::registry();
    ObjectVersionChecker::new(&registry).check_relationships_in_order().unwrap();
    let with = |rows: [(Version, Version); 2]| {
        let mut schema = fixtures::BlockDisk::SCHEMA.clone();
        let port = schema.index_of("port").unwrap();
        schema.fields.to_mut()[port].relationship = Some(rows.to_vec().into());
        let registry = Registry::new().with_schema(schema);
        ObjectVersionChecker::new(&registry).check_relationships_in_order()
    };
    with([(v(0), v(1)), (v(1), v(1))]).unwrap();
    let text = "object Disk relationship Disk->Port for field port is out of order";
    assert_eq!(with([(v(1), v(0)), (v(1), v(1))]).unwrap_err().to_string(), text);
    assert_eq!(with([(v(0), v(1)), (v(1), v(0))]).unwrap_err().to_string(), text);
}

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, versions("1.0", "1.1"), compatible = Careless::make_older)]
struct Careless {
    id: Field<i64>,
}

impl Careless {
    fn make_older(&self, _: &mut Primitive, _: Version) -> Result<(), Error> {
        self.id.get().map(drop).ok_or_else(|| Error::refused("an id is needed"))
    }
}

#[test]
fn object_version_checker_compatibility_routines() {
    let registry = fixtures::registry();
    ObjectVersionChecker::new(&registry).check_compatibility_routines().unwrap();
    let registry = Registry::new().with::<Careless>();
    let error = ObjectVersionChecker::new(&registry).check_compatibility_routines().unwrap_err();
    assert!(error.to_string().contains("an id is needed"), "{error}");
}
