//! Parts of a text: words, hashtags, addresses, ends of sentences.

use std::ops::Range;

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Case, Token};
use crate::normalise::is_invisible;

/// Folds a word and says how it is written.
pub(crate) fn fold(written: &str) -> (CompactString, Case) {
    if let Some(case) = plain_case(written.as_bytes()) {
        let mut folded = CompactString::new(written);
        folded.make_ascii_lowercase();
        return (folded, case);
    }
    let mut letters = Letters::default();
    if written.bytes().all(|b| b.is_ascii_graphic() && b != b'`') {
        let mut folded = CompactString::new(written);
        folded.make_ascii_lowercase();
        written.bytes().for_each(|b| letters.count_ascii(b));
        return (folded, letters.case(written.len() < 2));
    }
    let mut folded = CompactString::with_capacity(written.len());
    if written.is_ascii() {
        for c in written.chars().filter(|c| !c.is_ascii_control()) {
            letters.count(c);
            folded.push(if c == '`' { '\'' } else { c.to_ascii_lowercase() });
        }
    } else {
        for c in written.nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)) {
            letters.count(c);
            push_plain(c, &mut folded);
        }
    }
    let case = letters.case(folded.chars().nth(1).is_none());
    (folded, case)
}

/// How a word of two letters or more is written that is all `a` to `z` but for a first capital.
fn plain_case(written: &[u8]) -> Option<Case> {
    let (first, rest) = written.split_first().filter(|(_, rest)| !rest.is_empty())?;
    if !rest.iter().all(u8::is_ascii_lowercase) {
        return None;
    }
    match first {
        b'a'..=b'z' => Some(Case::Lower),
        b'A'..=b'Z' => Some(Case::Capitalised),
        _ => None,
    }
}

/// Pushes a letter in lower case, without strokes and ligatures.
fn push_plain(c: char, folded: &mut CompactString) {
    match c {
        'ß' => folded.push_str("ss"),
        'ł' | 'Ł' => folded.push('l'),
        'ø' | 'Ø' => folded.push('o'),
        'đ' | 'Đ' | 'ð' | 'Ð' => folded.push('d'),
        'ħ' | 'Ħ' => folded.push('h'),
        'ı' => folded.push('i'),
        'æ' | 'Æ' => folded.push_str("ae"),
        'œ' | 'Œ' => folded.push_str("oe"),
        'þ' | 'Þ' => folded.push_str("th"),
        'ə' | 'Ə' => folded.push('e'),
        '’' | 'ʼ' | '‘' | '`' | '´' | 'ʻ' | 'ʿ' | 'ʾ' => folded.push('\''),
        c => folded.extend(c.to_lowercase()),
    }
}

/// How many letters of which case a word has.
#[derive(Default)]
struct Letters {
    first: Option<char>,
    all: usize,
    upper: usize,
    lower: usize,
}

impl Letters {
    fn count(&mut self, c: char) {
        self.first.get_or_insert(c);
        self.all += usize::from(c.is_alphabetic());
        self.upper += usize::from(c.is_uppercase());
        self.lower += usize::from(c.is_lowercase());
    }

    fn count_ascii(&mut self, b: u8) {
        self.first.get_or_insert(char::from(b));
        self.all += usize::from(b.is_ascii_alphabetic());
        self.upper += usize::from(b.is_ascii_uppercase());
        self.lower += usize::from(b.is_ascii_lowercase());
    }

    fn case(&self, single: bool) -> Case {
        let begins_upper = self.first.is_some_and(char::is_uppercase);
        match (self.all, self.upper, self.lower) {
            (0, ..) => Case::Other,
            (1, 1, _) if begins_upper && single => Case::Letter,
            (_, 0, lower) if lower > 0 && self.first.is_some_and(char::is_lowercase) => Case::Lower,
            (_, upper, 0) if upper > 1 && begins_upper => Case::Upper,
            (_, _, lower) if begins_upper && lower > 0 => Case::Capitalised,
            _ => Case::Other,
        }
    }
}

/// Letters, digits, their marks, and what shows nothing inside a word.
pub(super) fn is_wordy(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || is_invisible(c)
}

/// Bytes of the longest beginning of `text` made of such characters.
pub(super) fn length(text: Option<&str>, belongs: impl Fn(char) -> bool) -> usize {
    let text = text.unwrap_or_default();
    text.find(|c| !belongs(c)).unwrap_or(text.len())
}

/// Bytes of the word `text` begins with: an apostrophe belongs to it when a letter follows.
pub(super) fn word_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = matches!(c, '\'' | '’' | 'ʼ' | '`' | '´' | '‘' | 'ʻ')
            && chars.peek().is_some_and(|(_, next)| next.is_alphabetic());
        if !is_wordy(c) && !joins {
            return at;
        }
    }
    text.len()
}

/// A web or mail address, by its beginning or its ending.
pub(super) fn looks_like_address(chunk: &str) -> bool {
    const ENDINGS: [&str; 16] = [
        "com", "org", "uk", "net", "edu", "io", "co", "gov", "eu", "ie", "me", "tv", "info", "social", "school", "app",
    ];
    if chunk.starts_with(['@', '#']) || !chunk.bytes().any(|b| b == b'.' || b == b':') {
        return false;
    }
    if chunk.contains("://") || chunk.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("www.")) {
        return true;
    }
    if chunk.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
        return true;
    }
    let host = chunk.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = host.trim_end_matches(|c: char| !c.is_alphanumeric());
    host.is_ascii()
        && host.rsplit_once('.').is_some_and(|(name, ending)| {
            name.len() > 1
                && ENDINGS.contains(&ending)
                && !name.contains(|c: char| c.is_ascii_punctuation() && !".-".contains(c))
        })
}

/// The words of a hashtag: `KaiInYear8B` is `Kai`, `In`, `Year`, `8B`.
pub(super) fn camel_pieces(tag: &str) -> impl Iterator<Item = Range<usize>> + use<> {
    let chars: Vec<(usize, char)> = tag.char_indices().filter(|(_, c)| !is_invisible(*c)).collect();
    let mut starts = vec![0];
    for (place, &(at, c)) in chars.iter().enumerate().skip(1) {
        let before = chars.get(place - 1).map_or(' ', |(_, c)| *c);
        let two_before = place.checked_sub(2).and_then(|place| chars.get(place)).map_or('_', |(_, c)| *c);
        let after = chars.get(place + 1).map_or(' ', |(_, c)| *c);
        let parts = (before == '_') != (c == '_')
            || c.is_uppercase() && (before.is_lowercase() || (is_upper_or_digit(before) && after.is_lowercase()))
            || c.is_numeric() && before.is_lowercase() && two_before.is_alphabetic()
            || c.is_lowercase() && before.is_numeric() && after.is_lowercase();
        if parts {
            starts.push(at);
        }
    }
    let ends: Vec<usize> = starts.iter().skip(1).copied().chain([tag.len()]).collect();
    let pieces: Vec<_> = starts.into_iter().zip(ends).map(|(start, end)| start..end).collect();
    let named =
        pieces.into_iter().filter(|piece| tag.get(piece.clone()).is_some_and(|s| s.contains(char::is_alphanumeric)));
    named.collect::<Vec<_>>().into_iter()
}

fn is_upper_or_digit(c: char) -> bool {
    c.is_uppercase() || c.is_numeric()
}

/// Signs after which a capital letter says nothing.
pub(super) fn is_opening(c: char) -> bool {
    let plain = matches!(
        c,
        ',' | ';' | '(' | ')' | '[' | ']' | '/' | '&' | '+' | '\'' | '’' | '-' | '–' | '.' | '@' | '#' | '*' | '_'
    );
    !(plain || c.is_alphanumeric() || c.is_whitespace() || is_invisible(c) || is_combining_mark(c))
}

/// Whether a sentence ends in `gap`, which follows `before` and is followed by a word written as `next`.
pub(super) fn ends_sentence(before: &Token, gap: &str, next: Case) -> bool {
    const ABBREVIATED: [&str; 18] = [
        "mr", "mrs", "ms", "dr", "st", "prof", "rev", "sr", "jr", "yr", "no", "vs", "approx", "dept", "eg", "ie",
        "etc", "miss",
    ];
    if gap.contains(['!', '?', '…', '\n', '\r', '|', '•', '。', '\u{2028}', '\u{2029}']) {
        return true;
    }
    let Some((_, after)) = gap.split_once('.') else { return false };
    let begins = next != Case::Lower;
    if after.starts_with('.') {
        return begins;
    }
    if before.folded.chars().count() == 1 && before.case == Case::Letter
        || ABBREVIATED.contains(&before.folded.as_str())
    {
        return false;
    }
    if after.contains(char::is_whitespace) {
        return before.folded != "e" && before.folded != "g";
    }
    next == Case::Capitalised && before.case == Case::Lower
}
