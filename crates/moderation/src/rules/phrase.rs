//! Phrases: words that follow each other, whatever their case, width or spacing.
//!
//! All phrases of all rules are found in one pass, so the cost of a text does not grow with the number of rules.

use std::ops::Range;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};
use serde::Deserialize;

use crate::normalise::View;

/// Shortest phrase, in characters after normalisation: anything shorter matches everywhere.
const MIN_CHARS: usize = 3;

/// The words of one rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Any of these matches, as whole words.
    pub any: Vec<String>,
    /// A match inside (or overlapping) one of these does not count.
    #[serde(default)]
    pub except: Vec<String>,
}

impl Phrases {
    pub(crate) fn validate(&self) -> Result<(), String> {
        let short = |phrase: &&String| View::of(phrase).text().chars().count() < MIN_CHARS;
        if self.any.is_empty() {
            return Err("when.phrase.any lists no phrase".into());
        }
        match self.any.iter().chain(&self.except).find(short) {
            Some(phrase) => Err(format!("phrase {phrase:?} is shorter than {MIN_CHARS} characters")),
            None => Ok(()),
        }
    }
}

/// The phrases of all rules, compiled.
#[derive(Debug)]
pub(crate) struct PhraseIndex {
    automaton: AhoCorasick,
    /// For each pattern: the rule it belongs to (index given at building), and whether it is an exception.
    owners: Vec<(usize, bool)>,
}

/// Raised when the work allowed for a subject is used up.
#[derive(Debug)]
pub(crate) struct Exhausted;

impl PhraseIndex {
    /// Compiles `rules`, each with the index findings are reported under.
    pub(crate) fn build<'a>(rules: impl IntoIterator<Item = (usize, &'a Phrases)>) -> Result<Self, BuildError> {
        let (mut patterns, mut owners) = (Vec::new(), Vec::new());
        for (rule, phrases) in rules {
            for (phrase, is_exception) in
                phrases.any.iter().map(|p| (p, false)).chain(phrases.except.iter().map(|p| (p, true)))
            {
                patterns.push(View::of(phrase).text().to_owned());
                owners.push((rule, is_exception));
            }
        }
        // The contiguous automaton stays small however many phrases there are.
        let automaton = AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).build(patterns)?;
        Ok(Self { automaton, owners })
    }

    /// All matches as (rule, range in the view's text), in order of appearance.
    ///
    /// Takes one unit of `budget` per byte read and per match looked at.
    pub(crate) fn find(&self, view: &View, budget: &mut u64) -> Result<Vec<(usize, Range<usize>)>, Exhausted> {
        let text = view.text();
        spend(budget, text.len())?;
        let (mut hits, mut exceptions) = (Vec::new(), Vec::new());
        for found in self.automaton.find_overlapping_iter(text) {
            spend(budget, 1)?;
            if let Some((rule, is_exception)) = self.owners.get(found.pattern().as_usize())
                && is_whole(text, &found.range())
            {
                let list = if *is_exception { &mut exceptions } else { &mut hits };
                list.push((*rule, found.range()));
            }
        }
        spend(budget, hits.len().saturating_mul(exceptions.len()))?;
        hits.retain(|(rule, hit)| {
            !exceptions.iter().any(|(owner, e)| owner == rule && e.start < hit.end && hit.start < e.end)
        });
        hits.sort_by_key(|(rule, hit)| (hit.start, hit.end, *rule));
        Ok(hits)
    }
}

pub(crate) fn spend(budget: &mut u64, units: usize) -> Result<(), Exhausted> {
    *budget = budget.checked_sub(units as u64).ok_or(Exhausted)?;
    Ok(())
}

/// Whether a match does not cut a word in two.
fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let joined = |at: usize| match text.split_at_checked(at) {
        Some((before, after)) => word(before.chars().next_back()) && word(after.chars().next()),
        None => true,
    };
    !joined(range.start) && !joined(range.end)
}
