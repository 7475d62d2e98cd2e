//! A quick hash for the lists of words, which nobody from outside can add to.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// What belongs to words that came with the program, by their [`hash`].
pub(crate) type WordMap<V> = HashMap<u64, V, BuildHasherDefault<Quick>>;

/// A set of words that came with the program.
#[derive(Debug)]
pub(crate) struct Words {
    hashes: HashSet<u64, BuildHasherDefault<Quick>>,
    bits: Bits,
}

impl<W: AsRef<str>> FromIterator<W> for Words {
    fn from_iter<I: IntoIterator<Item = W>>(words: I) -> Self {
        let hashes: HashSet<u64, _> = words.into_iter().map(|word| hash(word.as_ref())).collect();
        Self { bits: Bits::of(hashes.iter().copied()), hashes }
    }
}

impl Words {
    /// Whether a word is in the set.
    pub(crate) fn contains(&self, word: &str) -> bool {
        self.has(hash(word))
    }

    /// Whether the word with this [`hash`] is in the set.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.bits.has(hash) && self.hashes.contains(&hash)
    }
}

/// Letters by which beginnings of words are looked up.
pub(crate) const STEM: usize = 3;

/// A number for a word; two words have the same one as good as never.
pub(crate) fn hash(word: &str) -> u64 {
    let mut quick = Quick::default();
    quick.write(word.as_bytes());
    quick.write_u8(u8::try_from(word.len()).unwrap_or(u8::MAX));
    quick.finish()
}

/// A number for the first letters of a word.
pub(crate) fn beginning(word: &str) -> u64 {
    let first = match word.as_bytes().first_chunk::<STEM>() {
        Some(letters) if letters.is_ascii() => word.get(..STEM),
        _ => word.char_indices().nth(STEM).and_then(|(end, _)| word.get(..end)),
    };
    hash(first.unwrap_or(word))
}

/// A text of which a feature's name is put together, and a number for it: that of the whole follows from those of its
/// parts, so that names need not be written out to be looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'t> {
    pub(crate) text: &'t str,
    sum: u64,
    power: u64,
}

impl<'t> Piece<'t> {
    /// Of a text.
    pub(crate) const fn of(text: &'t str) -> Self {
        let (mut sum, mut power) = (0_u64, 1_u64);
        let mut rest = text.as_bytes();
        while let [byte, behind @ ..] = rest {
            sum = sum.wrapping_mul(BASE).wrapping_add(*byte as u64 + 1);
            power = power.wrapping_mul(BASE);
            rest = behind;
        }
        Self { text, sum, power }
    }

    /// The number of what `pieces` make together.
    pub(crate) fn key(pieces: &[Self]) -> u64 {
        let sum = pieces.iter().fold(0_u64, |sum, next| sum.wrapping_mul(next.power).wrapping_add(next.sum));
        sum ^ (sum >> 32)
    }
}

/// An odd number with bits all over.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// A [`WordMap`] that is asked mostly for what it does not have.
#[derive(Debug)]
pub(crate) struct Table<V> {
    rows: WordMap<V>,
    bits: Bits,
}

impl<V> Default for Table<V> {
    fn default() -> Self {
        Self { rows: WordMap::default(), bits: Bits::default() }
    }
}

impl<V> From<WordMap<V>> for Table<V> {
    fn from(rows: WordMap<V>) -> Self {
        Self { bits: Bits::of(rows.keys().copied()), rows }
    }
}

impl<V> Table<V> {
    /// All hashes it has.
    pub(crate) fn hashes(&self) -> impl Iterator<Item = u64> {
        self.rows.keys().copied()
    }

    /// What belongs to a hash.
    pub(crate) fn get(&self, hash: u64) -> Option<&V> {
        if self.bits.has(hash) { self.rows.get(&hash) } else { None }
    }
}

impl<V> Table<Vec<V>> {
    /// The list of a hash; most words have none.
    pub(crate) fn list(&self, hash: u64) -> &[V] {
        self.get(hash).map_or(&[], Vec::as_slice)
    }
}

/// Which of many hashes are certainly not in a set: few bytes, which stay near the processor.
#[derive(Debug)]
pub(crate) struct Bits(Vec<u64>);

impl Default for Bits {
    fn default() -> Self {
        Self::of(std::iter::empty())
    }
}

impl Bits {
    /// Of the hashes in a set.
    pub(crate) fn of(hashes: impl ExactSizeIterator<Item = u64>) -> Self {
        let mut bits = Self(vec![0; hashes.len().div_ceil(6).next_power_of_two()]);
        for hash in hashes {
            let place = bits.place(hash);
            if let Some(word) = bits.0.get_mut(place) {
                *word |= Self::bits(hash);
            }
        }
        bits
    }

    /// Whether a hash may be in the set.
    pub(crate) fn has(&self, hash: u64) -> bool {
        let bits = Self::bits(hash);
        self.0.get(self.place(hash)).is_some_and(|word| word & bits == bits)
    }

    /// Two bits of a word.
    const fn bits(hash: u64) -> u64 {
        1 << (hash & 63) | 1 << (hash >> 6 & 63)
    }

    const fn place(&self, hash: u64) -> usize {
        (hash >> 20) as usize & (self.0.len() - 1)
    }
}

/// Multiplies and rotates, eight bytes at a time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Quick(u64);

impl Quick {
    const fn add(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Quick {
    fn write(&mut self, bytes: &[u8]) {
        let (whole, rest) = bytes.as_chunks::<8>();
        for chunk in whole {
            self.add(u64::from_le_bytes(*chunk));
        }
        if !rest.is_empty() {
            self.add(rest.iter().fold(0, |number, b| (number << 8) | u64::from(*b)));
        }
    }

    fn write_u8(&mut self, b: u8) {
        self.add(u64::from(b));
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        // Tables look at the lowest and the highest bits.
        self.0 ^ (self.0 >> 32)
    }
}
