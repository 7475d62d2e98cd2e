//! Sign-ups that nobody confirms, on a clock the test holds.

use std::net::{IpAddr, Ipv4Addr};

use staffroom_domain::Account;
use staffroom_domain::relationship::Follow;
use staffroom_domain::scope::Scopes;

use super::Registration;
use crate::auth::NewApp;
use crate::testing::{World, world_where};
use crate::{Registrations, Result, ServiceError};

const HOUR: u64 = 60 * 60;
const DAY: u64 = 24 * HOUR;

/// Somebody who asks for an account, and confirms nothing.
async fn asks(w: &World, username: &str, email: &str) -> Result<Account> {
    let new = NewApp {
        name: "App".to_owned(),
        website: None,
        redirect_uris: vec!["urn:ietf:wg:oauth:2.0:oob".to_owned()],
        scopes: Scopes::parse("read"),
    };
    let app = w.service.auth().register_app(&w.cx(), new).await.unwrap().0;
    let asked = Registration {
        username: username.to_owned(),
        email: email.to_owned(),
        password: "correct horse battery".to_owned(),
        agreement: true,
        locale: String::new(),
        app: (app.id, Scopes::parse("read")),
        client: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
    };
    Ok(w.service.accounts().register(&w.cx(), asked).await?.0)
}

/// `follower` followed somebody who had not been let in, as could be done once.
async fn knew_before(w: &World, follower: &Account, target: &Account) {
    let follow = Follow {
        id: w.cx().id(),
        account_id: follower.id,
        target_id: target.id,
        uri: format!("{}#follows/1", follower.uri),
        accepted: true,
        show_reblogs: true,
        notify: false,
        languages: Vec::new(),
        created_at: w.cx().now(),
        relay: false,
    };
    let tx = w.service.storage().begin().await.unwrap();
    tx.follows().insert(&follow).await.unwrap();
    tx.commit().await.unwrap();
}

/// How many accounts a sweep leaves of these.
async fn left(w: &World, people: &[&Account]) -> usize {
    w.service.jobs().sweep(&w.cx()).await.unwrap();
    let ids: Vec<_> = people.iter().map(|account| account.id).collect();
    w.service.storage().read().users().by_accounts(&ids).await.unwrap().len()
}

#[tokio::test]
async fn an_account_nobody_confirms_in_a_week_goes_and_its_name_is_free() {
    let w = world_where(Registrations { open: true, approval: false, confirmation: true }).await;
    let amy = asks(&w, "amy", "amy@fine.example").await.unwrap();
    w.wait(7 * DAY - HOUR);
    assert_eq!(left(&w, &[&amy]).await, 1);
    let taken = asks(&w, "amy", "other@fine.example").await;
    assert!(matches!(taken, Err(ServiceError::Invalid { field: "username", .. })), "{taken:?}");
    w.wait(2 * HOUR);
    assert_eq!(left(&w, &[&amy]).await, 0);
    let again = asks(&w, "amy", "amy@fine.example").await.unwrap();
    assert_eq!((again.uri.as_str(), again.id == amy.id), (amy.uri.as_str(), false));
    let keys = w.service.storage().read().keys().of_account(again.id).await.unwrap();
    assert!(!keys.is_empty(), "it signs with keys of its own");
    assert_eq!(left(&w, &[&again]).await, 1, "its week begins anew");
}

#[tokio::test]
async fn who_confirmed_who_has_a_link_and_who_was_made_by_the_operator_stay() {
    let w = world_where(Registrations { open: true, approval: true, confirmation: true }).await;
    let made = w.local("cat").await;
    let confirmed = asks(&w, "amy", "amy@fine.example").await.unwrap();
    let late = asks(&w, "ben", "ben@fine.example").await.unwrap();
    let tx = w.service.storage().begin().await.unwrap();
    tx.users().confirm(confirmed.id, w.cx().now()).await.unwrap();
    tx.commit().await.unwrap();
    w.wait(7 * DAY - HOUR);
    w.service.auth().send_confirmation(&w.cx(), late.id, None).await.unwrap();
    w.wait(2 * HOUR);
    assert_eq!(left(&w, &[&made, &confirmed, &late]).await, 3);
    w.wait(30 * DAY);
    assert_eq!(left(&w, &[&made, &confirmed]).await, 2);
    assert_eq!(left(&w, &[&late]).await, 0, "the link ended");
}

#[tokio::test]
async fn a_name_that_is_known_elsewhere_stays_taken() {
    let w = world_where(Registrations { open: true, approval: false, confirmation: true }).await;
    let amy = asks(&w, "amy", "amy@fine.example").await.unwrap();
    let zoe = w.remote("zoe", "elm.test").await;
    knew_before(&w, &zoe, &amy).await;
    w.wait(7 * DAY + HOUR);
    assert_eq!(left(&w, &[&amy]).await, 0);
    let taken = asks(&w, "amy", "amy@fine.example").await;
    assert!(matches!(taken, Err(ServiceError::Invalid { field: "username", .. })), "{taken:?}");
    asks(&w, "amy2", "amy@fine.example").await.unwrap();
}
