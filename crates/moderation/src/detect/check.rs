//! The sum that NHS numbers, learner numbers and old book numbers share.

use super::gather::Gathered;

/// The shape of the numbers.
pub(super) const TEN_DIGITS: &str = "9999999999";

/// The ten digits times 10, 9, … 1, summed, modulo 11. NHS numbers give 0 and learner numbers 10, so no number is both.
pub(super) fn remainder(number: &Gathered) -> u32 {
    number.digits().zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum::<u32>() % 11
}
