//! A private note about an account: nobody but its writer sees it.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Relationship;

use super::Follows;
use super::pair::relationship;
use crate::{Cx, Result, ServiceError};

/// Longest note, in characters.
const MAX_CHARS: usize = 2_000;

impl Follows<'_> {
    /// Keeps a note about `target` (oneself too) in place of an older one; an empty one is none.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for an unknown account, [`ServiceError::Invalid`] for more than 2000 characters.
    pub async fn note(&self, cx: &Cx, actor: AccountId, target: AccountId, comment: &str) -> Result<Relationship> {
        let comment = comment.trim();
        if comment.chars().count() > MAX_CHARS {
            return Err(ServiceError::invalid("comment", format!("is longer than {MAX_CHARS} characters")));
        }
        let tx = self.service.storage().begin().await?;
        let found = tx.accounts().by_id(target).await?;
        let found = found.filter(|account| account.deleted_at.is_none() && !account.is_pending);
        found.ok_or(ServiceError::NotFound("account"))?;
        tx.account_notes().set(actor, target, comment).await?;
        let relationship = relationship(&tx, cx, actor, target).await?;
        tx.commit().await?;
        Ok(relationship)
    }
}
