//! The kinds of rules, one file each. A kind says where in a text, or that in a subject, there is what it looks for; it
//! knows nothing of actions, audiences or scopes.

pub mod actor;
pub mod combine;
pub mod context;
pub mod detector;
pub mod indicator;
pub mod lexicon_pair;
pub mod link;
pub mod media;
pub mod object;
pub mod phrase;
pub mod rate;
pub mod regex;

use std::ops::Range;

use serde::Deserialize;

use crate::verdict::{Action, Spelling};

/// What a rule looks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Condition {
    /// Words that follow each other.
    Phrase(phrase::Phrases),
    /// Regular expressions.
    Regex(regex::Patterns),
    /// Identifiers of people: numbers, addresses, dates.
    Detector(detector::Detectors),
    /// Who is spoken of, and what is said of them.
    Context(context::Contexts),
    /// Other rules that match together.
    Combine(combine::Combine),
    /// A word of one list near a word of another.
    LexiconPair(lexicon_pair::LexiconPair),
    /// Where links lead.
    Link(link::Links),
    /// What is attached.
    Media(media::Media),
    /// How much somebody publishes, and to how many at once.
    Rate(rate::Rate),
    /// Who wrote it.
    Actor(actor::Actor),
    /// What sort of status it is.
    Object(object::Object),
    /// A figure, never in anybody's way.
    Indicator(indicator::Indicator),
}

impl Condition {
    /// The name findings give it; of detectors and contexts each has its own.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Phrase(_) => "phrase",
            Self::Regex(_) => "regex",
            Self::Detector(_) => "detector",
            Self::Context(_) => "context",
            Self::Combine(_) => "combine",
            Self::LexiconPair(_) => "lexicon_pair",
            Self::Link(_) => "link",
            Self::Media(_) => "media",
            Self::Rate(_) => "rate",
            Self::Actor(_) => "actor",
            Self::Object(_) => "object",
            Self::Indicator(_) => "indicator",
        }
    }

    pub(crate) fn validate(&self) -> Result<(), String> {
        match self {
            Self::Phrase(phrases) => phrases.validate(),
            Self::Regex(patterns) => patterns.validate(),
            Self::Detector(detectors) => detectors.validate(),
            Self::Context(contexts) => contexts.validate(),
            Self::Combine(combine) => combine.validate(),
            Self::LexiconPair(pair) => pair.validate(),
            Self::Link(links) => links.validate(),
            Self::Media(media) => media.validate(),
            Self::Rate(rate) => rate.validate(),
            Self::Actor(actor) => actor.validate(),
            Self::Object(object) => object.validate(),
            Self::Indicator(indicator) => indicator.validate(),
        }
    }
}

/// A match, before it is known what comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hit {
    /// Index of the rule.
    pub(crate) rule: usize,
    /// Index of the part.
    pub(crate) part: usize,
    /// In the part's text as given, bytes.
    pub(crate) span: Range<usize>,
    pub(crate) spelling: Spelling,
    pub(crate) kind: &'static str,
    /// The most that may be asked for because of it.
    pub(crate) at_most: Action,
    pub(crate) detail: Option<String>,
}

impl Hit {
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.part == other.part && self.span.start < other.span.end && other.span.start < self.span.end
    }
}

/// Raised when the work allowed for a subject is used up.
#[derive(Debug)]
pub(crate) struct Exhausted;

/// Takes `units` of work off what is left.
pub(crate) fn spend(budget: &mut u64, units: usize) -> Result<(), Exhausted> {
    *budget = budget.checked_sub(units as u64).ok_or(Exhausted)?;
    Ok(())
}

/// An error naming the key of `when` that says nothing usable.
fn wrong(key: &str, problem: &str) -> Result<(), String> {
    Err(format!("when.{key} {problem}"))
}
