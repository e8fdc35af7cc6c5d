#!/usr/bin/env bash
# packaging 26.0 (Python) and pep440_rs 0.7.3 (Rust): two readers of PEP 440 order the same versions otherwise.
#
# Expected: a part of a local version that is digits alone is a number, which is newer than any text and than a smaller number
# (PEP 440, 'Local version identifiers'). A build number of a date and a time has twenty digits.
# Seen: packaging has it so. To pep440_rs a part beyond 64 bits is text, so `1.0+20261128101530123456` is older than `1.0+1`, and
# than `1.0+a`; there is no error.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/python"
"$folder/python/bin/pip" install --quiet --disable-pip-version-check packaging==26.0
mkdir -p "$folder/src"
cat >"$folder/Cargo.toml" <<'MANIFEST'
[package]
name = "finding"
version = "0.0.0"
edition = "2024"

[dependencies]
pep440_rs = "=0.7.3"
MANIFEST
cat >"$folder/src/main.rs" <<'RUST'
use std::str::FromStr;

use pep440_rs::Version;

fn main() {
    let long = Version::from_str("1.0+20261128101530123456").unwrap();
    for other in ["1.0+1", "1.0+a"] {
        println!("{other} is older: {}", Version::from_str(other).unwrap() < long);
    }
}
RUST
cat >"$folder/seen" <<'SEEN'
1.0+1 is older: True
1.0+a is older: True
1.0+1 is older: false
1.0+a is older: false
SEEN
{
    "$folder/python/bin/python" -c '
from packaging.version import Version
long = Version("1.0+20261128101530123456")
for other in ("1.0+1", "1.0+a"):
    print(f"{other} is older: {Version(other) < long}")
'
    cargo run --quiet --manifest-path "$folder/Cargo.toml"
} | diff "$folder/seen" -
echo "as it was seen"
