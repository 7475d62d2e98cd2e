//! What rules look for is found wherever it stands, however the index keeps from looking where it does not.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

use proptest::prelude::*;

use super::{engine, outbound};

/// Some begin others, and some are as long as what the index compares, or one byte longer or shorter.
const WORDS: [&str; 12] = [
    "abc",
    "abcd",
    "abcde",
    "abcdef",
    "abcdefg",
    "bcd",
    "école",
    "çab",
    "classroom",
    "classrooms",
    "classroomsab",
    "classroomsabcdefg",
];
const BETWEEN: [&str; 3] = [" ", "-", ", "];
const EXPRESSIONS: [&str; 5] = [
    "abc[a-z ,]{0,9}bcd",
    "(?:abcd|çab) (?:classrooms?|école)",
    "classroom[a-z]*[ ,-]+abcdef",
    "(?:bcd|classroom).*abcd",
    "école (?:abc )?(?:abcde|bcd)",
];

fn words(most: usize) -> impl Strategy<Value = Vec<&'static str>> {
    prop::collection::vec(prop::sample::select(&WORDS[..]), 1..=most)
}

fn text() -> impl Strategy<Value = String> {
    let word = (prop::sample::select(&WORDS[..]), prop::sample::select(&BETWEEN[..]));
    prop::collection::vec(word, 1..30).prop_map(|words| {
        let text: String = words.into_iter().flat_map(|(word, between)| [word, between]).collect();
        text.trim_end_matches([' ', '-', ',']).to_owned()
    })
}

fn phrases() -> impl Strategy<Value = BTreeSet<String>> {
    let phrase = (words(4), any::<bool>()).prop_map(|(words, star)| words.join(" ") + if star { "*" } else { "" });
    prop::collection::btree_set(phrase, 1..12)
}

/// Whether a word goes on across `at`.
fn is_joined(text: &str, at: usize) -> bool {
    let (before, behind) = text.split_at(at);
    before.chars().next_back().is_some_and(char::is_alphanumeric)
        && behind.chars().next().is_some_and(char::is_alphanumeric)
}

/// Where `phrase` stands in `text`, found by looking everywhere.
fn everywhere(phrase: &str, text: &str) -> Vec<Range<usize>> {
    let text = text.replace('-', " ");
    let (words, is_prefix) = phrase.strip_suffix('*').map_or((phrase, false), |words| (words, true));
    let places = text.char_indices().map(|(at, _)| at..at + words.len());
    let stands = |at: &Range<usize>| {
        text.get(at.clone()) == Some(words) && !is_joined(&text, at.start) && (is_prefix || !is_joined(&text, at.end))
    };
    places.filter(stands).collect()
}

proptest! {
    #[test]
    fn phrases_and_expressions_are_found_wherever_they_stand(text in text(), phrases in phrases()) {
        let mut pack = "[pack]\nid = 'p'\nversion = 1\ntitle = 't'\n".to_owned();
        let mut wanted = BTreeSet::new();
        let mut rule = |id: &str, sample: &str, when: String| {
            writeln!(
                pack,
                "[[rule]]\nid = '{id}'\nversion = 1\ndirection = ['outbound']\naction = 'hold'\nreason = 'x'\n\
                 rationale = 'x'\nmust_match = ['{sample}']\nmust_not_match = ['zz']\n[rule.when.{when}"
            ).unwrap();
        };
        for (n, phrase) in phrases.iter().enumerate() {
            let id = format!("phrase-{n}");
            rule(&id, phrase.trim_end_matches('*'), format!("phrase]\nany = ['{phrase}']\nviews = ['plain']"));
            wanted.extend(everywhere(phrase, &text).into_iter().map(|at| (id.clone(), at.start, at.end)));
        }
        let samples = ["abc bcd", "abcd école", "classroom abcdef", "bcd abcd", "école bcd"];
        for (n, (pattern, sample)) in EXPRESSIONS.iter().zip(samples).enumerate() {
            let id = format!("expression-{n}");
            rule(&id, sample, format!("regex]\nany = ['{pattern}']\nviews = ['plain']"));
            let found = ::regex::Regex::new(pattern).unwrap();
            wanted.extend(found.find_iter(&text).map(|at| (id.clone(), at.start(), at.end())));
        }
        let verdict = engine(&pack).evaluate(&outbound(&text));
        let found: BTreeSet<_> =
            verdict.findings.into_iter().map(|found| (found.rule, found.span.start, found.span.end)).collect();
        prop_assert_eq!(found, wanted, "{}", text);
    }
}
