//! Many calls at once, methods that panic, and casts.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use pollster::block_on;
use versioned_objects::rpc::{
    Address, Args, BoxFuture, CallContext, CallError, Client, Endpoint, Failure, InProcess, Payload, Server,
    TransportError,
};

/// Waits until it is told to go on.
#[derive(Clone, Default)]
struct Gate(Arc<(Mutex<Waiting>, Condvar)>);

/// Whether it was told, and who waits for that.
type Waiting = (bool, Vec<Waker>);

impl Gate {
    fn open(&self) {
        let mut state = self.0.0.lock().unwrap();
        state.0 = true;
        state.1.drain(..).for_each(Waker::wake);
        self.0.1.notify_all();
    }

    async fn pass(&self) {
        std::future::poll_fn(|task: &mut Context<'_>| {
            let mut state = self.0.0.lock().unwrap();
            if state.0 {
                return Poll::Ready(());
            }
            state.1.push(task.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

#[derive(Clone, Default)]
struct Crowd {
    gate: Gate,
    begun: Arc<AtomicUsize>,
    done: Arc<AtomicUsize>,
}

impl Endpoint for Crowd {
    fn methods(&self) -> &[&str] {
        &["wait", "panic", "panic_at_once", "quick"]
    }

    fn call<'a>(
        &'a self,
        method: &'a str,
        _: Args,
        _: &'a CallContext,
    ) -> BoxFuture<'a, Result<Payload, Failure>> {
        assert_ne!(method, "panic_at_once");
        Box::pin(async move {
            self.begun.fetch_add(1, Ordering::Relaxed);
            assert_ne!(method, "panic");
            if method == "wait" {
                self.gate.pass().await;
            }
            self.done.fetch_add(1, Ordering::Relaxed);
            Ok(Payload::null())
        })
    }
}

fn crowd() -> (InProcess, Crowd, Client) {
    let (bus, crowd) = (InProcess::new(), Crowd::default());
    bus.serve("compute", Server::new("b").endpoint(crowd.clone()));
    let client = Client::new(Arc::new(bus.connect("a")), Address::server("compute", "b"));
    (bus, crowd, client)
}

#[track_caller]
fn eventually(is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20));
        std::thread::yield_now();
    }
}

#[test]
fn twenty_thousand_calls_wait_at_once() {
    const CALLS: usize = 20_000;
    let (_bus, crowd, client) = crowd();
    let context = CallContext::new();
    let mut calls: Vec<_> =
        (0..CALLS).map(|_| Box::pin(client.call("wait", Args::new(), &context))).collect();
    let mut nobody = Context::from_waker(Waker::noop());
    for call in &mut calls {
        assert!(call.as_mut().poll(&mut nobody).is_pending());
    }
    assert_eq!(crowd.begun.load(Ordering::Relaxed), CALLS);
    crowd.gate.open();
    for call in &mut calls {
        assert!(matches!(call.as_mut().poll(&mut nobody), Poll::Ready(Ok(_))));
    }
}

#[test]
fn deadlines_are_kept_in_whatever_order_they_come() {
    let (_bus, _crowd, client) = crowd();
    let begun = Instant::now();
    let threads: Vec<_> = [400, 30, 200, 30]
        .into_iter()
        .map(|millis| {
            let client = client.clone().timeout(Duration::from_millis(millis));
            std::thread::spawn(move || {
                let error = block_on(client.call("wait", Args::new(), &CallContext::new())).unwrap_err();
                assert!(matches!(error, CallError::Transport(TransportError::Timeout { .. })), "{error}");
                (millis, begun.elapsed())
            })
        })
        .collect();
    for thread in threads {
        let (millis, after) = thread.join().unwrap();
        assert!(after >= Duration::from_millis(millis) && after < Duration::from_secs(20), "{after:?}");
    }
}

#[test]
fn a_method_that_panics_fails_and_ends_nothing_else() {
    let (_bus, crowd, client) = crowd();
    for method in ["panic", "panic_at_once"] {
        let error = block_on(client.call(method, Args::new(), &CallContext::new())).unwrap_err();
        assert_eq!(error.to_string(), "RuntimeError: the method panicked");
        block_on(client.cast(method, Args::new(), &CallContext::new())).unwrap();
    }
    block_on(client.call("quick", Args::new(), &CallContext::new())).unwrap();
    block_on(client.cast("quick", Args::new(), &CallContext::new())).unwrap();
    eventually(|| crowd.done.load(Ordering::Relaxed) == 2);
}

#[test]
fn a_cast_does_not_wait_for_its_method_and_too_many_are_refused() {
    let (_bus, crowd, client) = crowd();
    let mut count = 0;
    let error = loop {
        match block_on(client.cast("wait", Args::new(), &CallContext::new())) {
            Ok(()) => count += 1,
            Err(error) => break error,
        }
        assert!(count < 100_000);
    };
    assert_eq!(error.to_string(), "compute.b can't be reached: 1024 casts are under way already");
    assert_eq!(crowd.done.load(Ordering::Relaxed), 0);
    crowd.gate.open();
    eventually(|| crowd.done.load(Ordering::Relaxed) == count);
    block_on(client.cast("quick", Args::new(), &CallContext::new())).unwrap();
    eventually(|| crowd.done.load(Ordering::Relaxed) == count + 1);
}
