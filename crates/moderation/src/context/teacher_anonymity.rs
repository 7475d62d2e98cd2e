//! Teachers accused by or for a pupil of a crime.
//!
//! In England and Wales nothing may be published that is likely to lead members of the public to identify a teacher who
//! is accused by or on behalf of a pupil of the same school of a criminal offence against that pupil, until charge
//! (Education Act 2002, s. 141F). So: a teacher who can be told, an accusation, a pupil. What a court or the regulator
//! has made public at most asks the author to look again; policies, training and abstract talk pass, for they accuse
//! nobody.

use super::accusation::{
    Blame, Claim, Cue, ENOUGH, Evidence, KnownBy, NEAR, Party, Reading, Scene, Shape, Topic, Who, is_countered,
    is_matter, is_negated, is_tied,
};
use super::learnt::{self, Borders, Question};
use super::read::Read;
use super::{Hit, Strength};

const WHY: &str =
    "Seems to identify a teacher who is accused of an offence against a pupil; the law forbids this before a charge";
/// What a text is told for that reads like such an accusation without any of the words of one.
const LEARNT: &str = "Reads like posts that tell which teacher is accused by or for a pupil";
const BORDERS: Borders = Borders { note: -650, nudge: -150, hold: 1200 };
/// Below which score the author at most is asked to look again, whatever words and grammar tell.
const DOUBTED: i32 = 185;
/// Parties looked through on either side for a pupil.
const AROUND: usize = 8;

/// All such accusations in a text, by place.
pub(crate) fn find(read: &Read<'_>) -> Vec<Hit> {
    let mut hits = told(read, learnt::is_unlikely(read, Question::Teacher));
    if hits.is_empty() {
        hits.extend(learnt::judge(read, Question::Teacher, BORDERS, LEARNT));
    } else if learnt::score_of(read, Question::Teacher).is_some_and(|score| score < DOUBTED) {
        for hit in &mut hits {
            hit.strength = Strength::Nudge;
        }
    }
    hits
}

/// Those that words and grammar tell of; where they are `unlikely`, only those said outright.
pub(super) fn told(read: &Read<'_>, unlikely: bool) -> Vec<Hit> {
    let claims = read.crimes();
    let is_gathered = !unlikely && !read.scene().is_empty();
    if claims.is_empty() && !is_gathered {
        return Vec::new();
    }
    let (tokens, reading) = (read.tokens, read.reading());
    let mut hits: Vec<Hit> = Vec::new();
    for (place, claim) in claims.iter().enumerate() {
        if let Some((teacher, strength)) = judge(reading, claims, place, claim) {
            let Some(party) = reading.party(teacher) else { continue };
            let words = party.words.start.min(claim.words.start)..party.words.end.max(claim.words.end);
            hits.push(Hit { span: tokens.span(words), strength, why: WHY.to_owned() });
        }
    }
    if is_gathered {
        let mut scene = read.scene().clone();
        scene.settle(reading);
        hits.extend(reading.parties().iter().filter_map(|party| gathered(reading, &scene, party)));
    }
    hits.sort_by_key(|hit| (hit.span.start, hit.span.end));
    hits.dedup_by(|next, kept| {
        let again = next.span.start < kept.span.end;
        if again {
            kept.strength = kept.strength.max(next.strength);
            kept.span.end = kept.span.end.max(next.span.end);
        }
        again
    });
    hits
}

/// The teacher accused by a claim, by number, and how surely.
fn judge(reading: &Reading<'_>, claims: &[Claim], place: usize, claim: &Claim) -> Option<(usize, Strength)> {
    let (teacher, from) = match reading.blame(claim) {
        Blame::Party { number, from } => (number, from),
        Blame::Perhaps(number) | Blame::Near(number) => (number, number),
        Blame::Nobody => return None,
    };
    let party = reading.party(teacher)?;
    if reading.is_name(claim) || !is_teacher(reading, party) {
        return None;
    }
    let accuses = match claim.shape {
        Shape::Does => hurts_pupil(reading, claim, from),
        Shape::Is => has_pupil(reading, claim) && reading.is_predicate(claim),
        Shape::Thing => has_pupil(reading, claim) && is_tied(reading, claim, from),
        Shape::Suffers => {
            has_pupil(reading, claim) && (claim.strength == Strength::Hold || is_backed(reading, claims, place))
        }
        Shape::Saying => false,
    };
    if !accuses || is_matter(reading, claim, from) || is_countered(reading, claim, from) {
        return None;
    }
    let public = reading.reports_news()
        || is_supposed(reading, claim)
        || is_negated(reading, claim) && claim.topic != Topic::Law;
    Some((teacher, if public { Strength::Nudge } else { Strength::Hold }))
}

/// A teacher about whom several things together tell of an accusation.
fn gathered(reading: &Reading<'_>, scene: &Scene, party: &Party) -> Option<Hit> {
    if !is_teacher(reading, party) && !is_hinted(reading, party) {
        return None;
    }
    let pupil = pupil_near(reading, party.words.start);
    if pupil.is_none() && !scene.is_of_author() {
        return None;
    }
    let (points, words) = scene.points(reading, &party.words);
    let points = points - i32::from(pupil == Some(false));
    let strength = if reading.reports_news() { Strength::Nudge } else { Strength::Hold };
    let hit = || Hit { span: reading.tokens.span(words), strength, why: WHY.to_owned() };
    (points >= ENOUGH).then(hit)
}

/// "The teacher … at Meadowcroft": told by the school that the text names.
fn is_hinted(reading: &Reading<'_>, party: &Party) -> bool {
    let schools = || reading.parties().iter().take(4 * AROUND).any(|other| other.who == Who::School);
    matches!(party.who, Who::Role { teacher: true, .. }) && schools()
}

/// Whether a reader could tell which teacher is meant.
fn is_teacher(reading: &Reading<'_>, party: &Party) -> bool {
    match party.who {
        Who::Person(Evidence::Title) => true,
        Who::Mention => reading.is_about_school() || reading.is_of_school(party),
        Who::Person(Evidence::FullName) => reading.is_about_school(),
        Who::Role { teacher, known_by } => {
            teacher
                && match known_by {
                    KnownBy::School | KnownBy::Author => true,
                    // "the Year 4 teacher", but not "the teacher"
                    KnownBy::Article => party.words.len() > 1,
                    KnownBy::Nothing => false,
                }
        }
        _ => false,
    }
}

/// Whether what is done is done to a pupil.
fn hurts_pupil(reading: &Reading<'_>, claim: &Claim, teacher: usize) -> bool {
    let Some(victim) = reading.victim(claim, teacher) else { return false };
    match victim.who {
        Who::Child => true,
        Who::Pronoun | Who::Person(Evidence::Capitals) => has_pupil(reading, claim),
        // "her friend"
        Who::Other => {
            let word = reading.tokens.folded(victim.words.start);
            ["friend", "brother", "sister", "pal", "someone", "somebody", "people"]
                .iter()
                .any(|other| word.starts_with(other))
                && has_pupil(reading, claim)
        }
        Who::Author => reading.is_passive(claim) && has_pupil(reading, claim),
        _ => false,
    }
}

/// Whether a pupil is spoken of in the claim's sentence or beside it.
fn has_pupil(reading: &Reading<'_>, claim: &Claim) -> bool {
    pupil_near(reading, claim.words.start).is_some()
}

/// Whether a pupil is spoken of in the sentence of a word or beside it, and whether it is one pupil, not pupils as such.
fn pupil_near(reading: &Reading<'_>, word: usize) -> Option<bool> {
    let sentence = |at: usize| reading.tokens.get(at).map_or(0, |word| word.sentence);
    let here = sentence(word);
    let next = reading.parties().partition_point(|party| party.words.start < word);
    let around = reading.parties().iter().skip(next.saturating_sub(AROUND)).take(2 * AROUND);
    let pupils = around
        .into_iter()
        .filter(|party| party.who == Who::Child && sentence(party.words.start).abs_diff(here) <= NEAR)
        .map(|party| {
            let last = reading.tokens.folded(party.words.end.saturating_sub(1));
            let plural = last.ends_with('s') || last == "children" || last == "class";
            let before = reading.tokens.folded(party.words.start.wrapping_sub(1));
            !plural || party.words.len() > 1 && last != "class" || COUNTED.contains(&before)
        });
    pupils.max()
}

/// Words before "pupils" with which some are meant, not all.
const COUNTED: [&str; 14] =
    ["two", "three", "four", "five", "six", "several", "some", "his", "her", "of", "these", "those", "the", "both"];

/// Whether a suspicion is backed by a crime told elsewhere in the text, or by a pupil who says something.
fn is_backed(reading: &Reading<'_>, claims: &[Claim], place: usize) -> bool {
    let first = place.saturating_sub(AROUND);
    let crime = claims
        .iter()
        .enumerate()
        .skip(first)
        .take(2 * AROUND)
        .any(|(other, claim)| other != place && (claim.strength == Strength::Hold && claim.shape != Shape::Saying));
    crime || claims.get(place).is_some_and(|claim| reading.cues.any(Cue::Tells, reading.around(claim, 20)))
}

/// "If Mr K ever hit a pupil": a supposition, and not a question whether he did.
fn is_supposed(reading: &Reading<'_>, claim: &Claim) -> bool {
    let around = reading.around(claim, 12);
    (around.start..claim.words.start).any(|at| {
        let before = reading.tokens.folded(at.wrapping_sub(1));
        let asked = ["wonder", "wondering", "know", "knows", "ask", "asked", "asking", "see", "heard", "sure"]
            .contains(&before);
        matches!(reading.tokens.folded(at), "if" | "imagine" | "suppose" | "supposing" | "hypothetically" | "unless")
            && !asked
    })
}
