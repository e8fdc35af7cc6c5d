use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::envelope::fresh_id;
use super::options::Names;

/// Where counters stand that all processes of a service share.
const SHARED: &str = "/dev/shm";

/// Part that makes the name of a reply or fanout queue its own: at random, or the host's, the process's and a number
/// (`use_queue_manager`), so that a service that starts again comes back to the queues that it had.
///
/// # Errors
/// Where the counter can't be had.
pub(super) fn unique(names: &Names) -> Result<String, String> {
    if !names.managed {
        return Ok(fresh_id());
    }
    let host = names.host.clone().or_else(host_name).ok_or("use_queue_manager needs hostname to be set")?;
    let process =
        names.process.clone().or_else(process_name).ok_or("use_queue_manager needs processname to be set")?;
    let file: PathBuf = Path::new(SHARED).join(format!("{host}_{process}_qmanager"));
    let number = next(&file).map_err(|error| format!("the queue manager's {}: {error}", file.display()))?;
    Ok(format!("{host}:{process}:{number}"))
}

fn host_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn process_name() -> Option<String> {
    let program = std::env::args_os().next()?;
    Some(Path::new(&program).file_name()?.to_string_lossy().into_owned())
}

/// Counts on, from one for each new group of processes: that is a service that was started again.
fn next(path: &Path) -> io::Result<u64> {
    let (group, started) = generation()?;
    let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
    file.lock()?;
    let counted = count(&mut file, &group, &started);
    file.unlock()?;
    counted
}

fn count(file: &mut File, group: &str, started: &str) -> io::Result<u64> {
    let mut line = String::new();
    // A file that holds something else counts as none, as in Python.
    let is_text = file.read_to_string(&mut line).is_ok();
    let mut parts = line.lines().next().filter(|_| is_text).unwrap_or_default().split(':');
    let known = (parts.next(), parts.next().and_then(|number| number.parse::<u64>().ok()), parts.next());
    let number = match known {
        (Some(known), Some(number), Some(since)) if known == group && since == started => {
            number.saturating_add(1)
        }
        _ => 1,
    };
    file.set_len(0)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(format!("{group}:{number}:{started}").as_bytes())?;
    Ok(number)
}

/// The group of this process, and when its first process was started.
fn generation() -> io::Result<(String, String)> {
    let field = |process: &str, place: usize| {
        let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
        // A program's name, in brackets, may hold spaces. What follows it begins with the third field.
        let after = stat.rsplit_once(") ").map(|(_, after)| after).unwrap_or_default();
        let field = after.split(' ').nth(place - 3).unwrap_or_default().trim().to_owned();
        Ok::<_, io::Error>(field)
    };
    let group = field("self", 5)?;
    let process = if group == "0" { std::process::id().to_string() } else { group.clone() };
    // A group outlives its first process; all that are left see that.
    let started = field(&process, 22).unwrap_or_else(|_| "0".to_owned());
    Ok((group, started))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_counts_on_and_another_generation_begins_anew() {
        let path = std::env::temp_dir().join(format!("qmanager-{}", fresh_id()));
        assert_eq!(next(&path).unwrap(), 1);
        assert_eq!(next(&path).unwrap(), 2);
        std::fs::write(&path, "1:7:5").unwrap();
        assert_eq!(next(&path).unwrap(), 1);
        std::fs::write(&path, [0xff]).unwrap();
        assert_eq!(next(&path).unwrap(), 1);
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn names_are_those_of_the_queue_manager() {
        let random = unique(&Names::default()).unwrap();
        assert_eq!(random.len(), 32);
        let process = format!("names-{}", fresh_id());
        let names = Names { managed: true, host: Some("h".into()), process: Some(process.clone()) };
        assert_eq!(unique(&names).unwrap(), format!("h:{process}:1"));
        assert_eq!(unique(&names).unwrap(), format!("h:{process}:2"));
        std::fs::remove_file(format!("{SHARED}/h_{process}_qmanager")).unwrap();
    }
}
