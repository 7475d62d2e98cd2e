//! A text as words: what stands where, how it is written, and which sentence it belongs to.

mod parts;

use std::ops::Range;

use compact_str::CompactString;

pub(crate) use self::parts::fold;
use self::parts::{camel_pieces, ends_sentence, is_opening, is_wordy, length, looks_like_address, word_length};
use super::accusation::begins;
use super::hash::{beginning, hash};

/// Bytes that a word takes with what parts it from the next; most take more.
const SHORT: usize = 4;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word or number of the running text.
    Word,
    /// A word of a hashtag: `#KaiInYear4` gives four.
    Tag,
    /// `@someone` or `@someone@host`.
    Mention,
    /// A web or mail address.
    Address,
}

/// How a token is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    /// `word`
    Lower,
    /// `Word`, `McDonald`
    Capitalised,
    /// `WORD`, two letters or more
    Upper,
    /// `W`
    Letter,
    /// Begins with a digit, or belongs to a script without case, or mixes cases (`iPad`).
    Other,
}

/// One word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    /// Where in the original, in bytes, without a possessive ending and without `#`.
    pub(crate) span: Range<usize>,
    /// Compatibility forms unified, lower case, without diacritics and invisible characters.
    pub(crate) folded: CompactString,
    /// The [`hash`] of `folded`.
    pub(crate) hash: u64,
    /// The [`beginning`] of `folded`.
    pub(crate) beginning: u64,
    /// Which lexicons have phrases that begin with it, a bit for each.
    pub(crate) begins: u8,
    /// What it is.
    pub(crate) kind: Kind,
    /// How it is written.
    pub(crate) case: Case,
    /// Whether `'s` or the apostrophe after `s` follows.
    pub(crate) possessive: bool,
    /// Number of its sentence, from 0.
    pub(crate) sentence: usize,
    /// Whether a capital letter would be usual here: first in a sentence, after a colon, an opening quote, a picture.
    pub(crate) initial: bool,
}

/// All words of a text, in order.
#[derive(Clone, Debug)]
pub(crate) struct Tokens<'a> {
    text: &'a str,
    words: Vec<Token>,
    /// First word of each sentence.
    sentences: Vec<usize>,
    /// Hashtags as wholes, folded and without `#`; their words are among `words` too.
    pub(crate) hashtags: Vec<Token>,
}

impl<'a> Tokens<'a> {
    /// Takes `original` apart.
    pub(crate) fn of(original: &'a str) -> Self {
        let words = Vec::with_capacity(original.len() / SHORT);
        let mut tokens = Self { text: original, words, sentences: Vec::new(), hashtags: Vec::new() };
        let mut start = 0;
        for chunk in original.split_inclusive(char::is_whitespace) {
            tokens.read(start, chunk.trim_end());
            start += chunk.len();
        }
        tokens
    }

    /// The text it was made of.
    pub(crate) const fn text(&self) -> &'a str {
        self.text
    }

    /// All words.
    pub(crate) fn words(&self) -> &[Token] {
        &self.words
    }

    /// A word by its number.
    pub(crate) fn get(&self, at: usize) -> Option<&Token> {
        self.words.get(at)
    }

    /// The folded form of a word, `""` beyond the ends of the text.
    pub(crate) fn folded(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| word.folded.as_str())
    }

    /// The hash of a word; that of `""` beyond the ends of the text.
    pub(crate) fn hash(&self, at: usize) -> u64 {
        self.words.get(at).map_or_else(|| hash(""), |word| word.hash)
    }

    /// What stands between the word before `at` and `at` itself, as written, possessive endings included.
    pub(crate) fn gap(&self, at: usize) -> &'a str {
        let start = at.checked_sub(1).and_then(|before| self.words.get(before)).map_or(0, |word| word.span.end);
        let end = self.words.get(at).map_or(self.text.len(), |word| word.span.start);
        self.text.get(start..end).unwrap_or_default()
    }

    /// The words of the sentence numbered `sentence`; empty if there is none.
    pub(crate) fn sentence(&self, sentence: usize) -> Range<usize> {
        let Some(start) = self.sentences.get(sentence) else { return 0..0 };
        *start..self.sentences.get(sentence + 1).copied().unwrap_or(self.words.len())
    }

    /// The bytes of the original from the first to the last of `words`.
    pub(crate) fn span(&self, words: Range<usize>) -> Range<usize> {
        let start = self.words.get(words.start).map_or(self.text.len(), |word| word.span.start);
        let end = words.end.checked_sub(1).and_then(|last| self.words.get(last)).map_or(start, |word| word.span.end);
        start..end.max(start)
    }

    /// Reads one stretch without white space, which begins at byte `start` of the text.
    fn read(&mut self, start: usize, chunk: &str) {
        // What most texts are made of.
        if !chunk.is_empty() && chunk.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return self.word(start..start + chunk.len());
        }
        let bare = chunk.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '#' | '@'));
        if looks_like_address(bare) {
            let from = start + chunk.len() - bare.len();
            let end = bare.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '/').len();
            return self.push(from..from + end, Kind::Address);
        }
        let mut at = 0;
        while let Some(rest) = chunk.get(at..).filter(|rest| !rest.is_empty()) {
            let mut chars = rest.chars();
            let (Some(first), second) = (chars.next(), chars.next()) else { return };
            let opens = second.is_some_and(|c| c.is_alphanumeric() || c == '_');
            let len = match first {
                '#' | '＃' if opens => {
                    let len = first.len_utf8() + length(rest.get(first.len_utf8()..), |c| is_wordy(c) || c == '_');
                    self.hashtag(start + at + first.len_utf8()..start + at + len);
                    len
                }
                '@' if opens => {
                    let len = length(Some(rest), |c| is_wordy(c) || matches!(c, '@' | '_' | '.' | '-'));
                    let name = rest.get(..len).unwrap_or_default().trim_end_matches(['.', '-', '@', '_']);
                    self.push(start + at..start + at + name.len(), Kind::Mention);
                    len
                }
                c if c.is_alphanumeric() => {
                    let len = word_length(rest);
                    self.word(start + at..start + at + len);
                    len
                }
                c => c.len_utf8(),
            };
            at += len;
        }
    }

    fn word(&mut self, span: Range<usize>) {
        let written = self.text.get(span.clone()).unwrap_or_default();
        let after = self.text.get(span.end..).unwrap_or_default().chars().next();
        let ends_in_s = written.ends_with(['s', 'S']);
        let ending = ["'s", "’s", "'S", "’S", "ʼs", "`s", "´s"]
            .into_iter()
            .find(|ending| ends_in_s && written.ends_with(ending));
        let bare = span.start..span.end - ending.map_or(0, str::len);
        self.push(bare, Kind::Word);
        if let Some(word) = self.words.last_mut() {
            let plural = word.folded.ends_with('s') && word.case == Case::Capitalised;
            word.possessive = ending.is_some() || plural && matches!(after, Some('\'' | '’'));
        }
    }

    fn hashtag(&mut self, span: Range<usize>) {
        let tag = self.text.get(span.clone()).unwrap_or_default();
        let pieces: Vec<_> = camel_pieces(tag).collect();
        for piece in pieces {
            self.push(span.start + piece.start..span.start + piece.end, Kind::Tag);
        }
        let (folded, case) = fold(tag);
        let sentence = self.words.last().map_or(0, |word| word.sentence);
        let (hash, beginning) = (hash(&folded), beginning(&folded));
        self.hashtags.push(Token {
            span,
            folded,
            hash,
            beginning,
            begins: 0,
            kind: Kind::Tag,
            case,
            possessive: false,
            sentence,
            initial: false,
        });
    }

    fn push(&mut self, span: Range<usize>, kind: Kind) {
        let written = self.text.get(span.clone()).unwrap_or_default();
        let (folded, case) = fold(written);
        if folded.is_empty() {
            return;
        }
        let before = self.words.last();
        let gap = self.text.get(before.map_or(0, |word| word.span.end)..span.start).unwrap_or_default();
        let is_spaced = gap == " ";
        let ends = before.is_none_or(|before| !is_spaced && ends_sentence(before, gap, case));
        if ends {
            self.sentences.push(self.words.len());
        }
        let sentence = self.sentences.len().saturating_sub(1);
        let initial = ends || !is_spaced && gap.chars().any(is_opening);
        let (hash, beginning) = (hash(&folded), beginning(&folded));
        self.words.push(Token {
            span,
            folded,
            hash,
            beginning,
            begins: begins(hash, beginning),
            kind,
            case,
            possessive: false,
            sentence,
            initial,
        });
    }
}

#[cfg(test)]
mod tests;
