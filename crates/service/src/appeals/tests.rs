//! Appeals: whose they are, how often, how long, and who decides them.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use staffroom_domain::appeal::{AppealState, DecisionView, Ground, Restriction};
use staffroom_domain::moderation::Measure;
use staffroom_domain::organisation::{Right, Role};
use staffroom_domain::{Account, PageRequest};

use crate::ServiceError;
use crate::accounts::Action;
use crate::auth::Authority;
use crate::testing::{World, world};

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

async fn staff(w: &World, name: &str, role: Role) -> (Account, Authority) {
    let account = w.local(name).await;
    let organisations = w.service.organisations();
    let at = account.organisation.unwrap();
    organisations.set_role(&w.cx(), &Authority::operator(), at, account.id, role).await.unwrap();
    let who = w.authority(account.id, Right::Moderate).await;
    (account, who)
}

async fn act(w: &World, who: &Authority, account: &Account, measure: Measure) {
    let action = Action { measure, text: "Mind your words".to_owned(), report: None, tell: true };
    w.service.accounts().act(&w.cx(), who, account.id, action).await.unwrap();
}

async fn newest(w: &World, account: &Account) -> DecisionView {
    let found = w.service.appeals().decisions(account.id, PageRequest::newest(1)).await.unwrap();
    found.items.into_iter().next().unwrap()
}

/// An appeal of `account` against the newest decision about them.
async fn appeal(w: &World, account: &Account) -> staffroom_domain::ids::AppealId {
    let id = newest(w, account).await.reasons.id;
    let filed = w.service.appeals().file(&w.cx(), account.id, id, "I did not").await.unwrap();
    filed.appeal.unwrap().id
}

#[tokio::test]
async fn an_appeal_that_is_granted_ends_the_measure_it_is_against_and_no_other() {
    let w = world().await;
    let amy = w.local("amy").await;
    let ((_, mo), (_, ada)) = (staff(&w, "mo", Role::Moderator).await, staff(&w, "ada", Role::Admin).await);
    act(&w, &mo, &amy, Measure::Silence).await;
    let decision = newest(&w, &amy).await.reasons;
    assert_eq!((decision.restriction, decision.ground), (Restriction::Measure(Measure::Silence), Ground::Rules));
    assert_eq!((decision.facts.as_str(), decision.automated, decision.decided_by), ("Mind your words", false, mo.by()));
    let id = appeal(&w, &amy).await;
    let appeals = w.service.appeals();
    let own = appeals.decide(&w.cx(), &mo, id, true, "You were right").await;
    assert!(matches!(own, Err(ServiceError::Forbidden(_))), "{own:?}");
    let decided = appeals.decide(&w.cx(), &ada, id, true, "You were right").await.unwrap();
    assert_eq!(decided.appeal.unwrap().state, AppealState::Approved);
    assert!(w.service.accounts().get(amy.id).await.unwrap().silenced_at.is_none());
    for who in [&mo, &ada] {
        let late = appeals.decide(&w.cx(), who, id, false, "No").await;
        assert!(matches!(late, Err(ServiceError::Conflict(_))), "{late:?}");
    }
    let again = appeals.file(&w.cx(), amy.id, decision.id, "Again").await;
    assert!(matches!(again, Err(ServiceError::Conflict(_))), "once for each decision");

    // a measure that was taken anew since is another decision
    act(&w, &mo, &amy, Measure::Sensitive).await;
    let id = appeal(&w, &amy).await;
    w.service.accounts().lift(&w.cx(), &mo, amy.id, Measure::Sensitive).await.unwrap();
    w.clock.advance(Duration::from_mins(1));
    act(&w, &mo, &amy, Measure::Sensitive).await;
    appeals.decide(&w.cx(), &ada, id, true, "You were right").await.unwrap();
    assert!(w.service.accounts().get(amy.id).await.unwrap().sensitized_at.is_some());
}

#[tokio::test]
async fn an_appeal_is_ones_own_and_in_time() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (_, mo) = staff(&w, "mo", Role::Moderator).await;
    act(&w, &mo, &amy, Measure::None).await;
    let decision = newest(&w, &amy).await.reasons.id;
    let appeals = w.service.appeals();
    let others = appeals.file(&w.cx(), ben.id, decision, "Not fair on her").await;
    assert!(matches!(others, Err(ServiceError::NotFound(_))));
    for bad in ["", "  \n", &"x".repeat(2_001)] {
        let refused = appeals.file(&w.cx(), amy.id, decision, bad).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: "text", .. })));
    }
    w.clock.advance(Duration::from_hours(20 * 24));
    let id = appeal(&w, &amy).await;
    assert!(matches!(appeals.own(ben.id, id).await, Err(ServiceError::NotFound(_))));
    assert!(appeals.of(ben.id, PageRequest::newest(9)).await.unwrap().items.is_empty());
    act(&w, &mo, &amy, Measure::None).await;
    w.clock.advance(Duration::from_hours(20 * 24) + Duration::from_millis(1));
    let late = appeals.file(&w.cx(), amy.id, newest(&w, &amy).await.reasons.id, "Late").await;
    assert!(matches!(late, Err(ServiceError::Forbidden(_))), "{late:?}");
}

#[tokio::test]
async fn who_decided_decides_again_only_where_there_is_nobody_else() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (_, mo) = staff(&w, "mo", Role::Moderator).await;
    act(&w, &mo, &amy, Measure::Silence).await;
    let id = appeal(&w, &amy).await;
    w.service.appeals().decide(&w.cx(), &mo, id, false, "I looked again").await.unwrap();
    assert!(w.service.accounts().get(amy.id).await.unwrap().silenced_at.is_some());
    // nobody hears of an appeal of their own
    let (max, _) = staff(&w, "max", Role::Moderator).await;
    let (_, ada) = staff(&w, "ada", Role::Admin).await;
    act(&w, &ada, &max, Measure::Silence).await;
    let id = appeal(&w, &max).await;
    let own = w.authority(max.id, Right::Moderate).await;
    for who in [&own, &mo] {
        let refused = w.service.appeals().decide(&w.cx(), who, id, true, "Yes").await;
        assert!(matches!(refused, Err(ServiceError::NotFound(_))), "{refused:?}");
    }
    w.service.appeals().decide(&w.cx(), &ada, id, true, "I was wrong").await.unwrap();
}

#[tokio::test]
async fn what_the_instance_decided_is_the_instances_and_who_is_shut_out_has_a_link() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (_, ada) = staff(&w, "ada", Role::Admin).await;
    w.service.accounts().suspend(&w.cx(), amy.id).await.unwrap();
    let id = appeal(&w, &amy).await;
    let appeals = w.service.appeals();
    assert!(matches!(appeals.get(&ada, id).await, Err(ServiceError::NotFound(_))));
    appeals.decide(&w.cx(), &Authority::operator(), id, true, "A mistake").await.unwrap();
    assert!(w.service.accounts().get(amy.id).await.unwrap().suspended_at.is_none());
    for wrong in ["", "wrong", &"x".repeat(1_000)] {
        assert!(matches!(appeals.behind(wrong).await, Err(ServiceError::NotFound(_))));
        let refused = appeals.file_by_link(&w.cx(), wrong, "Let me in", CLIENT).await;
        assert!(matches!(refused, Err(ServiceError::NotFound(_))));
    }
    for _ in 0..9 {
        drop(appeals.file_by_link(&w.cx(), "wrong", "x", CLIENT).await);
    }
    let refused = appeals.file_by_link(&w.cx(), "wrong", "x", CLIENT).await;
    assert!(matches!(refused, Err(ServiceError::RateLimited { .. })), "{refused:?}");
}
