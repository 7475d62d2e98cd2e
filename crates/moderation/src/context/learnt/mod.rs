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

use self::features::{Unit, of_name, of_text, units};
use super::hash::{WordMap, hash};
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
/// Questions, in the order of the columns.
const QUESTIONS: usize = 3;
type Row = [i32; QUESTIONS];

/// Weights by the hash of what they belong to.
static WEIGHTS: LazyLock<WordMap<u64, Row>> = LazyLock::new(|| {
    let rows = include_str!("weights.txt").lines().filter_map(|line| {
        let mut columns = line.split('\t');
        let feature = columns.next()?;
        let mut row = Row::default();
        for place in &mut row {
            *place = columns.next()?.parse().ok()?;
        }
        Some((hash(feature), row))
    });
    rows.collect()
});

/// Whether a text says enough to be weighed.
pub(super) fn is_enough(read: &Read<'_>) -> bool {
    let is_plain = |word: &&Token| word.kind == Kind::Word && !word.folded.contains(|c: char| c.is_ascii_digit());
    read.tokens.words().iter().filter(is_plain).take(FEWEST).count() == FEWEST
}

/// How much of a text as a whole speaks for a yes; nothing when it says too little to be weighed.
pub(super) fn score(read: &Read<'_>, question: Question) -> Option<i32> {
    is_enough(read).then(|| read.weighed().score(question))
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

/// What a text as a whole comes to. The words are those of the sentence that speaks most for it.
pub(super) fn judge(read: &Read<'_>, question: Question, borders: Borders, why: &str) -> Option<Hit> {
    let strength = borders.strength(score(read, question)?)?;
    let span = read.tokens.span(read.weighed().telling(question));
    (!span.is_empty()).then(|| Hit { span, strength, why: why.to_owned() })
}

/// A text as the model sees it.
#[derive(Debug)]
pub(super) struct Weighed<'t> {
    tokens: &'t Tokens<'t>,
    units: Vec<Unit<'t>>,
    /// The sum of each sentence.
    sentences: Vec<Row>,
    sum: Row,
    number: u32,
}

impl<'t> Weighed<'t> {
    /// Weighs a text.
    pub(super) fn of(read: &Read<'t>) -> Self {
        let tokens = read.tokens;
        let units = units(tokens, read.people());
        let mut sentences = vec![Row::default(); tokens.words().last().map_or(0, |word| word.sentence + 1)];
        let (mut sum, mut number) = (Row::default(), 0);
        of_text(read, &units, |sentence, feature| {
            number += 1;
            let Some(row) = WEIGHTS.get(&hash(feature)) else { return };
            add(&mut sum, row);
            if let Some(sentence) = sentences.get_mut(sentence) {
                add(sentence, row);
            }
        });
        Self { tokens, units, sentences, sum, number }
    }

    /// How much speaks for a yes, in thousandths of the distance that training kept clear.
    fn score(&self, question: Question) -> i32 {
        settle(column(&self.sum, question), self.number)
    }

    /// How much speaks for a name being a pupil's.
    ///
    /// `marks` tells what else is known of it.
    pub(super) fn score_of_name(&self, name: &Candidate, marks: impl Fn(&mut dyn FnMut(&str))) -> i32 {
        let (mut sum, mut number) = (self.sum, self.number);
        let mut count = |feature: &str| {
            number += 1;
            if let Some(row) = WEIGHTS.get(&hash(feature)) {
                add(&mut sum, row);
            }
        };
        of_name(self.tokens, &self.units, name, &mut count);
        marks(&mut count);
        settle(column(&sum, Question::Pupil), number)
    }

    /// The words of the sentence that speaks most for a yes.
    fn telling(&self, question: Question) -> Range<usize> {
        let most = self.sentences.iter().enumerate().max_by_key(|(_, row)| column(row, question));
        most.map_or(0..0, |(sentence, _)| self.tokens.sentence(sentence))
    }
}

fn add(sum: &mut Row, row: &Row) {
    for (sum, weight) in sum.iter_mut().zip(row) {
        *sum = sum.saturating_add(*weight);
    }
}

fn column(row: &Row, question: Question) -> i32 {
    row.get(question as usize).copied().unwrap_or_default()
}

/// A sum divided by the root of how many it is the sum of.
fn settle(sum: i32, number: u32) -> i32 {
    let root = u64::from(number).saturating_mul(1_000_000).isqrt().max(1000);
    i32::try_from(i64::from(sum).saturating_mul(1000) / i64::try_from(root).unwrap_or(i64::MAX)).unwrap_or(i32::MAX)
}
