//! National Insurance numbers: two letters, six digits, a letter from A to D, `AB 12 34 56 C`.
//!
//! Source: HMRC's manual NIM39110: neither letter is D, F, I, Q, U or V, the second is not O, and some pairs are never
//! given.

use std::ops::Range;

use super::gather::{Gap, Gathered, gather, stands_alone};
use super::label::{Label, Said, said};
use super::reading::Reading;

const LABELS: &[&str] = &["ni", "nino", "nin", "no", "number", "insurance"];
const NEVER_GIVEN: &[&[u8]] = &[b"bg", b"gb", b"nk", b"kn", b"tn", b"nt", b"zz"];
/// Prefixes that are words: `at 12 34 56 a` is none.
const WORDS: &[&[u8]] = &[
    b"am", b"an", b"as", b"at", b"be", b"by", b"ex", b"he", b"hi", b"me", b"mr", b"ms", b"my", b"oh", b"ok", b"or",
    b"ox", b"pa", b"pm", b"re", b"st", b"ta", b"we", b"ye", b"yr",
];

/// Places of National Insurance numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| reading.is_letters(at).then(|| number_at(reading, at)).flatten())
}

fn number_at(reading: &Reading<'_>, at: usize) -> Option<(Range<usize>, usize)> {
    let word = reading.word(at);
    let label = LABELS.iter().find(|label| word.len() == label.len() + 2 && word.starts_with(**label));
    let skip = label.map_or(0, |label| label.len());
    if word.len() > 2 && skip == 0 {
        return None;
    }
    let number = gather(reading, at, skip, "aa999999a", false)?;
    let alone = is_given(&number) && stands_alone(reading, at, number.last, false, LABELS);
    let certain = alone
        && match said(reading, at, number.last, &[Label::NationalInsurance], &[]) {
            Said::Own => true,
            Said::Other => false,
            Said::Nothing => !reads_as_words(&number),
        };
    let range = reading.range(at, number.last);
    certain.then_some((range.start + skip..range.end, number.last))
}

fn is_given(number: &Gathered) -> bool {
    let (Some([first, second]), Some(last)) = (number.chars.get(..2), number.chars.last()) else { return false };
    !b"dfiquv".contains(first)
        && !b"dfioquv".contains(second)
        && !NEVER_GIVEN.contains(&[*first, *second].as_slice())
        && (b'a'..=b'd').contains(last)
}

/// `at 12 34 56 a`: words around a number.
fn reads_as_words(number: &Gathered) -> bool {
    let apart = number.gaps.get(1) == Some(&Gap::None) && number.gaps.get(2) == Some(&Gap::Space);
    let article = number.chars.last() == Some(&b'a') && number.gaps.last() == Some(&Gap::Space);
    let pairs = number.groups(0) == [2, 2, 2, 2, 1];
    apart && article && !pairs && number.chars.get(..2).is_some_and(|prefix| WORDS.contains(&prefix))
}
