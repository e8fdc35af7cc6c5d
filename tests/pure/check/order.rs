//! The order of an upgrade, proved from locks; it agrees with drawn plans.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use versioned_objects::check::{Called, Fleet, Graph, Lock, Locks, Policy, Seat, Speech, When};
use versioned_objects::registry::{AnyObject, Registry};
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, Negotiation, Payload, Server,
};
use versioned_objects::{Primitive, SetByName, Target};

use super::rules::short_locks;

/// An object: its versions in the old and the new release, none where it isn't there; and since which version it holds
/// the next object.
type Said = (Option<u32>, Option<u32>, Option<u32>);

const OBJECTS: [&str; 3] = ["Alpha", "Beta", "Gamma"];
const SERVICES: [&str; 3] = ["x", "y", "z"];

fn lock(name: &str, child: Option<(&str, u32)>, newest: u32) -> Lock {
    let versions: Vec<String> = (0..=newest).map(|minor| format!("1.{minor}")).collect();
    let mut fields = json!({"id": {"type": "Integer"}});
    if let Some((child, since)) = child {
        fields["child"] = json!({"type": {"kind": "Object", "name": child}, "nullable": true, "since": format!("1.{since}")});
    }
    let text = json!({
        "format": 2, "name": name, "project_namespace": "test", "serial_namespace": "test_object",
        "versions": versions, "converts_nested": true, "fields": fields,
    });
    text.to_string().parse().unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn locks(objects: &[Said], is_new: bool) -> Locks {
    let newest = |said: &Said| if is_new { said.1 } else { said.0 };
    let all = OBJECTS.iter().zip(objects).enumerate();
    all.filter_map(|(place, (name, said))| {
        let next = objects.get(place + 1).filter(|next| newest(next).is_some());
        let child =
            said.2.filter(|since| next.is_some() && newest(said).is_some_and(|newest| *since <= newest));
        let child = child.and_then(|since| Some((*OBJECTS.get(place + 1)?, since)));
        newest(said).map(|newest| lock(name, child, newest))
    })
    .collect()
}

/// An object with a value in each of its fields.
fn full(registry: &Registry, name: &str) -> AnyObject {
    let mut object = registry.unset(name).unwrap();
    registry.edit(&mut object).set_by_name("id", 7).unwrap();
    let child = object.schema().field("child").map(|field| field.ty.object().unwrap().to_owned());
    if let Some(child) = child {
        let value = Primitive::of(&full(registry, &child)).unwrap();
        registry.edit(&mut object).set_by_name("child", value).unwrap();
    }
    object
}

struct Service {
    registry: Arc<Registry>,
    calls: Vec<Called>,
    methods: Vec<String>,
}

impl Service {
    fn new(seat: &Seat, calls: &[Called]) -> Self {
        let is_new = seat.release() == "new";
        let served = calls.iter().filter(|call| call.to == seat.host() && is_in(call.served, is_new));
        let calls: Vec<Called> = served.cloned().collect();
        let methods = calls.iter().map(|call| call.method.clone()).collect();
        Service { registry: Arc::clone(seat.registry()), calls, methods }
    }
}

fn is_in(when: When, is_new: bool) -> bool {
    match when {
        When::Always => true,
        When::Old => !is_new,
        When::New => is_new,
    }
}

impl Endpoint for Service {
    fn methods(&self) -> &[&str] {
        // The names are those of this test.
        &["m0", "m1", "m2", "m3"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let place = self.methods.iter().position(|name| name == method);
            let Some(call) = place.map(|place| &self.calls[place]) else {
                return Err(Failure::no_such_method(method));
            };
            for name in &call.takes {
                if args.contains(name) {
                    let json: Box<RawValue> = args.take_plain(name)?;
                    self.registry.decode_json(json.get().as_bytes())?;
                }
            }
            match call.gives.iter().find(|name| self.registry.schema(name).is_ok()) {
                Some(name) => {
                    let given = full(&self.registry, name);
                    Ok(Payload::reply(&given, Target::Own, context, &self.registry)?)
                }
                None => Ok(Payload::null()),
            }
        })
    }
}

/// A call of one host to another, in their releases.
async fn call_one(seats: Vec<Seat>, call: Called, pin: Arc<Registry>) -> Result<(), String> {
    let from = seats.iter().find(|seat| seat.host() == call.from).unwrap();
    if !is_in(call.called, from.release() == "new") {
        return Ok(());
    }
    let client = Client::new(Arc::clone(from.transport()), Address::server("service", call.to.as_str()));
    let registry = from.registry();
    let fill = |args: &mut Args, target: Target<'_>| {
        for name in call.takes.iter().filter(|name| registry.schema(name).is_ok()) {
            args.insert(name, &full(registry, name), target)?;
        }
        Ok::<(), versioned_objects::Error>(())
    };
    let context = CallContext::new();
    let answer = match call.speaks {
        Speech::Own => {
            let mut args = Args::new();
            fill(&mut args, Target::Own).map_err(|error| error.to_string())?;
            client.call(&call.method, args, &context).await
        }
        Speech::Pinned => {
            let pinned = Negotiation::pinned(Arc::clone(registry), pin.manifest());
            pinned.call(&client, &call.method, &context, fill).await
        }
        Speech::Asked => {
            let asked = Negotiation::at_first_contact(Arc::clone(registry));
            let fill = |args: &mut Args, target: Target<'_>| {
                args.reading(registry.manifest().clone());
                fill(args, target)
            };
            asked.call(&client, &call.method, &context, fill).await
        }
    };
    let answer = answer.map_err(|error| error.to_string())?;
    if answer.as_json() != "null" {
        registry.decode_json(answer.as_json().as_bytes()).map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn fleet(old: &Locks, new: &Locks, graph: &Graph, order: &[&'static str]) -> Fleet {
    let (served, called) = (graph.calls().to_vec(), graph.calls().to_vec());
    let pin = Arc::new(old.registry());
    let fleet = Fleet::new().locks("old", old).locks("new", new).hosts(SERVICES).operations_alone();
    let fleet = fleet.policy(Policy::rolling().in_order(order.iter().copied())).steps(12);
    let fleet = fleet.service("service", move |seat: &Seat| {
        let versions = versioned_objects::rpc::ObjectVersions::new(Arc::clone(seat.registry()));
        Server::new(seat.host()).endpoint(versions).endpoint(Service::new(seat, &served))
    });
    let calls = called.into_iter();
    calls.fold(fleet, |fleet, called| {
        let pin = Arc::clone(&pin);
        fleet.operation(called.method.clone(), 3, move |call| {
            Box::pin(call_one(call.seats().to_vec(), called.clone(), Arc::clone(&pin)))
        })
    })
}

fn said() -> impl Strategy<Value = Said> {
    let version = || prop_oneof![1 => Just(None), 6 => (0..2u32).prop_map(Some)];
    let new = prop_oneof![1 => Just(None), 8 => (0..2u32).prop_map(Some)];
    (version(), new, prop_oneof![Just(None), (0..3u32).prop_map(Some)])
        .prop_map(|(old, more, child)| (old, more.map(|more| old.map_or(more, |old| old + more)), child))
}

fn called() -> impl Strategy<Value = Called> {
    let service = || 0..3usize;
    let objects = || proptest::sample::subsequence(OBJECTS.to_vec(), 0..=2);
    let speaks = prop_oneof![Just(Speech::Asked), Just(Speech::Own), Just(Speech::Pinned)];
    let when = || prop_oneof![6 => Just(When::Always), 1 => Just(When::Old), 1 => Just(When::New)];
    (
        service(),
        1..3usize,
        objects(),
        proptest::sample::subsequence(OBJECTS.to_vec(), 0..=1),
        speaks,
        when(),
        when(),
    )
        .prop_map(|(from, to, takes, gives, speaks, called, served)| Called {
            from: SERVICES[from].to_owned(),
            to: SERVICES[(from + to) % 3].to_owned(),
            method: String::new(),
            takes: takes.into_iter().map(str::to_owned).collect(),
            gives: gives.into_iter().map(str::to_owned).collect(),
            speaks,
            called,
            served,
        })
}

fn graph(calls: Vec<Called>, old: &Locks, new: &Locks) -> Graph {
    let is_known = |name: &String| old.get(name).is_some() || new.get(name).is_some();
    let named = calls.into_iter().enumerate().map(|(place, mut call)| {
        call.method = format!("m{place}");
        call.takes.retain(is_known);
        call.gives.retain(is_known);
        call
    });
    named.collect()
}

#[test]
fn the_proof_agrees_with_drawn_plans() {
    let orders = [
        ["x", "y", "z"],
        ["x", "z", "y"],
        ["y", "x", "z"],
        ["y", "z", "x"],
        ["z", "x", "y"],
        ["z", "y", "x"],
    ];
    let config = Config { cases: 60, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let (safe, unsafe_) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let values = (proptest::collection::vec(said(), 3), proptest::collection::vec(called(), 1..4), 0..6usize);
    let tested = TestRunner::new_with_rng(config, rng).run(&values, |(objects, calls, order)| {
        let (old, new) = (locks(&objects, false), locks(&objects, true));
        let graph = graph(calls, &old, &new);
        let proof = graph.prove(&old, &new).unwrap();
        let order = orders[order];
        let (proved, drawn) = (proof.is_safe(&order), fleet(&old, &new, &graph, &order).check(12, 1));
        let told = format!(
            "{order:?}: {proved:?}\n{}",
            drawn.as_ref().err().map_or(String::new(), ToString::to_string)
        );
        prop_assert_eq!(proved.is_ok(), drawn.is_ok(), "{}", told);
        let counted = if proved.is_ok() { &safe } else { &unsafe_ };
        counted.set(counted.get() + 1);
        // An order of the proof's own is safe.
        if let Ok(groups) = proof.order() {
            prop_assert_eq!(proof.is_safe(&groups.concat()), Ok(()));
        }
        Ok(())
    });
    tested.unwrap_or_else(|error| panic!("{error}"));
    assert!(safe.get() > 15 && unsafe_.get() > 15, "{} safe, {} not", safe.get(), unsafe_.get());
}

fn proof(calls: &str) -> versioned_objects::check::Proof {
    let objects = [(Some(0), Some(1), Some(0)), (Some(0), Some(1), None), (None, Some(0), None)];
    Graph::from_json(calls).unwrap().prove(&locks(&objects, false), &locks(&objects, true)).unwrap()
}

#[test]
fn it_says_which_hosts_go_first_and_why() {
    let proof = proof(
        r#"{"calls": [
            {"from": "api", "to": "conductor", "method": "build", "takes": ["Alpha"], "speaks": "own"},
            {"from": "conductor", "to": "compute", "method": "spawn", "takes": ["Alpha"], "speaks": "own"},
            {"from": "compute", "to": "conductor", "method": "report", "takes": ["Beta"]}
        ]}"#,
    );
    assert_eq!(proof.order().unwrap(), [["compute"], ["conductor"], ["api"]]);
    let firsts: Vec<&str> = proof.firsts().map(|before| before.first.as_str()).collect();
    assert_eq!(firsts, ["compute"]);
    assert_eq!(
        proof.to_string(),
        "safe, one after the other: compute; then conductor; then api\n\
         conductor before api, otherwise\n  \
         api (new) -> build conductor (old): Alpha 1.1 is sent, and 1.0 read\n\
         compute before conductor, otherwise\n  \
         conductor (new) -> spawn compute (old): Alpha 1.1 is sent, and 1.0 read"
    );
    let example = proof.is_safe(&["conductor", "compute", "api"]).unwrap_err();
    assert_eq!(example.upgraded, ["conductor"]);
}

#[test]
fn where_no_order_is_safe_there_are_messages_that_show_it() {
    let both = proof(
        r#"{"calls": [
            {"from": "a", "to": "b", "takes": ["Alpha"], "speaks": "own"},
            {"from": "b", "to": "a", "takes": ["Alpha"], "speaks": "own"}
        ]}"#,
    );
    assert_eq!(both.order().unwrap_err().len(), 2);
    let alone = proof(r#"{"calls": [{"from": "a", "to": "a", "takes": ["Alpha"], "speaks": "own"}]}"#);
    assert_eq!(
        alone.to_string(),
        "no order is safe; one of these isn't understood in any:\n  a (new) -> a (old): Alpha 1.1 is sent, and 1.0 read"
    );
    let asked = proof(r#"{"calls": [{"from": "a", "to": "a", "takes": ["Alpha"]}]}"#);
    assert_eq!(asked.to_string(), "any order is safe: a");
}

/// The messages of a pair of hosts that aren't understood, by their releases, where one calls the other with `Shelf`.
fn shelf_fails(old: &[Value], new: &[Value], speaks: &str) -> Vec<String> {
    let graph =
        json!({"calls": [{"from": "a", "to": "b", "method": "put", "takes": ["Shelf"], "speaks": speaks}]});
    let proof =
        Graph::from_json(&graph.to_string()).unwrap().prove(&short_locks(old), &short_locks(new)).unwrap();
    proof.calls().iter().filter(|call| call.failure.is_some()).map(ToString::to_string).collect()
}

fn book(versions: &[&str]) -> Value {
    json!({"name": "Book", "versions": versions, "fields": {"id": {"type": "Integer"}}})
}

/// A list of books, with the rows of the versions that they go out in.
fn shelf(versions: &[&str], rows: Value) -> Value {
    let books = json!({"type": {"kind": "List", "element": {"kind": "Object", "name": "Book"}}});
    json!({"name": "Shelf", "versions": versions, "list": true, "child_versions": rows, "fields": {"objects": books}})
}

#[test]
fn elements_of_a_list_go_out_in_the_versions_of_its_rows() {
    let (one, both) = (["1.0"], ["1.0", "1.1"]);
    let old = [book(&one), shelf(&both, json!({"1.0": "1.0", "1.1": "1.0"}))];
    let sent = |shelf: Value| shelf_fails(&old, &[book(&both), shelf], "asked");
    let fails = "a (new) -> put b (old): Shelf 1.1 with objects: Book 1.1 is sent, and 1.0 read";
    assert_eq!(sent(shelf(&both, json!({"1.0": "1.0", "1.1": "1.0"}))), [""; 0]);
    assert_eq!(sent(shelf(&both, json!({"1.0": "1.0", "1.1": "1.1"}))), [fails]);
    // The last row that isn't above the version is the one; beyond the last, a book goes out as it is.
    assert_eq!(sent(shelf(&["1.0", "1.1", "1.2"], json!({"1.0": "1.0", "1.2": "1.1"}))), [""; 0]);
    assert_eq!(sent(shelf(&both, json!({"1.0": "1.0"}))), [fails]);
    // Below the first row there are none.
    assert_eq!(sent(shelf(&["1.0", "1.1", "1.2"], json!({"1.2": "1.1"}))), [""; 0]);
    // Without rows, as it was agreed; so do other objects that a list holds.
    assert_eq!(sent(shelf(&both, json!({}))), [""; 0]);
    let apart = shelf_fails(&old, &[book(&["1.1"]), shelf(&both, json!({}))], "asked");
    assert_eq!(
        apart[0],
        "a (new) -> put b (old): Shelf 1.1 with objects: no common version of Book: 1.1 here, 1.0 there"
    );
    let mut owned = shelf(&both, json!({"1.0": "1.0", "1.1": "1.1"}));
    owned["fields"]["objects"]["type"]["element"]["name"] = json!("Page");
    owned["fields"]["best"] = json!({"type": {"kind": "Object", "name": "Book"}});
    let page = json!({"name": "Page", "versions": both, "fields": {}});
    let all = |books: &[&str]| [book(books), owned.clone(), page.clone()];
    assert_eq!(shelf_fails(&all(&one), &all(&both), "asked"), [""; 0]);
}

#[test]
fn objects_that_keep_their_children_send_them_as_they_are() {
    let holder = |word: &str| {
        let mut holder = json!({"name": "Shelf", "versions": ["1.0"], "fields": {
            "best": {"type": {"kind": "Object", "name": "Book"}},
        }});
        if !word.is_empty() {
            holder[word] = json!(true);
        }
        holder
    };
    let told = |word: &str, speaks: &str| {
        let (old, new) = ([book(&["1.0"]), holder(word)], [book(&["1.0", "1.1"]), holder(word)]);
        shelf_fails(&old, &new, speaks)
    };
    let fails = ["a (new) -> put b (old): Shelf 1.0 with best: Book 1.1 is sent, and 1.0 read"];
    assert_eq!((told("", "asked"), told("", "pinned")), (Vec::new(), Vec::new()));
    assert_eq!(told("", "own"), fails);
    assert_eq!(
        (&*told("keep_children", "asked"), &*told("keep_children", "pinned")),
        (&fails.map(String::from)[..], &fails.map(String::from)[..])
    );
    // One whose rules hold for manifests alone goes out whole where it is pinned.
    assert_eq!(
        (told("by_manifest", "asked"), told("by_manifest", "pinned")),
        (Vec::new(), fails.map(String::from).to_vec())
    );
}

#[test]
fn a_pin_names_one_version_of_each_object() {
    let plain = |versions: &[&str]| json!({"name": "Shelf", "versions": versions, "fields": {}});
    let (old, new) = ([plain(&["1.0", "1.1", "1.2"])], [plain(&["1.0", "1.1"])]);
    assert_eq!(shelf_fails(&old, &new, "asked"), [""; 0]);
    let apart = "no common version of Shelf: 1.0, 1.1 here, 1.0, 1.1, 1.2 there";
    let pinned = shelf_fails(&old, &new, "pinned");
    assert!(pinned.contains(&format!("a (new) -> put b (old): {apart}")), "{pinned:?}");
    let unknown = shelf_fails(&[book(&["1.0"])], &new, "asked");
    assert_eq!(unknown, ["a (new) -> put b (old): Shelf is unknown to the other side"]);
}

#[test]
fn each_order_is_said_once_with_its_first_reason() {
    let proof = proof(
        r#"{"calls": [
            {"from": "api", "to": "conductor", "method": "build", "takes": ["Alpha"], "speaks": "own"},
            {"from": "api", "to": "conductor", "method": "drop", "takes": ["Beta"], "speaks": "own"},
            {"from": "api", "to": "compute", "method": "look", "takes": ["Beta"], "speaks": "own"},
            {"from": "probe", "to": "compute", "method": "look", "takes": ["Alpha"], "speaks": "asked"},
            {"from": "probe", "to": "conductor", "method": "look", "takes": ["Beta"], "speaks": "own"}
        ]}"#,
    );
    let before: Vec<_> =
        proof.before().iter().map(|one| (&*one.first, &*one.then, &*one.otherwise)).collect();
    let said = |from: &str, method: &str, to: &str, what: &str| {
        format!("{from} (new) -> {method} {to} (old): {what} 1.1 is sent, and 1.0 read")
    };
    let [first, second, third] = [
        said("api", "build", "conductor", "Alpha"),
        said("api", "look", "compute", "Beta"),
        said("probe", "look", "conductor", "Beta"),
    ];
    let expected =
        [("conductor", "api", &*first), ("compute", "api", &*second), ("conductor", "probe", &*third)];
    assert_eq!(before, expected);
    let counterexample = proof.is_safe(&["compute", "api", "conductor", "probe"]).unwrap_err();
    assert_eq!(counterexample.to_string(), format!("upgraded: compute, api; then {first}"));
    // What goes out, and what the version lacks.
    let taken: Vec<_> =
        proof.calls().iter().filter(|call| call.from == "probe" && call.to == "compute").collect();
    let taken: Vec<_> =
        taken.iter().map(|call| (call.takes[0].label.as_str(), call.takes[0].without.join(", "))).collect();
    let expected = [("Alpha 1.0", ""), ("Alpha 1.1", ""), ("Alpha 1.0", ""), ("Alpha 1.0", "")];
    assert_eq!(taken, expected.map(|(label, without)| (label, without.to_owned())));
    let later = [(Some(0), Some(1), Some(1)), (Some(0), Some(0), None), (None, None, None)];
    let asked = r#"{"calls": [{"from": "a", "to": "b", "takes": ["Alpha"]}]}"#;
    let asked = Graph::from_json(asked).unwrap().prove(&locks(&later, false), &locks(&later, true)).unwrap();
    let taken: Vec<_> = asked
        .calls()
        .iter()
        .map(|call| (call.takes[0].label.as_str(), call.takes[0].without.join(", ")))
        .collect();
    let expected = [("Alpha 1.0", ""), ("Alpha 1.1", ""), ("Alpha 1.0", "child"), ("Alpha 1.0", "")];
    assert_eq!(taken, expected.map(|(label, without)| (label, without.to_owned())));
}

#[test]
fn a_message_that_no_order_mends_is_told_before_all_others() {
    let of_one = proof(r#"{"calls": [{"from": "a", "to": "a", "takes": ["Alpha"], "speaks": "own"}]}"#);
    let error = of_one.is_safe(&["a"]).unwrap_err();
    assert_eq!(error.to_string(), "upgraded: none; then a (new) -> a (old): Alpha 1.1 is sent, and 1.0 read");
    // Gamma is there in the new release alone, and nobody has the method.
    let never =
        proof(r#"{"calls": [{"from": "a", "to": "b", "method": "go", "called": "new", "served": "old"}]}"#);
    assert_eq!(never.order().unwrap_err(), ["a (new) -> go b (new): b has no method go"]);
    assert!(never.is_safe(&["b", "a"]).is_err());
    // Those that wait for nothing in the circle aren't told of.
    let circle = proof(
        r#"{"calls": [
            {"from": "a", "to": "b", "takes": ["Alpha"], "speaks": "own"},
            {"from": "b", "to": "a", "takes": ["Alpha"], "speaks": "own"},
            {"from": "a", "to": "free", "takes": ["Alpha"], "speaks": "own"}
        ]}"#,
    );
    assert_eq!(circle.order().unwrap_err().len(), 2);
}

#[test]
fn a_graph_that_names_an_unknown_object_is_refused() {
    let graph = Graph::from_json(r#"{"calls": [{"from": "a", "to": "b", "takes": ["Delta"]}]}"#).unwrap();
    let error = graph.prove(&Locks::default(), &Locks::default()).unwrap_err();
    assert_eq!(error.to_string(), "a calls b with Delta, which neither release knows");
    let error = Graph::from_json(r#"{"calls": [{"form": "a"}]}"#).unwrap_err();
    assert!(error.to_string().starts_with("call graph: unknown field `form`"), "{error}");
}
