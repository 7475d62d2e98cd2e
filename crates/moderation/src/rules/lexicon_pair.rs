//! A word of one list near a word of another.

use std::ops::Range;

use serde::Deserialize;

use super::phrase::{check, is_word};
use super::wrong;

/// Most words between the two.
const MAX_WITHIN: usize = 50;

/// Two lists, written as phrases are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LexiconPair {
    /// Whom or what it is about.
    pub entities: Vec<String>,
    /// What is said.
    pub words: Vec<String>,
    /// How many words may stand between the two.
    pub within: usize,
}

impl LexiconPair {
    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.entities.is_empty() || self.words.is_empty() {
            return wrong("lexicon-pair", "needs entities and words");
        }
        if self.within > MAX_WITHIN {
            return wrong("lexicon-pair.within", &format!("is more than {MAX_WITHIN} words"));
        }
        self.entities.iter().chain(&self.words).try_for_each(|phrase| check(phrase, false))
    }

    /// For each entity the nearest word, if it is near enough: the stretch from one to the other. Places are sorted by
    /// their start.
    pub(crate) fn find(&self, text: &str, entities: &[Range<usize>], words: &[Range<usize>]) -> Vec<Range<usize>> {
        let starts = word_starts(text);
        // Words that begin at or before a place.
        let order = |at: usize| starts.partition_point(|start| *start < at);
        let mut found = Vec::new();
        for entity in entities {
            let behind = words.partition_point(|word| word.start < entity.end);
            let next = words.get(behind);
            let before = words.get(..behind).and_then(|before| before.iter().rev().find(|w| w.end <= entity.start));
            let nearest = next
                .map(|word| (order(word.start).saturating_sub(order(entity.end)), word))
                .into_iter()
                .chain(before.map(|word| (order(entity.start).saturating_sub(order(word.end)), word)))
                .min_by_key(|(distance, _)| *distance);
            if let Some((_, word)) = nearest.filter(|(distance, _)| *distance <= self.within) {
                found.push(entity.start.min(word.start)..entity.end.max(word.end));
            }
        }
        found
    }
}

/// Where words start, in bytes.
fn word_starts(text: &str) -> Vec<usize> {
    let mut inside = false;
    let mut starts = Vec::new();
    for (at, c) in text.char_indices() {
        if is_word(c) && !inside {
            starts.push(at);
        }
        inside = is_word(c);
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_counts_if_it_is_near_enough() {
        let text = "the head stole a pen and lied to the governors";
        let places = |word: &str| text.match_indices(word).map(|(at, w)| at..at + w.len()).collect::<Vec<_>>();
        let pair = |within| LexiconPair { entities: vec!["x".into()], words: vec!["y".into()], within };
        let said = [places("stole"), places("lied")].concat();
        let found = |within, entity: &str| -> Vec<&str> {
            pair(within).find(text, &places(entity), &said).into_iter().filter_map(|at| text.get(at)).collect()
        };
        assert_eq!(found(0, "head"), ["head stole"]);
        assert_eq!(found(2, "governors"), ["lied to the governors"]);
        assert_eq!(found(1, "governors"), Vec::<&str>::new());
        assert_eq!(found(1, "pen"), ["pen and lied"]);
    }
}
