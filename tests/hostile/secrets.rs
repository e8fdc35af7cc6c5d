//! Objects with secrets at every depth, and all that can be printed of them, of their errors and of calls with them.

use std::collections::BTreeMap;
use std::fmt::{Debug, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use pollster::block_on;
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::test_runner::{RngSeed, TestRunner};
use serde_json::{Value, json};
use tracing::field::{Field as Column, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use versioned_objects::field::Sensitive;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, InProcess, Payload, Server,
};
use versioned_objects::{Backport, Field, Manifest, SetByName, Target, VersionedObject, wire};

use super::alone;

/// How each secret begins, and nothing else does.
const MARK: &str = "zq9";

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "s", serial_namespace = "s", versions("1.0", "1.1"))]
struct Leaf {
    key: Field<Sensitive>,
    keys: Field<Vec<Sensitive>>,
    of_names: Field<BTreeMap<String, Sensitive>>,
    size: Field<i64>,
    #[field(since = "1.1")]
    newer: Field<Option<Sensitive>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "s", serial_namespace = "s", versions("1.0", "1.1"))]
struct Middle {
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    leaf: Field<Option<Leaf>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    leaves: Field<Vec<Leaf>>,
    nested: Field<Vec<Vec<Option<Sensitive>>>>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "s", serial_namespace = "s", versions("1.0", "1.1"))]
struct Top {
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    middles: Field<BTreeMap<String, Middle>>,
    #[field(child_versions("1.0" => "1.0", "1.1" => "1.1"))]
    middle: Field<Middle>,
    #[field(read_only)]
    boxed: Field<Box<Sensitive>>,
    #[field(since = "1.1", refuse)]
    refused: Field<Option<Sensitive>>,
}

fn secret() -> impl Strategy<Value = Sensitive> {
    "[a-z0-9 \"\\\\é]{0,12}".prop_map(|rest| Sensitive::from(format!("{MARK}{rest}")))
}

fn leaf() -> impl Strategy<Value = Leaf> {
    let names = btree_map("[a-z]{1,4}", secret(), 0..3);
    (secret(), vec(secret(), 0..3), names, option::of(secret())).prop_map(|(key, keys, of_names, newer)| {
        Leaf {
            key: key.into(),
            keys: keys.into(),
            of_names: of_names.into(),
            size: 1.into(),
            newer: newer.into(),
        }
    })
}

fn middle() -> impl Strategy<Value = Middle> {
    let nested = vec(vec(option::of(secret()), 0..3), 0..3);
    (option::of(leaf()), vec(leaf(), 0..3), nested).prop_map(|(leaf, leaves, nested)| Middle {
        leaf: leaf.into(),
        leaves: leaves.into(),
        nested: nested.into(),
    })
}

fn top() -> impl Strategy<Value = Top> {
    let middles = btree_map("[a-z]{1,4}", middle(), 0..3);
    (middles, middle(), secret(), option::of(secret())).prop_map(|(middles, middle, boxed, refused)| Top {
        middles: middles.into(),
        middle: middle.into(),
        boxed: Box::new(boxed).into(),
        refused: refused.into(),
    })
}

fn registry() -> Registry {
    Registry::new().with::<Top>().with::<Middle>().with::<Leaf>()
}

fn by_schema() -> Registry {
    let schemas = [Top::SCHEMA, Middle::SCHEMA, Leaf::SCHEMA];
    schemas.into_iter().fold(Registry::new(), |registry, schema| registry.with_schema(schema.clone()))
}

/// What was printed.
#[derive(Clone, Default)]
struct Printed(Arc<Mutex<String>>);

impl Printed {
    fn all(&self, shown: &dyn Debug) {
        let _ = write!(self.0.lock().unwrap(), "{shown:?}\n{shown:#?}\n");
    }

    fn error<T, E: std::error::Error>(&self, outcome: Result<T, E>) {
        if let Err(error) = outcome {
            self.all(&error);
            let mut next: Option<&dyn std::error::Error> = Some(&error);
            while let Some(error) = next {
                let _ = writeln!(self.0.lock().unwrap(), "{error}");
                next = error.source();
            }
        }
    }

    #[track_caller]
    fn holds_no_secret(&self) {
        let printed = self.0.lock().unwrap();
        if let Some(at) = printed.find(MARK) {
            let start =
                (0..=at.saturating_sub(300)).rev().find(|at| printed.is_char_boundary(*at)).unwrap_or(0);
            panic!("a secret is shown behind {}", &printed[start..at]);
        }
    }
}

/// Takes all that spans and events tell.
impl Subscriber for Printed {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Visit for Printed {
    fn record_debug(&mut self, column: &Column, value: &dyn Debug) {
        let _ = writeln!(self.0.lock().unwrap(), "{}: {value:?}", column.name());
    }
}

/// Fails, or panics, with all that it was given.
struct Fails(Registry);

impl Endpoint for Fails {
    fn methods(&self) -> &[&str] {
        &["fail", "panic", "misread"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            if method == "misread" {
                return args.take::<Leaf>("top", &self.0).map(|_| Payload::null());
            }
            let top: Top = args.take("top", &self.0)?;
            assert_ne!(method, "panic", "{top:?}");
            Err(Failure::new("m", "Refused", format!("{top:?}")))
        })
    }
}

/// Ways in which a value in JSON can be another than what is expected.
fn broken(value: &Value) -> Vec<Value> {
    match value {
        Value::Object(entries) => entries
            .keys()
            .flat_map(|key| {
                let with = |value: Value| {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), value);
                    Value::Object(entries)
                };
                let found = &entries[key];
                let mut all: Vec<_> = broken(found).into_iter().map(with).collect();
                all.extend([json!([found]), json!({"x": found}), json!(17), Value::Null].map(with));
                all
            })
            .collect(),
        Value::Array(values) => (0..values.len())
            .flat_map(|index| {
                let with = |value: Value| {
                    let mut values = values.clone();
                    values[index] = value;
                    Value::Array(values)
                };
                broken(&values[index])
                    .into_iter()
                    .map(with)
                    .chain([json!([values[index]])].map(with))
                    .collect::<Vec<_>>()
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn print_all(top: &Top, printed: &Printed) {
    let (typed, dynamic) = (registry(), by_schema());
    printed.all(top);
    let json = wire::to_json(top, Target::Own).unwrap();
    let any = dynamic.decode_json(&json).unwrap();
    printed.all(&any);
    printed.all(&typed.decode_json(&json).unwrap());
    for target in ["1.0", "1.1", "9.0"] {
        match top.at(target) {
            Ok(view) => printed.all(&(view.dropped(), &view)),
            Err(error) => printed.error(Err::<(), _>(error)),
        }
        printed.error(wire::to_json(&any, target));
    }
    let mut edited = top.clone();
    printed.error(edited.set_by_name("boxed", format!("{MARK}other")));
    printed.error(edited.set_by_name("middle", format!("{MARK}other")));
    printed.error(typed.merge(top, &edited, "9.0"));
    let whole: Value = serde_json::from_slice(&json).unwrap();
    for broken in broken(&whole) {
        let text = broken.to_string();
        printed.error(wire::from_json::<Top>(text.as_bytes(), Default::default()));
        printed.error(serde_json::from_str::<Top>(&text));
        printed.error(typed.decode_json(text.as_bytes()));
        printed.error(dynamic.decode_json(text.as_bytes()));
    }
    for length in (0..json.len()).step_by(7) {
        printed.error(wire::from_json::<Top>(&json[..length], Default::default()));
        printed.error(dynamic.decode_json(&json[..length]));
    }
    let manifest: Manifest =
        ["Top", "Middle", "Leaf"].map(|name| (name, "1.1".parse().unwrap())).into_iter().collect();
    let layouts = typed.layouts(&manifest);
    let bytes = wire::to_compact(top, "1.1", &layouts).unwrap();
    // Bytes that are changed may make a map's key of what was a secret, and keys are told; bytes that are missing don't.
    for length in 0..bytes.len() {
        printed.error(wire::from_compact::<Top>(&bytes[..length], &layouts, Default::default()));
        printed.error(dynamic.decode_compact(&bytes[..length], &layouts));
    }
}

fn call_all(top: &Top, printed: &Printed) {
    let bus = InProcess::new();
    bus.serve("s", Server::new("b").endpoint(Fails(registry())));
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("s", "b"));
    for method in ["fail", "panic", "misread", "none"] {
        let mut args = Args::new();
        args.insert("top", top, Target::Own).unwrap();
        printed.all(&args);
        printed.error(block_on(client.call(method, args, &CallContext::new())));
        let mut args = Args::new();
        args.insert("top", top, Target::Own).unwrap();
        printed.error(block_on(client.cast(method, args, &CallContext::new())));
    }
}

#[test]
fn no_secret_is_told_by_anything_that_can_be_printed() {
    let _alone = alone();
    let printed = Printed::default();
    let hook = std::panic::take_hook();
    let told = printed.clone();
    std::panic::set_hook(Box::new(move |panic| {
        let _ = writeln!(told.0.lock().unwrap(), "{panic}");
    }));
    let config = ProptestConfig {
        cases: 4,
        rng_seed: RngSeed::Fixed(16),
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let run = TestRunner::new(config).run(&top(), |top| {
            tracing::subscriber::with_default(printed.clone(), || {
                print_all(&top, &printed);
                call_all(&top, &printed);
            });
            Ok(())
        });
        run.map_err(|error| error.to_string())
    }));
    std::panic::set_hook(hook);
    match outcome {
        Ok(outcome) => outcome.unwrap(),
        Err(_) => panic!("{}", printed.0.lock().unwrap()),
    }
    printed.holds_no_secret();
    let length = printed.0.lock().unwrap().len();
    assert!(length > 200_000, "{length} bytes were printed");
}
