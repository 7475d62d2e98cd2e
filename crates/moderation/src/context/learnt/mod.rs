//! What texts written by hand have taught: a weight for each word and pair of words, learnt from lines that people
//! labelled (`tests/sets/hand`).
//!
//! A linear model: the weights of what a text has are added up, and the sum is divided by the root of their number. The
//! weights lie in `weights.txt`, a line each, so that anybody can look up what made a text count. They are written by
//! the test `training`, which checks as well that they are what the lines give.

mod features;
#[cfg(test)]
mod training;

use std::ops::Range;
use std::sync::LazyLock;

use self::features::{Unit, of_marks, of_name, of_words, units};
use super::hash::{Piece, Table, WordMap};
use super::people::Candidate;
use super::read::Read;
use super::tokens::{Kind, Token, Tokens};
use super::{Hit, Strength};

/// What is looked for; the column of the weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Question {
    /// Is somebody accused who can be recognised?
    Defamation,
    /// Is a teacher accused for what was done to a pupil?
    Teacher,
    /// Is this name a pupil's?
    Pupil,
}

/// Words, beside hashtags, mentions, links and numbers, below which a text says too little to be weighed as a whole.
const FEWEST: usize = 8;
/// Words of sentences that are weighed together: about as many as the lines have that the weights were learnt from.
const LEAST: usize = 16;
const MOST: usize = 28;
/// How much more a part of a long text has to say: of many parts, one or the other says something by chance.
const PART: i32 = 400;
/// Roots that are not worked out anew.
const ROOTS_KEPT: u64 = 1024;
/// Questions, in the order of the columns.
const QUESTIONS: usize = 3;
type Row = [i32; QUESTIONS];
/// Below which scores of its words alone a text, or a name in it, is not read for anything else. Of a hundred texts that
/// accuse somebody, or name a pupil, hardly one has so low a one; most long texts that do not have a lower one.
const UNLIKELY: Row = [-900, -1000, -400];
/// The same for long texts, of which parts are weighed.
const UNLIKELY_IN_PARTS: Row = [-350, -350, -350];

/// Weights by the hash of what they belong to.
static WEIGHTS: LazyLock<Table<Row>> = LazyLock::new(|| {
    let rows = include_str!("weights.txt").lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let feature = columns.next()?;
        let mut row = Row::default();
        for place in &mut row {
            *place = columns.next()?.parse().ok()?;
        }
        Some((Piece::key(&[Piece::of(feature)]), row))
    });
    rows.collect::<WordMap<Row>>().into()
});

/// Whether a text says enough to be weighed.
pub(super) fn is_enough(read: &Read<'_>) -> bool {
    let is_plain = |word: &&Token| word.kind == Kind::Word && !word.folded.contains(|c: char| c.is_ascii_digit());
    read.tokens.words().iter().filter(is_plain).take(FEWEST).count() == FEWEST
}

/// Whether the words of a text alone say that the answer is a no.
pub(super) fn is_unlikely(read: &Read<'_>, question: Question) -> bool {
    is_enough(read) && read.worded().rules_out(question)
}

/// How much of a text speaks for a yes; nothing when it says too little to be weighed.
pub(super) fn score_of(read: &Read<'_>, question: Question) -> Option<i32> {
    is_enough(read).then(|| match read.worded() {
        words if words.rules_out(question) => column(&words.scores, question),
        _ => read.weighed().most(&read.worded().parts, question, &Sum::default()).0,
    })
}

/// From which scores on something is worth writing down, its author is asked to look again, a person has to decide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Borders {
    pub(super) note: i32,
    pub(super) nudge: i32,
    pub(super) hold: i32,
}

impl Borders {
    /// What a score comes to.
    pub(super) const fn strength(self, score: i32) -> Option<Strength> {
        match score {
            score if score >= self.hold => Some(Strength::Hold),
            score if score >= self.nudge => Some(Strength::Nudge),
            score if score >= self.note => Some(Strength::Note),
            _ => None,
        }
    }
}

/// How much speaks for a name of the text being a pupil's.
///
/// `marks` tells what else is known of it.
pub(super) fn score_of_name(read: &Read<'_>, name: &Candidate, marks: impl Fn(&mut dyn FnMut(&[Piece<'_>]))) -> i32 {
    let Worded { units, parts, sums, .. } = read.worded();
    let mut of_it = Sum::default();
    of_name(read.tokens, units, name, &mut |feature| of_it.count(feature));
    marks(&mut |feature| of_it.count(feature));
    let sentence = read.tokens.get(name.words.start).map_or(0, |word| word.sentence);
    // A part has no more sentences than words.
    let near = parts.partition_point(|part| part.start + MOST < sentence)
        ..parts.partition_point(|part| part.start <= sentence);
    let near = parts.get(near).unwrap_or_default().iter().filter(|part| part.contains(&sentence));
    let score = |sums: &Sums| sums.most(near.clone(), Question::Pupil, &of_it).0;
    let of_words = score(sums);
    if of_words < read.worded().unlikely(Question::Pupil) { of_words } else { score(read.weighed()) }
}

/// What a text comes to. The words are those of the sentence that speaks most for it.
pub(super) fn judge(read: &Read<'_>, question: Question, borders: Borders, why: &str) -> Option<Hit> {
    if !is_enough(read) || read.worded().rules_out(question) {
        return None;
    }
    let (score, part) = read.weighed().most(&read.worded().parts, question, &Sum::default());
    let strength = borders.strength(score)?;
    let span = read.tokens.span(read.tokens.sentence(read.weighed().telling(part, question)));
    (!span.is_empty()).then(|| Hit { span, strength, why: why.to_owned() })
}

/// What some features add up to.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    row: Row,
    number: u32,
}

impl Sum {
    fn count(&mut self, feature: &[Piece<'_>]) {
        let nothing = Row::default();
        self.add(&Self { row: *WEIGHTS.get(Piece::key(feature)).unwrap_or(&nothing), number: 1 });
    }

    fn add(&mut self, other: &Self) {
        self.number += other.number;
        for (sum, weight) in self.row.iter_mut().zip(other.row) {
            *sum = sum.saturating_add(weight);
        }
    }
}

/// What the features of a text add up to.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    /// All.
    all: Sum,
    /// Those of the text as a whole, which count in each part.
    whole: Sum,
    /// Those of each sentence.
    sentences: Vec<Sum>,
}

impl Sums {
    /// Weighs a text.
    pub(super) fn of(read: &Read<'_>) -> Self {
        let mut sums = read.worded().sums.clone();
        of_marks(read, |sentence, feature| sums.count(sentence, feature));
        sums
    }

    fn count(&mut self, sentence: Option<usize>, feature: &[Piece<'_>]) {
        let mut sum = Sum::default();
        sum.count(feature);
        self.all.add(&sum);
        sentence.and_then(|sentence| self.sentences.get_mut(sentence)).unwrap_or(&mut self.whole).add(&sum);
    }

    /// How much the text says, or the one of its parts that speaks most for a yes, and which it is; `more` holds in each.
    fn most<'p>(
        &self,
        parts: impl IntoIterator<Item = &'p Range<usize>>,
        question: Question,
        more: &Sum,
    ) -> (i32, Range<usize>) {
        let mut found = (score([&self.all, more].into_iter(), question), 0..self.sentences.len());
        for part in parts {
            let sentences = self.sentences.get(part.clone()).unwrap_or_default();
            let score = score(sentences.iter().chain([&self.whole, more]), question) - PART;
            if score > found.0 {
                found = (score, part.clone());
            }
        }
        found
    }

    /// The sentence of a part that speaks most for a yes.
    fn telling(&self, part: Range<usize>, question: Question) -> usize {
        let sum = |sentence: &usize| self.sentences.get(*sentence).map_or(0, |sum| column(&sum.row, question));
        part.max_by_key(sum).unwrap_or_default()
    }
}

/// The words of a text as the model sees them.
#[derive(Debug)]
pub(super) struct Worded<'t> {
    units: Vec<Unit<'t>>,
    parts: Vec<Range<usize>>,
    sums: Sums,
    /// What they alone say to each question about the text; a name is asked about beside its own marks, and not here.
    scores: Row,
}

impl<'t> Worded<'t> {
    /// Weighs the words of a text.
    pub(super) fn of(read: &Read<'t>) -> Self {
        let units = units(read.tokens, read.people());
        let sentences = vec![Sum::default(); read.tokens.words().last().map_or(0, |word| word.sentence + 1)];
        let mut sums = Sums { all: Sum::default(), whole: Sum::default(), sentences };
        of_words(read, &units, |sentence, feature| sums.count(Some(sentence), feature));
        let parts = parts(read.tokens);
        let score = |question| sums.most(&parts, question, &Sum::default()).0;
        let mut scores = Row::default();
        for (place, question) in scores.iter_mut().zip([Question::Defamation, Question::Teacher]) {
            *place = score(question);
        }
        Self { units, parts, sums, scores }
    }

    fn unlikely(&self, question: Question) -> i32 {
        column(if self.parts.is_empty() { &UNLIKELY } else { &UNLIKELY_IN_PARTS }, question)
    }

    /// Whether the words alone say that the answer is a no.
    fn rules_out(&self, question: Question) -> bool {
        column(&self.scores, question) < self.unlikely(question)
    }
}

/// The parts of a long text that are weighed too, as numbers of sentences, by their first: sentences that stand beside
/// each other, for what else is talked of must not hide what some of them say.
fn parts(tokens: &Tokens<'_>) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    if tokens.words().len() <= MOST {
        return parts;
    }
    let number = tokens.words().last().map_or(0, |word| word.sentence + 1);
    for first in 0..number {
        let (mut words, before) = (0, parts.len());
        for sentence in first..number {
            words += tokens.sentence(sentence).len();
            if words > MOST && parts.len() > before {
                break;
            }
            if words >= LEAST {
                parts.push(first..sentence + 1);
            }
        }
    }
    parts
}

fn column(row: &Row, question: Question) -> i32 {
    row.get(question as usize).copied().unwrap_or_default()
}

/// How much some sums together speak for a yes, in thousandths of the distance that training kept clear: what they come
/// to, divided by the root of how many features that is of.
fn score<'s>(sums: impl Iterator<Item = &'s Sum>, question: Question) -> i32 {
    static ROOTS: LazyLock<Vec<i64>> = LazyLock::new(|| (0..ROOTS_KEPT).map(root).collect());
    let (sum, number) = sums.fold((0_i32, 0_u32), |(sum, number), of| {
        (sum.saturating_add(column(&of.row, question)), number.saturating_add(of.number))
    });
    let root = ROOTS.get(number as usize).copied().unwrap_or_else(|| root(u64::from(number)));
    i32::try_from(i64::from(sum).saturating_mul(1000) / root).unwrap_or(i32::MAX)
}

/// The root of a number in thousandths; that of one at least.
fn root(number: u64) -> i64 {
    i64::try_from(number.saturating_mul(1_000_000).isqrt().max(1000)).unwrap_or(i64::MAX)
}
