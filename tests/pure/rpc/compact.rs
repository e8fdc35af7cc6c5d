//! Calls in the compact form between hosts that told each other the same layouts, and as JSON between all others.

use std::sync::{Arc, Mutex};

use pollster::block_on;
use versioned_objects::prelude::*;
use versioned_objects::registry::Registry;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, InProcess, Negotiation,
    ObjectVersions, Patience, Payload, Server, Transport, TransportError, Versions,
};
use versioned_objects::{Error, Field, Target, Version, VersionedObject};

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0", "1.1"))]
struct Port {
    serial: Field<String>,
    #[field(since = "1.1")]
    speed: Field<i64>,
}

#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(coerce, versions("1.0"))]
struct Disk {
    ports: Field<Vec<Port>>,
    title: Field<Option<String>>,
}

/// Objects of those names and versions, with other fields.
mod other {
    use super::*;

    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(coerce, versions("1.0", "1.1"))]
    pub struct Port {
        pub serial: Field<Option<String>>,
        #[field(since = "1.1")]
        pub speed: Field<i64>,
    }

    /// With one before it, so that the names stand elsewhere.
    #[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
    #[object(coerce, versions("1.0"))]
    pub struct Array {
        pub title: Field<String>,
    }
}

fn registry() -> Registry {
    Registry::new().with::<Port>().with::<Disk>()
}

fn disk() -> Disk {
    let port = |serial: &str| Port { serial: serial.to_owned().into(), speed: Field::unchanged(10) };
    Disk { ports: vec![port("a"), port("b")].into(), title: Some("boot".to_owned()).into() }
}

/// Gives back what it gets.
struct Store(Arc<Registry>);

impl Endpoint for Store {
    fn version(&self) -> Version {
        Version::new(1, 0)
    }

    fn methods(&self) -> &[&str] {
        &["give_back", "give_back_first", "title"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        mut args: Args,
        context: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let registry = &*self.0;
            match method {
                "give_back" => {
                    let disks: Vec<Disk> = args.take("disks", registry)?;
                    args.finish()?;
                    Ok(Payload::reply(&disks, Target::Own, context, registry)?)
                }
                "give_back_first" => {
                    let disk: Disk = args.take("disk", registry)?;
                    args.finish()?;
                    let ports = disk.ports.into_value().unwrap_or_default();
                    Ok(Payload::reply(&ports.first(), Target::Own, context, registry)?)
                }
                // It looks for itself, and knows no layouts.
                _ => {
                    let disk: serde_json::Value = args.take_plain("disk")?;
                    Ok(Payload::plain(&disk["versioned_object.data"]["title"])?)
                }
            }
        })
    }
}

type Texts = Arc<Mutex<Vec<String>>>;

/// Keeps all requests and replies.
struct Spy<T> {
    inner: T,
    texts: Texts,
}

impl<T: Transport> Spy<T> {
    fn keep(&self, message: &[u8]) {
        self.texts.lock().unwrap().push(String::from_utf8(message.to_vec()).unwrap());
    }
}

impl<T: Transport> Transport for Spy<T> {
    fn host(&self) -> &str {
        self.inner.host()
    }

    fn call<'a>(
        &'a self,
        to: &'a Address,
        message: Vec<u8>,
        patience: Patience,
    ) -> BoxFuture<'a, Result<Vec<u8>, TransportError>> {
        self.keep(&message);
        Box::pin(async move {
            let reply = self.inner.call(to, message, patience).await?;
            self.keep(&reply);
            Ok(reply)
        })
    }

    fn cast<'a>(&'a self, to: &'a Address, message: Vec<u8>) -> BoxFuture<'a, Result<(), TransportError>> {
        self.keep(&message);
        self.inner.cast(to, message)
    }
}

fn serve(bus: &InProcess, registry: Registry, compact: bool) {
    let registry = Arc::new(registry);
    let versions = ObjectVersions::new(Arc::clone(&registry));
    let versions = if compact { versions.compact() } else { versions };
    bus.serve("store", Server::new("b").endpoint(Store(registry)).endpoint(versions));
}

struct Caller {
    client: Client,
    negotiation: Negotiation,
    texts: Texts,
}

impl Caller {
    fn new(bus: &InProcess, registry: Registry) -> Self {
        let texts = Texts::default();
        let spy = Spy { inner: bus.connect("a"), texts: Arc::clone(&texts) };
        let client = Client::new(Arc::new(spy), Address::server("store", "b"));
        Caller { client, negotiation: Negotiation::at_first_contact(Arc::new(registry)).compact(), texts }
    }

    fn give_back(&self, disks: &[Disk]) -> Result<Vec<Disk>, CallError> {
        let fill = |args: &mut Args, target: Target<'_>| args.insert("disks", disks, target);
        let context = CallContext::new();
        let call = self.negotiation.call(&self.client, "give_back", &context, fill);
        block_on(call)?.read(&registry())
    }

    /// Of each message since the last time, but those of first contact, whether it is in the compact form.
    fn forms(&self) -> Vec<bool> {
        let texts: Vec<String> = self.texts.lock().unwrap().drain(..).collect();
        let of_calls = texts.chunks(2).filter(|texts| !texts[0].contains("object_versions")).flatten();
        of_calls.map(|text| text.contains("ovo.compact")).collect()
    }
}

#[test]
fn hosts_with_the_same_layouts_leave_the_names_out_both_ways() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let caller = Caller::new(&bus, registry());
    let disks = vec![disk(), Disk::default(), disk()];
    let back = caller.give_back(&disks).unwrap();
    assert_eq!(back, disks);
    assert_eq!(back[0].what_changed(), disks[0].what_changed());
    assert!(caller.texts.lock().unwrap().iter().skip(2).all(|text| !text.contains("serial")));
    assert_eq!(caller.forms(), [true, true]);
    // What has no object in it has no layout either.
    caller.give_back(&[]).unwrap();
    assert_eq!(caller.forms(), [false, false]);
}

/// What a host announced that knew no columns.
struct WithoutColumns(Arc<Registry>);

impl Endpoint for WithoutColumns {
    fn namespace(&self) -> Option<&str> {
        Some("ovo")
    }

    fn version(&self) -> Version {
        Version::new(1, 0)
    }

    fn methods(&self) -> &[&str] {
        &["object_versions"]
    }

    fn call<'a>(
        &'a self,
        _: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        Box::pin(async move {
            let versions = Versions::of(&self.0).with_layouts(&self.0);
            let mut told = serde_json::to_value(versions).unwrap();
            assert_eq!(told.as_object_mut().unwrap().remove("lists"), Some(serde_json::json!(["columns 1"])));
            Ok(Payload::plain(&told)?)
        })
    }
}

#[test]
fn long_lists_go_by_column_to_hosts_that_tell_that_they_read_them() {
    let disks = vec![disk(); 40];
    let lengths = |bus: &InProcess| {
        let caller = Caller::new(bus, registry());
        assert_eq!(caller.give_back(&disks).unwrap(), disks);
        let lengths: Vec<_> = caller.texts.lock().unwrap().iter().skip(2).map(String::len).collect();
        assert_eq!(caller.forms(), [true, true]);
        lengths
    };
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let by_column = lengths(&bus);
    let older = InProcess::new();
    let read = Arc::new(registry());
    let server = Server::new("b").endpoint(Store(Arc::clone(&read))).endpoint(WithoutColumns(read));
    older.serve("store", server);
    let rows = lengths(&older);
    assert!(by_column.iter().zip(rows).all(|(by_column, rows)| by_column * 2 < rows));
}

#[test]
fn an_older_host_gets_the_layouts_of_its_versions() {
    let bus = InProcess::new();
    serve(&bus, registry().held_to("Port", Version::new(1, 0)).unwrap(), true);
    let caller = Caller::new(&bus, registry());
    let back = caller.give_back(&[disk()]).unwrap();
    let port = &back[0].ports.get().unwrap()[0];
    assert_eq!((port.serial.get().map(String::as_str), port.speed.get()), (Some("a"), None));
    // Its objects don't remember their version, so they go back in a newer one, which isn't agreed on.
    assert_eq!(caller.forms(), [true, false]);
}

#[test]
fn a_host_that_announces_no_layouts_gets_json() {
    let bus = InProcess::new();
    serve(&bus, registry(), false);
    let caller = Caller::new(&bus, registry());
    assert_eq!(caller.give_back(&[disk()]).unwrap(), [disk()]);
    assert_eq!(caller.forms(), [false, false]);
}

#[test]
fn a_caller_that_does_not_ask_for_it_gets_json() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let mut caller = Caller::new(&bus, registry());
    caller.negotiation = Negotiation::at_first_contact(Arc::new(registry()));
    assert_eq!(caller.give_back(&[disk()]).unwrap(), [disk()]);
    assert_eq!(caller.forms(), [false, false]);
}

#[test]
fn where_one_object_has_another_layout_all_of_it_is_json() {
    let bus = InProcess::new();
    serve(&bus, Registry::new().with::<other::Port>().with::<Disk>(), true);
    let theirs = Versions::of(&Registry::new().with::<other::Port>());
    assert_ne!(theirs.fingerprint("Port"), Versions::of(&registry()).fingerprint("Port"));
    // Held to a version of which no fingerprint is told, so that only the layouts tell them apart.
    let held = |registry: Registry| registry.held_to("Port", Version::new(1, 0)).unwrap();
    serve(&bus, held(Registry::new().with::<other::Port>().with::<Disk>()), true);
    let caller = Caller::new(&bus, registry());
    caller.give_back(&[disk()]).unwrap();
    assert_eq!(caller.forms(), [false, false]);
    caller.give_back(&[Disk { title: None.into(), ..Disk::default() }]).unwrap();
    assert_eq!(caller.forms(), [true, true]);
}

#[test]
fn what_was_announced_and_is_no_longer_so_is_found_out_and_sent_once_more() {
    let others = [
        // The names stand elsewhere.
        registry().with::<other::Array>(),
        // There are fewer.
        Registry::new().with::<Disk>(),
        // Another object has the name.
        Registry::new().with::<other::Port>().with::<Disk>(),
    ];
    for other in others {
        let bus = InProcess::new();
        serve(&bus, registry(), true);
        let caller = Caller::new(&bus, registry());
        caller.give_back(&[disk()]).unwrap();
        assert_eq!(caller.forms(), [true, true]);
        serve(&bus, other, true);
        assert_eq!(caller.give_back(&[disk()]).unwrap(), [disk()]);
        assert_eq!(caller.forms(), [true, false, false, false]);
    }
}

#[test]
fn after_that_it_is_asked_anew() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let caller = Caller::new(&bus, registry());
    caller.give_back(&[disk()]).unwrap();
    serve(&bus, registry().with::<other::Array>(), true);
    caller.give_back(&[disk()]).unwrap();
    assert_eq!(caller.forms(), [true, true, true, false, false, false]);
    caller.give_back(&[disk()]).unwrap();
    assert_eq!(caller.forms(), [true, true]);
}

/// Layouts are looked up once, and anew where the registry has changed since.
#[test]
fn a_registry_that_gets_one_more_object_has_other_layouts() {
    let looked_up = |registry: &Registry| Versions::of(registry).with_layouts(registry);
    let before = registry();
    looked_up(&before);
    let with_one_more = before.clone().with::<other::Array>();
    assert_eq!(looked_up(&with_one_more), looked_up(&registry().with::<other::Array>()));
    let held = |registry: Registry| registry.held_to("Port", Version::new(1, 0)).unwrap();
    assert_eq!(looked_up(&held(before.clone())), looked_up(&held(registry())));
    assert_ne!(looked_up(&held(before.clone())), looked_up(&before));

    let bus = InProcess::new();
    serve(&bus, with_one_more.clone(), true);
    let caller = Caller::new(&bus, with_one_more);
    assert_eq!(caller.give_back(&[disk()]).unwrap(), [disk()]);
    assert_eq!(caller.forms(), [true, true]);
}

#[test]
fn a_method_that_reads_for_itself_gets_json() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let caller = Caller::new(&bus, registry());
    let fill = |args: &mut Args, target: Target<'_>| args.insert("disk", &disk(), target);
    let context = CallContext::new();
    let answer = block_on(caller.negotiation.call(&caller.client, "title", &context, fill)).unwrap();
    assert_eq!(answer.read_plain::<String>().unwrap(), "boot");
    assert_eq!(caller.forms(), [true, false, false, false]);
}

#[test]
fn an_answer_has_the_layouts_that_were_asked_with() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let caller = Caller::new(&bus, registry());
    let fill = |args: &mut Args, target: Target<'_>| args.insert("disk", &disk(), target);
    let context = CallContext::new();
    let answer =
        block_on(caller.negotiation.call(&caller.client, "give_back_first", &context, fill)).unwrap();
    let port: Option<Port> = answer.read(&registry()).unwrap();
    assert_eq!(port, disk().ports.get().unwrap().first().cloned());
    assert_eq!(caller.forms(), [true, true]);
}

#[test]
fn nobody_answers_a_cast_so_it_is_json() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let caller = Caller::new(&bus, registry());
    let fill = |args: &mut Args, target: Target<'_>| -> Result<(), Error> {
        args.insert("disks", &[disk()][..], target)
    };
    block_on(caller.negotiation.cast(&caller.client, "give_back", &CallContext::new(), fill)).unwrap();
    let texts = caller.texts.lock().unwrap();
    assert!(texts.last().unwrap().contains("serial"));
}

#[test]
fn a_broken_message_is_a_failure_and_no_object() {
    let bus = InProcess::new();
    serve(&bus, registry(), true);
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("store", "b"));
    for text in ["", "!", "AA==", "AQAA", "AQAAAAAAAA==", "AgAAAQD/////AQ==", "//////////8B"] {
        let mut args = Args::new();
        args.insert_plain("disks", &serde_json::json!({ "ovo.compact": text })).unwrap();
        let error = block_on(client.call("give_back", args, &CallContext::new())).unwrap_err();
        let failure = error.as_remote().unwrap();
        assert_eq!(
            (failure.class(), failure.module()),
            ("LayoutError", "versioned_objects"),
            "{text}: {failure}"
        );
    }
}
