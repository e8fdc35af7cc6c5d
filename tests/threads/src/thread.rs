//! Shuttle's threads, of a system that gives none any more at times.

use std::cell::Cell;
use std::io;

use shuttle::thread;

std::thread_local! {
    /// All that shuttle schedules runs on one thread of the system.
    static IS_FULL: Cell<bool> = const { Cell::new(false) };
}

/// As long as this is kept, no thread can be had.
pub fn none_any_more() -> impl Drop {
    struct Full;

    impl Drop for Full {
        fn drop(&mut self) {
            IS_FULL.set(false);
        }
    }

    IS_FULL.set(true);
    Full
}

pub struct Builder(thread::Builder);

impl Builder {
    pub fn new() -> Self {
        Builder(thread::Builder::new())
    }

    pub fn name(self, name: String) -> Self {
        Builder(self.0.name(name))
    }

    pub fn spawn(self, work: impl FnOnce() + Send + 'static) -> io::Result<thread::JoinHandle<()>> {
        if IS_FULL.get() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.0.spawn(work)
    }
}
