//! Rows of the table: lists by column, which stand for more than their bytes.

use versioned_objects::{Target, wire};

use super::memory::{MEMORY, Row, Whole, by_schema, layouts, manifest};
use super::messages::from_columns;

const ROOM: Option<&str> = Some("columns stand for more than their bytes may");

fn varint(mut value: u64) -> Vec<u8> {
    let mut out = Vec::new();
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
    out
}

/// The message with each of these numbers replaced, wherever it stands.
fn replaced(message: &[u8], numbers: &[(u64, u64)]) -> Vec<u8> {
    let mut out = message.to_vec();
    for (from, to) in numbers {
        let (from, to) = (varint(*from), varint(*to));
        let mut at = 0;
        let before = out.len();
        while let Some(next) = (at..out.len()).find(|at| out[*at..].starts_with(&from)) {
            out.splice(next..next + from.len(), to.iter().copied());
            at = next + to.len();
        }
        assert!(out.len() > before, "{from:?} in {out:?}");
    }
    out
}

fn by_column(whole: &Whole) -> Vec<u8> {
    wire::to_compact(whole, Target::Own, &layouts().columnar()).unwrap()
}

/// Objects that have nothing: as many as a message of that length may say, which has all that in its first bytes.
fn of_empty_objects(size: usize) -> Vec<u8> {
    const FEW: u64 = 1000;
    let few = vec![Whole::default(); FEW as usize];
    let few = wire::to_compact(&few, Target::Own, &layouts().columnar()).unwrap();
    // A number and a row for each.
    let many = ((8 << 20) + size as u64 * 24) / (8 + 64) - 1000;
    let mut message = replaced(&few, &[(FEW << 1 | 1, many << 1 | 1), (FEW, many)]);
    message.resize(message.len() + size, 0);
    message
}

fn whole_by_column(message: &[u8]) -> Result<(), String> {
    let layouts = layouts().columnar();
    let read = wire::from_compact::<Vec<Whole>>(message, &layouts, Default::default());
    read.map(drop).map_err(|error| error.to_string())
}

fn dynamic_by_column(message: &[u8]) -> Result<(), String> {
    let registry = by_schema();
    let read = registry.decode_compact_list(message, &registry.layouts(&manifest()).columnar());
    read.map(drop).map_err(|error| error.to_string())
}

/// A list with that column in place of the one that is expected.
fn with_column(column: &[u8]) -> Vec<u8> {
    let mut message = by_column(&Whole { parts: vec![].into(), ..Whole::default() });
    assert_eq!(message.pop(), Some(0));
    message.extend(varint(16 << 1 | 1));
    message.extend_from_slice(column);
    message
}

/// The parts that a column has.
const TEXTS: u8 = 1 << 2;
const INNER: u8 = 1 << 5;

/// Columns that hold nothing, one after the other.
fn of_empty_columns(size: usize) -> Vec<u8> {
    let mut column = vec![INNER];
    column.extend(varint(size as u64));
    column.resize(column.len() + size, 0);
    with_column(&column)
}

/// Different texts of one letter, none of which any place names.
fn of_entries(size: usize) -> Vec<u8> {
    let mut column = vec![TEXTS];
    // Each different text stands there once, and all of them have no bytes.
    column.extend(varint(1));
    // As many lengths, none of which takes a byte, all of them one.
    column.extend([varint(size as u64), vec![0], varint(1), varint(size as u64)].concat());
    column.resize(column.len() + size, b'x');
    column.extend(varint(0));
    with_column(&column)
}

pub const ROWS: &[Row] = &[
    Row("columns: empty objects", of_empty_objects, whole_by_column, 8.0, MEMORY),
    Row("columns: empty objects, dynamic", of_empty_objects, dynamic_by_column, 24.0, MEMORY),
    Row("columns without values", of_empty_columns, from_columns, 24.0, ROOM),
    Row("columns: texts that nothing names", of_entries, from_columns, 24.0, Some("end within a value")),
];
