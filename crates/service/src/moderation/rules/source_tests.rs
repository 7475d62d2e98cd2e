//! Rules of the database as the engine loads them.

use serde_json::{Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::rule_cycle::{ActiveRule, RuleScope};
use staffroom_moderation::{Action, Direction, Facts, Standing, Subject};

use super::sources::{compile, known_name, sources};

fn phrase(name: &str, action: &str, words: &str) -> Value {
    json!({
        "id": name, "version": 9, "direction": ["outbound"], "action": action, "reason": "R", "rationale": "W",
        "must_match": [words], "must_not_match": ["nothing of it"], "when": { "phrase": { "any": [words] } },
    })
}

fn active(organisation: Option<i64>, name: &str, definition: &Value) -> ActiveRule {
    let known_as = super::sources::known_as(organisation.map(OrganisationId), name);
    let scope = if organisation.is_some() { RuleScope::Organisation } else { RuleScope::Instance };
    ActiveRule {
        organisation: organisation.map(OrganisationId),
        name: name.to_owned(),
        known_as,
        pack: None,
        pack_version: None,
        pack_title: None,
        scope,
        is_enforced: true,
        is_candidate: false,
        version: 1,
        definition: definition.to_string(),
    }
}

fn of_school(school: &str, text: &str) -> Subject {
    let facts = Facts { organisation: Some(school.to_owned()), ..Facts::at(Timestamp(1)) };
    Subject::text(text, Direction::Outbound, facts)
}

#[tokio::test]
async fn rules_of_a_school_hold_there_and_two_schools_may_have_rules_of_one_name() {
    let both = json!({
        "id": "both", "direction": ["outbound"], "action": "hold", "reason": "R", "rationale": "W",
        "must_match": ["red flags in May"], "must_not_match": ["red flags"],
        "when": { "combine": { "all": ["word", "may"] } },
    });
    let rules = [
        active(None, "may", &phrase("may", "allow", "in May")),
        active(Some(7), "word", &phrase("word", "label", "red flags")),
        active(Some(7), "both", &both),
        active(Some(8), "word", &phrase("word", "hold", "blue flags")),
    ];
    let engine = compile(sources(&rules).unwrap()).await.unwrap().unwrap();
    let action = |school: &str, text: &str| engine.evaluate(&of_school(school, text)).action;
    assert_eq!(action("7", "red flags in May"), Action::Hold);
    assert_eq!(action("7", "red flags"), Action::Label);
    assert_eq!(action("7", "blue flags"), Action::Allow);
    assert_eq!((action("8", "blue flags"), action("8", "red flags in May")), (Action::Hold, Action::Allow));
    let found = engine.evaluate(&of_school("7", "red flags in May"));
    assert!(found.findings.iter().any(|one| one.rule == "o7--both"), "{found:?}");
}

#[tokio::test]
async fn a_version_that_is_tried_out_stands_beside_the_one_in_force() {
    let old = active(None, "word", &phrase("word", "hold", "red flags"));
    let new = ActiveRule {
        is_enforced: false,
        is_candidate: true,
        version: 2,
        definition: phrase("word", "reject", "flags").to_string(),
        ..old.clone()
    };
    let engine = compile(sources(&[old, new]).unwrap()).await.unwrap().unwrap();
    let verdict = engine.evaluate(&of_school("7", "red flags"));
    assert_eq!(verdict.action, Action::Hold);
    let mut found: Vec<_> =
        verdict.findings.iter().map(|one| (one.rule.as_str(), one.rule_version, one.standing)).collect();
    found.sort_unstable_by_key(|one| one.1);
    assert_eq!(found, [("word", 1, Standing::Counts), ("word--v2", 2, Standing::Shadow)]);
    assert_eq!(
        (known_name("word--v2"), known_name("o7--word"), known_name("o7--word--v12")),
        ("word", "o7--word", "o7--word")
    );
}

#[tokio::test]
async fn a_school_asks_for_more_than_the_instance_and_not_for_less() {
    let mild = active(None, "word", &phrase("word", "label", "red flags"));
    let adjust = |action: &str| active(Some(7), "adjust-word", &json!({ "rule": "word", "action": action }));
    let engine = compile(sources(&[mild.clone(), adjust("hold")]).unwrap()).await.unwrap().unwrap();
    assert_eq!(engine.evaluate(&of_school("7", "red flags")).action, Action::Hold);
    assert_eq!(engine.evaluate(&of_school("8", "red flags")).action, Action::Label);
    let refused = compile(sources(&[mild, adjust("allow")]).unwrap()).await.unwrap();
    assert!(refused.unwrap_err().to_string().contains("not for less"));
}
