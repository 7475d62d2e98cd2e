//! A quick hash for the lists of words, which nobody from outside can add to.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map of words that came with the program.
pub(crate) type WordMap<K, V> = HashMap<K, V, BuildHasherDefault<Quick>>;
/// A set of such words.
pub(crate) type Words<K> = HashSet<K, BuildHasherDefault<Quick>>;

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
    hash(word.char_indices().nth(STEM).and_then(|(end, _)| word.get(..end)).unwrap_or(word))
}

/// Which of many hashes are certainly not in a set.
#[derive(Debug)]
pub(crate) struct Bits(Vec<u64>);

/// Words of 64 bits: few enough to stay near the processor.
const BITS: usize = 512;

impl Default for Bits {
    fn default() -> Self {
        Self(vec![0; BITS])
    }
}

impl Bits {
    /// Adds a hash.
    pub(crate) fn add(&mut self, hash: u64) {
        if let Some(word) = self.0.get_mut(Self::place(hash)) {
            *word |= 1 << (hash & 63);
        }
    }

    /// Whether a hash may be in the set.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.0.get(Self::place(hash)).is_none_or(|word| word & (1 << (hash & 63)) != 0)
    }

    const fn place(hash: u64) -> usize {
        (hash >> 20) as usize % BITS
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
