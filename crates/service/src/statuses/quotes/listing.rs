//! Who quotes a status.

use staffroom_domain::ids::StatusId;
use staffroom_domain::status::StatusView;
use staffroom_domain::{Page, PageRequest, Viewer};

use crate::Result;
use crate::statuses::Statuses;

impl Statuses<'_> {
    /// Statuses that quote this one with its author's leave, as far as the viewer may see them, newest first.
    ///
    /// # Errors
    /// [`crate::ServiceError::NotFound`] when the viewer may not see the status.
    pub async fn quotes(&self, viewer: Viewer, id: StatusId, page: PageRequest) -> Result<Page<StatusView>> {
        let status = self.visible(viewer, id).await?;
        let found = self.service.storage().read().quotes().quoting(viewer, status.id, page).await?;
        let mut views = self.assemble(viewer, found.items.clone()).await?;
        if let Some(viewer) = viewer.account() {
            let authors: Vec<_> = views.iter().map(|view| view.account.id).collect();
            let hidden = self.service.storage().read().follows().blocked_either_way(viewer, &authors).await?;
            views.retain(|view| !hidden.contains(&view.account.id));
        }
        Ok(found.with_items(views))
    }
}
