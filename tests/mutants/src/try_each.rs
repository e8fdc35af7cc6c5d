//! Turns the changes on one after another.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long tests may take, beyond ten times of what they take without a change.
const PATIENCE: Duration = Duration::from_secs(20);

/// Seconds that the tests of the first, the second and each further run take together.
const BATCHES: [f64; 3] = [1.0, 5.0, 20.0];

struct Test {
    name: String,
    seconds: f64,
    reaches: HashSet<usize>,
    /// How many changes it found in each file.
    found: HashMap<String, usize>,
}

enum Outcome {
    Pass,
    Fail(String),
    TooLong,
}

struct Runner {
    binary: PathBuf,
    checkout: PathBuf,
}

/// Tries each change of the list, and writes down a line for each.
pub fn try_each(binary: &str, checkout: &str, list: &str, results: &str) -> Result<(), Box<dyn Error>> {
    let runner = Runner { binary: fs::canonicalize(binary)?, checkout: fs::canonicalize(checkout)? };
    // Tests run in a folder of their own.
    let results = &std::path::absolute(results)?;
    let mut tests = runner.tests(results)?;
    let listed = fs::read_to_string(list)?;
    let done = fs::read_to_string(results).unwrap_or_default();
    let done: HashSet<&str> =
        done.lines().filter_map(|line| line.split_once('\t')).map(|(_, of)| of).collect();
    let mut out = fs::File::options().create(true).append(true).open(results)?;
    for line in listed.lines().filter(|line| !done.contains(line)) {
        let Some((number, rest)) = line.split_once(' ') else { continue };
        let file = rest.split(':').next().unwrap_or_default();
        let outcome = runner.try_one(number.parse()?, file, &mut tests)?;
        writeln!(out, "{outcome}\t{line}")?;
    }
    Ok(())
}

impl Runner {
    /// Runs each test alone, to see which changes it reaches. What was seen before stays.
    fn tests(&self, results: &Path) -> Result<Vec<Test>, Box<dyn Error>> {
        let kept = results.with_extension("reached");
        let before = fs::read_to_string(&kept).unwrap_or_default();
        let before: HashSet<&str> = before.lines().filter_map(|line| line.split('\t').next()).collect();
        let mut out = fs::File::options().create(true).append(true).open(&kept)?;
        let left_out = std::env::var("MUTANTS_SKIP").unwrap_or_default();
        let is_left_out = |name: &str| left_out.split_whitespace().any(|part| name.starts_with(part));
        let listed = self.command().args(["--list", "--format", "terse"]).stdout(Stdio::piped()).output()?;
        let listed = String::from_utf8(listed.stdout)?;
        let one = results.with_extension("one");
        for name in listed.lines().filter_map(|line| line.strip_suffix(": test")) {
            if before.contains(name) || is_left_out(name) {
                continue;
            }
            let _ = fs::remove_file(&one);
            let begun = Instant::now();
            let passed = self.command().args(["--exact", name]).env("MUTANTS_REACHED", &one).status()?;
            let seconds = begun.elapsed().as_secs_f64();
            if !passed.success() {
                println!("{name} fails without a change, and is left out");
                continue;
            }
            let reached = fs::read_to_string(&one).unwrap_or_default();
            let reached: Vec<&str> = reached.lines().collect();
            writeln!(out, "{name}\t{seconds}\t{}", reached.join(" "))?;
        }
        let kept = fs::read_to_string(&kept)?;
        let test = |line: &str| -> Option<Test> {
            let mut parts = line.split('\t');
            let (name, seconds) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
            let reaches = parts.next()?.split_whitespace().filter_map(|number| number.parse().ok()).collect();
            Some(Test { name, seconds, reaches, found: HashMap::new() })
        };
        Ok(kept.lines().filter_map(test).collect())
    }

    /// Runs the tests that reach the change until one fails: what found others in this file first, then what is quick.
    fn try_one(&self, number: usize, file: &str, tests: &mut [Test]) -> Result<String, Box<dyn Error>> {
        let mut reaching: Vec<usize> =
            (0..tests.len()).filter(|index| tests[*index].reaches.contains(&number)).collect();
        if reaching.is_empty() {
            return Ok("not reached".to_owned());
        }
        let found = |index: usize| tests[index].found.get(file).copied().unwrap_or(0) as f64;
        // A test of a tenth of a second that found ten is as good a guess as one that takes a hundredth and found one.
        let rank = |index: usize| tests[index].seconds / (1.0 + found(index));
        reaching.sort_by(|one, other| rank(*one).total_cmp(&rank(*other)));
        let count = reaching.len();
        let mut batch = 0;
        while !reaching.is_empty() {
            let most = BATCHES[batch.min(BATCHES.len() - 1)];
            let (mut taken, mut seconds) = (Vec::new(), 0.0);
            while let Some(index) = reaching.first().copied() {
                if !taken.is_empty() && seconds + tests[index].seconds > most {
                    break;
                }
                seconds += tests[index].seconds;
                taken.push(reaching.remove(0));
            }
            let names: Vec<&str> = taken.iter().map(|index| tests[*index].name.as_str()).collect();
            match self.run(number, &names, seconds)? {
                Outcome::Pass => {}
                Outcome::TooLong => return Ok("too long".to_owned()),
                Outcome::Fail(name) => {
                    if let Some(test) = tests.iter_mut().find(|test| test.name == name) {
                        *test.found.entry(file.to_owned()).or_default() += 1;
                    }
                    return Ok(format!("found by {name}"));
                }
            }
            batch += 1;
        }
        Ok(format!("not found by {count}"))
    }

    fn run(&self, number: usize, names: &[&str], seconds: f64) -> Result<Outcome, Box<dyn Error>> {
        let mut command = self.command();
        command.args(["--exact", "--test-threads", "1"]).args(names).env("MUTANT", number.to_string());
        let output = self.checkout.join("output");
        let mut child = command.stdout(fs::File::create(&output)?).spawn()?;
        let end = Instant::now() + PATIENCE + Duration::from_secs_f64(10.0 * seconds);
        let status = loop {
            if let Some(status) = child.try_wait()? {
                break status;
            }
            if Instant::now() > end {
                child.kill()?;
                child.wait()?;
                return Ok(Outcome::TooLong);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        if status.success() {
            return Ok(Outcome::Pass);
        }
        let said = String::from_utf8_lossy(&fs::read(&output)?).into_owned();
        let failed = said.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
        // The process itself ended, by a stack that ran over say.
        Ok(Outcome::Fail(failed.unwrap_or("its end").to_owned()))
    }

    /// Runs the tests as cargo runs them.
    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        let package = self.checkout.join("tests");
        command.current_dir(&package).env("CARGO_MANIFEST_DIR", &package);
        command.env("INSTA_WORKSPACE_ROOT", &self.checkout).env("INSTA_UPDATE", "no");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.env_remove("MUTANT").env_remove("MUTANTS_REACHED");
        command
    }
}
