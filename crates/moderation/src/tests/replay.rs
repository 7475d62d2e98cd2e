//! What was decided can be decided again, and says where.

use proptest::prelude::*;

use super::{PHRASE, built_in, engine, outbound, rule};
use crate::facts::{ActorFacts, MediaFacts, ObjectFacts, RateFacts};
use crate::{Direction, Facts, Part, Record, ReplayError, Subject};
use staffroom_domain::{Tag, Timestamp, Visibility};

fn texts() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        "\\PC{0,6}",
        Just("<b>".to_owned()),
        Just("&amp;".to_owned()),
        Just("UPN H801200001001".to_owned()),
        Just("b1tch".to_owned()),
        Just("f\u{301}u\u{308}c\u{200b}k".to_owned()),
        Just("s h i t".to_owned()),
        Just("👩‍🏫".to_owned()),
        Just("Mr Harris at Oakfield School".to_owned()),
        Just("was accused by a Year 9 pupil".to_owned()),
        Just("https://bit.ly/x".to_owned()),
        Just("DOB 03/04/2015".to_owned()),
        Just("#ChildProtectionPlan".to_owned()),
        Just("\u{202e}".to_owned()),
    ];
    proptest::collection::vec(word, 0..12).prop_map(|words| words.join(" "))
}

fn subjects() -> impl Strategy<Value = Subject> {
    let facts = (any::<i32>(), any::<Option<u8>>(), any::<Option<bool>>()).prop_map(|(now, figure, flag)| Facts {
        now: Timestamp::from_secs(i64::from(now)),
        language: flag.map(|_| "en".to_owned()),
        organisation: flag.map(|_| "oak".to_owned()),
        role: None,
        actor: figure.map(|n| ActorFacts { age_days: Some(n.into()), is_bot: flag, ..ActorFacts::default() }),
        rate: figure.map(|n| RateFacts { posts_last_hour: Some(n.into()), same_text_elsewhere: None }),
        media: flag
            .map(|_| vec![MediaFacts { mime: Some("image/png".into()), has_place: flag, ..MediaFacts::default() }]),
        object: figure.map(|n| ObjectFacts { age_hours: Some(n.into()), is_reply: flag, ..ObjectFacts::default() }),
        schools: vec!["Oakfield School".to_owned()],
        people: Vec::new(),
    });
    (texts(), texts(), facts, any::<bool>()).prop_map(|(content, other, facts, is_outbound)| Subject {
        parts: vec![(Part::Content, content), (Part::PollOption(3), other)],
        direction: if is_outbound { Direction::Outbound } else { Direction::Inbound },
        visibility: if is_outbound { Visibility::Unlisted } else { Visibility::Direct },
        tags: vec![Tag::parse("SLTchat").unwrap()],
        facts,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn the_same_subject_gets_the_same_verdict_and_every_span_is_a_passage(subject in subjects()) {
        let engine = built_in();
        let verdict = engine.evaluate(&subject);
        let record = serde_json::to_string(&engine.record(subject.clone())).unwrap();
        let record: Record = serde_json::from_str(&record).unwrap();
        prop_assert_eq!(&record.subject, &subject);
        prop_assert_eq!(built_in().replay(&record).unwrap(), verdict.clone());
        for found in &verdict.findings {
            let text = subject.parts.iter().find(|(part, _)| *part == found.part).map(|(_, text)| text);
            prop_assert!(text.is_some_and(|text| text.get(found.span.clone()).is_some()), "{:?}", found);
        }
    }

    #[test]
    fn what_was_changed_in_a_record_is_noticed(subject in subjects(), pack in any::<prop::sample::Index>()) {
        let engine = built_in();
        let verdict = engine.evaluate(&subject);
        let mut record = engine.record(subject.clone());
        let pack = pack.index(record.packs.len());
        record.packs[pack].digest = record.packs[pack].digest.chars().rev().collect();
        prop_assert!(matches!(engine.replay(&record), Err(ReplayError::Packs(_))));
        if let Some(found) = verdict.findings.iter().find(|found| !found.span.is_empty()) {
            let mut record = engine.record(subject);
            for (_, text) in record.subject.parts.iter_mut().filter(|(part, _)| *part == found.part) {
                text.replace_range(found.span.clone(), "");
            }
            prop_assert_ne!(engine.replay(&record).unwrap().findings, verdict.findings);
        }
    }

    #[test]
    fn places_are_passages_of_html_too(text in texts()) {
        let points: Vec<char> = text.chars().collect();
        for found in built_in().check(&text, &Facts::default()).matches {
            prop_assert!(found.start <= found.end && found.end <= points.len());
            let place: String = points[found.start..found.end].iter().collect();
            if found.kind == "upn" {
                prop_assert_eq!(place, "H801200001001");
            }
        }
    }
}

#[test]
fn other_rules_or_another_engine_do_not_decide_again() {
    let engine_of = |version: &str| engine(&rule(PHRASE).replace("version = 1", version));
    let (old, new) = (engine_of("version = 1"), engine_of("version = 2"));
    let record = old.record(outbound("bad words"));
    assert_eq!(old.replay(&record).unwrap(), old.evaluate(&outbound("bad words")));
    assert_eq!(new.replay(&record), Err(ReplayError::Packs("p version 1 is not in use".to_owned())));
    // The same version with another text is another pack.
    let changed = engine(&rule(PHRASE).replace("Because.", "Why not."));
    assert!(matches!(changed.replay(&record), Err(ReplayError::Packs(_))));
    let older = Record { engine: 1, ..record };
    assert!(old.replay(&older).unwrap_err().to_string().starts_with("it was decided by engine 1"));
}

#[test]
fn parts_and_facts_have_names_that_can_be_read_again() {
    let parts = [
        Part::Content,
        Part::SpoilerText,
        Part::PollOption(2),
        Part::MediaDescription(0),
        Part::FileName(1),
        Part::DisplayName,
        Part::Note,
        Part::FieldName(0),
        Part::FieldValue(4),
        Part::Title,
        Part::Description,
        Part::Hashtag(1),
        Part::Link(7),
    ];
    for part in parts {
        assert_eq!(Part::try_from(part.to_string()), Ok(part));
        assert!(!part.in_words().is_empty());
    }
    assert!(Part::try_from("poll_option x".to_owned()).is_err() && Part::try_from("poem".to_owned()).is_err());
}
