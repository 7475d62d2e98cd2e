//! Postcodes of the United Kingdom, and those that say where a person lives.
//!
//! Source: Royal Mail's programmer's guide: a postal area, a district of one or two figures or a figure and a letter, then
//! a figure and two letters other than C, I, K, M, O and V.

use std::ops::Range;

use super::gather::{Gap, Gathered, gather, stands_alone};
use super::reading::{Kind, Reading};
use super::words::{self, Words};

const AREAS: &str = " ab al b ba bb bd bf bh bl bn br bs bt bx ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh \
    en ex fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr \
    nw ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn \
    wr ws wv yo ze ";
const LABELS: &[&str] = &["postcode", "pc"];
/// Most tokens looked at before a postcode for what it belongs to.
const TOKENS: usize = 24;

/// Places of postcodes.
pub(super) fn find(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| longest_at(reading, at).map(|last| (reading.range(at, last), last)))
}

/// Places of postcodes beside which a person or a home is spoken of.
pub(super) fn find_homes(reading: &Reading<'_>) -> Vec<Range<usize>> {
    reading.each(|reading, at| {
        let last = longest_at(reading, at)?;
        let home = says(reading, at, last, &words::HOME) && !says(reading, at, last, &words::VENUES)
            || follows_house_number(reading, at);
        home.then(|| (reading.range(at, last), last))
    })
}

fn longest_at(reading: &Reading<'_>, at: usize) -> Option<usize> {
    let may_begin = reading.is_letters(at) && (reading.word(at).len() <= 2 || reading.word(at) == "gir");
    may_begin.then(|| ["axxx9aa", "axx9aa", "ax9aa"].iter().find_map(|shape| code_at(reading, at, shape))).flatten()
}

fn code_at(reading: &Reading<'_>, at: usize, shape: &str) -> Option<usize> {
    let code = gather(reading, at, 0, shape, false).filter(|code| has_parts(&code.chars))?;
    let plain = code.gaps.iter().enumerate().all(|(at, gap)| *gap == Gap::None || at + 3 == shape.len());
    let called = says(reading, at, code.last, &words::POSTCODE);
    let alone = stands_alone(reading, at, code.last, plain || called, LABELS) && !is_class(reading, at);
    let certain =
        called || if plain { !reads_as_ordinal(reading, at, &code) } else { is_spread_out(reading, at, &code) };
    (alone && certain).then_some(code.last)
}

/// Whether the characters are an outward and an inward part.
fn has_parts(chars: &[u8]) -> bool {
    if chars == b"gir0aa" {
        return true;
    }
    let Some((outward, [figure, one, two])) = chars.split_last_chunk::<3>() else { return false };
    let letter = |c: &u8| c.is_ascii_lowercase() && !b"cikmov".contains(c);
    let area = outward.iter().take_while(|c| c.is_ascii_lowercase()).count();
    let (Some(name), Some(district)) = (outward.get(..area), outward.get(area..)) else { return false };
    let known = std::str::from_utf8(name).is_ok_and(|name| !name.is_empty() && AREAS.contains(&format!(" {name} ")));
    let district = match district {
        [a] => a.is_ascii_digit(),
        [a, b] => (b'1'..=b'9').contains(a) && (b.is_ascii_digit() || b"abcdefghjkmnprstuvwxy".contains(b)),
        _ => false,
    };
    known && district && figure.is_ascii_digit() && letter(one) && letter(two)
}

/// `S1 2nd block`, `G5 8GB laptop`, `N5 3hr paper`: what looks like the inward part is a number with its ending.
fn reads_as_ordinal(reading: &Reading<'_>, at: usize, code: &Gathered) -> bool {
    let Some([figure, ending @ ..]) = code.chars.last_chunk::<3>() else { return false };
    let counted = match ending {
        b"st" => *figure == b'1',
        b"nd" => *figure == b'2',
        b"rd" => *figure == b'3',
        b"th" => (b'4'..=b'9').contains(figure),
        _ => false,
    };
    let units: [&[u8; 2]; 5] = [b"hr", b"yr", b"gb", b"tb", b"ft"];
    // Classes, rooms and papers have one figure.
    let looks_so = counted && code.chars.len() == 5 || units.contains(&ending);
    let next = code.last + 1;
    let goes_on = reading.token(next).is_some_and(|next| next.spaced && next.kind == Kind::Letters);
    let placed = at.checked_sub(1).is_some_and(|before| matches!(reading.word(before), "from" | "near" | "in" | "at"));
    let apart = code.parted_by().any(|gap| gap == Gap::Space);
    looks_so && goes_on && apart && (!placed || words::ORDERED.contains(reading.word(next)))
}

/// Whether the unusual gaps of a code are no gaps between words and other numbers.
fn is_spread_out(reading: &Reading<'_>, at: usize, code: &Gathered) -> bool {
    let signs = code.parted_by().all(|gap| gap != Gap::Space);
    let lone_words = (at..=code.last).filter(|at| reading.is_letters(*at)).any(|at| {
        let apart = !reading.glued(at) && !reading.glued(at + 1);
        apart && words::SHORT.contains(reading.word(at))
    });
    let among_numbers =
        reading.is_digits(code.last + 1) || at.checked_sub(1).is_some_and(|before| reading.is_digits(before));
    !among_numbers && (signs || code.is_spelled_out() || !lone_words)
}

/// Whether a word right before says that it is a class or a room.
fn is_class(reading: &Reading<'_>, at: usize) -> bool {
    (at.saturating_sub(2)..at).any(|at| words::CLASSES.contains(reading.word(at)))
}

/// Whether one of `words` stands near.
fn says(reading: &Reading<'_>, first: usize, last: usize, words: &Words) -> bool {
    let before = (first.saturating_sub(TOKENS)..first)
        .rev()
        .take_while(|at| !matches!(reading.kind(*at), Some(Kind::Sign('!' | '?' | ';'))));
    before.chain(last + 1..last + 6).any(|at| words.contains(reading.word(at)))
}

/// `14 Mill Lane, Oakham, LE15 6AB`: a number and a street before it.
fn follows_house_number(reading: &Reading<'_>, first: usize) -> bool {
    let window = first.saturating_sub(TOKENS)..first;
    let street = window.clone().rev().find(|at| words::STREETS.contains(reading.word(*at)));
    street.is_some_and(|street| {
        (street.saturating_sub(5)..street).any(|at| reading.is_digits(at) && reading.word(at).len() < 4)
    })
}
