//! Lists of requests, blocks and mutes, for their owner alone.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest};

use super::Follows;
use crate::Result;

impl Follows<'_> {
    /// Follow requests waiting for an answer, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests(&self, account: AccountId, page: PageRequest) -> Result<Page<Listed>> {
        Ok(self.service.storage().read().follows().requests(account, &page).await?)
    }

    /// How many follow requests wait for an answer.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests_count(&self, account: AccountId) -> Result<i64> {
        Ok(self.service.storage().read().follows().requests_count(account).await?)
    }

    /// Accounts blocked, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn blocks(&self, account: AccountId, page: PageRequest) -> Result<Page<Listed>> {
        Ok(self.service.storage().read().follows().blocks(account, &page).await?)
    }

    /// Accounts muted, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn mutes(&self, account: AccountId, page: PageRequest) -> Result<Page<Listed>> {
        let now = self.service.cx().now();
        Ok(self.service.storage().read().mutes().list(account, now, &page).await?)
    }
}
