use std::sync::Arc;
use std::time::{Duration, Instant};

use pollster::block_on;
use versioned_objects::Version;
use versioned_objects::rpc::{Address, Args, CallContext, CallError, InProcess, Transport, TransportError};

use super::hosts::{Log, client, registry, serve};

#[test]
fn a_method_that_hangs_is_left_when_time_is_out() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let patient = client(&bus, "a", "b", &log).timeout(Duration::from_millis(30));
    let begun = Instant::now();
    let error = block_on(patient.call("hang", Args::new(), &CallContext::new())).unwrap_err();
    assert!(begun.elapsed() >= Duration::from_millis(30));
    assert_eq!(error.to_string(), "no reply from compute.b within 30ms");
    assert!(matches!(error, CallError::Transport(TransportError::Timeout { .. })));
    assert_eq!(log.lines(), ["a -> b hang"]);
    block_on(patient.call("who", Args::new(), &CallContext::new())).unwrap();
}

#[test]
fn a_reply_that_is_there_at_once_has_its_time() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let impatient = client(&bus, "a", "b", &log).timeout(Duration::ZERO);
    block_on(impatient.call("who", Args::new(), &CallContext::new())).unwrap();
    let endless = client(&bus, "a", "b", &log).timeout(Duration::MAX);
    block_on(endless.call("who", Args::new(), &CallContext::new())).unwrap();
}

#[test]
fn the_hosts_of_a_service_take_turns() {
    let (bus, log) = (InProcess::new(), Log::default());
    for host in ["b", "c"] {
        serve(&bus, host, &Arc::new(registry()), &log);
    }
    let any = client(&bus, "a", "b", &log).to(Address::topic("compute"));
    for _ in 0..4 {
        block_on(any.call("who", Args::new(), &CallContext::new())).unwrap();
    }
    let lines = log.lines();
    assert_eq!(lines.iter().filter(|line| *line == "a -> compute who").count(), 4);
    for host in ["b", "c"] {
        assert_eq!(lines.iter().filter(|line| **line == format!("{host} => a who")).count(), 2);
    }
}

#[test]
fn a_cast_has_no_reply_and_a_fanout_reaches_all() {
    let (bus, log) = (InProcess::new(), Log::default());
    for host in ["b", "c"] {
        serve(&bus, host, &Arc::new(registry()), &log);
    }
    let client = client(&bus, "a", "b", &log);
    block_on(client.cast("refuse", Args::new(), &CallContext::new())).unwrap();
    let all = client.clone().to(Address::fanout("compute"));
    block_on(all.cast("who", Args::new(), &CallContext::new())).unwrap();
    assert_eq!(log.lines(), ["a -> b refuse", "a -> compute who"]);

    let error = block_on(all.call("who", Args::new(), &CallContext::new())).unwrap_err();
    assert_eq!(error.to_string(), "compute_fanout can't be reached: a call has one receiver");
    let none = client.to(Address::fanout("nobody"));
    block_on(none.cast("who", Args::new(), &CallContext::new())).unwrap();
}

#[test]
fn a_host_that_stopped_is_not_reached() {
    let (bus, log) = (InProcess::new(), Log::default());
    serve(&bus, "b", &Arc::new(registry()), &log);
    let client = client(&bus, "a", "b", &log);
    block_on(client.call("who", Args::new(), &CallContext::new())).unwrap();
    bus.stop("compute", "b");
    let error = block_on(client.call("who", Args::new(), &CallContext::new())).unwrap_err();
    assert_eq!(error.to_string(), "compute.b can't be reached: no such server");
    let any = client.clone().to(Address::topic("compute")).version(Version::new(6, 5));
    let error = block_on(any.cast("who", Args::new(), &CallContext::new())).unwrap_err();
    assert_eq!(error.to_string(), "compute can't be reached: no such server");
}

#[test]
fn a_connection_does_not_keep_the_hosts_alive() {
    let bus = InProcess::new();
    let connection = bus.connect("a");
    assert_eq!(connection.host(), "a");
    drop(bus);
    let to = Address::server("compute", "b");
    let error = block_on(connection.call(&to, Vec::new(), Duration::from_secs(1).into())).unwrap_err();
    assert_eq!(error.to_string(), "compute.b can't be reached: the transport was closed");
}
