//! Names of people and schools as they are looked up in a text: a run of words, compared without case and accents.

use std::collections::BTreeMap;
use std::ops::{Range, RangeInclusive};

use unicode_normalization::char::is_combining_mark;

use crate::status_search::words;

/// Words the name of a person has: one alone is an ordinary word too often.
const OF_A_PERSON: RangeInclusive<usize> = 2..=4;
/// Most words of the name of a school.
const OF_A_SCHOOL: usize = 8;
/// Letters that a school of one word has at least.
const LONG_ENOUGH: usize = 5;
/// What stands before names of people and does not belong to them.
const TITLES: [&str; 9] = ["mr", "mrs", "ms", "mx", "miss", "dr", "prof", "professor", "sir"];

/// By what the name of a person is found in a text: what they say of themselves beside it, and a title, left out. `None`
/// where it is no name of two to four words.
pub fn person_key(display_name: &str) -> Option<String> {
    let is_beside = |c: char| !(is_inside(c) || c.is_whitespace() || matches!(c, '.' | '-'));
    let name = display_name.trim().split(is_beside).next().unwrap_or_default();
    let name = name.split(" - ").next().unwrap_or_default();
    let folded: Vec<String> = in_text(name).into_iter().map(|word| word.folded).collect();
    let titles = folded.iter().take_while(|word| TITLES.contains(&word.as_str())).count();
    let name = folded.get(titles..).unwrap_or_default();
    OF_A_PERSON.contains(&name.len()).then(|| name.join(" "))
}

/// By what the name of a school is found in a text; `None` for what is too short or too long.
pub fn school_key(name: &str) -> Option<String> {
    let folded: Vec<String> = in_text(name).into_iter().map(|word| word.folded).collect();
    let key = folded.join(" ");
    let is_long = folded.len() > 1 || key.chars().count() >= LONG_ENOUGH;
    (is_long && folded.len() <= OF_A_SCHOOL).then_some(key)
}

/// Everything in a text that may be a name, by its key, as it is written there: runs of words that begin with a capital
/// letter; at most `most`, those at the beginning.
pub fn possible(text: &str, most: usize) -> BTreeMap<String, &str> {
    let words = in_text(text);
    let mut found = BTreeMap::new();
    for (at, first) in words.iter().enumerate().filter(|(_, word)| word.is_capital) {
        let mut key = String::new();
        for (count, last) in words.iter().skip(at).take(OF_A_SCHOOL).enumerate() {
            if count > 0 {
                key.push(' ');
            }
            key.push_str(&last.folded);
            if count == 0 && key.chars().count() < LONG_ENOUGH {
                continue;
            }
            if found.len() >= most {
                return found;
            }
            let written = text.get(first.span.start..last.span.end).unwrap_or_default();
            found.entry(key.clone()).or_insert(written);
        }
    }
    found
}

/// A word of a text.
struct Word {
    folded: String,
    is_capital: bool,
    /// Where it stands, in bytes, without a possessive ending.
    span: Range<usize>,
}

fn is_inside(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\'' | '’')
}

/// The words of a text, parted by white space and signs.
fn in_text(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut start = None;
    let end = (text.len(), ' ');
    for (at, c) in text.char_indices().chain(std::iter::once(end)) {
        match start {
            None if c.is_alphanumeric() => start = Some(at),
            Some(from) if !is_inside(c) => {
                found.extend(word(text, from..at));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn word(text: &str, at: Range<usize>) -> Option<Word> {
    let written = text.get(at.clone())?;
    let endings = ["'s", "’s", "'", "’"];
    let own = endings.iter().find_map(|ending| written.strip_suffix(*ending)).unwrap_or(written);
    let folded = words(own).concat();
    let is_capital = own.starts_with(char::is_uppercase);
    (!folded.is_empty()).then(|| Word { folded, is_capital, span: at.start..at.start + own.len() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_what_does_not_change_when_they_are_written() {
        for (name, key) in [
            ("Sarah Jones", Some("sarah jones")),
            ("Dr. Zoë O’Brien (she/her)", Some("zoe obrien")),
            ("Mrs Patel-Khan | Head of Maths", Some("patel khan")),
            ("Sam Hill - Elm School", Some("sam hill")),
            ("Sarah", None),
            ("Mrs Jones", None),
            ("One two three four five", None),
            ("", None),
        ] {
            assert_eq!(person_key(name).as_deref(), key, "{name}");
        }
        for (name, key) in [
            ("St Mary’s Primary School", Some("st mary primary school")),
            ("Oakfield", Some("oakfield")),
            ("Elm", None),
            ("a b c d e f g h i", None),
        ] {
            assert_eq!(school_key(name).as_deref(), key, "{name}");
        }
    }

    #[test]
    fn what_may_be_a_name_is_told_as_it_is_written_there() {
        let text = "Yesterday SARAH JONES’s class (of St Mary's Primary) saw zoe quinn and Zoe\u{308} Hill.";
        let found = possible(text, 400);
        assert_eq!(found.get("sarah jones"), Some(&"SARAH JONES"));
        assert_eq!(found.get("st mary primary"), Some(&"St Mary's Primary"));
        assert_eq!(found.get("yesterday"), Some(&"Yesterday"));
        assert_eq!(found.get("zoe hill"), Some(&"Zoe\u{308} Hill"));
        assert!(!found.contains_key("zoe quinn") && !found.contains_key("st"), "{found:?}");
        assert_eq!(possible(text, 3).len(), 3);
        assert!(possible("", 400).is_empty());
    }
}
