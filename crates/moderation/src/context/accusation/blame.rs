//! Who a claim is made about: the subject of its verb, the agent behind `by`, the owner of its noun.

use super::Reading;
use super::claims::{Claim, Shape};
use super::grammar::{ACCUSING, STATING, TURNING};
use super::parties::{KnownBy, Party, Who};
use super::subject::Subject;

/// Who is accused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Blame {
    /// The party of this number, by the grammar of the sentence. `from` is where it is spoken of in that sentence.
    Party { number: usize, from: usize },
    /// Perhaps the party of this number, by a sentence that can be read otherwise.
    Perhaps(usize),
    /// Perhaps the party of this number, which stands near.
    Near(usize),
    /// Somebody else, or nobody.
    Nobody,
}

impl Reading<'_> {
    /// Who `claim` is made about.
    pub(in crate::context) fn blame(&self, claim: &Claim) -> Blame {
        match claim.shape {
            Shape::Does => self.doer(claim),
            Shape::Suffers => self.sufferer(claim),
            Shape::Is => self.bearer(claim),
            Shape::Thing => self.owner(claim),
            Shape::Saying => Blame::Nobody,
        }
    }

    fn doer(&self, claim: &Claim) -> Blame {
        if self.is_nominal(claim) {
            return self.owner(claim);
        }
        if let Some(agent) = self.agent(claim) {
            return self.named(agent, claim).unwrap_or(Blame::Nobody);
        }
        if self.is_passive(claim) {
            return Blame::Nobody;
        }
        match self.subject(claim.words.start) {
            // "Mr Harris argues that the tables lie": what he argues has a subject of its own.
            Some(subject) if self.reports(subject.number, claim) => Blame::Perhaps(subject.number),
            Some(subject) => self.told(subject, claim).unwrap_or(Blame::Nobody),
            None => self.near(claim),
        }
    }

    /// Blame for a subject; one that is doubtful merely stands near.
    fn told(&self, subject: Subject, claim: &Claim) -> Option<Blame> {
        match self.named(subject.number, claim)? {
            Blame::Party { number, .. } if !subject.sure => Some(Blame::Perhaps(number)),
            blame => Some(blame),
        }
    }

    /// Whether somebody who can be told says something, of which the claim is a part.
    fn reports(&self, number: usize, claim: &Claim) -> bool {
        self.party(number).is_some_and(|party| {
            is_target(party)
                && STATING.contains(&self.tokens.folded(party.words.end))
                && party.words.end < claim.words.start
        })
    }

    fn sufferer(&self, claim: &Claim) -> Blame {
        // "Mrs Patel accused the DfE of lying": whoever the verb turns to.
        if ACCUSING.contains(&self.tokens.folded(claim.words.start)) && !self.is_passive(claim) {
            let object = self.object(claim.words.start + 1..claim.words.start + 5);
            if let Some(object) = object.filter(|_| self.subject(claim.words.start).is_some()) {
                return self.named(object, claim).unwrap_or(Blame::Nobody);
            }
        }
        let last = self.tokens.folded(claim.words.end.saturating_sub(1));
        if TURNING.contains(&last) {
            // "allegations against staff": whoever follows.
            return self.right_within(claim, 4).and_then(|number| self.named(number, claim)).unwrap_or(Blame::Nobody);
        }
        // "Police arrested the bursar of Oakfield".
        let object = self.object(claim.words.end..claim.words.end + 4).filter(|_| !self.is_passive(claim));
        if let Some(blame) = object.and_then(|number| self.named(number, claim)) {
            return blame;
        }
        match self.subject(claim.words.start) {
            Some(subject) if subject.sure => self.told(subject, claim).unwrap_or(Blame::Nobody),
            Some(subject) => self.told(subject, claim).unwrap_or_else(|| self.near(claim)),
            None => self.near(claim),
        }
    }

    fn bearer(&self, claim: &Claim) -> Blame {
        let subject = self.subject(claim.words.start);
        if let Some(blame) = subject.and_then(|subject| self.told(subject, claim)) {
            return blame;
        }
        // "What a liar Mr Harris is"; "that thief Mr Harris"; "a bully like Mr Harris".
        let explicit = subject.is_some();
        let right = self.right_within(claim, if explicit { 2 } else { 6 }).filter(|number| {
            let start = self.party(*number).map_or(0, |party| party.words.start);
            !explicit
                || start == claim.words.end
                || matches!(self.tokens.folded(start.wrapping_sub(1)), "like" | "named" | "called")
        });
        match right {
            // "Oakfield. Racist teachers, corrupt head."
            Some(number)
                if self.party(number).is_some_and(|party| matches!(party.who, Who::Role { .. } | Who::Group)) =>
            {
                self.named(number, claim).unwrap_or_else(|| self.near(claim))
            }
            Some(number) => self.named(number, claim).unwrap_or(Blame::Nobody),
            None if explicit => Blame::Nobody,
            None => self.near(claim),
        }
    }

    fn owner(&self, claim: &Claim) -> Blame {
        // "I feel like a fraud" is no fraud.
        if matches!(self.tokens.folded(claim.words.start.wrapping_sub(1)), "a" | "an") && claim.words.len() == 1 {
            return Blame::Nobody;
        }
        let sentence = self.window(claim.words.start);
        let mut at = claim.words.end;
        // "bullying of staff by Mr Harris": the first who may be meant, behind a word that ties.
        while at < sentence.end.min(claim.words.end + 10) {
            let Some(party) = self.parties.at(at) else {
                at += 1;
                continue;
            };
            let tied = (1..=2).any(|back| {
                party.words.start.checked_sub(back).is_some_and(|before| {
                    before >= claim.words.end
                        && matches!(
                            self.tokens.folded(before),
                            "at" | "by"
                                | "under"
                                | "in"
                                | "from"
                                | "against"
                                | "of"
                                | "involving"
                                | "within"
                                | "with"
                                | "about"
                                | "and"
                        )
                })
            });
            let number = self.number_at(at);
            at = party.words.end.max(at + 1);
            if let Some(blame) = number.filter(|_| tied).and_then(|number| self.named(number, claim)) {
                return blame;
            }
        }
        match self.subject(claim.words.start) {
            Some(subject) => self.told(subject, claim).unwrap_or_else(|| self.near(claim)),
            None => self.near(claim),
        }
    }
}

/// Whether an accusation of this party could harm somebody who can be told.
pub(in crate::context) const fn is_target(party: &Party) -> bool {
    !matches!(
        party.who,
        Who::Child
            | Who::Body
            | Who::Group
            | Who::Other
            | Who::Author
            | Who::Pronoun
            | Who::Matter
            | Who::Role { known_by: KnownBy::Nothing, .. }
    )
}
