//! Python's `str` and `repr` of scalars: the reference's coercions and fingerprints are made of them.

use std::fmt::Write;

/// `str` of a float: the shortest digits that read back as the same number.
pub(crate) fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "nan".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let scientific = shortest(value);
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.unsigned_abs());
    }
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => ("-", digits.replace('.', "")),
        None => ("", mantissa.replace('.', "")),
    };
    let Ok(before_point) = usize::try_from(exponent + 1) else {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    };
    match digits.split_at_checked(before_point) {
        Some(("", behind)) => format!("{sign}0.{behind}"),
        Some((before, behind)) if !behind.is_empty() => format!("{sign}{before}.{behind}"),
        _ => format!("{sign}{digits:0<before_point$}.0"),
    }
}

/// Those digits as `d.ddde-n`. Of two that are equally near, Python takes the even one, and so does Rust where
/// the number of digits is given; Rust's own choice of the shortest takes the greater.
fn shortest(value: f64) -> String {
    let greater = format!("{value:e}");
    let behind_point = greater.split('e').next().and_then(|mantissa| mantissa.split('.').nth(1));
    let even = format!("{value:.*e}", behind_point.map_or(0, str::len));
    // Beside a power of two the nearest text of that length may be another number's.
    if even.parse() == Ok(value) { even } else { greater }
}

/// Characters that `str.strip` takes away and `\s` matches: the separators of ASCII too.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\x1c'..='\x1f')
}

pub(crate) fn bool_text(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// The quote that `repr` puts around a text with such quotes in it.
pub(crate) fn quote_for(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

/// `repr` of a text.
pub(crate) fn quoted(text: &str, out: &mut String) {
    let quote = quote_for(text.contains('\''), text.contains('"'));
    out.push(quote);
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote || c == '\\' => out.extend(['\\', c]),
            c if is_printable(c) => out.push(c),
            c => {
                let code = u32::from(c);
                // Writing to a `String` can't fail.
                let _ = match code {
                    ..0x100 => write!(out, "\\x{code:02x}"),
                    0x100..0x1_0000 => write!(out, "\\u{code:04x}"),
                    _ => write!(out, "\\U{code:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

/// `str.isprintable`, which Rust's own debug output follows. Only behind another character does that leave
/// combining marks as they are.
fn is_printable(c: char) -> bool {
    let text = String::from_iter(['a', c]);
    matches!(c, '\'' | '"' | '\\') || text.escape_debug().eq(['a', c])
}
