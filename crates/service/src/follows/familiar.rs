//! Whom one knows among the followers of others.

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::FamiliarFollowers;

use super::Follows;
use crate::Result;

/// Most followers named for each account.
const MAX_NAMED: u64 = 20;

impl Follows<'_> {
    /// For each of `targets`, in their order: its followers whom the viewer follows too. Unknown accounts and those that
    /// are gone are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn familiar(&self, viewer: AccountId, targets: &[AccountId]) -> Result<Vec<FamiliarFollowers>> {
        let read = self.service.storage().read();
        let known = read.accounts().by_ids(targets).await?;
        let known: Vec<AccountId> = known.iter().filter(|account| !account.is_gone()).map(|a| a.id).collect();
        let mut named = read.follows().familiar(viewer, &known, MAX_NAMED).await?;
        let mut ids: Vec<AccountId> = named.values().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let accounts = read.accounts().by_ids(&ids).await?;
        let accounts: HashMap<AccountId, Account> = accounts.into_iter().map(|a| (a.id, a)).collect();
        let followers = |id: AccountId| {
            let ids = named.remove(&id).unwrap_or_default();
            FamiliarFollowers { id, accounts: ids.iter().filter_map(|id| accounts.get(id).cloned()).collect() }
        };
        Ok(known.into_iter().map(followers).collect())
    }
}
