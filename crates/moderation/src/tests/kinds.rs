//! Every kind of rule, written as people write it.

use super::{engine, now, outbound, rule};
use crate::facts::{ActorFacts, MediaFacts, ObjectFacts, RateFacts};
use crate::{Engine, Facts, Spelling, Subject};

/// An engine with one rule; `sample` is one it must match.
fn with(when: &str, sample: &str) -> Engine {
    engine(
        &rule(when)
            .replace("[\"bad words\"]", sample)
            .replace("must_match = [\"good words\"]", "must_match = [\"fine\"]"),
    )
}

/// What it finds in `text`.
fn found(engine: &Engine, text: &str) -> Vec<(&'static str, String)> {
    let verdict = engine.evaluate(&outbound(text));
    verdict.findings.iter().map(|f| (f.kind, text.get(f.span.clone()).unwrap().to_owned())).collect()
}

#[test]
fn texts_are_read_by_kind() {
    type Texts = &'static [(&'static str, &'static str)];
    let cases: &[(&str, &str, Texts)] = &[
        (
            "phrase]\nany = [\"bad* words\"]\ngap = 2",
            "bad words",
            &[
                ("such badly chosen WORDS", "phrase: badly chosen WORDS"),
                ("bad, as they say, but words", ""),
                ("b4d w0rds", ""),
            ],
        ),
        (
            "phrase]\nany = [\"SEN\", \"Year Six\"]\ncase = true",
            "SEN",
            &[
                ("A SEN plan", "phrase: SEN"),
                ("sen and sensibility", ""),
                ("Year\u{a0} Ｓix", "phrase: Year\u{a0} Ｓix"),
            ],
        ),
        (
            "phrase]\nany = [\"badly\"]\nviews = [\"plain\"]",
            "badly",
            &[("BADLY", "phrase: BADLY"), ("bаdly", ""), ("b a d l y", "")],
        ),
        (
            "phrase]\nany = [\"badly\"]\nviews = [\"squashed\"]",
            "badly",
            &[("ba dly", "phrase: ba dly"), ("b4dly", ""), ("bad lying", "")],
        ),
        (
            "regex]\nany = [\"room (?:\\\\d+[a-z]?|x)\\\\b\"]",
            "room 12",
            &[("ROOM\n 12b, room x", "regex: ROOM\n 12b|regex: room x"), ("rооm 7", "regex: rооm 7"), ("rooms 12", "")],
        ),
        (
            "regex]\nany = [\"secret .*paper\"]",
            "secret paper",
            &[
                (
                    "sесret in a very long sentence that goes on and on about all sorts of things and then says paper",
                    "regex: sесret in a very long sentence that goes on and on about all sorts of things and then says paper",
                ),
                ("paper, secret", ""),
            ],
        ),
        ("regex]\nany = [\"[0-9]{4}\"]\nexpensive = true", "1234", &[("é 👩‍🏫 20２6", "regex: 20２6"), ("123", "")]),
        (
            "lexicon-pair]\nentities = [\"the head\"]\nwords = [\"drunk\", \"affair*\"]\nwithin = 2",
            "the head drunk",
            &[
                ("The Head was very DRUNK", "lexicon_pair: The Head was very DRUNK"),
                ("Affairs of the head", "lexicon_pair: Affairs of the head"),
                ("the head of maths was never drunk", ""),
            ],
        ),
        (
            "detector]\nany = [\"nhs_number\", \"upn\"]",
            "NHS 943 476 5919",
            &[
                ("NHS no. 943-476-5919, UPN H801200001001", "nhs_number: 943-476-5919|upn: H801200001001"),
                ("9434765918", ""),
            ],
        ),
        (
            "link]\ndomains = [\"evil.test\"]\npaths = [\"/x\"]",
            "evil.test/x",
            &[("see HTTP://www.Evil.test/x?y.", "link: HTTP://www.Evil.test/x?y"), ("https://evil.test/", "")],
        ),
        (
            "rate]\nmentions = 2\nlinks = 1",
            "@a @b a.test/x",
            &[("@a @b https://x.test", "rate: "), ("@a https://x.test", "")],
        ),
    ];
    for (when, sample, texts) in cases {
        let engine = with(&format!("[rule.when.{when}"), &format!("[\"{sample}\"]"));
        for (text, wanted) in *texts {
            let found: Vec<String> = found(&engine, text).iter().map(|(kind, at)| format!("{kind}: {at}")).collect();
            assert_eq!(found.join("|"), *wanted, "{when}\n{text}");
        }
    }
}

#[test]
fn facts_are_read_by_kind_and_what_is_not_known_does_not_fire() {
    let actor = |actor| Facts { actor: Some(actor), ..now() };
    let media = |media| Facts { media: Some(vec![MediaFacts::default(), media]), ..now() };
    let cases = [
        (
            "actor]\ndomains = ['elm.test']\nyounger-than-days = 3",
            actor(ActorFacts { domain: Some("a.elm.test".into()), age_days: Some(2), ..ActorFacts::default() }),
            actor(ActorFacts { domain: Some("helm.test".into()), age_days: Some(2), ..ActorFacts::default() }),
        ),
        (
            "actor]\nis-bot = true\nis-first-post = true\nis-unknown-instance = true",
            actor(ActorFacts {
                is_bot: Some(true),
                is_first_post: Some(true),
                is_unknown_instance: Some(true),
                ..ActorFacts::default()
            }),
            actor(ActorFacts { is_bot: Some(true), is_first_post: Some(true), ..ActorFacts::default() }),
        ),
        (
            "actor]\nfewer-followers-than = 1",
            actor(ActorFacts { followers: Some(0), ..ActorFacts::default() }),
            actor(ActorFacts { followers: Some(1), ..ActorFacts::default() }),
        ),
        (
            "rate]\nposts-last-hour = 5\nsame-text-elsewhere = 1",
            Facts { rate: Some(RateFacts { posts_last_hour: Some(5), same_text_elsewhere: Some(2) }), ..now() },
            Facts { rate: Some(RateFacts { posts_last_hour: Some(5), same_text_elsewhere: None }), ..now() },
        ),
        (
            "media]\ntypes = ['image/']\nlarger-than = 10\nhas-place = true\nhashes = ['00ff']",
            media(MediaFacts {
                mime: Some("image/png".into()),
                bytes: Some(11),
                has_place: Some(true),
                hash: Some("00FF".into()),
                ..MediaFacts::default()
            }),
            media(MediaFacts { mime: Some("image/png".into()), bytes: Some(11), ..MediaFacts::default() }),
        ),
        (
            "object]\nolder-than-hours = 5\nis-reply = false",
            Facts {
                object: Some(ObjectFacts { age_hours: Some(6), is_reply: Some(false), ..ObjectFacts::default() }),
                ..now()
            },
            Facts { object: Some(ObjectFacts { age_hours: Some(6), ..ObjectFacts::default() }), ..now() },
        ),
    ];
    for (when, meant, other) in cases {
        let sample = |facts: &Facts| {
            let facts: toml::Value = toml::Value::try_from(facts).unwrap();
            format!("[{{ facts = {facts} }}]")
        };
        let toml = rule(&format!("[rule.when.{when}"));
        let toml = toml.replace("must_match = [\"bad words\"]", &format!("must_match = {}", sample(&meant)));
        let engine =
            engine(&toml.replace("must_not_match = [\"good words\"]", &format!("must_not_match = {}", sample(&other))));
        let judge = |facts: Facts| engine.evaluate(&Subject { facts, ..outbound("x") });
        let verdict = judge(meant);
        assert_eq!((verdict.findings.len(), verdict.findings[0].span.clone()), (1, 0..0), "{when}");
        assert!(judge(other).is_allowed() && judge(now()).is_allowed(), "{when}");
    }
}

#[test]
fn rules_combine_what_others_found() {
    let helper = |id: &str, phrase: &str| {
        rule(&format!("[rule.when.phrase]\nany = [\"{phrase}\"]"))
            .split_once("[[rule]]")
            .unwrap()
            .1
            .replace("\"r\"", &format!("\"{id}\""))
            .replace("\"hold\"", "\"allow\"")
            .replace("bad words", phrase)
    };
    let combined = |when: &str, sample: &str| {
        let own = rule(&format!("[rule.when.combine]\n{when}")).replace("bad words", sample);
        let (head, own) = own.split_once("[[rule]]").unwrap();
        engine(&format!("{head}[[rule]]{}[[rule]]{}[[rule]]{own}", helper("one", "first"), helper("two", "second")))
    };
    for (when, sample, texts) in [
        ("all = ['one', 'two']", "first second", &[("second and FIRST", true), ("first", false)] as &[_]),
        ("any = ['one', 'two']\nnot = ['one']", "second", &[("second", true), ("first second", false)]),
        (
            "near = { rules = ['one', 'two'], within = 20 }",
            "first second",
            &[("é first 🏫, second", true), ("first of all, in good time, second", false)],
        ),
        (
            "count = { rules = ['one', 'two'], at-least = 3 }",
            "first first second",
            &[("first, second, and so on to first", true), ("first second", false)],
        ),
        (
            "count = { rules = ['one'], at-least = 2, within = 12 }",
            "first first",
            &[("now first first", true), ("first and then first", false)],
        ),
    ] {
        let engine = combined(when, sample);
        for (text, wanted) in texts {
            let verdict = engine.evaluate(&outbound(text));
            assert_eq!(verdict.findings.iter().any(|f| f.rule == "r"), *wanted, "{when}\n{text}");
            assert_eq!(verdict.is_allowed(), !wanted);
        }
    }
    let unknown = rule("[rule.when.combine]\nall = ['nobody']");
    let policy = crate::Policy::load([("test", unknown.as_str())]).unwrap();
    assert!(Engine::new(policy).unwrap_err().to_string().contains("no rule of that name stands before it"));
}

#[test]
fn indicators_count_and_never_stand_in_the_way() {
    let toml = rule("[rule.when.indicator]\npositive = ['next step*', 'thanks']\nnegative = ['hopeless']");
    let toml = toml.replace("\"hold\"", "\"allow\"").replace("bad words", "thanks");
    let verdict = engine(&toml).evaluate(&outbound("Thanks! Hopeless? No: a next step, and nｅxt steps"));
    assert!(verdict.is_allowed() && verdict.findings.is_empty());
    assert_eq!((verdict.scores[0].positive, verdict.scores[0].negative), (3, 1));
    assert!(engine(&toml).evaluate(&outbound("fine")).scores.is_empty());
}

#[test]
fn what_was_found_says_how_it_was_spelled_and_pieces_never_reject() {
    let toml = rule("[rule.when.phrase]\nany = ['stupid']\nviews = ['folded', 'leet', 'squashed']")
        .replace("bad words", "stupid")
        .replace("\"hold\"", "\"reject\"");
    let engine = engine(&toml);
    for (text, spelling, action) in [
        ("Stupid", Spelling::Plain, "reject"),
        ("ѕtupid", Spelling::Folded, "reject"),
        ("$tup1d", Spelling::Leet, "reject"),
        ("stu pid", Spelling::Squashed, "hold"),
    ] {
        let verdict = engine.evaluate(&outbound(text));
        let found: Vec<_> = verdict.findings.iter().map(|f| (f.spelling, f.action.as_str())).collect();
        assert_eq!(found, [(spelling, action)], "{text}");
        assert_eq!(verdict.action.as_str(), action);
    }
}
