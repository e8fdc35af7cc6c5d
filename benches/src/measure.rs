//! Medians of calls that take turns.

use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::allocator::count;
use crate::way::{READS, Way};

/// What one way takes for one row of one work.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The work, the row and the way.
    pub name: [String; 3],
    /// The median time of a call, in nanoseconds.
    pub ns: f64,
    /// How wide the interval is that has the median in it, at 95 in 100, to the median.
    pub spread: f64,
    /// How long the text is.
    pub bytes: usize,
    /// How long it is once zstd has it, at level 1; `None` where that isn't known.
    pub zstd: Option<usize>,
    /// How often one call asks for memory; `None` where that isn't known.
    pub allocations: Option<usize>,
    /// The most memory of one call beyond what was there before, in bytes; `None` where that isn't known.
    pub peak: Option<usize>,
    /// How many instructions one call takes; `None` where nobody counted.
    pub instructions: Option<u64>,
}

/// The spread from which on a time is too unsure for a ratio.
pub const TOO_WIDE: f64 = 0.1;

/// How long and how often calls are measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often each way gets its turn.
    pub turns: usize,
    /// How long a turn takes at least, so that the clock doesn't count.
    pub turn: Duration,
    /// How often each way is measured after its code and data left the caches; zero, where it isn't.
    pub cold: usize,
}

struct Call<'a> {
    who: &'a str,
    call: Box<dyn FnMut() + 'a>,
    bytes: usize,
    zstd: Option<usize>,
}

impl<'a> Call<'a> {
    /// Into a buffer with room for all of it.
    fn writing(way: &'a Way, write: &'a dyn Fn(&mut Vec<u8>), bytes: &[u8]) -> Self {
        let mut out = Vec::with_capacity(bytes.len());
        let call = move || {
            out.clear();
            write(&mut out);
        };
        Call { who: way.who, call: Box::new(call), bytes: bytes.len(), zstd: compressed(bytes) }
    }

    fn reading(way: &'a Way, read: &'a dyn Fn(&[u8]), bytes: &'a [u8]) -> Self {
        let call = Box::new(move || read(bytes));
        Call { who: way.who, call, bytes: bytes.len(), zstd: compressed(bytes) }
    }
}

fn compressed(bytes: &[u8]) -> Option<usize> {
    zstd::bulk::compress(bytes, 1).ok().map(|bytes| bytes.len())
}

/// Measures all rows of all ways on one work.
pub fn measure(work: &str, ways: &[Way], effort: Effort) -> Vec<Measure> {
    let mut measures = Vec::new();
    let written: Vec<_> = ways.iter().map(Way::written).collect();
    let calls = ways.iter().zip(&written).map(|(way, bytes)| match &way.write_kept {
        Some(write) => Call { call: Box::new(write), ..Call::writing(way, &way.write, bytes) },
        None => Call::writing(way, &way.write, bytes),
    });
    measures.extend(row(work, "write", calls.collect(), effort));
    let calls = ways.iter().filter_map(|way| {
        let write = way.write_older.as_ref()?;
        let mut older = Vec::new();
        write(&mut older);
        Some(Call::writing(way, write, &older))
    });
    measures.extend(row(work, "write-older", calls.collect(), effort));
    let reading = || -> Vec<_> {
        let calls = ways.iter().zip(&written).map(|(way, bytes)| Call::reading(way, &way.read, bytes));
        calls.collect()
    };
    measures.extend(row(work, "read", reading(), effort));
    measures.extend(cold(work, "read-cold", reading(), effort.cold));
    for name in READS {
        let calls = ways.iter().flat_map(|way| {
            let reads = way.reads.iter().filter(|(row, ..)| *row == name);
            reads.map(move |(_, bytes, read)| Call::reading(way, read, bytes))
        });
        measures.extend(row(work, name, calls.collect(), effort));
    }
    measures
}

fn row(work: &str, row: &str, mut calls: Vec<Call<'_>>, effort: Effort) -> Vec<Measure> {
    let often: Vec<_> = calls.iter_mut().map(|call| how_often(&mut call.call, effort.turn)).collect();
    let mut times = vec![Vec::with_capacity(effort.turns); calls.len()];
    for turn in 0..effort.turns {
        for place in 0..calls.len() {
            // Each turn begins with another way, so that none always follows the same one.
            let place = (place + turn) % calls.len();
            let start = Instant::now();
            for _ in 0..often[place] {
                (calls[place].call)();
            }
            times[place].push(nanoseconds(start.elapsed()) / f64::from(often[place]));
        }
    }
    measured(work, row, calls, times)
}

/// How much memory is walked, so that nothing else is in a cache.
const WALK: usize = 16 << 20;

/// Single calls, each after the caches were filled with something else and all other ways had their turn.
fn cold(work: &str, row: &str, mut calls: Vec<Call<'_>>, turns: usize) -> Vec<Measure> {
    if turns == 0 {
        return Vec::new();
    }
    let mut walked = vec![1_u8; WALK];
    let mut times = vec![Vec::with_capacity(turns); calls.len()];
    for turn in 0..turns {
        for place in 0..calls.len() {
            let place = (place + turn) % calls.len();
            walked.iter_mut().step_by(64).for_each(|byte| *byte = byte.wrapping_add(1));
            black_box(&walked);
            let start = Instant::now();
            (calls[place].call)();
            times[place].push(nanoseconds(start.elapsed()));
        }
    }
    measured(work, row, calls, times)
}

fn measured(work: &str, row: &str, calls: Vec<Call<'_>>, times: Vec<Vec<f64>>) -> Vec<Measure> {
    let measured = calls.into_iter().zip(times).map(|(mut call, times)| {
        let counted = count(&mut call.call);
        let (ns, spread) = median(times);
        Measure {
            name: [work, row, call.who].map(str::to_owned),
            ns,
            spread,
            bytes: call.bytes,
            zstd: call.zstd,
            allocations: Some(counted.allocations),
            peak: Some(counted.peak),
            instructions: None,
        }
    });
    measured.collect()
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// How long a call is warmed up at least, and how long one lot of the calibration takes.
const WARM: Duration = Duration::from_millis(2);
const LOT: Duration = Duration::from_micros(50);
const LOTS: usize = 5;

/// How many calls a turn takes, by the least time of several lots once the code is warm: a first call may take a
/// thousand times as long.
fn how_often(call: &mut dyn FnMut(), turn: Duration) -> u32 {
    let start = Instant::now();
    while start.elapsed() < WARM {
        call();
    }
    let mut often = 1_u32;
    let least = loop {
        let lots = (0..LOTS).map(|_| {
            let start = Instant::now();
            (0..often).for_each(|_| call());
            start.elapsed()
        });
        match lots.min().unwrap_or_default() {
            least if least >= LOT.min(turn) || often >= 1 << 20 => break least,
            _ => often *= 2,
        }
    };
    let calls = f64::from(often) * turn.as_secs_f64() / least.as_secs_f64().max(1e-9);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small number from 1")]
    let calls = calls.ceil().clamp(1.0, f64::from(1 << 20)) as u32;
    calls
}

/// The median, and its spread: how far apart the two are that have it between them at 95 in 100, to the median.
fn median(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let middle = times.len() / 2;
    let Some(median) = times.get(middle).copied() else { return (f64::NAN, f64::NAN) };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a small number from 0"
    )]
    let reach = (0.98 * (times.len() as f64).sqrt()).ceil() as usize;
    let low = times[middle.saturating_sub(reach)];
    let high = times[(middle + reach).min(times.len() - 1)];
    (median, (high - low) / median)
}
