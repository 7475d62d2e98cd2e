//! Whether two texts say substantially the same: for statements that come back after they were removed.
//!
//! A fingerprint is a sketch of the runs of three words in a text (the smallest hashes of them), so that it can be kept
//! where the text may not be. Words are compared without case, punctuation and marks.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use unicode_normalization::UnicodeNormalization as _;

/// Words in a run.
const RUN: usize = 3;
/// Hashes kept.
const KEPT: usize = 64;
/// Two texts are alike when they share so much of their sketches, in hundredths.
const ALIKE: usize = 50;

/// The sketch of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(BTreeSet<u64>);

impl Fingerprint {
    /// That of a plain text; `None` for one without words.
    pub fn of(text: &str) -> Option<Self> {
        let folded: String = text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_mark(*c)).collect();
        let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        if words.is_empty() {
            return None;
        }
        let runs = words.windows(RUN.min(words.len())).map(|run| hash(&run.join(" ")));
        let all: BTreeSet<u64> = runs.collect();
        Some(Self(all.into_iter().take(KEPT).collect()))
    }

    /// Whether it is that of substantially the same text: half of what both together have in the smallest hashes.
    pub fn is_like(&self, other: &Self) -> bool {
        let both: BTreeSet<u64> = self.0.union(&other.0).copied().take(KEPT).collect();
        let shared = both.iter().filter(|one| self.0.contains(one) && other.0.contains(one)).count();
        shared * 100 >= both.len() * ALIKE
    }

    /// As it is kept.
    pub fn written(&self) -> String {
        let mut out = String::with_capacity(self.0.len() * 17);
        for one in &self.0 {
            // Writing to a String cannot fail.
            let _ = write!(out, "{one:016x} ");
        }
        out
    }

    /// From that; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let all: Option<BTreeSet<u64>> = text.split_whitespace().map(|one| u64::from_str_radix(one, 16).ok()).collect();
        all.filter(|all| !all.is_empty()).map(Self)
    }
}

/// A mark put to a letter, as NFKD parts them.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}')
}

/// FNV-1a, 64 bits: the same on every machine and in every version.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Fingerprint {
        Fingerprint::of(text).unwrap()
    }

    #[test]
    fn the_same_in_other_clothes_is_alike_and_something_else_is_not() {
        let first = of("Mr Bell took the money of the school trip and kept it for himself, everybody knows.");
        for same in [
            "MR. BELL took the money of the school trip & kept it for himself -- everybody knows!",
            "Mr Bell took the money of the school trip and kept it for himself, everybody knows. Shame on him.",
            "Mr Béll took the money of the school trip and kept it for himself, everybody knows",
        ] {
            assert!(first.is_like(&of(same)) && of(same).is_like(&first), "{same}");
        }
        for other in ["Mr Bell led the school trip, and everybody enjoyed it", "money", "the school trip is on Monday"]
        {
            assert!(!first.is_like(&of(other)), "{other}");
        }
    }

    #[test]
    fn it_is_read_back_and_what_is_none_is_not_read() {
        let long = (0..500).map(|n| format!("word{n}")).collect::<Vec<_>>().join(" ");
        for text in ["thief", "two words", &long] {
            assert_eq!(Fingerprint::parse(&of(text).written()), Some(of(text)));
        }
        assert!(of(&long).written().len() <= KEPT * 17);
        for wrong in ["", " ", "xyz", "0 g"] {
            assert_eq!(Fingerprint::parse(wrong), None, "{wrong:?}");
        }
        for empty in ["", "…", " - "] {
            assert_eq!(Fingerprint::of(empty), None, "{empty:?}");
        }
    }
}
