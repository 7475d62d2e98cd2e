//! Authors decide what is shared, edits change it, and moderators can take a status out.

use staffroom_domain::account::{Account, ProfileUpdate};
use staffroom_domain::status::{Draft, StatusEdit};
use staffroom_domain::{PageRequest, Tag};

use super::{lines, network};
use crate::ServiceError;
use crate::testing::{Sent, World, draft, world};

async fn edit(w: &World, author: &Account, id: staffroom_domain::ids::StatusId, text: &str) -> Vec<Sent> {
    w.wait(1);
    let edit = StatusEdit { text: Some(text.to_owned()), ..StatusEdit::default() };
    w.service.statuses().edit(&w.cx(), author.id, id, edit).await.unwrap();
    w.sent().await
}

async fn announced(w: &World, slug: &str) -> Vec<String> {
    let tag = w.service.exchange().tag_account(slug).await.unwrap().unwrap();
    let found = w.service.exchange().announcements(&tag, PageRequest::newest(20)).await.unwrap();
    found.items.into_iter().map(|one| one.uri).collect()
}

#[tokio::test]
async fn who_does_not_share_is_not_announced_and_one_status_can_differ() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let shy = Draft { share_tagged: Some(false), ..draft("for us #SLTchat") };
    w.publish_draft(&amy, shy).await;
    assert!(w.sent().await.is_empty());

    let change = ProfileUpdate { share_tagged: Some(false), ..ProfileUpdate::default() };
    w.service.accounts().update_profile(&w.cx(), amy.id, change).await.unwrap();
    let quiet = w.publish(&amy, "for us too #SLTchat").await.status.id;
    assert!(w.sent().await.is_empty());
    assert!(edit(&w, &amy, quiet, "still for us #SLTchat").await.is_empty());
    let loud = Draft { share_tagged: Some(true), ..draft("for all #SLTchat") };
    w.publish_draft(&amy, loud).await;
    assert_eq!(w.sent().await.len(), 2);
    assert_eq!(announced(&w, "sltchat").await.len(), 1);
}

#[tokio::test]
async fn an_edit_that_adds_the_tag_begins_to_share_and_one_that_removes_it_ends_that() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let id = w.publish(&amy, "evening all").await.status.id;
    assert!(w.sent().await.is_empty());
    let added = edit(&w, &amy, id, "evening all #SLTchat").await;
    assert_eq!(lines(&added), ["StatusShared https://elm.example/inbox", "TagAnnounced https://fir.example/inbox"]);
    assert_eq!(added[0].tags, ["tag-sltchat"]);
    let first = announced(&w, "sltchat").await;

    let removed = edit(&w, &amy, id, "evening all, again").await;
    let told = removed.iter().filter(|sent| sent.event == "TagAnnounceUndone").count();
    assert_eq!((told, removed.len()), (2, 4));
    assert!(announced(&w, "sltchat").await.is_empty());

    // the id that was taken back is not used again
    let again = edit(&w, &amy, id, "evening all #SLTchat #ASEchat").await;
    assert_eq!(again.iter().filter(|sent| sent.event == "TagAnnounced").count(), 1);
    let second = announced(&w, "sltchat").await;
    assert_eq!((first.len(), second.len(), announced(&w, "asechat").await.len()), (1, 1, 1));
    assert_ne!(first, second);
}

#[tokio::test]
async fn an_inbox_is_told_once_by_the_first_tag_it_follows() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let other = w.service.exchange().tag_account("asechat").await.unwrap().unwrap();
    for host in ["fir.example", "yew.example"] {
        let fan = w.remote("other", host).await;
        w.befriend(&fan, &other).await;
    }
    w.sent().await;
    w.publish(&amy, "both #SLTchat #ASEchat").await;
    let sent = w.sent().await;
    assert_eq!(
        lines(&sent),
        [
            "StatusPublished https://elm.example/inbox",
            "TagAnnounced https://fir.example/inbox",
            "TagAnnounced https://yew.example/inbox"
        ]
    );
    assert!(sent.iter().all(|one| one.tags == ["tag-sltchat", "tag-asechat"]));
    let tag = Tag::parse("ASEchat").unwrap();
    let found = w.service.exchange().announcements(&other, PageRequest::newest(20)).await.unwrap();
    assert!(found.items[0].tags.iter().any(|one| one.name() == tag.name()));
}

#[tokio::test]
async fn a_moderator_takes_a_status_out_without_deleting_it() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let id = w.publish(&amy, "hm #SLTchat").await.status.id;
    w.sent().await;
    w.service.exchange().unannounce(&w.cx(), id).await.unwrap();
    let told = lines(&w.sent().await);
    assert_eq!(told, ["TagAnnounceUndone https://elm.example/inbox", "TagAnnounceUndone https://fir.example/inbox"]);
    assert!(w.seen(&amy, id).await.is_some());
    // neither an edit nor a second look brings it back
    let after = edit(&w, &amy, id, "hm, hm #SLTchat").await;
    assert!(after.iter().all(|sent| sent.event == "StatusEdited" && sent.tags.is_empty()));
    w.service.exchange().unannounce(&w.cx(), id).await.unwrap();
    assert!(w.sent().await.is_empty());
    let ben = w.remote("ben", "fir.example").await;
    let theirs = crate::testing::incoming(&ben, "1", "not ours #SLTchat");
    let theirs = w.service.statuses().ingest(&w.cx(), theirs, crate::statuses::Arrival::Fetched).await.unwrap();
    let refused = w.service.exchange().unannounce(&w.cx(), theirs.unwrap()).await;
    assert!(matches!(refused, Err(ServiceError::NotFound(_))));
}
