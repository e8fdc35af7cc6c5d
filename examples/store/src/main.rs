//! Objects in SQLite. Rows that an older release wrote are read as they are, and migrated when it suits:
//!
//! ```sh
//! cargo run -p example-store
//! ```

use std::error::Error;

use rusqlite::{Connection, OptionalExtension, params};
use versioned_objects::field::Decoding;
use versioned_objects::{Field, Origin, SetByName, Version, VersionedObject, wire};

/// 1.1 gave `label` another name, 1.2 brought `cache`.
#[derive(VersionedObject, Clone, Debug, Default, PartialEq)]
#[object(namespace = "shop", serial_namespace = "shop_object", versions("1.0..=1.2"))]
struct Disk {
    origin: Origin,
    #[field(renamed(from = "label", since = "1.1"))]
    title: Field<String>,
    #[field(since = "1.2", default = "writeback")]
    cache: Field<String>,
}

/// Makes the table, where it isn't there. The version stands beside the object, so that old rows are found by an index.
fn open(path: &str) -> rusqlite::Result<Connection> {
    let database = Connection::open(path)?;
    database.execute_batch(
        "CREATE TABLE IF NOT EXISTS disks (id INTEGER PRIMARY KEY, version TEXT NOT NULL, object TEXT NOT NULL);
         CREATE INDEX IF NOT EXISTS disks_by_version ON disks (version);",
    )?;
    Ok(database)
}

/// Writes a disk. While hosts of an older release read the table too, `version` is theirs.
fn save(database: &Connection, id: i64, disk: &Disk, version: Version) -> Result<(), Box<dyn Error>> {
    let object = String::from_utf8(wire::to_json(disk, version)?)?;
    let mut statement = database.prepare_cached("INSERT OR REPLACE INTO disks VALUES (?1, ?2, ?3)")?;
    statement.execute(params![id, version.to_string(), object])?;
    Ok(())
}

/// Reads a disk, whichever release wrote it. Its origin says in which version it came.
fn load(database: &Connection, id: i64) -> Result<Option<Disk>, Box<dyn Error>> {
    let mut statement = database.prepare_cached("SELECT object FROM disks WHERE id = ?1")?;
    let object: Option<String> = statement.query_row([id], |row| row.get(0)).optional()?;
    Ok(object.map(|text| wire::from_json(text.as_bytes(), Decoding::new())).transpose()?)
}

/// Writes all rows of older releases anew, in one transaction, and counts them.
fn migrate(database: &mut Connection) -> Result<usize, Box<dyn Error>> {
    let transaction = database.transaction()?;
    let current = Disk::SCHEMA.current();
    let old: Vec<i64> = transaction
        .prepare("SELECT id FROM disks WHERE version <> ?1")?
        .query_map([current.to_string()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for &id in &old {
        let Some(mut disk) = load(&transaction, id)? else { continue };
        // From here on it is of this release: what it lacks gets its default, and it goes out in the newest version.
        disk.origin.forget();
        disk.set_defaults()?;
        save(&transaction, id, &disk, current)?;
    }
    transaction.commit()?;
    Ok(old.len())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut database = open(&std::env::args().nth(1).unwrap_or_else(|| ":memory:".to_owned()))?;
    // A row as the first release wrote it.
    let old = r#"{"shop_object.name": "Disk", "shop_object.namespace": "shop", "shop_object.version": "1.0",
        "shop_object.data": {"label": "backup"}}"#;
    database.execute("INSERT OR REPLACE INTO disks VALUES (1, '1.0', ?1)", [old])?;
    println!("before: {:?}", load(&database, 1)?);
    println!("migrated: {}", migrate(&mut database)?);
    println!("after: {:?}", load(&database, 1)?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(database: &Connection, id: i64) -> String {
        database.query_row("SELECT object FROM disks WHERE id = ?1", [id], |row| row.get(0)).unwrap()
    }

    #[test]
    fn old_rows_are_read_and_migrated() {
        let mut database = open(":memory:").unwrap();
        let disk =
            Disk { title: "backup".to_owned().into(), cache: "none".to_owned().into(), ..Disk::default() };
        save(&database, 1, &disk, "1.0".parse().unwrap()).unwrap();
        save(&database, 2, &disk, "1.2".parse().unwrap()).unwrap();
        assert!(stored(&database, 1).contains(r#"{"label":"backup"}"#), "{}", stored(&database, 1));

        let old = load(&database, 1).unwrap().unwrap();
        assert_eq!(old.origin.version(), Some("1.0".parse().unwrap()));
        assert_eq!((old.title.get().unwrap().as_str(), old.cache.get()), ("backup", None));

        assert_eq!(migrate(&mut database).unwrap(), 1);
        let new = load(&database, 1).unwrap().unwrap();
        assert_eq!(new.origin.version(), Some("1.2".parse().unwrap()));
        assert_eq!(new.cache.get().unwrap(), "writeback");
        assert_eq!(load(&database, 2).unwrap().unwrap().cache.get().unwrap(), "none");
        assert_eq!(migrate(&mut database).unwrap(), 0);
    }

    #[test]
    fn a_row_that_is_none_leaves_all_as_it_was() {
        let mut database = open(":memory:").unwrap();
        database.execute("INSERT INTO disks VALUES (1, '1.0', '{}'), (2, '2.0', 'x')", []).unwrap();
        assert!(load(&database, 3).unwrap().is_none());
        assert!(migrate(&mut database).is_err());
        assert_eq!(stored(&database, 1), "{}");
    }
}
