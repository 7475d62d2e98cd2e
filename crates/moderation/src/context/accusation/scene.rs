//! Whether a text tells of a pupil's accusation against a teacher in whatever words: several signs of different kinds, near
//! a teacher who can be told and a pupil.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::tokens::Tokens;

use super::begins;
use super::claims::{Claim, Shape};
use super::easing::is_matter;
use super::parties::{Party, Who};
use super::pattern::{Found, Lexicon};
use super::reading::Reading;
use super::signs::{before, claim, doer, is_done_by, signs};

/// Words looked at on either side of a teacher.
const REACH: usize = 40;
/// Points from which a person has to look.
pub(in crate::context) const ENOUGH: i32 = 3;
/// Sentences between a teacher and what is told of them.
pub(in crate::context) const NEAR: usize = 3;
/// Words in a text so short that it says nothing else.
const TERSE: usize = 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Sign {
    /// Accusing.
    Accusing,
    /// The police and others act.
    Law,
    /// The police and others are spoken of.
    Police,
    /// A crime, or what is hardly anything else.
    Hard,
    /// What may be one.
    Weak,
    /// What is out of place between a teacher and a pupil.
    Odd,
    /// The author tells of their own time at school.
    Was,
    /// Somebody tells.
    Told,
    /// How people take it.
    Upset,
    Good,
    /// Somebody cares for a pupil.
    Care,
    Saying,
}

pub(super) static LEXICON: LazyLock<Lexicon<Sign>> =
    LazyLock::new(|| Lexicon::parse(begins::SCENE, SOURCE, heading).unwrap_or_else(|_| Lexicon::empty()));
pub(super) const SOURCE: &str = concat!(include_str!("lexicon/scene.in"), "\n", include_str!("lexicon/except.in"));

pub(super) fn heading(heading: &str) -> Option<Sign> {
    Some(match heading {
        "accusing" => Sign::Accusing,
        "law" => Sign::Law,
        "police" => Sign::Police,
        "hard" => Sign::Hard,
        "weak" => Sign::Weak,
        "odd" => Sign::Odd,
        "was" => Sign::Was,
        "told" => Sign::Told,
        "upset" => Sign::Upset,
        "good" => Sign::Good,
        "care" => Sign::Care,
        "except" => Sign::Saying,
        _ => return None,
    })
}

/// The signs of a text.
#[derive(Clone, Debug)]
pub(in crate::context) struct Scene {
    signs: Vec<Found<Sign>>,
}

impl Scene {
    pub(in crate::context) fn of(tokens: &Tokens<'_>) -> Self {
        Self { signs: signs(&LEXICON, tokens, Sign::Saying) }
    }

    /// All signs, by place.
    pub(super) fn signs(&self) -> &[Found<Sign>] {
        &self.signs
    }

    /// Whether the signs could come to anything.
    pub(in crate::context) fn is_empty(&self) -> bool {
        !self.signs.iter().any(|sign| is_ill(sign.label))
    }

    /// Whether the author tells of their own time at school.
    pub(in crate::context) fn is_of_author(&self) -> bool {
        self.signs.iter().any(|sign| sign.label == Sign::Was)
    }

    /// Leaves out what others than teachers do, and what is taught or dealt with.
    pub(in crate::context) fn settle(&mut self, reading: &Reading<'_>) {
        let staff = |party: &Party| matches!(party.who, Who::Person(_) | Who::Role { .. } | Who::School);
        let by_staff = |sign: &Found<Sign>| before(reading, sign).is_some_and(staff);
        let of_child = |sign: &Found<Sign>| before(reading, sign).is_some_and(|party| party.who == Who::Child);
        let taught = |sign: &Found<Sign>| {
            let noun = Claim { shape: Shape::Thing, ..claim(sign) };
            is_matter(reading, &noun, usize::MAX)
        };
        let mut settled = Vec::with_capacity(self.signs.len());
        for (place, sign) in self.signs.iter().enumerate() {
            let label = match sign.label {
                Sign::Hard | Sign::Weak => {
                    let charged = reading.tokens.folded(sign.words.start.wrapping_sub(1)) == "of"
                        && self.signs.iter().take(place).rev().take(4).any(|earlier| earlier.label == Sign::Accusing);
                    if reading.is_name(&claim(sign)) || taught(sign) {
                        None
                    } else if is_suffered(reading, sign)
                        || !charged && is_done_by(reading, sign, |who| who == Who::Other)
                    {
                        Some(Sign::Care)
                    } else if !charged && is_done_by(reading, sign, |who| matches!(who, Who::Child | Who::Body)) {
                        other(reading, sign).then_some(Sign::Care)
                    } else {
                        Some(sign.label)
                    }
                }
                // "A pupil has been arrested", "my son accused of stealing", "any allegation".
                Sign::Accusing | Sign::Law => {
                    let first = reading.tokens.folded(sign.words.start);
                    let next = reading.tokens.folded(sign.words.start + 1);
                    let suffers =
                        first.ends_with("ed") && (reading.is_passive(&claim(sign)) || next == "of" || next == "for");
                    let any =
                        matches!(reading.tokens.folded(sign.words.start.wrapping_sub(1)), "any" | "every" | "all");
                    let agent = reading.agent(&claim(sign)).and_then(|number| reading.party(number));
                    if of_child(sign) && suffers && agent.is_some_and(staff) {
                        Some(Sign::Care)
                    } else if of_child(sign) && suffers && agent.is_none() || any || taught(sign) {
                        None
                    } else if CALLING.contains(&first) && by_staff(sign) && !reading.is_passive(&claim(sign)) {
                        Some(Sign::Care)
                    } else {
                        Some(sign.label)
                    }
                }
                // Only what a member of staff does is care; and they tell of others.
                Sign::Care => by_staff(sign).then_some(Sign::Care),
                Sign::Told => (!by_staff(sign)).then_some(Sign::Told),
                label => Some(label),
            };
            settled.extend(label.map(|label| Found { label, words: sign.words.clone() }));
        }
        self.signs = settled;
    }

    /// The points around the words of a teacher, and what stands for them.
    pub(in crate::context) fn points(&self, reading: &Reading<'_>, teacher: &Range<usize>) -> (i32, Range<usize>) {
        let sentence = |at: usize| reading.tokens.get(at).map_or(0, |word| word.sentence);
        let here = sentence(teacher.start);
        let first = self.signs.partition_point(|sign| sign.words.start + REACH < teacher.start);
        let behind = self.signs.partition_point(|sign| sign.words.start < teacher.end + REACH);
        let near = self.signs.get(first..behind).unwrap_or_default();
        let fits = |sign: &Found<Sign>| sentence(sign.words.start).abs_diff(here) <= NEAR;
        let sum = points(near, fits);
        let told: Vec<&Range<usize>> =
            near.iter().filter(|sign| fits(sign) && is_ill(sign.label)).map(|sign| &sign.words).collect();
        let start = told.iter().map(|words| words.start).min().unwrap_or(teacher.start);
        let end = told.iter().map(|words| words.end).max().unwrap_or(teacher.end);
        let terse = reading.tokens.words().len() <= TERSE
            && near.iter().any(|sign| matches!(sign.label, Sign::Accusing | Sign::Law | Sign::Police));
        let direct = near
            .iter()
            .any(|sign| matches!(sign.label, Sign::Hard | Sign::Weak) && fits(sign) && hits_somebody(reading, sign));
        let tied = near.iter().any(|sign| fits(sign) && is_tied(reading, sign, teacher));
        let together = are_together(reading, teacher);
        let tied = tied || together;
        let acted = i32::from(together && !has_act(near, fits));
        let grave =
            near.iter().any(|sign| fits(sign) && is_ill(sign.label) && !matches!(sign.label, Sign::Told | Sign::Upset));
        let sum = if grave || acted > 0 { sum } else { 0 };
        (
            sum + acted + if terse { 2 } else { 0 } + i32::from(direct) + i32::from(tied),
            start.min(teacher.start)..end.max(teacher.end),
        )
    }
}

/// Points of signs: each kind counts once.
fn points(signs: &[Found<Sign>], fits: impl Fn(&Found<Sign>) -> bool) -> i32 {
    let has = |label: Sign| i32::from(signs.iter().any(|sign| sign.label == label && fits(sign)));
    2 * has(Sign::Accusing)
        + (2 * has(Sign::Law)).max(has(Sign::Police))
        + (2 * has(Sign::Hard)).max(has(Sign::Weak) + has(Sign::Odd)).max(has(Sign::Odd))
        + has(Sign::Told)
        - 3 * has(Sign::Good)
        - 3 * has(Sign::Care)
}

const fn is_ill(sign: Sign) -> bool {
    !matches!(sign, Sign::Good | Sign::Care | Sign::Was | Sign::Saying)
}

/// "Mr Harris was kicked".
fn is_suffered(reading: &Reading<'_>, sign: &Found<Sign>) -> bool {
    reading.is_passive(&claim(sign))
        && before(reading, sign).is_some_and(|party| matches!(party.who, Who::Person(_) | Who::Role { .. }))
}

/// Whether somebody who may be a pupil stands directly behind what is done.
fn hits_somebody(reading: &Reading<'_>, sign: &Found<Sign>) -> bool {
    let window = reading.window(sign.words.start);
    let next = (sign.words.start + 1..window.end.min(sign.words.end + 3)).find_map(|at| reading.number_at(at));
    let personal = |at: usize| matches!(reading.tokens.folded(at), "me" | "him" | "her" | "them" | "us" | "my");
    personal(sign.words.end)
        || next.and_then(|number| reading.party(number)).is_some_and(|party| party.who == Who::Child)
}

/// "slapped" behind the teacher who does it, "says" and "about" before the one of whom it is said.
fn is_tied(reading: &Reading<'_>, sign: &Found<Sign>, teacher: &Range<usize>) -> bool {
    match sign.label {
        Sign::Hard | Sign::Weak | Sign::Odd => {
            doer(reading, sign).is_some_and(|party| party.words == *teacher) || sign.words.contains(&teacher.start)
        }
        Sign::Accusing | Sign::Law | Sign::Told => {
            let between = sign.words.end..teacher.start;
            teacher.start >= sign.words.end
                && between.len() <= 6
                && (between.is_empty()
                    || between.clone().any(|at| {
                        matches!(
                            reading.tokens.folded(at),
                            "about" | "against" | "re" | "that" | "by" | "of" | "on" | "how" | "v"
                        )
                    })
                    || between.len() <= 1)
        }
        _ => false,
    }
}

/// Whoever is spoken of directly behind a sign.
fn object<'r>(reading: &'r Reading<'_>, sign: &Found<Sign>) -> Option<&'r Party> {
    let end = reading.window(sign.words.start).end.min(sign.words.end + 4);
    let number = (sign.words.start + 1..end).find_map(|at| reading.number_at(at))?;
    reading.party(number)
}

/// Whether somebody suffers what a pupil does.
fn other(reading: &Reading<'_>, sign: &Found<Sign>) -> bool {
    reading.agent(&claim(sign)).is_some()
        || object(reading, sign)
            .is_some_and(|party| matches!(party.who, Who::Person(_) | Who::Role { .. } | Who::Child))
}

/// What those do who pass on what they were told.
const CALLING: [&str; 17] = [
    "told",
    "tell",
    "tells",
    "reported",
    "report",
    "reports",
    "rang",
    "called",
    "call",
    "calls",
    "contacted",
    "informed",
    "emailed",
    "referred",
    "disclosed",
    "went",
    "investigated",
];

fn has_act(signs: &[Found<Sign>], fits: impl Fn(&Found<Sign>) -> bool) -> bool {
    signs.iter().any(|sign| matches!(sign.label, Sign::Hard | Sign::Weak | Sign::Odd) && fits(sign))
}

/// Whether a teacher and a pupil are spoken of together: "Mr Lamb and the sixth former".
fn are_together(reading: &Reading<'_>, teacher: &Range<usize>) -> bool {
    let end = reading.window(teacher.start).end;
    let child = |from: usize, reach: usize| {
        (from..end.min(from + reach))
            .find_map(|at| reading.number_at(at))
            .and_then(|number| reading.party(number))
            .is_some_and(|party| party.who == Who::Child)
    };
    let next = reading.tokens.folded(teacher.end);
    if reading.comma(teacher.end) || teacher.end >= end {
        return false;
    }
    matches!(next, "and" | "with") && child(teacher.end + 1, 2)
}
