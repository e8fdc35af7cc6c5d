#!/usr/bin/env bash
# json5 0.4.1: a number that a whole-number type can't hold is bent to it.
#
# Expected: 1.5, 1e22 and -1 for a u64 are errors, as in serde_json.
# Seen: 1.5 is read as 1, -1.9 as -1, 1e22 as the greatest u64 and -1 as 0 of it, without an error. A whole number from 2^63
# is refused where serde_json's Value asks for any number.
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
json5 = "=0.4.1"
serde_json = "1"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
fn main() {
    println!("{:?}", json5::from_str::<u64>("1.5").ok());
    println!("{:?}", json5::from_str::<i64>("-1.9").ok());
    println!("{:?}", json5::from_str::<u64>("1e22").ok());
    println!("{:?}", json5::from_str::<u64>("-1").ok());
    println!("{:?}", json5::from_str::<serde_json::Value>("9223372036854775808").ok());
}
RUST
cat >"$folder/seen" <<'SEEN'
Some(1)
Some(-1)
Some(18446744073709551615)
Some(0)
None
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" | diff "$folder/seen" -
echo "as it was seen"
