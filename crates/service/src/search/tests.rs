//! The index of words.

use staffroom_domain::Viewer;
use staffroom_domain::ids::StatusId;
use staffroom_domain::job::Job;

use super::SearchQuery;
use crate::testing::{World, world};

async fn found(w: &World, viewer: Viewer, q: &str) -> Vec<StatusId> {
    let query = SearchQuery { q: q.to_owned(), kind: Some("statuses".to_owned()), limit: 40, ..SearchQuery::default() };
    let found = w.service.search().search(viewer, query).await.unwrap();
    found.statuses.iter().map(|view| view.status.id).collect()
}

#[tokio::test]
async fn rel_41_what_is_read_in_again_is_there_once() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let first = w.publish(&amy, "marking on Thursday").await.status.id;
    let second = w.publish(&amy, "marking on Friday").await.status.id;
    w.service.statuses().reblog(&w.cx(), ben.id, first, None, crate::Origin::Local).await.unwrap();
    w.service.statuses().delete(&w.cx(), amy.id, second, false).await.unwrap();
    for _ in 0..2 {
        let tx = w.service.storage().begin().await.unwrap();
        let job = Job::IndexStatuses { after: StatusId(0) };
        tx.jobs().push(w.cx().id(), &job, w.cx().now(), None).await.unwrap();
        tx.commit().await.unwrap();
        w.run_jobs().await;
    }
    assert_eq!(found(&w, Viewer::Account(amy.id), "marking").await, [first]);
    assert_eq!(found(&w, Viewer::Account(ben.id), "marking").await, [first], "boosted");
    assert!(found(&w, Viewer::Anonymous, "marking").await.is_empty());
}
