//! Unique learner numbers: ten digits, the first not zero, `9276308686`.
//!
//! Source: the Learning Records Service as quoted by HESA's field description. They look like many numbers, so only
//! those called so count.

use std::ops::Range;

use super::check::{TEN_DIGITS, remainder};
use super::gather::{gather, stands_alone};
use super::label::{Label, Said, said};
use super::reading::Reading;

const LABELS: &[&str] = &["uln", "no"];

/// Places of learner numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let number = reading.is_digits(at).then(|| gather(reading, at, 0, TEN_DIGITS, false)).flatten()?;
        let valid = number.chars.first() != Some(&b'0') && remainder(&number) == 10;
        let alone = valid && stands_alone(reading, at, number.last, number.is_tidy(0, 3), LABELS);
        let own = alone && said(reading, at, number.last, &[Label::Uln], &[Label::Nhs, Label::Health]) == Said::Own;
        own.then(|| (reading.range(at, number.last), number.last))
    })
}
