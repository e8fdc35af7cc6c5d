//! The file of functions that people write: what Python does with older versions and no rule says.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use versioned_objects::registry::SchemaEntry;

use super::object::escaped;
use super::report::Report;
use super::{formatted, function_name, history};

const HEAD: &str =
    "//! What no rule of a schema says, by hand. `ovo generate` adds functions here and changes none.

use versioned_objects::{Error, Primitive, Version};
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

impl Hand {
    /// The path of the function that finishes this object's backports.
    pub fn take(&mut self, entry: &SchemaEntry, object: &str) -> String {
        let name = function_name(object);
        let mut text = String::new();
        let _ = writeln!(text, "\n/// `{}` for an older version. In Python,", entry.schema.name);
        text.push_str("///\n");
        for unsaid in entry.notes.unsaid.iter().filter(|unsaid| !unsaid.reading) {
            let versions = history(&unsaid.versions);
            let of = if versions.is_empty() { String::new() } else { format!(" in {versions}") };
            let field = unsaid.field.as_ref().map_or("the object".to_owned(), |field| format!("`{field}`"));
            let _ = writeln!(text, "/// - {field}{of}: {}", escaped(&unsaid.what));
        }
        let _ = writeln!(
            text,
            "pub fn {name}(object: &super::{object}, data: &mut Primitive, target: Version) -> Result<(), Error> {{"
        );
        text.push_str("    // By hand: `data` has the fields as the rules left them.\n");
        text.push_str("    let _ = (object, data, target);\n    Ok(())\n}\n");
        self.functions.push(Function { name: name.clone(), text });
        format!("hand::{name}")
    }

    /// Adds to the file the functions that it lacks, and says whether there is such a file.
    pub fn write(&self, path: &Path, report: &mut Report) -> io::Result<bool> {
        let there = path.exists();
        let mut text = if there { std::fs::read_to_string(path)? } else { HEAD.to_owned() };
        let mut added = 0;
        for function in &self.functions {
            if text.contains(&format!("fn {}(", function.name)) {
                continue;
            }
            text.push_str(&function.text);
            added += 1;
        }
        report.functions(self.functions.len(), added);
        if added > 0 {
            std::fs::write(path, formatted(&text))?;
        }
        Ok(there || added > 0)
    }
}
