//! Medians of calls that take turns.

use std::time::{Duration, Instant};

use crate::allocator::count;
use crate::way::Way;

/// What one way takes for one row of one work.
#[derive(Clone, Debug)]
pub struct Measure {
    /// The work, the row and the way.
    pub name: [String; 3],
    /// The median time of a call, in nanoseconds.
    pub ns: f64,
    /// How long the text is.
    pub bytes: usize,
    /// How often one call asks for memory; `None` where that isn't known.
    pub allocations: Option<usize>,
    /// The most memory of one call beyond what was there before, in bytes; `None` where that isn't known.
    pub peak: Option<usize>,
}

/// How long and how often calls are measured.
#[derive(Clone, Copy, Debug)]
pub struct Effort {
    /// How often each way gets its turn.
    pub turns: usize,
    /// How long a turn takes at least, so that the clock doesn't count.
    pub turn: Duration,
}

struct Call<'a> {
    who: &'a str,
    call: Box<dyn FnMut() + 'a>,
    bytes: usize,
}

/// Measures all rows of all ways on one work.
pub fn measure(work: &str, ways: &[Way], effort: Effort) -> Vec<Measure> {
    let mut measures = Vec::new();
    let written: Vec<_> = ways.iter().map(|way| written(&way.write)).collect();
    let calls = ways.iter().zip(&written).map(|(way, bytes)| writing(way.who, &way.write, bytes.len()));
    measures.extend(row(work, "write", calls.collect(), effort));
    let calls = ways.iter().filter_map(|way| {
        let write = way.write_older.as_ref()?;
        Some(writing(way.who, write, self::written(write).len()))
    });
    measures.extend(row(work, "write-older", calls.collect(), effort));
    let calls = ways.iter().zip(&written).map(|(way, bytes)| reading(way.who, &way.read, bytes));
    measures.extend(row(work, "read", calls.collect(), effort));
    let calls = ways.iter().filter_map(|way| {
        let (bytes, read) = way.read_older.as_ref()?;
        Some(reading(way.who, read, bytes))
    });
    measures.extend(row(work, "read-older", calls.collect(), effort));
    measures
}

fn written(write: &dyn Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// Into a buffer with room for all of it.
fn writing<'a>(who: &'a str, write: &'a dyn Fn(&mut Vec<u8>), bytes: usize) -> Call<'a> {
    let mut out = Vec::with_capacity(bytes);
    let call = move || {
        out.clear();
        write(&mut out);
    };
    Call { who, call: Box::new(call), bytes }
}

fn reading<'a>(who: &'a str, read: &'a dyn Fn(&[u8]), bytes: &'a [u8]) -> Call<'a> {
    Call { who, call: Box::new(move || read(bytes)), bytes: bytes.len() }
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
            times[place].push(start.elapsed().as_secs_f64() * 1e9 / f64::from(often[place]));
        }
    }
    let measured = calls.iter_mut().zip(times).map(|(call, times)| {
        let counted = count(&mut call.call);
        Measure {
            name: [work, row, call.who].map(str::to_owned),
            ns: median(times),
            bytes: call.bytes,
            allocations: Some(counted.allocations),
            peak: Some(counted.peak),
        }
    });
    measured.collect()
}

/// How many calls a turn takes.
fn how_often(call: &mut dyn FnMut(), turn: Duration) -> u32 {
    let mut often = 1;
    loop {
        let start = Instant::now();
        (0..often).for_each(|_| call());
        if start.elapsed() >= turn || often >= 1 << 20 {
            return often;
        }
        often *= 2;
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}
