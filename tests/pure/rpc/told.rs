//! What is told of calls: spans and counters.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex};

use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use pollster::block_on;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use versioned_objects::Target;
use versioned_objects::rpc::{Args, CallContext, InProcess, Negotiation};

use super::hosts::{Log, client, held, registry, serve};
use super::objects::{V0_1, data};

/// Counters by their labels.
#[derive(Clone, Default)]
struct Counters(Arc<Mutex<BTreeMap<String, u64>>>);

struct One(Counters, String);

impl CounterFn for One {
    fn increment(&self, value: u64) {
        *self.0.0.lock().unwrap().entry(self.1.clone()).or_default() += value;
    }

    fn absolute(&self, _: u64) {}
}

impl Recorder for Counters {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let labels: Vec<String> =
            key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
        Counter::from_arc(Arc::new(One(self.clone(), format!("{} {}", key.name(), labels.join(" ")))))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

#[test]
fn losses_are_counted_by_peer_object_and_field() {
    let (bus, log, counters) = (InProcess::new(), Log::default(), Counters::default());
    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let (client, negotiation) =
        (client(&bus, "a", "b", &log), Negotiation::at_first_contact(Arc::new(registry())));
    metrics::with_local_recorder(&counters, || {
        for _ in 0..3 {
            let fill = |args: &mut Args, target: Target<'_>| args.insert("data", &data(), target);
            block_on(negotiation.call(&client, "give_back", &CallContext::new(), fill)).unwrap();
        }
    });
    let counted = counters.0.lock().unwrap().clone();
    let name = "versioned_objects_dropped_total peer=b object=MigrateData field=naming";
    assert_eq!(counted, BTreeMap::from([(name.to_owned(), 3)]));
}

/// Spans, each with its fields.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<BTreeMap<String, String>>>>);

struct Fields<'a>(&'a mut BTreeMap<String, String>);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("versioned_objects")
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let (mut spans, mut fields) = (self.0.lock().unwrap(), BTreeMap::new());
        attributes.record(&mut Fields(&mut fields));
        spans.push(fields);
        Id::from_u64(spans.len() as u64)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let place = usize::try_from(id.into_u64()).unwrap() - 1;
        values.record(&mut Fields(&mut self.0.lock().unwrap()[place]));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[test]
fn a_call_has_a_span_at_either_end() {
    let (bus, log, spans) = (InProcess::new(), Log::default(), Spans::default());
    serve(&bus, "b", &held("MigrateData", V0_1), &log);
    let (client, negotiation) =
        (client(&bus, "a", "b", &log), Negotiation::at_first_contact(Arc::new(registry())));
    tracing::subscriber::with_default(spans.clone(), || {
        let fill = |args: &mut Args, target: Target<'_>| args.insert("data", &data(), target);
        block_on(negotiation.call(&client, "give_back", &CallContext::new(), fill)).unwrap();
        block_on(client.call("refuse", Args::new(), &CallContext::new())).unwrap_err();
    });
    let spans = spans.0.lock().unwrap();
    let find = |kind: &str, method: &str| {
        let is_it = |span: &&BTreeMap<String, String>| {
            span["kind"].trim_matches('"') == kind
                && span.get("method").is_some_and(|found| found.trim_matches('"') == method)
        };
        spans.iter().find(is_it).unwrap()
    };
    let call = find("call", "give_back");
    for (field, value) in
        [("to", "compute.b"), ("objects", "MigrateData 0.1"), ("dropped", "MigrateData.naming")]
    {
        assert_eq!(call[field], value, "{call:?}");
    }
    assert!(call["bytes"].parse::<u64>().unwrap() > 100 && call["reply_bytes"].parse::<u64>().unwrap() > 100);
    let answer = find("answer", "give_back");
    assert_eq!((&*answer["objects"], &*answer["version"]), ("MigrateData 0.1", "6.0"), "{answer:?}");
    assert_eq!(find("call", "refuse")["failure"], "MigrationPreCheckError");
    assert_eq!(find("answer", "refuse")["failure"], "MigrationPreCheckError");
}
