//! Dates of birth: a date that the words around call one, or one that makes somebody a child and stands right beside a
//! word for a child.

use std::ops::Range;

use super::date::{Date, date_at};
use super::label::ends_sentence;
use super::reading::{Kind, Reading};
use super::words;

/// Most words between what calls a date one of birth and the date.
const WORDS_BEFORE: usize = 9;
const WORDS_AFTER: usize = 6;
const TOKENS: usize = 28;
/// Most tokens from one date of a list to the next.
const LIST_STEP: usize = 7;
/// Births before are history.
const FIRST_YEAR: u32 = 1930;
const AGES: std::ops::RangeInclusive<u32> = 3..=19;

/// How firmly words call a date one of birth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cue {
    /// `dob`, `date of birth`.
    Birth,
    /// The same of several people.
    Births,
    /// `born`.
    Born,
    /// `birthday`, of `her` or `Amy's`, or not said whose.
    Birthday(Whose),
}

/// Whose birthday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// `her`, `my son's`: somebody's who is no author or king.
    Known,
    /// `Amy's`.
    Named,
    Unsaid,
}

/// Places of dates of birth. With `year`, the present one, also dates that make a child who is mentioned beside 3 to 19.
pub(super) fn find(reading: &Reading<'_>, year: Option<u16>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut list_end = None;
    while at < reading.len() {
        let may_begin = reading.is_near_digits(at) && begins(reading, at);
        let Some(date) = may_begin.then(|| date_at(reading, at)).flatten() else {
            at += 1;
            continue;
        };
        let cue = cue_before(reading, at).filter(|cue| fits(*cue, reading, at, date));
        let listed = list_end.is_some_and(|end: usize| at - end <= LIST_STEP) && date.plain;
        let child = || year.is_some_and(|year| is_of_child(reading, at, date, u32::from(year)));
        if cue.is_some() || listed || is_called_so_after(reading, date) || child() {
            found.push(reading.range(at, date.last));
            if listed || cue == Some(Cue::Births) {
                list_end = Some(date.last);
            }
            at = date.last;
        }
        at += 1;
    }
    found
}

/// Whether a date can begin with the token at `at`: it is no later part of something, or touches only a cue (`dob3/4/15`).
fn begins(reading: &Reading<'_>, at: usize) -> bool {
    let before = at.checked_sub(1).filter(|_| reading.glued(at));
    before.is_none_or(|before| match reading.kind(before) {
        Some(Kind::Letters) => reading.word(before).len() > 1 && cue_at(reading, before).is_some(),
        Some(Kind::Digits | Kind::Sign('/' | '£')) => false,
        _ => true,
    })
}

/// Whether a date is written as its cue needs it.
fn fits(cue: Cue, reading: &Reading<'_>, at: usize, date: Date) -> bool {
    let word = at.checked_sub(1).map_or("", |before| reading.word(before));
    let named = matches!(word, "is" | "was" | ":" | "=" | "-" | "(" | "birthday" | "bday" | "day");
    let linked = named || matches!(word, "on" | "the" | "," | "born" | "s" | "of");
    let recent = date.year.map(|year| year >= FIRST_YEAR);
    match cue {
        Cue::Birth | Cue::Births => date.year.is_some() || linked,
        Cue::Born if is_range(reading, date) => false,
        Cue::Born => recent.map_or(linked, |recent| recent && (date.plain || linked || date.year >= Some(2000))),
        Cue::Birthday(Whose::Known) => recent.unwrap_or(linked),
        Cue::Birthday(Whose::Named) => recent == Some(true),
        Cue::Birthday(Whose::Unsaid) => recent == Some(true) && named,
    }
}

/// `1 September 2019 to 31 August 2020`: a year of births.
fn is_range(reading: &Reading<'_>, date: Date) -> bool {
    let next = date.last + 1;
    matches!(reading.word(next), "to" | "and" | "until" | "-") && date_at(reading, next + 1).is_some()
}

/// The nearest cue before the date at `first`, if no word between says that the date is something else.
fn cue_before(reading: &Reading<'_>, first: usize) -> Option<Cue> {
    let mut words = 0;
    let mut blocked = false;
    for at in (first.saturating_sub(TOKENS)..first).rev() {
        match reading.kind(at)? {
            Kind::Letters => {
                if let Some(cue) = cue_at(reading, at) {
                    return (!blocked).then_some(cue);
                }
                words += 1;
                let close = words <= 2 && words::LIMITS.contains(reading.word(at));
                blocked |= close || words::OTHER_DATES.contains(reading.word(at));
            }
            // Another date or number took what was said before.
            Kind::Digits if reading.word(at).len() >= 4 => return None,
            // The answer to "Her DOB?" may follow at once.
            Kind::Sign('!' | '?' | ';') if words > 0 => return None,
            Kind::Sign('.') if words > 0 && ends_sentence(reading, at) => return None,
            _ => {}
        }
        if words > WORDS_BEFORE {
            break;
        }
    }
    None
}

/// The cue the word at `at` ends.
fn cue_at(reading: &Reading<'_>, at: usize) -> Option<Cue> {
    let back = |steps: usize| at.checked_sub(steps).map_or("", |at| reading.word(at));
    let sign = |word: &str| matches!(word, "." | "/" | "-" | "_");
    // The words of `d.o.b`, `date-of-birth`, signs left out.
    let mut earlier = (1..5).map(back).filter(|word| !sign(word));
    let (one, two) = (earlier.next().unwrap_or_default(), earlier.next().unwrap_or_default());
    Some(match reading.word(at) {
        "dobs" | "birthdates" | "birthdays" => Cue::Births,
        "birth" if one == "of" && two == "dates" => Cue::Births,
        "birth" if one == "of" && matches!(two, "place" | "time" | "country" | "moment" | "year") => return None,
        "birth" if matches!(one, "gave" | "give" | "giving" | "by") => return None,
        "birth" if words::OF_BIRTH.contains(reading.word(at + 1)) => return None,
        "dob" | "dateofbirth" | "birthdate" | "bdate" | "birth" => Cue::Birth,
        "b" if one == "o" && two == "d" => Cue::Birth,
        "born" if words::MANY.contains(one) => return None,
        "born" => Cue::Born,
        "b" if matches!(one, "" | "(" | ",") && !reading.is_letters(at + 1) => Cue::Born,
        "birthday" | "bday" => Cue::Birthday(whose(one, two)),
        "day" if one == "birth" || one == "b" || one == "'" && two == "b" => Cue::Birthday(Whose::Named),
        _ => return None,
    })
}

fn whose(before: &str, further: &str) -> Whose {
    let known =
        |word: &str| matches!(word, "my" | "his" | "her" | "their" | "your" | "whose") || words::CHILD.contains(word);
    match before {
        "s" if known(further) => Whose::Known,
        "s" => Whose::Named,
        before if known(before) => Whose::Known,
        _ => Whose::Unsaid,
    }
}

/// `03/04/2015 (dob)`, `3 April 2015 is Amy's date of birth`, `3.4.15, when she was born`.
fn is_called_so_after(reading: &Reading<'_>, date: Date) -> bool {
    if date.year.is_none_or(|year| year < FIRST_YEAR) {
        return false;
    }
    let mut words = 0;
    let mut linked = !reading.is(date.last + 1, ',');
    for at in date.last + 1..date.last + TOKENS {
        match reading.kind(at) {
            Some(Kind::Letters) => {
                let word = reading.word(at);
                words += 1;
                let links = matches!(word, "is" | "was" | "date" | "d" | "her" | "his" | "their" | "as");
                match cue_at(reading, at) {
                    Some(Cue::Born) => return reading.word(at - 1) == "was",
                    Some(_) => return linked,
                    None if words == WORDS_AFTER => return false,
                    None if words == 1 => linked = links,
                    None => {}
                }
            }
            None | Some(Kind::Digits | Kind::Sign('!' | '?' | ';')) => return false,
            Some(Kind::Sign('.')) if ends_sentence(reading, at) => return false,
            _ => {}
        }
    }
    false
}

/// Whether the date makes somebody 3 to 19 in `year`, a child is spoken of, and nothing speaks of an event.
fn is_of_child(reading: &Reading<'_>, first: usize, date: Date, year: u32) -> bool {
    let young = date.year.and_then(|born| year.checked_sub(born)).is_some_and(|age| AGES.contains(&age));
    let set_off = first
        .checked_sub(1)
        .is_some_and(|before| matches!(reading.kind(before), Some(Kind::Sign('(' | ',' | '-' | ':' | '|'))));
    if !young || !set_off || !date.plain {
        return false;
    }
    let mut words = 0;
    let mut child = false;
    for at in (first.saturating_sub(TOKENS)..first).rev() {
        match reading.kind(at) {
            Some(Kind::Letters) => words += 1,
            Some(Kind::Sign('!' | '?' | ';')) => break,
            Some(Kind::Sign('.')) if ends_sentence(reading, at) => break,
            _ => continue,
        }
        if words > WORDS_BEFORE {
            break;
        }
        child |= words::CHILD.contains(reading.word(at));
        if is_of_event(reading.word(at)) {
            return false;
        }
    }
    let event_follows = (date.last + 1..date.last + 6).any(|at| words::EVENTS.contains(reading.word(at)));
    child && !event_follows
}

fn is_of_event(word: &str) -> bool {
    words::EVENTS.contains(word) || words::LIMITS.contains(word) || words::OTHER_DATES.contains(word)
}
