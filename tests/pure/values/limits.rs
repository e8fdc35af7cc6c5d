//! What Python's `json` takes and this crate doesn't.

use versioned_objects::{ErrorKind, Field, VersionedObject, wire};

use super::forms::{data, dynamic};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Holder {
    text: Field<String>,
    any: Field<serde_json::Value>,
}

#[test]
fn half_a_surrogate_pair_is_an_error_that_says_where() {
    let text = data::<Holder>(r#"{"text":"a\ud800"}"#);
    let errors = [
        wire::from_json::<Holder>(text.as_bytes(), Default::default()).unwrap_err(),
        dynamic::<Holder>().decode_json(text.as_bytes()).unwrap_err(),
    ];
    let column = text.find(r"\ud800").unwrap() + 7;
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Format);
        let wanted =
            format!("half of a surrogate pair, which stands for no character at line 1 column {column}");
        assert_eq!(error.to_string(), wanted);
    }
    assert!(serde_json::from_str::<Holder>(&text).is_err());
    let pair = data::<Holder>(r#"{"text":"\ud83e\udd80"}"#);
    let holder: Holder = wire::from_json(pair.as_bytes(), Default::default()).unwrap();
    assert_eq!(holder.text.get().map(String::as_str), Some("\u{1f980}"));
}

/// Lists in one another in a field, with the envelope and the data around them as deep as that.
fn nested(depth: usize) -> String {
    let inside = depth - 2;
    data::<Holder>(&format!(r#"{{"any":{}{}}}"#, "[".repeat(inside), "]".repeat(inside)))
}

#[test]
fn lists_lie_up_to_128_deep_in_one_another() {
    assert!(wire::from_json::<Holder>(nested(128).as_bytes(), Default::default()).is_ok());
    let error = wire::from_json::<Holder>(nested(129).as_bytes(), Default::default()).unwrap_err();
    assert!(error.to_string().starts_with("nested deeper than 128 levels"), "{error}");
    assert!(serde_json::from_str::<Holder>(&nested(127)).is_ok());
    assert!(serde_json::from_str::<Holder>(&nested(128)).is_err());
    assert!(wire::from_json::<Holder>(nested(100_000).as_bytes(), Default::default()).is_err());
}
