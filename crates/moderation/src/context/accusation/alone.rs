//! A word of accusation does nothing by itself, and nothing said of anybody is refused without a person.

use std::collections::BTreeSet;

use super::claims;
use crate::{Action, BUILT_IN, Direction, Engine, Facts, Policy, Subject};

/// Packs about what is said of people.
const PACKS: [&str; 2] = ["defamation-risk.toml", "teacher-anonymity.toml"];

fn about_people() -> Engine {
    let packs = BUILT_IN.into_iter().filter(|(name, _)| PACKS.iter().any(|pack| name.ends_with(pack)));
    let packs: Vec<_> = packs.collect();
    assert_eq!(packs.len(), PACKS.len());
    Engine::new(Policy::load(packs).unwrap()).unwrap()
}

fn action(engine: &Engine, text: String) -> Action {
    engine.evaluate(&Subject::text(text, Direction::Outbound, Facts::default())).action
}

/// Every word of the lexicons, with the forms of those that stand for several.
fn words() -> BTreeSet<String> {
    let lines = [claims::SOURCE, claims::TEACHER_SOURCE].into_iter().flat_map(str::lines);
    let lines = lines.filter(|line| !line.starts_with(['#', '[']));
    let mut words = BTreeSet::new();
    for line in lines {
        let phrase = line.split_once(" = ").map_or(line, |(_, choices)| choices);
        for word in phrase.split([' ', '|']).map(|word| word.trim_matches(['(', ')'])) {
            let stem = word.trim_end_matches(['*', '+']);
            if stem.is_empty() || stem.starts_with(['~', '$']) {
                continue;
            }
            words.insert(stem.to_owned());
            let forms: &[&str] = match word.chars().last() {
                Some('+') => &["s", "ed", "ing"],
                Some('*') => &["ed", "ing", "ation"],
                _ => &[],
            };
            words.extend(forms.iter().map(|form| format!("{stem}{form}")));
        }
    }
    words
}

#[test]
fn no_word_of_the_lexicons_does_more_than_ask() {
    let engine = about_people();
    let words = words();
    assert!(words.len() > 1_000, "{}", words.len());
    for word in &words {
        for text in [format!("It was {word}."), format!("{word}!"), format!("People say {word} here")] {
            assert!(action(&engine, text) <= Action::Nudge, "{word}");
        }
    }
}

#[test]
fn a_word_with_somebody_who_is_accused_waits_for_a_person_at_most() {
    let engine = about_people();
    assert_eq!(action(&engine, "Mr Harris stole the trip money".to_owned()), Action::Hold);
    assert_eq!(action(&engine, "stole".to_owned()), Action::Allow);
    for word in words() {
        assert!(action(&engine, format!("Mr Harris {word}")) <= Action::Hold, "{word}");
    }
}

#[test]
fn nothing_written_here_is_refused_by_a_shipped_rule() {
    for rule in Engine::new(Policy::built_in().unwrap()).unwrap().rules() {
        let refuses = rule.action == Action::Reject;
        assert!(!refuses || !rule.direction.contains(&Direction::Outbound), "{}", rule.id);
    }
    assert!(about_people().rules().iter().all(|rule| rule.action < Action::Reject), "in either direction");
}

#[test]
fn criticism_and_telling_of_wrongs_stay_possible() {
    let engine = about_people();
    for text in [
        "I told the governors what I saw, and I would do it again. Whistleblowing is a duty.",
        "Our whistleblowing policy names the chair of governors and Protect's advice line. Use it.",
        "The trust spent £40,000 on consultants while we share glue sticks. That is wrong.",
        "The Ofsted framework is unfair to small schools, and the complaints process is worse.",
        "Exclusions of children with SEND are rising, and the government looks away.",
        "I raised a safeguarding concern and nobody answered for three weeks. Whom do I tell next?",
        "Bullying of staff by leaders is common in our profession. Join a union.",
        "The minister misled nobody but himself with that speech.",
        "Off-rolling is a disgrace. Let us publish the figures of every trust.",
    ] {
        assert!(action(&engine, text.to_owned()) <= Action::Nudge, "{text}");
    }
}
