//! Dates of days, as people in the United Kingdom write them.

use super::gather::{Gap, Gathered, gather, parts};
use super::reading::{Kind, Reading};

/// A day, and where it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// Four digits; two are taken as of the years 1941 to 2040.
    pub(super) year: Option<u32>,
    /// The token it ends with.
    pub(super) last: usize,
    /// Whether it is written as dates are, so that nothing needs to call it one.
    pub(super) plain: bool,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// The date that begins with the token at `at`, the longest reading of it.
pub(super) fn date_at(reading: &Reading<'_>, at: usize) -> Option<Date> {
    match reading.kind(at)? {
        Kind::Digits => {
            in_numbers(reading, at).or_else(|| day_first(reading, at)).or_else(|| run_together(reading, at))
        }
        Kind::Letters => month_first(reading, at),
        Kind::Sign(_) => None,
    }
}

/// Whether some of the digits are grouped as a date or a time of day.
pub(super) fn seems_one(number: &Gathered) -> bool {
    let groups = number.values();
    let small = |(len, value, _): (usize, u32, Gap), most: u32| len <= 2 && (1..=most).contains(&value);
    let signed = |gap: Gap| matches!(gap, Gap::Sign(_));
    let year_first = groups.len() > 1 && groups.first().is_some_and(|(len, value, _)| *len == 4 && is_year(*value));
    let day = groups.windows(3).any(|window| match *window {
        [a, b, c] if b.2 == c.2 && signed(b.2) => {
            let year_last = matches!(c.0, 2 | 4) && small(a, 31) && small(b, 12);
            year_last || a.0 == 4 && is_year(a.1) && small(b, 12) && small(c, 31)
        }
        _ => false,
    });
    let time = groups.windows(2).any(|window| match *window {
        [hour, minute] => minute.2 == Gap::Sign('.') && small(hour, 23) && minute.0 == 2 && minute.1 < 60,
        _ => false,
    });
    year_first || day || time
}

fn is_year(number: u32) -> bool {
    (1900..2100).contains(&number)
}

/// `03/04/2015`, `3.4.15`, `2015-04-03`, `3 4 2015`, `3/Apr/2015`.
fn in_numbers(reading: &Reading<'_>, at: usize) -> Option<Date> {
    let (second, gap) = part_after(reading, at)?;
    let (third, other_gap) = part_after(reading, second)?;
    let in_figures = reading.kind(second) == Some(Kind::Digits);
    let cut = reading.glued(third + 1) && matches!(reading.kind(third + 1), Some(Kind::Digits | Kind::Letters));
    if cut || in_figures && reading.word(second).len() > 2 {
        return None;
    }
    let (a, c) = (reading.number(at)?, reading.number(third)?);
    let b = if in_figures { reading.number(second)? } else { month(reading.word(second))? };
    let plain = !in_figures || gap == other_gap && gap != Gap::Space;
    let year = match (reading.word(at).len(), reading.word(third).len()) {
        (1..=2, len @ (2 | 4)) if is_day(a, b) || in_figures && is_day(b, a) => full_year(c, len),
        (4, 1..=2) if is_day(c, b) => full_year(a, 4),
        _ => None,
    };
    year.map(|year| Date { year: Some(year), last: third, plain })
}

/// The letters or digits after the token at `at`, behind at most two signs that part dates, and what parts them.
fn part_after(reading: &Reading<'_>, at: usize) -> Option<(usize, Gap)> {
    let mut gap = if reading.glued(at + 1) { Gap::None } else { Gap::Space };
    for next in at + 1..at + 4 {
        match reading.kind(next)? {
            Kind::Sign(c) if parts(c) || c == ',' => gap = Gap::Sign(c),
            Kind::Sign(_) => return None,
            Kind::Letters | Kind::Digits => return Some((next, gap)),
        }
    }
    None
}

/// `3 March 2015`, `3rd of March, 2015`, `3rd Mar '15`, `the 3rd of March`.
fn day_first(reading: &Reading<'_>, at: usize) -> Option<Date> {
    let day = Some(reading.number(at)?).filter(|_| reading.word(at).len() <= 2)?;
    let mut next = at + 1;
    next += usize::from(reading.glued(next) && matches!(reading.word(next), "st" | "nd" | "rd" | "th"));
    next += usize::from(matches!(reading.kind(next), Some(Kind::Sign('-' | '/' | '.'))));
    next += usize::from(reading.word(next) == "of");
    let month = month(reading.word(next))?;
    is_day(day, month).then(|| with_year(reading, next))
}

/// `March 3rd, 2015`, `Mar 3 '15`.
fn month_first(reading: &Reading<'_>, at: usize) -> Option<Date> {
    let month = month(reading.word(at))?;
    let mut next = at + 1;
    next += usize::from(matches!(reading.kind(next), Some(Kind::Sign('.' | '-' | '/'))));
    next += usize::from(reading.word(next) == "the");
    let day = Some(reading.number(next)?).filter(|_| reading.word(next).len() <= 2)?;
    let suffix = reading.glued(next + 1) && matches!(reading.word(next + 1), "st" | "nd" | "rd" | "th");
    // Of `May 12:30` the number is a time.
    let time = reading.is(next + 1, ':');
    (is_day(day, month) && !time).then(|| with_year(reading, next + usize::from(suffix)))
}

/// A day and month that end with the token at `last`, with the year if one follows.
fn with_year(reading: &Reading<'_>, last: usize) -> Date {
    let signs = (last + 1..last + 3)
        .take_while(|at| matches!(reading.kind(*at), Some(Kind::Sign(',' | '\'' | '-' | '/' | '.'))));
    let at = last + 1 + signs.count();
    let year = reading.number(at).and_then(|year| full_year(year, reading.word(at).len()));
    // In `3 May, 14 pupils` and `3 May 12:30` the number is something else; the year of `3 May '14` and `3-May-14` is one.
    let long = reading.word(at).len() == 4;
    let marked = at == last + 1 || matches!(reading.kind(at - 1), Some(Kind::Sign('\'' | '-' | '/' | '.')));
    let time = reading.is(at + 1, ':') || reading.glued(at + 1) && reading.kind(at + 1) == Some(Kind::Letters);
    match year.filter(|_| (long || marked) && !time) {
        Some(year) => Date { year: Some(year), last: at, plain: true },
        None => Date { year: None, last, plain: true },
    }
}

/// `03042015`, `030415`, `20150403`, or any of them with signs in unusual places.
fn run_together(reading: &Reading<'_>, at: usize) -> Option<Date> {
    ["99999999", "999999"].into_iter().find_map(|shape| {
        let total = shape.len();
        let digits = gather(reading, at, 0, shape, false)?;
        let more = reading.glued(digits.last + 1) && !matches!(reading.kind(digits.last + 1), Some(Kind::Sign(_)));
        let date = |day: (usize, usize), month: (usize, usize), year: (usize, usize)| {
            let whole = full_year(digits.number(year.0, year.1)?, year.1 - year.0)?;
            is_day(digits.number(day.0, day.1)?, digits.number(month.0, month.1)?).then_some(Date {
                year: Some(whole),
                last: digits.last,
                plain: false,
            })
        };
        let found =
            date((0, 2), (2, 4), (4, total)).or_else(|| (total == 8).then(|| date((6, 8), (4, 6), (0, 4))).flatten());
        found.filter(|_| !more)
    })
}

fn full_year(number: u32, digits: usize) -> Option<u32> {
    match digits {
        4 => (1000..2100).contains(&number).then_some(number),
        2 if number > 40 => Some(1900 + number),
        2 => Some(2000 + number),
        _ => None,
    }
}

fn is_day(day: u32, month: u32) -> bool {
    let longest = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=longest).contains(&day)
}

/// The number of a month by its name or its first three letters; `sept` too.
fn month(word: &str) -> Option<u32> {
    if !(3..=9).contains(&word.len()) {
        return None;
    }
    let word = if word == "sept" { "sep" } else { word };
    let is = |name: &str| word == name || word.len() == 3 && name.starts_with(word);
    MONTHS.iter().zip(1..).find(|(name, _)| is(name)).map(|(_, number)| number)
}
