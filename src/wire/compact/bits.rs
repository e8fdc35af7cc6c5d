//! The fields of an object as bits, in words: those are looked at with less ado than one large number.

#[inline]
pub(super) fn halves(bits: u128) -> [u64; 2] {
    [bits as u64, (bits >> 64) as u64]
}

#[inline]
pub(super) fn has([low, high]: [u64; 2], index: usize) -> bool {
    index < 128 && (if index < 64 { low } else { high }) >> (index & 63) & 1 == 1
}
