//! Reports: by people here, from elsewhere, and what cannot be reported.

use staffroom_domain::ids::AccountId;
use staffroom_domain::moderation::ReportFilter;
use staffroom_domain::report::{NewReport, ReportCategory};
use staffroom_domain::{PageRequest, Visibility};

use super::IncomingReport;
use crate::ServiceError;
use crate::auth::Authority;
use staffroom_domain::status::Draft;

use crate::testing::{World, draft, incoming, world};

fn report(target_id: AccountId) -> NewReport {
    let (status_ids, comment) = (Vec::new(), "names a pupil".to_owned());
    NewReport { target_id, status_ids, comment, category: ReportCategory::Other, forward: false }
}

async fn open(w: &World) -> Vec<(String, String, String, usize)> {
    let found = w
        .service
        .reports()
        .list(&Authority::operator(), ReportFilter::default(), PageRequest::newest(20))
        .await
        .unwrap();
    let of = |view: staffroom_domain::report::ReportView| {
        (view.account.acct(), view.target.acct(), view.report.comment, view.report.status_ids.len())
    };
    found.items.into_iter().map(of).collect()
}

#[tokio::test]
async fn what_is_reported_here_is_forwarded_where_asked_and_dealt_with() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.remote("cat", "elm.example").await);
    w.befriend(&amy, &cat).await;
    let arrival = crate::statuses::Arrival::Delivered;
    let status = w.service.statuses().ingest(&w.cx(), incoming(&cat, "1", "a name"), arrival).await.unwrap().unwrap();
    let private = w.publish_draft(&ben, Draft { visibility: Some(Visibility::Direct), ..draft("psst") });
    let private = private.await.status.id;
    w.sent().await;
    let reports = w.service.reports();
    for (what, wrong) in [
        ("oneself", report(amy.id)),
        ("nobody", report(AccountId(1))),
        ("a status of somebody else", NewReport { status_ids: vec![status], ..report(ben.id) }),
        ("a status one cannot see", NewReport { status_ids: vec![private], ..report(ben.id) }),
        ("too long a comment", NewReport { comment: "x".repeat(1_001), ..report(ben.id) }),
    ] {
        let refused = reports.file(&w.cx(), amy.id, wrong).await;
        assert!(
            matches!(refused, Err(ServiceError::NotFound(_) | ServiceError::Invalid { .. })),
            "{what}: {refused:?}"
        );
    }
    assert!(open(&w).await.is_empty());

    let filed = NewReport { status_ids: vec![status], forward: true, ..report(cat.id) };
    let filed = reports.file(&w.cx(), amy.id, filed).await.unwrap();
    assert!(filed.report.forwarded);
    let sent = w.sent().await;
    assert_eq!(
        sent.iter().map(|s| (s.event.as_str(), s.inbox.as_str())).collect::<Vec<_>>(),
        [("Reported", "https://elm.example/users/cat/inbox")]
    );
    // about one of ours nobody elsewhere is told, whatever is asked
    let local = reports.file(&w.cx(), amy.id, NewReport { forward: true, ..report(ben.id) }).await.unwrap();
    assert!(!local.report.forwarded && w.sent().await.is_empty());
    let words = "names a pupil".to_owned();
    let ours = ("amy".to_owned(), "ben".to_owned(), words.clone(), 0);
    assert_eq!(open(&w).await, [ours.clone(), ("amy".to_owned(), "cat@elm.example".to_owned(), words, 1)]);

    reports.resolve(&w.cx(), &Authority::operator(), filed.report.id, true).await.unwrap();
    assert_eq!(open(&w).await, [ours]);
    reports.resolve(&w.cx(), &Authority::operator(), filed.report.id, false).await.unwrap();
    assert_eq!(open(&w).await.len(), 2);
    for _ in 0..19 {
        reports.file(&w.cx(), amy.id, report(ben.id)).await.unwrap();
    }
    let refused = reports.file(&w.cx(), amy.id, report(ben.id)).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { .. })), "{refused:?}");
}

#[tokio::test]
async fn a_report_from_elsewhere_is_kept_once_for_each_of_ours_it_names() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (cat, dan) = (w.remote("cat", "elm.example").await, w.remote("dan", "elm.example").await);
    let status = w.publish(&amy, "hello").await.status;
    let incoming = |name: &str, about: &[&str]| IncomingReport {
        uri: format!("https://elm.example/reports/{name}"),
        by: cat.id,
        object_uris: about.iter().map(ToString::to_string).collect(),
        comment: format!("look\u{1b}[2J{}", "x".repeat(10_000)),
    };
    let reports = w.service.reports();
    let named = [amy.uri.as_str(), &status.uri, &ben.uri, &dan.uri, "https://nowhere.example/1"];
    for kept in [2, 0] {
        assert_eq!(reports.receive(&w.cx(), incoming("1", &named)).await.unwrap(), kept);
    }
    assert_eq!(reports.receive(&w.cx(), incoming("2", &[&dan.uri])).await.unwrap(), 0);
    let mut kept = open(&w).await;
    kept.sort();
    let comment = format!("look[2J{}", "x".repeat(4_993));
    let by = || "cat@elm.example".to_owned();
    assert_eq!(kept, [(by(), "amy".to_owned(), comment.clone(), 1), (by(), "ben".to_owned(), comment, 0)]);
}
