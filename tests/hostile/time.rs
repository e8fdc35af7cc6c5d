//! How long it takes to mask what people read, and who waits for that.

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use versioned_objects::mask;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, InProcess, Payload, Reply, Server,
};

use super::{alone, least, sizes, time};

/// Texts that a scanner could go over more than once.
const TEXTS: &[&str] = &[
    "password ",
    "password=",
    "--password ",
    "://a:",
    "://",
    "<token>",
    "<token>x</toke",
    "'token', '--",
    "\"token\": {",
    "\"token\": \"\\",
    "tokentoken",
    "token\\\\",
    "token: Some(",
    "u'secret",
    "secret1",
    "ordinary text, ",
    "\u{e9}\u{1f600}",
];

#[test]
fn masking_takes_time_in_proportion() {
    let _alone = alone();
    for text in TEXTS {
        let times: Vec<_> = sizes()
            .into_iter()
            .map(|size| {
                let text = text.repeat(size / text.len());
                least(|| time(|| drop(mask::text(&text)))) / text.len() as f64
            })
            .collect();
        println!("{text:?}: {times:.1?} ns a byte");
        let grown = times[times.len() - 1] / times[0];
        assert!(grown < 2.5, "{text:?}: {times:?} ns a byte");
        // Without optimisation it takes about ten times as long as a service's own build.
        let most = if cfg!(debug_assertions) { 400.0 } else { 20.0 };
        assert!(times.iter().all(|time| *time < most), "{text:?}: {times:?} ns a byte");
    }
}

#[test]
fn what_a_peer_says_is_cut_before_it_is_masked() {
    let _alone = alone();
    for text in TEXTS {
        let long = text.repeat(16_000_000 / text.len());
        let mut told = String::new();
        let taken = least(|| time(|| told = mask::told(&long)));
        assert!(taken < 50e6, "{text:?}: {taken} ns");
        // An escape has up to ten letters.
        assert!(told.len() < 12_000, "{text:?}");
    }
}

/// Takes a number, and fails with the text that it was given.
struct Fails;

impl Endpoint for Fails {
    fn methods(&self) -> &[&str] {
        &["count", "fail"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            match method {
                "count" => drop(args.take::<i64>("number", &Registry::new())?),
                _ => return Err(Failure::value_error(args.take_plain::<String>("text")?)),
            }
            args.finish()?;
            Ok(Payload::null())
        })
    }
}

/// Requests that are refused, each with so many bytes of a text in another place.
fn refused(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let request = |method: &str, args| json!({"method": method, "version": "1.0", "args": args});
    let shown = |request: serde_json::Value| request.to_string().into_bytes();
    vec![
        ("text for a number", shown(request("count", json!({"number": text})))),
        ("an argument too many", shown(request("count", json!({"number": 1, text: 1})))),
        ("a method that isn't there", shown(request(text, json!({})))),
        ("a version that is none", shown(json!({"method": "count", "version": text, "args": {}}))),
        ("a failure of the method", shown(request("fail", json!({"text": text})))),
        ("no JSON", text.as_bytes().to_vec()),
    ]
}

#[test]
fn a_refusal_takes_no_longer_for_secrets() {
    let _alone = alone();
    let server = Server::new("b").endpoint(Fails);
    const SIZE: usize = 3_000_000;
    // A scanner looks at each word of the first, and at none of the second.
    let [secrets, plain] = ["password ", "ordinary "].map(|text| refused(&text.repeat(SIZE / text.len())));
    for ((what, secrets), (_, plain)) in secrets.into_iter().zip(plain) {
        let answer = |message: &[u8]| {
            let taken = time(|| {
                let reply = pollster::block_on(server.answer(message, "a"));
                let Ok(Reply::Failure(failure)) = Reply::from_bytes(&reply) else { panic!("{what}") };
                assert!(format!("{failure} {failure:?}").len() < 10_000, "{what}");
            });
            taken / SIZE as f64
        };
        // One after the other, so that what else the machine does meets both; of many rounds some had the processor to themselves.
        let rounds = (0..15).map(|_| [answer(&secrets), answer(&plain)]);
        let [secret, plain] =
            rounds.reduce(|least, round| [least[0].min(round[0]), least[1].min(round[1])]).expect("rounds");
        println!("{what}: {secret:.0} ns a byte, {plain:.0} without secrets");
        // To mask it whole would take 80 ns a byte more, without optimisation.
        assert!(secret < plain + 25.0, "{what}: {secret} ns a byte, and {plain} ns");
    }
}

#[test]
fn a_small_request_does_not_wait_behind_large_ones() {
    let _alone = alone();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let text = "password ".repeat(3_000_000 / 9);
    let bus = InProcess::new();
    bus.serve("jobs", Server::new("b").endpoint(Fails));
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("jobs", "b"));
    let call = |method: &'static str, name: &'static str, value: serde_json::Value| {
        let client = client.clone();
        async move {
            let mut args = Args::new();
            args.insert_plain(name, &value).unwrap();
            client.call(method, args, &CallContext::new()).await.map(drop)
        }
    };
    let waited = runtime.block_on(async {
        let large: Vec<_> =
            (0..8).map(|_| tokio::spawn(call("count", "number", text.clone().into()))).collect();
        let began = Instant::now();
        let small = tokio::spawn(call("count", "number", 5.into())).await.unwrap();
        let waited = began.elapsed();
        assert!(small.is_ok(), "{small:?}");
        for large in large {
            assert!(large.await.unwrap().is_err());
        }
        waited
    });
    println!("a small request beside eight of 3 MB: {waited:?}");
    // Without optimisation, and beside whatever else the machine does.
    assert!(waited.as_secs() < 10, "{waited:?}");
}
