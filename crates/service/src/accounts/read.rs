//! Looking accounts up. Somebody who asked for an account and was not let in yet is nobody to others: those are left out
//! here, and found by the operator alone.

use staffroom_domain::account::{Account, AccountKind, User};
use staffroom_domain::ids::AccountId;
use staffroom_domain::{Page, PageRequest};

use super::Accounts;
use crate::{Result, ServiceError};

/// Longest search text looked at, in characters.
const MAX_QUERY_CHARS: usize = 200;

impl Accounts<'_> {
    /// The account, also when suspended.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown id.
    pub async fn get(&self, id: AccountId) -> Result<Account> {
        Some(self.stored(id).await?).filter(was_let_in).ok_or(ServiceError::NotFound("account"))
    }

    /// The account as it is stored, also while it waits to be let in.
    pub(super) async fn stored(&self, id: AccountId) -> Result<Account> {
        self.service.storage().read().accounts().by_id(id).await?.ok_or(ServiceError::NotFound("account"))
    }

    /// Accounts in the order of `ids`, unknown ones left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get_many(&self, ids: &[AccountId]) -> Result<Vec<Account>> {
        let found = self.service.storage().read().accounts().by_ids(ids).await?;
        Ok(found.into_iter().filter(was_let_in).collect())
    }

    /// A stored account by network id.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_uri(&self, uri: &str) -> Result<Option<Account>> {
        Ok(self.service.storage().read().accounts().by_uri(uri).await?.filter(was_let_in))
    }

    /// A stored account by handle: `name`, `name@host`, with or without a leading `@`; our own host counts as none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_handle(&self, handle: &str) -> Result<Option<Account>> {
        Ok(self.by_handle_of_any(handle).await?.filter(was_let_in))
    }

    /// The same for the operator, who also finds those who wait to be let in.
    ///
    /// # Errors
    /// The database failed.
    pub async fn by_handle_of_any(&self, handle: &str) -> Result<Option<Account>> {
        let handle = handle.trim();
        let handle = handle.strip_prefix('@').unwrap_or(handle);
        let (username, domain) = match handle.split_once('@') {
            None => (handle, None),
            Some((username, domain)) => (username, Some(domain.to_lowercase())),
        };
        let identity = &self.service.settings().identity;
        let domain = domain.filter(|d| *d != identity.account_domain && *d != identity.host());
        Ok(self.service.storage().read().accounts().by_handle(username, domain.as_deref()).await?)
    }

    /// Who lives here under this name, gone ones included; tag accounts and the instance's own are nobody.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown name, and for one with a host.
    pub async fn resident(&self, name: &str) -> Result<Account> {
        let account = if name.contains('@') { None } else { self.by_handle(name).await? };
        let lives_here =
            |account: &Account| account.is_local() && account.tag.is_none() && account.kind != AccountKind::Application;
        account.filter(lives_here).ok_or(ServiceError::NotFound("account"))
    }

    /// The private side of a local account.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for accounts without one.
    pub async fn user(&self, id: AccountId) -> Result<User> {
        self.service.storage().read().users().by_account(id).await?.ok_or(ServiceError::NotFound("user"))
    }

    /// Local accounts with their private side, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list_local(&self, page: PageRequest) -> Result<Page<(Account, User)>> {
        Ok(self.service.storage().read().users().list(&page).await?)
    }

    /// Stored accounts whose handle or name begins with `query`, those that block `viewer` left out. Whom `viewer` blocks
    /// is found: apps look an account up that way to take a block back.
    ///
    /// # Errors
    /// The database failed.
    pub async fn search(
        &self,
        viewer: AccountId,
        query: &str,
        limit: u64,
        offset: u64,
        following: bool,
    ) -> Result<Vec<Account>> {
        let query: String = query.trim().trim_start_matches('@').chars().take(MAX_QUERY_CHARS).collect();
        if query.is_empty() {
            return Ok(Vec::new());
        }
        let own_host = format!("@{}", self.service.settings().identity.account_domain);
        let query = query.strip_suffix(&own_host).unwrap_or(&query);
        let read = self.service.storage().read();
        let found = read.accounts().search(query, following.then_some(viewer), limit, offset).await?;
        let ids: Vec<AccountId> = found.iter().map(|account| account.id).collect();
        let hidden = read.follows().blocking(viewer, &ids).await?;
        Ok(found.into_iter().filter(|account| !hidden.contains(&account.id)).collect())
    }
}

fn was_let_in(account: &Account) -> bool {
    !account.is_pending
}
