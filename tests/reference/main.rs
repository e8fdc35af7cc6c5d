//! The framework beside the reference itself: random schemas, values, versions and manifests, each request
//! answered by both, and what differs shrunk.
//!
//! `tests/setup` installs the reference where it is missing.

mod compare;
mod derived;
mod draw;
mod primitives;
mod projects;
mod server;
mod signatures;

use std::cell::RefCell;
use std::collections::HashMap;

use conformance::{Registries, answer};
use draw::{Draw, Requests};
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestError, TestRunner};
use serde_json::{Value, json};
use server::Server;
use support::fixtures;
use versioned_objects::registry::Registry;
use versioned_objects::schema::{Action, ObjectSchema, Rule};

/// How much each case has to draw from; a case of fewer is a simpler one.
const ENTROPY: usize = 700;
const CASES: u32 = 1500;

#[test]
fn both_answer_the_same() {
    let server = RefCell::new(Server::start());
    let asked = RefCell::new(HashMap::<String, [u32; 2]>::new());
    let config = config(CASES);
    let cases = config.cases;
    let entropy = prop::collection::vec(any::<u16>(), 0..ENTROPY);
    let tested = TestRunner::new(config).run(&entropy, |entropy| {
        let requests = Requests::draw(Draw::new(entropy));
        ask_both(&requests, &mut server.borrow_mut(), &mut asked.borrow_mut()).map_err(TestCaseError::fail)
    });
    match tested {
        Ok(()) => check_coverage(&asked.borrow(), cases),
        Err(TestError::Fail(difference, _)) => panic!("{difference}"),
        Err(error) => panic!("{error}"),
    }
}

/// So many cases, unless the environment asks for another number.
fn config(cases: u32) -> ProptestConfig {
    let mut config = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    config
}

/// Asks both, and tells the first difference. Of each operation it counts the answers and the refusals.
fn ask_both(
    requests: &Requests,
    server: &mut Server,
    asked: &mut HashMap<String, [u32; 2]>,
) -> Result<(), String> {
    let mut registries = Registries::new();
    for request in &requests.all {
        let line = serde_json::to_string(request).unwrap();
        let theirs: Value = serde_json::from_str(&server.ask(&line)).unwrap();
        let ours = serde_json::to_string(&answer::line(&mut registries, line.as_bytes())).unwrap();
        let ours: Value = serde_json::from_str(&ours).unwrap();
        let op = request.get("op").and_then(|op| op.as_str()).unwrap();
        // Where the reference fails to give a JSON schema, there is one here all the same.
        if op == "json_schema" && theirs.get("error").is_some() {
            continue;
        }
        let count = &mut asked.entry(op.to_owned()).or_default()[usize::from(theirs.get("error").is_some())];
        *count += 1;
        if !compare::agree(&ours, &theirs, &requests.sets) {
            let schema = serde_json::to_string(&requests.all[0]).unwrap();
            return Err(format!(
                "they differ\nschema    {schema}\nrequest   {line}\nreference {theirs}\nours      {ours}"
            ));
        }
    }
    Ok(())
}

/// A generator that draws nothing of some kind proves nothing of it.
fn check_coverage(asked: &HashMap<String, [u32; 2]>, cases: u32) {
    let ops = ["load", "objects", "fingerprints", "tree", "json_schema", "roundtrip", "changes", "assign"];
    for op in ops {
        let [answered, refused] = asked.get(op).copied().unwrap_or_default();
        assert!(answered > cases / 4, "only {answered} answers of {op}");
        assert!(
            refused > cases / 20 || !matches!(op, "roundtrip" | "assign"),
            "only {refused} refusals of {op}"
        );
    }
}

/// Derived objects beside classes of the same schema in the reference, whose methods do by hand what rules say here.
fn derived_answer_the_same(registry: Registry, exact: &'static [&'static str], cases: u32) {
    let server = RefCell::new(Server::start());
    let load = derived::load(&registry).to_string();
    assert_eq!(server.borrow_mut().ask(&load), r#"{"ok": {}}"#);
    let sets = derived::sets(&registry);
    let requests = derived::requests(&registry, exact);
    let registries = RefCell::new(Registries::from([("derived".to_owned(), registry)]));
    let both = |request: &Value| {
        let line = serde_json::to_string(request).unwrap();
        let theirs: Value = serde_json::from_str(&server.borrow_mut().ask(&line)).unwrap();
        let ours = serde_json::to_value(answer::line(&mut registries.borrow_mut(), line.as_bytes())).unwrap();
        let [ours, theirs] = [ours, theirs].map(|mut answer| {
            derived::spell_zero(&mut answer);
            answer
        });
        (line, ours, theirs)
    };
    let config = config(cases);
    let cases = config.cases;
    let [refused, read_again] = [RefCell::new(0), RefCell::new(0)];
    let tested = TestRunner::new(config).run(&requests, |request| {
        if derived::converts_in_a_map(&request) {
            return Ok(());
        }
        let (line, ours, theirs) = both(&request);
        *refused.borrow_mut() += u32::from(theirs.get("error").is_some());
        prop_assert!(compare::agree(&ours, &theirs, &sets), "{line}\nreference {theirs}\nours      {ours}");
        // What went out for an older host comes back from there.
        if let Some(primitive) = theirs.pointer("/ok/primitive").filter(|_| derived::is_read_again(&request))
        {
            let (line, ours, theirs) =
                both(&json!({ "op": "clone", "registry": "derived", "primitive": primitive }));
            *read_again.borrow_mut() += u32::from(theirs.get("ok").is_some());
            prop_assert!(
                compare::agree(&ours, &theirs, &sets),
                "{line}\nreference {theirs}\nours      {ours}"
            );
        }
        Ok(())
    });
    if let Err(difference) = tested {
        panic!("{difference}");
    }
    let [refused, read_again] = [refused, read_again].map(RefCell::into_inner);
    assert!(refused > cases / 20 && refused < cases * 3 / 4, "{refused} of {cases} refused");
    assert!(read_again > cases / 10, "only {read_again} of {cases} read again");
}

// What nova's own rules refuse below 1.14 the testee's schema has no word for: `tests/pure/nova` holds that.
#[test]
fn nova_s_derived_objects_answer_the_same() {
    derived_answer_the_same(versioned_objects::nova::registry(), &[".source_vif"], 600);
}

// The fields that are named hold fewer values than the reference's types: the table in `field` says which.
const EXACT: &[&str] = &[
    ".colour",
    ".uuid",
    ".byte",
    ".at",
    ".naive",
    ".json",
    ".strict",
    ".utc",
    ".paint",
    ".paints",
    ".i8",
    ".i16",
    ".i32",
    ".isize",
    ".u16",
    ".u32",
    ".usize",
    ".f32",
    ".strict_text",
    ".strict_count",
    ".strict_flags",
];

#[test]
fn the_fixtures_derived_objects_answer_the_same() {
    derived_answer_the_same(fixtures::registry(), EXACT, 1200);
}

#[test]
fn the_fixtures_are_described_the_same() {
    let mut server = Server::start();
    let registry = fixtures::registry();
    server.ask(&derived::load(&registry).to_string());
    let names: Vec<String> = registry.names().map(str::to_owned).collect();
    let mut registries = Registries::from([("derived".to_owned(), registry)]);
    let mut ask = |request: Value| {
        let line = request.to_string();
        let theirs: Value = serde_json::from_str(&server.ask(&line)).unwrap();
        let ours = serde_json::to_value(answer::line(&mut registries, line.as_bytes())).unwrap();
        (ours, theirs)
    };
    for op in ["objects", "fingerprints"] {
        let (ours, theirs) = ask(json!({ "op": op, "registry": "derived" }));
        assert_eq!(ours, theirs, "{op}");
    }
    let mut described = 0;
    for name in names {
        for op in ["tree", "json_schema"] {
            let (ours, theirs) = ask(json!({ "op": op, "registry": "derived", "object": name }));
            // The reference has no JSON schema for some types, nor for an object that holds itself.
            if theirs.get("ok").is_some() {
                assert_eq!(ours, theirs, "{op} of {name}");
                described += 1;
            }
        }
    }
    assert!(described > 30, "only {described}");
}

// Without the objects whose rules are Rust functions, which a schema alone can only name.
#[test]
fn the_fixtures_dynamic_objects_answer_the_same() {
    let derived = fixtures::registry();
    let is_data = |schema: &&ObjectSchema| {
        let converts = |rule: &Rule| matches!(rule.action, Action::Convert { .. });
        schema.compatible.is_none()
            && schema.validate.is_none()
            && !schema.fields.iter().any(|field| field.rules.iter().any(converts))
    };
    let schemas = derived.names().filter_map(|name| derived.schema(name).ok()).filter(is_data);
    let holds_others = |schema: &&ObjectSchema| !matches!(&*schema.name, "Rack" | "Relay");
    let registry = schemas
        .filter(holds_others)
        .fold(Registry::new(), |registry, schema| registry.with_schema(schema.clone()));
    derived_answer_the_same(registry, EXACT, 500);
}
