//! Calls one way again and again, for a profiler.

use std::time::Instant;

use versioned_objects_benches::suite;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [work, row, who, count] = arguments.as_slice() else {
        eprintln!("usage: again WORK ROW WHO COUNT");
        std::process::exit(2);
    };
    let way = suite::way(work, who).expect("a way");
    let out = way.written();
    let mut target = Vec::with_capacity(out.len());
    let count: u32 = count.parse().expect("a number");
    let start = Instant::now();
    for _ in 0..count {
        target.clear();
        match (row.as_str(), &way.write_kept, &way.write_older) {
            ("write", Some(write), _) => write(),
            ("write", None, _) => (way.write)(&mut target),
            ("write-older", _, Some(write)) => write(&mut target),
            ("read", ..) => (way.read)(&out),
            _ => {
                let other = way.reads.iter().find(|(name, ..)| name == row);
                let (_, bytes, read) = other.expect("a row of the way");
                read(bytes);
            }
        }
    }
    println!("{:.0} ns", start.elapsed().as_secs_f64() * 1e9 / f64::from(count));
}
