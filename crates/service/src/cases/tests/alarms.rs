//! Who is told what when: reminders, rungs, the morning.

use staffroom_domain::Timestamp;
use staffroom_domain::cases::rota::TurnKind;
use staffroom_domain::cases::{CaseKind, StepKind};
use staffroom_domain::organisation::Role;

use super::{School, assert_discreet, client, notice, receivers, school};
use crate::ServiceError;
use crate::auth::Authority;
use crate::cases::{Filed, NewTurn};

async fn turn(school: &School, account: &staffroom_domain::Account, kind: TurnKind, days: i64) {
    let now = school.w.cx().now();
    let until = Timestamp(now.0 + days * 24 * 3_600_000);
    let new = NewTurn { organisation: school.id, account: account.id, kind, from: now, until };
    school.w.service.cases().take_turn(&school.w.cx(), &Authority::operator(), new).await.unwrap();
}

#[tokio::test]
async fn what_nobody_looks_after_goes_up_rung_by_rung() {
    let school = school().await;
    let (mia, max) = (school.w.local("mia").await, school.w.local("max").await);
    for one in [&mia, &max] {
        school.give(one, Role::Moderator).await;
    }
    turn(&school, &mia, TurnKind::Duty, 2).await;
    turn(&school, &max, TurnKind::Cover, 2).await;
    let id = school.complain(CaseKind::DataComplaint, "").await;
    let letters = school.letters().await;
    assert_discreet(&letters);
    assert_eq!(receivers(&letters), ["mia"], "who is on duty");
    for told in [["max"], ["ada"], ["zoe"]] {
        school.hours(7);
        assert_eq!(receivers(&school.letters().await), Vec::<&str>::new());
        school.hours(1);
        let letters = school.letters().await;
        assert_discreet(&letters);
        assert_eq!(receivers(&letters), told);
    }
    school.hours(100);
    assert!(school.letters().await.is_empty(), "there is nobody above");
    let (cases, who) = (school.w.service.cases(), school.moderator(&school.mo).await);
    let version = school.case(id).await.case.version;
    cases.assign(&school.w.cx(), &who, id, version, Some(school.mo.id)).await.unwrap();
    // 30 days from the 21st, a Saturday: to the end of Monday the 21st; reminded a week before
    school.until("2026-12-14T23:59:59Z");
    assert!(school.letters().await.is_empty());
    school.until("2026-12-15T00:00:00Z");
    assert_eq!(receivers(&school.letters().await), ["mo"], "who looks after it");
    school.until("2026-12-22T00:00:01Z");
    let letters = school.letters().await;
    assert_eq!(receivers(&letters), ["ada"], "the cover's turn is over, so the next one hears");
    assert!(letters[0].2.contains("Overdue"), "{}", letters[0].2);
    school.step(id, StepKind::Acknowledged).await.unwrap();
    school.hours(24 * 30);
    assert!(school.letters().await.is_empty(), "it was done");
}

#[tokio::test]
async fn nobody_is_told_of_a_case_about_themselves() {
    let school = school().await;
    let status = school.w.publish(&school.mo, "The cook takes from the tuck shop").await.status;
    school.complain(CaseKind::DefamationNotice, &status.url).await;
    assert_eq!(receivers(&school.letters().await), ["ada"], "the only other one who stands higher");
    assert!(school.open_cases(&school.mo).await.is_empty());
    assert_eq!(school.open_cases(&school.ada).await.len(), 1);
    let status = school.w.publish(&school.ada, "The cook takes from the tuck shop").await.status;
    school.complain(CaseKind::DefamationNotice, &status.url).await;
    assert_eq!(receivers(&school.letters().await), ["zoe"], "nobody at the school stands higher");
    assert_eq!(school.open_cases(&school.ada).await.len(), 1);
}

#[tokio::test]
async fn the_morning_brings_numbers_and_no_names() {
    let school = school().await;
    school.w.service.jobs().sweep(&school.w.cx()).await.unwrap();
    school.until("2026-11-23T08:00:00Z");
    assert!(school.letters().await.is_empty(), "nothing waits");
    school.complain(CaseKind::DataComplaint, "").await;
    school.letters().await;
    for _ in 0..2 {
        school.w.service.jobs().sweep(&school.w.cx()).await.unwrap();
    }
    school.until("2026-11-24T06:59:59Z");
    assert!(school.letters().await.iter().all(|(_, subject, _)| !subject.contains("morning")));
    school.until("2026-11-24T07:00:00Z");
    let mut letters = school.letters().await;
    assert_discreet(&letters);
    // the case itself may speak up in the same hour
    letters.retain(|(_, subject, _)| subject == "What waits this morning on Oak");
    assert_eq!(receivers(&letters), ["ada", "mo"]);
    for (_, _, text) in &letters {
        assert!(text.contains("- cases open: 1\n- of these, looked after by nobody: 1\n"), "{text}");
    }
}

#[tokio::test]
async fn turns_are_for_those_who_moderate_and_end() {
    let school = school().await;
    let (cases, cx, now) = (school.w.service.cases(), school.w.cx(), school.w.cx().now());
    let who = school.moderator(&school.mo).await;
    let later = |hours: i64| Timestamp(now.0 + hours * 3_600_000);
    let good =
        NewTurn { organisation: school.id, account: school.ada.id, kind: TurnKind::Cover, from: now, until: later(24) };
    for (bad, field) in [
        (NewTurn { account: school.amy.id, ..good }, "account_id"),
        (NewTurn { until: now, ..good }, "until"),
        (NewTurn { until: later(24 * 400), ..good }, "until"),
        (NewTurn { from: later(-48), until: later(-24), ..good }, "until"),
    ] {
        let refused = cases.take_turn(&cx, &who, bad).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: named, .. }) if named == field), "{bad:?}");
    }
    let (turn, _) = cases.take_turn(&cx, &who, good).await.unwrap();
    assert_eq!(cases.rota(&cx, &who, school.id).await.unwrap()[0].0, turn);
    cases.drop_turn(&who, turn.id).await.unwrap();
    assert!(matches!(cases.drop_turn(&who, turn.id).await, Err(ServiceError::NotFound(_))));
    cases.take_turn(&cx, &who, good).await.unwrap();
    school.hours(25);
    assert!(cases.rota(&school.w.cx(), &who, school.id).await.unwrap().is_empty());
    let filed = Filed::Notice(notice("https://oak.test/about"));
    cases.complain(&school.w.cx(), CaseKind::DefamationNotice, filed, client(1)).await.unwrap();
    school.hours(8);
    assert_eq!(receivers(&school.letters().await), ["ada", "mo"], "the cover's turn is over");
}
