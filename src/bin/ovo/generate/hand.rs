//! The file of functions that people write: what Python does with older versions and no rule says.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use versioned_objects::registry::{SchemaEntry, Unsaid};

use super::object::{Routines, escaped};
use super::report::Report;
use super::{formatted, function_name, history};

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

impl Hand {
    /// The paths of the functions that finish the reading and the backports of this object.
    pub fn take(&mut self, entry: &SchemaEntry, object: &str) -> Routines {
        let all = entry.notes.unsaid.iter();
        let (reading, writing): (Vec<_>, Vec<_>) =
            all.filter(|unsaid| !unsaid.reading || unsaid.by_hand).partition(|unsaid| unsaid.reading);
        let name = function_name(object);
        let data = "data: &mut versioned_objects::Primitive";
        let (version, error) = ("versioned_objects::Version", "versioned_objects::Error");
        Routines {
            compatible: self.add(&writing, name.clone(), |text| {
                let _ = writeln!(
                    text,
                    "pub fn {name}(object: &super::{object}, {data}, target: {version}) -> Result<(), {error}> {{"
                );
                text.push_str("    // By hand: `data` has the fields as the rules left them.\n");
                text.push_str("    let _ = (object, data, target);\n    Ok(())\n}\n");
                format!("`{}` for an older version", entry.schema.name)
            }),
            read: self.add(&reading, format!("{name}_read"), |text| {
                let _ = writeln!(
                    text,
                    "pub fn {name}_read(object: &mut super::{object}, arrived: {version}) -> Result<(), {error}> {{"
                );
                text.push_str("    // By hand: the fields are as they arrived.\n");
                text.push_str("    let _ = (object, arrived);\n    Ok(())\n}\n");
                format!("`{}` once it was read", entry.schema.name)
            }),
        }
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
        for unsaid in unsaid {
            let versions = history(&unsaid.versions);
            let of = if versions.is_empty() { String::new() } else { format!(" in {versions}") };
            let field = unsaid.field.as_ref().map_or("the object".to_owned(), |field| format!("`{field}`"));
            let _ = writeln!(text, "/// - {field}{of}: {}", escaped(&unsaid.what));
        }
        text.push_str(&code);
        self.functions.push(Function { name: name.clone(), text });
        Some(format!("hand::{name}"))
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
