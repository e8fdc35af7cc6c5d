//! Types of the standard library, of `chrono` and of this crate that stand in fields.

use std::borrow::Cow;
use std::num::{NonZeroI64, NonZeroU8, NonZeroU128};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, FixedOffset, TimeZone};
use versioned_objects::field::Bytes;
use versioned_objects::schema::Kind;
use versioned_objects::{Field, FieldType, VersionedObject, wire};

use super::forms::{FORMS, comes_back, data, isnt_written};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Child {
    name: Field<String>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(versions("1.0"))]
struct Kinds {
    letter: Field<char>,
    span: Field<Duration>,
    moment: Field<SystemTime>,
    shared: Field<Arc<u16>>,
    shared_text: Field<Arc<str>>,
    shared_child: Field<Arc<Child>>,
    shared_list: Field<Arc<[u8]>>,
    borrowed: Field<Cow<'static, str>>,
    borrowed_list: Field<Cow<'static, [i64]>>,
    boxed: Field<Box<str>>,
    boxed_list: Field<Box<[bool]>>,
    path: Field<PathBuf>,
    three: Field<[u8; 3]>,
    pairs: Field<Option<Vec<[Option<String>; 2]>>>,
    port: Field<NonZeroU8>,
    delta: Field<Option<NonZeroI64>>,
    bytes: Field<Bytes>,
    list: Field<Vec<u8>>,
    local: Field<DateTime<FixedOffset>>,
}

fn kinds() -> Kinds {
    Kinds {
        letter: '\u{1f980}'.into(),
        span: Duration::from_nanos(1_500_000_001).into(),
        moment: (UNIX_EPOCH - Duration::from_secs(1)).into(),
        shared: Arc::new(7).into(),
        shared_text: Field::from(Arc::from("shared")),
        shared_child: Arc::new(Child { name: "c".to_owned().into() }).into(),
        shared_list: Field::from(Arc::from([1, 2])),
        borrowed: Cow::Borrowed("borrowed").into(),
        borrowed_list: Cow::Borrowed(&[1, -1][..]).into(),
        boxed: Field::from(Box::from("boxed")),
        boxed_list: Field::from(Box::from([true])),
        path: PathBuf::from("/var/lib/nova").into(),
        three: [0, 1, 255].into(),
        pairs: Some(vec![[Some("a".to_owned()), None]]).into(),
        port: NonZeroU8::MAX.into(),
        delta: NonZeroI64::new(-1).into(),
        bytes: Bytes::from(&[0, 255, 16]).into(),
        list: vec![0, 255].into(),
        local: FixedOffset::east_opt(0).unwrap().with_ymd_and_hms(2020, 1, 2, 3, 4, 5).unwrap().into(),
    }
}

#[test]
fn each_comes_back_in_every_form() {
    comes_back(&kinds(), &[]);
    comes_back(&Kinds::default(), &[]);
}

#[test]
fn each_has_a_plain_form_on_the_wire() {
    let text = String::from_utf8(wire::to_json(&kinds(), versioned_objects::Target::Own).unwrap()).unwrap();
    let (_, text) = text.split_once(r#""versioned_object.data":"#).unwrap();
    let (text, _) = text.rsplit_once(r#","versioned_object.changes""#).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"letter":"🦀","span":1.500000001,"moment":"1969-12-31T23:59:59Z","shared":7,"#,
            r#""shared_text":"shared","shared_child":{"versioned_object.name":"Child","#,
            r#""versioned_object.namespace":"versionedobjects","versioned_object.version":"1.0","#,
            r#""versioned_object.data":{"name":"c"},"versioned_object.changes":["name"]},"shared_list":[1,2],"#,
            r#""borrowed":"borrowed","borrowed_list":[1,-1],"boxed":"boxed","boxed_list":[true],"#,
            r#""path":"/var/lib/nova","three":[0,1,255],"pairs":[["a",null]],"port":255,"delta":-1,"#,
            r#""bytes":"AP8Q","list":[0,255],"local":"2020-01-02T03:04:05+00:00"}"#
        )
    );
}

#[test]
fn kinds_are_those_of_the_reference() {
    fn named<T: FieldType>() -> String {
        T::TYPE.name.to_string()
    }
    assert_eq!(named::<char>(), "String");
    assert_eq!(named::<Duration>(), "NonNegativeFloat");
    assert_eq!(named::<SystemTime>(), "DateTime");
    assert_eq!(named::<Rc<f64>>(), "Float");
    assert_eq!(named::<Arc<Child>>(), "Object");
    assert_eq!(named::<Cow<'static, [u8]>>(), "List");
    assert_eq!(named::<PathBuf>(), "String");
    assert_eq!(named::<[u8; 2]>(), "List");
    assert_eq!(named::<NonZeroU128>(), "NonNegativeInteger");
    assert_eq!(named::<Bytes>(), "String");
    assert!(matches!(<Rc<[String]>>::TYPE.kind, Kind::List(_)));
    assert!(matches!(<Option<Box<str>>>::TYPE.kind, Kind::String));
}

#[track_caller]
fn refused(field: &str, value: &str, message: &str) {
    let text = data::<Kinds>(&format!(r#"{{"{field}":{value}}}"#));
    let ours = wire::from_json::<Kinds>(text.as_bytes(), Default::default()).unwrap_err().to_string();
    assert_eq!(ours, format!("Kinds.{field}: {message}"));
    let theirs = serde_json::from_str::<Kinds>(&text).unwrap_err().to_string();
    assert!(theirs.starts_with(&ours), "{theirs}");
}

#[test]
fn what_a_type_cannot_hold_is_refused() {
    refused("letter", r#""ab""#, r#"text of one character is required, found "ab""#);
    refused("letter", r#""""#, r#"text of one character is required, found """#);
    refused("span", "-1", "seconds from zero is required, found -1");
    refused("span", "1e300", "seconds from zero is required, found 1e+300");
    refused("three", "[1,2]", "a list of 3 elements is required, found one of 2");
    refused("three", "[1,2,3,4]", "a list of 3 elements is required, found one of 4");
    refused("port", "0", "a whole number other than zero is required, found 0");
    refused("port", "256", "a whole number from 0 to 255 is required, found 256");
    refused("bytes", r#""AP8""#, "base64 text is required, found text");
    refused("bytes", "[1]", "base64 text is required, found a list");
    let offset = r#""2020-01-02T03:04:05-00:00""#;
    let wanted =
        "a date and time with `Z` or an offset that isn't `-00:00` and has minutes below 60 is required";
    refused("local", offset, &format!("{wanted}, found {offset}"));
}

#[test]
fn what_has_no_form_on_the_wire_is_refused_before_it_goes_out() {
    let long = Kinds { span: Duration::MAX.into(), ..Kinds::default() };
    let early =
        Kinds { moment: (UNIX_EPOCH - Duration::from_secs(100_000_000_000)).into(), ..Kinds::default() };
    for form in FORMS {
        isnt_written(&long, form, "a duration of so many digits has no form on the wire");
        isnt_written(&early, form, "the year -1199 has no form on the wire");
    }
}

#[cfg(unix)]
#[test]
fn a_path_that_is_no_text_is_refused() {
    use std::os::unix::ffi::OsStringExt as _;

    let path = PathBuf::from(std::ffi::OsString::from_vec(vec![0xff]));
    let odd = Kinds { path: path.into(), ..Kinds::default() };
    for form in FORMS {
        isnt_written(&odd, form, "a path that isn't UTF-8 has no form on the wire");
    }
}

#[test]
fn an_offset_of_zero_goes_out_as_it_is() {
    for (came, goes) in [("Z", "+00:00"), ("+00:00", "+00:00"), ("+05:30", "+05:30"), ("", "+00:00")] {
        let text = data::<Kinds>(&format!(r#"{{"local":"2020-01-02T03:04:05{came}"}}"#));
        let read: Result<Kinds, _> = serde_json::from_str(&text);
        match read {
            Ok(read) => assert!(serde_json::to_string(&read).unwrap().contains(&format!("03:04:05{goes}"))),
            // A strict reader takes none without an offset.
            Err(_) => assert_eq!(came, ""),
        }
    }
}

#[test]
fn spans_are_numbers_of_seconds() {
    for (text, span) in
        [("0", Duration::ZERO), ("90", Duration::from_secs(90)), ("0.25", Duration::from_millis(250))]
    {
        let text = data::<Kinds>(&format!(r#"{{"span":{text}}}"#));
        let read: Kinds = serde_json::from_str(&text).unwrap();
        assert_eq!(read.span.get(), Some(&span));
    }
    let days = Duration::from_secs(97 * 86_400) + Duration::from_nanos(123_456_789);
    let years = Duration::from_secs((1 << 33) - 1) + Duration::from_micros(999_999);
    for span in [days, years, Duration::from_nanos(1), Duration::from_secs(1 << 63)] {
        comes_back(&Kinds { span: span.into(), ..Kinds::default() }, &[]);
    }
}
