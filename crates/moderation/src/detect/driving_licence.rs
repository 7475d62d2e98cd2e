//! Driving licence numbers of Great Britain: `MORGA 657054 SM9IJ`.
//!
//! Source: the DVLA: five characters of the surname filled up with 9; the decade of birth, the month (50 more for
//! women), the day and the year's last digit; two initials or 9; a digit and two letters.

use std::ops::Range;

use super::gather::{Gathered, gather, stands_alone};
use super::reading::Reading;

const LABELS: &[&str] = &["licence", "license", "dl", "no", "number"];

/// Places of driving licence numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let surname = reading.is_letters(at) && reading.word(at).len() <= 5;
        let number = surname.then(|| gather(reading, at, 0, "xxxxx999999xxxaa", false)).flatten().filter(is_one)?;
        let alone = stands_alone(reading, at, number.last, true, LABELS);
        alone.then(|| (reading.range(at, number.last), number.last))
    })
}

fn is_one(number: &Gathered) -> bool {
    let surname = number.chars.get(..5).unwrap_or_default();
    let letters = surname.iter().take_while(|c| c.is_ascii_lowercase()).count();
    let filled = letters > 0 && surname.iter().skip(letters).all(|c| *c == b'9');
    let initials = number.chars.get(11..13).unwrap_or_default();
    let named = initials.first().is_some_and(u8::is_ascii_lowercase)
        && initials.iter().all(|c| c.is_ascii_lowercase() || *c == b'9');
    let month = number.number(6, 8).is_some_and(|month| matches!(month, 1..=12 | 51..=62));
    let day = number.number(8, 10).is_some_and(|day| (1..=31).contains(&day));
    filled && named && month && day
}
