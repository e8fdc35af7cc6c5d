//! Short texts that are compared and copied without a call.

/// How many bytes a short text has at most.
pub(super) const FEW: usize = 64;

/// Whether the bytes are the same, and no more than [`FEW`].
#[inline]
pub(super) fn is_same_few(a: &[u8], b: &[u8]) -> bool {
    /// Whether the first and the last so many bytes are, which may lie over each other.
    #[inline]
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        a.first_chunk::<N>() == b.first_chunk::<N>() && a.last_chunk::<N>() == b.last_chunk::<N>()
    }
    let length = a.len();
    if length != b.len() {
        return false;
    }
    // The most frequent lengths first.
    if length >= 8 {
        if length <= 16 {
            ends::<8>(a, b)
        } else if length <= 32 {
            ends::<16>(a, b)
        } else {
            length <= FEW && ends::<32>(a, b)
        }
    } else if length >= 4 {
        ends::<4>(a, b)
    } else if length >= 2 {
        ends::<2>(a, b)
    } else {
        a.first() == b.first()
    }
}

/// Puts a text behind the others where it is short and there is room: without a call, as two pieces that may lie over
/// each other.
#[inline]
pub(super) fn try_few(blob: &mut Vec<u8>, text: &[u8]) -> bool {
    #[inline]
    fn ends<const N: usize>(blob: &mut Vec<u8>, text: &[u8]) {
        if let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) {
            let end = blob.len() + text.len();
            blob.extend_from_slice(first);
            blob.truncate(end - N);
            blob.extend_from_slice(last);
        }
    }
    if blob.capacity() - blob.len() < FEW {
        return false;
    }
    match text.len() {
        16..=32 => ends::<16>(blob, text),
        33..=FEW => ends::<32>(blob, text),
        8..16 => ends::<8>(blob, text),
        4..8 => ends::<4>(blob, text),
        2..4 => ends::<2>(blob, text),
        1 => ends::<1>(blob, text),
        0 => {}
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{FEW, is_same_few, try_few};

    #[test]
    fn every_length_and_place() {
        for length in 0..FEW + 3 {
            let bytes = vec![b'a'; length];
            assert_eq!(is_same_few(&bytes, &bytes.clone()), length <= FEW);
            assert!(!is_same_few(&bytes, &vec![b'a'; length + 1]));
            for place in 0..length {
                let mut other = bytes.clone();
                other[place] = b'b';
                assert!(!is_same_few(&bytes, &other), "{length} {place}");
            }
        }
    }

    #[test]
    fn copies_of_every_length() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        for length in 0..FEW + 3 {
            let text = &bytes[100..100 + length];
            let mut blob = Vec::with_capacity(256);
            blob.extend_from_slice(b"before");
            assert_eq!(try_few(&mut blob, text), length <= FEW);
            let written = if length <= FEW { text } else { &[] };
            assert_eq!(blob, [b"before", written].concat());
        }
        assert!(!try_few(&mut Vec::new(), b"a"));
    }
}
