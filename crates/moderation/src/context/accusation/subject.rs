//! The subject of a verb, as far as the words around it tell.

use std::ops::Range;

use super::Reading;
use super::blame::is_target;
use super::grammar::{AUXILIARIES, BE, BETWEEN, CAUSING, JOINING, LEADING, REPORTING, TAKING};
use super::parties::Who;
use super::words::is_function_word;

/// The subject of a verb.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject {
    pub(super) number: usize,
    pub(super) sure: bool,
}

impl Subject {
    pub(super) const fn sure(number: usize) -> Self {
        Self { number, sure: true }
    }
}

impl Reading<'_> {
    /// The party that is the subject of a verb at `at`, as far as words tell.
    pub(super) fn subject(&self, at: usize) -> Option<Subject> {
        let sentence = self.window(at);
        let mut before = at;
        while before > sentence.start && at - before < 8 && self.parties.at(before - 1).is_none() {
            let word = self.tokens.folded(before - 1);
            // "Mrs Patel wants to know who stole it": this `who` is nobody spoken of.
            let relative =
                !matches!(word, "who" | "that" | "which") || before >= 2 && self.parties.at(before - 2).is_some();
            if !(relative && (AUXILIARIES.contains(&word) || BE.contains(&word) || word.ends_with("ly")))
                || self.comma(before)
            {
                break;
            }
            before -= 1;
        }
        if before == sentence.start {
            return None;
        }
        let joined = JOINING.contains(&self.tokens.folded(before - 1)) || self.comma(before);
        // "Mr Ashdown, who teaches art, hit": the one the clause between commas is about.
        if self.comma(before)
            && let Some(relative) = (sentence.start.max(before.saturating_sub(12))..before)
                .rev()
                .find(|at| self.tokens.folded(*at) == "who")
            && let Some(number) = relative.checked_sub(1).and_then(|at| self.number_at(at))
        {
            return Some(Subject::sure(number));
        }
        // "A pupil says Mrs Collins, head of maths, hit him"; "I watched the caretaker: stole it".
        let apposed = self.comma(before)
            && (self.tokens.gap(before).contains(':') || self.parties.at(before - 1).is_some_and(is_target));
        if let Some(number) = self.number_at(before - 1).filter(|_| apposed) {
            return Some(Subject::sure(number));
        }
        if joined {
            let first = self.first_in(sentence.start..before).or_else(|| self.number_at(before - 1));
            return first.map(Subject::sure);
        }
        self.nearest_left(sentence.start..before)
    }

    /// Going left, the first party that may be a subject.
    fn nearest_left(&self, words: Range<usize>) -> Option<Subject> {
        let mut fallback: Option<usize> = None;
        let doubtful = |number: usize| Subject { number, sure: false };
        let mut caused_before = false;
        let mut end = words.end;
        while end > words.start {
            let Some(party) = self.parties.at(end - 1) else {
                end -= 1;
                continue;
            };
            let number = self.number_at(end - 1);
            end = party.words.start.max(words.start);
            let after = self.tokens.folded(party.words.end);
            let before = end.checked_sub(1).filter(|at| *at >= words.start).map_or("", |at| self.tokens.folded(at));
            let before = if matches!(before, "the" | "a" | "an" | "our" | "my") && end >= words.start + 2 {
                self.tokens.folded(end - 2)
            } else {
                before
            };
            let reports =
                REPORTING.contains(&after) && !matches!(party.who, Who::Person(_) | Who::Role { .. } | Who::School);
            // "a man who steals", "the kind of head who bullies": somebody said before is meant.
            let described = matches!(after, "who" | "that" | "which") && !is_target(party) && {
                (1..=5).filter_map(|back| end.checked_sub(back)).any(|at| {
                    let word = self.tokens.folded(at);
                    BE.contains(&word) || matches!(word, "kind" | "type" | "sort" | "those")
                }) || end >= 2 && self.comma(end - 1) && self.parties.at(end - 2).is_some_and(is_target)
            };
            let caused = CAUSING.contains(&before)
                && !is_target(party)
                && end >= words.start + 2
                && (after == "to" || matches!(before.get(..3), Some("mak" | "mad" | "let")));
            if caused {
                caused_before = true;
                continue;
            }
            if LEADING.contains(&before) || reports || described {
                fallback = fallback.or(number);
                continue;
            }
            if party.who == Who::Author && fallback.is_some() {
                return fallback.map(doubtful);
            }
            // "Mr Harris's wife stole": something or somebody else of theirs.
            let own = !party.owner || party.words.end == words.end;
            // "Mrs Patel hates bullies": a verb of its own stands between, so that what follows may be its object.
            let direct = caused_before
                || !(is_target(party) || party.who == Who::Pronoun)
                || (party.words.end..words.end).all(|at| {
                    let word = self.tokens.folded(at);
                    !TAKING.contains(&word) && is_function_word(word)
                        || BETWEEN.contains(&word)
                        || word.ends_with("ly")
                        || AUXILIARIES.contains(&word)
                });
            let sure = own && direct;
            return number.map(|number| Subject { number, sure });
        }
        // "Rebrokering at Oakfield": what stands before the preposition is the subject, whatever it is.
        fallback.map(doubtful)
    }

    /// The first party of a sentence that does not stand behind a preposition.
    fn first_in(&self, words: Range<usize>) -> Option<usize> {
        let first = self.parties.from(words.start);
        let mut inside = self.parties.all.iter().enumerate().skip(first).take(8);
        let eligible = inside.find(|(_, party)| {
            let before = party
                .words
                .start
                .checked_sub(1)
                .filter(|at| *at >= words.start)
                .map_or("", |at| self.tokens.folded(at));
            party.words.start >= words.end || !LEADING.contains(&before) || is_target(party)
        });
        eligible.filter(|(_, party)| party.words.end <= words.end).map(|(number, _)| number)
    }
}
