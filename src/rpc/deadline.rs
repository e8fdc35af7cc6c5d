use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

/// The future's output, or none where it isn't ready in time.
///
/// Whatever runs the future may have no clock, so a thread wakes it. The thread is started once the future has
/// to wait, and ends with it.
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
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Poll::Ready(Ok(None));
        }
        match &alarm {
            Some(alarm) => alarm.wakes(task.waker()),
            None => match Alarm::after(left, task.waker()) {
                Ok(started) => alarm = Some(started),
                Err(error) => return Poll::Ready(Err(error)),
            },
        }
        Poll::Pending
    })
    .await
}

struct Alarm {
    waker: Arc<Mutex<Waker>>,
    /// Dropped with the alarm, which ends its thread.
    _running: SyncSender<()>,
}

impl Alarm {
    fn after(left: Duration, waker: &Waker) -> io::Result<Self> {
        let waker = Arc::new(Mutex::new(waker.clone()));
        let (running, ended) = mpsc::sync_channel(0);
        let wakes = Arc::clone(&waker);
        thread::Builder::new().name("rpc deadline".to_owned()).spawn(move || {
            if ended.recv_timeout(left) == Err(RecvTimeoutError::Timeout) {
                wakes.lock().unwrap_or_else(PoisonError::into_inner).wake_by_ref();
            }
        })?;
        Ok(Alarm { waker, _running: running })
    }

    fn wakes(&self, waker: &Waker) {
        self.waker.lock().unwrap_or_else(PoisonError::into_inner).clone_from(waker);
    }
}
