//! Recorded traffic, read by the next release.

use std::sync::{Arc, Mutex};

use pollster::block_on;
use serde_json::{Value, json};
use versioned_objects::check::{Locks, record_line, replay};
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, Client, Endpoint, Failure, InProcess, Payload, Server, Tap,
};
use versioned_objects::{Field, Origin, Target, VersionedObject};

#[derive(VersionedObject, Clone, Default)]
#[object(coerce, versions("1.0", "1.1"))]
struct Account {
    origin: Origin,
    name: Field<String>,
    #[field(since = "1.1", absent = "user")]
    role: Field<String>,
    password: Field<Option<String>>,
}

fn registry() -> Registry {
    Registry::new().with::<Account>()
}

fn now() -> Locks {
    Locks::of(&registry())
}

/// The locks of the next release, where something is changed.
fn next(change: impl Fn(&mut Value)) -> Locks {
    let changed = now();
    let texts = changed.iter().map(|(_, lock)| {
        let mut text: Value = serde_json::from_str(&lock.to_string()).unwrap();
        change(&mut text);
        text.to_string().parse().unwrap_or_else(|error| panic!("{error}: {text}"))
    });
    texts.collect()
}

struct Back;

impl Endpoint for Back {
    fn methods(&self) -> &[&str] {
        &["back"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        mut args: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let account: Account = args.take("account", &registry())?;
            Ok(Payload::of(&account, Target::Own)?)
        })
    }
}

/// What a tap heard of a few calls, masked.
fn record() -> String {
    let (bus, heard) = (InProcess::new(), Arc::new(Mutex::new(String::new())));
    bus.serve("accounts", Server::new("b").endpoint(Back));
    let tap = {
        let heard = Arc::clone(&heard);
        Tap::new(Arc::new(bus.connect("a")), move |_, _, message| {
            let line = record_line(std::str::from_utf8(message).unwrap()).unwrap();
            heard.lock().unwrap().push_str(&format!("{line}\n"));
        })
    };
    let client = Client::new(Arc::new(tap), Address::server("accounts", "b"));
    for (name, password, version) in [("ann", None, "1.0"), ("bob", Some("hunter2"), "1.1")] {
        let account = Account {
            name: name.to_owned().into(),
            role: "admin".to_owned().into(),
            password: password.map(str::to_owned).into(),
            ..Account::default()
        };
        let mut args = Args::new();
        args.insert("account", &account, Target::Version(version.parse().unwrap(), None)).unwrap();
        block_on(client.call("back", args, &CallContext::new())).unwrap();
    }
    let heard = heard.lock().unwrap();
    heard.clone()
}

#[test]
fn a_record_holds_messages_and_no_secrets() {
    let record = record();
    assert_eq!(record.lines().count(), 4);
    assert!(record.contains("bob") && !record.contains("hunter2"), "{record}");
    let wrapped =
        json!({"oslo.version": "2.0", "oslo.message": r#"{"method": "m", "args": {"password": "x"}}"#});
    let line = record_line(&wrapped.to_string()).unwrap();
    assert_eq!(line, r#"{"message":{"args":{"password":"***"},"method":"m"}}"#);
    let compact = record_line(r#"{"args": {"a": {"ovo.compact": "c2VjcmV0"}}}"#).unwrap();
    assert_eq!(compact, r#"{"message":{"args":{"a":null}}}"#);
    assert!(record_line("[1]").unwrap_err().to_string().contains("it is no object"));
    assert!(replay("no json", &now(), &now()).unwrap_err().to_string().starts_with("line 1 of the record"));
}

#[test]
fn the_same_release_makes_no_difference() {
    let replayed = replay(&record(), &now(), &now()).unwrap();
    assert_eq!((replayed.messages, replayed.objects, replayed.unjudged), (4, 4, 0));
    assert_eq!(replayed.differences, []);
}

#[test]
fn each_difference_of_the_next_release_has_a_witness() {
    let record = record();
    let told = |change: fn(&mut Value)| -> Vec<String> {
        let replayed = replay(&record, &now(), &next(change)).unwrap();
        assert!(replayed.differences.iter().all(|found| found.witness.contains("versioned_object.name")));
        replayed.differences.into_iter().map(|found| format!("{}: {}", found.line, found.what)).collect()
    };
    let gone = told(|lock| drop(lock["fields"].as_object_mut().unwrap().remove("name")));
    assert_eq!(gone.len(), 4);
    assert!(gone[0].starts_with("1: something is lost"), "{gone:?}");
    let unread = told(|lock| lock["versions"] = json!(["2.0"]));
    assert!(unread.len() == 4 && unread[0].starts_with("1: it can't be read"), "{unread:?}");
    let absent = told(|lock| lock["fields"]["role"]["absent"] = json!("guest"));
    assert_eq!(
        absent,
        [
            "1: role is read as \"guest\", and was as \"user\"",
            "2: role is read as \"guest\", and was as \"user\""
        ]
    );
    let ty = told(|lock| lock["fields"]["name"]["type"] = json!("Integer"));
    assert_eq!(ty.len(), 4);
}

/// Values that are read otherwise, and those that can't be compared.
#[test]
fn a_difference_says_where_it_is_and_objects_that_nobody_judges_are_counted() {
    let object = |data: Value| {
        json!({
            "versioned_object.name": "Account", "versioned_object.namespace": "versionedobjects",
            "versioned_object.version": "1.0", "versioned_object.data": data,
        })
    };
    let other = json!({
        "versioned_object.name": "Other", "versioned_object.namespace": "versionedobjects",
        "versioned_object.version": "1.0", "versioned_object.data": {},
    });
    let both =
        json!({"message": {"method": "put", "args": {"all": [object(json!({"name": "a"})), other, other]}}});
    let record = format!("\n{both}\n");
    let replayed = replay(&record, &now(), &now()).unwrap();
    assert_eq!((replayed.messages, replayed.objects, replayed.unjudged), (1, 3, 2));
    assert_eq!(replayed.to_string(), "1 messages, 3 objects, 2 not judged, 0 differences");
    let absent = next(|lock| lock["fields"]["role"]["absent"] = json!("guest"));
    let replayed = replay(&record, &now(), &absent).unwrap();
    assert_eq!(
        replayed.to_string(),
        "1 messages, 3 objects, 2 not judged, 1 differences\n\
         line 2: Account 1.0 in put: role is read as \"guest\", and was as \"user\""
    );
    // What counts as absent no more is unset.
    let unset = next(|lock| drop(lock["fields"]["role"].as_object_mut().unwrap().remove("absent")));
    let replayed = replay(&record, &now(), &unset).unwrap();
    assert_eq!(replayed.differences[0].what, "role is read as unset, and was as \"user\"");
    // Of a field that a rule makes of another one, or that is of another type, nobody can say that it is the same.
    let ruled = next(|lock| {
        lock["fields"]["role"]["absent"] = json!("guest");
        lock["fields"]["role"]["rules"] = json!([{"before": "1.1", "action": {"fill": {"value": "x"}}}]);
    });
    assert_eq!(replay(&record, &now(), &ruled).unwrap().differences, []);
    let typed = next(|lock| lock["fields"]["role"] = json!({"type": "Integer", "since": "1.1", "absent": 5}));
    assert_eq!(replay(&record, &now(), &typed).unwrap().differences, []);
}
