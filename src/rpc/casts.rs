//! The work of casts within one process: a few threads, and a queue that has an end.
//!
//! Nothing here knows which runtime a caller has, if any, so there is an executor of its own.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use super::BoxFuture;
use super::contained::call_contained;

/// How many threads work on casts.
const THREADS: usize = 4;

/// How many casts may be under way or wait at a time.
const MOST: usize = 1024;

/// How long a thread waits for another cast.
const IDLE: Duration = Duration::from_secs(1);

/// The casts of a process that are under way.
#[derive(Debug, Default)]
pub(super) struct Casts {
    state: Mutex<State>,
    ready: Condvar,
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Arc<Cast>>,
    /// Those that are not done yet, whether they wait or not.
    count: usize,
    threads: usize,
    idle: usize,
}

/// A cast, which wakes itself by going back to the queue.
struct Cast {
    casts: Arc<Casts>,
    work: Mutex<Option<BoxFuture<'static, ()>>>,
    is_queued: AtomicBool,
}

impl std::fmt::Debug for Cast {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cast").finish_non_exhaustive()
    }
}

impl Casts {
    /// Begins a cast, and doesn't wait for it.
    ///
    /// # Errors
    /// Where there are too many, or the system gives no thread.
    pub(super) fn begin(self: &Arc<Self>, work: BoxFuture<'static, ()>) -> Result<(), String> {
        let mut state = self.state();
        if state.count >= MOST {
            return Err(format!("{MOST} casts are under way already"));
        }
        if state.threads == 0 {
            self.start_thread(&mut state).map_err(|error| format!("no thread for the cast: {error}"))?;
        }
        state.count += 1;
        let (work, is_queued) = (Mutex::new(Some(work)), AtomicBool::new(true));
        let cast = Arc::new(Cast { casts: Arc::clone(self), work, is_queued });
        self.queue(state, cast);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn queue(self: &Arc<Self>, mut state: MutexGuard<'_, State>, cast: Arc<Cast>) {
        state.ready.push_back(cast);
        if state.idle == 0 && state.threads < THREADS {
            // Where the system gives no more of them, those that there are do it later. There is one at least: the last
            // one stays as long as a cast is under way.
            let _ = self.start_thread(&mut state);
        }
        drop(state);
        self.ready.notify_one();
    }

    fn start_thread(self: &Arc<Self>, state: &mut State) -> std::io::Result<()> {
        let casts = Arc::clone(self);
        thread::Builder::new().name("rpc casts".to_owned()).spawn(move || casts.run())?;
        state.threads += 1;
        Ok(())
    }

    fn run(&self) {
        loop {
            let mut state = self.state();
            while state.ready.is_empty() {
                state.idle += 1;
                let (woken, wait) =
                    self.ready.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
                state = woken;
                state.idle -= 1;
                // Whoever wakes the last cast may get no thread for it.
                let is_needed = state.threads == 1 && state.count > 0;
                if wait.timed_out() && state.ready.is_empty() && !is_needed {
                    state.threads -= 1;
                    return;
                }
            }
            let Some(cast) = state.ready.pop_front() else { continue };
            drop(state);
            if cast.go_on() {
                self.state().count -= 1;
            }
        }
    }
}

impl Cast {
    /// Whether it is done now.
    fn go_on(self: &Arc<Self>) -> bool {
        self.is_queued.store(false, Ordering::Release);
        let waker = Waker::from(Arc::clone(self));
        let mut held = self.work.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut work) = held.take() else { return false };
        let mut is_pending = false;
        let is_whole = call_contained(|| {
            is_pending = work.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Pending;
        });
        if is_whole && is_pending {
            *held = Some(work);
            return false;
        }
        // What it holds is others' too.
        call_contained(|| drop(work));
        true
    }
}

impl Wake for Cast {
    fn wake(self: Arc<Self>) {
        if !self.is_queued.swap(true, Ordering::AcqRel) {
            let casts = Arc::clone(&self.casts);
            casts.queue(casts.state(), self);
        }
    }
}
