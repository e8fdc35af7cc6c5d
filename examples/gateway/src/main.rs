//! A gateway between hosts of different releases. It knows their objects from a schema file alone, and writes each
//! line that it reads in the versions that the other side reads:
//!
//! ```sh
//! cargo run -p example-gateway -- examples/gateway/schema.json Server=1.1 Port=1.0 <<'LINES'
//! {"shop_object.name": "Server", "shop_object.namespace": "shop", "shop_object.version": "1.2", "shop_object.data": {"name": "a", "ports": [], "zone": "north"}}
//! LINES
//! ```

use std::error::Error;
use std::io::{BufRead, Write};
use std::process::ExitCode;

use versioned_objects::registry::{Registry, Schemas};
use versioned_objects::{Backport, Manifest, Target, wire};

/// What `NAME=VERSION` arguments say.
fn versions(arguments: &[String]) -> Result<Manifest, Box<dyn Error>> {
    let mut versions = Manifest::default();
    for argument in arguments {
        let (name, version) = argument.split_once('=').ok_or_else(|| format!("{argument}: NAME=VERSION"))?;
        versions.insert(name, version.parse()?);
    }
    Ok(versions)
}

/// The object of a line as the other side reads it, and the paths of what it had to leave out.
fn convert(
    registry: &Registry,
    versions: &Manifest,
    line: &[u8],
) -> Result<(Vec<u8>, Vec<String>), versioned_objects::Error> {
    let object = registry.decode_json(line)?;
    let target = Target::Manifest(versions);
    let dropped = object.at(target)?.dropped().into_iter().map(|loss| loss.path).collect();
    Ok((wire::to_json(&object, target)?, dropped))
}

/// Converts all lines. Returns how many could not be.
fn run(
    registry: &Registry,
    versions: &Manifest,
    lines: impl BufRead,
    mut out: impl Write,
    mut log: impl Write,
) -> std::io::Result<usize> {
    let mut failed = 0;
    for (number, line) in (1..).zip(lines.split(b'\n')) {
        match convert(registry, versions, &line?) {
            Ok((mut converted, dropped)) => {
                converted.push(b'\n');
                out.write_all(&converted)?;
                for path in dropped {
                    writeln!(log, "line {number}: {path} is left out")?;
                }
            }
            Err(error) => {
                failed += 1;
                writeln!(log, "line {number}: {error}")?;
            }
        }
    }
    Ok(failed)
}

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (schema, versions_said) = arguments.split_first().ok_or("SCHEMA NAME=VERSION...")?;
    let registry = Registry::new().with_schemas(Schemas::read(schema)?);
    let versions = versions(versions_said)?;
    let failed =
        run(&registry, &versions, std::io::stdin().lock(), std::io::stdout().lock(), std::io::stderr())?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_on(versions_said: &[&str], lines: &str) -> (usize, String, String) {
        let registry =
            Registry::new().with_schemas(include_str!("../schema.json").parse::<Schemas>().unwrap());
        let arguments: Vec<String> = versions_said.iter().map(|said| (*said).to_owned()).collect();
        let (mut out, mut log) = (Vec::new(), Vec::new());
        let versions = versions(&arguments).unwrap();
        let failed = run(&registry, &versions, lines.as_bytes(), &mut out, &mut log).unwrap();
        (failed, String::from_utf8(out).unwrap(), String::from_utf8(log).unwrap())
    }

    fn envelope(name: &str, version: &str, data: &str) -> String {
        format!(
            r#"{{"shop_object.name":"{name}","shop_object.namespace":"shop","shop_object.version":"{version}","shop_object.data":{data}}}"#
        )
    }

    #[test]
    fn objects_go_on_in_the_versions_that_the_other_side_reads() {
        let port = envelope("Port", "1.1", r#"{"address":"10.0.0.1","mtu":1500}"#);
        let server = envelope("Server", "1.2", &format!(r#"{{"name":"a","ports":[{port}],"zone":"north"}}"#));
        let (failed, out, log) = run_on(&["Server=1.1", "Port=1.0"], &server);
        let older = envelope("Port", "1.0", r#"{"address":"10.0.0.1"}"#);
        let expected = envelope("Server", "1.1", &format!(r#"{{"name":"a","ports":[{older}]}}"#));
        assert_eq!((failed, out.trim_end()), (0, expected.as_str()));
        assert!(log.contains("Server.zone is left out") && log.contains("mtu is left out"), "{log}");
        let same = run_on(&["Server=1.2", "Port=1.1"], &server);
        assert_eq!((same.1.trim_end(), same.2.as_str()), (server.as_str(), ""));
    }

    #[test]
    fn a_line_that_can_t_be_converted_is_said_and_the_next_ones_go_on() {
        let lines = format!(
            "{}\nnonsense\n{}",
            envelope("Disk", "1.0", "{}"),
            envelope("Port", "1.0", r#"{"address":"::1"}"#)
        );
        let (failed, out, log) = run_on(&["Port=1.0"], &lines);
        assert_eq!((failed, out.lines().count(), log.lines().count()), (2, 1, 2), "{log}");
        assert!(log.starts_with("line 1: ") && log.contains("Disk"), "{log}");
    }
}
