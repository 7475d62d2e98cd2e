//! Stories of accounts from their making to their end, each with what must not happen.

use staffroom_domain::account::{Endpoints, IncomingAccount, KeyAlgorithm, ProfileUpdate, PublicKey, UserRole};
use staffroom_domain::organisation::Right;
use staffroom_domain::relationship::FollowOptions;
use staffroom_domain::{AccountKind, PageRequest};

use super::NewLocalAccount;
use crate::testing::{World, incoming_account, world};
use crate::{Origin, ServiceError};

fn new(username: &str, email: &str) -> NewLocalAccount {
    NewLocalAccount {
        username: username.to_owned(),
        email: email.to_owned(),
        password: "correct horse".to_owned(),
        role: UserRole::Member,
        organisation: None,
    }
}

fn incoming(username: &str, uri: &str) -> IncomingAccount {
    IncomingAccount {
        uri: uri.to_owned(),
        url: None,
        indexable: false,
        endpoints: Endpoints::default(),
        ..incoming_account(username, "elm.test")
    }
}

fn key(uri: &str, pem: &str) -> PublicKey {
    PublicKey { uri: uri.to_owned(), algorithm: KeyAlgorithm::Rsa, pem: pem.to_owned() }
}

impl World {
    async fn refused(&self, new: NewLocalAccount) -> &'static str {
        match self.service.accounts().create_local(&self.cx(), new).await {
            Err(ServiceError::Invalid { field, .. }) => field,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_local_account_is_found_by_every_name_it_has() {
    let w = world().await;
    let amy = w.local("Amy").await;
    let accounts = w.service.accounts();
    for handle in ["amy", "@AMY", "amy@oak.test", "@Amy@OAK.test"] {
        assert_eq!(accounts.by_handle(handle).await.unwrap().as_ref(), Some(&amy), "{handle}");
    }
    assert_eq!(accounts.by_uri("https://oak.test/users/Amy").await.unwrap(), Some(amy.clone()));
    assert_eq!(accounts.by_handle("amy@elm.test").await.unwrap(), None);
    let user = accounts.user(amy.id).await.unwrap();
    assert!(user.confirmed_at.is_some() && user.approved_at.is_some() && user.share_tagged);
    let listed = accounts.list_local(PageRequest::newest(10)).await.unwrap();
    assert_eq!(listed.items.len(), 1, "the instance's own account is nobody's");
    let found = accounts.search(amy.id, "@am", 10, 0, false).await.unwrap();
    assert_eq!(found.len(), 1);
    assert!(accounts.search(amy.id, "%", 10, 0, false).await.unwrap().is_empty());
}

#[tokio::test]
async fn unfit_names_addresses_and_passwords_are_refused() {
    let w = world().await;
    w.local("amy").await;
    for name in ["", "a b", "a-b", "é", "a.b", "admin", "ACTOR", "amy", "AMY", &"a".repeat(31)] {
        assert_eq!(w.refused(new(name, "x@oak.test")).await, "username", "{name}");
    }
    for email in ["", "x", "@oak.test", "x@", "x y@oak.test", "x@oak..test", "AMY@oak.test"] {
        assert_eq!(w.refused(new("ben", email)).await, "email", "{email}");
    }
    for password in ["", "short", &"x".repeat(257)] {
        let unfit = NewLocalAccount { password: password.to_owned(), ..new("ben", "ben@oak.test") };
        assert_eq!(w.refused(unfit).await, "password", "{password}");
    }
}

#[tokio::test]
async fn the_instance_account_is_made_once_and_has_a_key() {
    let w = world().await;
    let accounts = w.service.accounts();
    let own = accounts.ensure_instance_account(&w.cx()).await.unwrap();
    assert_eq!((own.username.as_str(), own.kind), ("oak.test", AccountKind::Application));
    assert_eq!(accounts.ensure_instance_account(&w.cx()).await.unwrap(), own);
    let pair = accounts.signing_key(own.id, KeyAlgorithm::Rsa).await.unwrap();
    assert_eq!(pair.uri, "https://oak.test/actor#main-key");
    assert_eq!(pair.private_pkcs8, b"private");
    let proving = accounts.signing_key(own.id, KeyAlgorithm::Ed25519).await.unwrap();
    assert_eq!(proving.uri, "https://oak.test/actor#ed25519-key");
    let ed25519 = PublicKey { algorithm: KeyAlgorithm::Ed25519, ..key(&proving.uri, &proving.public_pem) };
    assert_eq!(accounts.public_keys(own.id).await.unwrap(), [key(&pair.uri, &pair.public_pem), ed25519]);
    assert!(matches!(accounts.suspend(&w.cx(), own.id).await, Err(ServiceError::Forbidden(_))));
    let zoe = w.remote("zoe", "elm.test").await;
    assert!(accounts.signing_key(zoe.id, KeyAlgorithm::Rsa).await.is_err(), "a remote account has no private key here");
}

#[tokio::test]
async fn rights_are_held_in_an_organisation() {
    let w = world().await;
    let amy = w.local("amy").await;
    let organisation = amy.organisation.unwrap();
    let user = w.service.accounts().user(amy.id).await.unwrap();
    let auth = w.service.auth();
    assert!(auth.authorise(&amy, &user, organisation, Right::Publish).await.is_ok());
    let more = auth.authorise(&amy, &user, organisation, Right::Administer).await;
    assert!(matches!(more, Err(ServiceError::Forbidden(_))));
    assert!(auth.authorise(&amy, &user, w.cx().id(), Right::ListMembers).await.is_err(), "not in another organisation");
    w.service.accounts().suspend(&w.cx(), amy.id).await.unwrap();
    let amy = w.service.accounts().get(amy.id).await.unwrap();
    assert!(auth.authorise(&amy, &user, organisation, Right::ListMembers).await.is_err());
}

#[tokio::test]
async fn a_profile_is_changed_and_followers_are_told() {
    let w = world().await;
    let (amy, zoe) = (w.local("amy").await, w.remote("zoe", "elm.test").await);
    let origin = Origin::Remote("https://elm.test/follows/1".to_owned());
    w.service.follows().follow(&w.cx(), zoe.id, amy.id, FollowOptions::default(), origin).await.unwrap();
    let change = ProfileUpdate {
        display_name: Some(" Amy <b> ".to_owned()),
        note: Some("maths & #music\n\nwith @zoe@elm.test <script>".to_owned()),
        fields: Some(vec![("site".to_owned(), "https://amy.test".to_owned()), (String::new(), String::new())]),
        language: Some("cy".to_owned()),
        ..ProfileUpdate::default()
    };
    let changed = w.service.accounts().update_profile(&w.cx(), amy.id, change).await.unwrap();
    assert_eq!(changed.display_name, "Amy <b>");
    assert!(changed.note.contains("mention hashtag") && changed.note.contains(&zoe.url));
    assert!(!changed.note.contains("<script"));
    assert_eq!(changed.fields.len(), 1);
    assert_eq!(w.service.accounts().get(amy.id).await.unwrap().note, changed.note);
    let user = w.service.accounts().user(amy.id).await.unwrap();
    assert_eq!(user.posting.language.as_deref(), Some("cy"));
    assert_eq!(w.renderer.rendered.lock().unwrap().last().map(String::as_str), Some("AccountUpdated"));

    let long = ProfileUpdate { note: Some("x".repeat(1001)), ..ProfileUpdate::default() };
    let refused = w.service.accounts().update_profile(&w.cx(), amy.id, long).await;
    assert!(matches!(refused, Err(ServiceError::Invalid { field: "note", .. })));
    let many = vec![("a".to_owned(), "b".to_owned()); 5];
    let many = ProfileUpdate { fields: Some(many), ..ProfileUpdate::default() };
    assert!(w.service.accounts().update_profile(&w.cx(), amy.id, many).await.is_err());
}

#[tokio::test]
async fn a_remote_account_is_made_safe_and_refreshed() {
    let w = world().await;
    let uri = "https://elm.test/users/zoe";
    let first = IncomingAccount {
        display_name: "Zoe\u{0}".to_owned(),
        note: "<p onclick=x>hi<script>alert(1)</script></p>".to_owned(),
        avatar: Some("javascript:alert(1)".to_owned()),
        url: Some("data:text/html,x".to_owned()),
        fields: vec![("a".to_owned(), "b".to_owned()); 40],
        ..incoming("zoe", uri)
    };
    let zoe = w.service.accounts().ingest(&w.cx(), first).await.unwrap();
    assert_eq!((zoe.display_name.as_str(), zoe.note.as_str()), ("Zoe", "<p>hi</p>"));
    assert_eq!((zoe.avatar, zoe.url.as_str(), zoe.fields.len()), (None, uri, 16));
    let renamed = w.service.accounts().ingest(&w.cx(), incoming("zoe2", uri)).await.unwrap();
    assert_eq!(renamed.id, zoe.id);
    assert!(w.service.accounts().by_handle("zoe@elm.test").await.unwrap().is_none());
    assert_eq!(w.service.accounts().by_handle("zoe2@elm.test").await.unwrap().unwrap().id, zoe.id);
}

#[tokio::test]
async fn nobody_takes_a_handle_an_id_or_a_key_of_somebody_else() {
    let w = world().await;
    let accounts = w.service.accounts();
    let keys = vec![key("https://elm.test/users/zoe#k1", "one"), key("https://elm.test/users/zoe#k2", "two")];
    let zoe = IncomingAccount { keys, ..incoming("zoe", "https://elm.test/users/zoe") };
    let zoe = accounts.ingest(&w.cx(), zoe).await.unwrap();
    let same_handle = accounts.ingest(&w.cx(), incoming("ZOE", "https://elm.test/users/eve")).await;
    assert!(matches!(same_handle, Err(ServiceError::Conflict(_))));
    let stolen = vec![key("https://elm.test/users/zoe#k1", "evil")];
    let eve = IncomingAccount { keys: stolen, ..incoming("eve", "https://elm.test/users/eve") };
    let eve = accounts.ingest(&w.cx(), eve).await.unwrap();
    let (kept, owner) = accounts.public_key("https://elm.test/users/zoe#k1").await.unwrap().unwrap();
    assert_eq!((kept.pem.as_str(), owner), ("one", zoe.uri.clone()));
    assert!(accounts.public_keys(eve.id).await.unwrap().is_empty());
    // A rotation replaces the whole set.
    let rotated = vec![key("https://elm.test/users/zoe#k1", "three")];
    let rotated = IncomingAccount { keys: rotated, ..incoming("zoe", "https://elm.test/users/zoe") };
    accounts.ingest(&w.cx(), rotated).await.unwrap();
    assert_eq!(accounts.public_keys(zoe.id).await.unwrap(), [key("https://elm.test/users/zoe#k1", "three")]);
    for (username, domain, uri) in [
        ("amy", "elm.test", "https://oak.test/users/amy"),
        ("amy", "oak.test", "https://elm.test/users/amy"),
        ("a b", "elm.test", "https://elm.test/users/ab"),
        ("amy", "elm.test", "file:///etc/passwd"),
    ] {
        let foreign = IncomingAccount { domain: domain.to_owned(), ..incoming(username, uri) };
        assert!(accounts.ingest(&w.cx(), foreign).await.is_err(), "{username} {domain} {uri}");
    }
}

#[tokio::test]
async fn a_deleted_account_leaves_its_name_and_nothing_else() {
    let w = world().await;
    let (amy, ben) = (w.local("amy").await, w.local("ben").await);
    let zoe = w.remote("zoe", "elm.test").await;
    let accounts = w.service.accounts();
    let follows = w.service.follows();
    follows.follow(&w.cx(), amy.id, ben.id, FollowOptions::default(), Origin::Local).await.unwrap();
    let origin = Origin::Remote("https://elm.test/follows/1".to_owned());
    follows.follow(&w.cx(), zoe.id, amy.id, FollowOptions::default(), origin).await.unwrap();
    accounts.delete(&w.cx(), amy.id).await.unwrap();
    accounts.delete(&w.cx(), amy.id).await.unwrap();
    let rendered = w.renderer.rendered.lock().unwrap().clone();
    assert_eq!(rendered.iter().filter(|name| *name == "AccountDeleted").count(), 1);
    assert!(accounts.get(amy.id).await.unwrap().is_gone());
    assert_eq!(accounts.get(ben.id).await.unwrap().followers_count, 0);
    assert!(accounts.user(amy.id).await.is_err());
    assert_eq!(w.refused(new("amy", "amy@oak.test")).await, "username");
    assert!(accounts.signing_key(amy.id, KeyAlgorithm::Rsa).await.is_ok(), "the deletion still has to be signed");
    assert!(matches!(accounts.delete(&w.cx(), zoe.id).await, Err(ServiceError::Forbidden(_))));
}

#[tokio::test]
async fn a_remote_account_that_is_gone_stays_gone_and_frees_its_handle() {
    let w = world().await;
    let zoe = w.remote("zoe", "elm.test").await;
    let accounts = w.service.accounts();
    accounts.remove_remote(&w.cx(), &zoe.uri).await.unwrap();
    accounts.remove_remote(&w.cx(), &zoe.uri).await.unwrap();
    accounts.remove_remote(&w.cx(), "https://elm.test/users/unknown").await.unwrap();
    assert!(accounts.ingest(&w.cx(), incoming("zoe", &zoe.uri)).await.is_err());
    assert!(accounts.ingest(&w.cx(), incoming("zoe", "https://elm.test/users/zoe-again")).await.is_ok());
    let amy = w.local("amy").await;
    assert!(matches!(accounts.remove_remote(&w.cx(), &amy.uri).await, Err(ServiceError::Forbidden(_))));
}
