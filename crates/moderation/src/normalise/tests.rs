//! What a text is read as, and where each of its characters came from.

use super::joined::{Joined, Letters, Signs, Trick};
use super::*;

#[test]
fn spellings_of_the_same_thing_become_one() {
    for (original, wanted) in [
        ("Child  Protection\n\tPLAN ", "child protection plan"),
        ("ｃｈｉｌｄ", "child"),
        ("c\u{200b}h\u{ad}i\u{202e}ld\u{fe0f}", "child"),
        ("E\u{301}cole École", "école école"),
        ("Straße STRASSE", "strasse strasse"),
        ("pupil’s — “x”", "pupil's - \"x\""),
        ("child–protection−plan", "child-protection-plan"),
        ("ΟΔΟΣ οδος", "οδοσ οδοσ"),
        ("가 ㈎ ｶﾞ", "가 (가) ガ"),
        ("a\u{b}b\u{2800}c\u{7}d", "a b cd"),
        ("", ""),
        ("\u{200b}", ""),
        (" \n", ""),
    ] {
        assert_eq!(View::plain(original).text(), wanted, "{original:?}");
    }
}

#[test]
fn what_looks_like_latin_letters_is_read_as_them() {
    for (original, wanted) in [
        ("НАТЕ ѕсһооӏ", "hate school"),
        ("ΗΑΤΕ κιηδ", "hate kind"),
        ("𝕓𝖆𝒅 ⓑⓐⓓ 🅑🅐🅓 🇧🇦🇩 ⒝⒜⒟", "bad bad bad bad bad"),
        ("ʙᴀᴅ ƀɐđ ЬΛԀ", "bad bad bvd"),
        ("b̷̢a̶̔d̵́", "bad"),
        ("naïve Łódź Ørsted œuvre Straße", "naive lodz orsted oeuvre strasse"),
        ("ᗷᗩᗪ 卂 b\u{200d}a\u{34f}d", "bad a bad"),
        ("(\u{202e}dab\u{202c}) \u{202e}yas", "(bad) say"),
    ] {
        assert_eq!(View::folded(original).unwrap().text(), wanted, "{original:?}");
    }
    assert_eq!(View::folded("plain ASCII"), None);
}

#[test]
fn ranges_lead_back_to_the_original() {
    for (original, wanted) in [
        ("a ｃ\u{200b}ｈi\u{ad}ld b", "ｃ\u{200b}ｈi\u{ad}ld"),
        ("🏫 the Ch\u{308}ild 👩‍🏫", "Ch\u{308}ild"),
        ("  CHILD", "CHILD"),
        ("x\u{202e}dlihc", "dlihc"),
    ] {
        let view = View::folded(original).unwrap_or_else(|| View::plain(original));
        let at = view.text().find("child").unwrap();
        assert_eq!(original.get(view.original(at..at + 5)).unwrap(), wanted);
    }
}

#[test]
fn hashtags_of_several_words_are_taken_apart() {
    let original = "So #ChildProtectionPlan #sltchat #Year6_Sats and #École2Go";
    let view = View::hashtags(original).unwrap();
    assert_eq!(view.text(), "\nchild protection plan\nyear 6 sats\nécole 2go");
    let at = view.text().find("protection plan").unwrap();
    assert_eq!(original.get(view.original(at..at + 15)), Some("ProtectionPlan"));
    assert_eq!(View::hashtags("#sltchat #SEND no 1# of #"), None);
}

fn trick(original: &str, phrase: &str) -> Option<(Trick, String)> {
    let base = View::folded(original).unwrap_or_else(|| View::plain(original));
    let letters = Letters::of(phrase.trim_end_matches('*'), phrase.ends_with('*')).unwrap();
    [Signs::Part, Signs::Letters].into_iter().find_map(|signs| {
        let all = 0..base.text().len();
        let joined =
            if signs == Signs::Part { Joined::of(&base, signs, &[all]) } else { Joined::with_signs(&base, 80)? };
        joined.key().match_indices(&letters.key).find_map(|(at, key)| {
            let found = at..at + key.len();
            let trick = joined.judge(&found, &letters)?;
            Some((trick, original.get(base.original(joined.below(&found, &base)))?.to_owned()))
        })
    })
}

#[test]
fn disguised_words_are_read_with_their_place() {
    for (original, phrase, wanted) in [
        ("so b4d, yes", "bad", "b4d"),
        ("$tup1d!", "stupid", "$tup1d"),
        ("a b!tch", "bitch", "b!tch"),
        ("I ki11 and k1l| them", "kill them", "k1l| them"),
        ("5h17", "shit", "5h17"),
        ("@$$", "ass", "@$$"),
        ("sh!+", "shit", "sh!+"),
        ("that b1tch's friend", "bitch", "b1tch"),
        ("you are s t u p i d you", "stupid", "s t u p i d"),
        ("s.t.u-p_i*d", "stupid", "s.t.u-p_i*d"),
        ("s🙂t🙂u🙂p🙂i🙂d", "stupid", "s🙂t🙂u🙂p🙂i🙂d"),
        ("I h a t e  y o u", "i hate you", "I h a t e  y o u"),
        ("ѕ т υ p 1 d", "stupid", "ѕ т υ p 1 d"),
        ("st up id", "stupid", "st up id"),
        ("stup id people", "stupid", "stup id"),
        ("dumb a$$", "dumb ass", "dumb a$$"),
        ("#ChildProtectionPlan", "child protection plan", "ChildProtectionPlan"),
        ("stu pidest", "stupid*", "stu pid"),
    ] {
        assert_eq!(trick(original, phrase).map(|(_, at)| at).as_deref(), Some(wanted), "{original}");
    }
    assert_eq!(trick("h4te", "hate").unwrap().0, Trick::Leet);
    assert_eq!(trick("h a t e", "hate").unwrap().0, Trick::Leet);
    assert_eq!(trick("ha te", "hate").unwrap().0, Trick::Squashed);
}

#[test]
fn ordinary_words_are_no_disguise() {
    for (original, phrase) in [
        ("stupid", "stupid"),
        ("child-protection plan", "child protection plan"),
        ("this hit", "shit"),
        ("it's hit us", "shit"),
        ("as sure as", "ass"),
        ("Room A55", "ass"),
        ("the year 455", "ass"),
        ("so!!! |||", "ill"),
        ("$$$", "sss"),
        ("therapist", "rapist"),
        ("bail me out", "ball"),
        ("together", "to get her"),
        ("He will. It is", "illit"),
        ("go od", "good bye"),
        ("f. (u) c [k]", "luck"),
    ] {
        assert_eq!(trick(original, phrase), None, "{original}");
    }
}

proptest::proptest! {
    #[test]
    fn every_range_is_a_range_of_the_original(original in "(\\PC|[\u{200b}\u{301}\u{fdfa}\u{1161} \n\u{202e}\u{202c}]){0,40}") {
        let views = [Some(View::plain(&original)), View::folded(&original)];
        for view in views.into_iter().flatten() {
            let bounds: Vec<usize> = view.text().char_indices().map(|(at, _)| at).chain([view.text().len()]).collect();
            for (n, start) in bounds.iter().enumerate() {
                for end in bounds.iter().skip(n + 1) {
                    let range = view.original(*start..*end);
                    proptest::prop_assert!(original.get(range.clone()).is_some_and(|s| !s.is_empty()), "{:?}", range);
                }
            }
            for signs in [Signs::Part, Signs::Letters] {
                let joined = Joined::of(&view, signs, std::slice::from_ref(&(0..view.text().len())));
                for (at, c) in joined.key().char_indices() {
                    let below = joined.below(&(at..at + c.len_utf8()), &view);
                    proptest::prop_assert!(view.text().get(below).is_some_and(|s| s.chars().count() == 1));
                }
            }
        }
    }

    #[test]
    fn a_word_is_found_where_it_stands_whatever_is_around_it(
        before in "(\\PC|[\u{301}\u{200b}👩‍🏫 é]){0,12} ", after in " (\\PC|[\u{301}\u{200b}👩‍🏫 é]){0,12}",
    ) {
        for word in ["stupid", "ｓｔｕｐｉｄ", "s\u{200b}tu\u{ad}pid", "ѕtυрid", "s\u{301}t\u{308}upid", "🆂🆃🆄🅿🅸🅳"] {
            let original = format!("{before}{word}{after}");
            let view = View::folded(&original).unwrap_or_else(|| View::plain(&original));
            let found: Vec<_> = view.text().match_indices("stupid").map(|(at, _)| view.original(at..at + 6)).collect();
            proptest::prop_assert!(found.iter().any(|at| original.get(at.clone()) == Some(word)), "{original:?} {found:?}");
        }
    }
}
