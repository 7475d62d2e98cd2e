//! Every place that is reported is the passage that was matched, to the letter: among pictures, marks, disguises, and in
//! HTML as it comes from other servers.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation,
    reason = "a generator that runs into something unexpected has failed"
)]

#[expect(dead_code, reason = "the set of identifiers uses more of it")]
#[path = "../identifiers/chance.rs"]
mod chance;
mod html;
#[expect(dead_code, reason = "the set of disguises uses more of it")]
#[path = "../evasion/posts.rs"]
mod posts;
#[expect(dead_code, reason = "the set of disguises uses more of it")]
#[path = "../evasion/tricks.rs"]
mod tricks;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use chance::Chance;
use posts::PHRASES;
use proptest::prelude::*;
use staffroom_domain::text::to_plain;
use staffroom_moderation::{Engine, Facts, Match, Policy};
use tricks::TRICKS;

static LISTED: LazyLock<Engine> = LazyLock::new(|| Engine::new(Policy::of_phrases(PHRASES.iter().copied())).unwrap());
static SHIPPED: LazyLock<Engine> = LazyLock::new(|| Engine::new(Policy::built_in().unwrap()).unwrap());

/// Passages with the span they must be reported with, whatever stands around them.
const KNOWN: [(&str, &str); 6] = [
    ("H801200001001", "upn"),
    ("Ｈ８01\u{200b} 2000 01001", "upn"),
    ("943 476 5919", "nhs_number"),
    ("f\u{301}u\u{308}c\u{200b}k\u{0336}", "phrase"),
    ("jo.smith@example.com", "email"),
    ("https://bit.ly/x", "link"),
];

/// What texts are made of.
#[derive(Clone, Debug)]
enum Piece {
    Plain(&'static str),
    Any(String),
    /// A listed phrase in disguise: numbers of phrase and trick, and a seed.
    Disguised(usize, usize, u64),
}

impl Piece {
    fn text(&self) -> String {
        match self {
            Self::Plain(text) => (*text).to_owned(),
            Self::Any(text) => text.clone(),
            Self::Disguised(phrase, trick, seed) => disguised(*phrase, *trick, *seed),
        }
    }
}

fn disguised(phrase: usize, trick: usize, seed: u64) -> String {
    // What is turned around is one passage only together with the signs that turn it.
    let tricks: Vec<_> = TRICKS.iter().filter(|(name, ..)| *name != "turned around").collect();
    let (_, _, trick) = tricks[trick % tricks.len()];
    trick(PHRASES[phrase % PHRASES.len()], &mut Chance(seed))
}

fn pieces() -> impl Strategy<Value = Piece> {
    let plain = prop::sample::select(vec![
        "👩‍🏫",
        "🏳️‍🌈",
        "👍🏽",
        "🇬🇧",
        "e\u{301}\u{323}",
        "Å",
        "ﬁ",
        "ß",
        "한글",
        "שלום",
        "مرحبا",
        "ｘ",
        "½",
        "İ",
        "\u{ad}",
        "\u{200d}",
        "Tom & Jerry",
        "1 < 2",
        "x > y",
        "I <3 it",
        "\"so\"",
        "it's",
        "Mr Harris",
        "stole the trip money",
        "Year 4",
        "Kai in Year 4 was excluded",
        "DOB: 03/04/2015",
        "UPN: H801200001001",
        "NHS number 943 476 5919",
        "ring 0121 496 0323",
        "jo.smith@example.com",
        "f\u{301}u\u{308}c\u{200b}k\u{0336}",
        "https://bit.ly/x",
        "#SLTchat",
        "@amy@oak.test",
        "she disclosed to me that",
        "retard",
        "b1tch",
        "Ｈ８01\u{200b} 2000 01001",
    ]);
    prop_oneof![
        3 => plain.prop_map(Piece::Plain),
        1 => "[^\\pC<>&]{1,6}".prop_map(Piece::Any),
        3 => (any::<usize>(), any::<usize>(), any::<u64>()).prop_map(|(p, t, s)| Piece::Disguised(p, t, s)),
    ]
}

fn texts() -> impl Strategy<Value = String> {
    let between = prop::sample::select(vec![" ", " ", " ", "\n", "\n\n", ", ", " – ", "  "]);
    prop::collection::vec((pieces(), between), 0..10).prop_map(|pieces| {
        let text: String = pieces.iter().flat_map(|(piece, between)| [piece.text(), (*between).to_owned()]).collect();
        text.trim().to_owned()
    })
}

fn passage(text: &str, found: &Match) -> String {
    text.chars().skip(found.start).take(found.end - found.start).collect()
}

fn checked(engine: &Engine, text: &str) -> Vec<Match> {
    engine.check(text, &Facts::default()).matches
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// What a place holds is found there again, from its first letter to its last.
    #[test]
    fn a_passage_alone_is_the_phrase(text in texts()) {
        for found in checked(&LISTED, &text) {
            let alone = passage(&text, &found);
            let count = alone.chars().count();
            let again = checked(&LISTED, &alone);
            prop_assert!(again.iter().any(|m| (m.start, m.end) == (0, count)), "{:?} in {:?}: {:?}", alone, text, again);
        }
    }

    /// A disguised phrase is reported with its own letters, not with those around it.
    #[test]
    fn a_disguise_is_reported_to_the_letter(
        before in texts(), (phrase, trick, seed) in (any::<usize>(), any::<usize>(), any::<u64>()), after in texts(),
    ) {
        let disguised = disguised(phrase, trick, seed);
        let alone = checked(&LISTED, &disguised);
        let count = disguised.chars().count();
        // Some disguises are not seen through: how many, the set of disguises counts.
        prop_assume!(alone.iter().any(|m| (m.start, m.end) == (0, count)));
        let text = format!("{before}\n\nTo say it: {disguised}; that is all.\n\n{after}");
        let start = before.chars().count() + "\n\nTo say it: ".len();
        let found = checked(&LISTED, &text);
        let place = (start, start + count);
        prop_assert!(found.iter().any(|m| (m.start, m.end) == place), "{:?} in {:?}: {:?}", disguised, text, found);
    }

    /// Identifiers, links and rude words stand where they stand, whatever surrounds them.
    #[test]
    fn known_passages_are_reported_to_the_letter(before in texts(), known in 0..KNOWN.len(), after in texts()) {
        let (known, kind) = KNOWN[known];
        let cue = if kind == "nhs_number" { "NHS number: " } else { "" };
        let lead = format!("{before}\n\nHere: {cue}");
        let text = format!("{lead}{known}\n\nThere: {after}");
        let start = lead.chars().count();
        let end = start + known.chars().count();
        let found = checked(&SHIPPED, &text);
        let is_there = found.iter().any(|m| m.kind == kind && (m.start, m.end) == (start, end));
        prop_assert!(is_there, "{:?} in {:?}: {:?}", known, text, found);
    }

    /// In HTML the same is found as in the text, at the letters that stand for it there.
    #[test]
    fn html_is_read_as_its_text_and_leads_back_to_its_own_letters(text in texts(), seed in any::<u64>()) {
        let (html, places) = html::written(&text, &mut Chance(seed));
        prop_assert_eq!(&to_plain(&html), &text);
        for engine in [&*LISTED, &*SHIPPED] {
            let wanted: BTreeSet<Match> = checked(engine, &text)
                .into_iter()
                .filter(|found| found.start < found.end)
                .map(|found| Match { start: places[found.start].0, end: places[found.end - 1].1, ..found })
                .collect();
            let found: BTreeSet<Match> =
                checked(engine, &html).into_iter().filter(|found| found.start < found.end).collect();
            prop_assert_eq!(found, wanted, "{:?}", html);
        }
    }
}

#[test]
fn a_place_that_is_a_letter_off_would_be_noticed() {
    let text = "So: 👩‍🏫 Ｈ８01 2000 01001 left";
    let found = checked(&SHIPPED, text).into_iter().find(|found| found.kind == "upn").unwrap();
    assert_eq!(passage(text, &found), "Ｈ８01 2000 01001");
    let off = Match { start: found.start + 1, ..found };
    assert!(checked(&SHIPPED, &passage(text, &off)).iter().all(|again| again.kind != "upn"));
    let (html, places) = html::written("a\n\nb & c", &mut Chance(1));
    assert_eq!(places.len(), "a\n\nb & c".chars().count());
    assert_eq!(to_plain(&html), "a\n\nb & c");
}
