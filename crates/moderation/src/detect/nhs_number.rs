//! NHS numbers: ten digits with a check digit, mostly written `943 476 5919`.
//!
//! Source: the NHS data dictionary. Ten-digit book numbers have the same check digit, and one of eleven numbers of any
//! kind passes it; so what the words around say, and how the digits are grouped, decide too.

use std::ops::Range;

use super::check::{TEN_DIGITS, remainder};
use super::date;
use super::gather::{Gap, Gathered, gather, stands_alone};
use super::label::{Label, Said, said};
use super::reading::Reading;

const LABELS: &[&str] = &["nhs", "nhsno", "nhsnumber", "no", "number", "chi"];
const OTHERS: &[Label] =
    &[Label::Thing, Label::Uln, Label::Upn, Label::Phone, Label::Bank, Label::SortCode, Label::Passport, Label::Ip];

/// Places of NHS numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let number = reading.is_digits(at).then(|| number_at(reading, at)).flatten()?;
        Some((reading.range(at, number.last), number.last))
    })
}

fn number_at(reading: &Reading<'_>, at: usize) -> Option<Gathered> {
    let number = gather(reading, at, 0, TEN_DIGITS, false)?;
    let alone = remainder(&number) == 0 && stands_alone(reading, at, number.last, number.is_tidy(0, 3), LABELS);
    let certain = alone
        && match said(reading, at, number.last, &[Label::Nhs, Label::Health], OTHERS) {
            Said::Own => true,
            Said::Other => false,
            Said::Nothing => is_written_like_one(reading, at, &number),
        };
    certain.then_some(number)
}

/// Whether nothing in the way a number is written says that it is none.
fn is_written_like_one(reading: &Reading<'_>, at: usize, number: &Gathered) -> bool {
    let groups = number.groups(0);
    let in_link = reading.token(at).is_some_and(|token| token.link);
    let book = groups.len() == 4 && groups.first() == Some(&1) && groups.last() == Some(&1);
    let pairs = groups == [2, 2, 2, 2, 2] && number.parted_by().all(|gap| gap == Gap::Space);
    let grid = groups == [5, 5] && at.checked_sub(1).is_some_and(|before| reading.word(before).len() == 2);
    // A telephone number with a digit missing; Scottish numbers begin with the date of birth.
    let phone = number.chars.first() == Some(&b'0')
        && number.chars.get(1).is_some_and(|second| b"12378".contains(second))
        && groups != [3, 3, 4]
        && groups != [6, 4];
    let internet = groups.len() == 4 && number.parted_by().all(|gap| gap == Gap::Sign('.'));
    let stray = number.ends_in_stray_digit(reading);
    !in_link && !stray && !internet && !book && !pairs && !grid && !phone && !date::seems_one(number)
}
