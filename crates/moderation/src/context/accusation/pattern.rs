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

use crate::context::hash::{Bits, STEM, WordMap, beginning, hash};
use crate::context::tokens::{Kind, Token, Tokens};

/// Phrases, each with a label.
#[derive(Debug)]
pub(super) struct Lexicon<L> {
    phrases: Vec<Phrase<L>>,
    /// By the hash of the first word, of the beginning of the first word.
    exact: Firsts,
    stems: Firsts,
}

/// Phrases by how they begin.
#[derive(Debug, Default)]
struct Firsts {
    places: WordMap<u64, Vec<Begun>>,
    /// A bit for each hash, so that most words are looked up no further.
    bits: Bits,
}

/// A phrase of which the first word is there.
#[derive(Clone, Copy, Debug)]
struct Begun {
    phrase: usize,
    /// Bits of the hashes its second word may have: all if that is not told so easily.
    second: u64,
}

impl Firsts {
    fn add(&mut self, hash: u64, begun: Begun) {
        let places = self.places.entry(hash).or_default();
        if !places.iter().any(|other| other.phrase == begun.phrase) {
            places.push(begun);
        }
        self.bits.add(hash);
    }

    fn get(&self, hash: u64) -> &[Begun] {
        if self.bits.has(hash) { self.places.get(&hash).map_or(&[], Vec::as_slice) } else { &[] }
    }
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
    stems: Vec<String>,
}

impl Choice {
    fn matches(&self, word: &Token) -> bool {
        self.exact.binary_search(&word.hash).is_ok()
            || self.stems.iter().any(|stem| word.folded.starts_with(stem.as_str()))
    }
}

impl<L: Copy> Lexicon<L> {
    /// Reads a lexicon; `label` reads its headings.
    ///
    /// # Errors
    /// The line that cannot be read.
    pub(super) fn parse(text: &str, label: impl Fn(&str) -> Option<L>) -> Result<Self, String> {
        let mut lexicon = Self::empty();
        let (mut classes, mut current) = (HashMap::new(), None);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let bad = || line.to_owned();
            if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                current = Some(label(heading).ok_or_else(bad)?);
            } else if let Some((name, words)) = line.strip_prefix('$').and_then(|line| line.split_once(" = ")) {
                classes.insert(name.to_owned(), choice(words, &classes).ok_or_else(bad)?);
            } else {
                let elements = elements(line, &classes).ok_or_else(bad)?;
                lexicon.add(current.ok_or_else(bad)?, elements).ok_or_else(bad)?;
            }
        }
        Ok(lexicon)
    }

    /// A lexicon without phrases.
    pub(super) fn empty() -> Self {
        Self { phrases: Vec::new(), exact: Firsts::default(), stems: Firsts::default() }
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
        let Some(word) = tokens.get(at) else { return Vec::new() };
        let sentence = word.sentence;
        let next = tokens.get(at + 1).map_or(u64::MAX, |next| bit(next.hash));
        let mut found: Vec<Found<L>> = Vec::new();
        for begun in self.exact.get(word.hash).iter().chain(self.stems.get(word.beginning)) {
            if begun.second & next == 0 {
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

    /// Adds a phrase; one that begins with something optional is kept as two.
    fn add(&mut self, label: L, mut elements: Vec<Element>) -> Option<()> {
        let Some(Element::Word { choice, optional }) = elements.first_mut() else { return None };
        let (choice, leave_out) = (choice.clone(), std::mem::take(optional));
        if leave_out {
            self.add(label, elements.iter().skip(1).cloned().collect())?;
        }
        let begun = Begun { phrase: self.phrases.len(), second: elements.get(1).map_or(u64::MAX, bits_of) };
        for form in &choice.exact {
            self.exact.add(*form, begun);
        }
        for stem in &choice.stems {
            self.stems.add(beginning(stem), begun);
        }
        self.phrases.push(Phrase { label, elements });
        Some(())
    }
}

/// The bits of the hashes an element may have, all of them if it may be left out or be a word of any ending.
fn bits_of(element: &Element) -> u64 {
    match element {
        Element::Word { choice, optional: false } if choice.stems.is_empty() => {
            choice.exact.iter().fold(0, |bits, form| bits | bit(*form))
        }
        _ => u64::MAX,
    }
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
            choice.stems.push(Some(stem.to_owned()).filter(|stem| stem.chars().count() >= STEM)?);
        } else if let Some(verb) = word.strip_suffix('+') {
            choice.exact.extend(forms(verb).iter().map(|form| hash(form)));
        } else {
            let plain = |c: char| c.is_alphanumeric() || c == '\'';
            choice.exact.push(Some(word).filter(|word| !word.is_empty() && word.chars().all(plain)).map(hash)?);
        }
    }
    choice.exact.sort_unstable();
    choice.exact.dedup();
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
