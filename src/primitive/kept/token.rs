//! Kept values as they stand in their bytes.

use std::ops::Range;

/// How deep lists and maps may lie in one another, in any format.
pub(crate) const DEPTH: usize = 128;

pub(super) const NULL: u8 = 0;
pub(super) const FALSE: u8 = 1;
pub(super) const TRUE: u8 = 2;
pub(super) const WHOLE: u8 = 3;
pub(super) const NEGATIVE: u8 = 4;
pub(super) const LONG: u8 = 5;
pub(super) const LARGE: u8 = 6;
pub(super) const FLOAT: u8 = 7;
pub(super) const TEXT: u8 = 8;
pub(super) const BYTES: u8 = 9;
pub(super) const LIST: u8 = 10;
pub(super) const MAP: u8 = 11;
pub(super) const BEYOND: u8 = 12;
pub(super) const WHOLE_16: u8 = 13;
pub(super) const WHOLE_32: u8 = 14;
pub(super) const NEGATIVE_8: u8 = 15;
pub(super) const NEGATIVE_16: u8 = 16;
pub(super) const NEGATIVE_32: u8 = 17;
pub(super) const FLOAT_32: u8 = 18;
/// The first of the bytes that are a whole number by themselves.
pub(super) const SMALL: u8 = 19;

/// A value that is kept, with the places of those inside it.
pub(crate) enum Token<'a> {
    Null,
    Bool(bool),
    Int(i128),
    Large(u128),
    /// A whole number beyond 128 bits, whose digits aren't kept.
    Beyond,
    Float(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
    List(Range<usize>),
    Map(Range<usize>),
}

/// The value at that place, and the place behind it. The bytes were written here, so none of them is missing.
pub(super) fn token(bytes: &[u8], at: usize) -> (Token<'_>, usize) {
    read(bytes, at).unwrap_or((Token::Null, bytes.len().max(at + 1)))
}

fn read(bytes: &[u8], at: usize) -> Option<(Token<'_>, usize)> {
    let tag = *bytes.get(at)?;
    let at = at + 1;
    let rest = bytes.get(at..)?;
    Some(match tag {
        NULL => (Token::Null, at),
        FALSE => (Token::Bool(false), at),
        TRUE => (Token::Bool(true), at),
        WHOLE => (Token::Int(u64::from_le_bytes(*rest.first_chunk()?).into()), at + 8),
        NEGATIVE => (Token::Int(i64::from_le_bytes(*rest.first_chunk()?).into()), at + 8),
        WHOLE_16 => (Token::Int(u16::from_le_bytes(*rest.first_chunk()?).into()), at + 2),
        WHOLE_32 => (Token::Int(u32::from_le_bytes(*rest.first_chunk()?).into()), at + 4),
        NEGATIVE_8 => (Token::Int(i8::from_le_bytes(*rest.first_chunk()?).into()), at + 1),
        NEGATIVE_16 => (Token::Int(i16::from_le_bytes(*rest.first_chunk()?).into()), at + 2),
        NEGATIVE_32 => (Token::Int(i32::from_le_bytes(*rest.first_chunk()?).into()), at + 4),
        FLOAT_32 => (Token::Float(f32::from_le_bytes(*rest.first_chunk()?).into()), at + 4),
        LONG => (Token::Int(i128::from_le_bytes(*rest.first_chunk()?)), at + 16),
        LARGE => (Token::Large(u128::from_le_bytes(*rest.first_chunk()?)), at + 16),
        BEYOND => (Token::Beyond, at),
        FLOAT => (Token::Float(f64::from_le_bytes(*rest.first_chunk()?)), at + 8),
        TEXT | BYTES | LIST | MAP => {
            let (length, start) = length(rest, at)?;
            let range = start..start + length;
            let end = range.end;
            let token = match tag {
                LIST => Token::List(range),
                MAP => Token::Map(range),
                BYTES => Token::Bytes(bytes.get(range)?),
                _ => Token::Text(std::str::from_utf8(bytes.get(range)?).ok()?),
            };
            (token, end)
        }
        small => (Token::Int(small.checked_sub(SMALL)?.into()), at),
    })
}

/// A length of one byte, or of eight behind one that says so.
fn length(rest: &[u8], at: usize) -> Option<(usize, usize)> {
    match *rest.first()? {
        u8::MAX => {
            let length = u64::from_le_bytes(*rest.get(1..)?.first_chunk()?);
            Some((usize::try_from(length).ok()?, at + 9))
        }
        length => Some((length.into(), at + 1)),
    }
}
