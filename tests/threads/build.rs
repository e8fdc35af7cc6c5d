//! Takes the crate's own file, with the scheduler's locks and threads in place of the standard library's.

use std::path::Path;
use std::{env, fs};

const FILE: &str = "../../src/rpc/casts.rs";

fn main() {
    println!("cargo::rerun-if-changed={FILE}");
    let text = fs::read_to_string(FILE).expect("the crate's own file");
    let mut out = String::new();
    for line in text.lines().filter(|line| !line.starts_with("//!")) {
        out.push_str(&line.replace("use std::sync::", "use super::sync::").replace("use std::thread", "use super::thread"));
        out.push('\n');
    }
    // As many as a schedule can hold.
    out = out.replace("const MOST: usize = 1024;", "const MOST: usize = 8;");
    assert!(out.contains("const MOST: usize = 8;"), "the most casts aren't where they were");
    for named in ["std::sync", "std::thread"] {
        assert!(!out.contains(named), "{named} isn't replaced");
    }
    let folder = env::var_os("OUT_DIR").expect("cargo sets it");
    fs::write(Path::new(&folder).join("casts.rs"), out).expect("its folder can be written");
}
