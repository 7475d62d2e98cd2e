//! Bank details: sort code and account number, or an IBAN of the United Kingdom.

use std::ops::Range;

use super::date;
use super::gather::{Gathered, gather, stands_alone};
use super::label::{Label, Said, said};
use super::reading::Reading;

const LABELS: &[&str] = &["sort", "sortcode", "code", "account", "acc", "acct", "no", "number", "iban"];

const SORT_CODE: &str = "999999";

/// Places of sort codes, account numbers and IBANs.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let number = match reading.word(at) {
            "gb" => iban_at(reading, at),
            _ if reading.is_digits(at) => account_at(reading, at).or_else(|| sort_code_at(reading, at)),
            _ => None,
        }?;
        Some((reading.range(at, number.last), number.last))
    })
}

/// Eight digits called an account number, or right behind a sort code.
fn account_at(reading: &Reading<'_>, at: usize) -> Option<Gathered> {
    let number = gather(reading, at, 0, "99999999", false).filter(|number| !date::seems_one(number))?;
    let coded = follows_sort_code(reading, at);
    let called = coded || said(reading, at, number.last, &[Label::Bank], &[]) == Said::Own;
    (called && stands_alone(reading, at, number.last, coded, LABELS)).then_some(number)
}

/// Six digits called a sort code, or right before an account number.
fn sort_code_at(reading: &Reading<'_>, at: usize) -> Option<Gathered> {
    let number = gather(reading, at, 0, SORT_CODE, false)?;
    let alone = stands_alone(reading, at, number.last, true, LABELS);
    let called = said(reading, at, number.last, &[Label::SortCode], &[]) == Said::Own;
    (alone && (called || account_follows(reading, &number))).then_some(number)
}

/// Whether the code is in pairs, no date, and eight digits come next.
fn account_follows(reading: &Reading<'_>, code: &Gathered) -> bool {
    let account = (code.last + 1..code.last + 8).find(|at| reading.is_digits(*at));
    code.groups(0) == [2, 2, 2] && !date::seems_one(code) && account.is_some_and(|at| reading.word(at).len() == 8)
}

fn follows_sort_code(reading: &Reading<'_>, at: usize) -> bool {
    let starts = at.saturating_sub(12)..at;
    starts.filter(|start| reading.word(*start).len() == 2 && reading.is_digits(*start)).any(|start| {
        gather(reading, start, 0, SORT_CODE, false)
            .is_some_and(|code| code.last < at && account_follows(reading, &code))
    })
}

/// `GB29 NWBK 6016 1331 9268 19`: the check number makes the whole, rearranged, 1 modulo 97 (ISO 13616).
fn iban_at(reading: &Reading<'_>, at: usize) -> Option<Gathered> {
    let number = gather(reading, at, 0, "aa99aaaa99999999999999", false)?;
    let rearranged = number.chars.iter().skip(4).chain(number.chars.iter().take(4));
    let remainder = rearranged.fold(0, |sum, c| match c {
        b'0'..=b'9' => (sum * 10 + u32::from(c - b'0')) % 97,
        c => (sum * 100 + u32::from(c - b'a') + 10) % 97,
    });
    (remainder == 1 && stands_alone(reading, at, number.last, true, LABELS)).then_some(number)
}
