#!/usr/bin/env bash
# savefile 0.20.6: two fields of one type that trade places trade their values.
#
# Expected: savefile writes its schema in front of the data and compares it on loading, to refuse data of another layout.
# Seen: the names of fields aren't compared. A struct whose two texts were put in the other order loads without an error, each
# with the other's text; a field of another type is refused.
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
savefile = { version = "=0.20.6", default-features = false }
savefile-derive = "=0.20.6"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
use savefile_derive::Savefile;

mod first {
    #[derive(super::Savefile)]
    pub struct Host {
        pub name: String,
        pub address: String,
    }
}

mod second {
    #[derive(super::Savefile)]
    pub struct Host {
        pub address: String,
        pub name: String,
    }
}

mod third {
    #[derive(super::Savefile)]
    #[allow(dead_code)]
    pub struct Host {
        pub name: u32,
        pub address: String,
    }
}

fn main() {
    let host = first::Host { name: "a".into(), address: "10.0.0.1".into() };
    let bytes = savefile::save_to_mem(0, &host).unwrap();
    let back: second::Host = savefile::load_from_mem(&bytes, 0).unwrap();
    println!("name {}, address {}", back.name, back.address);
    println!("another type is refused: {}", savefile::load_from_mem::<third::Host>(&bytes, 0).is_err());
}
RUST
cat >"$folder/seen" <<'SEEN'
name 10.0.0.1, address a
another type is refused: true
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" 2>/dev/null | diff "$folder/seen" -
echo "as it was seen"
