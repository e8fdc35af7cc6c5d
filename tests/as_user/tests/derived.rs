use versioned_objects::field::{Decoding, Sensitive};
use versioned_objects::{Field, Origin, Target, VersionedObject, wire};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0", "1.1"))]
struct Login {
    origin: Origin,
    name: Field<String>,
    password: Field<Sensitive>,
    #[field(since = "1.1")]
    ratio: Field<f64>,
}

fn login() -> Login {
    let password = Sensitive::from("hunter2".to_owned());
    Login { name: "a".to_owned().into(), password: password.into(), ratio: 1.5.into(), ..Login::default() }
}

#[test]
fn a_secret_crosses_the_wire_and_prints_nothing() {
    let text = wire::to_json(&login(), Target::Own).unwrap();
    let text = String::from_utf8(text).unwrap();
    assert!(text.contains(r#""password":"hunter2""#) && text.contains(r#""ratio":1.5"#), "{text}");
    let back: Login = wire::from_json(text.as_bytes(), Decoding::new()).unwrap();
    assert_eq!(back, login());
    assert!(!format!("{back:?}").contains("hunter2"));
}

#[test]
fn an_older_peer_gets_what_it_knows() {
    let text = wire::to_json(&login(), Target::Version("1.0".parse().unwrap(), None)).unwrap();
    let back: Login = wire::from_json(&text, Decoding::new()).unwrap();
    assert_eq!(back.origin.version(), Some("1.0".parse().unwrap()));
    assert!(!back.ratio.is_set());
}
