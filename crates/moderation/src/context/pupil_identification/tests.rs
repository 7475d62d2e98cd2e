//! What is taken for a pupil who can be told, and what is not.

use super::*;
use crate::context::Knowledge;
use crate::context::tokens::Tokens;

fn spans(text: &str) -> Vec<&str> {
    find(&Read::of(&Tokens::of(text), &Knowledge::default())).into_iter().filter_map(|hit| text.get(hit.span)).collect()
}

#[test]
fn the_name_is_what_is_marked() {
    for (text, wanted) in [
        ("So proud of Oluwaseun O’Brien in Year 4 🎉", vec!["Oluwaseun O’Brien"]),
        ("Zoë’s mum rang, Year 2 are tired", vec!["Zoë"]),
        ("Kai and Zara in Year 2 sang", vec!["Kai", "Zara"]),
        ("J.S. in 8B was late", vec!["J.S"]),
        ("Mrs Khan saw Kai in 5B", vec!["Kai"]),
    ] {
        assert_eq!(spans(text), wanted, "{text}");
    }
}

#[test]
fn those_known_to_the_instance_are_no_pupils() {
    let text = "Aisha Okafor in Year 4 is on the EHCP panel. Rosehill Grange in Year 5 is suspended.";
    let known =
        Knowledge { schools: ["rosehill grange".to_owned()].into(), people: ["aisha okafor".to_owned()].into() };
    assert_eq!(find(&Read::of(&Tokens::of(text), &known)), []);
    assert_ne!(find(&Read::of(&Tokens::of(text), &Knowledge::default())), []);
}

#[test]
fn long_texts_cost_no_more_than_their_length_and_give_few_hits() {
    for piece in
        ["Kai in Year 4, ", "J.", "Kai-", "#KaiYear4", "one of my Year 4s, Kai, ", "called ", "(", "Kai's mum’s "]
    {
        let text = piece.repeat(200_000 / piece.len());
        assert!(find(&Read::of(&Tokens::of(&text), &Knowledge::default())).len() <= MOST_HITS);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_gets_hits_at_its_characters(
        text in "(\\PC|Kai|Zoë|Will|Year 4|8B| in |, |\\(|'s mum|pupil |my class|J\\.|EHCP|[ \u{200b}\u{301}#@\n]|#KaiYear){0,50}",
    ) {
        for hit in find(&Read::of(&Tokens::of(&text), &Knowledge::default())) {
            proptest::prop_assert!(text.get(hit.span).is_some_and(|found| !found.is_empty()));
        }
    }
}
