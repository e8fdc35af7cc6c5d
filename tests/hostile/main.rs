//! Whatever a peer sends: bounded memory, bounded time, no secret told.
//!
//! Its own program, since its allocator counts. `HOSTILE_MB` names other sizes of the messages than 1 and 4 megabytes, and
//! `HOSTILE_ROWS` a part of the names of the rows that are measured.

mod allocations;
mod cloud;
mod columns;
mod corpus;
#[path = "../../fuzz/src/lib.rs"]
mod fuzz;
mod memory;
mod messages;
mod names;
mod secrets;
mod time;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// What one test allocates and how long it takes is measured while no other runs.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most bytes that a call held at one time beyond those before it, and what it gave.
fn peak<T>(call: impl FnOnce() -> T) -> (usize, T) {
    ALLOCATOR.reset_peak_usage();
    let before = ALLOCATOR.current_usage();
    let made = call();
    (ALLOCATOR.peak_usage().saturating_sub(before), made)
}

/// Nanoseconds that this thread had a processor for, so that what else runs on the machine doesn't count; those that
/// went by, where the system doesn't say. Linux counts in ticks, so less than one of these isn't told apart from it.
fn time(call: impl FnOnce()) -> f64 {
    let used =
        || std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok();
    let (begun, before): (_, Option<f64>) = (Instant::now(), used());
    call();
    const TICK: f64 = 4e6;
    let taken = match before.zip(used()) {
        Some((before, after)) => after - before,
        None => begun.elapsed().as_nanos() as f64,
    };
    taken.max(TICK)
}

/// The least of three measurements.
fn least(mut measure: impl FnMut() -> f64) -> f64 {
    (0..3).map(|_| measure()).fold(f64::INFINITY, f64::min)
}

/// Sizes of messages, in bytes.
fn sizes() -> Vec<usize> {
    let text = std::env::var("HOSTILE_MB").unwrap_or_else(|_| "1 4".to_owned());
    text.split_whitespace().map(|size| size.parse::<usize>().expect("megabytes") * 1_000_000).collect()
}
