//! People who wait for approval, and measures that are taken at once.

use staffroom_domain::Account;
use staffroom_domain::account::{IncomingAccount, ProfileUpdate, User, UserRole};
use staffroom_domain::moderation::Measure;
use staffroom_domain::organisation::Right;

use super::Action;
use super::create::local_account;
use crate::ServiceError;
use crate::auth::Authority;
use crate::testing::{World, incoming_account, world};

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

#[tokio::test]
async fn what_is_decided_and_written_at_once_is_all_kept() {
    let w = world().await;
    let accounts = w.service.accounts();
    let mut staff = Vec::new();
    for name in ["max", "mia", "moe"] {
        let id = w.local(name).await.id;
        accounts.set_role(id, UserRole::Moderator).await.unwrap();
        staff.push(w.authority(id, Right::Moderate).await);
    }
    let [max, mia, moe] = staff.as_slice() else { panic!("three moderators") };
    let action = |measure| Action { measure, text: String::new(), report: None, tell: false };
    for turn in 0..8 {
        let pat = w.local(&format!("pat{turn}")).await.id;
        let profile = ProfileUpdate { note: Some("I teach".to_owned()), ..ProfileUpdate::default() };
        let (one, two, three, four) = (w.cx(), w.cx(), w.cx(), w.cx());
        let (silenced, sensitised, suspended, written) = tokio::join!(
            accounts.act(&one, max, pat, action(Measure::Silence)),
            accounts.act(&two, mia, pat, action(Measure::Sensitive)),
            accounts.act(&three, moe, pat, action(Measure::Suspend)),
            accounts.update_profile(&four, pat, profile),
        );
        for done in [silenced, sensitised, suspended, written.map(drop)] {
            assert!(done.is_ok(), "{done:?}");
        }
        let found = accounts.get(pat).await.unwrap();
        let decided = [found.silenced_at, found.sensitized_at, found.suspended_at];
        assert_eq!((decided.map(|at| at.is_some()), found.note_source.as_str()), ([true; 3], "I teach"), "{turn}");
    }
}

#[tokio::test]
async fn an_account_that_is_known_to_be_suspended_elsewhere_is_suspended_here_for_good() {
    let w = world().await;
    let accounts = w.service.accounts();
    let suspended = |is: bool| IncomingAccount { suspended: is, ..incoming_account("zoe", "elm.test") };
    let zoe = accounts.ingest(&w.cx(), suspended(true)).await.unwrap().id;
    accounts.ingest(&w.cx(), suspended(false)).await.unwrap();
    assert!(!accounts.get(zoe).await.unwrap().is_gone(), "its server ended what it began");
    accounts.ingest(&w.cx(), suspended(true)).await.unwrap();
    assert!(accounts.get(zoe).await.unwrap().is_gone());
    accounts.suspend(&w.cx(), zoe).await.unwrap();
    accounts.ingest(&w.cx(), suspended(false)).await.unwrap();
    assert!(accounts.get(zoe).await.unwrap().is_gone(), "what was decided here stays");
}
