use std::sync::Arc;

use pollster::block_on;
use proptest::prelude::*;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, CallError, Client, Failure, Patience, Reply, Server, Transport,
    TransportError,
};

use super::hosts::{Compute, registry};

/// A peer that replies with these bytes, whatever it's asked.
struct Replies(Vec<u8>);

impl Transport for Replies {
    fn host(&self) -> &str {
        "a"
    }

    fn call<'a>(
        &'a self,
        _: &'a Address,
        _: Vec<u8>,
        _: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        Box::pin(async { Ok(self.0.clone()) })
    }

    fn cast<'a>(&'a self, _: &'a Address, _: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        Box::pin(async { Ok(()) })
    }
}

fn refused(request: &[u8]) -> Failure {
    let server = Server::new("b").endpoint(Compute { registry: Arc::new(registry()) });
    match Reply::from_bytes(&block_on(server.answer(request, "a"))) {
        Ok(Reply::Failure(failure)) => failure,
        other => panic!("{other:?}"),
    }
}

fn replied(reply: &[u8]) -> String {
    let client = Client::new(Arc::new(Replies(reply.to_vec())), Address::topic("compute"));
    match block_on(client.call("echo", Args::new(), &CallContext::new())) {
        Err(error @ CallError::Malformed { .. }) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_request_that_is_none_gets_one_clear_failure() {
    for (request, message) in [
        (&b""[..], "malformed request: expected a value, found the end of the text at line 1 column 1"),
        (
            b"\xff\xfe",
            "malformed request: the text isn't UTF-8: invalid utf-8 sequence of 1 bytes from index 0",
        ),
        (
            b"[]",
            "malformed request: invalid type: sequence, expected an object with a method at line 1 column 2",
        ),
        (
            br#"{"method": 5}"#,
            "malformed request: invalid type: integer `5`, expected a string at line 1 column 13",
        ),
        (
            br#"{"method": "echo", "args": [1]}"#,
            "malformed request: invalid type: sequence, expected a map at line 1 column 29",
        ),
        (
            br#"{"method": "echo"} {}"#,
            "malformed request: expected nothing more, found '{' at line 1 column 20",
        ),
    ] {
        let failure = refused(request);
        assert_eq!((failure.class(), failure.message()), ("ValueError", message));
    }
}

#[test]
fn an_argument_that_is_nested_too_deep_is_refused() {
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let failure =
        refused(format!(r#"{{"method": "echo", "version": "6.0", "args": {{"a": {deep}}}}}"#).as_bytes());
    let message = "argument 'a' of echo(): nested deeper than 128 levels at line 1 column 129";
    assert_eq!((failure.class(), failure.message()), ("ValueError", message));
    let envelope = r#"{"t.name": "MigrateData", "t.namespace": "tests", "t.version": "1.0", "t.data": "#;
    let request = format!(
        r#"{{"method": "give_back", "version": "6.0", "args": {{"data": {envelope}{{"naming": {deep}}}}}}}}}"#
    );
    assert!(refused(request.as_bytes()).is("ValueError"));
}

#[test]
fn a_reply_that_is_none_is_an_error_of_the_call() {
    for (reply, error) in [
        (&b""[..], "malformed reply to echo: expected a value, found the end of the text at line 1 column 1"),
        (b"7", "malformed reply to echo: invalid type: integer `7`, expected a reply at line 1 column 2"),
        (
            br#"{"failure": 7}"#,
            "malformed reply to echo: invalid type: integer `7`, expected a string at line 1 column 2",
        ),
        (br#"{"failure": "oh"}"#, "malformed reply to echo: its failure: expected value at line 1 column 1"),
    ] {
        assert_eq!(replied(reply), error);
    }
}

fn request() -> impl Strategy<Value = Vec<u8>> {
    const MESSAGE: &[u8] = br#"{"method":"give_back","version":"6.0","args":{"data":{"t.name":"MigrateData",
        "t.namespace":"tests","t.version":"1.0","t.data":{"disk":"sda","volume":{"t.name":"Volume",
        "t.namespace":"tests","t.version":"1.1","t.data":{"id":"v"}}},"t.changes":["disk"]}},"_context_a":null}"#;
    let place = 0..MESSAGE.len();
    proptest::collection::vec((place, any::<u8>()), 0..4).prop_map(|edits| {
        let mut message = MESSAGE.to_vec();
        for (place, byte) in edits {
            message[place] = byte;
        }
        message
    })
}

proptest! {
    #[test]
    fn every_request_gets_a_reply(request in prop_oneof![request(), any::<Vec<u8>>()]) {
        let server = Server::new("b").endpoint(Compute { registry: Arc::new(registry()) });
        let reply = block_on(server.answer(&request, "a"));
        prop_assert!(Reply::from_bytes(&reply).is_ok());
    }

    #[test]
    fn every_reply_is_a_result_or_an_error(reply in any::<Vec<u8>>()) {
        let client = Client::new(Arc::new(Replies(reply)), Address::topic("compute"));
        let _ = block_on(client.call("echo", Args::new(), &CallContext::new()));
    }
}
