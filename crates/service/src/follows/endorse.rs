//! Recommending accounts on one's profile.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::{Listed, Relationship};
use staffroom_domain::{Page, PageRequest, Viewer};

use super::Follows;
use super::pair::{Pair, relationship};
use crate::{Cx, Result, ServiceError};

impl Follows<'_> {
    /// `actor` recommends `target`; only who is followed can be recommended. Repeating changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for oneself, [`ServiceError::NotFound`] for unknown accounts and those that are gone,
    /// [`ServiceError::Invalid`] for an account not followed.
    pub async fn endorse(&self, cx: &Cx, actor: AccountId, target: AccountId) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        let pair = Pair::load(&tx, actor, target).await?;
        if pair.target.is_gone() {
            return Err(ServiceError::NotFound("account"));
        }
        if !tx.follows().pair(actor, target).await?.is_some_and(|follow| follow.accepted) {
            return Err(ServiceError::invalid("account", "you must be following the person you want to endorse"));
        }
        tx.endorsements().add(cx.id(), actor, target, cx.now()).await?;
        let relationship = relationship(&tx, cx, actor, target).await?;
        tx.commit().await?;
        Ok(relationship)
    }

    /// Ends that; ending what is not there changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Forbidden`] for oneself, [`ServiceError::NotFound`] for unknown accounts.
    pub async fn unendorse(&self, cx: &Cx, actor: AccountId, target: AccountId) -> Result<Relationship> {
        let tx = self.service.storage().begin().await?;
        Pair::load(&tx, actor, target).await?;
        tx.endorsements().remove(actor, target).await?;
        let relationship = relationship(&tx, cx, actor, target).await?;
        tx.commit().await?;
        Ok(relationship)
    }

    /// Accounts somebody recommends, newest first; empty when they block the viewer.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for unknown accounts and those that are gone.
    pub async fn endorsements(&self, viewer: Viewer, account: AccountId, page: PageRequest) -> Result<Page<Listed>> {
        if self.service.accounts().hides_from(viewer, account).await? {
            return Ok(Page::empty());
        }
        Ok(self.service.storage().read().endorsements().list(viewer, account, &page).await?)
    }
}
