//! What Python's `json` writes and the standard leaves out.

use std::sync::Arc;

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::rpc::{CallContext, CallError, Failure, Payload, Reply, Request, Server};

use super::hosts::{Compute, registry};

fn result(reply: &[u8]) -> Box<serde_json::value::RawValue> {
    match Reply::from_bytes(reply) {
        Ok(Reply::Result(result)) => result,
        other => panic!("{other:?}"),
    }
}

fn answer(reply: &[u8]) -> versioned_objects::rpc::Answer {
    versioned_objects::rpc::Answer::new("m", result(reply))
}

fn served(request: &[u8]) -> Vec<u8> {
    block_on(Server::new("b").endpoint(Compute { registry: Arc::new(registry()) }).answer(request, "a"))
}

#[test]
fn a_number_beyond_the_standard_is_the_value_or_an_error_at_once() {
    for (text, value) in [("NaN", f64::NAN), ("Infinity", f64::INFINITY), ("-Infinity", f64::NEG_INFINITY)] {
        let reply = format!(r#"{{"result": {text}, "failure": null, "ending": true}}"#);
        let read: f64 = answer(reply.as_bytes()).read_plain().unwrap();
        assert_eq!(read.to_bits(), value.to_bits());
        let error = answer(reply.as_bytes()).read_plain::<Value>().unwrap_err();
        assert!(matches!(error, CallError::Malformed { .. }), "{error}");
        let list = format!(r#"{{"result": [1.5, {text}], "failure": null}}"#);
        assert_eq!(answer(list.as_bytes()).read_plain::<Vec<f64>>().unwrap()[1].to_bits(), value.to_bits());
        assert_eq!(result(list.as_bytes()).get(), format!("[1.5, {text}]"));
    }
}

#[test]
fn a_request_with_one_is_answered() {
    let request = br#"{"method": "echo", "version": "6.0", "args": {"a": [NaN]}, "_context_load": Infinity}"#;
    match Reply::from_bytes(&served(request)) {
        Ok(Reply::Failure(failure)) => {
            assert!(failure.is("ValueError"));
            let text = "argument 'a' of echo(): NaN or an infinity, which only a float can be here at line 1 column 2";
            assert_eq!(failure.message(), text);
        }
        other => panic!("{other:?}"),
    }
    let mut request = Request::from_bytes(br#"{"method": "m", "args": {"a": -Infinity}}"#).unwrap();
    assert_eq!(request.args.take_plain::<f64>("a").unwrap(), f64::NEG_INFINITY);
    let mut context = CallContext::new();
    context.insert("load", &f64::INFINITY).unwrap();
    assert_eq!(context.iter().next(), Some(("load", "Infinity")));
    assert_eq!(context.get::<f64>("load"), Some(f64::INFINITY));
}

#[test]
fn what_goes_out_is_python_s_text_too() {
    assert_eq!(Payload::plain(&f64::NAN).unwrap().as_json(), "NaN");
    assert_eq!(Payload::plain(&[Some(f64::INFINITY)]).unwrap().as_json(), "[Infinity]");
}

#[test]
fn a_failure_with_half_a_surrogate_pair_keeps_its_class() {
    let failure = r#"{"class": "OSError", "module": "builtins", "message": "no file 'a\udc80b'",
        "tb": ["line \ud83d\ude00 \udc80\n"], "args": [2, "\ud800"], "kwargs": {"size": NaN, "\udc80": 1}}"#;
    let reply = json!({"result": null, "failure": failure, "ending": true}).to_string();
    let Ok(Reply::Failure(failure)) = Reply::from_bytes(reply.as_bytes()) else { panic!() };
    assert_eq!((failure.class(), failure.message()), ("OSError", "no file 'a\u{fffd}b'"));
    assert_eq!(failure.traceback(), ["line 😀 \u{fffd}\n"]);
    assert_eq!(failure.args(), [json!(2), json!("\u{fffd}")]);
    assert_eq!(failure.kwargs()["size"], json!("NaN"));
    // What is passed on can be read by any reader.
    let passed_on = Reply::Failure(failure.clone()).to_bytes().unwrap();
    assert!(serde_json::from_slice::<Value>(&passed_on).is_ok());
    assert!(matches!(Reply::from_bytes(&passed_on), Ok(Reply::Failure(again)) if again == failure));
}

#[test]
fn a_failure_is_told_by_class_whatever_else_it_has() {
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    for odd in ["null", "7", &deep, "\"x\"", "{}"] {
        let text = format!(
            r#"{{"class": "KeyError", "module": "builtins", "message": {odd}, "tb": {odd}, "args": {odd}, "kwargs": {odd}}}"#
        );
        let reply = json!({"failure": text}).to_string();
        match Reply::from_bytes(reply.as_bytes()) {
            Ok(Reply::Failure(failure)) => assert_eq!(failure.class(), "KeyError"),
            other => panic!("{odd}: {other:?}"),
        }
    }
}

#[test]
fn text_with_half_a_pair_is_an_error_at_once_where_it_is_read() {
    let request =
        br#"{"method": "echo", "version": "6.0", "args": {"a": "\udc80"}, "_context_name": "\udc80"}"#;
    match Reply::from_bytes(&served(request)) {
        Ok(Reply::Failure(failure)) => {
            assert!(failure.message().starts_with("argument 'a' of echo()"), "{failure}")
        }
        other => panic!("{other:?}"),
    }
    let answer = answer(br#"{"result": "\udc80"}"#);
    assert!(matches!(answer.read_plain::<String>(), Err(CallError::Malformed { .. })));
    let unread =
        br#"{"method": "who", "version": "6.0", "args": {}, "_context_user_id": "u", "x": "\udc80"}"#;
    assert_eq!(result(&served(unread)).get(), "\"u\"");
}

#[test]
fn a_failure_s_equality_is_what_it_says() {
    assert_eq!(Failure::value_error("x").unbegun(), Failure::value_error("x"));
    assert_ne!(Failure::value_error("x"), Failure::type_error("x"));
}
