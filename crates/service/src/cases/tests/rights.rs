//! Whose business a case is, and what is refused with words.

use staffroom_domain::Timestamp;
use staffroom_domain::cases::{CaseKind, CaseLetter, StepKind};
use staffroom_domain::ids::OrganisationId;
use staffroom_domain::organisation::{Right, Role};

use super::{School, complaint, new_step, notice, school};
use crate::ServiceError;
use crate::auth::Authority;
use crate::cases::{Filed, NewCase, NewLetter};

fn new_case(kind: CaseKind, organisation: OrganisationId) -> NewCase {
    let filed = match kind {
        CaseKind::DefamationNotice => Some(Filed::Notice(notice("https://oak.test/1"))),
        CaseKind::DataBreach => None,
        _ => Some(Filed::Complaint(complaint(""))),
    };
    NewCase {
        kind,
        organisation,
        jurisdiction: None,
        received_at: None,
        status_ids: Vec::new(),
        account_ids: Vec::new(),
        report: None,
        filed,
        note: String::new(),
    }
}

/// Somebody who moderates another school.
async fn stranger(school: &School) -> (Authority, OrganisationId) {
    let (organisations, operator, w) = (school.w.service.organisations(), Authority::operator(), &school.w);
    let elm = organisations.create(&w.cx(), &operator, "Elm", None).await.unwrap().id;
    let eve = w.local("eve").await;
    organisations.move_to(&w.cx(), &operator, eve.id, elm).await.unwrap();
    organisations.set_role(&w.cx(), &operator, elm, eve.id, Role::Moderator).await.unwrap();
    (w.authority(eve.id, Right::Moderate).await, elm)
}

#[tokio::test]
async fn a_case_is_nobody_elses_business() {
    let school = school().await;
    let (eve, elm) = stranger(&school).await;
    let id = school.complain(CaseKind::DataComplaint, "").await;
    let (cases, cx) = (school.w.service.cases(), school.w.cx());
    let version = school.case(id).await.case.version;
    let letter = || NewLetter { letter: CaseLetter::Acknowledgement, version, text: String::new() };
    let refused = [
        cases.get(&eve, id).await.map(drop),
        cases.record(&cx, &eve, id, new_step(StepKind::Answered, version)).await.map(drop),
        cases.assign(&cx, &eve, id, version, None).await.map(drop),
        cases.note(&cx, &eve, id, version, "mine").await.map(drop),
        cases.close(&cx, &eve, id, version).await.map(drop),
        cases.draft(&cx, &eve, id, letter()).await.map(drop),
        cases.send(&cx, &eve, id, letter()).await.map(drop),
        cases.evidence(&cx, &eve, id).await.map(drop),
        cases.rota(&cx, &eve, school.id).await.map(drop),
        cases.open(&cx, &eve, new_case(CaseKind::DataBreach, school.id)).await.map(drop),
    ];
    for (at, refused) in refused.into_iter().enumerate() {
        assert!(matches!(refused, Err(ServiceError::NotFound(_))), "{at}: {refused:?}");
    }
    assert!(cases.due(&cx, &eve, 365, 10).await.unwrap().is_empty());
    assert_eq!(cases.due(&cx, &school.moderator(&school.mo).await, 365, 10).await.unwrap().len(), 1);
    assert_eq!(school.case(id).await.case.version, version, "nothing was changed");
    // nor is somebody of one school dealt with in another
    let about = NewCase { account_ids: vec![school.amy.id], ..new_case(CaseKind::DefamationNotice, elm) };
    assert!(matches!(cases.open(&cx, &eve, about).await, Err(ServiceError::NotFound(_))));
    let about = NewCase { account_ids: vec![school.amy.id], ..new_case(CaseKind::DefamationNotice, school.id) };
    let opened = cases.open(&cx, &school.moderator(&school.mo).await, about).await.unwrap();
    assert_eq!(opened.case.about, Some(school.amy.id));
    let about = NewCase { account_ids: vec![school.ada.id], ..new_case(CaseKind::DefamationNotice, school.id) };
    let refused = cases.open(&cx, &school.moderator(&school.mo).await, about).await;
    assert!(matches!(refused, Err(ServiceError::NotFound(_))), "about somebody who stands higher");
}

#[tokio::test]
async fn what_is_wrong_with_a_case_is_said() {
    let school = school().await;
    let (cases, cx, who) = (school.w.service.cases(), school.w.cx(), school.moderator(&school.mo).await);
    let new = |kind| new_case(kind, school.id);
    for (bad, field) in [
        (NewCase { filed: None, ..new(CaseKind::DataComplaint) }, "complaint"),
        (NewCase { filed: Some(Filed::Notice(notice(""))), ..new(CaseKind::SubjectAccess) }, "complaint"),
        (NewCase { received_at: Some(Timestamp(cx.now().0 + 1)), ..new(CaseKind::DataBreach) }, "received_at"),
        (NewCase { jurisdiction: Some("narnia".to_owned()), ..new(CaseKind::DataBreach) }, "jurisdiction"),
        (NewCase { jurisdiction: Some("scotland".to_owned()), ..new(CaseKind::DefamationNotice) }, "kind"),
        (NewCase { note: "x".repeat(5_001), ..new(CaseKind::DataBreach) }, "note"),
    ] {
        let said = format!("{bad:?}");
        let refused = cases.open(&cx, &who, bad).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: named, .. }) if named == field), "{said}");
    }
    let id = cases.open(&cx, &who, new(CaseKind::DataBreach)).await.unwrap().case.id;
    for (kind, at, field) in [
        (StepKind::Assessed, None, "complaint"),
        (StepKind::PosterTimeEnded, None, "event"),
        (StepKind::Answered, None, "event"),
        (StepKind::RegulatorTold, Some(Timestamp(cx.now().0 + 1)), "at"),
        (StepKind::RegulatorTold, Some(Timestamp(0)), "at"),
    ] {
        let version = school.case(id).await.case.version;
        let step = crate::cases::NewStep { at, ..new_step(kind, version) };
        let refused = cases.record(&cx, &who, id, step).await;
        assert!(matches!(refused, Err(ServiceError::Invalid { field: named, .. }) if named == field), "{kind:?}");
    }
    let version = school.case(id).await.case.version;
    let refused = cases.close(&cx, &who, id, version).await.unwrap_err();
    assert!(refused.to_string().contains("notify_regulator"), "{refused}");
    let refused = cases.assign(&cx, &who, id, version, Some(school.amy.id)).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "amy deals with nothing");
    let refused = school.send(id, CaseLetter::Outcome, "sorry").await;
    assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "nobody wrote in");
    school.step(id, StepKind::RegulatorTold).await.unwrap();
    let stale = cases.close(&cx, &who, id, version).await;
    assert!(matches!(stale, Err(ServiceError::Conflict(_))));
    let version = school.case(id).await.case.version;
    cases.close(&cx, &who, id, version).await.unwrap();
}

#[tokio::test]
async fn a_request_for_data_is_answered_by_letter() {
    let school = school().await;
    let (cases, cx, who) = (school.w.service.cases(), school.w.cx(), school.moderator(&school.mo).await);
    let id = cases.open(&cx, &who, new_case(CaseKind::SubjectAccess, school.id)).await.unwrap().case.id;
    school.letters().await;
    let empty = school.send(id, CaseLetter::Question, " ").await;
    assert!(matches!(empty, Err(ServiceError::Invalid { field: "text", .. })));
    let version = school.case(id).await.case.version;
    let shown = NewLetter { letter: CaseLetter::Extension, version, text: "There is much of it.".to_owned() };
    let draft = cases.draft(&cx, &who, id, shown).await.unwrap();
    // three months from Saturday 21 November: to the end of Monday 22 February
    assert!(draft.text.contains("the end of Monday 22 February 2027"), "{}", draft.text);
    assert_eq!(school.case(id).await.case.version, version, "looking sends nothing");
    assert!(school.letters().await.is_empty());
    school.send(id, CaseLetter::Extension, "There is much of it.").await.unwrap();
    let again = school.send(id, CaseLetter::Extension, "More.").await.unwrap_err();
    assert!(again.to_string().contains("what can happen"), "{again}");
    school.send(id, CaseLetter::Outcome, "Here is what we keep.").await.unwrap();
    let letters = school.letters().await;
    let last = letters.iter().find(|(_, _, text)| text.contains("Here is what we keep.")).unwrap();
    assert_eq!((last.0.as_str(), last.1.as_str()), (super::EMAIL, format!("Case {id} on Oak").as_str()));
    assert!(school.case(id).await.case.state == "settled");
}
