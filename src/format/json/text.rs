//! Text between quotes.

use std::fmt::{self, Write as _};

use super::error::JsonError;
use super::scan::{is_plain, plain_run};
use super::ser::Sink;

/// Writes text between quotes, with escapes where JSON needs them.
#[inline]
pub(super) fn write<W: Sink + ?Sized>(out: &mut W, text: &str) -> Result<(), JsonError> {
    out.put(b"\"")?;
    write_part(out, text)?;
    out.put(b"\"")
}

/// Writes text that needs no escapes.
#[inline]
pub(super) fn write_plain<W: Sink + ?Sized>(out: &mut W, text: &[u8]) -> Result<(), JsonError> {
    out.put(b"\"")?;
    out.put(text)?;
    out.put(b"\"")
}

/// Writes what prints so as text.
pub(super) fn write_printed<W: Sink + ?Sized>(
    out: &mut W,
    value: &(impl fmt::Display + ?Sized),
) -> Result<(), JsonError> {
    struct Printing<'w, W: ?Sized> {
        out: &'w mut W,
        written: Result<(), JsonError>,
    }

    impl<W: Sink + ?Sized> fmt::Write for Printing<'_, W> {
        fn write_str(&mut self, part: &str) -> fmt::Result {
            self.written = write_part(self.out, part);
            self.written.as_ref().map_or(Err(fmt::Error), |()| Ok(()))
        }
    }

    out.put(b"\"")?;
    let mut printing = Printing { out: &mut *out, written: Ok(()) };
    if write!(printing, "{value}").is_err() {
        printing.written?;
        return Err(JsonError::syntax("a value failed to print"));
    }
    out.put(b"\"")
}

/// Writes a part of what stands between the quotes.
#[inline]
fn write_part<W: Sink + ?Sized>(out: &mut W, text: &str) -> Result<(), JsonError> {
    let bytes = text.as_bytes();
    if is_plain(bytes) { out.put(bytes) } else { write_escaped(out, bytes) }
}

#[cold]
fn write_escaped<W: Sink + ?Sized>(out: &mut W, bytes: &[u8]) -> Result<(), JsonError> {
    let mut rest = bytes;
    loop {
        let (plain, behind) = rest.split_at_checked(plain_run(rest)).unwrap_or((rest, &[]));
        out.put(plain)?;
        let Some((special, behind)) = behind.split_first() else { return Ok(()) };
        match special {
            b'"' => out.put(b"\\\"")?,
            b'\\' => out.put(b"\\\\")?,
            b'\n' => out.put(b"\\n")?,
            b'\r' => out.put(b"\\r")?,
            b'\t' => out.put(b"\\t")?,
            0x08 => out.put(b"\\b")?,
            0x0c => out.put(b"\\f")?,
            control => {
                let digit = |of: u8| b"0123456789abcdef".get(usize::from(of)).copied().unwrap_or(b'0');
                out.put(&[b'\\', b'u', b'0', b'0', digit(control >> 4), digit(control & 15)])?;
            }
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
