//! Words by which statuses are found, and what somebody looks for, as they type it.
//!
//! Words are compared without case, accents and the forms of compatibility (Unicode TR 15, NFKD), and the sigma that ends
//! a Greek word is like any other. Knows no index.

use std::time::Duration;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::Timestamp;

/// Longer words are cut off here (characters).
const MAX_WORD: usize = 64;
/// More words of one text are not kept.
const MAX_WORDS: usize = 5_000;
/// Nor more bytes of them: letters of some scripts have four.
const MAX_BYTES: usize = 512 * 1024;
/// The beginning of words that is looked for has at least so many characters: fewer fit nearly everything.
const MIN_PREFIX: usize = 3;
const DAY: Duration = Duration::from_hours(24);

/// The words of a text as they are compared, in order. Characters of scripts that do not part words count as words.
pub fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut chars, mut bytes) = (0, 0);
    for c in text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)) {
        let c = if c == 'ς' { 'σ' } else { c };
        if matches!(c, '\'' | '’') {
            continue;
        }
        let is_alone = c.is_alphanumeric() && is_undivided(c);
        if (is_alone || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
            chars = 0;
        }
        if words.len() >= MAX_WORDS || bytes >= MAX_BYTES {
            return words;
        }
        if is_alone {
            words.push(c.to_string());
            bytes += c.len_utf8();
        } else if c.is_alphanumeric() && chars < MAX_WORD {
            word.push(c);
            chars += 1;
            bytes += c.len_utf8();
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Han, Hiragana and Katakana: words stand side by side without a space.
fn is_undivided(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')
}

/// A word or a phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// One after the other; never empty.
    pub words: Vec<String>,
    /// The last one may go on.
    pub is_prefix: bool,
    /// It must not be there.
    pub is_excluded: bool,
}

/// What is looked for. Every condition must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StatusSearch {
    /// Words and phrases.
    pub terms: Vec<Term>,
    /// `me`, or the handle of the author.
    pub from: Option<String>,
    /// Written then or later.
    pub since: Option<Timestamp>,
    /// Written earlier.
    pub until: Option<Timestamp>,
    /// Has attachments, or has none.
    pub has_media: Option<bool>,
    /// Has a poll, or has none.
    pub has_poll: Option<bool>,
    /// Is an answer, or is none.
    pub is_reply: Option<bool>,
    /// Is hidden behind a warning, or is not.
    pub is_sensitive: Option<bool>,
    /// The language it is written in, lower case.
    pub language: Option<String>,
    /// Only what oneself wrote, is named in, boosted, bookmarked or took for a favourite.
    pub only_library: bool,
}

impl StatusSearch {
    /// Reads what somebody typed: words, `"phrases"`, `begin*` (three characters at least; fewer are a word), `-without`,
    /// and the operators of Mastodon: `from:`, `before:`, `after:`, `during:`, `has:`, `is:`, `language:`, `in:`
    /// (<https://docs.joinmastodon.org/methods/search/>). What is no operator is a word, so nothing is refused.
    pub fn parse(text: &str) -> Self {
        let mut wanted = Self::default();
        let mut rest = text.trim_start();
        while !rest.is_empty() {
            let (is_excluded, token) = match rest.strip_prefix('-') {
                Some(behind) => (true, behind),
                None => (false, rest.strip_prefix('+').unwrap_or(rest)),
            };
            let is_phrase = token.starts_with('"');
            let (token, behind) = if is_phrase {
                let phrase = token.strip_prefix('"').unwrap_or(token);
                phrase.split_once('"').unwrap_or((phrase, ""))
            } else {
                token.split_once(char::is_whitespace).unwrap_or((token, ""))
            };
            rest = behind.trim_start();
            if is_phrase || !wanted.operator(token, !is_excluded) {
                let words = words(token);
                let last = words.last().map_or(0, |word| word.chars().count());
                if last > 0 {
                    let is_prefix = !is_phrase && token.ends_with('*') && last >= MIN_PREFIX;
                    wanted.terms.push(Term { words, is_prefix, is_excluded });
                }
            }
        }
        wanted
    }

    /// Whether nothing says what to look for: conditions alone go for everything there is.
    pub fn is_vague(&self) -> bool {
        self.from.is_none() && self.terms.iter().all(|term| term.is_excluded)
    }

    /// Takes `token` as an operator; `false` when it is none.
    fn operator(&mut self, token: &str, holds: bool) -> bool {
        let Some((name, value)) = token.split_once(':').filter(|(_, value)| !value.is_empty()) else { return false };
        let lower = value.to_lowercase();
        match (name, lower.as_str()) {
            ("from", _) if holds => self.from = Some(lower.trim_start_matches('@').to_owned()),
            ("language", _) if holds => self.language = Some(lower),
            ("has", "media" | "image" | "video" | "audio") => self.has_media = Some(holds),
            ("has", "poll") => self.has_poll = Some(holds),
            ("is", "reply") => self.is_reply = Some(holds),
            ("is", "sensitive") => self.is_sensitive = Some(holds),
            ("in", "library") if holds => self.only_library = true,
            ("in", "all" | "public") if holds => self.only_library = false,
            ("before" | "after" | "during", _) if holds => {
                let Some(day) = Timestamp::parse(&format!("{value}T00:00:00Z")) else { return false };
                match name {
                    "before" => self.until = Some(day),
                    "after" => self.since = Some(day.plus(DAY)),
                    _ => (self.since, self.until) = (Some(day), Some(day.plus(DAY))),
                }
            }
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_no_case_no_accents_and_no_signs() {
        for (text, wanted) in [
            ("Änderung für #SLTchat: can't, e-mail!", "anderung fur sltchat cant e mail"),
            ("ＫＳ３ ﬁnal Straße Ωμέγα İzmir", "ks3 final straße ωμεγα izmir"),
            ("ΜΑΘΗΤΗΣ μαθητής μαθητήσ", "μαθητησ μαθητησ μαθητησ"),
            ("東京 school", "東 京 school"),
            ("+by7 \"a\" OR b*", "by7 a or b"),
            ("ア゠イ・ウ", "ア イ ウ"),
            ("… ' ’", ""),
        ] {
            assert_eq!(words(text).join(" "), wanted, "{text}");
        }
        assert_eq!(words(&"a".repeat(100))[0].len(), MAX_WORD);
        assert_eq!(words(&"a ".repeat(10_000)).len(), MAX_WORDS);
    }

    #[test]
    fn words_have_so_many_bytes_at_most() {
        let long = "𐌰".repeat(MAX_WORD);
        let found = words(&format!("{long} ").repeat(MAX_WORDS));
        assert!(found.len() > 1_000 && found.iter().all(|word| *word == long), "whole words");
        assert!(found.iter().map(String::len).sum::<usize>() <= MAX_BYTES);
    }

    #[test]
    fn what_is_typed_becomes_words_phrases_and_conditions() {
        let wanted = StatusSearch::parse(
            "marking \"whole class feedback\" assess* -homework from:@Amy@oak.test has:media -is:reply in:library \
             language:de during:2026-11-20",
        );
        let term = |words: &str, is_prefix, is_excluded| Term {
            words: words.split(' ').map(ToOwned::to_owned).collect(),
            is_prefix,
            is_excluded,
        };
        assert_eq!(
            wanted.terms,
            [
                term("marking", false, false),
                term("whole class feedback", false, false),
                term("assess", true, false),
                term("homework", false, true)
            ]
        );
        assert_eq!(wanted.from.as_deref(), Some("amy@oak.test"));
        assert_eq!((wanted.has_media, wanted.is_reply, wanted.has_poll), (Some(true), Some(false), None));
        assert_eq!((wanted.language.as_deref(), wanted.only_library), (Some("de"), true));
        let day = Timestamp::parse("2026-11-20T00:00:00Z").unwrap();
        assert_eq!((wanted.since, wanted.until), (Some(day), Some(day.plus(DAY))));
        assert!(!wanted.is_vague());
    }

    #[test]
    fn what_is_no_operator_is_a_word() {
        let typed = "before:yesterday has:cake note:this \"open";
        let found: Vec<String> = StatusSearch::parse(typed).terms.iter().map(|term| term.words.join(" ")).collect();
        assert_eq!(found, ["before yesterday", "has cake", "note this", "open"]);
        for vague in ["", "-x", "has:media", "\"\" - +"] {
            assert!(StatusSearch::parse(vague).is_vague(), "{vague}");
        }
    }

    #[test]
    fn beginnings_have_three_characters() {
        for (typed, is_prefix) in
            [("ass*", true), ("as*", false), ("a*", false), ("e-mail*", true), ("e-ma*", false), ("東京*", false)]
        {
            let terms = StatusSearch::parse(typed).terms;
            assert_eq!((terms.len(), terms[0].is_prefix), (1, is_prefix), "{typed}");
        }
    }

    #[test]
    fn the_values_of_operators_have_no_case() {
        let wanted = StatusSearch::parse("language:DE-ch has:POLL in:Library");
        assert_eq!((wanted.language.as_deref(), wanted.has_poll), (Some("de-ch"), Some(true)));
        assert!(wanted.only_library && wanted.terms.is_empty());
    }

    proptest::proptest! {
        #[test]
        fn anything_typed_gives_words_without_signs(text in "\\PC{0,60}") {
            for term in StatusSearch::parse(&text).terms {
                proptest::prop_assert!(!term.words.is_empty());
                for word in term.words {
                    proptest::prop_assert!(!word.is_empty() && word.chars().all(char::is_alphanumeric), "{word}");
                }
            }
        }
    }
}
