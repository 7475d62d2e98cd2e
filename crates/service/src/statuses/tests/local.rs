//! What people here write, edit, delete, boost and favourite.

use staffroom_domain::notification::{NotificationFilter, NotificationKind};
use staffroom_domain::poll::NewPoll;
use staffroom_domain::status::{Draft, Published, StatusEdit, StatusView};
use staffroom_domain::{Account, PageRequest, Tag, Viewer, Visibility};

use crate::testing::{World, draft, incoming_account, world};
use crate::timelines::{PublicFilter, TagFilter};
use crate::{Origin, ServiceError};

async fn home(w: &World, account: &Account) -> Vec<String> {
    let page = w.service.timelines().home(account.id, PageRequest::newest(40)).await.unwrap();
    page.items.into_iter().map(|v| v.reblog.map_or(v.status.text, |r| format!("boost: {}", r.status.text))).collect()
}

async fn told(w: &World, account: &Account) -> Vec<NotificationKind> {
    let filter = NotificationFilter::default();
    let page = w.service.notifications().list(account.id, filter, PageRequest::newest(40)).await.unwrap();
    page.items.into_iter().map(|n| n.kind).collect()
}

#[tokio::test]
async fn a_status_reaches_followers_here_and_elsewhere_once_per_host() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (cat, dan) = (w.remote("cat", "elm.example").await, w.remote("dan", "elm.example").await);
    for follower in [&ben, &cat, &dan] {
        w.befriend(follower, &amy).await;
    }
    w.sent().await;

    let view = w.publish(&amy, "Good morning, @ben! #Monday").await;
    assert_eq!(view.status.tags, [Tag::parse("Monday").unwrap()]);
    assert_eq!(view.status.mentions[0].acct, "ben");
    assert!(view.status.content.contains("https://oak.test/tags/monday"), "{}", view.status.content);
    assert_eq!(home(&w, &ben).await, ["Good morning, @ben! #Monday"]);
    assert_eq!(home(&w, &amy).await.len(), 1);
    assert_eq!(told(&w, &ben).await, [NotificationKind::Mention]);
    let sent = w.sent().await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!((sent[0].event.as_str(), sent[0].inbox.as_str()), ("StatusPublished", "https://elm.example/inbox"));
    let amy = w.service.accounts().get(amy.id).await.unwrap();
    assert_eq!(amy.statuses_count, 1);
}

#[tokio::test]
async fn a_direct_status_reaches_only_the_people_named() {
    let w = world().await;
    let (amy, ben, eve) = (w.local("amy").await, w.local("ben").await, w.local("eve").await);
    let (cat, dan) = (w.remote("cat", "elm.example").await, w.remote("dan", "fir.example").await);
    w.befriend(&eve, &amy).await;
    w.befriend(&dan, &amy).await;
    w.sent().await;

    let direct = Draft { visibility: Some(Visibility::Direct), ..draft("@ben @cat@elm.example a word?") };
    let view = w.publish_draft(&amy, direct).await;
    let sent = w.sent().await;
    assert_eq!(sent.len(), 1, "{sent:?}");
    assert_eq!(sent[0].inbox, cat.endpoints.inbox.unwrap());
    assert!(w.seen(&ben, view.status.id).await.is_some());
    assert!(w.seen(&eve, view.status.id).await.is_none());
    assert!(home(&w, &eve).await.is_empty());
    let anonymous = w.service.statuses().get(Viewer::Anonymous, view.status.id).await;
    assert!(matches!(anonymous, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn an_unknown_handle_is_asked_for_and_a_wrong_one_stays_text() {
    let w = world().await;
    let amy = w.local("amy").await;
    w.elsewhere.has_account(incoming_account("cat", "elm.example"));
    let view = w.publish(&amy, "@cat@elm.example and @nobody@elm.example and @none").await;
    assert_eq!(view.status.mentions.len(), 1);
    assert_eq!(view.status.mentions[0].acct, "cat@elm.example");
    assert!(view.status.content.contains("@nobody@elm.example"), "{}", view.status.content);
    assert_eq!(w.sent().await[0].inbox, "https://elm.example/inbox");
}

#[tokio::test]
async fn refused_and_invalid_drafts_leave_nothing_behind() {
    let w = world().await;
    let amy = w.local("amy").await;
    let publish = |draft: Draft| {
        let (service, cx, id) = (w.service.clone(), w.cx(), amy.id);
        async move { service.statuses().publish(&cx, id, draft, None).await.unwrap_err() }
    };
    assert_eq!(publish(draft("  \n ")).await.to_string(), "Text: can't be blank");
    assert_eq!(publish(draft("\u{200b}\u{200d}")).await.to_string(), "Text: can't be blank");
    let long = "a".repeat(2001);
    assert_eq!(publish(draft(&long)).await.to_string(), "Text: character limit of 2000 exceeded");
    let one = NewPoll { options: vec!["yes".into()], expires_in_secs: 3600, multiple: false, hide_totals: false };
    assert!(matches!(publish(Draft { poll: Some(one), ..draft("?") }).await, ServiceError::Invalid { .. }));
    let hidden = Draft { in_reply_to: Some(12.into()), ..draft("hello") };
    assert!(matches!(publish(hidden).await, ServiceError::NotFound("status")));
    let page = w.service.timelines().public(Viewer::Anonymous, PublicFilter::default(), PageRequest::newest(20)).await;
    assert!(page.unwrap().items.is_empty());
}

#[tokio::test]
async fn one_idempotency_key_makes_one_status_also_when_two_arrive_at_once() {
    let w = world().await;
    let amy = w.local("amy").await;
    let keyed = || Draft { idempotency_key: Some("k1".to_owned()), ..draft("once") };
    let (statuses, cx) = (w.service.statuses(), w.cx());
    let (a, b) =
        tokio::join!(statuses.publish(&cx, amy.id, keyed(), None), statuses.publish(&cx, amy.id, keyed(), None));
    let id = |p: Published| match p {
        Published::Status(id) => id,
        Published::Scheduled(s) => panic!("{}", s.id),
    };
    let first = id(a.unwrap());
    assert_eq!(first, id(b.unwrap()));
    assert_eq!(first, id(statuses.publish(&w.cx(), amy.id, keyed(), None).await.unwrap()));
    w.wait(3601);
    assert_ne!(first, id(statuses.publish(&w.cx(), amy.id, keyed(), None).await.unwrap()));
}

#[tokio::test]
async fn a_thread_shows_ancestors_and_answers_in_order() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let root = w.publish(&amy, "root").await.status.id;
    let reply = |text: &str, to| Draft { in_reply_to: Some(to), ..draft(text) };
    let a = w.publish_draft(&ben, reply("a", root)).await.status.id;
    let b = w.publish_draft(&amy, reply("b", root)).await.status.id;
    let aa = w.publish_draft(&amy, reply("aa", a)).await.status.id;
    let context = w.service.statuses().context(Viewer::Account(amy.id), a).await.unwrap();
    let texts =
        |v: &[staffroom_domain::status::StatusView]| v.iter().map(|v| v.status.text.clone()).collect::<Vec<_>>();
    assert_eq!(texts(&context.ancestors), ["root"]);
    assert_eq!(texts(&context.descendants), ["aa"]);
    let context = w.service.statuses().context(Viewer::Anonymous, root).await.unwrap();
    assert_eq!(context.descendants.iter().map(|v| v.status.id).collect::<Vec<_>>(), [a, aa, b]);
    assert_eq!(w.seen(&amy, root).await.unwrap().status.replies_count, 2);
}

#[tokio::test]
async fn an_edit_keeps_the_former_version_and_reaches_who_has_a_copy() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let cat = w.remote("cat", "elm.example").await;
    w.befriend(&cat, &amy).await;
    let view = w.publish(&amy, "helo").await;
    w.service.statuses().reblog(&w.cx(), ben.id, view.status.id, None, Origin::Local).await.unwrap();
    w.sent().await;
    let edit = StatusEdit { text: Some("hello @ben".to_owned()), ..StatusEdit::default() };
    w.service.statuses().edit(&w.cx(), amy.id, view.status.id, edit.clone()).await.unwrap();
    let history = w.service.statuses().history(Viewer::Anonymous, view.status.id).await.unwrap();
    assert_eq!(history.len(), 2);
    assert!(history[0].content.contains("helo") && history[1].content.contains("hello"));
    assert_eq!(w.sent().await.iter().map(|s| s.event.as_str()).collect::<Vec<_>>(), ["StatusEdited"]);
    assert_eq!(told(&w, &ben).await, [NotificationKind::Update, NotificationKind::Mention]);
    assert_eq!(w.seen(&amy, view.status.id).await.unwrap().status.reblogs_count, 1);

    let foreign = w.service.statuses().edit(&w.cx(), ben.id, view.status.id, edit).await;
    assert!(matches!(foreign, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn a_deleted_status_is_gone_everywhere_and_comes_back_for_a_redraft() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let cat = w.remote("cat", "elm.example").await;
    w.befriend(&cat, &amy).await;
    w.befriend(&ben, &amy).await;
    let view = w.publish(&amy, "a mistake @ben").await;
    let id = view.status.id;
    w.service.statuses().reblog(&w.cx(), ben.id, id, None, Origin::Local).await.unwrap();
    w.service.statuses().favourite(&w.cx(), ben.id, id, Origin::Local).await.unwrap();
    w.sent().await;
    assert!(matches!(w.service.statuses().delete(&w.cx(), ben.id, id, false).await, Err(ServiceError::NotFound(_))));
    let gone = w.service.statuses().delete(&w.cx(), amy.id, id, false).await.unwrap();
    assert_eq!(gone.status.text, "a mistake @ben");
    assert!(w.seen(&amy, id).await.is_none());
    assert!(home(&w, &ben).await.is_empty() && told(&w, &ben).await.is_empty());
    assert!(w.service.statuses().was_deleted(&view.status.uri).await.unwrap());
    assert_eq!(w.sent().await.iter().map(|s| s.event.as_str()).collect::<Vec<_>>(), ["StatusDeleted"]);
    for account in [&amy, &ben] {
        assert_eq!(w.service.accounts().get(account.id).await.unwrap().statuses_count, 0);
    }
}

#[tokio::test]
async fn favourites_and_boosts_count_once_and_can_be_taken_back() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let id = w.publish(&amy, "hello").await.status.id;
    let statuses = w.service.statuses();
    for _ in 0..2 {
        statuses.favourite(&w.cx(), ben.id, id, Origin::Local).await.unwrap();
        statuses.reblog(&w.cx(), ben.id, id, None, Origin::Local).await.unwrap();
    }
    let view = w.seen(&ben, id).await.unwrap();
    assert_eq!((view.status.favourites_count, view.status.reblogs_count), (1, 1));
    let marks = view.marks.unwrap();
    assert!(marks.favourited && marks.reblogged && !marks.bookmarked);
    let mut kinds = told(&w, &amy).await;
    kinds.sort_unstable();
    assert_eq!(kinds, [NotificationKind::Reblog, NotificationKind::Favourite]);
    statuses.unfavourite(&w.cx(), ben.id, id, Origin::Local).await.unwrap();
    statuses.unreblog(&w.cx(), ben.id, id, Origin::Local).await.unwrap();
    let view = w.seen(&ben, id).await.unwrap();
    assert_eq!((view.status.favourites_count, view.status.reblogs_count), (0, 0));
    assert!(told(&w, &amy).await.is_empty());

    let private = Draft { visibility: Some(Visibility::Private), ..draft("for followers") };
    let private = w.publish_draft(&amy, private).await.status.id;
    w.befriend(&ben, &amy).await;
    let refused = statuses.reblog(&w.cx(), ben.id, private, None, Origin::Local).await;
    assert!(matches!(refused, Err(ServiceError::Forbidden(_))));
}

#[tokio::test]
async fn a_poll_is_voted_in_once_and_its_end_is_told() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let poll = NewPoll {
        options: vec!["tea".into(), "coffee".into()],
        expires_in_secs: 3600,
        multiple: false,
        hide_totals: false,
    };
    let view = w.publish_draft(&amy, Draft { poll: Some(poll), ..draft("tea or coffee?") }).await;
    let id = view.poll.unwrap().id;
    let statuses = w.service.statuses();
    assert!(matches!(statuses.vote(&w.cx(), ben.id, id, &[0, 1]).await, Err(ServiceError::Invalid { .. })));
    assert!(matches!(statuses.vote(&w.cx(), ben.id, id, &[2]).await, Err(ServiceError::Invalid { .. })));
    let (voted, _) = statuses.vote(&w.cx(), ben.id, id, &[1]).await.unwrap();
    assert_eq!((voted.options[1].votes, voted.voters, voted.own_votes), (1, 1, vec![1]));
    assert!(matches!(statuses.vote(&w.cx(), ben.id, id, &[0]).await, Err(ServiceError::Invalid { .. })));
    w.wait(3601);
    w.run_jobs().await;
    assert_eq!(told(&w, &ben).await, [NotificationKind::Poll]);
    assert_eq!(told(&w, &amy).await, [NotificationKind::Poll]);
}

#[tokio::test]
async fn how_a_poll_stands_is_told_once_for_all_votes_and_at_its_end() {
    let w = world().await;
    let (amy, ben, cat) = (w.local("amy").await, w.local("ben").await, w.remote("cat", "elm.example").await);
    w.befriend(&cat, &amy).await;
    let options = vec!["tea".into(), "coffee".into()];
    let poll = |hide_totals| NewPoll { options: options.clone(), expires_in_secs: 3600, multiple: false, hide_totals };
    let open = w.publish_draft(&amy, Draft { poll: Some(poll(false)), ..draft("tea or coffee?") }).await;
    let hiding = w.publish_draft(&amy, Draft { poll: Some(poll(true)), ..draft("secretly?") }).await;
    w.sent().await;
    for view in [&open, &hiding] {
        let id = view.poll.as_ref().unwrap().id;
        w.service.statuses().vote(&w.cx(), ben.id, id, &[1]).await.unwrap();
        w.service.statuses().vote_from_elsewhere(&w.cx(), cat.id, id, 0).await.unwrap();
    }
    let told = async |secs| {
        w.wait(secs);
        w.run_jobs().await;
        let sent = w.sent().await;
        sent.into_iter().map(|sent| (sent.event, sent.object)).collect::<Vec<_>>()
    };
    assert!(told(60).await.is_empty());
    let counted = |view: &StatusView| ("PollCounted".to_owned(), view.status.uri.clone());
    assert_eq!(told(180).await, [counted(&open)]);
    assert!(told(600).await.is_empty());
    let mut at_the_end = told(3600).await;
    at_the_end.sort();
    assert_eq!(at_the_end, [counted(&open), counted(&hiding)]);
}

#[tokio::test]
async fn a_scheduled_status_appears_in_its_time() {
    let w = world().await;
    let amy = w.local("amy").await;
    let soon = w.cx().now().plus(std::time::Duration::from_mins(1));
    let statuses = w.service.statuses();
    let too_soon = statuses.publish(&w.cx(), amy.id, draft("later"), Some(soon)).await;
    assert!(matches!(too_soon, Err(ServiceError::Invalid { .. })));
    let later = w.cx().now().plus(std::time::Duration::from_mins(10));
    let Published::Scheduled(s) = statuses.publish(&w.cx(), amy.id, draft("later"), Some(later)).await.unwrap() else {
        panic!("published at once")
    };
    w.run_jobs().await;
    assert!(home(&w, &amy).await.is_empty());
    assert_eq!(statuses.scheduled_one(amy.id, s.id).await.unwrap().draft.text, "later");
    w.wait(601);
    w.run_jobs().await;
    assert_eq!(home(&w, &amy).await, ["later"]);
    assert!(matches!(statuses.scheduled_one(amy.id, s.id).await, Err(ServiceError::NotFound(_))));
}

#[tokio::test]
async fn a_followed_hashtag_shows_at_home_and_a_muted_author_does_not() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let tag = Tag::parse("SLTchat").unwrap();
    w.service.tags().follow(&w.cx(), ben.id, &tag).await.unwrap();
    w.publish(&amy, "one #sltchat").await;
    w.publish(&amy, "none").await;
    assert_eq!(home(&w, &ben).await, ["one #sltchat"]);
    w.service.follows().mute(&w.cx(), ben.id, amy.id, true, 0).await.unwrap();
    w.publish(&amy, "two #sltchat").await;
    assert!(home(&w, &ben).await.is_empty());
    let filter = TagFilter {
        tag: tag.clone(),
        any: Vec::new(),
        all: Vec::new(),
        none: Vec::new(),
        public: PublicFilter::default(),
    };
    let page = PageRequest::newest(20);
    let timelines = w.service.timelines();
    assert_eq!(timelines.tag(Viewer::Anonymous, filter.clone(), page).await.unwrap().items.len(), 2);
    assert!(timelines.tag(Viewer::Account(ben.id), filter, page).await.unwrap().items.is_empty());
    let view = w.service.tags().get(Viewer::Account(ben.id), &tag).await.unwrap();
    assert!(view.following);
    assert_eq!((view.history[0].1, view.history[0].2), (2, 1));
}

#[tokio::test]
async fn a_language_is_kept_as_readers_compare_it() {
    let w = world().await;
    let amy = w.local("amy").await;
    for (written, kept) in [("EN", Some("en")), ("pt-BR", Some("pt-BR")), ("CY-gb", Some("cy-gb")), ("e n", None)] {
        let draft = Draft { language: Some(written.to_owned()), ..draft("Bore da") };
        let view = w.publish_draft(&amy, draft).await;
        assert_eq!(view.status.language.as_deref(), kept, "{written}");
    }
}
