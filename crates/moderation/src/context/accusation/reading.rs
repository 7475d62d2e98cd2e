//! A text read for accusations: its words, who is spoken of, and the cues among them.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::names::{WordSet, word_set};
use crate::context::tokens::{Kind, Tokens};
use crate::context::{Knowledge, Strength};

use super::blame::{Blame, is_target};
use super::claims::{Claim, Topic};
use super::clauses::Clauses;
use super::cues::{Cue, Cues};
use super::parties::{KnownBy, Parties, Party, Who};
use super::people::Evidence;
use super::words::{is_function_word, is_given_name};

/// Words of a sentence looked at on either side of a place, so that long sentences cost no more than short ones.
const WINDOW: usize = 40;
/// Words between a claim and somebody who merely stands near.
const NEAR: usize = 14;
/// Parties looked through for whom a pronoun means.
const BACK: usize = 12;

/// Everything about one text that rules about accusations ask for.
#[derive(Debug)]
pub(in crate::context) struct Reading<'t> {
    pub(in crate::context) tokens: &'t Tokens<'t>,
    pub(super) parties: Parties,
    pub(super) clauses: Clauses,
    pub(in crate::context) cues: Cues,
    /// Whether the text speaks of a school, its staff or its pupils.
    about_school: bool,
    /// Whether it hands on what the press or a court said.
    news: bool,
    /// Whether it speaks of books, plays or history.
    fiction: bool,
}

impl<'t> Reading<'t> {
    pub(in crate::context) fn of(tokens: &'t Tokens<'t>, known: &Knowledge) -> Self {
        let parties = Parties::of(tokens, known);
        let about_school = parties.all.iter().any(|party| matches!(party.who, Who::School | Who::Role { .. }))
            || tokens.words().iter().any(|word| SCHOOL_WORDS.has(word.hash));
        let cues = Cues::of(tokens, |word| {
            parties.at(word).is_some_and(|party| matches!(party.who, Who::School | Who::Person(_)))
        });
        let whole = 0..tokens.words().len();
        let linked = tokens.words().iter().any(|word| word.kind == Kind::Address);
        let news = cues.any(Cue::Court, whole.clone()) || linked && cues.any(Cue::News, whole.clone());
        let fiction = cues.any(Cue::Fiction, whole);
        Self { tokens, parties, clauses: Clauses::of(tokens), cues, about_school, news, fiction }
    }

    /// Whether the text hands on what the press, with a link, or a court said.
    pub(in crate::context) const fn reports_news(&self) -> bool {
        self.news
    }

    /// Whether it speaks of somebody, or of a school, that some reader could recognise.
    pub(in crate::context) fn tells_who(&self) -> bool {
        self.parties.all.iter().any(|party| match party.who {
            Who::Person(_) | Who::Mention | Who::School => true,
            Who::Role { known_by, .. } => known_by != KnownBy::Nothing,
            _ => false,
        })
    }

    /// Whether it speaks of books, plays or history.
    pub(in crate::context) const fn is_fiction(&self) -> bool {
        self.fiction
    }

    /// Whether the claim's sentence is a question.
    pub(in crate::context) fn asks(&self, claim: &Claim) -> bool {
        self.tokens.get(claim.words.start).is_some_and(|word| self.clauses.asks(word.sentence))
    }

    pub(in crate::context) fn same_clause(&self, one: usize, other: usize) -> bool {
        self.clauses.same(one, other)
    }

    pub(in crate::context) fn same_sentence(&self, word: usize, claim: &Claim) -> bool {
        let sentence = |at: usize| self.tokens.get(at).map(|word| word.sentence);
        sentence(word) == sentence(claim.words.start)
    }

    /// The words around the claim in its sentence, at most `reach` to either side.
    pub(in crate::context) fn around(&self, claim: &Claim, reach: usize) -> Range<usize> {
        let window = self.window(claim.words.start);
        window.start.max(claim.words.start.saturating_sub(reach))..window.end.min(claim.words.end + reach)
    }

    /// Whether the claim is predicated of that party with nothing else between that could be meant.
    pub(in crate::context) fn is_predicated_of(&self, claim: &Claim, party: &Party) -> bool {
        self.is_predicate(claim)
            && (party.words.end..claim.words.start).all(|at| {
                let word = self.tokens.folded(at);
                PREDICATING.contains(&word) || DEGREES.contains(&word) || word.ends_with("ly") || is_function_word(word)
            })
    }

    /// Whether the claim is a part of somebody's name: "Andrew Stoner".
    pub(in crate::context) fn is_name(&self, claim: &Claim) -> bool {
        let party = self.parties.at(claim.words.start);
        party.is_some_and(|party| {
            matches!(party.who, Who::Person(_) | Who::School | Who::Public)
                && party.words.end >= claim.words.end
                && party.words.len() > 1
        })
    }

    /// Whether a form of `be` or the like stands directly before the claim: "is a liar", "has been stealing".
    pub(in crate::context) fn is_predicate(&self, claim: &Claim) -> bool {
        let mut at = claim.words.start;
        while at > claim.words.start.saturating_sub(5) && at > 0 && !self.comma(at) {
            at -= 1;
            let word = self.tokens.folded(at);
            if PREDICATING.contains(&word) {
                return true;
            }
            if !DEGREES.contains(&word) && !word.ends_with("ly") {
                return false;
            }
        }
        false
    }

    /// A party by its number.
    pub(in crate::context) fn party(&self, number: usize) -> Option<&Party> {
        self.parties.all.get(number)
    }

    /// All parties, by place.
    pub(in crate::context) fn parties(&self) -> &[Party] {
        &self.parties.all
    }

    /// The most that an accusation of this party may come to.
    pub(in crate::context) fn most(&self, party: &Party) -> Option<Strength> {
        let sure = |sure: bool| Some(if sure { Strength::Hold } else { Strength::Nudge });
        match party.who {
            Who::Person(Evidence::Title) | Who::School => Some(Strength::Hold),
            Who::Person(Evidence::FullName) => sure(self.about_school),
            Who::Mention => sure(self.is_of_school(party)),
            Who::Role { known_by, .. } => match known_by {
                KnownBy::School | KnownBy::Author => Some(Strength::Hold),
                KnownBy::Article => Some(Strength::Nudge),
                KnownBy::Nothing => None,
            },
            Who::Person(Evidence::Capitals) | Who::Public => Some(Strength::Nudge),
            Who::Child | Who::Body | Who::Group | Who::Other | Who::Author | Who::Pronoun | Who::Matter => None,
        }
    }

    /// Whether a claim about this party is one at all. Names told by capital letters alone need a claim of weight and a
    /// school in the text, and may not merely stand `near`; people in office are fair game for all but crimes.
    pub(in crate::context) fn counts(&self, party: &Party, claim: &Claim, near: bool) -> bool {
        let weighty = claim.strength == Strength::Hold;
        match party.who {
            Who::Person(Evidence::Capitals) => {
                let of_schools = matches!(
                    claim.topic,
                    Topic::Figures | Topic::Exam | Topic::Concealment | Topic::Safeguarding | Topic::Discrimination
                );
                weighty && !near && (self.about_school || of_schools || self.is_given(party) || party.words.len() == 2)
            }
            Who::Person(Evidence::FullName) => weighty && (!near || self.about_school),
            Who::Mention => weighty && !near || self.is_of_school(party),
            Who::Role { known_by: KnownBy::Article, .. } => weighty,
            Who::Public => {
                weighty
                    && !near
                    && matches!(claim.topic, Topic::Money | Topic::Violence | Topic::Sexual | Topic::Drugs | Topic::Law)
            }
            _ => true,
        }
    }

    /// Whether a handle speaks of a school or its staff: `@oakfield_head`, `@MrsPatel`.
    pub(in crate::context) fn is_of_school(&self, party: &Party) -> bool {
        let handle = self.tokens.folded(party.words.start);
        ["head", "teacher", "school", "academy", "primary", "college", "@mr", "@miss", "@ms"]
            .iter()
            .any(|word| handle.contains(word))
    }

    fn is_given(&self, party: &Party) -> bool {
        is_given_name(self.tokens.folded(party.words.start))
    }

    /// Whether the text speaks of a school or its staff.
    pub(in crate::context) const fn is_about_school(&self) -> bool {
        self.about_school
    }

    /// The words of the sentence around `at`, at most [`WINDOW`] to either side.
    pub(super) fn window(&self, at: usize) -> Range<usize> {
        let sentence = self.tokens.get(at).map_or(0..0, |word| self.tokens.sentence(word.sentence));
        sentence.start.max(at.saturating_sub(WINDOW))..sentence.end.min(at + WINDOW)
    }

    /// The number of the party the word belongs to.
    pub(super) fn number_at(&self, word: usize) -> Option<usize> {
        self.parties.number(word)
    }

    /// Whether a comma or the like parts the word from the one before.
    pub(super) fn comma(&self, at: usize) -> bool {
        at > 0 && self.tokens.gap(at).contains([',', ';', ':', '(', ')', '–', '—'])
    }

    /// The first party that begins within `reach` words behind the claim, in its sentence.
    pub(super) fn right_within(&self, claim: &Claim, reach: usize) -> Option<usize> {
        let end = self.window(claim.words.start).end.min(claim.words.end + reach);
        (claim.words.end..end).find_map(|at| self.number_at(at))
    }

    /// Blame for a party by grammar; a pronoun stands for whom it means. `None` if nobody is meant who can be told.
    pub(super) fn named(&self, number: usize, claim: &Claim) -> Option<Blame> {
        let party = self.parties.all.get(number)?;
        if is_target(party) {
            return Some(Blame::Party { number, from: number });
        }
        // "that man" is somebody spoken of before.
        let pointed = party.who == Who::Other
            && matches!(self.tokens.folded(party.words.start.wrapping_sub(1)), "that" | "this")
            && matches!(self.tokens.folded(party.words.start), "man" | "woman" | "person" | "guy" | "bloke" | "lady");
        if party.who != Who::Pronoun && !pointed {
            return None;
        }
        let sentence = self.tokens.get(claim.words.start)?.sentence;
        let addressed = self.tokens.folded(party.words.start).starts_with("you");
        let single = matches!(self.tokens.folded(party.words.start).get(..2), Some("he" | "sh" | "hi"));
        let meant = (0..number).rev().take(BACK).find(|&before| {
            self.parties.all.get(before).is_some_and(|earlier| {
                let near = self.tokens.get(earlier.words.start).is_some_and(|word| word.sentence + 2 >= sentence);
                let fits = match earlier.who {
                    Who::School => !single && !addressed,
                    Who::Mention | Who::Person(_) => true,
                    Who::Role { .. } => !addressed,
                    _ => false,
                };
                near && fits && is_target(earlier)
            })
        });
        match meant {
            Some(meant) => Some(Blame::Party { number: meant, from: number }),
            None => Some(self.near(claim)),
        }
    }

    /// Somebody near the claim, in its sentence, at the end of the one before or the beginning of the next.
    pub(super) fn near(&self, claim: &Claim) -> Blame {
        let window = self.window(claim.words.start);
        let next = self.parties.from(claim.words.start);
        let left = (0..next).rev().take(BACK).find(|&number| self.parties.all.get(number).is_some_and(is_target));
        let right = (next..next + BACK).find(|&number| self.parties.all.get(number).is_some_and(is_target));
        let distance = |number: usize| {
            self.parties.all.get(number).map_or(usize::MAX, |party| {
                let (left, right) = (
                    claim.words.start.saturating_sub(party.words.end),
                    party.words.start.saturating_sub(claim.words.end),
                );
                left.max(right)
            })
        };
        let inside = |number: usize| {
            self.parties.all.get(number).is_some_and(|party| {
                window.contains(&party.words.start)
                    || window.start >= party.words.end && window.start <= party.words.end + 6
                    || window.end <= party.words.start && party.words.start <= window.end + 5
            })
        };
        let mut near: Vec<usize> =
            left.into_iter().chain(right).filter(|number| distance(*number) <= NEAR && inside(*number)).collect();
        near.sort_by_key(|number| distance(*number));
        near.first().map_or(Blame::Nobody, |number| Blame::Near(*number))
    }
}

const PREDICATING: [&str; 24] = [
    "is", "are", "was", "were", "been", "am", "be", "he's", "she's", "they're", "you're", "keeps", "caught", "started",
    "isn't", "by", "kept", "likes", "enjoys", "starts", "seen", "he", "she", "what",
];

/// Words between a form of `be` and what somebody is called.
const DEGREES: [&str; 46] = [
    "a",
    "an",
    "the",
    "such",
    "complete",
    "total",
    "utter",
    "absolute",
    "proven",
    "known",
    "serial",
    "compulsive",
    "pathological",
    "habitual",
    "common",
    "petty",
    "nothing",
    "that",
    "real",
    "right",
    "bloody",
    "filthy",
    "dirty",
    "nasty",
    "lying",
    "thieving",
    "vile",
    "massive",
    "fucking",
    "another",
    "so",
    "very",
    "always",
    "just",
    "also",
    "still",
    "both",
    "never",
    "not",
    "quite",
    "pretty",
    "all",
    "big",
    "old",
    "little",
    "but",
];

/// Words that make a text one about schools.
static SCHOOL_WORDS: WordSet = LazyLock::new(|| {
    word_set(
        "school schools pupil pupils teacher teachers headteacher staffroom governor governors ofsted \
         academy classroom sats gcse gcses slt tas senco parents trust staff pta students exam exams \
         attendance nqt ect nqts ects send safeguarding trainee trainees tlr ks2 ks1 ks3 ks4 inspectors \
         colleagues deputy class",
    )
});
