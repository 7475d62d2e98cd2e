//! Patterns that begin at a known place: an automaton that is entered only where the first bytes are those of a pattern.

use std::ops::Range;

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, BuildError};

/// How many first bytes are compared, of each pattern as many as it has.
const LENGTHS: [usize; 4] = [3, 6, 10, 16];
/// The most of these.
const MOST: usize = 16;
/// Bits for each pattern in the set of beginnings.
const BITS_EACH: usize = 16;

/// Patterns, compiled.
#[derive(Debug)]
pub(super) struct Patterns {
    automaton: NFA,
    begins: Beginnings,
}

/// First bytes of patterns, as a set that may take others for members, and never a member for another.
#[derive(Debug)]
struct Beginnings {
    /// A power of two of them.
    bits: Vec<u64>,
    /// There is a pattern shorter than the shortest length.
    has_shorter: bool,
}

impl Patterns {
    pub(super) fn new<P: AsRef<[u8]>>(patterns: &[P]) -> Result<Self, BuildError> {
        Ok(Self { automaton: NFA::new(patterns)?, begins: Beginnings::of(patterns) })
    }

    /// Follows `text` from the start of `range` as far as any pattern goes, and adds the patterns that begin there with
    /// their places. Gives the bytes read and patterns found.
    pub(super) fn at(&self, text: &str, range: Range<usize>, hits: &mut Vec<(usize, Range<usize>)>) -> usize {
        let text = text.as_bytes().get(range.clone()).unwrap_or_default();
        if !self.begins.may_have(text) {
            return 1;
        }
        let Ok(mut state) = self.automaton.start_state(Anchored::Yes) else { return 0 };
        let before = hits.len();
        let mut length = 0;
        for byte in text {
            state = self.automaton.next_state(Anchored::Yes, state, *byte);
            length += 1;
            if self.automaton.is_special(state) {
                if self.automaton.is_dead(state) {
                    break;
                }
                if self.automaton.is_match(state) {
                    let count = self.automaton.match_len(state);
                    let ending = (0..count).map(|n| self.automaton.match_pattern(state, n));
                    // Those that end here and began later are found from their own start.
                    let whole = ending.filter(|pattern| self.automaton.pattern_len(*pattern) == length);
                    hits.extend(whole.map(|pattern| (pattern.as_usize(), range.start..range.start + length)));
                }
            }
        }
        length + hits.len() - before
    }
}

impl Beginnings {
    fn of<P: AsRef<[u8]>>(patterns: &[P]) -> Self {
        let words = (patterns.len() * BITS_EACH / 64).next_power_of_two();
        let mut begins = Self { bits: vec![0; words], has_shorter: false };
        for pattern in patterns.iter().map(AsRef::as_ref) {
            let Some(length) = LENGTHS.into_iter().rfind(|length| *length <= pattern.len()) else {
                begins.has_shorter = true;
                continue;
            };
            let (at, bits) = begins.place(first(pattern), length);
            if let Some(word) = begins.bits.get_mut(at) {
                *word |= bits;
            }
        }
        begins
    }

    /// Whether a pattern may begin where `text` does.
    fn may_have(&self, text: &[u8]) -> bool {
        let first = first(text);
        // all are asked, whatever the others say: a guess at each would be wrong too often
        LENGTHS.into_iter().fold(self.has_shorter, |may, length| {
            let (at, bits) = self.place(first, length);
            let word = self.bits.get(at).copied().unwrap_or_default();
            may | ((word & bits == bits) & (length <= text.len()))
        })
    }

    /// The word of the set, and the bits of it, that stand for the first `length` of those bytes.
    fn place(&self, bytes: u128, length: usize) -> (usize, u64) {
        let kept = bytes << (8 * (MOST - length));
        let half = |part: u128| u64::try_from(part & u128::from(u64::MAX)).unwrap_or_default();
        let (low, high) = (half(kept), half(kept >> 64));
        let mixed = (low ^ high.rotate_left(23)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        ((mixed >> 32) as usize & (self.bits.len() - 1), 1 << (mixed >> 58) | 1 << (mixed >> 52 & 63))
    }
}

/// The first bytes of a text as a number, the first the lowest; what is missing is zero.
fn first(text: &[u8]) -> u128 {
    match text.first_chunk::<MOST>() {
        Some(bytes) => u128::from_le_bytes(*bytes),
        None => text.iter().rev().fold(0, |all, byte| all << 8 | u128::from(*byte)),
    }
}
