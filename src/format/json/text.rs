//! Text between quotes.

use std::fmt::{self, Write as _};
use std::io;

use super::error::JsonError;
use super::scan::{is_plain, plain_run};

/// Writes bytes as they are.
#[inline]
pub(super) fn put<W: io::Write + ?Sized>(out: &mut W, text: &[u8]) -> Result<(), JsonError> {
    out.write_all(text).map_err(|error| JsonError::io(&error))
}

/// Writes text between quotes, with escapes where JSON needs them.
#[inline]
pub(super) fn write<W: io::Write + ?Sized>(out: &mut W, text: &str) -> io::Result<()> {
    out.write_all(b"\"")?;
    write_part(out, text)?;
    out.write_all(b"\"")
}

/// Writes what prints so as text.
pub(super) fn write_printed<W: io::Write + ?Sized>(
    out: &mut W,
    value: &(impl fmt::Display + ?Sized),
) -> io::Result<()> {
    struct Printing<'w, W: ?Sized> {
        out: &'w mut W,
        written: io::Result<()>,
    }

    impl<W: io::Write + ?Sized> fmt::Write for Printing<'_, W> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.written = write_part(self.out, part);
            self.written.as_ref().map_or(Err(fmt::Error), |()| Ok(()))
        }
    }

    out.write_all(b"\"")?;
    let mut printing = Printing { out: &mut *out, written: Ok(()) };
    if write!(printing, "{value}").is_err() {
        printing.written?;
        return Err(io::Error::other("a value failed to print"));
    }
    out.write_all(b"\"")
}

/// Writes a part of what stands between the quotes.
#[inline]
fn write_part<W: io::Write + ?Sized>(out: &mut W, text: &str) -> io::Result<()> {
    let bytes = text.as_bytes();
    if is_plain(bytes) { out.write_all(bytes) } else { write_escaped(out, bytes) }
}

#[cold]
fn write_escaped<W: io::Write + ?Sized>(out: &mut W, bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes;
    loop {
        let (plain, behind) = rest.split_at_checked(plain_run(rest)).unwrap_or((rest, &[]));
        out.write_all(plain)?;
        let Some((special, behind)) = behind.split_first() else { return Ok(()) };
        match special {
            b'"' => out.write_all(b"\\\"")?,
            b'\\' => out.write_all(b"\\\\")?,
            b'\n' => out.write_all(b"\\n")?,
            b'\r' => out.write_all(b"\\r")?,
            b'\t' => out.write_all(b"\\t")?,
            0x08 => out.write_all(b"\\b")?,
            0x0c => out.write_all(b"\\f")?,
            control => write!(out, "\\u{control:04x}")?,
        }
        rest = behind;
    }
}

/// The character that a letter behind a backslash stands for; nothing of `u`, which has digits.
pub(super) fn unescaped(letter: u8) -> Option<char> {
    Some(match letter {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        _ => return None,
    })
}
