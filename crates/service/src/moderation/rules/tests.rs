//! Rules from a draft to being in force and back, and what stands in their way.

use std::time::Duration;

use serde_json::json;
use staffroom_domain::account::{Account, UserRole};
use staffroom_domain::organisation::Right;
use staffroom_domain::rule_cycle::{DryRun, DryRunState, ModerationRule, RulePack, RuleState};
use staffroom_domain::{PageRequest, Visibility};
use staffroom_moderation::pack::{Document, Seal};
use staffroom_moderation::{Action, Direction, Part, Subject};

use super::{Answer, NewPack, NewRule, Outcome, Promoted};
use crate::ServiceError;
use crate::auth::Authority;
use crate::testing::{World, fake_signature, world};

fn pack(id: &str, version: u32, rules: &[(&str, &str, &str)]) -> String {
    let rules = rules.iter().map(|(name, action, words)| {
        json!({
            "id": name, "version": 1, "direction": ["outbound"], "action": action, "reason": "It says so",
            "rationale": "Nobody wants it.", "must_match": [words], "must_not_match": ["nothing of it"],
            "when": { "phrase": { "any": [words] } },
        })
    });
    let head = json!({ "id": id, "version": version, "title": "A pack" });
    json!({ "pack": head, "rule": rules.collect::<Vec<_>>() }).to_string()
}

fn rule(name: &str, action: &str, words: &str) -> NewRule {
    let whole: serde_json::Value = serde_json::from_str(&pack("p", 1, &[(name, action, words)])).unwrap();
    NewRule { organisation: None, definition: whole["rule"][0].to_string(), scope: None, review_at: None }
}

fn sealed(text: &str, publisher: &str, key: &str) -> NewPack {
    let document = Document::parse(text).unwrap();
    let signature = fake_signature(key, &document.to_sign(publisher, key).unwrap());
    let seal = Seal { publisher: publisher.to_owned(), key: key.to_owned(), signature };
    from_elsewhere(&document.with_seal(seal).to_json().to_string())
}

fn from_elsewhere(text: &str) -> NewPack {
    let (document, source) = (text.to_owned(), "https://elm.test/pack.json".to_owned());
    NewPack { organisation: None, document, seal: None, source, in_shadow: false }
}

/// Somebody with rights on the whole instance.
async fn staff(world: &World, name: &str) -> Authority {
    let account = world.local(name).await;
    world.service.accounts().set_role(account.id, UserRole::Admin).await.unwrap();
    world.authority(account.id, Right::Moderate).await
}

fn action(world: &World, author: &Account, text: &str) -> Action {
    let parts = vec![(Part::Content, text.to_owned())];
    let moderation = world.service.moderation();
    let facts = moderation.facts_at_hand(&world.cx(), author);
    let (direction, visibility) = (Direction::Outbound, Visibility::Public);
    moderation.judge(Subject { parts, direction, visibility, tags: Vec::new(), facts }).verdict.action
}

async fn try_out(world: &World, who: &Authority, rule: &ModerationRule) -> DryRun {
    let rules = world.service.moderation().rules();
    let run = rules.try_rule(&world.cx(), who, rule.id, None, None).await.unwrap();
    world.run_jobs().await;
    rules.dry_run(who, run.id).await.unwrap()
}

/// Somebody else agrees to what was asked for; the rule as it stands then.
async fn agree(world: &World, other: &Authority, asked: Promoted) -> ModerationRule {
    let rules = world.service.moderation().rules();
    rules.answer(&world.cx(), other, asked.approval.unwrap().id, Answer::Grant).await.unwrap();
    rules.get(other, asked.rule.id).await.unwrap()
}

#[tokio::test]
async fn a_rule_for_everybody_comes_into_force_and_goes_when_somebody_else_agrees() {
    let world = world().await;
    let (zoe, yan, amy) = (staff(&world, "zoe").await, staff(&world, "yan").await, world.local("amy").await);
    world.publish(&amy, "Marking again").await;
    let rules = world.service.moderation().rules();
    let drafted = rules.write(&world.cx(), &zoe, rule("red-flag", "hold", "red flags")).await.unwrap();
    assert_eq!((drafted.state, action(&world, &amy, "red flags")), (RuleState::Draft, Action::Allow));
    // neither untried nor from a draft
    assert!(rules.enforce(&world.cx(), &zoe, drafted.id).await.is_err());
    rules.shadow(&world.cx(), &zoe, drafted.id).await.unwrap();
    assert!(rules.enforce(&world.cx(), &zoe, drafted.id).await.is_err());
    let run = try_out(&world, &zoe, &drafted).await;
    assert_eq!((run.state, run.found.scanned, run.found.matched), (DryRunState::Done, 1, 0));
    assert_eq!(action(&world, &amy, "red flags"), Action::Allow, "in the shadow it asks for nothing");

    let asked = rules.enforce(&world.cx(), &zoe, drafted.id).await.unwrap();
    let approval = asked.approval.unwrap();
    let again = rules.enforce(&world.cx(), &zoe, drafted.id).await.unwrap().approval.unwrap();
    assert_eq!(again.id, approval.id, "who asks again finds what waits");
    let own = rules.answer(&world.cx(), &zoe, approval.id, Answer::Grant).await;
    assert!(matches!(own, Err(ServiceError::Forbidden(_))), "{own:?}");
    rules.answer(&world.cx(), &yan, approval.id, Answer::Grant).await.unwrap();
    assert_eq!(action(&world, &amy, "red flags"), Action::Hold);
    let twice = rules.answer(&world.cx(), &yan, approval.id, Answer::Refuse).await;
    assert!(matches!(twice, Err(ServiceError::Conflict(_))), "{twice:?}");

    let asked = rules.roll_back(&world.cx(), &zoe, drafted.id).await.unwrap();
    assert_eq!((asked.rule.state, action(&world, &amy, "red flags")), (RuleState::Enforce, Action::Hold));
    let back = agree(&world, &yan, asked).await;
    assert_eq!((back.state, back.enforced_version), (RuleState::Shadow, None));
    assert_eq!(action(&world, &amy, "red flags"), Action::Allow);
    rules.write_figures(&world.cx()).await.unwrap();
    let seen = rules.shadow_matches(&zoe, drafted.id, PageRequest::newest(10)).await.unwrap().items;
    assert_eq!((seen.len(), seen[0].shape.as_str()), (2, "xxx xxxxx"));
    let figures = rules.figures(&world.cx(), &zoe, drafted.id, 1).await.unwrap();
    assert_eq!(figures.iter().map(|day| (day.matched, day.held)).collect::<Vec<_>>(), [(4, 2)]);
    let tx = world.service.storage().begin().await.unwrap();
    let matched = [("red-flag".to_owned(), 1)];
    for outcome in [Outcome::ReleasedUnchanged, Outcome::ReleasedUnchanged, Outcome::Upheld, Outcome::EditedAfterNudge]
    {
        rules.count_outcome(&world.cx(), &tx, outcome, &matched).await.unwrap();
    }
    tx.commit().await.unwrap();
    let day = rules.figures(&world.cx(), &zoe, drafted.id, 1).await.unwrap()[0];
    assert_eq!((day.released_unchanged, day.upheld, day.edited_after_nudge, day.held), (2, 1, 1, 2));
}

#[tokio::test]
async fn nobody_answers_too_late_or_about_another_version_and_too_broad_a_rule_is_not_enforced() {
    let world = world().await;
    let (zoe, yan, amy) = (staff(&world, "zoe").await, staff(&world, "yan").await, world.local("amy").await);
    world.publish(&amy, "Marking again").await;
    let rules = world.service.moderation().rules();
    let drafted = rules.write(&world.cx(), &zoe, rule("red-flag", "hold", "red flags")).await.unwrap();
    rules.shadow(&world.cx(), &zoe, drafted.id).await.unwrap();
    try_out(&world, &zoe, &drafted).await;
    let late = rules.enforce(&world.cx(), &zoe, drafted.id).await.unwrap().approval.unwrap();
    world.clock.advance(Duration::from_hours(8 * 24));
    let answered = rules.answer(&world.cx(), &yan, late.id, Answer::Grant).await;
    assert!(matches!(answered, Err(ServiceError::Conflict(_))), "{answered:?}");

    let stale = rules.enforce(&world.cx(), &zoe, drafted.id).await.unwrap().approval.unwrap();
    assert_ne!(stale.id, late.id);
    let definition = Some(rule("red-flag", "hold", "marking").definition);
    let change = super::RuleChange { definition, ..Default::default() };
    let changed = rules.change(&world.cx(), &zoe, drafted.id, change).await.unwrap();
    assert_eq!((changed.version, changed.state), (2, RuleState::Draft));
    let answered = rules.answer(&world.cx(), &yan, stale.id, Answer::Grant).await;
    assert!(matches!(answered, Err(ServiceError::Conflict(_))), "{answered:?}");

    rules.shadow(&world.cx(), &zoe, drafted.id).await.unwrap();
    let run = try_out(&world, &zoe, &changed).await;
    assert_eq!((run.found.scanned, run.found.matched), (1, 1));
    assert!(run.found.samples[0].excerpt.starts_with("Xxxxxxx again"), "{:?}", run.found.samples);
    let refused = rules.enforce(&world.cx(), &zoe, drafted.id).await;
    assert!(matches!(&refused, Err(ServiceError::Invalid { why, .. }) if why.contains("too broad")), "{refused:?}");
    assert_eq!(action(&world, &amy, "Marking again"), Action::Allow);
}

#[tokio::test]
async fn packs_are_taken_from_the_hand_that_first_signed_them_in_order_and_never_in_force() {
    let world = world().await;
    let (zoe, amy) = (staff(&world, "zoe").await, world.local("amy").await);
    let rules = world.service.moderation().rules();
    let first = pack("flags", 2, &[("red-flag", "reject", "red flags")]);
    let import = async |new: NewPack| rules.import(&world.cx(), &zoe, new).await;
    let why = |refused: crate::Result<RulePack>| refused.unwrap_err().to_string();
    assert!(why(import(from_elsewhere(&first)).await).contains("must be signed"));
    let mut tampered = sealed(&first, "https://elm.test/actor", "key1");
    tampered.document = tampered.document.replace("red flags", "blue flags");
    assert!(why(import(tampered).await).contains("does not hold"));
    let installed = import(sealed(&first, "https://elm.test/actor", "key1")).await.unwrap();
    assert_eq!((installed.version, action(&world, &amy, "red flags")), (2, Action::Allow));

    let newer = pack("flags", 3, &[("red-flag", "hold", "red flags"), ("blue-flag", "hold", "blue flags")]);
    let older = pack("flags", 1, &[]);
    let other = pack("flags", 2, &[("red-flag", "reject", "crimson flags")]);
    let clash = pack("banners", 1, &[("red-flag", "hold", "red flags")]);
    let engine = newer.replace("\"version\":3", "\"version\":3,\"engine\":99");
    assert_ne!(engine, newer);
    for (new, wanted) in [
        (sealed(&older, "https://elm.test/actor", "key1"), "older"),
        (sealed(&first, "https://elm.test/actor", "key1"), "already"),
        (sealed(&other, "https://elm.test/actor", "key1"), "says something else"),
        (sealed(&clash, "https://elm.test/actor", "key1"), "red-flag, which belongs to flags already"),
        (from_elsewhere(&engine), "later version"),
        (sealed(&newer, "https://elm.test/actor", "key2"), "another key"),
        (sealed(&newer, "https://yew.test/actor", "key2"), "published this pack before"),
        (NewPack { source: "upload".to_owned(), ..from_elsewhere(&newer) }, "published this pack before"),
    ] {
        let seen = rules.preview(&zoe, &new).await.unwrap_err().to_string();
        let found = why(import(new).await);
        assert!(found.contains(wanted), "{found}, wanted {wanted}");
        assert_eq!(seen, found, "a preview says what taking it in would say");
    }
    let preview = rules.preview(&zoe, &sealed(&newer, "https://elm.test/actor", "key1")).await.unwrap();
    let changes: Vec<_> = preview.changes.iter().map(|one| (one.as_str(), one.rule())).collect();
    assert_eq!(changes, [("added", "blue-flag"), ("changed", "red-flag")]);
    assert!(preview.is_known && preview.installed == Some(2));
    import(NewPack { in_shadow: true, ..sealed(&newer, "https://elm.test/actor", "key1") }).await.unwrap();
    assert_eq!(action(&world, &amy, "red flags and blue flags"), Action::Allow);
    let all = rules.list(&zoe, Some(RuleState::Shadow), None, PageRequest::newest(10)).await.unwrap().items;
    let mut versions: Vec<_> = all.iter().map(|rule| (rule.name.as_str(), rule.version)).collect();
    versions.sort_unstable();
    assert_eq!(versions, [("blue-flag", 1), ("red-flag", 2)]);
    let broken = pack("broken", 1, &[("a-rule", "hold", "x")]);
    assert!(why(import(sealed(&broken, "https://elm.test/actor", "key1")).await).contains("a-rule"));
}

#[tokio::test]
async fn rules_of_the_program_are_in_force_and_what_was_decided_about_them_stays() {
    let world = world().await;
    let (zoe, yan, amy) = (staff(&world, "zoe").await, staff(&world, "yan").await, world.local("amy").await);
    let rules = world.service.moderation().rules();
    let texts = |words: &str| {
        let own = pack("own", 1, &[("red-flag", "hold", words), ("blue-flag", "hold", "blue flags")]);
        vec![("shipped".to_owned(), own), ("file:/x".to_owned(), pack("file", 1, &[("odd", "label", "odd words")]))]
    };
    rules.ensure_shipped(&world.cx(), &texts("red flags")).await.unwrap();
    rules.reload(&world.cx()).await.unwrap();
    assert_eq!(action(&world, &amy, "red flags"), Action::Hold);
    assert_eq!(action(&world, &amy, "odd words"), Action::Label);
    let before = rules.engine(&zoe).await.unwrap();
    rules.ensure_shipped(&world.cx(), &texts("red flags")).await.unwrap();
    assert_eq!(rules.engine(&zoe).await.unwrap().wanted, before.wanted, "the same changes nothing");

    let all = rules.list(&zoe, None, None, PageRequest::newest(10)).await.unwrap().items;
    let blue = all.iter().find(|rule| rule.name == "blue-flag").unwrap();
    let asked = rules.retire(&world.cx(), &zoe, blue.id).await.unwrap();
    assert_eq!(action(&world, &amy, "blue flags"), Action::Hold, "one person alone takes nothing out of force");
    agree(&world, &yan, asked).await;
    rules.ensure_shipped(&world.cx(), &texts("red banners")[..1]).await.unwrap();
    rules.reload(&world.cx()).await.unwrap();
    assert_eq!((action(&world, &amy, "red flags"), action(&world, &amy, "red banners")), (Action::Allow, Action::Hold));
    assert_eq!((action(&world, &amy, "blue flags"), action(&world, &amy, "odd words")), (Action::Allow, Action::Allow));
    rules.ensure_shipped(&world.cx(), &texts("red banners")).await.unwrap();
    rules.reload(&world.cx()).await.unwrap();
    assert_eq!(action(&world, &amy, "odd words"), Action::Label, "back with its file");
    let taken = rules.import(&world.cx(), &zoe, sealed(&pack("own", 9, &[]), "https://elm.test/actor", "key1")).await;
    assert!(matches!(taken, Err(ServiceError::Invalid { .. })), "{taken:?}");
}

#[tokio::test]
async fn rules_that_do_not_compile_leave_the_former_ones_in_place() {
    let world = world().await;
    let (zoe, amy) = (staff(&world, "zoe").await, world.local("amy").await);
    let rules = world.service.moderation().rules();
    let texts = [("shipped".to_owned(), pack("own", 1, &[("red-flag", "hold", "red flags")]))];
    rules.ensure_shipped(&world.cx(), &texts).await.unwrap();
    rules.reload(&world.cx()).await.unwrap();
    let ran = rules.engine(&zoe).await.unwrap();
    world.change("UPDATE moderation_rule_versions SET definition = '{\"id\":\"red-flag\"}'").await;
    world.change("UPDATE rule_revisions SET revision = revision + 1").await;
    rules.reload(&world.cx()).await.unwrap();
    let now = rules.engine(&zoe).await.unwrap();
    assert!(now.problem.is_some() && now.packs == ran.packs, "{now:?}");
    assert_eq!(action(&world, &amy, "red flags"), Action::Hold);
    // what ran is kept, for decisions that are made again
    let kept = rules.engine_of(&ran.packs).await.unwrap().unwrap();
    assert_eq!(kept.packs(), ran.packs);
}
