//! Phrases: words that follow each other, whatever their case, width or spacing.
//!
//! All phrases of all rules are found in one pass (see `index.rs`), so the cost of a text does not grow with
//! the number of rules.

use std::ops::Range;

use serde::Deserialize;

use super::wrong;
use crate::normalise::joined::Letters;
use crate::normalise::{View, cased};
use crate::rules::{Exhausted, spend};
use crate::verdict::Spelling;

/// Shortest phrase, in characters after normalisation: anything shorter matches everywhere.
const MIN_CHARS: usize = 3;
/// Most words between two of a phrase.
const MAX_GAP: usize = 10;
/// What views are read unless a rule says otherwise.
const USUAL: [Spelling; 3] = [Spelling::Plain, Spelling::Folded, Spelling::Leet];

/// The words of one rule.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrases {
    /// Any of these matches, as whole words; `word*` stands for all words that begin so.
    pub any: Vec<String>,
    /// A match inside (or overlapping) one of these does not count.
    #[serde(default)]
    pub except: Vec<String>,
    /// How many other words may stand between two words of a phrase.
    #[serde(default)]
    pub gap: usize,
    /// Whether capital letters must be where the phrase has them.
    #[serde(default)]
    pub case: bool,
    /// Spellings to be seen through; plain, folded and leet if absent. Plain is always read.
    #[serde(default = "usual")]
    pub views: Vec<Spelling>,
}

fn usual() -> Vec<Spelling> {
    USUAL.to_vec()
}

impl Phrases {
    /// These phrases in every spelling.
    pub(crate) fn everywhere(any: Vec<String>) -> Self {
        let views = [USUAL.as_slice(), &[Spelling::Squashed]].concat();
        Self { any, except: Vec::new(), gap: 0, case: false, views }
    }

    pub(crate) fn validate(&self) -> Result<(), String> {
        if self.any.is_empty() {
            return wrong("phrase.any", "lists no phrase");
        }
        if self.gap > MAX_GAP {
            return wrong("phrase.gap", &format!("is more than {MAX_GAP} words"));
        }
        if self.case && self.gap > 0 {
            return wrong("phrase.case", "cannot be asked for together with a gap");
        }
        self.any.iter().chain(&self.except).try_for_each(|phrase| check(phrase, self.gap > 0))
    }
}

/// Whether `phrase` may be looked for; `*` at the end of the phrase, or of any word of one with gaps.
pub(super) fn check(phrase: &str, has_gap: bool) -> Result<(), String> {
    let words = View::plain(phrase).text().to_owned();
    let stars = words.split(' ').filter(|word| word.contains('*')).count();
    let at_end = words.split(' ').filter(|word| word.len() > 1 && word.find('*') == Some(word.len() - 1)).count();
    if words.chars().filter(|c| *c != '*').count() < MIN_CHARS {
        return Err(format!("phrase {phrase:?} is shorter than {MIN_CHARS} characters"));
    }
    if stars > at_end || (!has_gap && stars > usize::from(words.ends_with('*'))) {
        return Err(format!(
            "phrase {phrase:?} may have * only behind its last word, or behind words if there is a gap"
        ));
    }
    Ok(())
}

/// A word to stand beside another.
#[derive(Clone, Debug)]
struct Word {
    text: String,
    is_prefix: bool,
}

/// A phrase as it is looked for.
#[derive(Clone, Debug)]
pub(crate) struct Phrase {
    /// What the index looks for: all of it, or its longest word if there are gaps.
    pub(crate) anchor: String,
    is_prefix: bool,
    /// Words to be found before the anchor, the nearest first, and behind it.
    before: Vec<Word>,
    behind: Vec<Word>,
    gap: usize,
    /// Its spelling with capitals, where these matter.
    case: Option<String>,
}

impl Phrase {
    /// `spelled` is the phrase as the view spells it that it is looked for in.
    pub(crate) fn new(spelled: &str, gap: usize, case: Option<&str>) -> Self {
        let case = case.map(|phrase| cased(phrase.trim_end_matches('*')));
        let text = spelled.replace('-', " ");
        if gap == 0 || !text.contains(' ') {
            let (anchor, is_prefix) = star(&text);
            return Self { anchor, is_prefix, before: Vec::new(), behind: Vec::new(), gap, case };
        }
        let mut words: Vec<Word> = text
            .split(' ')
            .map(|word| {
                let (text, is_prefix) = star(word);
                Word { text, is_prefix }
            })
            .collect();
        let longest = words.iter().map(|word| word.text.len()).max().unwrap_or_default();
        let at = words.iter().position(|word| word.text.len() == longest).unwrap_or_default();
        let behind = words.split_off((at + 1).min(words.len()));
        let anchor = words.pop().unwrap_or(Word { text: String::new(), is_prefix: false });
        words.reverse();
        Self { anchor: anchor.text, is_prefix: anchor.is_prefix, before: words, behind, gap, case }
    }

    /// Where the phrase stands whose anchor is at `hit` of `text`; `None` if it does not.
    pub(crate) fn at(
        &self,
        text: &str,
        hit: Range<usize>,
        budget: &mut u64,
    ) -> Result<Option<Range<usize>>, Exhausted> {
        if is_joined(text, hit.start) || (!self.is_prefix && is_joined(text, hit.end)) {
            return Ok(None);
        }
        let mut found = hit;
        for word in &self.before {
            spend(budget, self.gap + 1)?;
            let words = words_before(text, found.start).take(self.gap + 1);
            match words.into_iter().find(|at| word.is(text.get(at.clone()).unwrap_or_default())) {
                Some(at) => found.start = at.start,
                None => return Ok(None),
            }
        }
        for word in &self.behind {
            spend(budget, self.gap + 1)?;
            match words_behind(text, found.end)
                .take(self.gap + 1)
                .find(|at| word.is(text.get(at.clone()).unwrap_or_default()))
            {
                Some(at) => found.end = at.end,
                None => return Ok(None),
            }
        }
        Ok(Some(found))
    }

    /// Whether `found`, a passage of the original, has its capitals where they must be.
    pub(crate) fn has_case(&self, found: &str) -> bool {
        self.case.as_ref().is_none_or(|case| cased(found) == *case)
    }

    /// As it is looked for with its letters run together; not with gaps or where capitals matter.
    pub(crate) fn letters(&self) -> Option<Letters> {
        let is_whole = self.before.is_empty() && self.behind.is_empty() && self.case.is_none();
        is_whole.then(|| Letters::of(&self.anchor, self.is_prefix)).flatten()
    }
}

impl Word {
    fn is(&self, word: &str) -> bool {
        if self.is_prefix { word.starts_with(&self.text) } else { word == self.text }
    }
}

/// Takes the `*` off.
fn star(phrase: &str) -> (String, bool) {
    match phrase.strip_suffix('*') {
        Some(word) => (word.to_owned(), true),
        None => (phrase.to_owned(), false),
    }
}

/// Where words stand before `end`, the nearest first.
fn words_before(text: &str, end: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut rest = text.get(..end).unwrap_or_default();
    std::iter::from_fn(move || {
        rest = rest.trim_end_matches(|c| !is_word(c));
        let start = rest.rfind(|c| !is_word(c)).map_or(0, |at| at + rest.get(at..).map_or(0, first_len));
        let found = start..rest.len();
        rest = rest.get(..start)?;
        (!found.is_empty()).then_some(found)
    })
}

/// Where words stand behind `start`.
fn words_behind(text: &str, start: usize) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = start;
    std::iter::from_fn(move || {
        let rest = text.get(at..)?;
        let from = at + rest.find(is_word)?;
        let rest = text.get(from..)?;
        at = from + rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        Some(from..at)
    })
}

fn first_len(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// Whether a character belongs to a word.
pub(crate) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '\'')
}

/// Whether a word goes on across `at`.
pub(crate) fn is_joined(text: &str, at: usize) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    match text.split_at_checked(at) {
        Some((before, behind)) => word(before.chars().next_back()) && word(behind.chars().next()),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(phrase: &str, gap: usize, text: &str) -> Option<String> {
        let phrase = Phrase::new(phrase, gap, None);
        text.match_indices(&phrase.anchor).find_map(|(at, anchor)| {
            let found = phrase.at(text, at..at + anchor.len(), &mut 1000).unwrap()?;
            text.get(found).map(str::to_owned)
        })
    }

    #[test]
    fn words_may_stand_between_those_of_a_phrase() {
        for (phrase, gap, text, wanted) in [
            ("bad words", 0, "very bad words here", Some("bad words")),
            ("bad words", 0, "bad, words", None),
            ("bad words", 2, "bad and (ugly) words", Some("bad and (ugly) words")),
            ("bad words", 1, "bad and ugly words", None),
            (
                "not for circulation here",
                1,
                "not meant for wide circulation out here",
                Some("not meant for wide circulation out here"),
            ),
            ("accus* of theft", 1, "was accused of petty theft", Some("accused of petty theft")),
            ("suspend*", 0, "he is suspended now", Some("suspend")),
            ("suspend*", 0, "unsuspended", None),
            ("of assault*", 3, "of é, a 🏫 an assault-like", Some("of é, a 🏫 an assault")),
            ("bad words", 3, "words, bad", None),
        ] {
            assert_eq!(find(phrase, gap, text).as_deref(), wanted, "{phrase} in {text}");
        }
    }

    #[test]
    fn a_phrase_that_cannot_be_looked_for_is_told() {
        for (phrase, has_gap, fine) in [
            ("ab", false, false),
            ("ab*", false, false),
            ("abc*", false, true),
            ("a* word", false, false),
            ("a* word", true, true),
            ("w*rd", true, false),
            ("word *", true, false),
        ] {
            assert_eq!(check(phrase, has_gap).is_ok(), fine, "{phrase}");
        }
    }
}
