//! Rows of the table: objects that are read whole, in each form, and what a peer may put around them.

use serde_json::json;
use versioned_objects::compact::Layouts;
use versioned_objects::registry::Registry;
#[cfg(feature = "amqp")]
use versioned_objects::rpc::Notification;
use versioned_objects::rpc::{CallContext, ObjectSerializer, Reply};
use versioned_objects::{Target, wire};

use super::memory::{
    MEMORY, Part, Row, Whole, by_schema, digits, envelope, layouts, list, manifest, registry,
};

/// An object with a list of as many others as take about so many bytes in a form.
fn sized(size: usize, write: impl Fn(&Whole) -> Vec<u8>) -> Vec<u8> {
    // Texts that are alike would stand in columns once.
    let part = |index| Part { one: format!("{index:040}").into(), two: Some(format!("{index:020}")).into() };
    let of =
        |count: usize| Whole { parts: (0..count).map(part).collect::<Vec<_>>().into(), ..Whole::default() };
    const FEW: usize = 1000;
    write(&of(size * FEW / write(&of(FEW)).len()))
}

fn as_json(size: usize) -> Vec<u8> {
    sized(size, |whole| wire::to_json(whole, Target::Own).unwrap())
}

fn as_message_pack(size: usize) -> Vec<u8> {
    sized(size, |whole| rmp_serde::to_vec_named(whole).unwrap())
}

fn as_cbor(size: usize) -> Vec<u8> {
    sized(size, |whole| {
        let mut bytes = Vec::new();
        ciborium::into_writer(whole, &mut bytes).unwrap();
        bytes
    })
}

/// An envelope with digits in a field of any value, in a form where each takes one byte.
fn digits_by(size: usize, write: impl Fn(&serde_json::Value) -> Vec<u8>) -> Vec<u8> {
    write(&serde_json::from_slice(&envelope("any", &digits(4 * size), false)).unwrap())
}

fn to_message_pack(value: &serde_json::Value) -> Vec<u8> {
    rmp_serde::to_vec_named(value).unwrap()
}

fn to_cbor(value: &serde_json::Value) -> Vec<u8> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    bytes
}

fn as_rows(size: usize) -> Vec<u8> {
    sized(size, |whole| wire::to_compact(whole, Target::Own, &layouts()).unwrap())
}

fn as_columns(size: usize) -> Vec<u8> {
    sized(size, |whole| wire::to_compact(whole, Target::Own, &layouts().columnar()).unwrap())
}

fn read<T, E: ToString>(read: Result<T, E>) -> Result<(), String> {
    read.map(drop).map_err(|error| error.to_string())
}

fn derived(message: &[u8]) -> Result<(), String> {
    read(wire::from_json::<Whole>(message, Default::default()))
}

fn dynamic(message: &[u8]) -> Result<(), String> {
    read(by_schema().decode_json(message))
}

fn from_message_pack(message: &[u8]) -> Result<(), String> {
    read(rmp_serde::from_slice::<Whole>(message))
}

fn dynamic_from_message_pack(message: &[u8]) -> Result<(), String> {
    read(by_schema().decode(&mut rmp_serde::Deserializer::from_read_ref(message)))
}

fn from_cbor(message: &[u8]) -> Result<(), String> {
    read(ciborium::from_reader::<Whole, _>(message))
}

fn from_rows(message: &[u8]) -> Result<(), String> {
    read(wire::from_compact::<Whole>(message, &layouts(), Default::default()))
}

pub fn from_columns(message: &[u8]) -> Result<(), String> {
    read(wire::from_compact::<Whole>(message, &layouts().columnar(), Default::default()))
}

fn dynamic_from(message: &[u8], layouts: impl Fn(&Registry) -> Layouts) -> Result<(), String> {
    let registry = by_schema();
    read(registry.decode_compact(message, &layouts(&registry)))
}

fn dynamic_from_rows(message: &[u8]) -> Result<(), String> {
    dynamic_from(message, |registry| registry.layouts(&manifest()))
}

fn dynamic_from_columns(message: &[u8]) -> Result<(), String> {
    dynamic_from(message, |registry| registry.layouts(&manifest()).columnar())
}

/// A reply with a failure, whose values are text in the reply.
fn failure(args: &str, kwargs: &str) -> Vec<u8> {
    let failure =
        format!(r#"{{"class":"E","module":"m","message":"x","args":{args},"kwargs":{{"a":{kwargs}}}}}"#);
    json!({"result": null, "failure": failure}).to_string().into_bytes()
}

/// What of a failure can't be kept is left out, and its class is there.
fn of_failure(message: &[u8]) -> Result<(), String> {
    match Reply::from_bytes(message) {
        Ok(Reply::Failure(failure)) if failure.is("E") => match failure.kwargs().get("a") {
            None => Err("left out".to_owned()),
            Some(_) => Ok(()),
        },
        _ => Err("no failure".to_owned()),
    }
}

fn received(message: &[u8]) -> Result<(), String> {
    let serializer = ObjectSerializer::new(registry().into());
    let message: Box<serde_json::value::RawValue> = serde_json::from_slice(message).unwrap();
    read(pollster::block_on(serializer.deserialize_entity(&CallContext::new(), &message)))
}

/// A notification, whose payload is of a version that nobody knows yet.
#[cfg(feature = "amqp")]
fn newer(value: &str) -> Vec<u8> {
    let payload = String::from_utf8(envelope("other", value, false)).unwrap();
    let payload = payload.replace(r#""h.version":"1.0""#, r#""h.version":"1.7""#);
    format!(r#"{{"priority":"INFO","event_type":"a","payload":{payload}}}"#).into_bytes()
}

#[cfg(feature = "amqp")]
fn of_notification(message: &[u8]) -> Result<(), String> {
    read(Notification::from_bytes(message).unwrap().read_any(&registry()))
}

/// Whether an endpoint takes a notification by its payload.
#[cfg(feature = "amqp")]
fn filtered(message: &[u8]) -> Result<(), String> {
    use versioned_objects::rpc::NotificationFilter;

    let filter = NotificationFilter::new().payload("state", "active").unwrap();
    let takes = filter.takes(&Notification::from_bytes(message).unwrap());
    if takes { Ok(()) } else { Err("not taken".to_owned()) }
}

const MAP: &str = r#"{"a":1}"#;

pub const ROWS: &[Row] = &[
    Row("objects, JSON", as_json, derived, 2.0, None),
    Row("objects, JSON, dynamic", as_json, dynamic, 4.0, None),
    Row("objects, MessagePack", as_message_pack, from_message_pack, 2.0, None),
    Row("objects, MessagePack, dynamic", as_message_pack, dynamic_from_message_pack, 4.0, None),
    Row("objects, CBOR", as_cbor, from_cbor, 2.0, None),
    Row("objects, compact", as_rows, from_rows, 4.0, None),
    Row("objects, compact, dynamic", as_rows, dynamic_from_rows, 8.0, None),
    Row("objects, columns", as_columns, from_columns, 4.0, None),
    Row("objects, columns, dynamic", as_columns, dynamic_from_columns, 8.0, None),
    Row("maps in a failure", |size| failure("[]", &list(MAP, size)), of_failure, 24.0, Some("left out")),
    Row("maps beside a failure's name", |size| failure(&list(MAP, size), "1"), of_failure, 24.0, None),
    Row("digits in a failure", |size| failure("[]", &digits(size)), of_failure, 24.0, None),
    Row("digits for the serializer", |size| digits(size).into_bytes(), received, 24.0, None),
    Row(
        "digits in a `Value`, MessagePack",
        |size| digits_by(size, to_message_pack),
        from_message_pack,
        24.0,
        MEMORY,
    ),
    Row(
        "digits in a `Value`, dynamic, MessagePack",
        |size| digits_by(size, to_message_pack),
        dynamic_from_message_pack,
        24.0,
        MEMORY,
    ),
    Row("digits in a `Value`, CBOR", |size| digits_by(size, to_cbor), from_cbor, 24.0, MEMORY),
    #[cfg(feature = "amqp")]
    Row("digits in a newer notification", |size| newer(&digits(size)), of_notification, 24.0, None),
    #[cfg(feature = "amqp")]
    Row("digits before a filter", |size| newer(&digits(size)), filtered, 24.0, Some("not taken")),
    Row("maps for the serializer", |size| list(MAP, size).into_bytes(), received, 24.0, MEMORY),
    #[cfg(feature = "amqp")]
    Row("maps in a newer notification", |size| newer(&list(MAP, size)), of_notification, 24.0, MEMORY),
    #[cfg(feature = "amqp")]
    Row("maps before a filter", |size| newer(&list(MAP, size)), filtered, 24.0, Some("not taken")),
];
