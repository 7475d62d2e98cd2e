//! Phrases with word families, choices and gaps, all looked for in one pass.
//!
//! A lexicon is a text, one phrase a line, under headings in brackets that label what follows:
//!
//! | written | matches |
//! |---|---|
//! | `word` | the word |
//! | `wor*` | any word that begins so (three letters or more) |
//! | `steal+` | a regular verb's forms: steal, steals, stealed, stealing |
//! | `a\|b+\|c*` | any of them |
//! | `(word)` | the word or nothing |
//! | `~3` | up to three words of any kind, as few as possible |
//! | `$name` | a class defined by a line `$name = a\|b` |
//!
//! A phrase begins with a word, never with a gap, and stays within a sentence.

use std::collections::HashMap;
use std::ops::Range;

use crate::context::hash::{STEM, Table, WordMap, beginning, hash};
use crate::context::tokens::{Kind, Token, Tokens};

/// Phrases, each with a label.
#[derive(Debug)]
pub(super) struct Lexicon<L> {
    phrases: Vec<Phrase<L>>,
    /// By the hash of the first word, of the beginning of the first word.
    exact: Table<Vec<Begun>>,
    stems: Table<Vec<Begun>>,
    /// Which one it is, a bit of [`Token::begins`].
    which: u8,
}

/// Phrases and how they begin, while they are gathered.
struct Gathered<L> {
    phrases: Vec<Phrase<L>>,
    exact: WordMap<Vec<Begun>>,
    stems: WordMap<Vec<Begun>>,
}

/// A phrase of which the first word is there.
#[derive(Clone, Copy, Debug)]
struct Begun {
    phrase: usize,
    /// Bits of the hashes its second word may have, and of those of its beginning: all if any word may follow.
    second: [u64; 2],
}

/// A phrase found in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<L> {
    /// Its words, by number.
    pub(super) words: Range<usize>,
    /// Its label.
    pub(super) label: L,
}

#[derive(Debug)]
struct Phrase<L> {
    label: L,
    elements: Vec<Element>,
}

#[derive(Clone, Debug)]
enum Element {
    Word { choice: Choice, optional: bool },
    Gap(usize),
}

#[derive(Clone, Debug, Default)]
struct Choice {
    /// Hashes, sorted.
    exact: Vec<u64>,
    /// Each with the hash of its beginning.
    stems: Vec<(u64, String)>,
    /// The bits of the hashes, of the beginnings of the stems: most words have none of them.
    bits: [u64; 2],
}

impl Choice {
    fn matches(&self, word: &Token) -> bool {
        let [exact, stems] = self.bits;
        exact & bit(word.hash) != 0 && self.exact.binary_search(&word.hash).is_ok()
            || stems & bit(word.beginning) != 0
                && self
                    .stems
                    .iter()
                    .any(|(first, stem)| *first == word.beginning && word.folded.starts_with(stem.as_str()))
    }
}

impl<L: Copy> Lexicon<L> {
    /// Reads a lexicon; `which` is the bit it has in [`super::begins`], `label` reads its headings.
    ///
    /// # Errors
    /// The line that cannot be read.
    pub(super) fn parse(which: u8, text: &str, label: impl Fn(&str) -> Option<L>) -> Result<Self, String> {
        let mut gathered = Gathered { phrases: Vec::new(), exact: WordMap::default(), stems: WordMap::default() };
        let (mut classes, mut current) = (HashMap::new(), None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let bad = || line.to_owned();
            if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                current = Some(label(heading).ok_or_else(bad)?);
            } else if let Some((name, words)) = line.strip_prefix('$').and_then(|line| line.split_once(" = ")) {
                classes.insert(name.to_owned(), choice(words, &classes).ok_or_else(bad)?);
            } else {
                let elements = elements(line, &classes).ok_or_else(bad)?;
                gathered.add(current.ok_or_else(bad)?, elements).ok_or_else(bad)?;
            }
        }
        let Gathered { phrases, exact, stems } = gathered;
        Ok(Self { phrases, exact: exact.into(), stems: stems.into(), which })
    }

    /// A lexicon without phrases.
    pub(super) fn empty() -> Self {
        Self { phrases: Vec::new(), exact: Table::default(), stems: Table::default(), which: 0 }
    }

    /// Hashes of the words, and of the beginnings of words, with which its phrases begin; and its bit.
    pub(super) fn firsts(&self) -> (impl Iterator<Item = u64>, impl Iterator<Item = u64>, u8) {
        (self.exact.hashes(), self.stems.hashes(), self.which)
    }

    /// All phrases in the text, by place; of one label those that begin with the same word as the longest.
    pub(super) fn find(&self, tokens: &Tokens<'_>) -> Vec<Found<L>>
    where
        L: PartialEq,
    {
        (0..tokens.words().len()).flat_map(|at| self.at(tokens, at)).collect()
    }

    /// The phrases that begin with the word `at`.
    pub(super) fn at(&self, tokens: &Tokens<'_>, at: usize) -> Vec<Found<L>>
    where
        L: PartialEq,
    {
        let Some(word) = tokens.get(at).filter(|word| word.begins & self.which != 0) else { return Vec::new() };
        let sentence = word.sentence;
        let next = tokens.get(at + 1).map_or([u64::MAX; 2], |next| [bit(next.hash), bit(next.beginning)]);
        let mut found: Vec<Found<L>> = Vec::new();
        for begun in self.exact.list(word.hash).iter().chain(self.stems.list(word.beginning)) {
            if begun.second.iter().zip(next).all(|(bits, bit)| bits & bit == 0) {
                continue;
            }
            let Some(phrase) = self.phrases.get(begun.phrase) else { continue };
            let Some(end) = follow(&phrase.elements, tokens, at, sentence) else { continue };
            match found.iter_mut().find(|other| other.label == phrase.label) {
                Some(other) => other.words.end = other.words.end.max(end),
                None => found.push(Found { words: at..end, label: phrase.label }),
            }
        }
        found
    }
}

impl<L: Copy> Gathered<L> {
    /// Adds a phrase; one that begins with something optional is kept as two.
    fn add(&mut self, label: L, mut elements: Vec<Element>) -> Option<()> {
        let Some(Element::Word { choice, optional }) = elements.first_mut() else { return None };
        let (choice, leave_out) = (choice.clone(), std::mem::take(optional));
        if leave_out {
            self.add(label, elements.iter().skip(1).cloned().collect())?;
        }
        let begun = Begun { phrase: self.phrases.len(), second: bits_of(elements.iter().skip(1)) };
        for form in &choice.exact {
            add_once(&mut self.exact, *form, begun);
        }
        for (first, _) in &choice.stems {
            add_once(&mut self.stems, *first, begun);
        }
        self.phrases.push(Phrase { label, elements });
        Some(())
    }
}

fn add_once(places: &mut WordMap<Vec<Begun>>, hash: u64, begun: Begun) {
    let places = places.entry(hash).or_default();
    if !places.iter().any(|other| other.phrase == begun.phrase) {
        places.push(begun);
    }
}

/// The bits of the hashes, and of the beginnings, the first of some elements may have; all where any word may follow.
fn bits_of<'e>(elements: impl Iterator<Item = &'e Element>) -> [u64; 2] {
    let mut all = [0; 2];
    for element in elements {
        let Element::Word { choice, optional } = element else { break };
        all.iter_mut().zip(choice.bits).for_each(|(all, bits)| *all |= bits);
        if !optional {
            return all;
        }
    }
    [u64::MAX; 2]
}

/// One bit of 64 for a hash.
const fn bit(hash: u64) -> u64 {
    1 << (hash >> 58)
}

/// Where the phrase ends that begins at word `at`; bounded by the phrase's own length, whatever the text.
fn follow(elements: &[Element], tokens: &Tokens<'_>, at: usize, sentence: usize) -> Option<usize> {
    let Some((first, rest)) = elements.split_first() else { return Some(at) };
    match first {
        Element::Gap(most) => (0..=*most).find_map(|skipped| follow(rest, tokens, at + skipped, sentence)),
        Element::Word { choice, optional } => {
            let here = tokens
                .get(at)
                .is_some_and(|word| word.sentence == sentence && word.kind != Kind::Address && choice.matches(word));
            let taken = if here { follow(rest, tokens, at + 1, sentence) } else { None };
            taken.or_else(|| if *optional { follow(rest, tokens, at, sentence) } else { None })
        }
    }
}

fn elements(line: &str, classes: &HashMap<String, Choice>) -> Option<Vec<Element>> {
    line.split(' ')
        .map(|word| {
            if let Some(most) = word.strip_prefix('~') {
                return most.parse().ok().map(Element::Gap);
            }
            let inner = word.strip_prefix('(').and_then(|word| word.strip_suffix(')'));
            Some(Element::Word { choice: choice(inner.unwrap_or(word), classes)?, optional: inner.is_some() })
        })
        .collect()
}

fn choice(words: &str, classes: &HashMap<String, Choice>) -> Option<Choice> {
    let mut choice = Choice::default();
    for word in words.split('|') {
        if let Some(class) = word.strip_prefix('$') {
            let class = classes.get(class)?;
            choice.exact.extend(class.exact.iter().copied());
            choice.stems.extend(class.stems.iter().cloned());
        } else if let Some(stem) = word.strip_suffix('*') {
            let stem = Some(stem.to_owned()).filter(|stem| stem.chars().count() >= STEM)?;
            choice.stems.push((beginning(&stem), stem));
        } else if let Some(verb) = word.strip_suffix('+') {
            choice.exact.extend(forms(verb).iter().map(|form| hash(form)));
        } else {
            let plain = |c: char| c.is_alphanumeric() || c == '\'';
            choice.exact.push(Some(word).filter(|word| !word.is_empty() && word.chars().all(plain)).map(hash)?);
        }
    }
    choice.exact.sort_unstable();
    choice.exact.dedup();
    choice.bits = [
        choice.exact.iter().fold(0, |bits, form| bits | bit(*form)),
        choice.stems.iter().fold(0, |bits, (first, _)| bits | bit(*first)),
    ];
    Some(choice)
}

/// The forms of a regular verb. Some that English does not have are among them; nobody writes those.
fn forms(verb: &str) -> Vec<String> {
    let mut forms = vec![verb.to_owned(), format!("{verb}s"), format!("{verb}es")];
    let mut stems = vec![verb.to_owned()];
    if let Some(stem) = verb.strip_suffix('e') {
        stems.push(stem.to_owned());
    }
    if let Some(stem) = verb.strip_suffix('y') {
        forms.extend([format!("{stem}ies"), format!("{stem}ied")]);
    }
    stems.extend(verb.chars().next_back().map(|last| format!("{verb}{last}")));
    forms.extend(stems.iter().flat_map(|stem| [format!("{stem}ed"), format!("{stem}ing")]));
    forms
}
