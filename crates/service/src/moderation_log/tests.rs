//! The chain of the log: whole after whatever happens in the service, and broken by whatever happens beside it.

use std::time::Duration;

use staffroom_domain::PageRequest;
use staffroom_domain::account::{Account, UserRole};
use staffroom_domain::ids::LogEntryId;
use staffroom_domain::moderation::Measure;
use staffroom_domain::moderation_log::{Deed, Head, LogEntry, LogFilter};
use staffroom_domain::organisation::{Right, Role};
use staffroom_domain::report::{NewReport, ReportCategory};

use super::{Fault, Verified};
use crate::accounts::Action;
use crate::auth::Authority;
use crate::testing::{World, world};

/// Takes the protection away, as whoever owns the database can.
async fn unprotect(w: &World) {
    let triggers = if w.is_sqlite() {
        "DROP TRIGGER moderation_log_end; DROP TRIGGER moderation_log_unchanged; DROP TRIGGER moderation_log_kept; \
         DROP TRIGGER moderation_log_head_forward; DROP TRIGGER moderation_log_signatures_unchanged"
    } else {
        "DROP TRIGGER moderation_log_end ON moderation_log; DROP TRIGGER moderation_log_kept ON moderation_log; \
         DROP TRIGGER moderation_log_head_forward ON moderation_log_head; \
         DROP TRIGGER moderation_log_signatures_kept ON moderation_log_signatures"
    };
    w.change(triggers).await;
}

async fn entries(w: &World) -> Vec<LogEntry> {
    w.service.moderation_log().following(LogEntryId(0), &LogFilter::default(), 1_000).await.unwrap()
}

async fn allow(w: &World, domain: &str) {
    w.service.domains().allow(&w.cx(), &Authority::operator(), domain).await.unwrap();
}

async fn verified(w: &World) -> Verified {
    w.service.moderation_log().verify().await.unwrap()
}

fn whole(right: u64, signed: u64) -> Verified {
    Verified { right, signed, fault: None }
}

/// A moderator of the instance, who silences `against`.
async fn silence(w: &World, against: &Account) -> Authority {
    let zoe = w.local("zoe").await;
    w.service.accounts().set_role(zoe.id, UserRole::Moderator).await.unwrap();
    let who = w.authority(zoe.id, Right::Moderate).await;
    let action = Action { measure: Measure::Silence, text: "Amy is rude".to_owned(), report: None, tell: false };
    w.service.accounts().act(&w.cx(), &who, against.id, action).await.unwrap();
    who
}

#[tokio::test]
async fn each_entry_is_bound_to_the_one_before() {
    let w = world().await;
    assert_eq!(verified(&w).await, whole(0, 0));
    let amy = w.local("amy").await;
    let who = silence(&w, &amy).await;
    allow(&w, "elm.test").await;
    let found = entries(&w).await;
    let kinds: Vec<&str> = found.iter().map(|entry| entry.kind.as_str()).collect();
    assert_eq!(kinds, ["account.set_role", "account.silence", "domain.allow"]);
    assert_eq!(found[0].prev_hash, Head::START);
    assert!(found.windows(2).all(|pair| pair[1].prev_hash == pair[0].hash && pair[1].id > pair[0].id));
    let silenced = &found[1];
    assert_eq!((silenced.account_id, silenced.target_id), (who.by(), Some(amy.id)));
    assert_eq!((silenced.organisation_id, silenced.subject.id.as_str()), (amy.organisation, &*amy.id.to_string()));
    assert_eq!((found[2].account_id, found[2].subject.id.as_str()), (None, "elm.test"));
    assert_eq!(verified(&w).await, whole(3, 0));
}

#[tokio::test]
async fn what_was_not_committed_is_not_logged() {
    let w = world().await;
    let amy = w.local("amy").await;
    let nobody = w.authority(amy.id, Right::Moderate).await;
    assert!(w.service.domains().allow(&w.cx(), &nobody, "elm.test").await.is_err());
    assert!(w.service.accounts().lift(&w.cx(), &Authority::operator(), amy.id, Measure::None).await.is_err());
    assert!(entries(&w).await.is_empty());
}

#[tokio::test]
async fn many_who_append_at_once_make_one_chain() {
    let w = world().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..40 {
        let service = w.service.clone();
        tasks.spawn(async move {
            let domain = format!("n{n}.test");
            service.domains().allow(&service.cx(), &Authority::operator(), &domain).await.unwrap();
        });
    }
    while let Some(done) = tasks.join_next().await {
        done.unwrap();
    }
    assert_eq!(verified(&w).await, whole(40, 0));
}

#[tokio::test]
async fn a_measure_logs_the_reports_it_deals_with() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let mut filed = Vec::new();
    for _ in 0..2 {
        let new = NewReport {
            target_id: amy.id,
            status_ids: Vec::new(),
            comment: "rude".to_owned(),
            category: ReportCategory::Other,
            forward: false,
        };
        filed.push(w.service.reports().file(&w.cx(), ben.id, new).await.unwrap().report.id.to_string());
    }
    silence(&w, &amy).await;
    let found = entries(&w).await;
    let resolved = found.iter().filter(|entry| entry.kind == Deed::ResolveReport.as_str());
    assert_eq!(resolved.map(|entry| entry.subject.id.clone()).collect::<Vec<_>>(), filed);
    assert_eq!(verified(&w).await, whole(4, 0));
}

#[tokio::test]
async fn the_log_outlives_who_stands_in_it_and_holds_nothing_of_them() {
    let w = world().await;
    let amy = w.local("amy").await;
    silence(&w, &amy).await;
    w.service.accounts().delete(&w.cx(), amy.id).await.unwrap();
    let found = entries(&w).await;
    assert_eq!(found.last().unwrap().kind, "account.delete");
    assert_eq!(verified(&w).await, whole(3, 0));
    for entry in found {
        let text = format!("{} {:?} {}", entry.kind, entry.subject, entry.details).to_lowercase();
        assert!(!text.contains("amy") && !text.contains("rude") && !text.contains("oak.test"), "{text}");
    }
}

#[tokio::test]
async fn what_was_changed_beside_the_program_is_named() {
    for (change, fault) in [
        ("UPDATE moderation_log SET subject_id = 'yew.test' WHERE subject_id = 'n1.test'", (1, "was changed after")),
        ("UPDATE moderation_log SET details = ' {}' WHERE subject_id = 'n1.test'", (1, "was changed after")),
        ("UPDATE moderation_log SET details = 'nothing' WHERE subject_id = 'n1.test'", (1, "was changed after")),
        ("UPDATE moderation_log SET created_at = 1 WHERE subject_id = 'n1.test'", (1, "was changed after")),
        ("UPDATE moderation_log SET account_id = 7 WHERE subject_id = 'n1.test'", (1, "was changed after")),
        ("DELETE FROM moderation_log WHERE subject_id = 'n1.test'", (2, "does not follow")),
        ("DELETE FROM moderation_log WHERE subject_id = 'n2.test'", (2, "was the last")),
        ("UPDATE moderation_log_head SET hash = 'other'", (2, "is not the end")),
    ] {
        let w = world().await;
        for n in 0..3 {
            allow(&w, &format!("n{n}.test")).await;
        }
        let ids: Vec<LogEntryId> = entries(&w).await.iter().map(|entry| entry.id).collect();
        unprotect(&w).await;
        w.change(change).await;
        let Some(Fault { entry, why }) = verified(&w).await.fault else { panic!("{change}") };
        assert_eq!(entry, ids[fault.0], "{change}");
        assert!(why.starts_with(fault.1), "{change}: {why}");
    }
}

#[tokio::test]
async fn the_end_is_signed_once_a_day_and_what_was_signed_cannot_be_made_anew() {
    let w = world().await;
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert_eq!(verified(&w).await, whole(0, 0), "nothing to sign");
    allow(&w, "n0.test").await;
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    allow(&w, "n1.test").await;
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    assert_eq!(verified(&w).await, whole(2, 1), "once a day");
    w.clock.advance(Duration::from_hours(24));
    for _ in 0..2 {
        w.service.jobs().sweep(&w.cx()).await.unwrap();
    }
    assert_eq!(verified(&w).await, whole(2, 2));
    let last = entries(&w).await.last().unwrap().id;
    unprotect(&w).await;
    let forged = format!("UPDATE moderation_log_signatures SET signature = 'other' WHERE entry_id = {}", last.0);
    w.change(&forged).await;
    assert_eq!(verified(&w).await.fault, Some(Fault { entry: last, why: "is not what the instance signed" }));

    // A chain that is whole, and shorter than what was signed.
    let first = entries(&w).await.remove(0);
    w.change("DELETE FROM moderation_log WHERE subject_id = 'n1.test'").await;
    w.change(&format!("UPDATE moderation_log_head SET entry_id = {}, hash = '{}'", first.id.0, first.hash)).await;
    let found = verified(&w).await;
    assert_eq!((found.right, found.fault), (1, Some(Fault { entry: last, why: "was signed, and is gone" })));
}

#[tokio::test]
async fn what_is_done_about_staff_is_for_those_above_them_to_know() {
    let w = world().await;
    let (head, deputy, pat) = (w.local("head").await, w.local("deputy").await, w.local("pat").await);
    let (organisations, operator) = (w.service.organisations(), Authority::operator());
    let school = pat.organisation.unwrap();
    for (account, role) in [(&head, Role::Admin), (&deputy, Role::Moderator)] {
        organisations.set_role(&w.cx(), &operator, school, account.id, role).await.unwrap();
    }
    silence(&w, &deputy).await;
    let who = w.authority(head.id, Right::Moderate).await;
    let action = Action { measure: Measure::Sensitive, text: String::new(), report: None, tell: false };
    w.service.accounts().act(&w.cx(), &who, pat.id, action).await.unwrap();
    let seen = async |account: &Account| {
        let who = w.authority(account.id, Right::Moderate).await;
        let found =
            w.service.moderation_log().list(&who, &LogFilter::default(), PageRequest::newest(40)).await.unwrap();
        found.items.into_iter().map(|entry| entry.kind).collect::<Vec<_>>()
    };
    let roles = ["organisation.give_role", "organisation.give_role"];
    assert_eq!(seen(&head).await, [&["account.sensitive", "account.silence"][..], &roles].concat());
    assert_eq!(seen(&deputy).await, [&["account.sensitive"][..], &roles].concat());
    assert_eq!(seen(&pat).await, [""; 0]);
}

#[tokio::test]
async fn rules_are_noted_when_they_are_others_than_before() {
    let w = world().await;
    for _ in 0..2 {
        w.service.moderation_log().note_rules().await.unwrap();
    }
    let found = entries(&w).await;
    assert_eq!(found.len(), 1);
    assert!(found[0].details.contains("digest"), "{}", found[0].details);
}
