#!/usr/bin/env bash
# lapin 4.12.3: each attempt to connect that is refused leaves two tasks, and the connection with them, for good.
#
# Expected: what an attempt made is gone once `Connection::connect` has returned its error.
# Seen: with tokio, tasks of the connection wait for commands after a refused attempt, and hold what could give them any: channels,
# buffers, frames, some 12 kB. A host whose broker is away and that tries again and again has two more of them with each attempt. A
# stream that is connected before, and handed over by `Connection::connector`, avoids it.
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
lapin = { version = "=4.12.3", default-features = false, features = ["default-runtime"] }
tokio = { version = "1.47", features = ["macros", "rt-multi-thread", "time"] }
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
use std::net::TcpListener;
use std::time::Duration;

use lapin::{Connection, ConnectionProperties};
use tokio::runtime::Handle;

#[tokio::main]
async fn main() {
    // Nobody listens on this port any more.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("amqp://guest:guest@127.0.0.1:{port}/");
    let before = Handle::current().metrics().num_alive_tasks();
    for _ in 0..20 {
        assert!(Connection::connect(&address, ConnectionProperties::default()).await.is_err());
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    println!("{} tasks more", Handle::current().metrics().num_alive_tasks() - before);
}
RUST
cat >"$folder/seen" <<'SEEN'
40 tasks more
SEEN
cargo run --quiet --manifest-path "$folder/Cargo.toml" 2>/dev/null | diff "$folder/seen" -
echo "as it was seen"
