#!/usr/bin/env bash
# versionize 0.2.0 (with versionize_derive 0.1.6): a version that there isn't is written as the newest.
#
# Expected: a writer that is asked for a version which its map doesn't have refuses, or says what it wrote instead.
# Seen: with a map of versions 1 and 2, asking for 7 or for 0 writes the bytes of 2 without an error: a target that is misspelt, or
# that a newer host named, gets data with fields that it doesn't know.
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
versionize = "=0.2.0"
versionize_derive = "=0.1.6"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
use versionize::{VersionMap, Versionize, VersionizeError, VersionizeResult};
use versionize_derive::Versionize;

#[derive(Versionize)]
struct Host {
    memory: u32,
    #[version(start = 2)]
    cores: u32,
}

fn main() {
    let mut map = VersionMap::new();
    map.new_version().set_type_version(Host::type_id(), 2);
    for version in [1, 2, 7, 0] {
        let mut bytes = Vec::new();
        let written = Host { memory: 5, cores: 6 }.serialize(&mut bytes, &map, version);
        println!("{version}: {} bytes, {}", bytes.len(), if written.is_ok() { "no error" } else { "an error" });
    }
}
RUST
cat >"$folder/seen" <<'SEEN'
1: 4 bytes, no error
2: 8 bytes, no error
7: 8 bytes, no error
0: 8 bytes, no error
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" 2>/dev/null | diff "$folder/seen" -
echo "as it was seen"
