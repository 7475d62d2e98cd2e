//! Who follows whom, and how somebody stands to others.

use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::{Listed, Relationship};
use staffroom_domain::{Page, PageRequest, Viewer};

use super::Accounts;
use crate::{Result, ServiceError};

impl Accounts<'_> {
    /// Followers, newest first; empty when the account blocks the viewer, or keeps it to itself.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for unknown accounts and those that are gone.
    pub async fn followers(&self, viewer: Viewer, id: AccountId, page: PageRequest) -> Result<Page<Listed>> {
        if self.hides_follows(viewer, id).await? {
            return Ok(Page::empty());
        }
        Ok(self.service.storage().read().follows().followers(id, viewer.account(), &page).await?)
    }

    /// Accounts followed, newest first; empty when the account blocks the viewer, or keeps it to itself.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for unknown accounts and those that are gone.
    pub async fn following(&self, viewer: Viewer, id: AccountId, page: PageRequest) -> Result<Page<Listed>> {
        if self.hides_follows(viewer, id).await? {
            return Ok(Page::empty());
        }
        Ok(self.service.storage().read().follows().following(id, viewer.account(), &page).await?)
    }

    /// How the viewer stands to each of `ids`, in their order; unknown ids are left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relationships(&self, viewer: AccountId, ids: &[AccountId]) -> Result<Vec<Relationship>> {
        let read = self.service.storage().read();
        let known = read.accounts().known(ids).await?;
        Ok(read.follows().relationships(viewer, &known, self.service.cx().now()).await?)
    }

    /// Whether the viewer is told nobody whom an account follows or who follows it.
    async fn hides_follows(self, viewer: Viewer, id: AccountId) -> Result<bool> {
        let is_kept = self.get(id).await?.hide_collections && viewer != Viewer::Account(id);
        Ok(self.hides_from(viewer, id).await? || is_kept)
    }

    /// Whether an account blocks the viewer.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] for unknown accounts and those that are gone.
    pub(crate) async fn hides_from(&self, viewer: Viewer, id: AccountId) -> Result<bool> {
        if self.get(id).await?.is_gone() {
            return Err(ServiceError::NotFound("account"));
        }
        match viewer.account() {
            Some(viewer) => Ok(self.service.storage().read().follows().block(id, viewer).await?.is_some()),
            None => Ok(false),
        }
    }
}
