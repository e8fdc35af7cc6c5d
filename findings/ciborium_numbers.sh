#!/usr/bin/env bash
# ciborium 0.2.2: which whole numbers a type takes depends on how it asks.
#
# Expected: the bytes of one number are read by each type that holds it. Python's cbor 1.0.0 writes 2^63 as a bignum (tag 2).
# Seen: a u64 takes that bignum, an untagged enum around a u64 refuses it, since it arrives as a u128; and an f64 refuses the
# whole number 5, which JSON readers take.
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
ciborium = "=0.2.2"
serde = { version = "1", features = ["derive"] }
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
#[derive(serde::Deserialize)]
#[serde(untagged)]
#[allow(dead_code)]
enum Id {
    Number(u64),
    Name(String),
}

fn main() {
    let bignum = [0xc2, 0x48, 0x80, 0, 0, 0, 0, 0, 0, 0];
    let plain = [0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0];
    for bytes in [&bignum[..], &plain[..]] {
        let id = ciborium::from_reader::<Id, _>(bytes).ok().map(|id| matches!(id, Id::Number(_)));
        println!("{:?} {id:?}", ciborium::from_reader::<u64, _>(bytes).ok());
    }
    println!("{:?}", ciborium::from_reader::<f64, _>(&[0x05][..]).ok());
}
RUST
cat >"$folder/seen" <<'SEEN'
Some(9223372036854775808) None
Some(9223372036854775808) Some(true)
None
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" | diff "$folder/seen" -
echo "as it was seen"
