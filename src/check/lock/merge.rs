//! Two locks of one object that went apart, made one again: a stable branch with a backported field, and the main one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value};

use super::Lock;
use crate::version::Version;

/// A place where two locks can't be made one without a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The rule that forbids it, whose name stays.
    pub rule: &'static str,
    /// The place: `Disk`, `Disk.serial` or `Disk 1.4`.
    pub place: String,
    /// Texts of both sides, for people.
    pub what: String,
    /// The remedy: what to change on one of the sides.
    pub remedy: &'static str,
}

impl fmt::Display for Clash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Clash { rule, place, what, remedy } = self;
        write!(f, "{rule}: {place}: {what}\n  to do: {remedy}")
    }
}

/// A side of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that is merged into.
    Ours,
    /// The one that is merged.
    Theirs,
}

const RENUMBER: &str = "give the version of one side the next number, with all that came with it";
const DECIDE: &str = "take one side's: `--take PLACE=ours` or `--take PLACE=theirs`";
const FILL_GAP: &str =
    "backport the field to the versions in between as well, or give it another name on the branch";

impl Lock {
    /// Merges two locks of one object that come from a third, or from none.
    ///
    /// Versions of both sides are kept, in their order. A field that a stable branch got in a version of its own (`1.3.1`)
    /// and the main one in a later one is the same field, since the earlier of both, where no version in between lacks
    /// it. What one side changed is taken; `take` says whose is taken at places that both did.
    ///
    /// # Errors
    /// The places where both sides say something else: nothing is guessed.
    pub fn merge(
        base: Option<&Lock>,
        ours: &Lock,
        theirs: &Lock,
        take: &BTreeMap<String, Side>,
    ) -> Result<Lock, Vec<Clash>> {
        let name = ours.schema().name.to_string();
        let failed = |what: String| {
            vec![Clash {
                rule: "LOCK_UNREADABLE",
                place: name.clone(),
                what,
                remedy: "make each side a lock that can be read",
            }]
        };
        let text = |lock: &Lock| -> Result<Map<String, Value>, Vec<Clash>> {
            serde_json::from_str(&lock.to_string()).map_err(|error| failed(error.to_string()))
        };
        let base_text = match base {
            Some(base) => text(base)?,
            None => Map::new(),
        };
        let (our_text, their_text) = (text(ours)?, text(theirs)?);
        let mut merge = Merge { name: &name, base, sides: [ours, theirs], take, clashes: Vec::new() };
        let mut merged = Map::new();
        let keys: BTreeSet<&String> = our_text.keys().chain(their_text.keys()).collect();
        for key in keys {
            let values = [base_text.get(key), our_text.get(key), their_text.get(key)];
            let value = match key.as_str() {
                "versions" => Some(merge.versions()),
                "fields" => Some(merge.fields(values)),
                "tombstones" => Some(merge.listed(values, "name")),
                "methods" => Some(merge.listed(values, "name")),
                "exceptions" => Some(merge.both(values)),
                "child_versions" => merge.rows(&name, values),
                key => merge.value(&format!("{name}.{key}"), values).cloned(),
            };
            if let Some(value) = value {
                merged.insert(key.clone(), value);
            }
        }
        merge.added_twice();
        if !merge.clashes.is_empty() {
            return Err(merge.clashes);
        }
        Value::Object(merged).to_string().parse().map_err(|error: super::LockError| failed(error.to_string()))
    }
}

struct Merge<'a> {
    name: &'a str,
    base: Option<&'a Lock>,
    sides: [&'a Lock; 2],
    take: &'a BTreeMap<String, Side>,
    clashes: Vec<Clash>,
}

/// A value in the base, on our side and on theirs.
type Three<'v> = [Option<&'v Value>; 3];

impl Merge<'_> {
    fn clash(&mut self, rule: &'static str, place: &str, what: String, remedy: &'static str) {
        self.clashes.push(Clash { rule, place: place.to_owned(), what, remedy });
    }

    /// Value that the three make; none, where it is gone.
    fn value<'v>(&mut self, place: &str, [base, ours, theirs]: Three<'v>) -> Option<&'v Value> {
        if ours == theirs || theirs == base {
            return ours;
        }
        if ours == base {
            return theirs;
        }
        match self.take.get(place) {
            Some(Side::Ours) => return ours,
            Some(Side::Theirs) => return theirs,
            None => {}
        }
        let shown = |value: Option<&Value>| value.map_or("nothing".to_owned(), Value::to_string);
        let rule = match (base, ours, theirs) {
            (None, ..) => "LOCK_ADDED_TWICE",
            (Some(_), None, _) | (Some(_), _, None) => "LOCK_CHANGED_AND_REMOVED",
            _ => "LOCK_CHANGED_TWICE",
        };
        self.clash(rule, place, format!("ours says {}, theirs {}", shown(ours), shown(theirs)), DECIDE);
        ours
    }

    fn versions(&mut self) -> Value {
        let mut all: Vec<Version> =
            self.sides.iter().flat_map(|side| side.schema().versions.iter().copied()).collect();
        all.sort_unstable();
        all.dedup();
        Value::Array(all.iter().map(|version| Value::String(version.to_string())).collect())
    }

    /// A version that both sides made by themselves holds the same on both.
    fn added_twice(&mut self) {
        let was = |version: &Version| self.base.is_some_and(|base| base.schema().has_version(*version));
        let [ours, theirs] = self.sides.map(|side| side.schema());
        let both: Vec<Version> = ours
            .versions
            .iter()
            .copied()
            .filter(|version| theirs.has_version(*version) && !was(version))
            .collect();
        for version in both {
            let came = |side: &crate::schema::ObjectSchema| -> BTreeSet<String> {
                let came = side.fields.iter().filter(|field| field.since == Some(version));
                came.map(|field| field.name.to_string()).collect()
            };
            let (our_fields, their_fields) = (came(ours), came(theirs));
            if our_fields != their_fields {
                let place = format!("{} {version}", self.name);
                let listed = |fields: &BTreeSet<String>| match fields.is_empty() {
                    true => "no field".to_owned(),
                    false => fields.iter().cloned().collect::<Vec<_>>().join(", "),
                };
                let what =
                    format!("it brought {} here and {} there", listed(&our_fields), listed(&their_fields));
                self.clash("LOCK_VERSION_MADE_TWICE", &place, what, RENUMBER);
            }
        }
    }

    fn fields(&mut self, values: Three<'_>) -> Value {
        let [base, ours, theirs] = values.map(|value| value.and_then(Value::as_object));
        let empty = Map::new();
        let (ours, theirs) = (ours.unwrap_or(&empty), theirs.unwrap_or(&empty));
        let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        let mut merged = Map::new();
        for name in names {
            let place = format!("{}.{name}", self.name);
            let three = [base.and_then(|base| base.get(name)), ours.get(name), theirs.get(name)];
            let field = match three {
                [None, Some(ours), Some(theirs)] if ours != theirs => self.backported(&place, ours, theirs),
                // Both sides said more of it: word by word.
                [Some(base), Some(ours), Some(theirs)] => Some(self.words(&place, base, ours, theirs)),
                three => self.value(&place, three).cloned(),
            };
            if let Some(field) = field {
                merged.insert(name.clone(), field);
            }
        }
        Value::Object(merged)
    }

    /// A field that came to both sides in versions of their own.
    fn backported(&mut self, place: &str, ours: &Value, theirs: &Value) -> Option<Value> {
        let without_since = |value: &Value| {
            let mut value = value.clone();
            value.as_object_mut().map(|entries| entries.remove("since"));
            value
        };
        let since = |value: &Value| {
            value.get("since").and_then(Value::as_str).and_then(|text| text.parse::<Version>().ok())
        };
        let (Some(our_since), Some(their_since)) = (since(ours), since(theirs)) else {
            return self.value(place, [None, Some(ours), Some(theirs)]).cloned();
        };
        if without_since(ours) != without_since(theirs) {
            return self.value(place, [None, Some(ours), Some(theirs)]).cloned();
        }
        let (first, later) = (our_since.min(their_since), our_since.max(their_since));
        let late_side = if our_since == later { 0 } else { 1 };
        let lacks: Vec<String> = self.sides[late_side]
            .schema()
            .versions
            .iter()
            .filter(|version| first <= **version && **version < later)
            .map(Version::to_string)
            .collect();
        if !lacks.is_empty() {
            let what = format!(
                "it came in {first} on one side and in {later} on the other, whose {} lacks it",
                lacks.join(", ")
            );
            self.clash("LOCK_BACKPORT_LEAVES_GAP", place, what, FILL_GAP);
        }
        Some(if our_since == first { ours.clone() } else { theirs.clone() })
    }

    fn words(&mut self, place: &str, base: &Value, ours: &Value, theirs: &Value) -> Value {
        let (Value::Object(base), Value::Object(our_words), Value::Object(their_words)) =
            (base, ours, theirs)
        else {
            return self.value(place, [Some(base), Some(ours), Some(theirs)]).cloned().unwrap_or_default();
        };
        let names: BTreeSet<&String> = our_words.keys().chain(their_words.keys()).collect();
        let mut merged = Map::new();
        for name in names {
            let three = [base.get(name), our_words.get(name), their_words.get(name)];
            let value = match name.as_str() {
                "child_versions" => self.rows(place, three),
                name => self.value(&format!("{place}.{name}"), three).cloned(),
            };
            if let Some(value) = value {
                merged.insert(name.clone(), value);
            }
        }
        Value::Object(merged)
    }

    /// Rows of child versions, by the parent's version.
    fn rows(&mut self, place: &str, values: Three<'_>) -> Option<Value> {
        let [base, ours, theirs] = values.map(|value| value.and_then(Value::as_object));
        let (Some(ours), Some(theirs)) = (ours, theirs) else { return self.value(place, values).cloned() };
        let parents: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        let mut rows: Vec<(Version, Value)> = Vec::new();
        for parent in parents {
            let three = [base.and_then(|base| base.get(parent)), ours.get(parent), theirs.get(parent)];
            let row = self.value(&format!("{place}.child_versions.{parent}"), three).cloned();
            if let (Some(row), Ok(version)) = (row, parent.parse()) {
                rows.push((version, row));
            }
        }
        rows.sort_by_key(|(version, _)| *version);
        Some(Value::Object(rows.into_iter().map(|(version, row)| (version.to_string(), row)).collect()))
    }

    /// Lists whose elements have a name.
    fn listed(&mut self, values: Three<'_>, key: &str) -> Value {
        let by_name = |value: Option<&Value>| -> BTreeMap<String, Value> {
            let all = value.and_then(Value::as_array).into_iter().flatten();
            all.filter_map(|each| Some((each.get(key)?.as_str()?.to_owned(), each.clone()))).collect()
        };
        let [base, ours, theirs] = values.map(by_name);
        let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
        let merged = names.into_iter().filter_map(|name| {
            let three = [base.get(name), ours.get(name), theirs.get(name)];
            self.value(&format!("{}.{name}", self.name), three).cloned()
        });
        Value::Array(merged.collect())
    }

    /// Elements that either side has.
    fn both(&mut self, [_, ours, theirs]: Three<'_>) -> Value {
        let mut all: Vec<Value> = Vec::new();
        for each in [ours, theirs].into_iter().flatten().filter_map(Value::as_array).flatten() {
            if !all.contains(each) {
                all.push(each.clone());
            }
        }
        Value::Array(all)
    }
}
