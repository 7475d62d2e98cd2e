//! The running server's key source: how often it asks whom, and what it does not believe.

use std::collections::HashMap;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use serde_json::json;
use staffroom_domain::clock::FixedClock;
use tokio::net::TcpListener;
use url::Url;

use super::*;
use crate::gate::{KeyDirectory, KeyLookupError, KeySource, KnownActors, StoredKey};
use crate::http::content_type::ACTIVITY_JSON;
use crate::http::{AddressPolicy, OutboundClient};

const AMY: &str = "https://elm.test/users/amy";

/// What the network would answer for an actor: the keys it lists, or a failure.
type Document = Result<Vec<(String, String)>, KeyLookupError>;

#[derive(Default, Clone)]
struct Actors {
    stored: Arc<Mutex<HashMap<String, StoredKey>>>,
    network: Arc<Mutex<HashMap<String, Document>>>,
    fetched: Arc<Mutex<Vec<String>>>,
}

impl Actors {
    fn publishes(&self, actor: &str, keys: &[(&str, &str)]) {
        let keys = keys.iter().map(|(id, pem)| ((*id).to_owned(), (*pem).to_owned())).collect();
        self.network.lock().unwrap().insert(actor.to_owned(), Ok(keys));
    }

    fn fails(&self, actor: &str, error: KeyLookupError) {
        self.network.lock().unwrap().insert(actor.to_owned(), Err(error));
    }

    fn fetches(&self) -> usize {
        self.fetched.lock().unwrap().len()
    }
}

#[async_trait]
impl KnownActors for Actors {
    async fn find_key(&self, key_id: &Url) -> Result<Option<StoredKey>, KeyLookupError> {
        Ok(self.stored.lock().unwrap().get(key_id.as_str()).cloned())
    }

    async fn refresh_actor(&self, actor_uri: &Url) -> Result<(), KeyLookupError> {
        self.fetched.lock().unwrap().push(actor_uri.to_string());
        tokio::task::yield_now().await;
        let document = self.network.lock().unwrap().get(actor_uri.as_str()).cloned();
        let keys = document.unwrap_or(Err(KeyLookupError::NotFound))?;
        let mut stored = self.stored.lock().unwrap();
        stored.retain(|_, key| key.owner_uri != *actor_uri);
        for (id, pem) in keys {
            stored.entry(id).or_insert(StoredKey { owner_uri: actor_uri.clone(), pem });
        }
        Ok(())
    }
}

struct Set {
    actors: Actors,
    clock: Arc<FixedClock>,
    directory: Arc<KeyDirectory<Actors>>,
}

fn set(loopback: &[String]) -> Set {
    let (actors, clock) = (Actors::default(), Arc::new(FixedClock::at(NOW)));
    let policy = AddressPolicy::new(&[], loopback, &[]).unwrap();
    let client = OutboundClient::new(policy, "test", clock.clone()).unwrap();
    let directory = Arc::new(KeyDirectory::new(actors.clone(), client, None, clock.clone()));
    Set { actors, clock, directory }
}

fn pem() -> String {
    KEY.0.public_pem().unwrap()
}

fn key_id() -> Url {
    KEY_ID.parse().unwrap()
}

#[tokio::test]
async fn many_waiting_requests_cost_one_fetch_and_later_ones_none() {
    let set = set(&[]);
    set.actors.publishes(AMY, &[(KEY_ID, &pem())]);
    let waiting: Vec<_> = (0..50)
        .map(|_| {
            let directory = set.directory.clone();
            tokio::spawn(async move { directory.find(&key_id()).await })
        })
        .collect();
    for found in waiting {
        assert_eq!(found.await.unwrap().unwrap().owner_uri.as_str(), AMY);
    }
    set.directory.find(&key_id()).await.unwrap();
    assert_eq!(set.actors.fetches(), 1);
}

#[tokio::test]
async fn a_stored_key_costs_no_fetch() {
    let set = set(&[]);
    let stored = StoredKey { owner_uri: AMY.parse().unwrap(), pem: pem() };
    set.actors.stored.lock().unwrap().insert(KEY_ID.into(), stored);
    assert!(set.directory.find(&key_id()).await.is_ok());
    assert_eq!(set.actors.fetches(), 0);
}

#[tokio::test]
async fn failures_are_remembered_for_a_while() {
    for (error, minutes) in
        [(KeyLookupError::NotFound, 5), (KeyLookupError::Gone, 60), (KeyLookupError::Unavailable, 1)]
    {
        let set = set(&[]);
        set.actors.fails(AMY, error);
        for _ in 0..3 {
            assert_eq!(set.directory.find(&key_id()).await.unwrap_err(), error);
        }
        assert_eq!(set.actors.fetches(), 1);
        set.actors.publishes(AMY, &[(KEY_ID, &pem())]);
        set.clock.advance(Duration::from_mins(minutes));
        assert!(set.directory.find(&key_id()).await.is_ok());
    }
}

#[tokio::test]
async fn a_refetch_replaces_the_key_and_survives_an_outage() {
    let set = set(&[]);
    let old = generate_rsa().unwrap().public_pem;
    set.actors.publishes(AMY, &[(KEY_ID, &old)]);
    set.directory.find(&key_id()).await.unwrap();
    set.actors.fails(AMY, KeyLookupError::Unavailable);
    assert_eq!(set.directory.refetch(&key_id()).await.unwrap_err(), KeyLookupError::Unavailable);
    assert!(set.directory.find(&key_id()).await.is_ok());

    set.actors.publishes(AMY, &[(KEY_ID, &pem())]);
    set.directory.refetch(&key_id()).await.unwrap();
    let now_known = set.directory.find(&key_id()).await.unwrap();
    assert!(now_known.key.verifies(b"x", &KEY.0.sign(b"x").unwrap()));

    set.actors.publishes(AMY, &[]);
    assert_eq!(set.directory.refetch(&key_id()).await.unwrap_err(), KeyLookupError::NotFound);
    assert_eq!(set.directory.find(&key_id()).await.unwrap_err(), KeyLookupError::NotFound);
}

#[tokio::test]
async fn unacceptable_keys_are_not_found() {
    let set = set(&[]);
    set.actors.publishes(AMY, &[(KEY_ID, "junk")]);
    assert_eq!(set.directory.find(&key_id()).await.unwrap_err(), KeyLookupError::NotFound);
}

/// Serves one key document and says where.
async fn key_document(make: impl Fn(&str) -> serde_json::Value) -> (String, Url) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let host = format!("localhost:{}", listener.local_addr().unwrap().port());
    let body = make(&format!("http://{host}")).to_string();
    let app =
        Router::new().route("/users/amy/main-key", get(move || async { ([("content-type", ACTIVITY_JSON)], body) }));
    tokio::spawn(async move { axum::serve(listener, app).await });
    let key_id = format!("http://{host}/users/amy/main-key").parse().unwrap();
    (host, key_id)
}

#[tokio::test]
async fn a_key_document_names_an_owner_who_must_list_the_key() {
    // GoToSocial's form: the key id answers with the actor reduced to its key
    let (host, key_id) = key_document(|base| {
        let owner = format!("{base}/users/amy");
        json!({ "id": owner, "publicKey": { "id": format!("{base}/users/amy/main-key"), "owner": owner } })
    })
    .await;
    let owner = format!("http://{host}/users/amy");
    let set = set(std::slice::from_ref(&host));
    set.actors.publishes(&owner, &[(key_id.as_str(), &pem())]);
    assert_eq!(set.directory.find(&key_id).await.unwrap().owner_uri.as_str(), owner);

    // the owner lists another key: the key document's word is not enough
    let set = self::set(&[host]);
    set.actors.publishes(&owner, &[(KEY_ID, &pem())]);
    assert_eq!(set.directory.find(&key_id).await.unwrap_err(), KeyLookupError::NotFound);
    assert_eq!(set.actors.fetches(), 1);
}

#[tokio::test]
async fn key_documents_for_other_keys_or_foreign_owners_are_not_believed() {
    for (id, owner) in [("/users/amy/main-key", "https://elm.test/users/amy"), ("/users/eve/main-key", "")] {
        let (host, key_id) = key_document(|base| {
            let owner = if owner.is_empty() { format!("{base}/users/amy") } else { owner.to_owned() };
            json!({ "id": format!("{base}{id}"), "owner": owner, "publicKeyPem": pem() })
        })
        .await;
        let set = set(&[host]);
        set.actors.publishes(AMY, &[(key_id.as_str(), &pem())]);
        assert_eq!(set.directory.find(&key_id).await.unwrap_err(), KeyLookupError::NotFound);
        assert_eq!(set.actors.fetches(), 0);
    }
}
