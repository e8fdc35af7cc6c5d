//! Literals and annotations of Python, and how Python prints them.

use std::fmt::Write as _;
use std::str::Chars;

const HINT: &str = "say how Python prints it: `#[remotable(spec = \"...\")]`";

const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def",
    "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is",
    "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while", "with", "yield",
];

const TYPES: &[&str] = &["bool", "bytes", "complex", "float", "int", "object", "range", "slice", "str"];

/// The types that can say what is in them.
const GENERIC_TYPES: &[&str] = &["dict", "frozenset", "list", "set", "tuple", "type"];

/// Reads a text from left to right.
pub struct Parser<'a> {
    rest: &'a str,
}

impl<'a> Parser<'a> {
    pub fn new(text: &'a str) -> Self {
        Parser { rest: text.trim() }
    }

    pub fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    pub fn eats(&mut self, wanted: char) -> bool {
        self.eats_all(wanted.encode_utf8(&mut [0; 4]))
    }

    pub fn eats_all(&mut self, wanted: &str) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    pub fn expect(&mut self, wanted: char) -> Result<(), String> {
        if self.eats(wanted) { Ok(()) } else { Err(self.expected(&format!("`{wanted}`"))) }
    }

    pub fn end(&self) -> Result<(), String> {
        if self.rest.is_empty() { Ok(()) } else { Err(self.expected("nothing more")) }
    }

    fn expected(&self, wanted: &str) -> String {
        match self.rest {
            "" => format!("expected {wanted} at the end"),
            rest => format!("expected {wanted} at `{rest}`"),
        }
    }

    /// Text as far as that holds of its characters.
    fn take_while(&mut self, is: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !is(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn word(&mut self) -> &'a str {
        if !self.peek().is_some_and(|c| c == '_' || c.is_alphabetic()) {
            return "";
        }
        let word = self.take_while(|c| c == '_' || c.is_alphanumeric());
        self.rest = self.rest.trim_start();
        word
    }

    pub fn identifier(&mut self) -> Result<String, String> {
        match self.word() {
            "" => Err(self.expected("a name")),
            word if KEYWORDS.contains(&word) => Err(format!("`{word}` is a word of Python's own")),
            word => Ok(word.to_owned()),
        }
    }

    /// A literal, as `repr` prints its value.
    pub fn literal(&mut self) -> Result<String, String> {
        match self.peek() {
            Some('\'' | '"') => Ok(text(&self.string()?)),
            Some('+' | '-' | '.' | '0'..='9') => self.number(),
            Some('[') => {
                self.eats('[');
                Ok(format!("[{}]", self.items(']')?.join(", ")))
            }
            Some('(') => self.tuple(),
            Some('{') => self.dict(),
            _ => match self.word() {
                word @ ("None" | "True" | "False") => Ok(word.to_owned()),
                "" => Err(self.expected("a literal")),
                word => Err(format!("`{word}` is no literal; {HINT}")),
            },
        }
    }

    /// Literals up to a bracket.
    fn items(&mut self, end: char) -> Result<Vec<String>, String> {
        let mut items = Vec::new();
        while !self.eats(end) {
            items.push(self.literal()?);
            if !self.eats(',') {
                self.expect(end)?;
                break;
            }
        }
        Ok(items)
    }

    fn tuple(&mut self) -> Result<String, String> {
        self.expect('(')?;
        if self.eats(')') {
            return Ok("()".to_owned());
        }
        let first = self.literal()?;
        if self.eats(')') {
            return Ok(first);
        }
        self.expect(',')?;
        let rest = self.items(')')?;
        if rest.is_empty() {
            return Ok(format!("({first},)"));
        }
        Ok(format!("({first}, {})", rest.join(", ")))
    }

    fn dict(&mut self) -> Result<String, String> {
        self.expect('{')?;
        let mut entries: Vec<(String, String)> = Vec::new();
        while !self.eats('}') {
            let is_key = matches!(self.peek(), Some('\'' | '"' | '0'..='9'));
            let key = self.literal()?;
            if self.peek() != Some(':') {
                return Err(format!("a set has no order of its own; {HINT}"));
            }
            self.expect(':')?;
            if !is_key || key.contains(['.', 'e', 'i']) && !key.starts_with(['\'', '"']) {
                return Err(format!("a dict here has text or whole numbers for keys; {HINT}"));
            }
            if entries.iter().any(|(other, _)| *other == key) {
                return Err(format!("duplicate key {key}"));
            }
            let value = self.literal()?;
            entries.push((key, value));
            if !self.eats(',') {
                self.expect('}')?;
                break;
            }
        }
        let entries: Vec<_> = entries.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
        Ok(format!("{{{}}}", entries.join(", ")))
    }

    fn number(&mut self) -> Result<String, String> {
        let mut negative = false;
        while let Some(sign @ ('+' | '-')) = self.peek() {
            self.eats(sign);
            negative ^= sign == '-';
        }
        if !self.peek().is_some_and(|c| c == '.' || c.is_ascii_digit()) {
            return Err(self.expected("a number"));
        }
        let (digits, is_whole) = self.digits();
        self.rest = self.rest.trim_start();
        let number = if is_whole { whole(&digits)? } else { fraction(&digits)? };
        Ok(if negative && number != "0" { format!("-{number}") } else { number })
    }

    /// The characters of a number, and whether it is a whole one.
    fn digits(&mut self) -> (String, bool) {
        let is_prefixed = self.rest.len() > 2 && matches!(self.rest.get(..2), Some(p) if radix(p).is_some());
        if is_prefixed {
            return (self.take_while(|c| c == '_' || c.is_ascii_alphanumeric()).to_owned(), true);
        }
        let is_digit = |c: char| c == '_' || c.is_ascii_digit();
        let mut digits = self.take_while(is_digit).to_owned();
        let mut is_whole = true;
        if self.rest.starts_with('.') {
            self.rest = &self.rest[1..];
            digits.push('.');
            digits.push_str(self.take_while(is_digit));
            is_whole = false;
        }
        if let Some(behind) = self.rest.strip_prefix(['e', 'E']) {
            let sign = if behind.starts_with(['+', '-']) { &behind[..1] } else { "" };
            let behind = &behind[sign.len()..];
            if behind.starts_with(|c: char| c.is_ascii_digit()) {
                self.rest = behind;
                digits.push('e');
                digits.push_str(sign);
                digits.push_str(self.take_while(is_digit));
                is_whole = false;
            }
        }
        (digits, is_whole)
    }

    /// The value of a text, or of several in a row.
    fn string(&mut self) -> Result<String, String> {
        let mut value = String::new();
        while let Some(quote @ ('\'' | '"')) = self.peek() {
            let mut chars = self.rest.chars();
            chars.next();
            loop {
                match chars.next() {
                    None | Some('\n') => return Err("text without an end".to_owned()),
                    Some(c) if c == quote => break,
                    Some('\\') => value.extend(escaped(&mut chars)?),
                    Some(c) => value.push(c),
                }
            }
            let left: usize = chars.map(char::len_utf8).sum();
            self.rest = self.rest[self.rest.len() - left..].trim_start();
        }
        Ok(value)
    }

    /// An annotation, as it stands in a dict that `repr` prints.
    pub fn annotation(&mut self) -> Result<String, String> {
        if matches!(self.peek(), Some('\'' | '"')) {
            return Ok(text(&self.string()?));
        }
        let (said, is_class) = self.union()?;
        Ok(if is_class { format!("<class '{said}'>") } else { said })
    }

    /// Types with `|` between, and whether it is one class alone.
    fn union(&mut self) -> Result<(String, bool), String> {
        let (first, is_class) = self.one_type()?;
        let mut all = vec![first];
        while self.eats('|') {
            let (next, _) = self.one_type()?;
            if all.contains(&next) {
                return Err(format!("`{next}` stands twice in a union"));
            }
            all.push(next);
        }
        Ok((all.join(" | "), is_class && all.len() == 1))
    }

    fn one_type(&mut self) -> Result<(String, bool), String> {
        let word = self.word();
        match word {
            "" => return Err(self.expected("a type")),
            "None" => return Ok((word.to_owned(), false)),
            _ if !TYPES.contains(&word) && !GENERIC_TYPES.contains(&word) => {
                return Err(format!("`{word}` is no built-in type; {HINT}"));
            }
            _ => {}
        }
        if !GENERIC_TYPES.contains(&word) || !self.eats('[') {
            return Ok((word.to_owned(), true));
        }
        let mut inside = Vec::new();
        while !self.eats(']') {
            inside.push(match self.peek() {
                Some('\'' | '"') => text(&self.string()?),
                _ if self.eats_all("...") => "...".to_owned(),
                _ => self.union()?.0,
            });
            if !self.eats(',') {
                self.expect(']')?;
                break;
            }
        }
        if inside.is_empty() {
            return Err(format!("`{word}[]` says no type"));
        }
        Ok((format!("{word}[{}]", inside.join(", ")), false))
    }
}

/// Character that an escape stands for; nothing, where the backslash ends the line.
fn escaped(chars: &mut Chars<'_>) -> Result<Option<char>, String> {
    Ok(Some(match chars.next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some(c @ ('\\' | '\'' | '"')) => c,
        Some('\n') => return Ok(None),
        Some('x') => escaped_code(chars, 2)?,
        Some('u') => escaped_code(chars, 4)?,
        Some('U') => escaped_code(chars, 8)?,
        _ => return Err("`\\` is followed by `n`, `r`, `t`, a quote, another, `x`, `u` or `U`".to_owned()),
    }))
}

fn escaped_code(chars: &mut Chars<'_>, count: usize) -> Result<char, String> {
    let digits: String = chars.by_ref().take(count).collect();
    let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == count);
    code.and_then(char::from_u32).ok_or_else(|| format!("`\\` with `{digits}` is no character"))
}

fn radix(prefix: &str) -> Option<u32> {
    match prefix {
        "0x" | "0X" => Some(16),
        "0o" | "0O" => Some(8),
        "0b" | "0B" => Some(2),
        _ => None,
    }
}

/// Digits without the underscores, each of which stands between two.
fn plain(digits: &str) -> Result<String, String> {
    if digits.ends_with('_') || digits.contains("__") || digits.starts_with('_') || digits.contains("._") {
        return Err(format!("`{digits}` is no number"));
    }
    Ok(digits.replace('_', ""))
}

fn whole(digits: &str) -> Result<String, String> {
    if let Some(radix) = digits.get(..2).and_then(radix) {
        let number = plain(digits[2..].trim_start_matches('_'))?;
        let number = u128::from_str_radix(&number, radix);
        return number.map(|number| number.to_string()).map_err(|_| format!("`{digits}` is no number here"));
    }
    let digits = plain(digits)?;
    match digits.trim_start_matches('0') {
        "" => Ok("0".to_owned()),
        number if number.len() == digits.len() => Ok(digits),
        _ => Err("a whole number doesn't begin with zero".to_owned()),
    }
}

fn fraction(digits: &str) -> Result<String, String> {
    let number: f64 = plain(digits)?.parse().map_err(|_| format!("`{digits}` is no number"))?;
    Ok(float(number))
}

/// A float: the shortest digits that read back as the same number, with an exponent where Python has one.
pub fn float(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let digits = format!("{value:?}");
    let Some((mantissa, exponent)) = digits.split_once('e') else { return digits };
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    let mantissa = mantissa.strip_suffix(".0").unwrap_or(mantissa);
    format!("{mantissa}e{sign}{exponent:0>2}")
}

/// A text in single quotes, unless they stand in it and double ones don't.
pub fn text(value: &str) -> String {
    let quote = if value.contains('\'') && !value.contains('"') { '"' } else { '\'' };
    let mut out = String::from(quote);
    for character in value.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == '\\' || c == quote => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => {
                // Writing to a `String` can't fail.
                let _ = match u32::from(c) {
                    code @ ..0x100 => write!(out, "\\x{code:02x}"),
                    code @ 0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
                    code => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
    out
}

/// `str.isprintable`, which Rust's own debug output follows. Only behind another character does that leave
/// combining marks as they are.
fn is_printable(c: char) -> bool {
    let text = String::from_iter(['a', c]);
    matches!(c, '\'' | '"') || text.escape_debug().eq(['a', c])
}
