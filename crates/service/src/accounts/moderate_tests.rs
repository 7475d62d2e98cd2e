//! People who wait for approval.

use staffroom_domain::Account;
use staffroom_domain::account::User;

use super::create::local_account;
use crate::ServiceError;
use crate::auth::Authority;
use crate::testing::{World, world};

/// Somebody who signed up and waits.
async fn waiting(w: &World, name: &str, like: &Account) -> Account {
    let account = local_account(&w.service.settings().identity, w.cx().id(), name, w.cx().now());
    let account = Account { organisation: like.organisation, ..account };
    let user = w.service.accounts().user(like.id).await.unwrap();
    let email = format!("{name}@oak.test");
    let user = User { account_id: account.id, email, approved_at: None, ..user };
    let tx = w.service.storage().begin().await.unwrap();
    tx.accounts().insert(&account).await.unwrap();
    tx.users().insert(&user, "no password", w.cx().now()).await.unwrap();
    tx.commit().await.unwrap();
    account
}

#[tokio::test]
async fn who_waits_is_approved_or_turned_down_once() {
    let w = world().await;
    let amy = w.local("amy").await;
    let (ben, cat) = (waiting(&w, "ben", &amy).await, waiting(&w, "cat", &amy).await);
    let (accounts, operator) = (w.service.accounts(), Authority::operator());
    accounts.approve(&w.cx(), &operator, ben.id).await.unwrap();
    assert!(accounts.user(ben.id).await.unwrap().approved_at.is_some());
    accounts.reject(&w.cx(), &operator, cat.id).await.unwrap();
    assert!(matches!(accounts.user(cat.id).await, Err(ServiceError::NotFound(_))));
    for id in [amy.id, ben.id] {
        assert!(matches!(accounts.approve(&w.cx(), &operator, id).await, Err(ServiceError::Forbidden(_))));
        assert!(matches!(accounts.reject(&w.cx(), &operator, id).await, Err(ServiceError::Forbidden(_))));
    }
    assert!(accounts.get(ben.id).await.unwrap().deleted_at.is_none());
}
