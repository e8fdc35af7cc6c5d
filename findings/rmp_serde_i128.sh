#!/usr/bin/env bash
# rmp-serde 1.3.1: an i128 is sixteen raw bytes, whatever it holds.
#
# Expected: 5 in an i128 goes out as MessagePack's number 5, so that any reader, also an i64 or Python, reads 5.
# Seen: it goes out as a binary of 16 bytes; an i64 refuses that. An i128 reads both.
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
rmp-serde = "=1.3.1"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
fn main() -> Result<(), rmp_serde::encode::Error> {
    let wide = rmp_serde::to_vec(&5i128)?;
    println!("{} bytes, {:x}", wide.len(), wide[0]);
    println!("{:?} {:?}", rmp_serde::from_slice::<i128>(&wide).ok(), rmp_serde::from_slice::<i64>(&wide).ok());
    println!("{:?}", rmp_serde::from_slice::<i128>(&rmp_serde::to_vec(&5i64)?).ok());
    Ok(())
}
RUST
cat >"$folder/seen" <<'SEEN'
18 bytes, c4
Some(5) None
Some(5)
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" | diff "$folder/seen" -
echo "as it was seen"
