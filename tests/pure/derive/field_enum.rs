use versioned_objects::field::Decoding;
use versioned_objects::schema::Kind;
use versioned_objects::{Entity, ErrorKind, FieldEnum, FieldType};

#[derive(FieldEnum, Clone, Debug, PartialEq)]
#[field_enum(rename_all = "kebab-case")]
enum Naming {
    OldStyle,
    NewStyle,
    #[variant(name = "")]
    Nothing,
}

#[derive(FieldEnum, Clone, Debug, PartialEq)]
enum Open {
    Known,
    #[variant(other)]
    Other(String),
}

fn read<T: FieldType>(json: &str) -> Result<T, String> {
    let decoding = Decoding::new();
    let result = T::decode(&mut serde_json::Deserializer::from_str(json), decoding.context());
    result.map_err(|error| decoding.into_error(error).to_string())
}

#[test]
fn a_variant_is_its_text() {
    assert_eq!(Naming::OldStyle.to_string(), "old-style");
    assert_eq!(Naming::NewStyle.as_ref(), "new-style");
    assert_eq!("old-style".parse::<Naming>().unwrap(), Naming::OldStyle);
    assert_eq!(format!("{:>12}", Naming::NewStyle), "   new-style");
    assert_eq!(serde_json::to_string(&Naming::NewStyle).unwrap(), "\"new-style\"");
    assert_eq!(serde_json::from_str::<Naming>("\"\"").unwrap(), Naming::Nothing);
    assert_eq!(read::<Naming>("\"new-style\"").unwrap(), Naming::NewStyle);
    const { assert!(!Naming::HOLDS_OBJECTS) };
}

#[test]
fn its_type_lists_the_texts() {
    let schema = Naming::TYPE;
    assert_eq!(schema.name, "Enum");
    assert!(matches!(schema.kind, Kind::Enum { values, .. } if *values == ["old-style", "new-style", ""]));
    assert!(matches!(Open::TYPE.kind, Kind::Enum { values, .. } if *values == ["Known"]));
}

#[test]
fn what_is_no_variant_is_refused() {
    let refused = |json: &str, found: &str| {
        let message = format!("{found} is not one of \"old-style\", \"new-style\", \"\"");
        assert_eq!(read::<Naming>(json).unwrap_err(), message);
    };
    refused("\"odd\"", "\"odd\"");
    refused("\"Old-style\"", "\"Old-style\"");
    refused("5", "5");
    refused("true", "true");
    refused("[\"old-style\"]", "a list");
    refused(&format!("\"{}\"", "x".repeat(100)), &format!("\"{}\"...", "x".repeat(60)));
    assert_eq!(read::<Naming>("null").unwrap_err(), "cannot be null");
    let error = "odd".parse::<Naming>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidValue);
    assert_eq!(error.to_string(), "\"odd\" is not one of \"old-style\", \"new-style\", \"\"");
}

#[test]
fn an_open_enum_keeps_what_it_does_not_know() {
    let odd = read::<Open>("\"odd\"").unwrap();
    assert_eq!(odd, Open::Other("odd".to_owned()));
    assert_eq!(serde_json::to_string(&odd).unwrap(), "\"odd\"");
    assert_eq!(read::<Open>("\"Known\"").unwrap(), Open::Known);
    assert_eq!("x".parse::<Open>().unwrap().as_ref(), "x");
    assert_eq!(read::<Open>("5").unwrap_err(), "5 is not one of \"Known\"");
}
