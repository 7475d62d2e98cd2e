//! Accounts: create, look up, change, suspend.

use crate::{Cx, Result, Service};

/// Accounts: create, look up, change, suspend.
#[derive(Clone, Copy)]
pub struct Accounts<'a> {
    pub(crate) service: &'a Service,
}

impl<'a> Accounts<'a> {
    pub(crate) fn new(service: &'a Service) -> Self {
        Self { service }
    }
}

use staffroom_domain::account::{Account, IncomingAccount, KeyPair, ProfileUpdate, PublicKey, User, UserRole};
use staffroom_domain::ids::{AccountId, OrganisationId};
use staffroom_domain::relationship::{Listed, Relationship};
use staffroom_domain::{Page, PageRequest, Viewer};

/// A local account to be made, confirmed and approved at once.
#[derive(Clone, Debug)]
pub struct NewLocalAccount {
    /// Name: ASCII letters, digits, `_`, at most 30.
    pub username: String,
    /// E-mail address.
    pub email: String,
    /// At least 8 characters.
    pub password: String,
    /// Rights on the instance.
    pub role: UserRole,
    /// School; `None` takes the instance's first organisation.
    pub organisation: Option<OrganisationId>,
}

impl Accounts<'_> {
    /// Makes a local account.
    pub async fn create_local(&self, _cx: &Cx, _new: NewLocalAccount) -> Result<Account> {
        unimplemented!()
    }
    /// Makes the instance's own account and first organisation at first start; later returns the account.
    pub async fn ensure_instance_account(&self, _cx: &Cx) -> Result<Account> {
        unimplemented!()
    }
    /// The account, also when suspended.
    pub async fn get(&self, _id: AccountId) -> Result<Account> {
        unimplemented!()
    }
    /// Accounts in the order of `ids`, unknown ones left out.
    pub async fn get_many(&self, _ids: &[AccountId]) -> Result<Vec<Account>> {
        unimplemented!()
    }
    /// A stored account by network id.
    pub async fn by_uri(&self, _uri: &str) -> Result<Option<Account>> {
        unimplemented!()
    }
    /// A stored account by handle: `name`, `name@host`, with or without a leading `@`; our own host counts as none.
    pub async fn by_handle(&self, _handle: &str) -> Result<Option<Account>> {
        unimplemented!()
    }
    /// The private side of a local account.
    pub async fn user(&self, _id: AccountId) -> Result<User> {
        unimplemented!()
    }
    /// Local accounts with their private side, newest first.
    pub async fn list_local(&self, _page: PageRequest) -> Result<Page<(Account, User)>> {
        unimplemented!()
    }
    /// Sets a new password and ends all sessions and tokens.
    pub async fn set_password(&self, _cx: &Cx, _id: AccountId, _password: &str) -> Result<()> {
        unimplemented!()
    }
    /// Suspends an account: hidden, signed out, silent.
    pub async fn suspend(&self, _cx: &Cx, _id: AccountId) -> Result<()> {
        unimplemented!()
    }
    /// Deletes a local account: statuses removed, peers told, the name stays taken.
    pub async fn delete(&self, _cx: &Cx, _id: AccountId) -> Result<()> {
        unimplemented!()
    }
    /// Changes the owner's profile.
    pub async fn update_profile(&self, _cx: &Cx, _id: AccountId, _change: ProfileUpdate) -> Result<Account> {
        unimplemented!()
    }
    /// Followers, newest first; empty when the account hides from the viewer.
    pub async fn followers(&self, _viewer: Viewer, _id: AccountId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// Accounts followed, newest first.
    pub async fn following(&self, _viewer: Viewer, _id: AccountId, _page: PageRequest) -> Result<Page<Listed>> {
        unimplemented!()
    }
    /// How the viewer stands to each of `ids`, in their order; unknown ids are left out.
    pub async fn relationships(&self, _viewer: AccountId, _ids: &[AccountId]) -> Result<Vec<Relationship>> {
        unimplemented!()
    }
    /// Stored accounts whose handle or name begins with `query`.
    pub async fn search(
        &self,
        _viewer: AccountId,
        _query: &str,
        _limit: u64,
        _offset: u64,
        _following: bool,
    ) -> Result<Vec<Account>> {
        unimplemented!()
    }
    /// Stores or refreshes a remote account and its keys.
    pub async fn ingest(&self, _cx: &Cx, _incoming: IncomingAccount) -> Result<Account> {
        unimplemented!()
    }
    /// A remote account said it is gone: it and its statuses are removed here.
    pub async fn remove_remote(&self, _cx: &Cx, _uri: &str) -> Result<()> {
        unimplemented!()
    }
    /// A stored public key and the network id of its owner.
    pub async fn public_key(&self, _key_uri: &str) -> Result<Option<(PublicKey, String)>> {
        unimplemented!()
    }
    /// All public keys of an account.
    pub async fn public_keys(&self, _id: AccountId) -> Result<Vec<PublicKey>> {
        unimplemented!()
    }
    /// The key pair a local account signs with (tag accounts share the instance's pair under key ids of their own).
    pub async fn signing_key(&self, _id: AccountId) -> Result<KeyPair> {
        unimplemented!()
    }
}
