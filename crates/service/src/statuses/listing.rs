//! Lists around statuses: who favourited and boosted, an account's outbox, answers.

use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::relationship::Listed;
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest, Viewer};

use super::Statuses;
use crate::Result;

impl Statuses<'_> {
    /// Who favourited it.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`] when the viewer may not see the status.
    pub async fn favourited_by(&self, viewer: Viewer, id: StatusId, page: PageRequest) -> Result<Page<Listed>> {
        let status = self.visible_original(viewer, id).await?;
        Ok(self.service.storage().read().favourites().favourited_by(viewer, status.id, page).await?)
    }

    /// Who boosted it.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`] when the viewer may not see the status.
    pub async fn reblogged_by(&self, viewer: Viewer, id: StatusId, page: PageRequest) -> Result<Page<Listed>> {
        let status = self.visible_original(viewer, id).await?;
        Ok(self.service.storage().read().favourites().reblogged_by(viewer, status.id, page).await?)
    }

    /// Public statuses and boosts of a local account for its outbox, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn outbox(&self, account: AccountId, page: PageRequest) -> Result<Page<StatusView>> {
        let found = self.service.storage().read().statuses().outbox(account, page).await?;
        let views = self.assemble(Viewer::Anonymous, found.items.clone()).await?;
        Ok(found.with_items(views))
    }

    /// Network ids of answers to a status anybody may see.
    ///
    /// # Errors
    /// The database failed.
    pub async fn replies(&self, id: StatusId, page: PageRequest) -> Result<Page<String>> {
        Ok(self.service.storage().read().statuses().reply_uris(id, page).await?)
    }
}
