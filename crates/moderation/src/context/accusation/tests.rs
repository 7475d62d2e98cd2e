//! What people may rely on from the rules about accusations, beside the scores in `evaluation`.

use proptest::prelude::*;

use super::pattern::Lexicon;
use super::{claims, cues, parties, scene, suspicion};
use crate::context::read::Read;
use crate::context::tokens::Tokens;
use crate::context::{Hit, Knowledge, Strength, defamation_risk, teacher_anonymity};

fn defames(text: &str) -> Option<Strength> {
    strongest(&defamation_risk::accusations(&Read::of(&Tokens::of(text), &Knowledge::default())))
}

fn identifies(text: &str) -> Option<Strength> {
    strongest(&teacher_anonymity::told(&Read::of(&Tokens::of(text), &Knowledge::default()), false))
}

fn strongest(hits: &[Hit]) -> Option<Strength> {
    hits.iter().map(|hit| hit.strength).max()
}

#[test]
fn every_line_of_every_lexicon_can_be_read() {
    assert_eq!(Lexicon::parse(1, claims::SOURCE, claims::heading).err(), None);
    assert_eq!(Lexicon::parse(1, claims::TEACHER_SOURCE, claims::heading).err(), None);
    assert_eq!(Lexicon::parse(1, scene::SOURCE, scene::heading).err(), None);
    assert_eq!(Lexicon::parse(1, suspicion::SOURCE, suspicion::heading).err(), None);
    assert_eq!(Lexicon::parse(1, cues::SOURCE, cues::heading).err(), None);
    assert_eq!(Lexicon::parse(1, parties::SOURCE, parties::heading).err(), None);
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    for line in ["~2 word", "(word) ~x y", "wo* y", "$unknown y", "half|one-two y"] {
        let error = Lexicon::parse(1, &format!("[a]\n{line}"), |_| Some(())).err();
        assert_eq!(error.as_deref(), Some(line));
    }
    assert_eq!(Lexicon::parse(1, "word", |_| Some(())).err().as_deref(), Some("word"), "no heading");
    assert_eq!(Lexicon::parse(1, "[b]\nword", |_| None::<()>).err().as_deref(), Some("[b]"));
}

#[test]
fn the_span_reaches_from_the_accused_to_what_they_are_accused_of() {
    for (text, wanted) in [
        ("So 😀 Mr Hárris  stole\nmoney from us", "Mr Hárris  stole"),
        ("What a liar Mrs Patel is", "liar Mrs Patel"),
        ("Look at Oakfield Primary. They are fiddling the attendance figures.", "They are fiddling the attendance"),
    ] {
        let hits = defamation_risk::accusations(&Read::of(&Tokens::of(text), &Knowledge::default()));
        assert_eq!(hits.first().and_then(|hit| text.get(hit.span.clone())), Some(wanted));
        assert!(hits.iter().all(|hit| !hit.why.contains("Harris")));
    }
}

#[test]
fn what_is_known_beforehand_counts() {
    let known = Knowledge { schools: ["tall trees".to_owned()].into(), people: ["rain winter".to_owned()].into() };
    for text in ["Tall Trees is off-rolling pupils", "Rain Winter stole the trip money"] {
        let tokens = Tokens::of(text);
        assert_eq!(
            strongest(&defamation_risk::accusations(&Read::of(&tokens, &known))),
            Some(Strength::Hold),
            "{text}"
        );
        assert_ne!(
            strongest(&defamation_risk::accusations(&Read::of(&tokens, &Knowledge::default()))),
            Some(Strength::Hold),
            "{text}"
        );
    }
}

#[test]
fn who_does_and_who_suffers_are_told_apart() {
    for (text, wanted) in [
        ("Mr Harris assaulted a parent", Some(Strength::Hold)),
        ("The head of Oakfield Primary stole the PTA money", Some(Strength::Hold)),
        ("The head of a school I once knew stole the PTA money", None),
        ("A parent assaulted Mr Harris", None),
        ("Mr Harris was assaulted by a parent", None),
        ("A parent was assaulted by Mr Harris", Some(Strength::Hold)),
        ("Someone stole the laptop of Mr Harris", None),
        ("Mr Harris did not steal the laptop", None),
        ("Did Mr Harris steal the laptop?", Some(Strength::Nudge)),
    ] {
        assert_eq!(defames(text), wanted, "{text}");
    }
    for (text, wanted) in [
        ("Mr K hit a pupil", Some(Strength::Hold)),
        ("A pupil says Mrs Collins, head of maths at St Anne's School, hit him", Some(Strength::Hold)),
        ("A pupil says Mrs Collins, head of maths at St Anne's School, helped him", None),
        ("A pupil hit Mr K", None),
        ("A pupil was hit by Mr K", Some(Strength::Hold)),
        ("Mr K was hit by a pupil", None),
        ("Mr K has been charged with hitting a pupil", Some(Strength::Nudge)),
        ("A teacher must never hit a pupil", None),
    ] {
        assert_eq!(identifies(text), wanted, "{text}");
    }
}

/// Words of accusing, and of what is around them; nobody among them who can be told.
fn accusing() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "stole",
        "stealing",
        "fraud",
        "liar",
        "is",
        "was",
        "a",
        "arrested",
        "off-rolling",
        "bully",
        "bullying",
        "cheated",
        "the",
        "pupils",
        "parents",
        "money",
        "figures",
        "attendance",
        "drunk",
        "at work",
        "by",
        "of",
        "lied",
        "to",
        "Ofsted",
        "schools",
        "some heads",
        "I",
        "we",
        "someone",
        "abuse",
        "hit",
        "a child",
        ",",
        ".",
        "?",
        "and",
        "not",
        "police",
        "accused",
        "policy",
    ])
    .prop_map(str::to_owned)
}

fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        accusing(),
        prop::sample::select(vec![
            "Mr",
            "Mrs.",
            "K",
            "Harris",
            "St",
            "Mary's",
            "Oakfield",
            "Primary",
            "@head@oak.test",
            "#CookedTheBooks",
            "he",
            "our head",
            "https://bbc.co.uk/news",
            "one of our",
            "Year 6 teacher",
            "\u{301}",
            "\u{200b}",
            "’s",
            "ﬁddled",
            "MR HARRIS",
            "—",
            "\n",
            "😀",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,6}",
    ]
}

proptest! {
    #[test]
    fn words_of_accusing_alone_never_fire(words in prop::collection::vec(accusing(), 0..30)) {
        let text = words.join(" ").to_lowercase();
        prop_assert_eq!(defames(&text), None, "{}", text);
        prop_assert_eq!(identifies(&text), None, "{}", text);
    }

    #[test]
    fn any_text_is_read_and_every_span_lies_inside(words in prop::collection::vec(anything(), 0..60), space in " |") {
        let text = words.join(&space);
        let tokens = Tokens::of(&text);
        for find in [defamation_risk::find, teacher_anonymity::find] {
            let hits = find(&Read::of(&tokens, &Knowledge::default()));
            for hit in &hits {
                prop_assert!(text.get(hit.span.clone()).is_some_and(|found| !found.is_empty()));
            }
            prop_assert!(hits.is_sorted_by_key(|hit| hit.span.start));
            prop_assert_eq!(&hits, &find(&Read::of(&tokens, &Knowledge::default())));
        }
    }
}

#[test]
fn long_hostile_texts_end() {
    for part in [
        "Mr Harris stole ",
        "gave ",
        "accused of ",
        "#StoleMoney ",
        "Mr ",
        "he ",
        "pupil hit Mr K ",
        "no. ",
        "the head of ",
    ] {
        let text = part.repeat(10_000);
        let tokens = Tokens::of(&text);
        let hits = defamation_risk::accusations(&Read::of(&tokens, &Knowledge::default())).len();
        assert!(
            hits + teacher_anonymity::told(&Read::of(&tokens, &Knowledge::default()), false).len()
                <= 2 * tokens.words().len()
        );
    }
}
