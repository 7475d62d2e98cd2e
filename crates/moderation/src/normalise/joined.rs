//! The letters of a text run together, signs and digits read as the letters they stand for.
//!
//! `b4d w0rds`, `b a d`, `ba d`, `b.a.d` and `#badwords` all read `bad…` here. What was a word of its own is kept as
//! *fragments*, so that `this hit` is not taken for what stands across its gap: a match has to begin and end where a
//! fragment does, and [`Joined::judge`] says by which trick it was written.

use std::ops::Range;

use super::{View, stretches};

/// Shortest phrase looked for here, in letters.
pub(crate) const MIN_LETTERS: usize = 3;
/// Shortest phrase found in pieces that are words of their own, or with its spaces left out.
const MIN_WORDS: usize = 5;
const MIN_RUN_TOGETHER: usize = 12;
/// Widest gap inside a word, in characters.
const MAX_GAP: usize = 3;

/// How signs such as `$` and `!` are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signs {
    /// As what parts words.
    Part,
    /// As the letters they look like.
    Letters,
}

/// By which trick a match was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trick {
    /// Digits or signs for letters, or every letter by itself.
    Leet,
    /// In pieces, or run together: less sure.
    Squashed,
}

/// A phrase as it is looked for in a [`Joined`] view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Letters {
    /// What the index looks for: look-alike letters made one.
    pub(crate) key: String,
    letters: String,
    /// Where its second and later words start.
    words: Vec<usize>,
    /// Whether longer words that begin so are meant too.
    is_prefix: bool,
}

impl Letters {
    /// Of a phrase in plain or folded spelling; `None` if it has too few letters or some that are not ASCII.
    pub(crate) fn of(phrase: &str, is_prefix: bool) -> Option<Self> {
        let mut found = Self { key: String::new(), letters: String::new(), words: Vec::new(), is_prefix };
        for word in phrase.split([' ', '-', '_']) {
            let start = found.letters.len();
            found.letters.extend(word.chars().filter_map(|c| letter(c, Signs::Letters)));
            if start > 0 && found.letters.len() > start {
                found.words.push(start);
            }
        }
        found.key = found.letters.chars().map(merged).collect();
        let ascii = phrase.chars().all(|c| c.is_ascii() || !c.is_alphanumeric());
        (ascii && found.key.len() >= MIN_LETTERS).then_some(found)
    }
}

/// A text with its letters run together.
#[derive(Debug)]
pub(crate) struct Joined {
    key: String,
    /// For each byte of `key`.
    marks: Vec<Mark>,
    fragments: Vec<Fragment>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Where the character stands in the view below.
    at: usize,
    /// The letter before look-alikes were made one.
    letter: u8,
    look: Look,
    /// Whether an apostrophe stands before it, where a phrase may end.
    is_ending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    Letter,
    Digit,
    Sign,
}

/// Letters that stand together, with how many characters part them from those before.
#[derive(Clone, Copy, Debug)]
struct Fragment {
    start: usize,
    end: usize,
    gap: usize,
}

impl Joined {
    /// Of stretches of a plain or folded view.
    pub(crate) fn of(view: &View, signs: Signs, stretches: &[Range<usize>]) -> Self {
        let length = stretches.iter().map(ExactSizeIterator::len).sum();
        let mut joined = Self {
            key: String::with_capacity(length),
            marks: Vec::with_capacity(length),
            fragments: Vec::with_capacity(length / 4),
        };
        for stretch in stretches {
            joined.read(view.text().get(stretch.clone()).unwrap_or_default(), stretch.start, signs);
        }
        joined
    }

    /// Of the stretches of a view that have signs inside words, so that they read otherwise as letters; `None` if there are
    /// none.
    pub(crate) fn with_signs(view: &View, around: usize) -> Option<Self> {
        let text = view.text();
        let is_word =
            |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(u8::is_ascii_alphanumeric);
        let is_sign = |(at, c): &(usize, char)| {
            !c.is_ascii_alphanumeric() && letter(*c, Signs::Letters).is_some() && {
                let next = at + c.len_utf8();
                // What ends a sentence, begins an aside or a hashtag, is none.
                is_word(Some(next)) && *c != '#'
                    || is_word(at.checked_sub(1)) && !matches!(c, '!' | '(')
                    || text.as_bytes().get(next).is_some_and(|b| b"$@+|".contains(b))
            }
        };
        let stretches = stretches(text, text.char_indices().filter(is_sign).map(|(at, _)| at), around);
        (!stretches.is_empty()).then(|| Self::of(view, Signs::Letters, &stretches))
    }

    /// Adds a stretch of a view, given where it starts there.
    fn read(&mut self, text: &str, start: usize, signs: Signs) {
        // Beyond what may part the letters of a word.
        let (mut gap, mut apart, mut before, mut is_ending) = (MAX_GAP + 1, true, ' ', false);
        let mut done = 0;
        while let Some(rest) = text.get(done..) {
            // What most texts are made of.
            let run = rest.bytes().take_while(u8::is_ascii_lowercase).count();
            if let Some(letters) = rest.get(..run).filter(|letters| !letters.is_empty()) {
                self.push_letters(letters, start + done, is_ending, (apart, gap));
                (apart, gap, before, is_ending) = (false, 0, 'a', false);
                done += run;
                continue;
            }
            let mut chars = rest.chars();
            let Some(c) = chars.next() else { break };
            let (at, next) = (done, chars.next().unwrap_or(' '));
            done += c.len_utf8();
            if c == ' ' {
                (apart, gap, before, is_ending) = (true, gap + 1, c, false);
                continue;
            }
            let look = match c {
                c if c.is_alphabetic() => Look::Letter,
                c if c.is_ascii_digit() => Look::Digit,
                _ => Look::Sign,
            };
            let letter = match letter(c, signs) {
                Some(letter) if look != Look::Sign || touches_word(before, next) => letter,
                _ if c.is_alphanumeric() => c,
                _ => {
                    // The apostrophe of "it's" parts nothing.
                    is_ending = c == '\'' && before.is_alphanumeric() && next.is_alphanumeric();
                    if !is_ending {
                        (apart, gap) = (true, gap + 1);
                    }
                    before = c;
                    continue;
                }
            };
            let mark = Mark { at: start + at, letter: u8::try_from(letter).unwrap_or_default(), look, is_ending };
            self.push(merged(letter), mark, (apart, gap));
            (apart, gap, before, is_ending) = (false, 0, c, false);
        }
    }

    /// Where a phrase may begin in [`Self::key`].
    pub(crate) fn starts(&self) -> impl Iterator<Item = usize> + '_ {
        let behind_sign = |pair: &[Mark]| matches!(pair, [sign, _] if sign.look == Look::Sign);
        let inner = self.marks.windows(2).enumerate().filter(move |(_, pair)| behind_sign(pair)).map(|(at, _)| at + 1);
        let inner = inner.filter(|at| self.fragments.get(self.fragment_at(*at)).is_some_and(|f| f.start != *at));
        self.fragments.iter().map(|fragment| fragment.start).chain(inner)
    }

    /// What the index is looked for in.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// The range of the view below that `found`, a range of [`Self::key`], was made of.
    pub(crate) fn below(&self, found: &Range<usize>, view: &View) -> Range<usize> {
        let at = |index: usize| self.marks.get(index).map_or(0, |mark| mark.at);
        let last = at(found.end.saturating_sub(1));
        let behind = view.text().get(last..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        at(found.start)..last + behind
    }

    /// By which trick `found` spells `phrase`; `None` if it does not, or does so without any.
    pub(crate) fn judge(&self, found: &Range<usize>, phrase: &Letters) -> Option<Trick> {
        let first = self.fragment_at(found.start);
        let fragments = self.fragments.get(first..=self.fragment_at(found.end - 1))?;
        let marks = self.marks.get(found.clone())?;
        if !self.is_aligned(found, fragments, phrase.is_prefix) {
            return None;
        }
        let same = |(mark, wanted): (&Mark, u8)| mark.look != Look::Letter || mark.letter == wanted;
        if !marks.iter().zip(phrase.letters.bytes()).all(same) {
            return None;
        }
        let digits = marks.iter().filter(|mark| mark.look == Look::Digit).count();
        let altered = digits + marks.iter().filter(|mark| mark.look == Look::Sign).count();
        // Numbers, and rows of one sign, spell words by chance.
        let is_number = digits == marks.len() || (marks.len() <= MIN_LETTERS && marks.len() - digits < 2);
        let is_row =
            altered == marks.len() && marks.iter().all(|mark| marks.first().is_some_and(|m| m.letter == mark.letter));
        if is_number || is_row {
            return None;
        }
        let is_word_start = |at: usize| phrase.words.binary_search(&(at - found.start)).is_ok();
        let inner = fragments.get(1..).unwrap_or_default();
        let kept = inner.iter().filter(|fragment| is_word_start(fragment.start)).count();
        if kept < phrase.words.len() && marks.len() < MIN_RUN_TOGETHER {
            return None;
        }
        let is_whole = kept == phrase.words.len();
        if kept == inner.len() && is_whole {
            return (altered > 0).then_some(Trick::Leet);
        }
        self.judge_pieces(found, fragments, &is_word_start, is_whole)
    }

    /// Judges a match whose words stand in pieces.
    fn judge_pieces(
        &self,
        found: &Range<usize>,
        fragments: &[Fragment],
        is_word_start: &dyn Fn(usize) -> bool,
        is_whole: bool,
    ) -> Option<Trick> {
        let (mut single, mut words) = (true, true);
        for pair in fragments.windows(2) {
            let [left, right] = pair else { continue };
            if is_word_start(right.start) {
                continue;
            }
            let pieces = [left.start.max(found.start)..left.end, right.start..right.end.min(found.end)];
            let all_single = pieces.iter().all(|piece| piece.len() == 1);
            if right.gap > if all_single { MAX_GAP } else { 1 } {
                return None;
            }
            single &= all_single;
            words &= pieces.iter().all(|piece| self.key.get(piece.clone()).is_some_and(is_common_word));
        }
        match found.len() {
            _ if single && is_whole => Some(Trick::Leet),
            length if !words && length > MIN_LETTERS || length >= MIN_WORDS => Some(Trick::Squashed),
            _ => None,
        }
    }

    fn push(&mut self, c: char, mark: Mark, apart: (bool, usize)) {
        let start = self.key.len();
        self.key.push(c);
        self.marks.resize(self.key.len(), mark);
        self.end_fragment(start, apart);
    }

    /// Pushes letters from `a` to `z` that stand at `at`.
    fn push_letters(&mut self, letters: &str, at: usize, is_ending: bool, apart: (bool, usize)) {
        let start = self.key.len();
        self.key.extend(letters.bytes().map(|letter| merged(char::from(letter))));
        self.marks.extend(letters.bytes().enumerate().map(|(number, letter)| Mark {
            at: at + number,
            letter,
            look: Look::Letter,
            is_ending: is_ending && number == 0,
        }));
        self.end_fragment(start, apart);
    }

    /// What was pushed from `start` on belongs to the fragment before it, or makes one of its own.
    fn end_fragment(&mut self, start: usize, (apart, gap): (bool, usize)) {
        let end = self.key.len();
        match self.fragments.last_mut().filter(|_| !apart) {
            Some(fragment) => fragment.end = end,
            None => self.fragments.push(Fragment { start, end, gap }),
        }
    }

    fn fragment_at(&self, at: usize) -> usize {
        self.fragments.partition_point(|fragment| fragment.start <= at).saturating_sub(1)
    }

    /// Whether the match begins and ends where fragments do, or where only a sign stands beside it.
    fn is_aligned(&self, found: &Range<usize>, fragments: &[Fragment], is_prefix: bool) -> bool {
        let mark = |at: Option<usize>| at.and_then(|at| self.marks.get(at));
        let is_sign = |at| mark(at).is_some_and(|mark| mark.look == Look::Sign);
        let is_ending = mark(Some(found.end)).is_some_and(|mark| mark.is_ending);
        let starts = fragments.first().is_some_and(|f| f.start == found.start);
        let ends = fragments.last().is_some_and(|f| f.end == found.end);
        (starts || is_sign(found.start.checked_sub(1))) && (ends || is_prefix || is_ending || is_sign(Some(found.end)))
    }
}

/// Whether a sign stands beside a letter, or another sign that may stand for one.
fn touches_word(before: char, next: char) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || letter(c, Signs::Letters).is_some();
    is_letter(before) || is_letter(next)
}

/// The letter a character stands for.
fn letter(c: char, signs: Signs) -> Option<char> {
    match (c, signs) {
        ('a'..='z', _) => Some(c),
        ('0', _) => Some('o'),
        ('1', _) | ('!' | '|' | '¡' | '£', Signs::Letters) => Some('i'),
        ('2', _) => Some('z'),
        ('3', _) | ('€', Signs::Letters) => Some('e'),
        ('4', _) | ('@', Signs::Letters) => Some('a'),
        ('5', _) | ('$' | '§', Signs::Letters) => Some('s'),
        ('6' | '9', _) => Some('g'),
        ('7', _) | ('+', Signs::Letters) => Some('t'),
        ('8', _) => Some('b'),
        ('(' | '¢', Signs::Letters) => Some('c'),
        ('#', Signs::Letters) => Some('h'),
        ('¥', Signs::Letters) => Some('y'),
        _ => None,
    }
}

/// `1`, `!` and `|` stand for I and for L, so the two are one in keys.
fn merged(letter: char) -> char {
    if letter == 'l' { 'i' } else { letter }
}

/// A name with its look-alike letters made one and its hyphens left out, for comparing names of hosts.
pub(crate) fn look_key(name: &str) -> String {
    let view = View::folded(name).unwrap_or_else(|| View::plain(name));
    let letters = view.text().chars().filter(|c| *c != '-');
    letters.map(|c| letter(c, Signs::Part).map_or(c, merged)).collect()
}

/// Whether the pieces of a word may be words of a sentence. Given in key spelling.
fn is_common_word(piece: &str) -> bool {
    COMMON_WORDS.binary_search(&piece).is_ok()
}

/// Short English words as keys spell them (`l` as `i`), sorted.
const COMMON_WORDS: &[&str] = &include!("common_words.in");
