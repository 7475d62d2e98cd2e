//! Who hears what: those who could read it, and nobody else.

use staffroom_domain::filter::{FilterChange, KeywordChange};
use staffroom_domain::ids::ListId;
use staffroom_domain::notification_policy::Handling;
use staffroom_domain::scope::Scopes;
use staffroom_domain::status::{Draft, StatusView};
use staffroom_domain::{Account, Tag, Visibility};

use super::{Board, Channel, Event, Listener};
use crate::Origin;
use crate::announcements::NewAnnouncement;
use crate::notifications::PolicyChange;
use crate::testing::{World, draft, incoming, world};
use crate::timelines::PublicFilter;

/// Everything a listener was told since it was asked last.
async fn heard(listener: &mut Listener, channel: &Channel) -> Vec<String> {
    let mut told = Vec::new();
    while !listener.news.is_empty() {
        let news = listener.next().await.unwrap();
        told.extend(listener.hear(channel, &news).await.unwrap().map(|event| match event {
            Event::Update(view) => format!("update {}", view.reblog.map_or(view.status.text, |r| r.status.text)),
            Event::StatusUpdate(view) => format!("status.update {}", view.status.text),
            Event::Delete(_) => "delete".to_owned(),
            Event::Notification(view) => format!("notification {}", view.kind.as_str()),
            Event::FiltersChanged => "filters_changed".to_owned(),
            Event::NotificationsMerged => "notifications_merged".to_owned(),
            Event::Conversation(view) => {
                format!("conversation {} {}", if view.unread { "unread" } else { "read" }, words(view.last_status))
            }
            Event::Announcement(view) => format!("announcement {}", view.announcement.text),
            Event::AnnouncementReaction { name, count, .. } => format!("announcement.reaction {name} {count}"),
            Event::AnnouncementDelete(_) => "announcement.delete".to_owned(),
        }));
    }
    told
}

fn words(status: Option<StatusView>) -> String {
    status.map(|view| view.status.text).unwrap_or_default()
}

fn listen(w: &World, account: &Account) -> Listener {
    w.service.streaming().listen(account.id, true)
}

fn public() -> Channel {
    Channel::Public(PublicFilter::default())
}

#[tokio::test]
async fn home_is_heard_by_followers_alone() {
    let w = world().await;
    let (amy, ben, eve) = (w.local("amy").await, w.local("ben").await, w.local("eve").await);
    w.befriend(&ben, &amy).await;
    let (mut bens, mut eves, mut own) = (listen(&w, &ben), listen(&w, &eve), listen(&w, &amy));
    let private = Draft { visibility: Some(Visibility::Private), ..draft("for friends") };
    let private = w.publish_draft(&amy, private).await.status;
    let direct = Draft { visibility: Some(Visibility::Direct), ..draft("@eve a word") };
    w.publish_draft(&amy, direct).await;
    w.service.statuses().delete(&w.cx(), amy.id, private.id, false).await.unwrap();
    assert_eq!(heard(&mut bens, &Channel::User).await, ["delete"], "gone before it was looked at");
    assert!(!heard(&mut eves, &Channel::User).await.iter().any(|line| line.contains("friends") || line == "delete"));
    assert_eq!(heard(&mut own, &Channel::User).await, ["update @eve a word", "delete"]);

    w.publish(&amy, "hello").await;
    assert_eq!(heard(&mut bens, &Channel::User).await, ["update hello"]);
    assert!(heard(&mut eves, &Channel::User).await.is_empty());
    assert!(heard(&mut own, &Channel::UserNotification).await.is_empty());
}

#[tokio::test]
async fn public_channels_keep_out_what_their_timelines_keep_out() {
    let w = world().await;
    let (amy, ben, eve) = (w.local("amy").await, w.local("ben").await, w.local("eve").await);
    let cat = w.remote("cat", "elm.example").await;
    w.befriend(&amy, &cat).await;
    w.service.follows().block(&w.cx(), ben.id, eve.id, Origin::Local).await.unwrap();
    let tag = |local| {
        let filter = PublicFilter { local, ..PublicFilter::default() };
        Channel::Hashtag(Tag::parse("chat").unwrap(), filter)
    };
    let channels = [
        public(),
        Channel::Public(PublicFilter { local: true, ..PublicFilter::default() }),
        Channel::Public(PublicFilter { remote: true, ..PublicFilter::default() }),
        tag(false),
        tag(true),
    ];
    let mut listeners: Vec<Listener> = channels.iter().map(|_| listen(&w, &ben)).collect();
    w.publish(&amy, "one #Chat").await;
    w.publish(&amy, "two").await;
    w.publish(&eve, "by somebody blocked #Chat").await;
    w.publish_draft(&amy, Draft { visibility: Some(Visibility::Unlisted), ..draft("quiet #Chat") }).await;
    let arrival = crate::statuses::Arrival::Delivered;
    w.service.statuses().ingest(&w.cx(), incoming(&cat, "1", "far #Chat"), arrival).await.unwrap();
    let mut told = Vec::new();
    for (listener, channel) in listeners.iter_mut().zip(&channels) {
        let lines = heard(listener, channel).await;
        told.push(lines.into_iter().filter(|line| line.starts_with("update")).collect::<Vec<_>>());
    }
    assert_eq!(told[0].len(), 3, "{told:?}");
    assert_eq!(told[1], ["update one #Chat", "update two"]);
    assert_eq!(told[2].len(), 1, "{told:?}");
    assert_eq!(told[3].len(), 2, "{told:?}");
    assert_eq!(told[4], ["update one #Chat"]);
}

#[tokio::test]
async fn notifications_are_heard_by_whom_they_are_for_unless_kept_apart() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (mut amys, mut bens) = (listen(&w, &amy), listen(&w, &ben));
    let change = PolicyChange { for_private_mentions: Some(Handling::Filter), ..PolicyChange::default() };
    w.service.notifications().change_policy(amy.id, change).await.unwrap();
    let mut deaf = w.service.streaming().listen(amy.id, false);
    w.publish(&ben, "@amy hello").await;
    w.publish_draft(&ben, Draft { visibility: Some(Visibility::Direct), ..draft("@amy psst") }).await;
    assert_eq!(heard(&mut amys, &Channel::UserNotification).await, ["notification mention"]);
    assert!(heard(&mut bens, &Channel::UserNotification).await.is_empty());
    assert!(heard(&mut deaf, &Channel::UserNotification).await.is_empty(), "without the scope");
    let waiting = w.service.notifications().requests(amy.id, staffroom_domain::PageRequest::newest(1)).await.unwrap();
    w.service.notifications().accept(&w.cx(), amy.id, &[waiting.items[0].request.id]).await.unwrap();
    assert_eq!(heard(&mut amys, &Channel::User).await, ["notifications_merged"]);
    assert!(heard(&mut bens, &Channel::User).await.iter().all(|line| line != "notifications_merged"));
}

#[tokio::test]
async fn who_does_not_keep_up_is_cut_off_and_memory_stays() {
    let w = world().await;
    let amy = w.local("amy").await;
    let mut slow = listen(&w, &amy);
    for _ in 0..1_100 {
        w.service.storage().spread(super::News::FiltersChanged(amy.id));
    }
    assert!(slow.next().await.is_none());
    assert!(slow.news.len() <= 1_024);
}

#[tokio::test]
async fn what_is_rolled_back_is_not_heard() {
    let w = world().await;
    let amy = w.local("amy").await;
    let listener = listen(&w, &amy);
    let tx = w.service.storage().begin().await.unwrap();
    tx.tell(super::News::FiltersChanged(amy.id));
    drop(tx);
    assert!(listener.news.is_empty());
}

#[tokio::test]
async fn nobody_listens_to_a_list_of_somebody_else() {
    let w = world().await;
    let amy = w.local("amy").await;
    let mut listener = listen(&w, &amy);
    w.publish(&amy, "hello").await;
    assert!(heard(&mut listener, &Channel::List(ListId(1))).await.is_empty());
}

#[tokio::test]
async fn conversations_are_heard_by_those_in_them_alone() {
    let w = world().await;
    let (amy, ben, cat, dan) = (w.local("amy").await, w.local("ben").await, w.local("cat").await, w.local("dan").await);
    w.service.follows().mute(&w.cx(), dan.id, amy.id, true, 0).await.unwrap();
    let mut listeners = [&amy, &ben, &cat, &dan].map(|person| listen(&w, person));
    let direct = Draft { visibility: Some(Visibility::Direct), ..draft("@ben @dan a word") };
    w.publish_draft(&amy, direct).await;
    w.publish(&amy, "@ben in public").await;
    let mut told = Vec::new();
    for listener in &mut listeners {
        told.push(heard(listener, &Channel::Direct).await);
    }
    assert_eq!(told[0], ["conversation read @ben @dan a word"]);
    assert_eq!(told[1], ["conversation unread @ben @dan a word"]);
    assert!(told[2].is_empty(), "not in it: {told:?}");
    assert!(told[3].is_empty(), "mutes its author: {told:?}");
    let page = staffroom_domain::PageRequest::newest(1);
    let id = w.service.conversations().list(ben.id, page).await.unwrap().items[0].id;
    w.service.conversations().mark_read(ben.id, id).await.unwrap();
    assert_eq!(heard(&mut listeners[1], &Channel::Direct).await, ["conversation read @ben @dan a word"]);
    assert!(heard(&mut listeners[0], &Channel::Direct).await.is_empty(), "when others read is their own affair");
}

#[tokio::test]
async fn announcements_are_heard_when_they_are_shown_and_when_they_end() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let (mut amys, mut other) = (listen(&w, &amy), listen(&w, &ben));
    let announcements = w.service.announcements();
    let announce = async |text: &str, publish: bool, secs: Option<u64>| {
        let ends_at = secs.map(|secs| w.cx().now().plus(std::time::Duration::from_secs(secs)));
        let new = NewAnnouncement { text: text.to_owned(), publish, ends_at, ..NewAnnouncement::default() };
        announcements.create(&w.cx(), new).await.unwrap().id
    };
    let mut board = Board::default();
    announce("there before", true, None).await;
    w.service.streaming().look_at(&mut board, &w.cx()).await.unwrap();
    let id = announce("cake", true, Some(60)).await;
    let draft = announce("not yet", false, None).await;
    for _ in 0..2 {
        w.service.streaming().look_at(&mut board, &w.cx()).await.unwrap();
    }
    assert_eq!(heard(&mut amys, &Channel::User).await, ["announcement cake"], "once, and no draft");
    announcements.react(&w.cx(), ben.id, id, "🍰").await.unwrap();
    announcements.react(&w.cx(), ben.id, id, "🍰").await.unwrap();
    assert!(announcements.react(&w.cx(), ben.id, draft, "🍰").await.is_err());
    assert_eq!(
        heard(&mut amys, &Channel::User).await,
        ["announcement.reaction 🍰 1"],
        "what changes nothing is no news"
    );
    announcements.unreact(&w.cx(), ben.id, id, "🍰").await.unwrap();
    assert_eq!(heard(&mut amys, &Channel::User).await, ["announcement.reaction 🍰 0"]);
    w.wait(60);
    w.service.streaming().look_at(&mut board, &w.cx()).await.unwrap();
    assert_eq!(heard(&mut amys, &Channel::User).await, ["announcement.delete"]);
    assert!(heard(&mut other, &Channel::UserNotification).await.is_empty(), "on the channel of everything alone");
}

#[tokio::test]
async fn mutes_domain_blocks_and_filters_of_each_listener_hold() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let cat = w.remote("cat", "elm.example").await;
    w.befriend(&ben, &amy).await;
    w.befriend(&ben, &cat).await;
    w.service.follows().block_domain(&w.cx(), amy.id, "elm.example").await.unwrap();
    let change = FilterChange {
        title: Some("Quiet".to_owned()),
        contexts: Some(vec!["home".to_owned(), "public".to_owned()]),
        keywords: vec![KeywordChange { keyword: Some("noise".to_owned()), ..KeywordChange::default() }],
        ..FilterChange::default()
    };
    w.service.personal().create_filter(&w.cx(), ben.id, change).await.unwrap();
    let (mut bens, mut home, mut amys) = (listen(&w, &ben), listen(&w, &ben), listen(&w, &amy));
    let arrival = crate::statuses::Arrival::Delivered;
    w.service.statuses().ingest(&w.cx(), incoming(&cat, "1", "noise from afar"), arrival).await.unwrap();
    assert_eq!(heard(&mut bens, &public()).await.len(), 1);
    assert!(heard(&mut amys, &public()).await.is_empty(), "the domain is blocked by this listener");
    let news = home.next().await.unwrap();
    let Some(Event::Update(view)) = home.hear(&Channel::User, &news).await.unwrap() else { panic!("{news:?}") };
    assert_eq!(view.filtered[0].keywords, ["noise"]);

    w.service.follows().mute(&w.cx(), ben.id, amy.id, true, 0).await.unwrap();
    w.publish(&amy, "muted").await;
    assert!(heard(&mut bens, &public()).await.is_empty());
    assert!(heard(&mut home, &Channel::User).await.is_empty());
    assert_eq!(heard(&mut amys, &public()).await, ["update muted"]);
}

#[tokio::test]
async fn what_is_old_is_no_news() {
    let w = world().await;
    let amy = w.local("amy").await;
    let cat = w.remote("cat", "elm.example").await;
    w.befriend(&amy, &cat).await;
    let mut listener = listen(&w, &amy);
    let mut old = incoming(&cat, "1", "from last week");
    old.published = Some(w.cx().now().minus(std::time::Duration::from_hours(7 * 24)));
    w.service.statuses().ingest(&w.cx(), old, crate::statuses::Arrival::Delivered).await.unwrap();
    assert!(heard(&mut listener, &Channel::User).await.is_empty());
}

#[tokio::test]
async fn only_the_streams_of_whose_access_changed_have_to_show_it_again() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let auth = w.service.auth();
    let token = auth.issue_personal_token(&w.cx(), amy.id, Scopes::parse("read")).await.unwrap().token;
    let token = auth.bearer(&token).await.unwrap().unwrap().token_id;
    let end = async || {
        let tx = w.service.storage().begin().await.unwrap();
        tx.apps().revoke_token(token, w.cx().now()).await.unwrap();
        tx.commit().await.unwrap();
    };
    let (mut amys, mut bens) = (listen(&w, &amy), listen(&w, &ben));
    let concerned = async |listener: &mut Listener| {
        let mut concerned = 0;
        while !listener.news.is_empty() {
            let news = listener.next().await.unwrap();
            concerned += usize::from(listener.is_concerned(&news));
        }
        concerned
    };
    end().await;
    assert_eq!((concerned(&mut amys).await, concerned(&mut bens).await), (1, 0));
    end().await;
    assert_eq!(concerned(&mut amys).await, 0, "it had ended before");
    w.service.accounts().suspend(&w.cx(), ben.id).await.unwrap();
    assert_eq!(concerned(&mut amys).await, 0);
    assert!(concerned(&mut bens).await > 0);
}

#[tokio::test]
async fn streams_end_when_something_was_missed_and_new_ones_go_on() {
    let w = world().await;
    let amy = w.local("amy").await;
    let mut before = listen(&w, &amy);
    w.service.storage().spread(super::News::Missed);
    assert!(before.next().await.is_none());
    let mut after = listen(&w, &amy);
    w.publish(&amy, "hello").await;
    assert_eq!(heard(&mut after, &Channel::User).await, ["update hello"]);
}

#[tokio::test]
async fn streams_end_with_the_server() {
    let w = world().await;
    let amy = w.local("amy").await;
    let mut listener = listen(&w, &amy);
    w.service.streaming().stop();
    assert!(listener.next().await.is_none());
}
