use serde::ser::{Serialize, Serializer};
use versioned_objects::field::Decoding;
use versioned_objects::wire::{self, json};
use versioned_objects::{Entity, Error, FieldType, Target};

/// A value as any serializer takes it.
struct Written<'a, T>(&'a T);

impl<T: Entity> Serialize for Written<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.encode(serializer, &Target::Own)
    }
}

pub fn write<T: Entity>(value: &T) -> String {
    String::from_utf8(wire::to_json(value, Target::Own).unwrap()).unwrap()
}

/// By `serde_json`, which has no words for some numbers.
pub fn try_write_plainly<T: Entity>(value: &T) -> Result<String, String> {
    serde_json::to_string(&Written(value)).map_err(|error| error.to_string())
}

fn read_with<T: FieldType>(text: &str, strict: bool) -> Result<T, Error> {
    let decoding = Decoding::new().exact();
    let mut deserializer = json::Deserializer::new(text.as_bytes()).unwrap();
    let result = T::decode(&mut deserializer, decoding.context().strict(strict));
    let result = result.and_then(|value| deserializer.end().map(|()| value));
    result.map_err(|error| decoding.into_error(error))
}

pub fn read<T: FieldType>(json: &str) -> Result<T, Error> {
    read_with(json, false)
}

pub fn read_strictly<T: FieldType>(json: &str) -> Result<T, Error> {
    read_with(json, true)
}

/// What the text becomes when it is read and written again.
#[track_caller]
pub fn becomes<T: FieldType>(json: &str, expected: &str) {
    match read::<T>(json) {
        Ok(value) => assert_eq!(write(&value), expected, "of {json}"),
        Err(error) => panic!("{json} was refused: {error}"),
    }
}

#[track_caller]
pub fn refused<T: FieldType>(json: &str, expected: &str) {
    match read::<T>(json) {
        Ok(value) => panic!("{json} was taken as {}", write(&value)),
        Err(error) => assert_eq!(error.to_string(), expected, "of {json}"),
    }
}

#[track_caller]
pub fn strictly_refused<T: FieldType>(json: &str, expected: &str) {
    match read_strictly::<T>(json) {
        Ok(value) => panic!("{json} was taken as {}", write(&value)),
        Err(error) => assert_eq!(error.to_string(), expected, "of {json}"),
    }
}
