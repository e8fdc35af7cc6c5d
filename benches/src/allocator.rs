//! An allocator that counts, while it is asked to.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// The system's allocator, counted.
pub struct Counting;

static IS_COUNTING: AtomicBool = AtomicBool::new(false);
static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
/// Relative to the start of the counting, so it may fall below zero.
static LIVE: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

/// What a call allocated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// How often memory was asked for.
    pub allocations: usize,
    /// The most bytes at one time beyond those that were there before.
    pub peak: usize,
}

/// Counts what a call allocates, on all threads: other threads should rest.
pub fn count(call: impl FnOnce()) -> Counted {
    for counter in [&ALLOCATIONS, &LIVE, &PEAK] {
        counter.store(0, Relaxed);
    }
    IS_COUNTING.store(true, Relaxed);
    call();
    IS_COUNTING.store(false, Relaxed);
    Counted { allocations: ALLOCATIONS.load(Relaxed), peak: PEAK.load(Relaxed) }
}

fn took(bytes: usize) {
    if IS_COUNTING.load(Relaxed) {
        ALLOCATIONS.fetch_add(1, Relaxed);
        let live = LIVE.fetch_add(bytes, Relaxed).wrapping_add(bytes);
        if live.cast_signed() > 0 {
            PEAK.fetch_max(live, Relaxed);
        }
    }
}

fn gave_back(bytes: usize) {
    if IS_COUNTING.load(Relaxed) {
        LIVE.fetch_sub(bytes, Relaxed);
    }
}

#[expect(
    unsafe_code,
    reason = "an allocator is an unsafe trait; each call goes to the system's with its own arguments"
)]
// SAFETY: every method passes its arguments on to `System` unchanged and gives back what that gives.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        took(layout.size());
        // SAFETY: the caller's promise is the one that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        gave_back(layout.size());
        // SAFETY: as above.
        unsafe { System.dealloc(place, layout) }
    }

    unsafe fn realloc(&self, place: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        gave_back(layout.size());
        took(size);
        // SAFETY: as above.
        unsafe { System.realloc(place, layout, size) }
    }
}
