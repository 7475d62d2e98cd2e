//! Words, their parts and their kinds in running text.

use super::*;

fn words(text: &str) -> Vec<(String, Case, Kind)> {
    Tokens::of(text).words().iter().map(|w| (w.folded.to_string(), w.case, w.kind)).collect()
}

fn folded(text: &str) -> String {
    Tokens::of(text).words().iter().map(|w| w.folded.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn words_are_folded_and_keep_their_writing() {
    use Case::{Capitalised, Letter, Lower, Other, Upper};
    let wanted = [
        ("Zoë", "zoe", Capitalised),
        ("ŁUKASZ", "lukasz", Upper),
        ("o’brien", "o'brien", Lower),
        ("McDonald", "mcdonald", Capitalised),
        ("J", "j", Letter),
        ("8B", "8b", Other),
        ("iPad", "ipad", Other),
        ("Ｋａｉ", "kai", Capitalised),
        ("K\u{200b}ai", "kai", Capitalised),
        ("N\u{303}an\u{303}o", "nano", Capitalised),
        ("李", "李", Other),
    ];
    for (text, folded, case) in wanted {
        assert_eq!(words(text), [(folded.to_owned(), case, Kind::Word)], "{text}");
    }
}

#[test]
fn possessives_are_parted() {
    let tokens = Tokens::of("Kai’s mum, James' dad and the pupils don't");
    let possessive: Vec<_> = tokens.words().iter().filter(|w| w.possessive).map(|w| w.folded.as_str()).collect();
    assert_eq!(possessive, ["kai", "james"]);
    assert_eq!(tokens.text().get(tokens.get(0).unwrap().span.clone()), Some("Kai"));
    assert_eq!(tokens.folded(7), "don't");
    assert_eq!(tokens.gap(1), "’s ");
}

#[test]
fn addresses_and_mentions_are_no_words() {
    let kinds: Vec<_> =
        words("See https://kai.org/in/year4, (www.x.y) me@x.sch.uk @kai@host.social bbc.co.uk/kai today.Kai")
            .into_iter()
            .map(|(folded, _, kind)| (folded, kind))
            .collect();
    let wanted = [
        ("see", Kind::Word),
        ("https://kai.org/in/year4", Kind::Address),
        ("www.x.y", Kind::Address),
        ("me@x.sch.uk", Kind::Address),
        ("@kai@host.social", Kind::Mention),
        ("bbc.co.uk/kai", Kind::Address),
        ("today", Kind::Word),
        ("kai", Kind::Word),
    ];
    assert_eq!(kinds, wanted.map(|(folded, kind)| (folded.to_owned(), kind)));
}

#[test]
fn hashtags_are_taken_apart() {
    for (tag, wanted) in [
        ("#KaiInYear8B", "kai in year 8b"),
        ("#SENDKai", "send kai"),
        ("#Year4Maths", "year 4 maths"),
        ("#Y4Maths", "y4 maths"),
        ("#KS2Sats", "ks2 sats"),
        ("#proud_of_kai", "proud of kai"),
        ("#sltchat", "sltchat"),
    ] {
        assert_eq!(folded(tag), wanted);
    }
    let tokens = Tokens::of("So proud #ProudOfKai");
    assert_eq!(tokens.hashtags[0].folded, "proudofkai");
    assert_eq!(tokens.get(4).unwrap().kind, Kind::Tag);
}

#[test]
fn sentences_end_where_they_end() {
    for (text, sentences) in [
        ("One. Two! Three?", 3),
        ("Mr. Khan met J. Smith, e.g. in St. Ives.", 1),
        ("Kai cried.Mum came.", 2),
        ("Version 3.5 of it", 1),
        ("Name: Kai\nYear: 4", 2),
        ("Well... he left", 1),
    ] {
        let tokens = Tokens::of(text);
        assert_eq!(tokens.words().last().unwrap().sentence + 1, sentences, "{text}");
    }
    let tokens = Tokens::of("Hello 🎉 Kai. Well done: Ana, “Tom” and Zoe");
    let initial: Vec<_> = tokens.words().iter().filter(|w| w.initial).map(|w| w.folded.as_str()).collect();
    assert_eq!(initial, ["hello", "kai", "well", "ana", "tom", "and"]);
    assert_eq!(tokens.sentence(1), 2..8);
    assert_eq!(tokens.span(2..4), 16..25);
}

proptest::proptest! {
    #[test]
    fn any_text_is_cut_at_its_characters(text in "(\\PC|[ \u{200b}\u{301}#@'’._A-c\n]|#aB|www\\.|\u{fdfa}){0,60}") {
        let tokens = Tokens::of(&text);
        let mut end = 0;
        for (at, word) in tokens.words().iter().enumerate() {
            proptest::prop_assert!(word.span.start >= end && text.get(word.span.clone()).is_some_and(|s| !s.is_empty()));
            proptest::prop_assert!(tokens.sentence(word.sentence).contains(&at));
            let _ = tokens.gap(at);
            end = word.span.end;
        }
    }
}
