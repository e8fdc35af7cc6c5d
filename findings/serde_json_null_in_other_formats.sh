#!/usr/bin/env bash
# serde_json 1.0, cbor4ii 1.2.0, minicbor-serde 0.6, plist 1, ciborium 0.2.2: null of a serde_json::Value is a unit.
#
# Expected: Value::Null in a CBOR map is CBOR's null, as None is in each of these crates.
# Seen: serde_json tells null as a unit. cbor4ii and minicbor-serde write a unit as an empty list (80), plist as an empty
# text, so what was null is no null where it is read. ciborium writes null (f6).
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
cbor4ii = { version = "=1.2.0", features = ["serde1", "use_std"] }
ciborium = "=0.2.2"
minicbor-serde = { version = "=0.6.2", features = ["std"] }
plist = { version = "=1.8.0", default-features = false, features = ["serde"] }
serde_json = "1"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let value: Value = json!({"a": null});
    let mut bytes = Vec::new();
    ciborium::into_writer(&value, &mut bytes)?;
    println!("ciborium {bytes:x?}");
    println!("cbor4ii {:x?}, None {:x?}", cbor4ii::serde::to_vec(Vec::new(), &value)?, cbor4ii::serde::to_vec(Vec::new(), &None::<u8>)?);
    println!("minicbor-serde {:x?}, None {:x?}", minicbor_serde::to_vec(&value)?, minicbor_serde::to_vec(None::<u8>)?);
    let mut text = Vec::new();
    plist::to_writer_xml(&mut text, &value)?;
    println!("plist {}", String::from_utf8(text)?.lines().find(|line| line.contains("string")).unwrap_or("none").trim());
    Ok(())
}
RUST
cat >"$folder/seen" <<'SEEN'
ciborium [a1, 61, 61, f6]
cbor4ii [a1, 61, 61, 80], None [f6]
minicbor-serde [a1, 61, 61, 80], None [f6]
plist <string></string>
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" | diff "$folder/seen" -
echo "as it was seen"
