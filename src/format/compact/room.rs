//! A buffer that is looked at once for each value.

/// How many bytes are made ready at a time, so that a small message in a large buffer doesn't touch all of it.
const STEP: usize = 1024;

/// How many at most, so that room between large columns isn't made ready again and again.
const MOST_STEP: usize = 8192;

/// Bytes up to a length, and room behind it that is written over. Where the room isn't enough, [`Room::grow`] makes more;
/// one that is never grown has none.
#[derive(Debug, Default)]
pub(super) struct Room {
    all: Vec<u8>,
    length: usize,
}

impl Room {
    /// Behind what the buffer holds.
    pub(super) fn behind(bytes: Vec<u8>) -> Self {
        let length = bytes.len();
        Room { all: bytes, length }
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.all.truncate(self.length);
        self.all
    }

    #[inline]
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// The bytes so far.
    pub(super) fn bytes(&self) -> &[u8] {
        self.all.get(..self.length).unwrap_or_default()
    }

    /// The byte at that place, where it is one of those so far.
    #[inline]
    pub(super) fn at(&mut self, place: usize) -> Option<&mut u8> {
        self.all.get_mut(place)
    }

    /// Puts a byte, where there is room.
    #[inline]
    pub(super) fn try_byte(&mut self, byte: u8) -> bool {
        let Some(room) = self.all.get_mut(self.length) else { return false };
        *room = byte;
        self.length += 1;
        true
    }

    /// Puts a byte and some behind it, where there is room.
    #[inline]
    pub(super) fn try_sized(&mut self, first: u8, bytes: &[u8]) -> bool {
        let end = self.length + 1 + bytes.len();
        let Some([room, rest @ ..]) = self.all.get_mut(self.length..end) else { return false };
        *room = first;
        copy(rest, bytes);
        self.length = end;
        true
    }

    /// Puts the first so many bytes of a word, lowest first, where there is room for all of it. A value under 0x80 in one
    /// byte has another way.
    #[inline]
    pub(super) fn try_word(&mut self, word: u32, count: usize) -> bool {
        let room = self.all.get_mut(self.length..).and_then(<[u8]>::first_chunk_mut);
        let Some(room) = room else { return false };
        *room = word.to_le_bytes();
        self.length += count;
        true
    }

    pub(super) fn byte(&mut self, byte: u8) {
        if !self.try_byte(byte) {
            self.grow(1);
            self.try_byte(byte);
        }
    }

    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if bytes.len() > STEP {
            // Room that is made ready for so many would be written twice.
            self.all.truncate(self.length);
            self.all.extend_from_slice(bytes);
            self.length = self.all.len();
        } else if let Some(room) = self.take(bytes.len()) {
            room.copy_from_slice(bytes);
        }
    }

    /// Takes the room of that many bytes, which are to be written over.
    pub(super) fn take(&mut self, count: usize) -> Option<&mut [u8]> {
        let start = self.length;
        if self.all.len() - start < count {
            self.grow(count);
        }
        self.length += count;
        self.all.get_mut(start..self.length)
    }

    /// Gives bytes back, from that length on.
    pub(super) fn cut(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    /// Puts bytes in front of those from that place on.
    pub(super) fn insert(&mut self, place: usize, bytes: &[u8]) {
        let end = self.length;
        if self.take(bytes.len()).is_some() {
            self.all.copy_within(place..end, place + bytes.len());
        }
        if let Some(room) = self.all.get_mut(place..place + bytes.len()) {
            room.copy_from_slice(bytes);
        }
    }

    /// Makes room for so many bytes, within what is reserved as long as that is enough.
    #[cold]
    #[inline(never)]
    pub(super) fn grow(&mut self, count: usize) {
        let least = self.length + count;
        if least > self.all.capacity() {
            self.all.reserve(least - self.all.len());
        }
        let step = self.length.clamp(STEP, MOST_STEP);
        let ready = least.max(self.length + step).min(self.all.capacity());
        self.all.resize(ready, 0);
    }
}

/// Copies the first and the last so many bytes, which may lie over each other.
#[inline]
fn ends<const N: usize>(to: &mut [u8], from: &[u8]) -> bool {
    let (Some(first), Some(last)) = (from.first_chunk::<N>(), from.last_chunk::<N>()) else {
        return false;
    };
    if let Some(room) = to.first_chunk_mut::<N>() {
        *room = *first;
    }
    if let Some(room) = to.last_chunk_mut::<N>() {
        *room = *last;
    }
    true
}

/// Copies as many bytes as both have: without a call, where they are as few as those of most texts.
#[inline]
fn copy(to: &mut [u8], from: &[u8]) {
    match from.len() {
        16..=32 if ends::<16>(to, from) => {}
        8..16 if ends::<8>(to, from) => {}
        4..8 if ends::<4>(to, from) => {}
        33..=64 if ends::<32>(to, from) => {}
        _ => to.copy_from_slice(from),
    }
}
