//! Turns the changes on one after another.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// How long tests may take, beyond ten times of what they take without a change.
const PATIENCE: Duration = Duration::from_secs(10);

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
    let done: HashMap<&str, &str> =
        done.lines().filter_map(|line| line.split_once('\t')).map(|(told, of)| (of, told)).collect();
    let mut out = fs::File::options().create(true).append(true).open(results)?;
    for line in listed.lines() {
        // What no test saw so far is tried by those that came after.
        let first = match done.get(line) {
            Some(told) if told.starts_with("not ") => {
                told.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)
            }
            Some(_) => continue,
            None => 0,
        };
        let Some((number, rest)) = line.split_once(' ') else { continue };
        let file = rest.split(':').next().unwrap_or_default();
        let number = number.parse()?;
        if first > 0 && !tests.iter().skip(first).any(|test| test.reaches.contains(&number)) {
            continue;
        }
        let outcome = runner.try_one(number, file, &mut tests, first)?;
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
        // What takes longer takes no part yet.
        let most = std::env::var("MUTANTS_SECONDS").ok().and_then(|text| text.parse().ok());
        let most = most.map_or(Duration::MAX, Duration::from_secs_f64);
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
            let mut command = self.command();
            let child = command.args(["--exact", name]).env("MUTANTS_REACHED", &one).spawn()?;
            let (Some(passed), spent) = ended(child, most)? else { continue };
            let seconds = spent.as_secs_f64();
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
    /// Those before `first` ran with it already.
    fn try_one(
        &self,
        number: usize,
        file: &str,
        tests: &mut [Test],
        first: usize,
    ) -> Result<String, Box<dyn Error>> {
        let all = tests.len();
        let reaches = |index: &usize| tests[*index].reaches.contains(&number);
        let mut reaching: Vec<usize> = (first..all).filter(reaches).collect();
        let count = (0..all).filter(reaches).count();
        if count == 0 {
            return Ok(format!("not reached by {all}"));
        }
        let found = |index: usize| tests[index].found.get(file).copied().unwrap_or(0) as f64;
        // A test of a tenth of a second that found ten is as good a guess as one that takes a hundredth and found one.
        let rank = |index: usize| (tests[index].seconds + 0.01) / (1.0 + found(index));
        reaching.sort_by(|one, other| rank(*one).total_cmp(&rank(*other)));
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
        Ok(format!("not found by {count} of {all}"))
    }

    fn run(&self, number: usize, names: &[&str], seconds: f64) -> Result<Outcome, Box<dyn Error>> {
        let mut command = self.command();
        command.args(["--exact", "--test-threads", "1"]).args(names).env("MUTANT", number.to_string());
        let output = self.checkout.join("output");
        let child = command.stdout(fs::File::create(&output)?).spawn()?;
        let patience = PATIENCE + Duration::from_secs_f64(10.0 * seconds);
        let (Some(status), _) = ended(child, patience)? else { return Ok(Outcome::TooLong) };
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

/// Waits until the process ends, and ends it where it takes more of a processor than that, or waits for something that
/// doesn't come. What others do on the machine doesn't count. Tells also what it took.
fn ended(mut child: Child, patience: Duration) -> Result<(Option<ExitStatus>, Duration), Box<dyn Error>> {
    let begun = Instant::now();
    let mut spent = Duration::ZERO;
    loop {
        spent = spent.max(spent_by(child.id()));
        if let Some(status) = child.try_wait()? {
            return Ok((Some(status), spent));
        }
        if spent > patience || begun.elapsed() / 20 > patience {
            child.kill()?;
            child.wait()?;
            return Ok((None, spent));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The time that a process took of a processor so far, in steps of a hundredth of a second.
fn spent_by(process: u32) -> Duration {
    let told = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program stands in brackets before them.
    let behind = told.rsplit_once(')').map_or("", |(_, behind)| behind);
    let ticks = behind.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok());
    Duration::from_millis(10 * ticks.sum::<u64>())
}
