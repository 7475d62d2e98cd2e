//! Posts that speak ill of somebody in words that no list of accusations has: several signs beside one who can be told.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::read::Read;
use crate::context::tokens::{Case, Tokens};
use crate::context::{Hit, Strength};

use super::begins;
use super::blame::is_target;
use super::easing::ease;
use super::parties::{KnownBy, Party, Who};
use super::pattern::{Found, Lexicon};
use super::people::Evidence;
use super::reading::Reading;
use super::signs::{claim, is_done_by, signs};
use super::words::is_function_word;

const WHY: &str = "Seems to speak ill of a person or school that can be identified";
/// Words between a thing and what is done with it.
const PAIRED: usize = 9;
/// Words between a sign and who is spoken ill of.
const REACH: usize = 24;
/// Points from which the author is asked to look again.
const ENOUGH: i32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Thing(Matter),
    Act(Matter),
    /// What is touchy, whoever does something with it.
    Touchy,
    Two,
    One,
    Good,
    /// What is usually told of people in schools.
    Usual,
    Saying,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Matter {
    Money,
    Record,
    Credential,
    Child,
    Staff,
}

pub(super) static LEXICON: LazyLock<Lexicon<Sign>> =
    LazyLock::new(|| Lexicon::parse(begins::SIGNS, SOURCE, heading).unwrap_or_else(|_| Lexicon::empty()));
pub(super) const SOURCE: &str = concat!(include_str!("lexicon/suspicion.in"), "\n", include_str!("lexicon/except.in"));

pub(super) fn heading(heading: &str) -> Option<Sign> {
    let matter = |name: &str| {
        Some(match name {
            "money" => Matter::Money,
            "record" => Matter::Record,
            "credential" => Matter::Credential,
            "child" => Matter::Child,
            "staff" => Matter::Staff,
            _ => return None,
        })
    };
    match heading.split_once(' ') {
        Some(("thing", name)) => matter(name).map(Sign::Thing),
        Some(("act", name)) => matter(name).map(Sign::Act),
        Some(_) => None,
        None => Some(match heading {
            "two" => Sign::Two,
            "one" => Sign::One,
            "touchy" => Sign::Touchy,
            "usual" => Sign::Usual,
            "good" => Sign::Good,
            "except" => Sign::Saying,
            _ => return None,
        }),
    }
}

/// A sign with its points.
#[derive(Debug)]
struct Point {
    words: Range<usize>,
    points: i32,
    /// Whether it counts but once, and only beside others.
    touchy: bool,
}

/// All signs of a text, by place.
#[derive(Debug)]
pub(in crate::context) struct Signs(pub(super) Vec<Found<Sign>>);

/// Looks for them.
pub(in crate::context) fn signs_of_ill(tokens: &Tokens<'_>) -> Signs {
    Signs(signs(&LEXICON, tokens, Sign::Saying))
}

/// All who are spoken ill of in a text, by place.
pub(in crate::context) fn suspicions(read: &Read<'_>) -> Vec<Hit> {
    let points = points(read.tokens, &read.signs().0);
    if points.iter().map(|(_, points)| points.max(&0)).sum::<i32>() < ENOUGH - 1 {
        return Vec::new();
    }
    let reading = read.reading();
    let points: Vec<Point> = points.into_iter().filter_map(|(sign, points)| told(reading, sign, points)).collect();
    let targets = reading.parties().iter().filter(|party| counts(reading, party));
    targets.filter_map(|party| judge(reading, party, &points)).collect()
}

/// Signs with their points; a thing alone has none, nor has an act without its thing.
fn points<'s>(tokens: &Tokens<'_>, signs: &'s [Found<Sign>]) -> Vec<(&'s Found<Sign>, i32)> {
    let paired = |act: &Found<Sign>, matter: Matter, place: usize| {
        let near = |other: &&Found<Sign>| {
            let apart =
                other.words.start.saturating_sub(act.words.end).max(act.words.start.saturating_sub(other.words.end));
            apart <= PAIRED
        };
        let fits = |other: &Found<Sign>| {
            other.label == Sign::Thing(matter)
                && tokens.get(other.words.start).map(|word| word.sentence)
                    == tokens.get(act.words.start).map(|word| word.sentence)
        };
        let before = signs.iter().take(place).rev().take_while(near).take(4 * PAIRED).any(fits);
        before || signs.iter().skip(place + 1).take_while(near).take(4 * PAIRED).any(fits)
    };
    let points = signs.iter().enumerate().filter_map(|(place, sign)| match sign.label {
        Sign::Act(matter) => paired(sign, matter, place).then_some((sign, 2)),
        Sign::Two => Some((sign, 2)),
        Sign::One | Sign::Touchy | Sign::Thing(_) => Some((sign, 1)),
        Sign::Good => Some((sign, -2)),
        Sign::Usual => Some((sign, 0)),
        Sign::Saying => None,
    });
    points.collect()
}

/// A sign that is not somebody else's deed, denied, or a matter that is taught.
fn told(reading: &Reading<'_>, sign: &Found<Sign>, points: i32) -> Option<Point> {
    let others = points == 2
        && is_done_by(reading, sign, |who| matches!(who, Who::Child | Who::Author | Who::Body | Who::Public));
    let claim = claim(sign);
    let eased = points > 0 && (reading.is_name(&claim) || points == 2 && ease(reading, &claim, usize::MAX).is_none());
    let touchy = matches!(sign.label, Sign::Thing(_) | Sign::Touchy);
    (!others && !eased).then(|| Point { words: sign.words.clone(), points, touchy })
}

/// Whether somebody may be spoken ill of here.
fn counts(reading: &Reading<'_>, party: &Party) -> bool {
    is_target(party)
        && match party.who {
            Who::Person(Evidence::Title | Evidence::FullName) | Who::School => true,
            Who::Mention => reading.is_of_school(party),
            Who::Role { known_by, .. } => known_by != KnownBy::Nothing,
            _ => false,
        }
}

/// The points around a party, in its sentence and beside it.
fn judge(reading: &Reading<'_>, party: &Party, points: &[Point]) -> Option<Hit> {
    let sentence = |at: usize| reading.tokens.get(at).map_or(0, |word| word.sentence);
    let here = sentence(party.words.start);
    let first = points.partition_point(|point| point.words.end + REACH < party.words.start);
    let near = points.iter().skip(first).take_while(|point| point.words.start <= party.words.end + REACH);
    let near = near.take(4 * REACH).filter(|point| sentence(point.words.start).abs_diff(here) <= 1);
    let (mut sum, mut ill, mut end, mut touchy) = (0, None::<Range<usize>>, 0, false);
    let usual = points.iter().any(|point| point.points == 0 && point.words.start == verb(reading, party));
    for point in near {
        // Signs that overlap are one.
        if point.points > 0 && point.words.start < end
            || point.touchy && (touchy || sentence(point.words.start) != here)
        {
            continue;
        }
        sum += point.points;
        touchy |= point.touchy;
        if point.points > 0 {
            end = point.words.end;
            let whole = ill.map_or(point.words.start, |ill| ill.start)..point.words.end;
            ill = Some(whole);
        }
    }
    sum += i32::from(!usual && acts(reading, party));
    let ill = ill.filter(|_| sum >= ENOUGH)?;
    let words = party.words.start.min(ill.start)..party.words.end.max(ill.end);
    Some(Hit { span: reading.tokens.span(words), strength: Strength::Nudge, why: WHY.to_owned() })
}

/// Where the verb of a party should stand.
fn verb(reading: &Reading<'_>, party: &Party) -> usize {
    let skipped = |at: &usize| {
        let word = reading.tokens.folded(*at);
        word.ends_with("ly") || SKIPPED.contains(&word)
    };
    (party.words.end..party.words.end + 4).find(|at| !skipped(at)).unwrap_or(party.words.end)
}

/// Whether the party does something, whatever.
fn acts(reading: &Reading<'_>, party: &Party) -> bool {
    let at = verb(reading, party);
    let sentence = |at: usize| reading.tokens.get(at).map(|word| word.sentence);
    let word = reading.tokens.folded(at);
    !party.owner
        && sentence(at).is_some_and(|there| Some(there) == sentence(party.words.start))
        && !reading.comma(party.words.end)
        && reading.number_at(at).is_none()
        && !is_function_word(word)
        && reading.tokens.get(at).is_some_and(|word| word.case == Case::Lower)
}

/// Words between somebody and their verb.
const SKIPPED: [&str; 18] = [
    "has", "had", "have", "who", "always", "never", "just", "then", "also", "still", "even", "did", "does", "will",
    "was", "is", "been", "keeps",
];
