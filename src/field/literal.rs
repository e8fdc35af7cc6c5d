//! Values in Python's own words, as `ast.literal_eval` reads them.

use super::{Context, GROWTH, python};
use crate::error::Error;
use crate::primitive::Primitive;

/// About how many bytes an entry of a map takes beside its key.
const ENTRY: usize = 160;

/// About how many bytes a map takes with the room that it makes for its first entries.
const MAP: usize = 480;

/// Reads a value: `None`, booleans, numbers, texts, lists, tuples (which are lists on the wire) and dicts.
///
/// # Errors
/// Where it is none, or has no form on the wire: bytes, sets, complex numbers, whole numbers beyond 128 bits.
pub(super) fn read(text: &str, context: Context<'_>) -> Result<Primitive, Error> {
    context.spend(text.len().saturating_mul(GROWTH), 0)?;
    let mut reader = Literal { rest: text, depth: 0, deepest: 0, context };
    reader.skip_lines();
    let read = reader.several(None).and_then(|value| {
        reader.skip_lines();
        if reader.rest.is_empty() { Ok(value) } else { Err(reader.wrong("nothing more")) }
    });
    read.map_err(|wrong| match wrong {
        Wrong::Limit(error) => error,
        // The text may have secrets in it.
        Wrong::Text(what) => {
            Error::invalid_value(format_args!("a value in Python's words is required in the text: {what}"))
        }
    })
}

/// The reason why a text is no value.
enum Wrong {
    Text(String),
    Limit(Error),
}

impl From<Error> for Wrong {
    fn from(error: Error) -> Self {
        Wrong::Limit(error)
    }
}

/// Puts in a value. The room grows by little at a time: a list of brackets takes ten times as many bytes as its text, without
/// room that nobody needs.
fn push(values: &mut Vec<Primitive>, value: Primitive) {
    if values.len() == values.capacity() {
        values.reserve_exact(values.len() / 8 + 1);
    }
    values.push(value);
}

struct Literal<'t, 'c> {
    rest: &'t str,
    /// How many brackets are open.
    depth: usize,
    /// How many were open at most.
    deepest: usize,
    context: Context<'c>,
}

impl<'t> Literal<'t, '_> {
    #[cold]
    fn wrong(&self, wanted: &str) -> Wrong {
        Wrong::Text(match self.rest.chars().next() {
            Some(found) => format!("expected {wanted}, found {found:?}"),
            None => format!("expected {wanted}, found the end of the text"),
        })
    }

    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    /// Whether the text goes on so; if it does, that is passed.
    fn passes(&mut self, part: &str) -> bool {
        let Some(behind) = self.rest.strip_prefix(part) else { return false };
        self.rest = behind;
        true
    }

    /// Passes white space; ends of lines and comments too, within brackets.
    fn skip(&mut self) {
        if self.depth > 0 {
            return self.skip_lines();
        }
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\u{c}']);
            if !self.passes("\\\n") && !self.passes("\\\r\n") {
                return;
            }
        }
    }

    fn skip_lines(&mut self) {
        loop {
            self.rest = self.rest.trim_start_matches([' ', '\t', '\u{c}', '\n', '\r']);
            if self.rest.starts_with('#') {
                let end = self.rest.find(['\n', '\r']).unwrap_or(self.rest.len());
                self.rest = self.rest.split_at_checked(end).map_or("", |(_, behind)| behind);
            } else if !self.passes("\\\n") && !self.passes("\\\r\n") {
                return;
            }
        }
    }

    /// Values with commas between: one of them alone, and a list of what was a tuple. `None` is outside of brackets.
    fn several(&mut self, close: Option<char>) -> Result<Primitive, Wrong> {
        self.skip();
        let mut values = Vec::new();
        let mut is_tuple = close.is_some() && self.peek() == close;
        while !self.is_at(close) {
            let value = self.value()?;
            push(&mut values, value);
            self.skip();
            if !self.passes(",") {
                break;
            }
            is_tuple = true;
            self.skip();
        }
        match (is_tuple, values.pop()) {
            (false, Some(only)) => Ok(only),
            (true, last) => {
                if close.is_none() {
                    self.context.levels_in(self.deepest + 1)?;
                }
                values.extend(last);
                Ok(Primitive::List(values))
            }
            (false, None) => Err(self.wrong("a value")),
        }
    }

    /// Whether no more values come.
    fn is_at(&self, close: Option<char>) -> bool {
        match close {
            Some(close) => self.peek() == Some(close),
            None => matches!(self.peek(), None | Some('\n' | '\r' | '#')),
        }
    }

    fn value(&mut self) -> Result<Primitive, Wrong> {
        self.context.spend(0, 2 * size_of::<Primitive>())?;
        match self.peek() {
            Some('(') => self.inside(|reader| {
                let values = reader.several(Some(')'))?;
                reader.close(')').map(|()| values)
            }),
            Some('[') => self.inside(|reader| reader.list()),
            Some('{') => self.inside(|reader| reader.dict()),
            Some('+') => self.signed(false),
            Some('-') => self.signed(true),
            Some('0'..='9' | '.') => self.number(false),
            Some('"' | '\'') => self.texts(),
            Some(letter) if letter.is_alphabetic() => self.word(),
            _ => Err(self.wrong("a value")),
        }
    }

    /// Passes a bracket, and reads what stands behind it.
    fn inside(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<Primitive, Wrong>,
    ) -> Result<Primitive, Wrong> {
        self.depth += 1;
        self.deepest = self.deepest.max(self.depth);
        self.context.levels_in(self.deepest)?;
        self.pass(1);
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn pass(&mut self, bytes: usize) {
        self.rest = self.rest.split_at_checked(bytes).map_or("", |(_, behind)| behind);
    }

    fn close(&mut self, bracket: char) -> Result<(), Wrong> {
        self.skip();
        if self.peek() != Some(bracket) {
            return Err(self.wrong(&format!("{bracket:?}")));
        }
        self.pass(bracket.len_utf8());
        Ok(())
    }

    fn list(&mut self) -> Result<Primitive, Wrong> {
        let mut values = Vec::new();
        self.skip();
        while self.peek() != Some(']') {
            let value = self.value()?;
            push(&mut values, value);
            self.skip();
            if !self.passes(",") {
                break;
            }
            self.skip();
        }
        self.close(']').map(|()| Primitive::List(values))
    }

    fn dict(&mut self) -> Result<Primitive, Wrong> {
        let mut entries = python::Entries::default();
        let mut is_first = true;
        self.skip();
        while self.peek() != Some('}') {
            let key = self.value()?;
            self.skip();
            if !self.passes(":") {
                return Err(self.wrong("':'"));
            }
            self.skip();
            let value = self.value()?;
            let length = key.as_str().map_or(0, str::len);
            let own = if is_first { MAP } else { ENTRY };
            is_first = false;
            self.context.spend(0, own + length)?;
            let entered = entries.insert(key, value);
            entered.ok_or_else(|| Wrong::Text("a list or a dict is no key".to_owned()))?;
            self.skip();
            if !self.passes(",") {
                break;
            }
            self.skip();
        }
        self.close('}').map(|()| Primitive::Map(entries.into_map().into()))
    }

    fn word(&mut self) -> Result<Primitive, Wrong> {
        let end = self.rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
        let (word, behind) =
            self.rest.split_at_checked(end.unwrap_or(self.rest.len())).unwrap_or((self.rest, ""));
        if behind.starts_with(['"', '\'']) {
            return self.texts();
        }
        let value = match word {
            "None" => Primitive::Null,
            "True" => true.into(),
            "False" => false.into(),
            _ => return Err(self.wrong("a value")),
        };
        self.rest = behind;
        Ok(value)
    }

    fn signed(&mut self, is_negative: bool) -> Result<Primitive, Wrong> {
        self.pass(1);
        self.skip();
        match self.peek() {
            Some('0'..='9' | '.') => self.number(is_negative),
            _ => Err(self.wrong("a number")),
        }
    }

    fn number(&mut self, is_negative: bool) -> Result<Primitive, Wrong> {
        let text: &'t str = self.rest;
        let bytes = text.as_bytes();
        let is_prefixed = matches!(bytes, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
        let mut end = 0;
        while let Some(byte) = bytes.get(end) {
            let is_exponent_s = matches!(byte, b'+' | b'-')
                && !is_prefixed
                && end.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(|e| matches!(e, b'e' | b'E'));
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.') || is_exponent_s) {
                break;
            }
            end += 1;
        }
        let digits = text.split_at_checked(end).map_or("", |(digits, _)| digits);
        let number = python::number_literal(digits, is_negative);
        let number = number.ok_or_else(|| self.wrong("a number that can stand here"))?;
        self.pass(end);
        Ok(number)
    }

    /// Texts one after the other, which are one.
    fn texts(&mut self) -> Result<Primitive, Wrong> {
        let mut out = String::new();
        loop {
            let end = self.rest.find(['"', '\'']).unwrap_or(self.rest.len());
            let (prefix, behind) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
            let is_raw = match prefix {
                "" | "u" | "U" => false,
                "r" | "R" => true,
                _ => return Err(self.wrong("a text, which bytes and formats are none of")),
            };
            self.rest = behind;
            self.text(is_raw, &mut out)?;
            self.skip();
            let is_prefix = self.rest.starts_with(['u', 'U', 'r', 'R'])
                && self.rest.split_at_checked(1).is_some_and(|(_, rest)| rest.starts_with(['"', '\'']));
            if !self.rest.starts_with(['"', '\'']) && !is_prefix {
                return Ok(out.into());
            }
        }
    }

    /// What stands between quotes, and the quotes.
    fn text(&mut self, is_raw: bool, out: &mut String) -> Result<(), Wrong> {
        let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| self.rest.starts_with(*quote));
        let Some(quote) = quote else { return Err(self.wrong("a text")) };
        self.pass(quote.len());
        while !self.passes(quote) {
            let Some(letter) = self.peek() else { return Err(self.wrong("a closing quote")) };
            match letter {
                '\n' | '\r' if quote.len() == 1 => return Err(self.wrong("a closing quote")),
                '\0' => return Err(self.wrong("a letter")),
                '\r' => {
                    // Python reads all ends of lines alike.
                    out.push('\n');
                    self.pass(if self.rest.starts_with("\r\n") { 2 } else { 1 });
                }
                '\\' if is_raw => {
                    self.pass(1);
                    out.push('\\');
                    if let Some(letter @ ('\\' | '"' | '\'')) = self.peek() {
                        out.push(letter);
                        self.pass(1);
                    }
                }
                '\\' => self.escape(out)?,
                letter => {
                    out.push(letter);
                    self.pass(letter.len_utf8());
                }
            }
        }
        Ok(())
    }

    fn escape(&mut self, out: &mut String) -> Result<(), Wrong> {
        self.pass(1);
        let Some(letter) = self.peek() else { return Err(self.wrong("a closing quote")) };
        let (length, digits) = match letter {
            '0'..='7' => {
                let octal = self.rest.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
                return self.code(octal, 8).and_then(|code| self.push(code, out));
            }
            'x' => (1, 2),
            'u' => (1, 4),
            'U' => (1, 8),
            '\r' if self.rest.starts_with("\r\n") => (2, 0),
            'N' => return Err(self.wrong("a letter by its number")),
            letter => (letter.len_utf8(), 0),
        };
        self.pass(length);
        if digits > 0 {
            return self.code(digits, 16).and_then(|code| self.push(code, out));
        }
        match letter {
            // The line goes on.
            '\n' | '\r' => {}
            '\\' | '"' | '\'' => out.push(letter),
            'a' => out.push('\u{7}'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            'v' => out.push('\u{b}'),
            other => out.extend(['\\', other]),
        }
        Ok(())
    }

    /// The number that these digits are.
    fn code(&mut self, digits: usize, base: u32) -> Result<u32, Wrong> {
        let text = self.rest.split_at_checked(digits).map(|(text, _)| text);
        let text = text.filter(|text| text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        let code = text.and_then(|text| u32::from_str_radix(text, base).ok());
        let code = code.ok_or_else(|| self.wrong("the digits of a letter"))?;
        self.pass(digits);
        Ok(code)
    }

    /// The letter of that number; of two halves, as JSON has them, both.
    fn push(&mut self, code: u32, out: &mut String) -> Result<(), Wrong> {
        let whole = if (0xd800..0xdc00).contains(&code) && self.passes("\\u") {
            let low = self.code(4, 16)?;
            let is_low = (0xdc00..0xe000).contains(&low);
            is_low.then(|| 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00))
        } else {
            Some(code)
        };
        let letter = whole.and_then(char::from_u32);
        out.push(letter.ok_or_else(|| Wrong::Text(format!("\\u{code:04x} is no letter by itself")))?);
        Ok(())
    }
}
