//! Passport numbers: nine digits, or two letters and seven digits. Many numbers look like that, so only those called so
//! count.

use std::ops::Range;

use super::gather::{gather, stands_alone};
use super::label::{Label, Said, said};
use super::reading::Reading;

const LABELS: &[&str] = &["passport", "no", "number"];

/// Places of passport numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let number = ["999999999", "aa9999999"].iter().find_map(|shape| gather(reading, at, 0, shape, false))?;
        let alone = stands_alone(reading, at, number.last, number.is_tidy(0, 3), LABELS);
        let own = alone && said(reading, at, number.last, &[Label::Passport], &[]) == Said::Own;
        own.then(|| (reading.range(at, number.last), number.last))
    })
}
