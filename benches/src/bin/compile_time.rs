//! How long a crate of 100 objects takes to compile, and how much code it makes, beside the same with serde's
//! derive alone.
//!
//! Two crates are generated in a directory of its own, with a function a type that writes and one that reads it as
//! JSON, so that the derived code is used. Their dependencies are built first and don't count. Each is built as often
//! as is asked for (`compile_time [--release] [TIMES]`, once if nothing is said), and the least time counts.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;
use std::{fs, io};

use serde_json::{Value, json};

const OBJECTS: usize = 100;

/// The types of the 15 fields.
const TYPES: [&str; 15] = [
    "String",
    "bool",
    "i64",
    "Option<String>",
    "Vec<String>",
    "Option<i64>",
    "std::collections::BTreeMap<String, String>",
    "u64",
    "Option<bool>",
    "f64",
    "String",
    "Option<String>",
    "bool",
    "i64",
    "Vec<i64>",
];

/// A way to derive.
struct Kind {
    name: &'static str,
    head: &'static str,
    derive: &'static str,
    /// What a field of that place and type looks like.
    field: fn(usize, &str) -> String,
}

const SERDE: Kind = Kind {
    name: "serde",
    head: "use serde::{Deserialize, Serialize};\n",
    derive: "#[derive(Serialize, Deserialize, Debug, Clone, Default, PartialEq)]\n",
    field: |place, ty| format!("    pub field_{place}: {ty},\n"),
};

const DERIVED: Kind = Kind {
    name: "derived",
    head: "use versioned_objects::{Field, VersionedObject};\n",
    derive: "#[derive(VersionedObject, Debug, Clone, Default, PartialEq)]\n\
             #[object(namespace = \"nova\", serial_namespace = \"nova_object\", versions(\"1.0..=1.5\"))]\n",
    field: |place, ty| {
        let since =
            if place < 10 { String::new() } else { format!("    #[field(since = \"1.{}\")]\n", place - 9) };
        format!("{since}    pub field_{place}: Field<{ty}>,\n")
    },
};

impl Kind {
    fn source(&self) -> String {
        let mut source = self.head.to_owned();
        for object in 0..OBJECTS {
            source += self.derive;
            let _ = writeln!(source, "pub struct Object{object} {{");
            for (place, ty) in TYPES.iter().enumerate() {
                source += &(self.field)(place, ty);
            }
            source += "}\n";
            let _ = writeln!(
                source,
                "pub fn write_{object}(object: &Object{object}) -> String {{\n    \
                     serde_json::to_string(object).unwrap_or_default()\n}}\n\
                     pub fn read_{object}(text: &str) -> Option<Object{object}> {{\n    \
                     serde_json::from_str(text).ok()\n}}"
            );
        }
        source
    }

    /// Writes the crate, and gives its manifest's directory.
    fn generate(&self, root: &Path) -> io::Result<PathBuf> {
        let place = root.join(self.name);
        fs::create_dir_all(place.join("src"))?;
        let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let manifest = format!(
            "[workspace]\n\n[package]\nname = \"generated-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\nserde = {{ version = \"1\", features = [\"derive\"] }}\nserde_json = \"1\"\n\
             versioned-objects = {{ path = {:?} }}\n",
            self.name,
            ours.display()
        );
        fs::write(place.join("Cargo.toml"), manifest)?;
        fs::write(place.join("src/lib.rs"), self.source())?;
        Ok(place)
    }
}

/// What one crate takes.
struct Taken {
    /// Seconds from nothing but its dependencies.
    cold: f64,
    /// Seconds after a change to one function.
    edit: f64,
    /// The bytes of its machine code.
    text: u64,
}

fn cargo(place: &Path, target: &Path, arguments: &[&str]) -> io::Result<f64> {
    let start = Instant::now();
    let status = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(place)
        .env("CARGO_TARGET_DIR", target)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    match status.success() {
        true => Ok(start.elapsed().as_secs_f64()),
        false => {
            Err(io::Error::other(format!("cargo {} failed in {}", arguments.join(" "), place.display())))
        }
    }
}

/// The length of a library's machine code, as its object files have it; nothing where there is no `size`.
fn text_size(library: &Path) -> io::Result<u64> {
    let output = Command::new("size").arg(library).stderr(Stdio::null()).output()?;
    let lines = String::from_utf8_lossy(&output.stdout).into_owned();
    let first = |line: &str| line.split_whitespace().next().and_then(|text| text.parse::<u64>().ok());
    Ok(lines.lines().filter_map(first).sum())
}

fn measure(kind: &Kind, root: &Path, profile: &[&str], times: usize) -> io::Result<Taken> {
    let place = kind.generate(root)?;
    let target = root.join("target");
    let package = format!("generated-{}", kind.name);
    let build = [&["build", "--lib"], profile].concat();
    // Dependencies first, then the crate alone.
    cargo(&place, &target, &build)?;
    let clean = [&["clean", "--package", &package], profile].concat();
    let mut colds = Vec::new();
    for _ in 0..times {
        cargo(&place, &target, &clean)?;
        colds.push(cargo(&place, &target, &build)?);
    }
    let folder = if profile.is_empty() { "debug" } else { "release" };
    let library = target.join(folder).join(format!("libgenerated_{}.rlib", kind.name));
    let text = text_size(&library)?;
    let mut edits = Vec::new();
    for edit in 0..times {
        let source = kind.source() + &format!("pub fn edited() -> u32 {{\n    {edit}\n}}\n");
        fs::write(place.join("src/lib.rs"), source)?;
        edits.push(cargo(&place, &target, &build)?);
    }
    Ok(Taken { cold: least(colds), edit: least(edits), text })
}

/// The least of several: what other work on the machine adds doesn't count.
fn least(times: Vec<f64>) -> f64 {
    times.into_iter().fold(f64::INFINITY, f64::min)
}

fn compare(root: &Path, profile: &[&str], times: usize) -> io::Result<Value> {
    let serde = measure(&SERDE, root, profile, times)?;
    let derived = measure(&DERIVED, root, profile, times)?;
    let row = |ours: f64, theirs: f64| json!({"derived": ours, "serde": theirs, "ratio": ours / theirs});
    #[expect(clippy::cast_precision_loss, reason = "sizes of libraries are far below 2^52")]
    let text = row(derived.text as f64, serde.text as f64);
    Ok(json!({"cold": row(derived.cold, serde.cold), "edit": row(derived.edit, serde.edit), "text": text}))
}

fn main() -> ExitCode {
    let root = std::env::temp_dir().join(format!("versioned-objects-compile-time-{}", std::process::id()));
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let profile =
        if arguments.iter().any(|argument| argument == "--release") { &["--release"][..] } else { &[] };
    let times = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(1);
    match compare(&root, profile, times) {
        Ok(figures) => println!("{figures:#}"),
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    }
    match fs::remove_dir_all(&root) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", root.display());
            ExitCode::FAILURE
        }
    }
}
