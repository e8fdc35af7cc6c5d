#!/usr/bin/env bash
# rmp-serde 1.3.1: the parts of an extension type are read as what they are, and never as an `Option` of it.
#
# Expected: a type that is written as an extension and read back from it, with the documented name, may have an `Option`
# for one of its parts, as every other value of MessagePack may be read into one.
# Seen: the number of the type is refused where an `Option<i8>` is due, and the bytes where an `Option` of bytes is; an
# `i8` and bytes are read. What reads values of types that it only knows at run time, and asks for an option everywhere so
# as to find null, can't read an extension in a list.
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
serde = { version = "=1.0.228", features = ["derive"] }
serde_bytes = "=0.11.19"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

#[derive(Serialize, Deserialize)]
#[serde(rename = "_ExtStruct")]
struct Extension<N, B>((N, B));

fn is_read<N: DeserializeOwned, B: DeserializeOwned>(text: &[u8]) -> bool {
    rmp_serde::from_slice::<Extension<N, B>>(text).is_ok()
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let text = rmp_serde::to_vec(&Extension((5_i8, ByteBuf::from([1]))))?;
    println!("{text:x?}");
    println!("{} {}", is_read::<i8, ByteBuf>(&text), rmp_serde::from_slice::<(Option<i8>,)>(&[0x91, 5]).is_ok());
    println!("{} {}", is_read::<Option<i8>, ByteBuf>(&text), is_read::<i8, Option<ByteBuf>>(&text));
    match rmp_serde::from_slice::<Extension<Option<i8>, ByteBuf>>(&text) {
        Ok(_) => println!("read"),
        Err(error) => println!("{error}"),
    }
    Ok(())
}
RUST
cat >"$folder/seen" <<'SEEN'
[d4, 5, 1]
true true
false false
invalid type: integer `5`, expected option
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" | diff "$folder/seen" -
echo "as it was seen"
