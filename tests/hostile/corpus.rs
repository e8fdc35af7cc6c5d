//! What the fuzzers found worth keeping, and what they begin with, fed to the same functions.

use super::alone;
use super::fuzz::{TARGETS, seeds};

#[test]
fn the_kept_corpus_is_read_or_refused() {
    let _alone = alone();
    for (name, target) in TARGETS {
        let seeds = seeds::of(name);
        assert!(!seeds.is_empty(), "{name}");
        seeds.iter().for_each(|seed| target(seed));
        let folder = support::root().join("fuzz/corpus").join(name);
        for file in std::fs::read_dir(&folder).into_iter().flatten() {
            let bytes = std::fs::read(file.unwrap().path()).unwrap();
            target(&bytes);
        }
    }
}

/// A generator that gives the same bytes everywhere.
fn next(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    usize::try_from(*state >> 33).unwrap()
}

#[test]
fn seeds_with_a_few_bytes_changed_are_read_or_refused() {
    let _alone = alone();
    let mut state = 16;
    for (name, target) in TARGETS {
        for seed in seeds::of(name) {
            for _ in 0..60 {
                let mut bytes = seed.clone();
                for _ in 0..=next(&mut state) % 4 {
                    let (at, with) = (next(&mut state) % bytes.len(), next(&mut state));
                    match with % 4 {
                        0 => bytes[at] = (with >> 8) as u8,
                        1 => drop(bytes.remove(at)),
                        2 => bytes.insert(at, (with >> 8) as u8),
                        _ => bytes.truncate(at.max(1)),
                    }
                    if bytes.is_empty() {
                        break;
                    }
                }
                target(&bytes);
            }
        }
    }
}
