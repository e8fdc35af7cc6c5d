//! Texts of a column.

use super::super::unpacker::{broken, ended};
use super::super::{Pack as _, Packer, Unpacker};
use super::few::{FEW, is_same_few, try_few};
use super::numbers::{Gathered, Numbers};
use crate::error::Error;

/// How many different texts there are before it is asked whether they repeat.
const TRIAL: usize = 128;

/// How far a place for a text is looked for among those that are taken.
const MOST_PROBES: usize = 32;

/// Texts that are gathered: each different one once, while that pays.
#[derive(Debug, Default)]
pub(super) struct GatheredTexts {
    /// All of them, or each different one, next to each other.
    blob: Vec<u8>,
    /// The one that is guessed to come.
    guess: Entry,
    /// How many came as guessed, the first of them at this place; neither is among the places yet.
    guessed: usize,
    first: u32,
    /// Where each different text stands in the blob.
    entries: Vec<Entry>,
    /// Which follow, where they repeat.
    dictionary: Option<Box<Dictionary>>,
    /// Their lengths.
    lengths: Gathered,
}

#[derive(Debug)]
struct Dictionary {
    /// The place of the last text.
    last: usize,
    /// Places of entries, from 1, by the hash of their texts. The length is a power of two.
    slots: Vec<u32>,
    /// The entry of each text.
    places: Gathered,
    /// The bytes of all texts.
    bytes: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: u32,
    end: u32,
    hash: u32,
    /// The entry that followed when this one came last: texts of a list tend to come in one order again and again.
    next: u32,
}

/// An entry of no text.
impl Default for Entry {
    fn default() -> Self {
        Entry { start: u32::MAX, end: 0, hash: 0, next: u32::MAX }
    }
}

impl Entry {
    #[inline]
    fn text(self, blob: &[u8]) -> Option<&[u8]> {
        blob.get(self.start as usize..self.end as usize)
    }
}

impl GatheredTexts {
    /// Takes a text: without a call, where it is the one that was guessed.
    #[inline]
    pub(super) fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        if self.guess.text(&self.blob).is_some_and(|known| is_same_few(known, text)) {
            self.guessed += 1;
            self.guess = self.entries.get(self.guess.next as usize).copied().unwrap_or_default();
        } else {
            self.push_unexpected(text);
        }
    }

    #[inline(never)]
    fn push_unexpected(&mut self, text: &[u8]) {
        let length = text.len() as u64;
        let is_spelled = self.dictionary.is_none() && !self.lengths.is_empty();
        if is_spelled && self.lengths.has_room(length) && try_few(&mut self.blob, text) {
            self.lengths.push(length);
        } else {
            self.push_other(text);
        }
    }

    /// Takes a text that is another than was guessed, or one for which room has to be made.
    #[inline(never)]
    fn push_other(&mut self, text: &[u8]) {
        if self.dictionary.is_none() && self.lengths.is_empty() {
            self.dictionary = Some(Box::new(Dictionary::new()));
        }
        self.settle();
        let GatheredTexts { blob, lengths, entries, dictionary: Some(known), .. } = self else {
            return self.spelled(text);
        };
        known.bytes += text.len();
        match known.find(blob, entries, text) {
            Found::At(place) => self.came(place),
            Found::Free { hash, start, end } => {
                blob.extend_from_slice(text);
                lengths.push(text.len() as u64);
                let place = entries.len();
                entries.push(Entry { start, end, hash, next: u32::MAX });
                known.add(entries);
                self.came(place);
                if !self.pays() {
                    self.spell();
                }
            }
            Found::Crowded => {
                self.spell();
                self.spelled(text);
            }
        }
    }

    /// Says the places of those that came as guessed.
    fn settle(&mut self) {
        let Some(known) = &mut self.dictionary else { return };
        let count = std::mem::take(&mut self.guessed);
        let mut next = self.first;
        known.places.extend(count, self.entries.len() as u64, || {
            let place = next;
            let entry = self.entries.get(place as usize).copied().unwrap_or_default();
            known.bytes += entry.end.saturating_sub(entry.start) as usize;
            known.last = place as usize;
            next = entry.next;
            place.into()
        });
        self.first = next;
    }

    /// The text came that stands at that place.
    fn came(&mut self, place: usize) {
        let Some(known) = &mut self.dictionary else { return };
        if let (Some(last), Ok(next)) = (self.entries.get_mut(known.last), u32::try_from(place)) {
            last.next = next;
        }
        known.last = place;
        known.places.push(place as u64);
        self.first = self.entries.get(place).map_or(u32::MAX, |entry| entry.next);
        self.guess = self.entries.get(self.first as usize).copied().unwrap_or_default();
    }

    fn spelled(&mut self, text: &[u8]) {
        self.lengths.push(text.len() as u64);
        self.blob.reserve(text.len().max(FEW));
        self.blob.extend_from_slice(text);
    }

    /// Whether so many texts repeat that it pays to look for them.
    fn pays(&self) -> bool {
        let (different, all) = (self.entries.len(), self.len());
        match different {
            ..TRIAL => true,
            TRIAL => different < all,
            _ => different % TRIAL != 0 || different * 2 <= all,
        }
    }

    /// Puts all texts one after the other, and no dictionary from here on.
    #[cold]
    fn spell(&mut self) {
        self.settle();
        let Some(dictionary) = self.dictionary.take() else { return };
        let entries = std::mem::take(&mut self.entries);
        self.guess = Entry::default();
        // Where none repeats, they are so already.
        if entries.len() == dictionary.places.len() {
            return;
        }
        let known = std::mem::take(&mut self.blob);
        self.blob = Vec::with_capacity(dictionary.bytes);
        self.lengths = Gathered::default();
        for place in dictionary.places.iter() {
            let entry = usize::try_from(place).ok().and_then(|place| entries.get(place));
            let text = entry.and_then(|entry| entry.text(&known)).unwrap_or_default();
            self.lengths.push(text.len() as u64);
            self.blob.extend_from_slice(text);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.dictionary.as_ref().map_or(self.lengths.len(), |known| known.places.len() + self.guessed)
    }

    /// The bytes of all texts.
    pub(super) fn bytes(&mut self) -> usize {
        self.settle();
        self.dictionary.as_ref().map_or(self.blob.len(), |known| known.bytes)
    }

    /// How many different texts stand there, of which each one has a place.
    pub(super) fn entries(&self) -> usize {
        self.entries.len()
    }

    /// Forgets the texts, and keeps their room.
    pub(super) fn clear(&mut self) {
        self.blob.clear();
        self.lengths.clear();
        self.entries.clear();
        (self.guess, self.guessed, self.first) = (Entry::default(), 0, u32::MAX);
        if let Some(dictionary) = &mut self.dictionary {
            dictionary.clear();
        }
    }

    /// Writes the bytes of all texts times two, and 1 where each different one stands there once; their lengths, all
    /// characters, and then the place of each.
    pub(super) fn put(&mut self, out: &mut Packer<'_>) {
        // A dictionary of texts that come once is longer than they are.
        if self.dictionary.is_some() && self.entries.len() * 2 > self.len() {
            self.spell();
        }
        out.unsigned((self.bytes() as u64) << 1 | u64::from(self.dictionary.is_some()));
        self.lengths.put(out);
        out.unsigned(self.blob.len() as u64);
        out.raw(&self.blob);
        if let Some(dictionary) = &self.dictionary {
            dictionary.places.put(out);
        }
    }
}

enum Found {
    At(usize),
    Free { hash: u32, start: u32, end: u32 },
    Crowded,
}

impl Dictionary {
    fn new() -> Self {
        Dictionary { last: usize::MAX, slots: vec![0; 16], places: Gathered::default(), bytes: 0 }
    }

    fn clear(&mut self) {
        (self.last, self.bytes) = (usize::MAX, 0);
        self.slots.fill(0);
        self.places.clear();
    }

    fn find(&self, blob: &[u8], entries: &[Entry], text: &[u8]) -> Found {
        let hash = hash(text);
        for slot in self.probes(hash) {
            let taken = self.slots.get(slot).copied().unwrap_or_default();
            let Some(place) = (taken as usize).checked_sub(1) else {
                let [start, end] = [blob.len(), blob.len() + text.len()].map(u32::try_from);
                let (Ok(start), Ok(end)) = (start, end) else { break };
                return Found::Free { hash, start, end };
            };
            let known = entries.get(place).filter(|entry| entry.hash == hash);
            if known.is_some_and(|entry| entry.text(blob) == Some(text)) {
                return Found::At(place);
            }
        }
        Found::Crowded
    }

    fn probes(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        (0..MOST_PROBES).map(move |step| (hash as usize).wrapping_add(step) & mask)
    }

    /// Makes the last entry one that is found.
    fn add(&mut self, entries: &[Entry]) {
        let first = if entries.len() * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            0
        } else {
            entries.len() - 1
        };
        for (place, entry) in entries.iter().enumerate().skip(first) {
            self.settle(entry.hash, place);
        }
    }

    /// Puts an entry into the first free slot of its hash; none is left unfound but for want of probes, and then it
    /// stands there twice.
    fn settle(&mut self, hash: u32, place: usize) {
        let free = self.probes(hash).find(|slot| self.slots.get(*slot) == Some(&0));
        let free = free.and_then(|slot| self.slots.get_mut(slot));
        if let (Some(slot), Ok(place)) = (free, u32::try_from(place + 1)) {
            *slot = place;
        }
    }
}

/// Eight bytes at a time, multiplied: what is hashed is thrown away with the message.
fn hash(text: &[u8]) -> u32 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut hash = text.len() as u64;
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    let (words, rest) = text.as_chunks::<8>();
    for word in words {
        hash = mix(hash, u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(byte, rest)| *byte = *rest);
    let hash = mix(hash, u64::from_le_bytes(last));
    (hash >> 32) as u32
}

/// Texts of a column that are read.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts<'de> {
    from: From<'de>,
    /// How many bytes the texts may have that are left.
    bytes: usize,
}

#[derive(Clone, Debug)]
enum From<'de> {
    All(Spelled<'de>),
    Dictionary { entries: Vec<&'de str>, places: Numbers<'de> },
}

impl Default for From<'_> {
    fn default() -> Self {
        From::All(Spelled::default())
    }
}

/// Texts that stand one after the other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spelled<'de> {
    lengths: Numbers<'de>,
    rest: &'de str,
}

impl<'de> Spelled<'de> {
    #[inline(always)]
    pub(super) fn next(&mut self) -> Result<&'de str, Error> {
        let (text, behind) = split(self.rest, self.lengths.number()?)?;
        self.rest = behind;
        Ok(text)
    }
}

impl<'de> Texts<'de> {
    pub(super) fn of(unpacker: &mut Unpacker<'de>) -> Result<Self, Error> {
        let word = unpacker.unsigned()?;
        let bytes = usize::try_from(word >> 1).map_err(|_| ended())?;
        let lengths = Numbers::of(unpacker)?;
        let blob = unpacker.sized()?;
        // Once for all of them; that none begins or ends within a character is seen where it's taken.
        let rest = std::str::from_utf8(blob).map_err(|_| broken("a text isn't UTF-8"))?;
        if word & 1 == 0 {
            // No text stands there twice.
            if rest.len() > bytes {
                return Err(longer());
            }
            return Ok(Texts { from: From::All(Spelled { lengths, rest }), bytes });
        }
        // An entry of no length takes no byte, so there could be any number of those.
        if lengths.left() > rest.len() + 1 {
            return Err(broken("a column has more different texts than characters"));
        }
        let mut entries = Vec::with_capacity(lengths.left());
        let mut rest = rest;
        for length in lengths {
            let (text, behind) = split(rest, length)?;
            entries.push(text);
            rest = behind;
        }
        let places = Numbers::of(unpacker)?;
        Ok(Texts { from: From::Dictionary { entries, places }, bytes })
    }

    pub(super) fn left(&self) -> usize {
        match &self.from {
            From::All(spelled) => spelled.lengths.left(),
            From::Dictionary { places, .. } => places.left(),
        }
    }

    /// How many different texts stand there, of which each one has a place.
    pub(super) fn entries(&self) -> usize {
        match &self.from {
            From::All { .. } => 0,
            From::Dictionary { entries, .. } => entries.len(),
        }
    }

    /// The bytes that the texts may have.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The texts, where each stands there for itself.
    pub(super) fn spelled(&self) -> Option<Spelled<'de>> {
        match &self.from {
            From::All(spelled) => Some(*spelled),
            From::Dictionary { .. } => None,
        }
    }

    #[inline(always)]
    pub(super) fn next(&mut self) -> Result<&'de str, Error> {
        match &mut self.from {
            From::All(spelled) => spelled.next(),
            From::Dictionary { entries, places } => {
                let place = places.number()?;
                let text = usize::try_from(place).ok().and_then(|place| entries.get(place));
                let left = text.and_then(|text| self.bytes.checked_sub(text.len()));
                let (Some(text), Some(left)) = (text, left) else { return Err(no_text(text.is_some())) };
                self.bytes = left;
                Ok(text)
            }
        }
    }
}

#[cold]
fn no_text(is_known: bool) -> Error {
    if is_known { longer() } else { broken("a column has no text at that place") }
}

#[cold]
fn longer() -> Error {
    broken("the texts of a column are longer than it says")
}

#[inline]
fn split(text: &str, length: u64) -> Result<(&str, &str), Error> {
    match usize::try_from(length).ok().and_then(|length| text.split_at_checked(length)) {
        Some(split) => Ok(split),
        None => Err(broken("a text of a column ends within a character or behind the others")),
    }
}
