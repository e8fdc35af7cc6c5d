//! Reads or writes nova's `Instance` again and again: `deepest SAMPLE generated|by-serde read|write COUNT`.

#[allow(dead_code, unused_imports, reason = "one object of all of them is looked at")]
mod by_serde;
#[allow(dead_code, unused_imports, reason = "one object of all of them is looked at")]
mod objects;

use std::error::Error;
use std::hint::black_box;
use std::time::Instant;

use by_serde::plain::Envelope;
use versioned_objects::{Target, wire};

type Failure = Box<dyn Error>;

fn main() -> Result<(), Failure> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [sample, way, row, count] = arguments.as_slice() else { return Err("usage: SAMPLE WAY ROW COUNT".into()) };
    let text = std::fs::read(sample)?;
    let text = text.trim_ascii();
    let count: u32 = count.parse()?;
    let nanoseconds = match way.as_str() {
        "generated" => {
            let read = |text: &[u8]| Ok(wire::from_json::<objects::Instance>(text, Default::default())?);
            let write = |object: &_, out: &mut Vec<u8>| Ok(wire::append_json(object, Target::Own, out)?);
            measured(text, row, count, read, write)?
        }
        _ => {
            let read = |text: &[u8]| Ok(serde_json::from_slice::<Envelope<by_serde::objects::Instance>>(text)?);
            let write = |object: &_, out: &mut Vec<u8>| Ok(serde_json::to_writer(out, object)?);
            measured(text, row, count, read, write)?
        }
    };
    println!("{nanoseconds:.0}");
    Ok(())
}

/// How long a call takes, once it is known that the way gives back what it read.
fn measured<O>(
    text: &[u8],
    row: &str,
    count: u32,
    read: impl Fn(&[u8]) -> Result<O, Failure>,
    write: impl Fn(&O, &mut Vec<u8>) -> Result<(), Failure>,
) -> Result<f64, Failure> {
    let object = read(text)?;
    let mut out = Vec::with_capacity(2 * text.len());
    write(&object, &mut out)?;
    let (was, is): (serde_json::Value, serde_json::Value) = (serde_json::from_slice(text)?, serde_json::from_slice(&out)?);
    if let Some(place) = untold(&was, &is) {
        return Err(format!("it doesn't write what it read: {place}").into());
    }
    let start = Instant::now();
    for _ in 0..count {
        if row == "read" {
            black_box(read(black_box(text))?);
        } else {
            out.clear();
            write(black_box(&object), &mut out)?;
        }
    }
    Ok(start.elapsed().as_secs_f64() * 1e9 / f64::from(count))
}

/// Where one value says something that isn't in the other: plain structs write null for what wasn't there.
fn untold(was: &serde_json::Value, is: &serde_json::Value) -> Option<String> {
    use serde_json::Value::{Array, Object};
    match (was, is) {
        (Object(was), Object(is)) => was.iter().find_map(|(key, was)| {
            let found = is.get(key).map_or_else(|| Some(" is missing".to_owned()), |is| untold(was, is));
            found.map(|place| format!(".{key}{place}"))
        }),
        (Array(was), Array(is)) if was.len() == is.len() => {
            was.iter().zip(is).enumerate().find_map(|(index, (was, is))| Some(format!("[{index}]{}", untold(was, is)?)))
        }
        (was, is) => (was != is).then(|| format!(" was {was} and is {is}")),
    }
}
