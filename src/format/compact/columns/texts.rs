//! Texts of a column.

use super::super::unpacker::{broken, ended};
use super::super::{Packer, Unpacker};
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
    /// Their lengths.
    lengths: Gathered,
    /// Which follow, where they repeat.
    dictionary: Option<Box<Dictionary>>,
}

#[derive(Debug)]
struct Dictionary {
    /// Where each different text stands in the blob.
    entries: Vec<Entry>,
    /// The place of the entry of the last text, and of the one that followed it when it came last.
    last: usize,
    guess: usize,
    /// Places of entries, from 1, by the hash of their texts. The length is a power of two.
    slots: Vec<u32>,
    /// The entry of each text.
    places: Gathered,
    /// The bytes of all texts.
    bytes: usize,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    end: usize,
    hash: u32,
    /// The entry that followed when this one came last: texts of a list tend to come in one order again and again.
    next: u32,
}

impl GatheredTexts {
    /// Takes a text: without a call, where it is the one that was guessed, or texts are spelled, and there is room.
    #[inline]
    pub(super) fn push(&mut self, text: &str) {
        let text = text.as_bytes();
        let pushed = match &mut self.dictionary {
            Some(dictionary) => dictionary.try_push(&self.blob, text),
            None => {
                let length = text.len() as u64;
                let pushed = self.lengths.has_room(length) && try_few(&mut self.blob, text);
                if pushed {
                    self.lengths.push(length);
                }
                pushed
            }
        };
        if !pushed {
            self.push_other(text);
        }
    }

    /// Takes a text that is another than was guessed, or one for which room has to be made.
    #[inline(never)]
    fn push_other(&mut self, text: &[u8]) {
        if self.dictionary.is_none() {
            if self.lengths.is_empty() {
                self.dictionary = Some(Box::new(Dictionary::new()));
            } else {
                self.lengths.push(text.len() as u64);
                return self.spelled(text);
            }
        }
        let Some(known) = &mut self.dictionary else { return };
        known.bytes += text.len();
        let GatheredTexts { blob, lengths, .. } = self;
        match known.find(blob, text) {
            Found::At(place) => known.came(place),
            Found::Free { hash } => {
                let start = blob.len();
                blob.extend_from_slice(text);
                lengths.push(text.len() as u64);
                known.add(Entry { start, end: blob.len(), hash, next: u32::MAX });
                if !known.pays() {
                    self.spell();
                }
            }
            Found::Crowded => {
                self.spell();
                self.lengths.push(text.len() as u64);
                self.spelled(text);
            }
        }
    }

    fn spelled(&mut self, text: &[u8]) {
        self.blob.reserve(text.len().max(FEW));
        self.blob.extend_from_slice(text);
    }

    /// Puts all texts one after the other, and no dictionary from here on.
    #[cold]
    fn spell(&mut self) {
        let Some(dictionary) = self.dictionary.take() else { return };
        // Where none repeats, they are so already.
        if dictionary.entries.len() == dictionary.places.len() {
            return;
        }
        let known = std::mem::take(&mut self.blob);
        self.blob = Vec::with_capacity(dictionary.bytes);
        self.lengths = Gathered::default();
        for place in dictionary.places.iter() {
            let entry = usize::try_from(place).ok().and_then(|place| dictionary.entries.get(place));
            let text = entry.and_then(|entry| known.get(entry.start..entry.end)).unwrap_or_default();
            self.lengths.push(text.len() as u64);
            self.blob.extend_from_slice(text);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.dictionary.as_ref().map_or(&self.lengths, |known| &known.places).len()
    }

    /// The bytes of all texts.
    pub(super) fn bytes(&self) -> usize {
        self.dictionary.as_ref().map_or(self.blob.len(), |known| known.bytes)
    }

    /// How many different texts stand there, of which each one has a place.
    pub(super) fn entries(&self) -> usize {
        self.dictionary.as_ref().map_or(0, |known| known.entries.len())
    }

    /// Writes the bytes of all texts times two, and 1 where each different one stands there once; their lengths, all
    /// characters, and then the place of each.
    pub(super) fn put(&mut self, out: &mut Packer<'_>) {
        // A dictionary of texts that come once is longer than they are.
        if self.dictionary.as_ref().is_some_and(|known| known.entries.len() * 2 > known.places.len()) {
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
    Free { hash: u32 },
    Crowded,
}

impl Dictionary {
    fn new() -> Self {
        let (last, guess) = (usize::MAX, usize::MAX);
        let (entries, places) = (Vec::new(), Gathered::default());
        Dictionary { entries, last, guess, slots: vec![0; 16], places, bytes: 0 }
    }

    /// Takes a short text where it is the one that was guessed.
    #[inline]
    fn try_push(&mut self, blob: &[u8], text: &[u8]) -> bool {
        let Some(entry) = self.entries.get(self.guess) else { return false };
        let known = blob.get(entry.start..entry.end);
        let is_guess = known.is_some_and(|known| is_same_few(known, text));
        if !is_guess || !self.places.try_push(self.guess as u64) {
            return false;
        }
        self.last = self.guess;
        self.guess = entry.next as usize;
        self.bytes += text.len();
        true
    }

    /// The text came that stands at that place.
    fn came(&mut self, place: usize) {
        if let (Some(last), Ok(next)) = (self.entries.get_mut(self.last), u32::try_from(place)) {
            last.next = next;
        }
        self.last = place;
        self.guess = self.entries.get(place).map_or(usize::MAX, |entry| entry.next as usize);
        self.places.push(place as u64);
    }

    fn find(&self, blob: &[u8], text: &[u8]) -> Found {
        let hash = hash(text);
        for slot in self.probes(hash) {
            let taken = self.slots.get(slot).copied().unwrap_or_default();
            let Some(place) = (taken as usize).checked_sub(1) else { return Found::Free { hash } };
            let known = self.entries.get(place).filter(|entry| entry.hash == hash);
            if known.is_some_and(|entry| blob.get(entry.start..entry.end) == Some(text)) {
                return Found::At(place);
            }
        }
        Found::Crowded
    }

    fn probes(&self, hash: u32) -> impl Iterator<Item = usize> + use<> {
        let mask = self.slots.len() - 1;
        (0..MOST_PROBES).map(move |step| (hash as usize).wrapping_add(step) & mask)
    }

    fn add(&mut self, entry: Entry) {
        if (self.entries.len() + 1) * 2 > self.slots.len() {
            self.slots = vec![0; self.slots.len() * 2];
            for (place, entry) in self.entries.iter().enumerate() {
                Self::settle(&mut self.slots, entry.hash, place);
            }
        }
        let place = self.entries.len();
        self.entries.push(entry);
        Self::settle(&mut self.slots, entry.hash, place);
        self.came(place);
    }

    /// Puts an entry into the first free slot of its hash; none is left unfound but for want of probes, and then it
    /// stands there twice.
    fn settle(slots: &mut [u32], hash: u32, place: usize) {
        let mask = slots.len() - 1;
        let free = (0..MOST_PROBES)
            .map(|step| (hash as usize).wrapping_add(step) & mask)
            .find(|slot| slots.get(*slot) == Some(&0));
        if let (Some(slot), Ok(place)) = (free.and_then(|slot| slots.get_mut(slot)), u32::try_from(place + 1))
        {
            *slot = place;
        }
    }

    /// Whether so many texts repeat that it pays to look for them.
    fn pays(&self) -> bool {
        let (different, all) = (self.entries.len(), self.places.len());
        match different {
            ..TRIAL => true,
            TRIAL => different < all,
            _ => different % TRIAL != 0 || different * 2 <= all,
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
