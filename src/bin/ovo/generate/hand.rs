//! The file of functions that people write: what Python does with older versions and no rule says.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use versioned_objects::registry::{SchemaEntry, Unsaid};

use super::object::Routines;
use super::report::Report;
use super::words::unsaid_lines;
use super::{at, formatted, function_name};

const HEAD: &str =
    "//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

";

/// The functions that a run asks for.
#[derive(Default)]
pub struct Hand {
    functions: Vec<Function>,
}

struct Function {
    name: String,
    text: String,
}

/// The types that functions name, with the module of each.
const TYPES: [&str; 3] = ["Error", "Primitive", "Version"];

impl Hand {
    /// The paths of the functions that finish the reading and the backports of this object.
    pub fn take(&mut self, entry: &SchemaEntry, object: &str) -> Routines {
        let all = entry.notes.unsaid.iter();
        let (reading, writing): (Vec<_>, Vec<_>) =
            all.filter(|unsaid| !unsaid.reading || unsaid.by_hand).partition(|unsaid| unsaid.reading);
        let name = function_name(object);
        Routines {
            compatible: self.add(&writing, name.clone(), |text| {
                let _ = writeln!(
                    text,
                    "pub fn {name}(object: &super::{object}, data: &mut Primitive, target: Version) -> Result<(), Error> {{"
                );
                text.push_str("    // By hand: `data` has the fields as the rules left them.\n");
                text.push_str("    let _ = (object, data, target);\n    Ok(())\n}\n");
                format!("`{}` for an older version", entry.schema.name)
            }),
            read: self.add(&reading, format!("{name}_read"), |text| {
                let _ = writeln!(
                    text,
                    "pub fn {name}_read(object: &mut super::{object}, arrived: Version) -> Result<(), Error> {{"
                );
                text.push_str("    // By hand: the fields are as they arrived.\n");
                text.push_str("    let _ = (object, arrived);\n    Ok(())\n}\n");
                format!("`{}` once it was read", entry.schema.name)
            }),
        }
    }

    /// Takes in the functions that convert a field's former type.
    pub fn convert(&mut self, functions: [(String, String); 2]) {
        self.functions.extend(functions.map(|(name, text)| Function { name, text }));
    }

    fn add(
        &mut self,
        unsaid: &[&Unsaid],
        name: String,
        body: impl FnOnce(&mut String) -> String,
    ) -> Option<String> {
        if unsaid.is_empty() {
            return None;
        }
        let mut code = String::new();
        let mut text = format!("\n/// {}. In Python,\n///\n", body(&mut code));
        text.push_str(&unsaid_lines(unsaid));
        text.push_str(&code);
        self.functions.push(Function { name: name.clone(), text });
        Some(format!("hand::{name}"))
    }

    /// Adds to the file the functions that it lacks, and says whether there is such a file.
    pub fn write(&self, path: &Path, report: &mut Report) -> io::Result<bool> {
        let there = path.exists();
        let mut text = if there { at(path, std::fs::read_to_string(path))? } else { HEAD.to_owned() };
        let lacking: Vec<_> = self
            .functions
            .iter()
            .filter(|function| !text.contains(&format!("fn {}(", function.name)))
            .map(|function| &*function.text)
            .collect();
        let named: Vec<_> = TYPES
            .into_iter()
            .filter(|ty| lacking.iter().any(|text| words(text).any(|word| word == *ty)))
            .collect();
        if !there && !named.is_empty() {
            let _ = writeln!(text, "use versioned_objects::{{{}}};", named.join(", "));
        }
        // What a person imports otherwise is said by its path.
        let unknown: Vec<_> = named.into_iter().filter(|ty| !imports(&text, ty)).collect();
        let added = lacking.len();
        let functions: String = lacking.into_iter().map(|function| with_paths(function, &unknown)).collect();
        report.functions(self.functions.len(), added);
        if added > 0 {
            let whole = match there {
                // The layout of what is there is a person's too.
                true => format!("{}\n\n{}", text.trim_end(), formatted(functions.trim_start())),
                false => formatted(&(text + &functions)),
            };
            at(path, std::fs::write(path, whole))?;
        }
        Ok(there || added > 0)
    }
}

/// The words of Rust in a text.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with("///")).flat_map(|line| {
        line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != ':').filter(|word| !word.is_empty())
    })
}

/// Whether a file imports this type of the library.
fn imports(text: &str, ty: &str) -> bool {
    let mut rest = text;
    while let Some((_, found)) = rest.split_once("use versioned_objects::") {
        let end = found.find(';').unwrap_or(found.len());
        let (named, after) = found.split_at(end);
        if named.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == ty) {
            return true;
        }
        rest = after;
    }
    false
}

/// The function with these types by their paths.
fn with_paths(function: &str, types: &[&str]) -> String {
    let mut out = String::new();
    for line in function.split_inclusive('\n') {
        let is_code = line.starts_with("pub fn ");
        let paths = types.iter().filter(|_| is_code).fold(line.to_owned(), |line, ty| {
            line.replace(&format!(" {ty}"), &format!(" versioned_objects::{ty}"))
        });
        out.push_str(&paths);
    }
    out
}
