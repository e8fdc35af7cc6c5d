//! Turns the changes on one after another.

use std::collections::{HashMap, HashSet, VecDeque};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long tests may take, beyond five times of what they take without a change.
const PATIENCE: Duration = Duration::from_secs(2);

/// Seconds that the tests of the first, the second, and so on, and of each further run take together.
const BATCHES: [f64; 4] = [0.1, 1.0, 5.0, 20.0];

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

/// A change that is to be tried.
struct Change<'a> {
    line: &'a str,
    number: usize,
    file: &'a str,
    /// How many tests ran with it already.
    first: usize,
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
    let tests = runner.tests(results)?;
    let listed = fs::read_to_string(list)?;
    let done = fs::read_to_string(results).unwrap_or_default();
    let done: HashMap<&str, &str> =
        done.lines().filter_map(|line| line.split_once('\t')).map(|(told, of)| (of, told)).collect();
    let mut changes = Vec::new();
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
        changes.push(Change { line, number, file, first });
    }
    let workers = std::env::var("MUTANTS_AT_ONCE").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let out = fs::File::options().create(true).append(true).open(results)?;
    let (tests, left, out) = (Mutex::new(tests), Mutex::new(changes.into_iter()), Mutex::new(out));
    let work = |worker: usize| -> Result<(), String> {
        let said = results.with_extension(format!("output.{worker}"));
        loop {
            let next = left.lock().map_err(|error| error.to_string())?.next();
            let Some(change) = next else { return Ok(()) };
            let outcome = runner.try_one(&change, &tests, &said).map_err(|error| error.to_string())?;
            let mut out = out.lock().map_err(|error| error.to_string())?;
            writeln!(out, "{outcome}\t{}", change.line).map_err(|error| error.to_string())?;
        }
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|worker| scope.spawn(move || work(worker))).collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().unwrap_or_else(|_| Err("a worker panicked".to_owned())))
    })?;
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
        // What was changed counts as one more test.
        let again = std::env::var("MUTANTS_AGAIN").unwrap_or_default();
        let is_again = |name: &str| again.split_whitespace().any(|part| name.starts_with(part));
        let listed = self.command().args(["--list", "--format", "terse"]).stdout(Stdio::piped()).output()?;
        let listed = String::from_utf8(listed.stdout)?;
        let one = results.with_extension("one");
        let long = results.with_extension("long");
        let known_long = fs::read_to_string(&long).unwrap_or_default();
        let known_long: HashMap<&str, f64> = known_long
            .lines()
            .filter_map(|line| line.split_once('\t'))
            .filter_map(|(name, seconds)| Some((name, seconds.parse().ok()?)))
            .collect();
        let mut long = fs::File::options().create(true).append(true).open(&long)?;
        for name in listed.lines().filter_map(|line| line.strip_suffix(": test")) {
            let is_long = known_long.get(name).is_some_and(|seconds| *seconds >= most.as_secs_f64());
            if before.contains(name) && !is_again(name) || is_left_out(name) || is_long {
                continue;
            }
            let _ = fs::remove_file(&one);
            let mut command = self.command();
            let child = command.args(["--exact", name]).env("MUTANTS_REACHED", &one).spawn()?;
            let (Some(passed), spent) = ended(child, most)? else {
                writeln!(long, "{name}\t{}", most.as_secs_f64())?;
                continue;
            };
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
    /// What the tests say goes into that file.
    fn try_one(
        &self,
        change: &Change<'_>,
        tests: &Mutex<Vec<Test>>,
        said: &Path,
    ) -> Result<String, Box<dyn Error>> {
        let Change { number, file, first, .. } = *change;
        let (all, count, mut reaching) = {
            let tests = tests.lock().map_err(|error| error.to_string())?;
            let all = tests.len();
            let reaches = |index: &usize| tests[*index].reaches.contains(&number);
            let mut reaching: Vec<usize> = (first..all).filter(reaches).collect();
            let found = |index: usize| tests[index].found.get(file).copied().unwrap_or(0) as f64;
            // A test of a tenth of a second that found ten is as good a guess as one that takes a hundredth and found one.
            let rank = |index: usize| (tests[index].seconds + 0.01) / (1.0 + found(index));
            reaching.sort_by(|one, other| rank(*one).total_cmp(&rank(*other)));
            let named = |index: usize| (tests[index].name.clone(), tests[index].seconds);
            let reaching: VecDeque<_> = reaching.into_iter().map(named).collect();
            (all, (0..all).filter(reaches).count(), reaching)
        };
        if count == 0 {
            return Ok(format!("not reached by {all}"));
        }
        let mut batch = 0;
        while !reaching.is_empty() {
            let most = BATCHES[batch.min(BATCHES.len() - 1)];
            let (mut names, mut seconds) = (Vec::new(), 0.0);
            while let Some((name, takes)) = reaching.pop_front() {
                if !names.is_empty() && seconds + takes > most {
                    reaching.push_front((name, takes));
                    break;
                }
                // A test takes a few milliseconds at the least.
                seconds += takes + 0.005;
                names.push(name);
            }
            match self.run(number, &names, seconds, said)? {
                Outcome::Pass => {}
                Outcome::TooLong => return Ok("too long".to_owned()),
                Outcome::Fail(name) => {
                    let mut tests = tests.lock().map_err(|error| error.to_string())?;
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

    fn run(
        &self,
        number: usize,
        names: &[String],
        seconds: f64,
        output: &Path,
    ) -> Result<Outcome, Box<dyn Error>> {
        let mut command = self.command();
        // The first failure is enough, and as it comes.
        command.args(["-Z", "unstable-options", "--fail-fast"]).env("RUSTC_BOOTSTRAP", "1");
        command.env("PROPTEST_MAX_SHRINK_ITERS", "0");
        command.args(["--exact", "--test-threads", "1"]).args(names).env("MUTANT", number.to_string());
        let child = command.stdout(fs::File::create(output)?).spawn()?;
        let patience = PATIENCE + Duration::from_secs_f64(5.0 * seconds);
        let (Some(status), _) = ended(child, patience)? else { return Ok(Outcome::TooLong) };
        if status.success() {
            return Ok(Outcome::Pass);
        }
        let said = String::from_utf8_lossy(&fs::read(output)?).into_owned();
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
