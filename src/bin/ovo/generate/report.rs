//! What a run tells: how much there was, what is left to people, and what the source needs.

use std::collections::BTreeSet;
use std::fmt;

use versioned_objects::registry::{SchemaEntry, Schemas, Unsaid};
use versioned_objects::schema::ObjectSchema;

use super::absent::Absent;
use super::enums::Enums;

/// The crates whose types are imported, as `Cargo.toml` has them.
const CHRONO: &str = r#"chrono = { version = "0.4.41", default-features = false }"#;
const IPNET: &str = r#"ipnet = { version = "2.11", default-features = false }"#;
const SERDE_JSON: &str = r#"serde_json = "1.0.140""#;

/// The report of a run: what it made, and the things it couldn't.
pub struct Report {
    objects: usize,
    fields: usize,
    enums: usize,
    families: usize,
    functions: usize,
    added: usize,
    /// Functions that no rule can say, counted by object.
    unsaid: Vec<(String, usize)>,
    /// How much Python does on reading, which stands in the comments.
    reading: usize,
    features: BTreeSet<&'static str>,
    crates: BTreeSet<&'static str>,
    notes: Vec<String>,
}

impl Report {
    pub fn new(schemas: &Schemas) -> Report {
        let count = |entry: &SchemaEntry, reading: bool| {
            let is_reading = |unsaid: &&Unsaid| (unsaid.reading && !unsaid.by_hand) == reading;
            entry.notes.unsaid.iter().filter(is_reading).count()
        };
        let unsaid = schemas.objects.iter().map(|entry| (entry.schema.name.to_string(), count(entry, false)));
        let unsaid = unsaid.filter(|(_, count)| *count > 0);
        let reading = schemas.objects.iter().map(|entry| count(entry, true)).sum();
        Report {
            objects: 0,
            fields: 0,
            enums: 0,
            families: 0,
            functions: 0,
            added: 0,
            unsaid: unsaid.collect(),
            reading,
            features: BTreeSet::new(),
            crates: BTreeSet::new(),
            notes: schemas.problems.clone(),
        }
    }

    pub fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    /// Takes in the objects that aren't there, unless the reader named them.
    pub fn absent(&mut self, absent: &Absent) {
        let start = |note: &str| note.split("registered").next().unwrap_or_default().to_owned();
        let known: Vec<String> = self.notes.iter().map(|note| start(note)).collect();
        self.notes.extend(absent.notes().filter(|note| !known.contains(&start(note))));
    }

    pub fn count(&mut self, objects: &[&ObjectSchema], enums: &Enums, families: usize) {
        self.objects = objects.len();
        let mut checks =
            objects.iter().flat_map(|object| object.fields.iter()).filter_map(|field| field.check.as_ref());
        if checks.any(|check| check.pattern.is_some()) {
            self.features.insert("pattern");
        }
        self.fields = objects.iter().map(|object| object.fields.len()).sum();
        self.enums = enums.count();
        self.families = families;
    }

    pub fn functions(&mut self, all: usize, added: usize) {
        (self.functions, self.added) = (all, added);
    }

    /// Takes in what the imported paths need.
    pub fn need(&mut self, paths: &BTreeSet<String>) {
        for path in paths {
            match &**path {
                "versioned_objects::field::DateTime" => drop(self.features.insert("chrono")),
                "versioned_objects::field::UuidText" => drop(self.features.insert("uuid")),
                "chrono::NaiveDateTime" => {
                    self.features.insert("chrono");
                    self.crates.insert(CHRONO);
                }
                "serde_json::Value" => drop(self.crates.insert(SERDE_JSON)),
                path if path.starts_with("ipnet::") => {
                    self.features.insert("ipnet");
                    self.crates.insert(IPNET);
                }
                _ => {}
            }
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} objects with {} fields, {} enums of texts, {} enums of objects",
            self.objects, self.fields, self.enums, self.families
        )?;
        match self.functions {
            0 => writeln!(f, "nothing is left to write by hand")?,
            all => {
                writeln!(f, "{all} functions are for you to write in hand.rs, {} of them new", self.added)?
            }
        }
        for (object, count) in &self.unsaid {
            writeln!(f, "  {object}: {count} things that no rule says")?;
        }
        if self.reading > 0 {
            writeln!(f, "{} things that Python does on reading stand in comments", self.reading)?;
        }
        // `derive` and `json` are there by default.
        let features: Vec<_> = self.features.iter().map(|feature| format!("{feature:?}")).collect();
        let features = match features.len() {
            0 => String::new(),
            _ => format!(", features = [{}]", features.join(", ")),
        };
        write!(f, "its lines in Cargo.toml, with the path to your checkout:\n  [dependencies]\n")?;
        write!(f, "  versioned-objects = {{ path = \"../versioned-objects\"{features} }}")?;
        for needed in &self.crates {
            write!(f, "\n  {needed}")?;
        }
        for note in &self.notes {
            write!(f, "\nnote: {note}")?;
        }
        Ok(())
    }
}
