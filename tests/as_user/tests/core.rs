use versioned_objects::Version;
use versioned_objects::field::Sensitive;

#[test]
fn a_version_is_read_and_printed() {
    let version: Version = "1.10".parse().unwrap();
    assert!(version > "1.9".parse().unwrap());
    assert_eq!(version.to_string(), "1.10");
}

#[test]
fn a_secret_prints_nothing() {
    let secret = Sensitive::from("hunter2".to_owned());
    assert_eq!(format!("{secret} {secret:?}"), "*** ***");
}
