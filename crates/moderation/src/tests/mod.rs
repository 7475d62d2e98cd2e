//! What people may rely on from the rule engine, through its public surface.

mod kinds;
mod places;
mod replay;
mod scopes;

use std::sync::LazyLock;

use crate::policy::Sample;
use crate::{Action, Direction, Engine, Facts, Part, Policy, PolicyError, Subject};
use staffroom_domain::{Tag, Timestamp, Visibility};

fn now() -> Facts {
    Facts::at(Timestamp(1_800_000_000_000))
}

static BUILT_IN: LazyLock<Engine> = LazyLock::new(|| Engine::new(Policy::built_in().unwrap()).unwrap());

fn built_in() -> Engine {
    BUILT_IN.clone()
}

fn outbound(text: &str) -> Subject {
    Subject::text(text, Direction::Outbound, now())
}

fn rule(extra: &str) -> String {
    format!(
        "[pack]\nid = \"p\"\nversion = 1\ntitle = \"t\"\n[[rule]]\nid = \"r\"\nversion = 3\ndirection = [\"outbound\"]\n\
         action = \"hold\"\nreason = \"Because.\"\nrationale = \"x\"\nmust_match = [\"bad words\"]\n\
         must_not_match = [\"good words\"]\n{extra}\n"
    )
}

fn engine(toml: &str) -> Engine {
    Engine::new(Policy::load([("test", toml)]).unwrap()).unwrap()
}

const PHRASE: &str = "[rule.when.phrase]\nany = [\"bad words\", \"words here\"]\nexcept = [\"not bad words\"]";

#[test]
fn the_shipped_packs_load_and_their_samples_hold_where_they_apply() {
    let engine = built_in();
    for rule in engine.rules() {
        let judge = |sample: &Sample| {
            let mut subject = sample.subject();
            subject.direction = rule.direction[0];
            let verdict = engine.evaluate(&subject);
            (verdict.action, verdict.findings.iter().any(|f| f.rule == rule.id))
        };
        for sample in &rule.must_match {
            let (action, found) = judge(sample);
            assert!(
                found && (action >= rule.action || rule.action == Action::Hold && action == Action::Nudge),
                "{sample:?}"
            );
        }
        assert!(rule.must_not_match.iter().all(|sample| !judge(sample).1), "{}", rule.id);
    }
}

#[test]
fn packs_that_are_not_in_use_hold_their_samples_too() {
    engine(include_str!("../../../../config/policies/tone.toml"));
}

#[test]
fn ordinary_talk_passes() {
    let engine = built_in();
    for text in ["", "Staff meeting in nine minutes? #SLTchat", "How do you run governors' visits? @amy@oak.test 👩‍🏫"]
    {
        let verdict = engine.evaluate(&outbound(text));
        assert!(verdict.is_allowed() && verdict.findings.is_empty() && verdict.reason_text().is_empty(), "{text}");
    }
}

#[test]
fn disguises_are_seen_through_and_spans_point_to_the_original() {
    let engine = built_in();
    let text = "So: Ｈ８01 2000\u{200b}01001 and dis\u{ad}closed  to\nＭＥ that";
    let verdict = engine.evaluate(&outbound(text));
    assert_eq!(verdict.action, Action::Hold);
    let found: Vec<_> = verdict.findings.iter().map(|f| (f.rule.as_str(), text.get(f.span.clone()).unwrap())).collect();
    assert_eq!(
        found,
        [("pupil-number", "Ｈ８01 2000\u{200b}01001"), ("child-protection-detail", "dis\u{ad}closed  to\nＭＥ that")]
    );
}

#[test]
fn every_part_is_read_and_named() {
    let engine = engine(&rule(PHRASE));
    for part in [
        Part::Content,
        Part::SpoilerText,
        Part::PollOption(1),
        Part::MediaDescription(0),
        Part::FileName(0),
        Part::DisplayName,
        Part::Note,
        Part::FieldName(2),
        Part::FieldValue(2),
    ] {
        let subject =
            Subject { parts: vec![(Part::Content, "fine".into()), (part, "bad words".into())], ..outbound("") };
        let verdict = engine.evaluate(&subject);
        assert_eq!(verdict.findings.len(), 1);
        assert_eq!((verdict.findings[0].part, verdict.findings[0].rule_version), (part, 3));
        assert_eq!(verdict.reason_text(), format!("Because (found in {}).", part.in_words()));
    }
}

#[test]
fn a_rule_may_keep_to_some_parts() {
    let engine = engine(&rule(&format!("parts = [\"content\", \"poll_option\"]\n{PHRASE}")));
    for (part, found) in [(Part::PollOption(4), true), (Part::Note, false), (Part::Content, true)] {
        let subject = Subject { parts: vec![(part, "bad words".into())], ..outbound("") };
        assert_eq!(engine.evaluate(&subject).findings.len(), usize::from(found), "{part}");
    }
}

#[test]
fn words_are_whole_overlaps_all_count_and_exceptions_release() {
    let engine = engine(&rule(PHRASE));
    let count = |text: &str| engine.evaluate(&outbound(text)).findings.len();
    assert_eq!(count("bad words here"), 2);
    assert_eq!(count("(bad words)"), 1);
    assert_eq!(count("notbad words"), 0);
    assert_eq!(count("bad wordsmith"), 0);
    assert_eq!(count("not bad words"), 0);
    assert_eq!(count("not bad words, but bad words"), 1);
}

#[test]
fn a_rule_keeps_to_its_direction_audience_tag_and_term() {
    let toml =
        rule(&format!("visibility = [\"public\"]\ntags = [\"sltchat\"]\nexpires = \"2027-06-01T00:00:00Z\"\n{PHRASE}"));
    let engine = engine(&toml);
    let tags = vec![Tag::parse("#SLTchat").unwrap()];
    let meant = Subject { tags, facts: Facts::at(Timestamp::from_secs(1_790_000_000)), ..outbound("bad words") };
    assert_eq!(engine.evaluate(&meant).action, Action::Hold);
    for other in [
        Subject { direction: Direction::Inbound, ..meant.clone() },
        Subject { visibility: Visibility::Direct, ..meant.clone() },
        Subject { tags: Vec::new(), ..meant.clone() },
        Subject { facts: Facts::at(Timestamp::from_secs(1_900_000_000)), ..meant.clone() },
    ] {
        assert!(engine.evaluate(&other).is_allowed(), "{other:?}");
    }
}

#[test]
fn the_strongest_action_wins() {
    let second = rule(PHRASE).split_once("[[rule]]").unwrap().1.replace("\"r\"", "\"s\"").replace("hold", "reject");
    let engine = engine(&format!("{}[[rule]]{second}", rule(PHRASE)));
    let verdict = engine.evaluate(&outbound("bad words"));
    assert_eq!((verdict.action, verdict.findings.len()), (Action::Reject, 2));
}

#[test]
fn a_used_up_budget_holds_in_both_directions() {
    let engine = engine(&rule(PHRASE)).with_budget(1_000);
    for direction in [Direction::Inbound, Direction::Outbound] {
        let verdict = engine.evaluate(&Subject::text("fine ".repeat(1_000), direction, now()));
        assert_eq!((verdict.action, verdict.complete), (Action::Hold, false));
        assert!(verdict.reason_text().contains("too long"));
    }
    // Compatibility forms that grow eighteenfold are counted by what they become.
    let verdict = engine.evaluate(&outbound(&"\u{fdfa}".repeat(100)));
    assert!(!verdict.complete);
}

#[test]
fn a_wrong_rule_is_named() {
    let broken = [
        (rule("[rule.when.phrase]\nany = [\"ab\"]"), "r in p: phrase \"ab\" is shorter"),
        (rule("[rule.when.phrase]\nany = []"), "r in p: when.phrase.any lists no phrase"),
        (rule(&format!("visibility = [\"secret\"]\n{PHRASE}")), "unknown visibility \"secret\""),
        (rule(&format!("parts = [\"poem\"]\n{PHRASE}")), "there is no part \"poem\""),
        (rule(&format!("tags = [\"SLTchat\"]\n{PHRASE}")), "must be a hashtag in lower case"),
        (rule(&format!("expires = \"soon\"\n{PHRASE}")), "expires \"soon\""),
        (rule(PHRASE).replace("\"Because.\"", "\" \""), "reason and rationale"),
        (rule(PHRASE).replace("must_match = [\"bad words\"]", "must_match = []"), "samples"),
        (rule(&format!("colour = 1\n{PHRASE}")), "unknown field `colour`"),
        (rule("[rule.when.regexes]\nany = []"), "unknown variant `regexes`"),
        (format!("{}{}", rule(PHRASE), rule(PHRASE).split_once("t\"\n").unwrap().1), "rule r appears twice"),
        (rule(PHRASE).replace("[\"bad words\"]", "[\"nothing of it\"]"), "rule r: does not match its must_match"),
        (rule(PHRASE).replace("[\"good words\"]", "[\"bad words\"]"), "rule r: matches its must_not_match"),
    ];
    for (toml, wanted) in broken {
        let error: PolicyError =
            Policy::load([("test", toml.as_str())]).and_then(Engine::new).err().unwrap_or_else(|| panic!("{wanted}"));
        assert!(error.to_string().contains(wanted), "{error}\nwanted {wanted}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_gets_a_verdict_with_spans_inside_it(text in "(\\PC|bad|words|[ \u{200b}ＢＡＤ]|here){0,60}") {
        let verdict = engine(&rule(PHRASE)).evaluate(&outbound(&text));
        for finding in verdict.findings {
            proptest::prop_assert!(text.get(finding.span).is_some());
        }
    }
}
