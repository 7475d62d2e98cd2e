//! Words around a claim that take from it or give it back.

use std::ops::Range;
use std::sync::LazyLock;

use crate::context::tokens::Tokens;

use super::begins;
use super::pattern::{Found, Lexicon};

/// What a cue does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::context) enum Cue {
    /// Looks like a negation but is none: "not only", "nobody cares that".
    Affirm,
    Negation,
    /// Says that claims are false.
    Untrue,
    Denial,
    Hypothetical,
    /// Teaching, training, policies: what follows is their matter.
    Topic,
    /// Teaching, training, policies: what precedes is their matter.
    TopicAfter,
    /// Acting against wrongdoing.
    Counter,
    /// Failing to.
    NoCounter,
    News,
    /// Behind a claim: says that it is dealt with.
    After,
    /// Ties wrongdoing to who stands before it: "guilty of", "known for".
    Tie,
    /// What follows is spoken about, not done.
    About,
    /// A court or a regulator has spoken.
    Court,
    Playful,
    Fiction,
    /// Somebody tells what befell them.
    Tells,
}

pub(super) static LEXICON: LazyLock<Lexicon<Cue>> =
    LazyLock::new(|| Lexicon::parse(begins::CUES, SOURCE, heading).unwrap_or_else(|_| Lexicon::empty()));
pub(super) const SOURCE: &str = include_str!("lexicon/cues.in");

pub(super) fn heading(name: &str) -> Option<Cue> {
    Some(match name {
        "affirm" => Cue::Affirm,
        "negation" => Cue::Negation,
        "untrue" => Cue::Untrue,
        "denial" => Cue::Denial,
        "hypothetical" => Cue::Hypothetical,
        "topic" => Cue::Topic,
        "topic_after" => Cue::TopicAfter,
        "counter" => Cue::Counter,
        "no_counter" => Cue::NoCounter,
        "after" => Cue::After,
        "tie" => Cue::Tie,
        "about" => Cue::About,
        "tells" => Cue::Tells,
        "news" => Cue::News,
        "court" => Cue::Court,
        "playful" => Cue::Playful,
        "fiction" => Cue::Fiction,
        _ => return None,
    })
}

/// All cues of a text, by place.
#[derive(Debug)]
pub(in crate::context) struct Cues {
    found: Vec<Found<Cue>>,
}

impl Cues {
    /// `named` says which words belong to names; no cue begins with one.
    pub(super) fn of(tokens: &Tokens<'_>, named: impl Fn(usize) -> bool) -> Self {
        let mut all = LEXICON.find(tokens);
        all.retain(|found| !named(found.words.start));
        let affirmed: Vec<Range<usize>> =
            all.iter().filter(|found| found.label == Cue::Affirm).map(|found| found.words.clone()).collect();
        let found = all.into_iter().filter(|found| {
            found.label != Cue::Negation || {
                let behind = affirmed.partition_point(|words| words.start <= found.words.start);
                !affirmed.iter().take(behind).rev().take(3).any(|words| words.contains(&found.words.start))
            }
        });
        Self { found: found.collect() }
    }

    /// All of them, by place.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Range<usize>, &Cue)> {
        self.found.iter().map(|found| (&found.words, &found.label))
    }

    /// The cues of a kind that begin among `words`.
    pub(in crate::context) fn among(
        &self,
        cue: Cue,
        words: Range<usize>,
    ) -> impl DoubleEndedIterator<Item = &Range<usize>> {
        let first = self.found.partition_point(|found| found.words.start < words.start);
        let behind = self.found.partition_point(|found| found.words.start < words.end);
        let found = self.found.get(first..behind).unwrap_or_default();
        found.iter().filter(move |found| found.label == cue).map(|found| &found.words)
    }

    /// Whether there is one.
    pub(in crate::context) fn any(&self, cue: Cue, words: Range<usize>) -> bool {
        self.among(cue, words).next().is_some()
    }
}
