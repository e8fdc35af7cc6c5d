//! How long it takes to mask what people read.

use versioned_objects::mask;

use super::{alone, least, sizes, time};

/// Texts that a scanner could go over more than once.
const TEXTS: &[&str] = &[
    "password ",
    "password=",
    "--password ",
    "://a:",
    "://",
    "<token>",
    "<token>x</toke",
    "'token', '--",
    "\"token\": {",
    "\"token\": \"\\",
    "tokentoken",
    "token\\\\",
    "token: Some(",
    "u'secret",
    "secret1",
    "ordinary text, ",
    "\u{e9}\u{1f600}",
];

#[test]
fn masking_takes_time_in_proportion() {
    let _alone = alone();
    for text in TEXTS {
        let times: Vec<_> = sizes()
            .into_iter()
            .map(|size| {
                let text = text.repeat(size / text.len());
                least(|| time(|| drop(mask::text(&text)))) / text.len() as f64
            })
            .collect();
        println!("{text:?}: {times:.1?} ns a byte");
        let grown = times[times.len() - 1] / times[0];
        assert!(grown < 2.5, "{text:?}: {times:?} ns a byte");
        // Without optimisation it takes about ten times as long as a service's own build.
        let most = if cfg!(debug_assertions) { 400.0 } else { 20.0 };
        assert!(times.iter().all(|time| *time < most), "{text:?}: {times:?} ns a byte");
    }
}

#[test]
fn what_a_peer_says_is_cut_before_it_is_masked() {
    let _alone = alone();
    for text in TEXTS {
        let long = text.repeat(16_000_000 / text.len());
        let mut told = String::new();
        let taken = least(|| time(|| told = mask::told(&long)));
        assert!(taken < 50e6, "{text:?}: {taken} ns");
        // An escape has up to ten letters.
        assert!(told.len() < 12_000, "{text:?}");
    }
}
