//! What takes the sting out of a claim.

use crate::context::Strength;

use super::claims::{Claim, Shape};
use super::cues::Cue;
use super::reading::Reading;

/// Words before a claim in which negations and the like count.
const BEFORE: usize = 12;

/// The most a claim may come to where it stands; `None` if it is no accusation at all. `accused` is the number of the
/// party it is made about.
pub(in crate::context) fn ease(reading: &Reading<'_>, claim: &Claim, accused: usize) -> Option<Strength> {
    if is_negated(reading, claim) || is_matter(reading, claim, accused) || is_countered(reading, claim, accused) {
        return None;
    }
    let sentence = reading.around(claim, BEFORE + 8);
    if reading.cues.any(Cue::Untrue, sentence.clone()) {
        return None;
    }
    let before = sentence.start.max(claim.words.start.saturating_sub(BEFORE))..claim.words.start;
    let doubtful = reading.asks(claim)
        || !is_tied(reading, claim, accused)
        || is_noun(reading, claim) && reading.cues.any(Cue::Topic, before.clone())
        || [Cue::Denial, Cue::Hypothetical].into_iter().any(|cue| reading.cues.any(cue, before.clone()))
        || reading.cues.any(Cue::Playful, sentence)
        || reading.reports_news()
        || reading.is_fiction();
    Some(if doubtful { Strength::Nudge } else { Strength::Hold })
}

/// "did not steal", "has never lied"
pub(in crate::context) fn is_negated(reading: &Reading<'_>, claim: &Claim) -> bool {
    let near = claim.words.start.saturating_sub(12)..claim.words.start;
    reading.cues.among(Cue::Negation, near).any(|negation| reading.same_clause(negation.end - 1, claim.words.start))
}

/// "training on fraud", "a lesson about theft", "bullying policy": a matter that is taught or regulated.
pub(in crate::context) fn is_matter(reading: &Reading<'_>, claim: &Claim, accused: usize) -> bool {
    if !is_noun(reading, claim) {
        return false;
    }
    let free =
        |words: std::ops::Range<usize>| reading.party(accused).is_none_or(|party| !words.contains(&party.words.start));
    let before = claim.words.start.saturating_sub(8)..claim.words.start;
    let taught = reading.cues.among(Cue::Topic, before).any(|cue| {
        cue.end + 4 >= claim.words.start && reading.same_sentence(cue.start, claim) && free(cue.end..claim.words.start)
    });
    taught
        || reading.cues.any(Cue::After, claim.words.end..claim.words.end + 3)
        || reading
            .cues
            .among(Cue::TopicAfter, claim.words.end..claim.words.end + 3)
            .any(|cue| reading.same_sentence(cue.start, claim) && free(claim.words.end..cue.start))
}

/// "tackled bullying", "exposing fraud": acting against it.
pub(in crate::context) fn is_countered(reading: &Reading<'_>, claim: &Claim, accused: usize) -> bool {
    if !is_noun(reading, claim) {
        return false;
    }
    let before = claim.words.start.saturating_sub(6)..claim.words.start;
    reading.cues.among(Cue::Counter, before).any(|cue| {
        let failing = cue.start.saturating_sub(4)..cue.start;
        cue.end <= claim.words.start
            && reading.same_sentence(cue.start, claim)
            && !reading.cues.any(Cue::NoCounter, failing)
            && reading.party(accused).is_none_or(|party| !(cue.end..claim.words.start).contains(&party.words.start))
    })
}

/// Whether wrongdoing is said to be that of the accused, not merely spoken of beside them.
pub(in crate::context) fn is_tied(reading: &Reading<'_>, claim: &Claim, accused: usize) -> bool {
    let Some(party) = reading.party(accused) else { return false };
    if !matches!(claim.shape, Shape::Thing | Shape::Is) {
        return true;
    }
    let about = claim.words.start.saturating_sub(2)..claim.words.start;
    if party.words.start >= claim.words.end {
        return !reading.cues.any(Cue::About, about);
    }
    if reading.cues.any(Cue::About, about) && claim.shape == Shape::Thing {
        return false;
    }
    let between = party.words.end.min(claim.words.start)..claim.words.start;
    between.len() <= 1
        || claim.shape == Shape::Thing && reading.is_predicate(claim)
        || reading.tokens.gap(claim.words.start).contains([':', ','])
        || if claim.shape == Shape::Is {
            reading.is_predicated_of(claim, party)
        } else {
            reading.cues.any(Cue::Tie, between)
        }
}

/// Whether the claim stands as a noun, so that something may be done about it.
fn is_noun(reading: &Reading<'_>, claim: &Claim) -> bool {
    match claim.shape {
        Shape::Thing => true,
        Shape::Does if reading.is_nominal(claim) => true,
        Shape::Is => !reading.is_predicate(claim),
        _ => {
            let ends = |at: usize| reading.tokens.folded(at).ends_with("ing");
            (ends(claim.words.start) || ends(claim.words.end.saturating_sub(1))) && !reading.is_predicate(claim)
        }
    }
}
