//! What comes from elsewhere, and what must not.

use std::time::Duration;

use staffroom_domain::status::IncomingStatus;
use staffroom_domain::{Account, PageRequest, Tag, Viewer, Visibility};

use crate::statuses::Arrival;
use crate::testing::{World, draft, incoming, incoming_tag_account, world};
use crate::timelines::{PublicFilter, TagFilter};

async fn deliver(w: &World, status: IncomingStatus) -> Option<staffroom_domain::ids::StatusId> {
    w.wait(1);
    w.service.statuses().ingest(&w.cx(), status, Arrival::Delivered).await.unwrap()
}

async fn tagged(w: &World, tag: &str) -> usize {
    let filter = TagFilter {
        tag: Tag::parse(tag).unwrap(),
        any: Vec::new(),
        all: Vec::new(),
        none: Vec::new(),
        public: PublicFilter::default(),
    };
    w.service.timelines().tag(Viewer::Anonymous, filter, PageRequest::newest(20)).await.unwrap().items.len()
}

async fn home_count(w: &World, account: &Account) -> usize {
    w.service.timelines().home(account.id, PageRequest::newest(20)).await.unwrap().items.len()
}

#[tokio::test]
async fn a_status_of_somebody_nobody_follows_is_not_kept() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    assert_eq!(deliver(&w, incoming(&cat, "1", "hello")).await, None);
    w.befriend(&amy, &cat).await;
    let id = deliver(&w, incoming(&cat, "2", "hello <script>x</script>")).await.unwrap();
    let view = w.seen(&amy, id).await.unwrap();
    assert!(!view.status.content.contains("script"), "{}", view.status.content);
    assert_eq!(home_count(&w, &amy).await, 1);
    assert_eq!(deliver(&w, incoming(&cat, "2", "again")).await, Some(id));
    assert_eq!(w.service.accounts().get(cat.id).await.unwrap().statuses_count, 1);
}

#[tokio::test]
async fn a_mention_or_an_answer_brings_a_stranger_in() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    let direct = IncomingStatus {
        visibility: Visibility::Direct,
        mention_uris: vec![amy.uri.clone()],
        recipient_uris: vec![amy.uri.clone()],
        ..incoming(&cat, "1", "psst")
    };
    let id = deliver(&w, direct).await.unwrap();
    assert!(w.seen(&amy, id).await.is_some());
    let eve = w.local("eve").await;
    assert!(w.seen(&eve, id).await.is_none());
    let status = w.publish(&amy, "question?").await.status;
    let answer = IncomingStatus { in_reply_to_uri: Some(status.uri.clone()), ..incoming(&cat, "2", "answer") };
    let answer = deliver(&w, answer).await.unwrap();
    let context = w.service.statuses().context(Viewer::Account(amy.id), status.id).await.unwrap();
    assert_eq!(context.descendants[0].status.id, answer);
    assert_eq!(w.seen(&amy, status.id).await.unwrap().status.replies_count, 1);
}

#[tokio::test]
async fn only_the_author_edits_and_removes_and_the_audience_never_widens() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    let mallory = w.remote("mallory", "elm.example").await;
    w.befriend(&amy, &cat).await;
    let private = IncomingStatus { visibility: Visibility::Private, ..incoming(&cat, "1", "first") };
    let id = deliver(&w, private.clone()).await.unwrap();
    let edit = |author: &Account, text: &str| IncomingStatus {
        author_uri: author.uri.clone(),
        content: text.to_owned(),
        visibility: Visibility::Public,
        updated: Some(w.cx().now()),
        ..private.clone()
    };
    w.wait(10);
    w.service.statuses().ingest_edit(&w.cx(), edit(&mallory, "forged")).await.unwrap();
    assert!(w.seen(&amy, id).await.unwrap().status.content.contains("first"));
    w.service.statuses().ingest_edit(&w.cx(), edit(&cat, "second")).await.unwrap();
    let view = w.seen(&amy, id).await.unwrap();
    assert!(view.status.content.contains("second"));
    assert_eq!(view.status.visibility, Visibility::Private);
    assert_eq!(w.service.statuses().history(Viewer::Account(amy.id), id).await.unwrap().len(), 2);

    w.service.statuses().remove(&w.cx(), &private.uri, &mallory.uri).await.unwrap();
    assert!(w.seen(&amy, id).await.is_some());
    w.service.statuses().remove(&w.cx(), &private.uri, &cat.uri).await.unwrap();
    assert!(w.seen(&amy, id).await.is_none());
    assert_eq!(deliver(&w, private).await, None);
}

#[tokio::test]
async fn a_deletion_that_comes_first_keeps_the_status_out_unless_somebody_else_sent_it() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    w.befriend(&amy, &cat).await;
    let (one, two) = (incoming(&cat, "1", "one"), incoming(&cat, "2", "two"));
    w.service.statuses().remove(&w.cx(), &one.uri, &cat.uri).await.unwrap();
    w.service.statuses().remove(&w.cx(), &two.uri, "https://fir.example/users/mallory").await.unwrap();
    assert_eq!(deliver(&w, one).await, None);
    assert!(deliver(&w, two).await.is_some());
}

#[tokio::test]
async fn an_answer_that_comes_before_its_question_is_joined_to_it() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    w.befriend(&amy, &cat).await;
    let dan = w.remote("dan", "fir.example").await;
    let question = incoming(&dan, "q", "question");
    let answer = IncomingStatus { in_reply_to_uri: Some(question.uri.clone()), ..incoming(&cat, "a", "answer") };
    let answer = deliver(&w, answer).await.unwrap();
    w.elsewhere.has_status(question.clone());
    w.run_jobs().await;
    let id = w.service.statuses().id_of(&question.uri).await.unwrap().unwrap();
    let context = w.service.statuses().context(Viewer::Account(amy.id), answer).await.unwrap();
    assert_eq!(context.ancestors.iter().map(|v| v.status.id).collect::<Vec<_>>(), [id]);
    assert_eq!(w.seen(&amy, id).await.unwrap().status.replies_count, 1);
}

#[tokio::test]
async fn an_old_status_takes_an_old_id_and_tells_nobody() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    let newest = w.publish(&amy, "new").await.status.id;
    let old = IncomingStatus {
        published: Some(w.cx().now().minus(Duration::from_hours(40 * 24))),
        mention_uris: vec![amy.uri.clone()],
        ..incoming(&cat, "1", "long ago")
    };
    let future = IncomingStatus {
        published: Some(w.cx().now().plus(Duration::from_hours(1))),
        mention_uris: vec![amy.uri.clone()],
        ..incoming(&cat, "2", "from the future")
    };
    let id = w.service.statuses().ingest(&w.cx(), old, Arrival::Fetched).await.unwrap().unwrap();
    assert!(id < newest);
    let filter = staffroom_domain::notification::NotificationFilter::default();
    let told = w.service.notifications().list(amy.id, filter, PageRequest::newest(20)).await.unwrap();
    assert!(told.items.is_empty());
    let id = deliver(&w, future).await.unwrap();
    assert!(w.seen(&amy, id).await.unwrap().status.created_at <= w.cx().now());
}

#[tokio::test]
async fn a_tagged_status_enters_once_through_the_tag_account_of_its_own_host() {
    let w = world().await;
    let cat = w.remote("cat", "elm.example").await;
    let ours = w.service.accounts().by_uri("https://oak.test/actor").await.unwrap().unwrap();
    let tag = w.service.accounts().ingest(&w.cx(), incoming_tag_account("SLTchat", "elm.example")).await.unwrap();
    let shared = |name: &str, by: &str| IncomingStatus {
        tag_account_uris: vec![by.to_owned()],
        ..incoming(&cat, name, "hello #SLTchat")
    };
    assert_eq!(deliver(&w, shared("1", &tag.uri)).await, None, "not followed yet");
    w.befriend(&ours, &tag).await;
    let id = deliver(&w, shared("2", &tag.uri)).await.unwrap();
    assert_eq!(deliver(&w, shared("2", &tag.uri)).await, Some(id));
    w.service.statuses().announced_by_tag(&w.cx(), tag.id, id).await.unwrap();
    assert_eq!(tagged(&w, "sltchat").await, 1);
    let view = w.service.statuses().get(Viewer::Anonymous, id).await.unwrap();
    assert_eq!(view.status.reblogs_count, 0);

    let dan = w.remote("dan", "fir.example").await;
    let foreign = IncomingStatus { tag_account_uris: vec![tag.uri.clone()], ..incoming(&dan, "1", "me too #SLTchat") };
    assert_eq!(deliver(&w, foreign).await, None, "a tag account speaks for its own host only");
}

#[tokio::test]
async fn nobody_elsewhere_writes_in_our_name() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    let status = w.publish_draft(&amy, draft("mine")).await.status;
    let forged = IncomingStatus { uri: status.uri.clone(), ..incoming(&cat, "1", "not mine") };
    assert_eq!(deliver(&w, forged.clone()).await, Some(status.id));
    w.service.statuses().ingest_edit(&w.cx(), forged).await.unwrap();
    w.service.statuses().remove(&w.cx(), &status.uri, &cat.uri).await.unwrap();
    assert_eq!(w.seen(&amy, status.id).await.unwrap().status.text, "mine");
}

#[tokio::test]
async fn rel_30_what_was_deleted_or_taken_back_does_not_come_for_thirty_days() {
    let w = world().await;
    let (amy, cat) = (w.local("amy").await, w.remote("cat", "elm.example").await);
    w.befriend(&amy, &cat).await;
    // both before they arrive
    let late = incoming(&cat, "1", "late words");
    let statuses = w.service.statuses();
    statuses.remove(&w.cx(), &late.uri, &cat.uri).await.unwrap();
    let inbox = w.service.inbox();
    let like = "https://elm.example/likes/1";
    inbox.withdraw(&w.cx(), like, &cat.uri).await.unwrap();
    assert!(!inbox.is_withdrawn(like, &amy.uri).await.unwrap(), "nobody takes back what others said");
    for (hours, is_remembered) in [(0, true), (29 * 24, true), (2 * 24, false)] {
        w.clock.advance(Duration::from_hours(hours));
        w.service.jobs().sweep(&w.cx()).await.unwrap();
        assert_eq!(inbox.is_withdrawn(like, &cat.uri).await.unwrap(), is_remembered, "after {hours} h more");
        assert_eq!(deliver(&w, late.clone()).await.is_none(), is_remembered, "after {hours} h more");
    }
}
