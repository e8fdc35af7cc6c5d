use chrono::{FixedOffset, NaiveDate, NaiveDateTime, TimeZone, Utc};
use serde::de::IntoDeserializer;
use serde::de::value::{BytesDeserializer, Error as ValueError, F64Deserializer, I128Deserializer};
use serde_json::Value;
use uuid::Uuid;
use versioned_objects::field::{
    DateTime, Decoding, FlexibleBool, MacAddress, NonNegativeFloat, Path, PciAddress, Sensitive, Survey,
    UuidText, VersionPredicate,
};
use versioned_objects::{Entity, FieldType, Target};

use super::support::{becomes, read, read_strictly, refused, strictly_refused, try_write_plainly, write};

#[test]
fn refusals_say_what_was_found() {
    let i64s = "a whole number from -9223372036854775808 to 9223372036854775807 is required, found";
    refused::<i64>(r#""5.0""#, &format!(r#"{i64s} "5.0""#));
    refused::<i64>("1e22", &format!("{i64s} 1e+22"));
    refused::<i64>("[1]", &format!("{i64s} a list"));
    refused::<u8>("-1", "a whole number from 0 to 255 is required, found -1");
    refused::<i8>("128", "a whole number from -128 to 127 is required, found 128");
    refused::<f64>(r#""x""#, r#"a number is required, found "x""#);
    refused::<f32>(
        "0.10000000149011612",
        "a number that fits 32 bits is required, found 0.10000000149011612",
    );
    refused::<NonNegativeFloat>("-0.5", "a number from zero is required, found -0.5");
    refused::<String>("{}", "text is required, found a map");
    refused::<MacAddress>(r#""00""#, r#"a MAC address is required, found "00""#);
    refused::<PciAddress>("5", "a PCI address is required, found 5");
    refused::<VersionPredicate>(r#""1.0""#, r#"a version predicate (`>=1.0,<2`) is required, found "1.0""#);
    refused::<std::net::IpAddr>(r#""10.0.0.1/8""#, r#"an IP address is required, found "10.0.0.1/8""#);
    refused::<std::net::Ipv4Addr>(r#""::1""#, r#"an IPv4 address is required, found "::1""#);
    refused::<DateTime>("5", "a date and time as in ISO 8601 is required, found 5");
    let upper = r#""C2B9F9D0-5A8F-4D6B-8D0E-2F1F6C1B7A11""#;
    refused::<Uuid>(upper, &format!("a UUID in lower case with hyphens is required, found {upper}"));
}

#[test]
fn long_text_is_cut_in_messages() {
    let long = "é".repeat(100);
    let shown = "é".repeat(60);
    refused::<f64>(&format!("{long:?}"), &format!("a number is required, found {shown:?}..."));
}

#[test]
fn strict_readers_refuse_coercions() {
    strictly_refused::<bool>(r#""false""#, r#"true or false is required, found "false""#);
    strictly_refused::<FlexibleBool>("1", "true or false is required, found 1");
    strictly_refused::<u16>("5.0", "a whole number from 0 to 65535 is required, found 5.0");
    strictly_refused::<u16>("true", "a whole number from 0 to 65535 is required, found true");
    strictly_refused::<f64>(r#""5""#, r#"a number is required, found "5""#);
    strictly_refused::<String>("5", "text is required, found a number");
    strictly_refused::<UuidText>("5", "a UUID is required, found what is no text");
    strictly_refused::<UuidText>(r#""x""#, r#"a UUID is required, found "x""#);
    strictly_refused::<MacAddress>(
        r#""00-1a-2b-3c-4d-5e""#,
        r#"a MAC address in its own form is required, found "00-1a-2b-3c-4d-5e""#,
    );
    strictly_refused::<DateTime>(r#""2020""#, r#"a date and time as in ISO 8601 is required, found "2020""#);
    strictly_refused::<NaiveDateTime>(
        r#""2020-01-02T03:04:05+01:00""#,
        r#"a date and time with `Z` is required, found "2020-01-02T03:04:05+01:00""#,
    );
    assert_eq!(read_strictly::<f64>("5").unwrap(), 5.0);
}

#[test]
fn secrets_are_sent_and_not_shown() {
    let secret: Sensitive = read(r#""hunter2""#).unwrap();
    assert_eq!(format!("{secret} {secret:?}"), "*** ***");
    assert_eq!(write(&secret), r#""hunter2""#);
    strictly_refused::<Sensitive>("123456", "text is required, found a number");
    refused::<Sensitive>(r#"["hunter2"]"#, "text is required, found a list");
}

#[test]
fn other_serializers_refuse_floats_without_a_form() {
    for (json, value) in [(r#""nan""#, "nan"), (r#""-Infinity""#, "-inf"), (r#""1e400""#, "inf")] {
        let expected = Err(format!("{value} has no form in this format"));
        assert_eq!(try_write_plainly(&read::<f64>(json).unwrap()), expected);
        assert_eq!(try_write_plainly(&read::<f32>(json).unwrap()), expected);
    }
}

/// `serde_json` gives a float for a whole number that it has no room for, and the digits are lost.
#[test]
fn lost_digits_become_no_text() {
    let decoding = Decoding::new();
    let mut json = serde_json::Deserializer::from_str("123456789012345678901234567890");
    let error = String::decode(&mut json, decoding.context()).unwrap_err();
    let expected = "a whole number this large loses its digits before it can become text";
    assert_eq!(decoding.into_error(error).to_string(), expected);
}

#[test]
fn numbers_beyond_json_s_own() {
    for word in ["NaN", "Infinity", "-Infinity"] {
        becomes::<f64>(word, word);
        becomes::<Vec<f32>>(&format!("[{word}]"), &format!("[{word}]"));
        becomes::<serde_json::Value>("1", "1");
    }
    becomes::<i128>("-170141183460469231731687303715884105728", "-170141183460469231731687303715884105728");
    becomes::<String>("123456789012345678901234567890", r#""123456789012345678901234567890""#);
    becomes::<String>("1e22", r#""1e+22""#);
    becomes::<i64>("-0", "0");
    refused::<i64>(
        "9223372036854775808",
        "a whole number from -9223372036854775808 to 9223372036854775807 is required, found 9223372036854775808",
    );
    refused::<String>(
        "999999999999999999999999999999999999999999",
        "a whole number beyond 128 bits at line 1 column 43",
    );
}

#[test]
fn short_floats_keep_their_digits() {
    for number in ["0.1", "1e-7", "16777216.0", "-3.4028235e38", "0.0", "-0.0"] {
        let expected = write(&read::<f64>(number).unwrap());
        becomes::<f32>(number, &expected);
    }
    refused::<f32>("16777217", "a number that fits 32 bits is required, found 16777217");
}

#[test]
fn formats_may_have_more_than_json() {
    let decoding = Decoding::new();
    let bytes = || BytesDeserializer::<ValueError>::new(b"1\xff");
    assert!(bool::decode(bytes(), decoding.context()).unwrap());
    assert_eq!(Vec::<u8>::decode(bytes(), decoding.context()).unwrap(), [b'1', 0xff]);
    assert!(String::decode(bytes(), decoding.context()).is_err());
    let nan: F64Deserializer<ValueError> = f64::NAN.into_deserializer();
    assert!(i64::decode(nan, decoding.context()).is_err());
    let large: I128Deserializer<ValueError> = (1_i128 << 100).into_deserializer();
    assert_eq!(String::decode(large, decoding.context()).unwrap(), "1267650600228229401496703205376");
}

#[test]
fn date_times_stay_as_they_came() {
    for text in ["2020-01-02T03:04:05Z", "2020-01-02T03:04:05+00:00", "2020-01-02T03:04:05-00:00"] {
        let value: DateTime = text.parse().unwrap();
        assert_eq!(value.to_string(), text);
        assert_eq!(value.to_utc(), Utc.with_ymd_and_hms(2020, 1, 2, 3, 4, 5).unwrap());
    }
    let value: DateTime = "2020-01-02T03:04:05.678901-03:30".parse().unwrap();
    assert_eq!(value.offset_seconds(), -12_600);
    let local = NaiveDate::from_ymd_opt(2020, 1, 2).unwrap().and_hms_micro_opt(3, 4, 5, 678_901).unwrap();
    assert_eq!(value.naive_local(), local);
    assert_eq!(write(&value), r#""2020-01-02T03:04:05-03:30""#);
}

#[test]
fn chrono_s_types_take_what_they_can_say() {
    type Fixed = chrono::DateTime<FixedOffset>;
    becomes::<Fixed>(r#""2020-01-02T03:04:05.5+0530""#, r#""2020-01-02T03:04:05+05:30""#);
    becomes::<chrono::DateTime<Utc>>(r#""2020-01-02 03:04:05""#, r#""2020-01-02T03:04:05Z""#);
    becomes::<NaiveDateTime>(r#""2020-01-02 03:04:05+05:30""#, r#""2020-01-02T03:04:05Z""#);
    becomes::<Fixed>(r#""2020-01-02T03:04:05+00:00""#, r#""2020-01-02T03:04:05+00:00""#);
    becomes::<Fixed>(r#""2020-01-02T03:04:05Z""#, r#""2020-01-02T03:04:05+00:00""#);
    refused::<Fixed>(
        r#""2020-01-02T03:04:05-00:00""#,
        r#"a date and time with `Z` or an offset that isn't `-00:00` and has minutes below 60 is required, found "2020-01-02T03:04:05-00:00""#,
    );
    refused::<chrono::DateTime<Utc>>(
        r#""2020-01-02T03:04:05+01:00""#,
        r#"a date and time in UTC (`Z`) is required, found "2020-01-02T03:04:05+01:00""#,
    );
    let odd = FixedOffset::east_opt(90).unwrap().with_ymd_and_hms(2020, 1, 2, 3, 4, 5).unwrap();
    let whole = "an offset has no form on the wire unless it is in whole minutes";
    assert_eq!(try_write_plainly(&odd), Err(whole.to_owned()));
    let far = NaiveDate::from_ymd_opt(10_000, 1, 1).unwrap().and_hms_opt(0, 0, 0).unwrap();
    assert_eq!(try_write_plainly(&far), Err("the year 10000 has no form on the wire".to_owned()));
    assert_eq!(try_write_plainly(&far.and_utc()), Err("the year 10000 has no form on the wire".to_owned()));
}

#[test]
fn json_passes_through() {
    becomes::<Value>(r#"{"b":[1,2.5,null],"a":"x"}"#, r#"{"a":"x","b":[1,2.5,null]}"#);
    becomes::<Option<Value>>("null", "null");
    refused::<Value>("null", "cannot be null");
}

/// An object's place in a container: it has changes until they are reset, and is surveyed where it stands.
#[derive(Clone, Debug, PartialEq)]
struct Thing(bool);

impl Entity for Thing {
    fn encode<S: serde::Serializer>(&self, serializer: S, _: &Target<'_>) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }

    fn survey(
        &self,
        _: &Target<'_>,
        path: Path<'_>,
        _: &mut Survey<'_>,
    ) -> Result<(), versioned_objects::Error> {
        Err(versioned_objects::Error::refused(path))
    }

    fn has_changes(&self) -> bool {
        self.0
    }

    fn reset_within(&mut self) {
        self.0 = false;
    }
}

#[test]
fn containers_lead_to_their_objects() {
    let map = std::collections::BTreeMap::from([("a", vec![Some(Box::new(Thing(true)))])]);
    assert_eq!(place(&map), r#"["a"][0]"#);
    let tuple = (1_u8, [Thing(true)]);
    assert_eq!(place(&tuple), "[1][0]");

    assert!(Some(Box::new(Thing(true))).has_changes());
    assert!(!vec![Thing(true)].has_changes());
    assert!(!map.has_changes());
    let mut list = vec![Some(Thing(true))];
    list.reset_within();
    assert_eq!(list, [Some(Thing(false))]);
    let mut map = map;
    map.reset_within();
    assert_eq!(map["a"], [Some(Box::new(Thing(true)))]);
}

#[track_caller]
fn place<T: Entity>(value: &T) -> String {
    value.survey(&Target::Own, Path::ROOT, &mut Survey::refusals()).unwrap_err().to_string()
}
