//! Unique pupil numbers: a check letter and twelve digits, `H801200001001`; temporary ones end in a letter instead.
//!
//! Source: the school census guides of the Department for Education. The value of each of the twelve characters times
//! its place (2 to 13) is summed; the sum modulo 23 chooses the check letter from the alphabet without I, O and S. A
//! final letter counts by its place in the same alphabet.

use std::ops::Range;

use super::gather::{Gap, Gathered, gather, stands_alone};
use super::label::{Label, Said, said};
use super::reading::Reading;

const LETTERS: &str = "abcdefghjklmnpqrtuvwxyz";
/// Letter and digits; the last is either.
const SHAPE: &str = "a99999999999x";
/// What people write before the number without a space.
const LABELS: &[&str] = &["upn", "upnno", "no", "number", "pupil"];

/// Places of unique pupil numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| reading.is_letters(at).then(|| number_at(reading, at)).flatten())
}

fn number_at(reading: &Reading<'_>, at: usize) -> Option<(Range<usize>, usize)> {
    let word = reading.word(at);
    let letter = word.chars().next_back()?.len_utf8();
    let skip = word.len() - letter;
    if skip > 0 && !word.get(..skip).is_some_and(|label| LABELS.contains(&label)) {
        return None;
    }
    let number = gather(reading, at, skip, SHAPE, false)?;
    let tidy = number.is_tidy(1, 3);
    if !has_check_letter(&number) || !stands_alone(reading, at, number.last, tidy, LABELS) {
        return None;
    }
    let range = reading.range(at, number.last);
    let range = range.start + skip..range.end;
    let certain = match said(reading, at, number.last, &[Label::Upn], &[]) {
        Said::Own => true,
        Said::Other => false,
        Said::Nothing => !reads_as_word(&number, tidy),
    };
    certain.then_some((range, number.last))
}

/// An `a` apart from what it should belong to may be the word.
fn reads_as_word(number: &Gathered, tidy: bool) -> bool {
    let apart = |at: usize| number.gaps.get(at) == Some(&Gap::Space) && !number.is_spelled_out();
    number.chars.first() == Some(&b'a') && apart(1) && !tidy
        || number.chars.last() == Some(&b'a') && apart(SHAPE.len() - 1)
}

fn has_check_letter(number: &Gathered) -> bool {
    let value = |c: &u8| match c {
        b'0'..=b'9' => Some(usize::from(c - b'0')),
        c => LETTERS.bytes().position(|letter| letter == *c),
    };
    let sum = number.chars.iter().zip(1..).skip(1).try_fold(0, |sum, (c, place)| Some(sum + value(c)? * place));
    sum.and_then(|sum: usize| LETTERS.as_bytes().get(sum % LETTERS.len())) == number.chars.first()
}
