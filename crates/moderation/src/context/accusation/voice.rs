//! Who does and who suffers what a verb says: active and passive, objects and agents.

use std::ops::Range;

use super::Reading;
use super::claims::Claim;
use super::grammar::{
    ARTICLES, AUXILIARIES, BE, BEFORE_NOUNS, BEFORE_VERBS, HAVE, JOINING, NOUN_VERBS, NOUNS, PARTICIPLES,
    PASSIVE_ALONE, TURNED,
};
use super::parties::Party;

impl Reading<'_> {
    /// Whether the claim's verb is a participle behind a form of `be`: then its subject suffers it.
    pub(in crate::context) fn is_passive(&self, claim: &Claim) -> bool {
        let first = self.tokens.folded(claim.words.start);
        let participle = first.ends_with("ed") || first.ends_with("en") || PARTICIPLES.contains(&first);
        if !participle {
            return false;
        }
        // "had her purse stolen", "money stolen from": these forms are active behind a form of `have` alone.
        if PASSIVE_ALONE.contains(&first) {
            let before =
                (1..=3).map(|back| claim.words.start.checked_sub(back).map_or("", |at| self.tokens.folded(at)));
            let word = before
                .into_iter()
                .find(|word| !word.ends_with("ly") && !matches!(*word, "also" | "even" | "always" | "never" | "not"));
            return !word.is_some_and(|word| HAVE.contains(&word));
        }
        let start = claim.words.start.saturating_sub(4);
        for at in (start..claim.words.start).rev() {
            let word = self.tokens.folded(at);
            if BE.contains(&word) {
                return true;
            }
            if !AUXILIARIES.contains(&word) && !word.ends_with("ly")
                || matches!(word, "has" | "have" | "had" | "did" | "to")
            {
                return false;
            }
        }
        false
    }

    /// Whether the word that begins the claim stands as a noun here: "an assault", "talk on abuse".
    pub(in crate::context) fn is_nominal(&self, claim: &Claim) -> bool {
        let before = claim.words.start.checked_sub(1).map_or("", |at| self.tokens.folded(at));
        let word = self.tokens.folded(claim.words.start);
        if NOUNS.contains(&word) {
            let subject = claim.words.start.checked_sub(1).is_some_and(|at| self.parties.at(at).is_some());
            return !(subject || BEFORE_VERBS.contains(&before) || before.ends_with("ly"));
        }
        NOUN_VERBS.contains(&word) && BEFORE_NOUNS.contains(&before)
    }

    /// Whom a deed is done to: the subject of a passive verb, or the first spoken of behind an active one.
    pub(in crate::context) fn victim(&self, claim: &Claim, doer: usize) -> Option<&Party> {
        let passive =
            self.is_passive(claim) || self.party(doer).is_some_and(|party| party.words.start >= claim.words.end);
        if passive {
            return self.subject(claim.words.start).and_then(|subject| self.party(subject.number));
        }
        let end = self.window(claim.words.start).end.min(claim.words.end + 9);
        let number = (claim.words.start + 1..end).find_map(|at| self.number_at(at)).filter(|number| *number != doer)?;
        let victim = self.party(number)?;
        // "pinned the work of a pupil on the wall"
        let direct = claim.words.len() > 1
            || (claim.words.end..victim.words.start).all(|at| !TURNED.contains(&self.tokens.folded(at)));
        direct.then_some(victim)
    }

    /// The party behind `by`.
    pub(super) fn agent(&self, claim: &Claim) -> Option<usize> {
        let sentence = self.window(claim.words.start);
        let mut at = claim.words.end.saturating_sub(1).max(claim.words.start + 1);
        while at < sentence.end.min(claim.words.end + 8) {
            if self.tokens.folded(at) == "by" {
                return self.object(at + 1..at + 7);
            }
            if JOINING.contains(&self.tokens.folded(at)) {
                return None;
            }
            at += 1;
        }
        None
    }

    /// Whom the claim's verb turns to, if anybody is named directly behind it.
    pub(in crate::context) fn object_of(&self, claim: &Claim) -> Option<&Party> {
        self.party(self.object(claim.words.end..claim.words.end + 4)?)
    }

    /// The party that follows directly, but for articles.
    pub(super) fn object(&self, words: Range<usize>) -> Option<usize> {
        let sentence = |at: usize| self.tokens.get(at).map(|word| word.sentence);
        let whole = sentence(words.start.checked_sub(1)?);
        for at in words {
            if sentence(at) != whole || self.tokens.gap(at).contains('.') || self.comma(at) {
                return None;
            }
            if let Some(number) = self.number_at(at) {
                return Some(number);
            }
            if !ARTICLES.contains(&self.tokens.folded(at)) {
                return None;
            }
        }
        None
    }
}
