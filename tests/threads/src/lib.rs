//! The threads that work on casts: each cast is begun, goes on whenever it is woken, and ends once.
#![cfg(test)]

mod sync;
mod thread;

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Poll, Waker};

use self::casts::Casts;
use self::sync::atomic::{AtomicUsize, Ordering};
use self::sync::{Arc, Mutex};

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

mod contained {
    use super::{AssertUnwindSafe, catch_unwind};

    pub fn call_contained(call: impl FnOnce()) -> bool {
        catch_unwind(AssertUnwindSafe(call)).is_ok()
    }
}

mod casts {
    include!(concat!(env!("OUT_DIR"), "/casts.rs"));
}

/// How many schedules are tried of each test.
fn schedules() -> usize {
    std::env::var("SCHEDULES").map_or(2_000, |count| count.parse().expect("a number"))
}

/// An event that somebody else's thread tells of, as often as it likes.
#[derive(Default)]
struct Event {
    told: usize,
    waker: Option<Waker>,
}

/// Tells of an event; whoever waits for it is woken after the lock is given back.
fn tell(event: &Mutex<Event>) {
    let waker = {
        let mut event = event.lock().unwrap();
        event.told += 1;
        event.waker.clone()
    };
    if let Some(waker) = waker {
        waker.wake();
    }
}

/// Waits for so many of them.
async fn heard(event: Arc<Mutex<Event>>, times: usize) {
    poll_fn(|task| {
        let mut event = event.lock().unwrap();
        if event.told >= times {
            return Poll::Ready(());
        }
        event.waker = Some(task.waker().clone());
        Poll::Pending
    })
    .await;
}

/// Waits until all have ended; on a schedule where a waking is lost, that is never, which shuttle tells.
fn until(count: &AtomicUsize, expected: usize) {
    while count.load(Ordering::SeqCst) < expected {
        shuttle::thread::yield_now();
    }
}

#[test]
fn a_cast_that_waits_goes_on_and_ends_once() {
    shuttle::check_random(
        || {
            const CASTS: usize = 6;
            let (casts, ended) = (Arc::new(Casts::default()), Arc::new(AtomicUsize::new(0)));
            let events: Vec<_> = (0..CASTS).map(|_| Arc::new(Mutex::new(Event::default()))).collect();
            for event in &events {
                let (event, ended) = (Arc::clone(event), Arc::clone(&ended));
                let work = async move {
                    heard(event, 2).await;
                    ended.fetch_add(1, Ordering::SeqCst);
                };
                casts.begin(Box::pin(work)).unwrap();
            }
            // Two threads tell of each, so that one wakes while another polls.
            let tellers: Vec<_> = (0..2)
                .map(|_| {
                    let events = events.clone();
                    shuttle::thread::spawn(move || events.iter().for_each(|event| tell(event)))
                })
                .collect();
            tellers.into_iter().for_each(|teller| teller.join().unwrap());
            until(&ended, CASTS);
            assert_eq!(ended.load(Ordering::SeqCst), CASTS);
            drop(casts);
        },
        schedules(),
    );
}

#[test]
fn there_is_room_again_for_each_cast_that_ended() {
    shuttle::check_random(
        || {
            let (casts, ended) = (Arc::new(Casts::default()), Arc::new(AtomicUsize::new(0)));
            // As many as may be under way, all of which wait, and one that there is no room for.
            const MOST: usize = 8;
            let event = Arc::new(Mutex::new(Event { told: 1, waker: None }));
            let one = || {
                let (event, ended) = (Arc::clone(&event), Arc::clone(&ended));
                casts.begin(Box::pin(async move {
                    heard(event, 1).await;
                    ended.fetch_add(1, Ordering::SeqCst);
                }))
            };
            for round in 1..=3 {
                for _ in 0..MOST {
                    // One that has ended makes room a little after it has told so.
                    while one().is_err() {
                        shuttle::thread::yield_now();
                    }
                }
                until(&ended, round * MOST);
            }
            assert_eq!(ended.load(Ordering::SeqCst), 3 * MOST);
        },
        schedules(),
    );
}

/// A cast that is woken when the system gives no thread any more is done by one that there is.
#[test]
fn a_cast_is_done_where_no_thread_can_be_had() {
    shuttle::check_random(
        || {
            let (casts, ended) = (Arc::new(Casts::default()), Arc::new(AtomicUsize::new(0)));
            let events = [(); 2].map(|()| Arc::new(Mutex::new(Event::default())));
            let work = |event: &Arc<Mutex<Event>>| {
                let (event, ended) = (Arc::clone(event), Arc::clone(&ended));
                Box::pin(async move {
                    heard(event, 1).await;
                    ended.fetch_add(1, Ordering::SeqCst);
                })
            };
            casts.begin(work(&events[0])).unwrap();
            let none = thread::none_any_more();
            // Either it is told that there is no thread, or it is done.
            let begun = 1 + usize::from(casts.begin(work(&events[1])).is_ok());
            // Threads that are idle go meanwhile.
            (0..20).for_each(|_| shuttle::thread::yield_now());
            events.iter().for_each(|event| tell(event));
            until(&ended, begun);
            drop(none);
        },
        schedules(),
    );
}
