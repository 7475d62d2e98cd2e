//! Defamation notices from the form to the end of their file.

use staffroom_domain::cases::notice::{Notice, PosterReply};
use staffroom_domain::cases::{CaseKind, CaseLetter, Duty, PaperKind, StepKind};
use staffroom_domain::ids::CaseId;
use staffroom_domain::{Timestamp, Viewer};

use super::{EMAIL, NAME, School, assert_discreet, client, new_step, notice, receivers, school};
use crate::ServiceError;
use crate::cases::{Complained, Filed, NewStep};

const STATEMENT: &str = "The cook takes from the tuck shop";

/// The token in a letter.
fn token(text: &str) -> &str {
    text.split_once("token=").unwrap().1.lines().next().unwrap()
}

/// A notice about a statement of amy's that mo looked at and sent to her; the link she got.
async fn with_poster(school: &School) -> (CaseId, String, staffroom_domain::ids::StatusId) {
    let status = school.w.publish(&school.amy, STATEMENT).await.status;
    let id = school.complain(CaseKind::DefamationNotice, &status.url).await;
    school.step(id, StepKind::Assessed).await.unwrap();
    school.letters().await;
    school.send(id, CaseLetter::PosterNotice, "").await.unwrap();
    let letters = school.letters().await;
    (id, token(&letters[0].2).to_owned(), status.id)
}

fn reply(remove: Option<bool>) -> PosterReply {
    PosterReply {
        remove,
        full_name: "Amy Ash".to_owned(),
        postal_address: "1 High Street".to_owned(),
        complainant_may_have_them: Some(true),
        obviously_false: false,
    }
}

#[tokio::test]
async fn a_notice_that_is_not_answered_ends_with_the_removal() {
    let school = school().await;
    let status = school.w.publish(&school.amy, STATEMENT).await.status;
    let id = school.complain(CaseKind::DefamationNotice, &status.url).await;
    let letters = school.letters().await;
    assert_discreet(&letters);
    assert_eq!(receivers(&letters), ["mo"], "the moderators of the school");
    let view = school.case(id).await;
    assert_eq!((view.case.about, view.case.state.as_str()), (Some(school.amy.id), "received"));
    // received on a Saturday: the hours of Monday and Tuesday
    assert_eq!(view.due[0].by.to_rfc3339(), "2026-11-25T00:00:00.000Z");
    assert!(view.papers.iter().any(|paper| paper.kind == PaperKind::Statement && paper.text.contains(STATEMENT)));

    assert_eq!(school.step(id, StepKind::Assessed).await.unwrap().case.state, "valid");
    let refused = school.step(id, StepKind::ToldComplainant).await.unwrap_err();
    assert!(refused.to_string().contains("passed_to_poster"), "{refused}");
    school.send(id, CaseLetter::PosterNotice, "").await.unwrap();
    let letters = school.letters().await;
    assert_discreet(&letters);
    let (to, subject, text) = &letters[0];
    assert_eq!((to.as_str(), subject.as_str()), ("amy@oak.test", format!("Case {id} on Oak").as_str()));
    for wanted in [STATEMENT, "the end of Thursday 26 November 2026", "/complaints/answer?token="] {
        assert!(text.contains(wanted), "{wanted}: {text}");
    }
    school.send(id, CaseLetter::Acknowledgement, "").await.unwrap();
    let letters = school.letters().await;
    assert!(letters.len() == 1 && letters[0].0 == EMAIL && letters[0].2.contains("five days"), "{letters:?}");

    school.until("2026-11-27T00:00:00Z");
    school.letters().await;
    assert_eq!(school.case(id).await.case.state, "with_poster", "the last moment is in time");
    school.until("2026-11-27T00:00:01Z");
    let letters = school.letters().await;
    assert_discreet(&letters);
    assert!(letters.iter().any(|(_, _, text)| text.contains("did not answer in time")), "{letters:?}");
    let view = school.case(id).await;
    assert_eq!(
        (view.case.state.as_str(), view.due[0].by.to_rfc3339().as_str()),
        ("removing", "2026-12-01T00:00:00.000Z")
    );

    let removed = school.step(id, StepKind::Removed).await.unwrap();
    assert_eq!(removed.case.state, "removed");
    let gone = school.w.service.statuses().get(Viewer::Account(school.amy.id), status.id).await;
    assert!(matches!(gone, Err(ServiceError::NotFound(_))));
    let letters = school.letters().await;
    assert_discreet(&letters);
    assert!(letters[0].0 == "amy@oak.test" && letters[0].2.contains("/appeals/new?token="), "{letters:?}");
    assert_eq!(school.send(id, CaseLetter::Outcome, "").await.unwrap().case.state, "ended_removed");
    let letters = school.letters().await;
    assert!(letters[0].0 == EMAIL && letters[0].2.contains("did not answer in time"), "{letters:?}");

    let (cases, who) = (school.w.service.cases(), school.moderator(&school.mo).await);
    let version = school.case(id).await.case.version;
    let closed = cases.close(&school.w.cx(), &who, id, version).await.unwrap();
    assert!(closed.case.closed_at.is_some() && closed.due.is_empty() && closed.possible.is_empty());
    let late = cases.note(&school.w.cx(), &who, id, closed.case.version, "one more").await;
    assert!(matches!(late, Err(ServiceError::Forbidden(_))));

    let bundle = cases.evidence(&school.w.cx(), &who, id).await.unwrap();
    for part in &bundle.parts {
        assert_eq!(part.sha256, crate::digest::sha256_hex(&part.content), "{}", part.name);
    }
    assert_eq!(bundle.manifest_sha256, crate::digest::sha256_hex(&bundle.manifest()));
    assert!(bundle.html().contains(&bundle.manifest_sha256) && bundle.html().contains("001-complaint.json"));

    school.hours(24 * 2191);
    school.w.service.jobs().sweep(&school.w.cx()).await.unwrap();
    assert!(cases.get(&who, id).await.is_ok());
    school.hours(24 * 2);
    school.w.service.jobs().sweep(&school.w.cx()).await.unwrap();
    assert!(matches!(cases.get(&who, id).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn who_objects_and_says_who_they_are_keeps_the_statement() {
    let school = school().await;
    let (id, link, status) = with_poster(&school).await;
    let (cases, cx) = (school.w.service.cases(), school.w.cx());
    let asked = cases.asked(&cx, &link).await.unwrap();
    assert!(asked.letter.contains(STATEMENT) && !asked.letter.contains(&link) && !asked.letter.contains(NAME));
    let lacks =
        cases.answer(&cx, &link, PosterReply { remove: Some(false), ..PosterReply::default() }, client(2)).await;
    assert_eq!(lacks.unwrap().len(), 3, "name, address, and whether they may be given");
    assert_eq!(school.case(id).await.case.state, "with_poster", "nothing was taken");
    for wrong in ["", "wrong", &"x".repeat(1000)] {
        let refused = cases.answer(&cx, wrong, reply(Some(true)), client(2)).await;
        assert!(matches!(refused, Err(ServiceError::NotFound(_))), "{wrong}");
    }
    assert!(cases.answer(&cx, &link, reply(Some(false)), client(2)).await.unwrap().is_empty());
    assert_eq!(school.case(id).await.case.state, "stands");
    assert!(matches!(cases.asked(&cx, &link).await, Err(ServiceError::NotFound(_))), "a link counts once");
    school.letters().await;
    school.send(id, CaseLetter::Outcome, "").await.unwrap();
    let letters = school.letters().await;
    assert!(letters[0].0 == EMAIL && letters[0].2.contains("Amy Ash") && letters[0].2.contains("1 High Street"));
    assert!(school.w.service.statuses().get(Viewer::Anonymous, status).await.is_ok());
}

#[tokio::test]
async fn an_answer_by_post_counts_by_the_day_it_came() {
    let school = school().await;
    let (id, link, _) = with_poster(&school).await;
    school.until("2026-11-27T09:00:00Z");
    school.letters().await;
    assert_eq!(school.case(id).await.case.state, "removing");
    let (cases, cx) = (school.w.service.cases(), school.w.cx());
    let late = cases.answer(&cx, &link, reply(Some(false)), client(2)).await;
    assert!(matches!(late, Err(ServiceError::NotFound(_))), "the link is over");
    let who = school.moderator(&school.mo).await;
    let version = school.case(id).await.case.version;
    let came = |text: &str| NewStep {
        at: Timestamp::parse(text),
        reply: Some(reply(Some(false))),
        ..new_step(StepKind::PosterAnswered, version)
    };
    let refused = cases.record(&cx, &who, id, came("2026-11-27T08:00:00Z")).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { field: "event", .. })), "too late: {refused:?}");
    let view = cases.record(&cx, &who, id, came("2026-11-26T16:00:00Z")).await.unwrap();
    assert_eq!(view.case.state, "stands");
    assert!(view.due.iter().any(|due| due.duty == Duty::TellComplainant), "{:?}", view.due);
    school.hours(24);
    school.letters().await;
    assert_eq!(school.case(id).await.case.state, "stands", "the clock does not come back to it");
}

#[tokio::test]
async fn a_statement_that_comes_back_goes_without_asking_from_the_third_time_on() {
    let school = school().await;
    for round in 0..3 {
        let text = ["The cook takes from the tuck shop", "THE COOK takes from the tuck shop!", STATEMENT][round];
        let status = school.w.publish(&school.amy, text).await.status;
        let id = school.complain(CaseKind::DefamationNotice, &status.url).await;
        let state = school.step(id, StepKind::Assessed).await.unwrap().case.state;
        assert_eq!(state, if round < 2 { "valid" } else { "removing" }, "{round}");
        school.step(id, StepKind::Removed).await.unwrap();
    }
    let other = school.w.publish(&school.amy, "Soup for everybody on Friday").await.status;
    let id = school.complain(CaseKind::DefamationNotice, &other.url).await;
    assert_eq!(school.step(id, StepKind::Assessed).await.unwrap().case.state, "valid");
}

#[tokio::test]
async fn what_a_notice_lacks_is_said_and_nothing_is_taken() {
    let school = school().await;
    let cases = school.w.service.cases();
    let lacking = Notice { meaning: " ".to_owned(), poster_may_have_name: None, ..notice("nowhere") };
    let answer = cases.complain(&school.w.cx(), CaseKind::DefamationNotice, Filed::Notice(lacking), client(3)).await;
    let Complained::Lacks(lacks) = answer.unwrap() else { panic!("it was taken") };
    assert!(lacks.len() == 2 && lacks.iter().any(|one| one.contains("meaning")), "{lacks:?}");
    for (kind, filed) in [
        (CaseKind::DataBreach, Filed::Complaint(super::complaint(""))),
        (CaseKind::DataComplaint, Filed::Notice(notice(""))),
    ] {
        let refused = cases.complain(&school.w.cx(), kind, filed, client(3)).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "{kind:?}");
    }
    let long = Notice { statement: "x".repeat(5_001), ..notice("") };
    let refused = cases.complain(&school.w.cx(), CaseKind::DefamationNotice, Filed::Notice(long), client(3)).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { field: "statement", .. })));
    assert!(school.open_cases(&school.mo).await.is_empty());
    for _ in 0..20 {
        drop(cases.complain(&school.w.cx(), CaseKind::DataBreach, Filed::Notice(notice("")), client(3)).await);
    }
    let refused =
        cases.complain(&school.w.cx(), CaseKind::DefamationNotice, Filed::Notice(notice("")), client(3)).await;
    assert!(matches!(refused, Err(ServiceError::RateLimited { .. })));
    school.complain(CaseKind::DataComplaint, "").await;
}

#[tokio::test]
async fn two_who_decide_at_once_make_one_decision() {
    let school = school().await;
    let status = school.w.publish(&school.amy, STATEMENT).await.status;
    let id = school.complain(CaseKind::DefamationNotice, &status.url).await;
    let version = school.case(id).await.case.version;
    let (mo, ada) = (school.moderator(&school.mo).await, school.moderator(&school.ada).await);
    let (cases, cx) = (school.w.service.cases(), school.w.cx());
    let (one, other) = tokio::join!(
        cases.record(&cx, &mo, id, new_step(StepKind::Removed, version)),
        cases.record(&cx, &ada, id, new_step(StepKind::Withdrawn, version)),
    );
    let (done, told) = if one.is_ok() { (one, other) } else { (other, one) };
    let state = done.unwrap().case.state;
    let told = told.unwrap_err();
    assert!(matches!(&told, ServiceError::Conflict(why) if why.contains(&state)), "{told}");
    let steps = school.case(id).await.entries.len();
    assert_eq!(steps, 2, "opened, and one decision");
}
