//! Stories about hashtags travelling between instances.

mod consent;
mod feeds;
mod limits;
mod passing_on;

use staffroom_domain::status::{Draft, StatusEdit};
use staffroom_domain::{PageRequest, Tag, Visibility};

use super::{PeerWishes, TagState};
use crate::follows::FollowRef;
use crate::ports::PeerInfo;
use crate::testing::{Sent, World, draft, incoming_instance_account, incoming_tag_account, world};

fn wishes(tag: &str) -> PeerWishes {
    PeerWishes { tags: vec![Tag::parse(tag).unwrap()], ..PeerWishes::default() }
}

/// elm is a peer; somebody on fir.example follows our tag account like any bot.
async fn network(w: &World) {
    let cx = w.cx();
    w.service.exchange().ensure_published_tags(&cx).await.unwrap();
    w.service.exchange().add_peer(&cx, "https://elm.example/", wishes("SLTchat")).await.unwrap();
    w.elsewhere.has_account(incoming_tag_account("SLTchat", "elm.example"));
    w.elsewhere.has_peer(
        "https://elm.example",
        PeerInfo {
            instance_account_uri: "https://elm.example/actor".to_owned(),
            software: "staffroom".to_owned(),
            speaks_profile: true,
            tags: vec![
                ("SLTchat".to_owned(), "https://elm.example/tags/sltchat".to_owned()),
                ("Other".to_owned(), "https://evil.example/tags/other".to_owned()),
            ],
        },
    );
    let peer = w.service.accounts().ingest(&cx, incoming_instance_account("elm.example")).await.unwrap();
    let fan = w.remote("fan", "fir.example").await;
    let tag = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    w.befriend(&peer, &tag).await;
    w.befriend(&fan, &tag).await;
    w.sent().await;
}

fn lines(sent: &[Sent]) -> Vec<String> {
    sent.iter().map(|s| format!("{} {}", s.event, s.inbox)).collect()
}

#[tokio::test]
async fn a_peer_gets_the_status_itself_and_everybody_else_its_id() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    let view = w.publish(&amy, "evening all #SLTchat #ASEchat #other").await;
    let sent = w.sent().await;
    assert_eq!(lines(&sent), ["StatusPublished https://elm.example/inbox", "TagAnnounced https://fir.example/inbox"]);
    assert_eq!(sent[0].tags, ["tag-sltchat", "tag-asechat"]);

    let tag = w.service.exchange().tag_account("sltchat").await.unwrap().unwrap();
    let announced = w.service.exchange().announcements(&tag, PageRequest::newest(20)).await.unwrap();
    assert_eq!(announced.items[0].status_uri, view.status.uri);

    let id = view.status.id;
    let lost = StatusEdit { text: Some("evening all".to_owned()), ..StatusEdit::default() };
    w.service.statuses().edit(&w.cx(), amy.id, id, lost).await.unwrap();
    assert_eq!(
        lines(&w.sent().await),
        [
            "StatusEdited https://elm.example/inbox",
            "StatusEdited https://fir.example/inbox",
            "TagAnnounceUndone https://elm.example/inbox",
            "TagAnnounceUndone https://elm.example/inbox",
            "TagAnnounceUndone https://fir.example/inbox",
            "TagAnnounceUndone https://fir.example/inbox"
        ]
    );
    w.service.statuses().delete(&w.cx(), amy.id, id, false).await.unwrap();
    assert_eq!(
        lines(&w.sent().await),
        ["StatusDeleted https://elm.example/inbox", "StatusDeleted https://fir.example/inbox"]
    );
    let announced = w.service.exchange().announcements(&tag, PageRequest::newest(20)).await.unwrap();
    assert!(announced.items.is_empty());
}

#[tokio::test]
async fn a_peer_gets_the_status_once_and_followers_of_the_tag_account_see_its_boost() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    for host in ["elm.example", "fir.example"] {
        let friend = w.remote("friend", host).await;
        w.befriend(&friend, &amy).await;
    }
    w.sent().await;
    w.publish(&amy, "evening all #sltchat").await;
    assert_eq!(
        lines(&w.sent().await),
        [
            "StatusPublished https://elm.example/inbox",
            "StatusPublished https://fir.example/inbox",
            "TagAnnounced https://fir.example/inbox"
        ]
    );
}

#[tokio::test]
async fn what_is_not_public_tagged_and_shared_stays_home() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    for visibility in [Visibility::Unlisted, Visibility::Private, Visibility::Direct] {
        w.publish_draft(&amy, Draft { visibility: Some(visibility), ..draft("quiet #SLTchat") }).await;
    }
    w.publish(&amy, "no tag").await;
    w.publish(&amy, "not published #Other").await;
    w.publish(&amy, "#SLTchat #a1 #a2 #a3 #a4 #a5 #a6 #a7 #a8").await;
    assert!(w.sent().await.is_empty());
}

#[tokio::test]
async fn the_eleventh_in_a_row_is_not_announced() {
    let w = world().await;
    let amy = w.local("amy").await;
    network(&w).await;
    for n in 0..12 {
        w.publish(&amy, &format!("{n} #SLTchat")).await;
    }
    let creates = w.sent().await.into_iter().filter(|s| s.event == "StatusPublished").count();
    assert_eq!(creates, 10);
    w.wait(181);
    w.publish(&amy, "later #SLTchat").await;
    assert_eq!(w.sent().await.len(), 2);
}

#[tokio::test]
async fn asking_for_a_peer_again_does_not_wait_for_the_pause_after_a_failure() {
    let w = world().await;
    let exchange = w.service.exchange();
    exchange.ensure_published_tags(&w.cx()).await.unwrap();
    exchange.add_peer(&w.cx(), "https://elm.example", wishes("SLTchat")).await.unwrap();
    // nobody answers there yet
    w.run_jobs().await;
    let state = async || {
        let state = exchange.peer_states().await.unwrap().remove(0);
        (state.tags[0].1, state.problem)
    };
    let (tag, problem) = state().await;
    assert!(tag == TagState::Missing && problem.is_some(), "{tag:?} {problem:?}");
    network(&w).await;
    w.run_jobs().await;
    assert_eq!(lines(&w.sent().await), ["Followed https://elm.example/tags/sltchat/inbox"]);
    assert_eq!(state().await, (TagState::Asked, None));
    let ours = w.service.settings().identity.tag_account_uri("sltchat");
    let theirs = w.service.accounts().by_uri("https://elm.example/tags/sltchat").await.unwrap().unwrap();
    let follow = FollowRef { uri: None, follower_uri: Some(ours) };
    w.service.follows().answered(&w.cx(), theirs.id, follow, true).await.unwrap();
    assert_eq!(state().await, (TagState::Followed, None));
}

#[tokio::test]
async fn a_job_follows_the_wanted_tags_of_a_peer_and_no_others() {
    let w = world().await;
    network(&w).await;
    w.run_jobs().await;
    assert_eq!(lines(&w.sent().await), ["Followed https://elm.example/tags/sltchat/inbox"]);
    let peers = w.service.exchange().peers().await.unwrap();
    assert_eq!((peers[0].host.as_str(), peers.len()), ("elm.example", 1));
    for wrong in ["", "ftp://elm.example", "https://oak.test", "elm"] {
        assert!(w.service.exchange().add_peer(&w.cx(), wrong, PeerWishes::default()).await.is_err(), "{wrong}");
    }
}
