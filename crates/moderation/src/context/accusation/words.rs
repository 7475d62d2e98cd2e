//! Ordinary words, so that capital letters on them are not taken for names.

use std::collections::HashSet;

use crate::context::names::{WordSet, about, word_set};
use crate::context::tokens::Tokens;

static FUNCTION: WordSet = WordSet::new(|| word_set(include_str!("lexicon/function_words.txt")));
static ORDINARY: WordSet = WordSet::new(|| word_set(include_str!("lexicon/ordinary_words.txt")));

/// Articles, pronouns, prepositions, auxiliaries and the like, which no name begins with.
pub(super) fn is_function_word(word: &str) -> bool {
    FUNCTION.contains(word)
}

/// A function word, or a word that is often written with a capital without being anybody's name: days, months,
/// subjects, institutions, places, words that begin sentences.
pub(super) fn is_ordinary(word: &str) -> bool {
    FUNCTION.contains(word) || ORDINARY.contains(word) || word.chars().any(|c| c.is_ascii_digit())
}

/// The end of the longest run of at most `most` words from `at` that is among `names`.
pub(super) fn known_at(tokens: &Tokens<'_>, names: &HashSet<String>, at: usize, most: usize) -> Option<usize> {
    let mut run = String::new();
    let mut found = None;
    for end in at..at + most {
        let Some(word) = tokens.get(end) else { break };
        if !run.is_empty() {
            run.push(' ');
        }
        run.push_str(&word.folded);
        if names.contains(&run) {
            found = Some(end + 1);
        }
    }
    found
}

/// Whether people are given this name.
pub(super) fn is_given_name(word: &str) -> bool {
    about(word).given
}

/// Whether a capital letter on the word needs no name to explain it.
pub(super) fn is_no_name(word: &str) -> bool {
    let known = about(word);
    is_ordinary(word) || known.thing || known.common && !known.given
}
