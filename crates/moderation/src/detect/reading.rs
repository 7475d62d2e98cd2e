//! A text cut into runs of letters, runs of digits and single signs: what every detector reads.

use std::ops::Range;

/// Letters of a code and signs between them, each a token by itself, that may stand before its first digit.
const AHEAD: usize = 14;

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Letters,
    Digits,
    Sign(char),
}

/// A run of letters, a run of ASCII digits, or one other character; white space belongs to none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether white space (or nothing) stands before it.
    pub(super) spaced: bool,
    /// Whether it belongs to a web address.
    pub(super) link: bool,
    /// Whether it is a run of digits, or few tokens stand before the next.
    near: bool,
}

/// A plain text and its tokens. Detectors look at tokens in a window of fixed size around each, so that reading takes
/// time in proportion to the text; tests count the looks.
pub struct Reading<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    #[cfg(test)]
    looks: std::cell::Cell<usize>,
}

impl<'a> Reading<'a> {
    /// Cuts `text`, the text of a plain view.
    pub fn of(text: &'a str) -> Self {
        let mut tokens: Vec<Token> = Vec::with_capacity(text.len() / 4);
        let (mut spaced, mut link) = (true, false);
        for (start, c) in text.char_indices() {
            if c.is_whitespace() {
                (spaced, link) = (true, false);
                continue;
            }
            let kind = match c {
                '0'..='9' => Kind::Digits,
                c if c.is_alphabetic() => Kind::Letters,
                c => Kind::Sign(c),
            };
            let end = start + c.len_utf8();
            match tokens.last_mut() {
                Some(last) if !spaced && last.kind == kind && !matches!(kind, Kind::Sign(_)) => last.end = end,
                last => {
                    let before = last.and_then(|last| text.get(last.start..last.end)).unwrap_or_default();
                    link |= !spaced && matches!((before, c), ("/", '/') | ("www", '.'));
                    tokens.push(Token { kind, start, end, spaced, link, near: false });
                }
            }
            spaced = false;
        }
        let mut ahead = 0;
        for token in tokens.iter_mut().rev() {
            ahead = if token.kind == Kind::Digits { AHEAD + 1 } else { ahead };
            token.near = ahead > 0;
            ahead = ahead.saturating_sub(1);
        }
        Self {
            text,
            tokens,
            #[cfg(test)]
            looks: std::cell::Cell::new(0),
        }
    }

    /// The text.
    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The token at `at`.
    pub(super) fn token(&self, at: usize) -> Option<Token> {
        #[cfg(test)]
        self.looks.set(self.looks.get() + 1);
        self.tokens.get(at).copied()
    }

    /// The kind of the token at `at`.
    pub(super) fn kind(&self, at: usize) -> Option<Kind> {
        self.token(at).map(|token| token.kind)
    }

    /// The text of the token at `at`; empty beyond the end.
    pub(super) fn word(&self, at: usize) -> &'a str {
        self.token(at).and_then(|token| self.text.get(token.start..token.end)).unwrap_or_default()
    }

    /// Whether the token at `at` exists and follows the one before it without white space.
    pub(super) fn glued(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| !token.spaced)
    }

    /// Whether the token at `at` is the sign `sign`.
    pub(super) fn is(&self, at: usize, sign: char) -> bool {
        self.kind(at) == Some(Kind::Sign(sign))
    }

    /// Whether the token at `at` is a run of letters.
    pub(super) fn is_letters(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Letters)
    }

    /// Whether the token at `at` is a run of digits.
    pub(super) fn is_digits(&self, at: usize) -> bool {
        self.kind(at) == Some(Kind::Digits)
    }

    /// Whether the token at `at` is a run of digits, or one begins among the few tokens behind it, as it does in every
    /// code that has letters first.
    pub(super) fn is_near_digits(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|token| token.near)
    }

    /// The number a token of at most nine digits stands for.
    pub(super) fn number(&self, at: usize) -> Option<u32> {
        self.is_digits(at).then(|| self.word(at)).filter(|word| word.len() < 10).and_then(|word| word.parse().ok())
    }

    /// The bytes from the token at `first` to the token at `last`, both included.
    pub(super) fn range(&self, first: usize, last: usize) -> Range<usize> {
        let end = self.token(last).map_or(self.text.len(), |token| token.end);
        self.token(first).map_or(end, |token| token.start)..end
    }

    /// The places `value_at` finds near digits, each with the last token it covers; the next is looked for behind it.
    pub(super) fn each(&self, value_at: impl Fn(&Self, usize) -> Option<(Range<usize>, usize)>) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < self.len() {
            if self.is_near_digits(at)
                && let Some((range, last)) = value_at(self, at)
            {
                found.push(range);
                at = last;
            }
            at += 1;
        }
        found
    }

    /// How many looks at tokens there were.
    #[cfg(test)]
    pub(super) fn looks(&self) -> usize {
        self.looks.get()
    }
}
