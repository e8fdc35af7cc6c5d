use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// How many ids a server remembers (`oslo.messaging`'s `MSG_ID_CACHE` size).
const REMEMBERED: usize = 16;

/// The ids of the last requests, so that one that comes twice is recognised.
#[derive(Debug, Default)]
pub(super) struct Ids(Mutex<VecDeque<String>>);

impl Ids {
    /// Whether that id came already; it has now.
    pub(super) fn is_repeated(&self, id: &str) -> bool {
        let mut ids = lock(&self.0);
        if ids.iter().any(|known| known == id) {
            return true;
        }
        if ids.len() == REMEMBERED {
            ids.pop_front();
        }
        ids.push_back(id.to_owned());
        false
    }
}

/// How many reply queues are remembered as gone, and for how long, as in `oslo.messaging`.
const GONE: usize = 200;
const GONE_FOR: Duration = Duration::from_secs(60);

/// The reply queues of callers that are gone, so that one that is gone for long doesn't hold up each reply.
#[derive(Debug, Default)]
pub(super) struct Gone(Mutex<VecDeque<(String, Instant)>>);

impl Gone {
    pub(super) fn add(&self, queue: &str) {
        let mut gone = lock(&self.0);
        if gone.len() == GONE {
            gone.pop_front();
        }
        gone.push_back((queue.to_owned(), Instant::now()));
    }

    pub(super) fn contains(&self, queue: &str) -> bool {
        let mut gone = lock(&self.0);
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
    fn the_last_sixteen_ids_are_known() {
        let ids = Ids::default();
        let all: Vec<String> = (0..REMEMBERED).map(|id| id.to_string()).collect();
        assert!(!all.iter().any(|id| ids.is_repeated(id)));
        assert!(all.iter().all(|id| ids.is_repeated(id)));
        assert!(!ids.is_repeated("another"));
        assert!(!ids.is_repeated("0"));
        assert!(ids.is_repeated("another"));
    }
}
