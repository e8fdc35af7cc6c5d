//! Each way on each work, in detail.

use divan::Bencher;
use versioned_objects_benches::{Way, suite};

fn main() {
    divan::main();
}

/// `WORK/WHO` of all ways, but for the largest lists.
fn names() -> Vec<String> {
    let works = suite::WORKS.iter().filter(|work| !work.starts_with("list10000"));
    works
        .flat_map(|work| suite::ways(work).into_iter().map(move |way| format!("{work}/{}", way.who)))
        .collect()
}

fn way(name: &str) -> Way {
    let (work, who) = name.split_once('/').expect("a name of `names`");
    suite::ways(work).into_iter().find(|way| way.who == who).expect("a name of `names`")
}

#[divan::bench(args = names())]
fn write(bencher: Bencher<'_, '_>, name: &str) {
    let way = way(name);
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        (way.write)(&mut out);
    });
}

#[divan::bench(args = names())]
fn read(bencher: Bencher<'_, '_>, name: &str) {
    let way = way(name);
    let mut out = Vec::new();
    (way.write)(&mut out);
    bencher.bench_local(|| (way.read)(&out));
}
