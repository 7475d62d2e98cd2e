//! Files of other servers that nobody shows any more: deleted with what they stood on, or their people suspended.

use staffroom_domain::Account;
use staffroom_domain::ids::StatusId;
use staffroom_domain::media::{IncomingMedia, MediaKind};
use staffroom_domain::moderation::Measure;
use staffroom_domain::status::IncomingStatus;

use super::{OWL, copies, files_in, png, served};
use crate::auth::Authority;
use crate::statuses::Arrival;
use crate::testing::{World, incoming, world};

/// A status of `author`, whom somebody here follows, with the picture at `url`.
async fn with_picture(w: &World, author: &Account, name: &str, url: &str) -> StatusId {
    w.elsewhere.has_file(url, &png(100));
    let picture = IncomingMedia {
        kind: MediaKind::Image,
        url: url.to_owned(),
        content_type: "image/png".to_owned(),
        description: None,
        size_px: None,
        focus: None,
        blurhash: None,
    };
    let status = IncomingStatus { media: vec![picture], ..incoming(author, name, "Look") };
    w.service.statuses().ingest(&w.cx(), status, Arrival::Delivered).await.unwrap().unwrap()
}

async fn is_shown(w: &World, url: &str) -> bool {
    served(w, url).await.unwrap().is_some()
}

/// Copies and files here.
async fn left(w: &World) -> (i64, usize) {
    (copies(w).await / 4_096, files_in(&w.service.settings().media_dir))
}

#[tokio::test]
async fn sec_70_the_copy_of_a_picture_goes_with_its_status() {
    let w = world().await;
    let (amy, eve) = (w.local("amy").await, w.remote("eve", "yew.test").await);
    w.befriend(&amy, &eve).await;
    let other = "https://yew.test/files/other.png";
    with_picture(&w, &eve, "1", OWL).await;
    with_picture(&w, &eve, "2", other).await;
    assert!(is_shown(&w, OWL).await && is_shown(&w, other).await);
    let uri = format!("{}/statuses/1", eve.uri);
    // nobody else's word counts
    w.service.statuses().remove(&w.cx(), &uri, "https://yew.test/users/mallory").await.unwrap();
    assert_eq!(left(&w).await, (2, 2));
    w.service.statuses().remove(&w.cx(), &uri, &eve.uri).await.unwrap();
    assert_eq!(left(&w).await, (1, 1));
}

#[tokio::test]
async fn dat_04_all_copies_go_with_an_account_that_is_gone() {
    let w = world().await;
    let (amy, eve, eva) = (w.local("amy").await, w.remote("eve", "yew.test").await, w.remote("eva", "yew.test").await);
    for account in [&eve, &eva] {
        w.befriend(&amy, account).await;
    }
    let urls = ["https://yew.test/1.png", "https://yew.test/2.png", "https://yew.test/3.png"];
    for (author, name, url) in [(&eve, "1", urls[0]), (&eve, "2", urls[1]), (&eva, "3", urls[2])] {
        with_picture(&w, author, name, url).await;
        assert!(is_shown(&w, url).await);
    }
    w.service.accounts().remove_remote(&w.cx(), &eve.uri).await.unwrap();
    assert_eq!(left(&w).await, (1, 1));
    assert!(is_shown(&w, urls[2]).await);
}

#[tokio::test]
async fn sec_70_pictures_of_a_suspended_account_are_not_shown_unless_somebody_else_shows_them() {
    let w = world().await;
    let (amy, eve, eva) =
        (w.local("amy").await, w.remote("eve", "yew.test").await, w.remote("eva", "elm.example").await);
    for account in [&eve, &eva] {
        w.befriend(&amy, account).await;
    }
    let (own, shared) = (OWL, "https://elm.example/files/hall.png");
    with_picture(&w, &eve, "1", own).await;
    with_picture(&w, &eve, "2", shared).await;
    with_picture(&w, &eva, "3", shared).await;
    assert!(is_shown(&w, own).await && is_shown(&w, shared).await);
    w.service.accounts().suspend(&w.cx(), eve.id).await.unwrap();
    assert!(!is_shown(&w, own).await, "though a copy is here");
    assert!(is_shown(&w, shared).await, "nobody can hide what is somebody else's");
    let operator = Authority::operator();
    w.service.accounts().lift(&w.cx(), &operator, eve.id, Measure::Suspend).await.unwrap();
    assert!(is_shown(&w, own).await);
}

#[tokio::test]
async fn copies_of_the_faces_of_a_suspended_account_go() {
    let w = world().await;
    w.elsewhere.has_file(OWL, &png(100));
    let mut eve = crate::testing::incoming_account("eve", "yew.test");
    eve.avatar = Some(OWL.to_owned());
    let eve = w.service.accounts().ingest(&w.cx(), eve).await.unwrap();
    assert!(is_shown(&w, OWL).await);
    w.service.accounts().suspend(&w.cx(), eve.id).await.unwrap();
    assert_eq!(left(&w).await, (0, 0));
}
