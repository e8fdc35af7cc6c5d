//! Where the secrets stand in a text.
//!
//! A scanner of its own: a pattern of a crate for each of oslo's notations would go over the text once each, and would
//! have to be compiled where the program runs.

use std::ops::Range;

use super::words::{ends_of, may_begin};

/// The places of the secrets, in order and apart from each other.
pub(super) fn secrets(text: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = text.get(at) {
            let start = at;
            at += 1;
            let found = if *byte == b':' {
                of_url(text, start)
            } else if may_begin(text, start) {
                ends_of(text, start).find_map(|end| behind(text, start, end))
            } else {
                None
            };
            if let Some(found) = found {
                at = found.end.max(at);
                return Some(found);
            }
        }
        None
    })
}

/// The secret behind a word, in whichever notation.
fn behind(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let end = skip(text, end, |byte| byte.is_ascii_digit());
    of_xml(text, start, end)
        .or_else(|| of_key(text, end))
        .or_else(|| of_assignment(text, end))
        .or_else(|| of_command(text, start, end))
}

/// `<password>x</password>`.
fn of_xml(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let name = text.get(start..end)?;
    if text.get(..start)?.last() != Some(&b'<') || text.get(end) != Some(&b'>') {
        return None;
    }
    let close = skip(text, end + 1, |byte| byte != b'<');
    let tail = text.get(close..)?;
    let closes = |tail: &[u8]| {
        let tail = tail.strip_prefix(b"</")?;
        let found = tail.get(..name.len())?;
        (found.eq_ignore_ascii_case(name) && tail.get(name.len()) == Some(&b'>')).then_some(())
    };
    (tail.is_empty() || closes(tail).is_some()).then_some(end + 1..close)
}

/// `'password': 'x'`, `"password_of": 5`, `'password', '--new', 'x'`, and `password: "x"` without quotes around the key.
fn of_key(text: &[u8], end: usize) -> Option<Range<usize>> {
    // What is longer is no key, and would be looked at again from each word in it.
    const LONGEST: usize = 24;
    let rest = text.get(..text.len().min(end + LONGEST)).unwrap_or_default();
    let name = skip(rest, end, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    let Some(quote) = Quote::at(text, name) else {
        let colon = spaces(text, end);
        return (text.get(colon) == Some(&b':')).then(|| wrapped(text, spaces(text, colon + 1)))?;
    };
    let next = spaces(text, quote.end);
    match text.get(next)? {
        b':' => value(text, spaces(text, next + 1)),
        b',' => of_option(text, spaces(text, next + 1)),
        _ => None,
    }
}

/// The option and the value behind a name in a list of arguments.
fn of_option(text: &[u8], at: usize) -> Option<Range<usize>> {
    let quote = Quote::at(text, at)?;
    let end = option(text, quote.end)?;
    let comma = spaces(text, Quote::at(text, end)?.end);
    (text.get(comma) == Some(&b',')).then(|| quoted(text, spaces(text, comma + 1)))?
}

/// The end of `-x` or `--name`.
fn option(text: &[u8], at: usize) -> Option<usize> {
    let dashes = skip(text, at, |byte| byte == b'-');
    if !(1..=2).contains(&(dashes - at)) {
        return None;
    }
    let end = skip(text, dashes, |byte| matches!(byte, b'A'..=b'z'));
    (end > dashes).then_some(end)
}

/// A value behind a key: text, a number, a list or a map. One that is null, true or false says nothing.
fn value(text: &[u8], at: usize) -> Option<Range<usize>> {
    if let Some(found) = wrapped(text, at) {
        return Some(found);
    }
    match text.get(at)? {
        b'{' | b'[' | b'(' => Some(at..closing(text, at)),
        b'0'..=b'9' | b'-' | b'.' => {
            let is_over = |byte: u8| byte.is_ascii_whitespace() || matches!(byte, b',' | b'}' | b']' | b')');
            Some(at..skip(text, at, |byte| !is_over(byte)))
        }
        _ => None,
    }
}

/// Text in quotes, inside of Rust's `Some(...)` too.
fn wrapped(text: &[u8], at: usize) -> Option<Range<usize>> {
    let mut at = at;
    loop {
        if let Some(found) = quoted(text, at) {
            return Some(found);
        }
        const LONGEST: usize = 24;
        let rest = text.get(..text.len().min(at + LONGEST)).unwrap_or_default();
        let name = skip(rest, at, |byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if name == at || text.get(name) != Some(&b'(') {
            return None;
        }
        at = spaces(text, name + 1);
    }
}

/// The place behind the bracket that closes the one here; the end of the text, where there is none.
fn closing(text: &[u8], at: usize) -> usize {
    let (mut at, mut depth) = (at, 0_usize);
    while let Some(byte) = text.get(at) {
        match byte {
            b'{' | b'[' | b'(' => depth += 1,
            b'}' | b']' | b')' => depth = depth.saturating_sub(1),
            b'"' | b'\'' | b'\\' => {
                if let Some(quote) = Quote::at(text, at) {
                    let end = quote.close(text);
                    at = Quote::at(text, end).map_or(end, |close| close.end);
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return at;
        }
    }
    at
}

/// `password = x`, `password = 'x'`, and `password 'x'`.
fn of_assignment(text: &[u8], end: usize) -> Option<Range<usize>> {
    let next = spaces(text, end);
    if text.get(next) == Some(&b'=') {
        let start = spaces(text, next + 1);
        return quoted(text, start).or_else(|| bare(text, start, |byte| !matches!(byte, b'\'' | b'"')));
    }
    if next > end { quoted(text, next) } else { None }
}

/// `--password x`, and `password --new x`.
fn of_command(text: &[u8], start: usize, end: usize) -> Option<Range<usize>> {
    let next = spaces(text, end);
    if let Some(end) = option(text, next) {
        return bare(text, spaces(text, end), |_| true);
    }
    let is_option = text.get(..start)?.ends_with(b"--");
    let is_value = |byte| !matches!(byte, b'\'' | b'"' | b'=');
    if is_option && next > end { bare(text, next, is_value) } else { None }
}

/// `://user:x@`, which begins at the colon here.
fn of_url(text: &[u8], at: usize) -> Option<Range<usize>> {
    let start = at + 3;
    if text.get(at..start)? != b"://" {
        return None;
    }
    let is_part =
        |byte: u8| !byte.is_ascii_whitespace() && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'');
    let end = skip(text, start, is_part);
    let authority = text.get(start..end)?;
    let host = authority.iter().rposition(|byte| *byte == b'@')?;
    let colon = authority.iter().take(host).position(|byte| *byte == b':')?;
    Some(start + colon + 1..start + host)
}

/// Text without quotes, which is not empty.
fn bare(text: &[u8], start: usize, is_part: impl Fn(u8) -> bool) -> Option<Range<usize>> {
    let end = skip(text, start, |byte| !byte.is_ascii_whitespace() && is_part(byte));
    (end > start).then_some(start..end)
}

/// Text between quotes; up to the end, where the second one is missing.
fn quoted(text: &[u8], at: usize) -> Option<Range<usize>> {
    let quote = Quote::at(text, at).or_else(|| {
        let is_unicode = matches!(text.get(at), Some(b'u' | b'U'));
        is_unicode.then(|| Quote::at(text, at + 1))?
    })?;
    Some(quote.end..quote.close(text))
}

/// A quote, with as many backslashes before it as its text is deep in other text.
#[derive(Clone, Copy)]
struct Quote {
    mark: u8,
    backslashes: usize,
    end: usize,
}

impl Quote {
    fn at(text: &[u8], at: usize) -> Option<Self> {
        let mark = skip(text, at, |byte| byte == b'\\');
        match text.get(mark)? {
            quote @ (b'"' | b'\'') => Some(Quote { mark: *quote, backslashes: mark - at, end: mark + 1 }),
            _ => None,
        }
    }

    /// The place before the quote that closes this one, with its backslashes; the end of the text, where there is none.
    /// One that has more backslashes is a quote in the text.
    fn close(self, text: &[u8]) -> usize {
        let mut at = self.end;
        let mut backslashes = 0;
        while let Some(byte) = text.get(at) {
            if *byte == self.mark && backslashes % (2 * (self.backslashes + 1)) == self.backslashes {
                return at - self.backslashes;
            }
            backslashes = if *byte == b'\\' { backslashes + 1 } else { 0 };
            at += 1;
        }
        at
    }
}

fn spaces(text: &[u8], at: usize) -> usize {
    skip(text, at, |byte| byte.is_ascii_whitespace())
}

/// The first place from this one on whose byte isn't such.
#[inline]
fn skip(text: &[u8], at: usize, is_such: impl Fn(u8) -> bool) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !is_such(*byte)).unwrap_or(rest.len())
}
