//! What the rule reads, and questions about it.

use std::sync::LazyLock;

use super::cues::{ADULT, CLASS, Cues, DELICATE, PRIVATE, YEAR, YEAR_STAFF};
use crate::context::Knowledge;
use crate::context::names::{WordSet, about, word_set};
use crate::context::people::{Candidate, Evidence, is_relative};
use crate::context::tokens::Tokens;

/// Words that begin a part of a sentence.
static JOINTS: WordSet = LazyLock::new(|| word_set("because when while after but so since as until"));
/// Verbs of which only people are the subjects.
static PERSONAL: WordSet = LazyLock::new(|| {
    word_set(
        "said says told tells asked asks wrote writes read reads ran got loved hates hated wanted wants knew thinks thought felt tried cried cries laughed \
     laughs smiled smiles sat sits stood stands spoke speaks sang sings danced won lost forgot forgets bit bites hit hits kicked kicks punched punches \
     threw throws swore swears refused refuses refusing struggles struggled struggling smashed explained explains stole steals scored earned \
     disclosed discloses kept missed truanted learned learnt chose drew who who's whose cannot can't hasn't handed \
     received achieved deserves walked walks hides hid came passed finally",
    )
});
/// Other words that follow a person's name.
static ACTS: WordSet = LazyLock::new(|| {
    word_set(
        "is was has had will would can could couldn't did didn't does doesn't isn't wasn't won't and came comes went goes gets made makes gave gives took \
     takes loves likes liked needed needs knows feels looks looked seems seemed passes failed fails finished finishes started starts stopped stops joined \
     joins left leaves moved moves brought brings shows showed beat beats found lives lived uses used just still never always only again keeps misses \
     put set cut let shut hurt built bought sold caught held fell flew grew rode woke wore dug shook burst ate drank sent slept lay \
         fought swam began rang stuck strolls turned sick shares broke breaks spent say ask tell read write look come go get also reading writing crying asking being having getting with raised raises learns became",
    )
});
/// Words after which a person's name is to be expected.
pub(super) static BEFORE: WordSet = LazyLock::new(|| {
    word_set(
        "with for to of told tell ask asked and or poor done luck congrats bravo you little lovely dear gorgeous when because if that about met meet saw see seen help \
     helped support supporting put ring call called hear heard hearing watching phone from by like as is it's has had got get suspended excluded but why does did \
     thank thanks congratulations talking calming moving seating keeping finding teaching miss missed send sent gave give watched let made taught until while between against having",
    )
});

/// Whether a word may be what someone named before it does.
pub(super) fn is_act(folded: &str) -> bool {
    let ending = folded.ends_with("ed") || folded.ends_with('s') || folded.ends_with("ing");
    let verb = folded.len() > 4 && ending && about(folded).common;
    let past = folded.len() > 4 && folded.ends_with("ed") && !about(folded).given;
    verb || past || PERSONAL.contains(folded) || ACTS.contains(folded)
}

/// What the rule reads.
pub(super) struct Scene<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) known: &'a Knowledge,
    pub(super) marks: Vec<Cues>,
    /// The cues of each sentence together.
    pub(super) sentences: Vec<Cues>,
}

impl<'a> Scene<'a> {
    pub(super) fn of(tokens: &'a Tokens<'a>, known: &'a Knowledge, marks: Vec<Cues>) -> Self {
        let mut sentences = vec![0; tokens.words().last().map_or(0, |word| word.sentence + 1)];
        for (word, mark) in tokens.words().iter().zip(&marks) {
            if let Some(sentence) = sentences.get_mut(word.sentence) {
                *sentence |= mark;
            }
        }
        Self { tokens, known, marks, sentences }
    }
}

impl Scene<'_> {
    /// The cues of one word.
    pub(super) fn mark(&self, at: usize) -> Cues {
        self.marks.get(at).copied().unwrap_or(0)
    }

    /// The cues of one sentence.
    pub(super) fn sentence(&self, sentence: usize) -> Cues {
        self.sentences.get(sentence).copied().unwrap_or(0)
    }

    pub(super) fn sentence_of(&self, candidate: &Candidate) -> usize {
        self.tokens.get(candidate.words.start).map_or(0, |word| word.sentence)
    }

    /// The cues of the candidate's sentence.
    pub(super) fn here(&self, candidate: &Candidate) -> Cues {
        self.sentence(self.sentence_of(candidate))
    }

    /// The cues of the candidate's sentence and the two on each side.
    pub(super) fn around(&self, candidate: &Candidate) -> Cues {
        let sentence = self.sentence_of(candidate);
        (sentence.saturating_sub(2)..=sentence + 2).map(|near| self.sentence(near)).fold(0, |all, cues| all | cues)
    }

    /// Whether two words stand in one sentence.
    pub(super) fn same_sentence(&self, one: usize, other: usize) -> bool {
        self.tokens.get(one).map(|word| word.sentence) == self.tokens.get(other).map(|word| word.sentence)
    }

    /// The word after the last one from `at` on that has a cue.
    pub(super) fn run_end(&self, at: usize, cue: Cues) -> usize {
        (at..at + 4).find(|at| self.mark(*at) & cue == 0).unwrap_or(at + 4)
    }

    /// Whether the sentence ends shortly after `at`, or a comma follows.
    pub(super) fn sentence_has_end(&self, at: usize) -> bool {
        !self.same_sentence(at, at + 1) || self.tokens.gap(at + 1).contains([',', '!', '.', '-', '–'])
    }

    /// Whether the next word is one a person's name has after it.
    pub(super) fn acts(&self, candidate: &Candidate) -> bool {
        let end = candidate.words.end;
        self.same_sentence(candidate.words.start, end) && (is_act(self.tokens.folded(end)))
    }

    /// Whether, after the class, the sentence goes on as with a person: `Grace in Year 4 is`.
    pub(super) fn acts_in_class(&self, candidate: &Candidate) -> bool {
        let end = candidate.words.end;
        let verb =
            |at: usize| self.same_sentence(end, at) && self.mark(at) & YEAR == 0 && is_act(self.tokens.folded(at));
        verb(end) || (end..end + 6).any(|at| self.mark(at) & (YEAR | CLASS) != 0 && verb(at + 1))
    }

    /// Whether staff's work is spoken of right beside the name, and nothing of a pupil before it.
    pub(super) fn works(&self, candidate: &Candidate) -> bool {
        let (start, end) = (candidate.words.start, candidate.words.end);
        let staff = |at: usize| self.same_sentence(start, at) && self.mark(at) & (ADULT | YEAR_STAFF) != 0;
        let joint = |at: usize| JOINTS.has(self.tokens.hash(at));
        if (start.saturating_sub(4)..start).rev().take_while(|at| !joint(*at)).any(staff) {
            return true;
        }
        for at in end..end + 5 {
            if staff(at) {
                return true;
            }
            if at > end && self.tokens.gap(at).contains([',', ';']) {
                return false;
            }
            if self.mark(at) & (PRIVATE | DELICATE) != 0 {
                return staff(at + 1);
            }
        }
        false
    }

    /// Whether staff's work or the news are spoken of before the name in its sentence.
    pub(super) fn follows_adult(&self, candidate: &Candidate) -> bool {
        let start = candidate.words.start;
        (start.saturating_sub(12)..start).any(|at| self.same_sentence(at, start) && self.mark(at) & ADULT != 0)
    }

    /// Whether the part of the sentence the name stands in, up to commas, speaks of staff's work.
    pub(super) fn has_adult_clause(&self, candidate: &Candidate) -> bool {
        const LONGEST: usize = 20;
        let parts = |at: usize| {
            let joint = JOINTS.has(self.tokens.hash(at)) || JOINTS.has(self.tokens.hash(at.wrapping_sub(1)));
            joint || self.tokens.gap(at).contains([',', ';', ':', '(', ')', '–', '—'])
        };
        let (start, end) = (candidate.words.start, candidate.words.end);
        let before = (start.saturating_sub(LONGEST)..start)
            .rev()
            .take_while(|at| !parts(at + 1) && self.same_sentence(*at, start));
        let after = (end..end + LONGEST).take_while(|at| !parts(*at) && self.same_sentence(*at, start));
        before.chain(after).any(|at| self.mark(at) & ADULT != 0)
    }

    /// Whether the words around suggest a person rather than a thing or the beginning of a sentence.
    pub(super) fn is_person(&self, candidate: &Candidate) -> bool {
        let before =
            candidate.words.start.checked_sub(1).filter(|before| self.same_sentence(*before, candidate.words.start));
        let word = before.map_or("", |before| self.tokens.folded(before));
        let determined =
            ["the", "a", "an", "this", "these", "those", "each", "every", "some", "any", "no"].contains(&word);
        let done_to = word.len() > 4 && word.ends_with("ed") && self.here(candidate) & (PRIVATE | DELICATE) != 0;
        let framed = candidate.possessive
            || self.acts(candidate)
            || BEFORE.contains(word)
            || done_to
            || self.has_surname(candidate);
        let plural = candidate.evidence == Evidence::Unknown
            && self.tokens.folded(candidate.words.start).ends_with('s')
            && !framed;
        match candidate.evidence {
            Evidence::Plain => !determined,
            Evidence::Both => !determined && (framed || before.is_some()),
            Evidence::Unknown => !determined && framed && !plural,
            Evidence::Word => !determined && framed && (!candidate.initial || self.is_subject(candidate)),
            Evidence::Letters => false,
        }
    }

    /// Whether what only people do follows.
    pub(super) fn acts_personally(&self, candidate: &Candidate) -> bool {
        let end = candidate.words.end;
        self.same_sentence(candidate.words.start, end) && PERSONAL.contains(self.tokens.folded(end))
    }

    /// Whether the name's person did something to the writer.
    pub(super) fn acts_on_me(&self, candidate: &Candidate) -> bool {
        let end = candidate.words.end;
        self.acts(candidate) && self.same_sentence(end, end + 1) && self.tokens.folded(end + 1) == "me"
    }

    /// The word before, in the same sentence.
    pub(super) fn before(&self, candidate: &Candidate) -> &str {
        let before =
            candidate.words.start.checked_sub(1).filter(|before| self.same_sentence(*before, candidate.words.start));
        before.map_or("", |before| self.tokens.folded(before))
    }

    /// Whether the name is all of its sentence: an answer.
    pub(super) fn is_alone(&self, candidate: &Candidate) -> bool {
        let sentence = self.tokens.sentence(self.sentence_of(candidate));
        sentence == candidate.words && candidate.words.start > 0
    }

    /// Whether the sentence says `my` or `our`, or gives results.
    pub(super) fn says_ours(&self, candidate: &Candidate) -> bool {
        let words = self.tokens.sentence(self.sentence_of(candidate));
        words.take(40).any(|at| ["my", "our", "results", "gcse", "gcses", "sats"].contains(&self.tokens.folded(at)))
    }

    /// Whether the sentence goes on with `his`, `her` or the like.
    pub(super) fn has_pronoun(&self, candidate: &Candidate) -> bool {
        let mut after = candidate.words.end..candidate.words.end + 12;
        after.any(|at| {
            self.same_sentence(candidate.words.start, at)
                && ["he", "she", "his", "her", "him", "hers"].contains(&self.tokens.folded(at))
        })
    }

    /// Whether the writer thanks the candidate for something.
    pub(super) fn is_thanked(&self, candidate: &Candidate) -> bool {
        let start = candidate.words.start;
        let same = |at: usize| self.same_sentence(at, start);
        let thanks = (start.saturating_sub(5)..start)
            .any(|at| same(at) && ["thanks", "thank", "cheers", "ta"].contains(&self.tokens.folded(at)));
        thanks && (candidate.words.end..candidate.words.end + 5).any(|at| same(at) && self.tokens.folded(at) == "for")
    }

    /// Whether a diagnosis or the like is spoken of, and whose it is.
    pub(super) fn is_in_care(&self, candidate: &Candidate) -> bool {
        let words = self.tokens.sentence(self.sentence_of(candidate));
        let care = ["diagnos", "medicat", "therap", "counsell", "anxi", "asthma", "diabet", "allerg", "meltdown"];
        let told = |at: usize| care.iter().any(|word| self.tokens.folded(at).starts_with(word));
        self.has_pronoun(candidate) && words.take(60).any(told)
    }

    /// Whether someone's relative who is not the writer's is spoken of.
    pub(super) fn has_relative(&self, candidate: &Candidate) -> bool {
        let words = self.tokens.sentence(self.sentence_of(candidate));
        words.take(60).any(|at| {
            is_relative(self.tokens.hash(at))
                && ["his", "her", "their", "the"].contains(&self.tokens.folded(at.wrapping_sub(1)))
        })
    }

    /// Whether a known surname ends the name.
    pub(super) fn has_surname(&self, candidate: &Candidate) -> bool {
        candidate.surname && about(self.tokens.folded(candidate.words.end - 1)).surname
    }

    /// Whether a word that may begin a sentence otherwise is its subject: `Grace was`, but not `Will you` and `Hope it`.
    pub(super) fn is_subject(&self, candidate: &Candidate) -> bool {
        let next = self.tokens.folded(candidate.words.end);
        let firm = PERSONAL.contains(next) || ["was", "is", "has", "had", "needs", "disclosed"].contains(&next);
        let month = ["may", "june", "april", "august", "summer", "autumn", "winter", "art", "joy", "hope", "faith"]
            .contains(&self.tokens.folded(candidate.words.start));
        candidate.possessive
            || firm && !(month && ["is", "was", "has", "had", "came", "got", "passed", "finally"].contains(&next))
            || self.has_surname(candidate)
            || self.acts(candidate) && self.has_pronoun(candidate)
    }
}
