//! Which lexicons have phrases that begin with a word: most words begin none, and are looked up once for all of them.

use std::sync::LazyLock;

use crate::context::hash::{Table, WordMap};

use super::pattern::Lexicon;
use super::{claims, cues, parties, scene, suspicion};

pub(super) const CLAIMS: u8 = 1;
pub(super) const CRIMES: u8 = 1 << 1;
pub(super) const CUES: u8 = 1 << 2;
pub(super) const PARTIES: u8 = 1 << 3;
pub(super) const SCENE: u8 = 1 << 4;
pub(super) const SIGNS: u8 = 1 << 5;

/// Bits of lexicons by the hash of what their phrases begin with: by whole words, and by beginnings of words.
static FIRSTS: LazyLock<[Table<u8>; 2]> = LazyLock::new(|| {
    let mut maps: [WordMap<u8>; 2] = Default::default();
    add(&mut maps, &claims::LEXICON);
    add(&mut maps, &claims::TEACHERS);
    add(&mut maps, &cues::LEXICON);
    add(&mut maps, &parties::LEXICON);
    add(&mut maps, &scene::LEXICON);
    add(&mut maps, &suspicion::LEXICON);
    maps.map(Table::from)
});

fn add<L: Copy>([words, beginnings]: &mut [WordMap<u8>; 2], lexicon: &Lexicon<L>) {
    let (exact, stems, bit) = lexicon.firsts();
    exact.for_each(|hash| *words.entry(hash).or_default() |= bit);
    stems.for_each(|hash| *beginnings.entry(hash).or_default() |= bit);
}

/// The bits of the lexicons a word of these two hashes may begin a phrase of.
pub(in crate::context) fn begins(hash: u64, beginning: u64) -> u8 {
    let [words, beginnings] = &*FIRSTS;
    words.get(hash).copied().unwrap_or_default() | beginnings.get(beginning).copied().unwrap_or_default()
}
