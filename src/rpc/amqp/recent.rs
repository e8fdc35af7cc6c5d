use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::Instant;

/// How many ids a server remembers. `oslo.messaging` has 16; as many requests may be on their way at once as there
/// are callers, and after the broker was away any of them may come again.
const REMEMBERED: usize = 1024;

/// The longest id that is remembered: what is longer is nobody's id, but room that somebody wants to fill.
const LONGEST: usize = 255;

/// The ids of the last requests, so that one that comes twice is recognised.
#[derive(Debug, Default)]
pub(super) struct Ids(Mutex<Remembered>);

#[derive(Debug, Default)]
struct Remembered {
    known: HashSet<Arc<str>>,
    /// Oldest first.
    in_order: VecDeque<Arc<str>>,
}

impl Ids {
    /// Whether that id came already.
    pub(super) fn is_known(&self, id: &str) -> bool {
        lock(&self.0).known.contains(id)
    }

    /// Whether that id came already; it has now.
    pub(super) fn is_repeated(&self, id: &str) -> bool {
        if id.len() > LONGEST {
            return false;
        }
        let ids = &mut *lock(&self.0);
        let id: Arc<str> = id.into();
        if !ids.known.insert(Arc::clone(&id)) {
            return true;
        }
        ids.in_order.push_back(id);
        if ids.in_order.len() > REMEMBERED
            && let Some(oldest) = ids.in_order.pop_front()
        {
            ids.known.remove(&oldest);
        }
        false
    }
}

/// How many reply queues are remembered as gone, and for how long, as in `oslo.messaging`.
const GONE: usize = 200;
const GONE_FOR: Duration = Duration::from_secs(60);

/// How many replies wait for callers that are away. Any more are given up at once.
const WAITING: usize = 256;

/// The reply queues of callers that are gone, so that one that is gone for long doesn't hold up each reply.
#[derive(Debug)]
pub(super) struct Gone {
    queues: Mutex<VecDeque<(String, Instant)>>,
    places: Semaphore,
}

impl Gone {
    pub(super) fn new() -> Self {
        Gone { queues: Mutex::default(), places: Semaphore::new(WAITING) }
    }

    /// A place among the replies that wait for their callers, while it's held.
    pub(super) fn place(&self) -> Option<SemaphorePermit<'_>> {
        self.places.try_acquire().ok()
    }

    pub(super) fn add(&self, queue: &str) {
        let mut gone = lock(&self.queues);
        if gone.len() == GONE {
            gone.pop_front();
        }
        gone.push_back((queue.to_owned(), Instant::now()));
    }

    pub(super) fn contains(&self, queue: &str) -> bool {
        let mut gone = lock(&self.queues);
        gone.retain(|(_, since)| since.elapsed() < GONE_FOR);
        gone.iter().any(|(known, _)| known == queue)
    }
}

/// Each change of what these locks guard is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ids_are_known() {
        let ids = Ids::default();
        let all: Vec<String> = (0..REMEMBERED).map(|id| id.to_string()).collect();
        assert!(!all.iter().any(|id| ids.is_repeated(id)));
        assert!(all.iter().all(|id| ids.is_repeated(id)));
        assert!(!ids.is_repeated("another"));
        assert!(!ids.is_repeated("0"));
        assert!(ids.is_repeated("another"));
    }
}
