//! Patterns that begin at a known place: an automaton that is entered only where the first bytes are those of a pattern.

use std::ops::Range;

use aho_corasick::automaton::Automaton;
use aho_corasick::nfa::contiguous::NFA;
use aho_corasick::{Anchored, BuildError};

/// How many first bytes are compared, of each pattern as many as it has.
const LENGTHS: [u32; 9] = [3, 4, 5, 6, 7, 8, 10, 12, 16];
/// Bits for each pattern in the set of beginnings.
const BITS_EACH: usize = 16;
/// The logarithm of the most words of such bits.
const MOST_LOG: u32 = 20;
/// Odd numbers with bits all over.
const ODD: u64 = 0x9E37_79B9_7F4A_7C15;
const OTHER: u64 = 0xD6E8_FEB8_6659_FD93;

/// Patterns, compiled.
#[derive(Debug)]
pub(super) struct Patterns {
    automaton: NFA,
    begins: Beginnings,
}

/// First bytes of patterns, as a set that may take others for members, and never a member for another.
#[derive(Debug)]
struct Beginnings {
    bits: Vec<u64>,
    /// The logarithm of their number.
    log: u32,
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
        let log = (patterns.len() * BITS_EACH / 64).next_power_of_two().ilog2().clamp(1, MOST_LOG);
        let mut begins = Self { bits: vec![0; 1 << log], log, has_shorter: false };
        for pattern in patterns.iter().map(AsRef::as_ref) {
            let Some(length) = LENGTHS.into_iter().rfind(|length| *length as usize <= pattern.len()) else {
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
            may | (self.bits.get(at).copied().unwrap_or_default() & bits == bits)
        })
    }

    /// The word of the set, and the two bits of it, that stand for the first `length` of those bytes.
    #[inline]
    fn place(&self, [low, high]: [u64; 2], length: u32) -> (usize, u64) {
        let mixed = if length <= 8 {
            (low << (64 - 8 * length)).wrapping_mul(ODD)
        } else {
            (low ^ (high << (128 - 8 * length)).wrapping_mul(OTHER)).wrapping_mul(ODD)
        };
        let bit = |place: u32| 1 << (mixed >> (place - self.log) & 63);
        (usize::try_from(mixed >> (64 - self.log)).unwrap_or_default(), bit(58) | bit(52))
    }
}

/// The first bytes of a text as two numbers, the first byte the lowest; what is missing is zero, as in no pattern.
#[inline]
fn first(text: &[u8]) -> [u64; 2] {
    if let Some(bytes) = text.first_chunk::<16>() {
        return halves(bytes);
    }
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(text).for_each(|(place, byte)| *place = *byte);
    halves(&bytes)
}

fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let (halves, _) = bytes.as_chunks::<8>();
    halves.first_chunk::<2>().map_or([0; 2], |halves| halves.map(u64::from_le_bytes))
}
