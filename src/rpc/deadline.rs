//! A clock for futures that run where there is none.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// The future's output, or none where it isn't ready in time.
///
/// Whatever runs the future may have no clock, so a thread wakes it: one for all futures of the process, which is
/// started once one has to wait.
///
/// # Errors
/// Where the system gives no thread.
pub(super) async fn within<F: Future>(future: F, limit: Duration) -> io::Result<Option<F::Output>> {
    let deadline = Instant::now().checked_add(limit);
    let mut future = pin!(future);
    let mut alarm: Option<Alarm> = None;
    poll_fn(|task| {
        if let Poll::Ready(output) = future.as_mut().poll(task) {
            return Poll::Ready(Ok(Some(output)));
        }
        let Some(deadline) = deadline else { return Poll::Pending };
        if deadline <= Instant::now() {
            return Poll::Ready(Ok(None));
        }
        match &alarm {
            Some(alarm) => alarm.wakes(task.waker()),
            None => match Alarm::at(deadline, task.waker()) {
                Ok(set) => alarm = Some(set),
                Err(error) => return Poll::Ready(Err(error)),
            },
        }
        Poll::Pending
    })
    .await
}

/// The alarms of all calls.
static CLOCK: Clock = Clock { alarms: Mutex::new(Alarms::new()), changed: Condvar::new() };

/// How long the clock's thread waits for another alarm once there is none.
const IDLE: Duration = Duration::from_secs(5);

struct Clock {
    alarms: Mutex<Alarms>,
    changed: Condvar,
}

struct Alarms {
    /// By time; the number tells those of the same time apart.
    wakers: BTreeMap<(Instant, u64), Waker>,
    next: u64,
    is_running: bool,
}

impl Alarms {
    const fn new() -> Self {
        Alarms { wakers: BTreeMap::new(), next: 0, is_running: false }
    }
}

impl Clock {
    fn alarms(&self) -> MutexGuard<'_, Alarms> {
        self.alarms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes whose time has come, until there has been no alarm for a while.
    fn run(&self) {
        let mut alarms = self.alarms();
        let mut idle_since = Instant::now();
        loop {
            let now = Instant::now();
            let mut due = Vec::new();
            while let Some(first) = alarms.wakers.first_entry().filter(|first| first.key().0 <= now) {
                due.push(first.remove());
            }
            if !due.is_empty() {
                drop(alarms);
                due.into_iter().for_each(Waker::wake);
                alarms = self.alarms();
                idle_since = Instant::now();
                continue;
            }
            let wait = match alarms.wakers.first_key_value() {
                Some(((first, _), _)) => {
                    idle_since = now;
                    first.saturating_duration_since(now)
                }
                None if now.saturating_duration_since(idle_since) >= IDLE => {
                    alarms.is_running = false;
                    return;
                }
                None => IDLE,
            };
            let waited = self.changed.wait_timeout(alarms, wait);
            alarms = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

/// One alarm, until it's dropped.
struct Alarm((Instant, u64));

impl Alarm {
    fn at(deadline: Instant, waker: &Waker) -> io::Result<Self> {
        let mut alarms = CLOCK.alarms();
        if !alarms.is_running {
            thread::Builder::new().name("rpc deadlines".to_owned()).spawn(|| CLOCK.run())?;
            alarms.is_running = true;
        }
        let key = (deadline, alarms.next);
        alarms.next += 1;
        let is_first = alarms.wakers.first_key_value().is_none_or(|(first, _)| key < *first);
        alarms.wakers.insert(key, waker.clone());
        drop(alarms);
        if is_first {
            CLOCK.changed.notify_one();
        }
        Ok(Alarm(key))
    }

    fn wakes(&self, waker: &Waker) {
        if let Some(known) = CLOCK.alarms().wakers.get_mut(&self.0) {
            known.clone_from(waker);
        }
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        let waker = CLOCK.alarms().wakers.remove(&self.0);
        drop(waker);
    }
}
