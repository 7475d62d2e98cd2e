//! Telephone numbers of the United Kingdom in national and international form, and those of other countries with `+`.
//!
//! Source: Ofcom's National Telephone Numbering Plan: after the 0 or +44 ten digits, whose first ones say the service.
//! Numbers of nine digits (a few old area codes) are left out: they look like numbers with a digit missing.

use std::ops::Range;

use super::date;
use super::gather::{Gathered, gather, parts, stands_alone};
use super::label::{Label, Said, said};
use super::reading::{Kind, Reading};

const LABELS: &[&str] = &[
    "tel", "tele", "telno", "phone", "ph", "mob", "mobile", "cell", "call", "ring", "text", "txt", "no", "fax",
    "number", "whatsapp",
];
const OTHERS: &[Label] = &[Label::Uln, Label::Upn, Label::Nhs, Label::Bank, Label::Passport];

/// The shape of the longest number.
const DIGITS: &str = "999999999999999";

/// A number and the tokens around it that belong to it.
struct Phone {
    first: usize,
    digits: Gathered,
    /// Characters before the national number: country code, trunk zero.
    prefix: usize,
    /// Whether a `+` says that it is one.
    international: bool,
}

/// Places of telephone numbers.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let phone = reading.is_digits(at).then(|| phone_at(reading, at)).flatten();
        let phone = phone.filter(|phone| is_one(reading, phone))?;
        Some((reading.range(phone.first, phone.digits.last), phone.digits.last))
    })
}

fn phone_at(reading: &Reading<'_>, at: usize) -> Option<Phone> {
    let signed = at.checked_sub(1).filter(|before| matches!(reading.kind(*before), Some(Kind::Sign(c)) if parts(c)));
    let plus = signed.unwrap_or(at).checked_sub(1).filter(|before| reading.is(*before, '+'));
    let word = reading.word(at);
    let phone = |total: usize, prefix: usize| {
        let digits = gather(reading, at, 0, DIGITS.get(..total)?, true)?;
        let first = first_of(reading, at, plus, digits.last);
        Some(Phone { first, digits, prefix, international: plus.is_some() })
    };
    // `+44 (0)20…` has a digit more than `+44 20…`.
    let with_trunk = |code: usize| {
        let trunk = phone(code + 11, code + 1).filter(|phone| phone.digits.chars.get(code) == Some(&b'0'));
        trunk.or_else(|| phone(code + 10, code))
    };
    let found = match plus {
        Some(_) if word.starts_with('4') => with_trunk(2).filter(|phone| phone.digits.chars.starts_with(b"44")),
        Some(plus) => return foreign(reading, at, plus),
        None if word.starts_with('0') => {
            let national = phone(11, 1).filter(|phone| phone.digits.chars.get(1) != Some(&b'0'));
            national.or_else(|| with_trunk(4).filter(|phone| phone.digits.chars.starts_with(b"0044")))
        }
        None => with_trunk(2).filter(|phone| phone.digits.chars.starts_with(b"44")),
    };
    found.filter(|phone| phone.digits.chars.get(phone.prefix..).is_some_and(is_in_the_plan))
}

/// The first token of a number whose digits begin with the token at `at`: its `+`, and the bracket that is closed
/// within it.
fn first_of(reading: &Reading<'_>, at: usize, plus: Option<usize>, last: usize) -> usize {
    let first = plus.unwrap_or(at);
    let closed = (at..last).any(|at| reading.is(at, ')') || reading.is(at, ']'));
    let bracket = first.checked_sub(1).filter(|before| reading.is(*before, '(') || reading.is(*before, '['));
    bracket.filter(|_| closed).unwrap_or(first)
}

/// Whether ten digits after the trunk zero are of a range in use.
fn is_in_the_plan(national: &[u8]) -> bool {
    national.len() == 10
        && match (national.first(), national.get(1)) {
            (Some(b'1'), Some(second)) => *second != b'0',
            (Some(b'2'), Some(second)) => b"03489".contains(second),
            (Some(b'3'), Some(second)) => b"0347".contains(second),
            (Some(b'5'), Some(second)) => b"56".contains(second),
            (Some(b'7'), _) => true,
            (Some(b'8'), Some(second)) => b"047".contains(second),
            (Some(b'9'), Some(second)) => b"018".contains(second),
            _ => false,
        }
}

/// A number of another country: `+353 87 123 4567`, in groups and ten to fifteen digits long.
fn foreign(reading: &Reading<'_>, at: usize, plus: usize) -> Option<Phone> {
    let word = reading.word(at);
    if word.starts_with('0') || word.starts_with("44") {
        return None;
    }
    let digits = (10..=15).rev().find_map(|total| {
        let digits = gather(reading, at, 0, DIGITS.get(..total)?, true)?;
        let whole = stands_alone(reading, plus, digits.last, false, LABELS);
        (whole && digits.parted_by().count() > 1).then_some(digits)
    })?;
    let first = first_of(reading, at, Some(plus), digits.last);
    Some(Phone { first, digits, prefix: 1, international: true })
}

fn is_one(reading: &Reading<'_>, phone: &Phone) -> bool {
    let digits = &phone.digits;
    let in_link = reading.token(phone.first).is_some_and(|token| token.link);
    stands_alone(reading, phone.first, digits.last, digits.is_tidy(phone.prefix, 2), LABELS)
        && match said(reading, phone.first, digits.last, &[Label::Phone], OTHERS) {
            Said::Own => true,
            Said::Other => phone.international,
            Said::Nothing if in_link || digits.ends_in_stray_digit(reading) => false,
            Said::Nothing => phone.international || is_written_like_one(digits),
        }
}

/// Whether the digits are no date or time with a number after it, and a number that begins with 44 is that of a mobile.
fn is_written_like_one(digits: &Gathered) -> bool {
    let bare_code = digits.chars.starts_with(b"44") && digits.chars.get(2) != Some(&b'7');
    !bare_code && !date::seems_one(digits)
}
