//! Where schemas come from: a folder of locks, a schema file, a git revision of either, or this program.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use versioned_objects::check::{Lock, Locks};
use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::schema::Kind;

use crate::places;

/// Objects as data, with the texts that they were read from.
pub struct Source {
    /// The source, for people: `snapshots/lock`, `v1.2:schema.json`.
    pub name: String,
    pub schemas: Schemas,
    pub locks: Locks,
    texts: Vec<Text>,
}

/// A file, or what a revision has of it.
struct Text {
    path: PathBuf,
    text: String,
}

/// The folder of locks that `assert_locked!` writes in most projects.
pub const LOCKS: &str = "snapshots/lock";

impl Source {
    /// Reads a path, `REVISION:PATH`, or `nova`, where this program has nova's objects.
    pub fn read(word: &str) -> Result<Source, String> {
        let path = Path::new(word);
        if path.exists() {
            return Source::of_path(path);
        }
        if cfg!(feature = "nova") && word == "nova" {
            return Ok(Source::compiled());
        }
        if let Some((revision, path)) = word.split_once(':').filter(|(revision, _)| revision.len() > 1) {
            return Source::of_revision(revision, Path::new(path));
        }
        let mut message = format!("{word}: there is no such file or folder");
        match word {
            LOCKS => message.push_str("; name your folder of locks or your schema file"),
            _ => message.push_str("; a git revision is written REVISION:PATH"),
        }
        Err(message)
    }

    /// Reads what was released: a path, `REVISION:PATH`, or the revision of what there is now.
    pub fn released(word: &str, now: &str) -> Result<Source, String> {
        let is_revision = !Path::new(word).exists() && word != "nova" && !word.contains(':');
        if is_revision { Source::of_revision(word, Path::new(now)) } else { Source::read(word) }
    }

    #[cfg(feature = "nova")]
    fn compiled() -> Source {
        let registry = versioned_objects::nova::registry();
        let schemas = registry.names().filter_map(|name| registry.schema(name).ok()).cloned().collect();
        Source { name: "nova".to_owned(), schemas, locks: Locks::of(&registry), texts: Vec::new() }
    }

    #[cfg(not(feature = "nova"))]
    fn compiled() -> Source {
        let (name, schemas, locks) = ("nova".to_owned(), Schemas::default(), Locks::default());
        Source { name, schemas, locks, texts: Vec::new() }
    }

    fn of_path(path: &Path) -> Result<Source, String> {
        let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
        let mut texts = Vec::new();
        let is_folder = path.is_dir();
        if is_folder {
            for entry in std::fs::read_dir(path).map_err(|error| failed(path, error))? {
                let path = entry.map_err(|error| failed(path, error))?.path();
                if is_lock(&path) {
                    texts.push(path);
                }
            }
            texts.sort();
        } else {
            texts.push(path.to_owned());
        }
        let read = texts.into_iter().map(|path| match std::fs::read_to_string(&path) {
            Ok(text) => Ok(Text { path, text }),
            Err(error) => Err(failed(&path, error)),
        });
        let texts: Vec<_> = read.collect::<Result<_, _>>()?;
        Source::of_texts(path.display().to_string(), path, is_folder, texts)
    }

    fn of_revision(revision: &str, path: &Path) -> Result<Source, String> {
        let name = format!("{revision}:{}", path.display());
        // Git is asked from a folder that there is now, so that it is a path of the repository around that.
        let base = path.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new(""));
        let inside = path.strip_prefix(base).unwrap_or(path);
        let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
        let commit = format!("{revision}^{{commit}}");
        let commit = git(base, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]);
        let commit = commit.map_err(|_| {
            format!(
                "{revision}: neither a file, a folder nor a git revision of the repository at {}",
                base.display()
            )
        })?;
        let commit = commit.trim();
        let object = format!("{commit}:./{}", inside.display());
        let kind = git(base, &["cat-file", "-t", &object]);
        let kind = kind.map_err(|_| format!("{name}: there is no such file or folder in that revision"))?;
        let show = |object: &str| git(base, &["cat-file", "blob", object]);
        let is_folder = kind.trim() == "tree";
        let mut texts = Vec::new();
        if is_folder {
            for file in git(base, &["ls-tree", "--name-only", &object])?.lines() {
                if is_lock(Path::new(file)) {
                    texts.push(Text { path: path.join(file), text: show(&format!("{object}/{file}"))? });
                }
            }
        } else {
            texts.push(Text { path: path.to_owned(), text: show(&object)? });
        }
        Source::of_texts(name, path, is_folder, texts)
    }

    fn of_texts(name: String, path: &Path, is_folder: bool, texts: Vec<Text>) -> Result<Source, String> {
        if is_folder && texts.is_empty() {
            return Err(format!(
                "{name}: no lock is in this folder; `assert_locked!` in a test writes them, as OBJECT.snap"
            ));
        }
        if is_folder || is_lock(path) {
            let locks = texts
                .iter()
                .map(|text| text.text.parse::<Lock>().map_err(|error| text.failed(&error.to_string())));
            let locks: Locks = locks.collect::<Result<_, _>>()?;
            let schemas = locks.iter().map(|(_, lock)| lock.schema().clone()).collect();
            return Ok(Source { name, schemas, locks, texts });
        }
        let mut schemas = Schemas::default();
        for text in &texts {
            schemas = text.text.parse().map_err(|error| text.failed(&format!("{error}")))?;
        }
        // Of several versions of a name, the newest.
        let newest = schemas.objects.iter().map(|entry| (entry.schema.name.to_string(), &entry.schema));
        let mut locks = BTreeMap::new();
        for (name, schema) in newest {
            let known = locks.entry(name).or_insert(schema);
            if known.current() < schema.current() {
                *known = schema;
            }
        }
        let locks = locks.into_values().map(Lock::of).collect();
        Ok(Source { name, schemas, locks, texts })
    }

    /// A host that knows these objects.
    pub fn registry(&self) -> Registry {
        Registry::new().with_schemas(self.schemas.clone())
    }

    /// The file and the line where an object, or what is in it, stands.
    pub fn place(&self, place: &str) -> Option<(&Path, usize)> {
        let (object, field) = parts(place);
        let is_there = |text: &&Text| places::find(&text.text, object, None).is_some();
        let text = self.texts.iter().find(is_there)?;
        Some((&text.path, text.line(object, field)?))
    }

    /// The newest tag of the repository around a path, or its newest commit.
    pub fn newest_release(path: &Path) -> Result<String, String> {
        let base = path.ancestors().skip(1).find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
        let base = if base.as_os_str().is_empty() { Path::new(".") } else { base };
        if let Ok(tag) = git(base, &["describe", "--tags", "--abbrev=0"]) {
            return Ok(tag.trim().to_owned());
        }
        match git(base, &["rev-parse", "--verify", "--quiet", "HEAD"]) {
            Ok(_) => Ok("HEAD".to_owned()),
            Err(_) => Err(format!(
                "{}: not in a git repository; name what was released: --against FOLDER, FILE or REVISION",
                path.display()
            )),
        }
    }
}

/// The object of a place, and what is named in it.
fn parts(place: &str) -> (&str, Option<&str>) {
    place.split_once('.').map_or((place, None), |(object, field)| (object, Some(field)))
}

fn is_lock(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "snap")
}

fn git(folder: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new("git").arg("-C").arg(folder).args(args).output();
    let output = output.map_err(|error| format!("git can't be run: {error}"))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(errors.lines().next().unwrap_or("git failed").to_owned());
    }
    String::from_utf8(output.stdout).map_err(|_| format!("git {}: no text", args.join(" ")))
}

impl Text {
    /// The line of an object, or of what is in it.
    fn line(&self, object: &str, field: Option<&str>) -> Option<usize> {
        let field = field.map(|field| field.trim_end_matches("()"));
        let at = places::find(&self.text, object, field)?;
        Some(self.text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1)
    }

    /// An error of this text, in one line: its file, its line where one can be told, and what to write instead.
    fn failed(&self, message: &str) -> String {
        let mut message = message.replace('\n', " ");
        let mut line = None;
        if let Some((before, place)) = message.clone().rsplit_once(" at line ") {
            line = place.split(' ').next().and_then(|line| line.parse().ok());
            message = before.to_owned();
        } else if let Some((place, _)) = message.split_once(": ") {
            let (object, field) = parts(place);
            line = self.line(object, field);
        }
        if let Some(instead) = instead(&message) {
            let _ = write!(message, "; did you mean `{instead}`?");
        }
        match line {
            Some(line) => format!("{}:{line}: {message}", self.path.display()),
            None => format!("{}: {message}", self.path.display()),
        }
    }
}

/// The words that come after a wrong one in a message, of which the nearest was meant.
fn instead(message: &str) -> Option<String> {
    let (wrong, known) = match message.split_once(" is no kind of type") {
        Some((before, _)) => {
            let wrong = before.rsplit('"').nth(1)?;
            (wrong.to_owned(), Kind::WORDS.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
        }
        None => {
            let mut words = message.split('`').skip(1).step_by(2).map(str::to_owned);
            let is_unknown = message.contains("unknown field") || message.contains("unknown variant");
            (words.next().filter(|_| is_unknown)?, words.collect())
        }
    };
    let near = known
        .into_iter()
        .map(|word| (strsim::jaro_winkler(&wrong.to_lowercase(), &word.to_lowercase()), word));
    let best = near.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.8).then_some(best.1)
}
