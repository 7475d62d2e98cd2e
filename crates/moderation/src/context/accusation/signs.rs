//! Signs of one sort or another, of which several together tell what none tells alone.

use crate::context::Strength;
use crate::context::tokens::Tokens;

use super::claims::{Claim, Shape, Topic};
use super::parties::{Party, Who};
use super::pattern::{Found, Lexicon};
use super::reading::Reading;

/// Words before a sign in which whoever does what it says is looked for.
const DOER: usize = 7;

/// All signs of a text, by place, without those that stand in a saying.
pub(super) fn signs<L: Copy + PartialEq>(lexicon: &Lexicon<L>, tokens: &Tokens<'_>, saying: L) -> Vec<Found<L>> {
    let mut signs = Vec::new();
    let mut sayings = 0;
    for at in 0..tokens.words().len() {
        let found = lexicon.at(tokens, at);
        for saying in found.iter().filter(|found| found.label == saying) {
            sayings = sayings.max(saying.words.end);
        }
        if at >= sayings {
            signs.extend(found);
        }
    }
    signs
}

/// A sign as the claim that it would be.
pub(super) fn claim<L>(sign: &Found<L>) -> Claim {
    Claim { words: sign.words.clone(), shape: Shape::Does, topic: Topic::Label, strength: Strength::Nudge }
}

/// Whoever is spoken of last before a sign, in its sentence.
pub(super) fn before<'r, L>(reading: &'r Reading<'_>, sign: &Found<L>) -> Option<&'r Party> {
    let start = reading.window(sign.words.start).start.max(sign.words.start.saturating_sub(DOER));
    let number = (start..sign.words.start).rev().find_map(|at| reading.number_at(at))?;
    reading.party(number)
}

/// Whoever does what a sign says, as far as words tell.
pub(super) fn doer<'r, L>(reading: &'r Reading<'_>, sign: &Found<L>) -> Option<&'r Party> {
    let subject = reading.subject(sign.words.start).filter(|subject| subject.sure);
    subject.and_then(|subject| reading.party(subject.number)).or_else(|| before(reading, sign))
}

/// Whether somebody of this sort stands behind `by`, or is whom an active verb is done by.
pub(super) fn is_done_by<L>(reading: &Reading<'_>, sign: &Found<L>, who: impl Fn(Who) -> bool) -> bool {
    let claim = claim(sign);
    if let Some(agent) = reading.agent(&claim).and_then(|number| reading.party(number)) {
        return who(agent.who);
    }
    !reading.is_passive(&claim) && doer(reading, sign).is_some_and(|party| who(party.who))
}
