//! Each way on each work, in detail.

use divan::Bencher;
use versioned_objects_benches::{Way, suite};

fn main() {
    divan::main();
}

fn way(work: &str, who: &str) -> Option<Way> {
    suite::ways(work).into_iter().find(|way| way.who == who)
}

const WORKS: [&str; 4] = ["small", "libvirt", "list10", "list1000"];
const WHO: [&str; 5] = ["derived", "dynamic", "hand", "serde", "value"];

#[divan::bench(args = WORKS, consts = [0, 1, 2, 3, 4])]
fn write<const W: usize>(bencher: Bencher<'_, '_>, work: &str) {
    let Some(way) = way(work, WHO[W]) else { return };
    let mut out = Vec::new();
    bencher.bench_local(|| {
        out.clear();
        (way.write)(&mut out);
    });
}

#[divan::bench(args = WORKS, consts = [0, 1, 2, 3, 4])]
fn read<const W: usize>(bencher: Bencher<'_, '_>, work: &str) {
    let Some(way) = way(work, WHO[W]) else { return };
    let mut out = Vec::new();
    (way.write)(&mut out);
    bencher.bench_local(|| (way.read)(&out));
}
