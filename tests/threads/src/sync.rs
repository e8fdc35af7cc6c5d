//! The standard library's locks, on a schedule that shuttle chooses. Its own condition never runs out of time; this one
//! is waited for by looking again, until the scheduler says that the time is over.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use shuttle::rand::Rng as _;
use shuttle::sync as scheduled;
pub use shuttle::sync::{Arc, atomic};
pub use std::sync::{LockResult, PoisonError};

#[derive(Debug, Default)]
pub struct Mutex<T>(scheduled::Mutex<T>);

pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    guard: scheduled::MutexGuard<'a, T>,
}

impl<T> Mutex<T> {
    pub fn new(value: T) -> Self {
        Mutex(scheduled::Mutex::new(value))
    }

    /// Never poisoned, as the casts have it.
    pub fn lock(&self) -> LockResult<MutexGuard<'_, T>> {
        Ok(MutexGuard { lock: self, guard: self.0.lock().unwrap_or_else(PoisonError::into_inner) })
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.guard
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.guard
    }
}

#[derive(Debug, Default)]
pub struct Condvar;

pub struct WaitTimeoutResult(bool);

impl WaitTimeoutResult {
    pub fn timed_out(&self) -> bool {
        self.0
    }
}

impl Condvar {
    pub fn notify_one(&self) {
        shuttle::thread::yield_now();
    }

    pub fn wait_timeout<'a, T>(
        &self,
        guard: MutexGuard<'a, T>,
        _: Duration,
    ) -> LockResult<(MutexGuard<'a, T>, WaitTimeoutResult)> {
        let lock = guard.lock;
        drop(guard);
        shuttle::thread::yield_now();
        let is_over = shuttle::rand::thread_rng().gen_bool(0.3);
        let guard = lock.lock().unwrap_or_else(PoisonError::into_inner);
        Ok((guard, WaitTimeoutResult(is_over)))
    }
}
