//! What the rules keep from leaving and from coming in.

use staffroom_domain::account::ProfileUpdate;
use staffroom_domain::status::{Draft, Published, StatusEdit};

use crate::ServiceError;
use crate::statuses::Arrival;
use crate::testing::{World, incoming, world};

const BAD: &str = "UPN: H801200001001 has left us";

fn draft(text: &str) -> Draft {
    Draft { text: text.to_owned(), ..Draft::default() }
}

async fn decisions(world: &World) -> Vec<staffroom_storage::moderation::Decision> {
    world.service.storage().read().moderation().list_decisions(i64::MAX, 10).await.unwrap()
}

#[tokio::test]
async fn what_a_rule_matches_is_held_and_the_decision_is_kept_without_its_words() {
    let world = world().await;
    let amy = world.local("amy").await;
    let statuses = world.service.statuses();
    let mut hidden = draft("fine");
    hidden.spoiler_text = BAD.to_owned();
    for bad in [draft(BAD), hidden] {
        let Published::Status(id) = statuses.publish(&world.cx(), amy.id, bad, None).await.unwrap() else {
            panic!("not scheduled")
        };
        assert!(world.service.storage().read().statuses().get(id).await.unwrap().is_none());
    }
    let count = world.service.storage().read().accounts().by_id(amy.id).await.unwrap().unwrap().statuses_count;
    assert_eq!(count, 0);

    let published = statuses.publish(&world.cx(), amy.id, draft("A fine day"), None).await.unwrap();
    let Published::Status(id) = published else { panic!("not scheduled") };
    let edit = StatusEdit { text: Some(BAD.to_owned()), ..StatusEdit::default() };
    statuses.edit(&world.cx(), amy.id, id, edit).await.unwrap();
    let kept = world.service.storage().read().statuses().get(id).await.unwrap().unwrap();
    assert_eq!((kept.text.as_str(), kept.edited_at), ("A fine day", None));
    let decided = decisions(&world).await;
    assert_eq!(decided.len(), 3);
    for decision in decided {
        assert_eq!((decision.action.as_str(), decision.account_id, decision.is_inbound), ("hold", Some(amy.id), false));
        let findings = &decision.findings;
        assert!(findings.contains("pupil-number") && findings.contains("\"shape\":\"X999999999999\""), "{findings}");
        assert!(!findings.contains("UPN") && !findings.contains("H801200001001"), "{findings}");
    }
}

#[tokio::test]
async fn a_profile_is_judged_like_a_status() {
    let world = world().await;
    let amy = world.local("amy").await;
    for change in [
        ProfileUpdate { display_name: Some("Not for onward circulation".into()), ..ProfileUpdate::default() },
        ProfileUpdate { note: Some(BAD.into()), ..ProfileUpdate::default() },
        ProfileUpdate { fields: Some(vec![("Pupil".into(), BAD.into())]), ..ProfileUpdate::default() },
    ] {
        let error = world.service.accounts().update_profile(&world.cx(), amy.id, change).await.unwrap_err();
        assert!(matches!(error, ServiceError::Refused { .. }), "{error}");
    }
    let change = ProfileUpdate { note: Some("I teach Year 6".into()), ..ProfileUpdate::default() };
    world.service.accounts().update_profile(&world.cx(), amy.id, change).await.unwrap();
}

#[tokio::test]
async fn what_a_rule_rejects_does_not_come_in_and_the_decision_is_kept_without_its_words() {
    let world = world().await;
    let sam = world.remote("sam", "elm.test").await;
    let statuses = world.service.statuses();
    let offer = incoming(&sam, "1", "Double&#8203; your <b>bit</b>coin! <span class=\"invisible\">now</span>");
    assert_eq!(statuses.ingest(&world.cx(), offer.clone(), Arrival::Fetched).await.unwrap(), None);
    assert!(world.service.storage().read().statuses().by_uri(&offer.uri).await.unwrap().is_none());
    let kept = decisions(&world).await;
    let decision = kept.first().unwrap();
    assert_eq!((kept.len(), decision.action.as_str(), decision.account_id), (1, "reject", Some(sam.id)));
    assert_eq!(decision.subject_uri.as_ref(), Some(&offer.uri));
    assert!(decision.findings.contains("quick-money") && !decision.findings.contains("coin"), "{}", decision.findings);

    let fine = incoming(&sam, "2", "We doubled our library");
    assert!(statuses.ingest(&world.cx(), fine, Arrival::Fetched).await.unwrap().is_some());
    assert_eq!(decisions(&world).await.len(), 1);
}
