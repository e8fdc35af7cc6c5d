//! Looking through text eight bytes at a time.

const ONES: u64 = u64::from_le_bytes([0x01; 8]);
const HIGHS: u64 = u64::from_le_bytes([0x80; 8]);

/// The high bit of the first byte that is zero, and perhaps of some behind it.
const fn zeros(word: u64) -> u64 {
    word.wrapping_sub(ONES) & !word & HIGHS
}

const fn repeated(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Finds the first byte that can't stand in JSON text as it is: a quote, a backslash, a control character.
const fn special(word: u64) -> u64 {
    let controls = word.wrapping_sub(repeated(0x20)) & !word & HIGHS;
    zeros(word ^ repeated(b'"')) | zeros(word ^ repeated(b'\\')) | controls
}

/// How many bytes at the start can stand in JSON text as they are.
#[inline]
pub(super) fn plain_run(bytes: &[u8]) -> usize {
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        let found = special(u64::from_le_bytes(*chunk));
        if found != 0 {
            return bytes.len() - rest.len() + (found.trailing_zeros() / 8) as usize;
        }
        rest = behind;
    }
    let is_plain = |byte: &u8| !matches!(byte, b'"' | b'\\' | ..0x20);
    let plain = rest.iter().position(|byte| !is_plain(byte)).unwrap_or(rest.len());
    bytes.len() - rest.len() + plain
}

/// Whether all bytes can.
#[inline]
pub(super) fn is_plain(bytes: &[u8]) -> bool {
    let Some(last) = bytes.last_chunk::<8>() else { return is_short_plain(bytes) };
    // The last chunk has bytes of the one before it as a rule.
    let mut found = special(u64::from_le_bytes(*last));
    let mut rest = bytes;
    while let Some((chunk, behind)) = rest.split_first_chunk::<8>() {
        found |= special(u64::from_le_bytes(*chunk));
        rest = behind;
    }
    found == 0
}

/// Looks through fewer than eight bytes.
#[inline]
fn is_short_plain(bytes: &[u8]) -> bool {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            let word = u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32;
            special(word) == 0
        }
        _ => bytes.iter().all(|byte| !matches!(byte, b'"' | b'\\' | ..0x20)),
    }
}

#[cfg(test)]
mod tests {
    use super::{is_plain, plain_run};

    #[test]
    fn every_byte_at_every_place() {
        for length in 0..20 {
            for place in 0..length {
                for byte in 0..=u8::MAX {
                    let mut bytes = vec![b'a'; length];
                    bytes[place] = byte;
                    let is_special = matches!(byte, b'"' | b'\\' | ..0x20);
                    assert_eq!(plain_run(&bytes), if is_special { place } else { length }, "{bytes:?}");
                    assert_eq!(is_plain(&bytes), !is_special, "{bytes:?}");
                }
            }
        }
    }
}
