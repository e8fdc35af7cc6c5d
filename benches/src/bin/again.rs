//! Calls one way again and again, for a profiler.

use std::time::Instant;

use versioned_objects_benches::suite;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [work, row, who, count] = arguments.as_slice() else {
        eprintln!("usage: again WORK ROW WHO COUNT");
        std::process::exit(2);
    };
    let way = suite::ways(work).into_iter().find(|way| way.who == who).expect("a way");
    let mut out = Vec::new();
    (way.write)(&mut out);
    let mut target = Vec::with_capacity(out.len());
    let count: u32 = count.parse().expect("a number");
    let start = Instant::now();
    for _ in 0..count {
        target.clear();
        match (row.as_str(), &way.write_older, &way.read_older) {
            ("write", _, _) => (way.write)(&mut target),
            ("write-older", Some(write), _) => write(&mut target),
            ("read", _, _) => (way.read)(&out),
            ("read-older", _, Some((bytes, read))) => read(bytes),
            _ => panic!("no such row"),
        }
    }
    println!("{:.0} ns", start.elapsed().as_secs_f64() * 1e9 / f64::from(count));
}
