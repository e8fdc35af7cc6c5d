//! One way down: imports follow the order of the parts, and no circle is among them.
//!
//! Imports are read with `super`, `crate`, groups and re-exports resolved to the file that defines what is imported,
//! and so are paths in code and in the arguments of macros. What tests in those files import is left out.

mod arrows;
mod graph;
mod tree;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use self::arrows::{Arrows, arrows};
use self::graph::{Graph, circles};
use self::tree::{Read, Tree};

/// The parts from the lowest to the highest. A part may use what stands below it, and in its own row.
const ORDER: &[&[&str]] = &[
    &["derive"],
    &["ascii", "python", "shortened", "marks", "mask", "plainly", "foreign", "behind"],
    &["version"],
    // It names versions.
    &["error"],
    &["primitive", "schema"],
    &["format"],
    &["field"],
    &["object"],
    &["compat"],
    &["wire"],
    &["registry"],
    &["rpc"],
    // Fleets of it call each other.
    &["check"],
    &["nova"],
    &["lib"],
];

/// The circles of files that there may be: each a family, that is one thing in several files.
const FAMILIES: &[(&str, &[&str])] = &[
    ("a schema", &["src/schema/{field,inherit,kind,mod,name,rule}.rs"]),
    ("a primitive, its maps and its serializer", &["src/primitive/{map,mod,ser}.rs"]),
    (
        "what packs and unpacks, values and columns",
        &[
            "src/format/compact/pack.rs",
            "src/format/compact/packer/mod.rs",
            "src/format/compact/unpacker/mod.rs",
            "src/format/compact/positional/{de,ser}.rs",
            "src/format/compact/tagged/{de,ser}.rs",
            "src/format/compact/columns/{numbers,read,shapes,texts,write}.rs",
        ],
    ),
    ("a field and its value", &["src/field/{encoded,mod,show,types}.rs"]),
    ("a scalar and its text", &["src/field/{raw,scalar}.rs"]),
    ("an object and its fields", &["src/object/{changes,fields,slot,versioned}.rs"]),
    (
        "a registry and the objects that it alone knows",
        &[
            "src/registry/{announced,any,edit,mod,unchosen}.rs",
            "src/registry/dynamic/{equal,object,read,value}.rs",
        ],
    ),
    ("a lock and its text", &["src/check/lock/{mod,text}.rs"]),
    ("a fleet and its runs", &["src/check/fleet/{mod,run}.rs"]),
    ("laws and their steps", &["src/check/laws/{fit,forms,journey,mod}.rs"]),
    ("arguments", &["src/rpc/{args,context,payload}.rs"]),
    ("remotable objects", &["src/rpc/remotable/{dynamic,endpoint}.rs"]),
    ("an expansion", &["derive/src/expand/{access,asserts,list,mod}.rs"]),
];

/// Arrows up that are known, from file to file.
const KNOWN: &[(&str, &str)] = &[];

/// The part that a file belongs to.
fn part(file: &str) -> &str {
    if file.starts_with("derive/") {
        return "derive";
    }
    let inside = file.strip_prefix("src/").unwrap_or(file);
    let part = inside.split('/').next().unwrap_or(inside);
    match part.strip_suffix(".rs").unwrap_or(part) {
        "private" => "lib",
        part => part,
    }
}

/// What is wrong with the arrows.
fn faults(arrows: &Arrows, families: &[(&str, &[&str])]) -> Vec<String> {
    let row = |part: &str| ORDER.iter().position(|row| row.contains(&part));
    let mut faults = Vec::new();
    let mut parts = Graph::new();
    for (from, to) in arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (from, to))) {
        let (below, above) = (part(from), part(to));
        match (row(below), row(above)) {
            (Some(below), Some(above)) if above <= below => {}
            (Some(_), Some(_)) => faults.push(format!("{from} uses what {to} defines, an arrow up")),
            _ => faults.push(format!("{from} or {to} is in none of the parts")),
        }
        if below != above {
            parts.entry(below.to_owned()).or_default().insert(above.to_owned());
        }
    }
    for circle in circles(&parts) {
        faults.push(format!("parts in a circle: {}", listed(&circle)));
    }
    for circle in circles(arrows) {
        if !families.iter().any(|(_, files)| circle.is_subset(&family(files))) {
            faults.push(format!("files in a circle: {}", listed(&circle)));
        }
    }
    faults
}

/// The files of a family, some of one folder in braces.
fn family(files: &[&str]) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for file in files {
        match file.split_once('{').and_then(|(front, rest)| Some((front, rest.split_once('}')?))) {
            Some((front, (names, end))) => {
                out.extend(names.split(',').map(|name| format!("{front}{name}{end}")));
            }
            None => drop(out.insert((*file).to_owned())),
        }
    }
    out
}

fn listed(names: &BTreeSet<String>) -> String {
    names.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// The crate and its derive, as they are on the disk.
fn tree() -> Tree {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let read: &Read<'_> = &|file| std::fs::read_to_string(root.join(file)).ok();
    Tree::default().with("versioned_objects_derive", "derive/src/lib.rs", read).with(
        "versioned_objects",
        "src/lib.rs",
        read,
    )
}

/// The arrows of the crate and its derive, but for those that are known.
fn arrows_here() -> Arrows {
    let mut arrows = arrows(&tree());
    for (from, to) in KNOWN {
        let is_there = arrows.get_mut(*from).is_some_and(|all| all.remove(*to));
        assert!(is_there, "{from} no longer uses what {to} defines; take it off the list");
    }
    arrows
}

#[test]
fn no_arrow_goes_up_and_none_in_a_circle() {
    let arrows = arrows_here();
    assert!(arrows.len() > 200, "only {} files were found", arrows.len());
    let faults = faults(&arrows, FAMILIES);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_family_is_one() {
    let found = circles(&arrows_here());
    for (name, files) in FAMILIES {
        assert!(found.contains(&family(files)), "the family of {name} isn't the circle that is listed");
    }
}

/// The faults of a crate with these files, beside a root that has all parts that they name.
fn faults_of(files: &[(&str, &str)]) -> Vec<String> {
    let mut files: BTreeMap<&str, String> =
        files.iter().map(|(file, text)| (*file, (*text).to_owned())).collect();
    let inside = |file: &&&str| {
        file.strip_prefix("src/").is_some_and(|inside| !inside.contains('/') || inside.ends_with("/mod.rs"))
    };
    let parts: BTreeSet<String> = files.keys().filter(inside).map(|file| part(file).to_owned()).collect();
    let root = parts.iter().map(|part| format!("pub mod {part};\n")).collect();
    files.insert("src/lib.rs", root);
    let read: &Read<'_> = &|file| files.get(file).cloned();
    let tree = Tree::default().with("versioned_objects", "src/lib.rs", read);
    faults(&arrows(&tree), &[])
}

const REGISTRY: (&str, &str) =
    ("src/registry/mod.rs", "mod any; pub use any::AnyObject; pub struct Registry;");
const ANY: (&str, &str) = ("src/registry/any.rs", "pub struct AnyObject;");

#[track_caller]
fn goes_up(field: &str) {
    let faults = faults_of(&[REGISTRY, ANY, ("src/field/mod.rs", "mod text;"), ("src/field/text.rs", field)]);
    assert_eq!(faults, ["src/field/text.rs uses what src/registry/any.rs defines, an arrow up"], "{field}");
}

#[test]
fn an_import_up_is_seen_however_it_is_written() {
    goes_up("use crate::registry::AnyObject;");
    goes_up("use super::super::registry::AnyObject;");
    goes_up("use super::super::{registry::{self, AnyObject as Any}};");
    goes_up("use crate::registry; fn f() { registry::AnyObject; }");
    goes_up("fn f() -> Option<crate::registry::AnyObject> { None }");
    goes_up(
        "fn f() { use crate::registry::*; let _: AnyObject; let _ = crate::registry::AnyObject::new(); }",
    );
    goes_up("use crate::registry::*; fn f(_: AnyObject) {}");
    goes_up("fn f() { assert!(crate::registry::AnyObject::is()); }");
    goes_up("macro_rules! any { () => { $crate::registry::AnyObject } }");
    goes_up("mod inside { use super::super::super::registry::AnyObject; }");
}

#[test]
fn an_import_down_is_fine() {
    let files = [
        ("src/registry/mod.rs", "use crate::field::Field; pub struct Registry;"),
        (
            "src/field/mod.rs",
            "mod text; pub use text::Field; #[cfg(test)] mod tests { use crate::registry::Registry; }",
        ),
        ("src/field/text.rs", "pub struct Field; fn registry() { registry(); }"),
    ];
    assert_eq!(faults_of(&files), [""; 0]);
}

#[test]
fn a_file_at_another_path_is_followed() {
    let files = [
        ("src/field/mod.rs", "#[path = \"elsewhere/text.rs\"] mod text;"),
        ("src/field/elsewhere/text.rs", "use crate::wire::Wire;"),
        ("src/wire.rs", "pub struct Wire;"),
    ];
    assert_eq!(faults_of(&files), ["src/field/elsewhere/text.rs uses what src/wire.rs defines, an arrow up"]);
}

#[test]
fn circles_are_seen() {
    let files = [
        ("src/field/mod.rs", "mod a; mod b; mod c;"),
        ("src/field/a.rs", "use super::b::B; pub struct A;"),
        ("src/field/b.rs", "use super::c::C; pub struct B;"),
        ("src/field/c.rs", "use super::a::A; pub struct C;"),
    ];
    assert_eq!(faults_of(&files), ["files in a circle: src/field/a.rs, src/field/b.rs, src/field/c.rs"]);
    let files = [
        ("src/primitive.rs", "pub struct Primitive; fn f(_: crate::schema::field::Field) {}"),
        ("src/schema/mod.rs", "pub mod field; mod literal;"),
        ("src/schema/field.rs", "pub struct Field;"),
        ("src/schema/literal.rs", "use crate::primitive::Primitive;"),
    ];
    assert_eq!(faults_of(&files), ["parts in a circle: primitive, schema"]);
}
