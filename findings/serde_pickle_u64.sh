#!/usr/bin/env bash
# serde-pickle 1.2.0: a u64 from 2^63 on is written and can't be read again.
#
# Expected: what `to_vec` writes of a type `from_slice` reads into that type, as serde's formats do.
# Seen: 2^63-1 comes back; 2^63 is written, as Python's pickle reads it, and `from_slice::<u64>` refuses it.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
cat >"$folder/Cargo.toml" <<'MANIFEST'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
serde-pickle = "=1.2.0"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
fn main() {
    for number in [i64::MAX as u64, i64::MAX as u64 + 1] {
        let bytes = serde_pickle::to_vec(&number, Default::default()).unwrap();
        let back: Result<u64, _> = serde_pickle::from_slice(&bytes, Default::default());
        println!("{number} {:?}", back.ok());
    }
}
RUST
cat >"$folder/seen" <<'SEEN'
9223372036854775807 Some(9223372036854775807)
9223372036854775808 None
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" | diff "$folder/seen" -
echo "as it was seen"
