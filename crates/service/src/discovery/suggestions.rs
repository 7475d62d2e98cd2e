//! Suggestions: whom one may want to follow.

use staffroom_domain::ids::AccountId;

use super::{Discovery, Suggestion};
use crate::{Result, ServiceError};

impl Discovery<'_> {
    /// People who want to be found and are not followed yet: first those whom one's friends follow, then those whom most
    /// people do. Whom one blocks, mutes, or does not want suggested is not among them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn suggestions(&self, account: AccountId, limit: u64) -> Result<Vec<Suggestion>> {
        let read = self.service.storage().read();
        let friends = read.discovery().friends_of_friends(account, limit).await?;
        let suggestion = |by_friends| move |account| Suggestion { by_friends, account };
        let mut found: Vec<Suggestion> = friends.into_iter().map(suggestion(true)).collect();
        if u64::try_from(found.len()).is_ok_and(|count| count < limit) {
            let others = read.discovery().most_followed(account, limit).await?;
            let is_new = |id: AccountId| !found.iter().any(|suggestion| suggestion.account.id == id);
            let others: Vec<_> = others.into_iter().filter(|other| is_new(other.id)).map(suggestion(false)).collect();
            found.extend(others);
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        Ok(found)
    }

    /// An account is not suggested to somebody again; twice changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account.
    pub async fn dismiss_suggestion(&self, account: AccountId, target: AccountId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let found = tx.accounts().by_id(target).await?.filter(|target| target.deleted_at.is_none());
        found.ok_or(ServiceError::NotFound("account"))?;
        tx.discovery().dismiss(account, target).await?;
        Ok(tx.commit().await?)
    }
}
