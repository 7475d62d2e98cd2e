//! Finding statuses by their words.

use staffroom_domain::Viewer;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::status::StatusView;
use staffroom_domain::status_search::StatusSearch;

use super::Search;
use crate::{Cx, Result};

/// Nobody looks further than this.
const MAX_OFFSET: u64 = 1_000;
/// Statuses read into the index in one go.
const PIECE: u64 = 200;

impl Search<'_> {
    /// Statuses `viewer` may see and find (see `storage::status_search`), newest first. Nothing for somebody who is not
    /// signed in, for conditions alone, and for an author nobody here knows.
    pub(super) async fn statuses(
        self,
        viewer: Viewer,
        q: &str,
        author: Option<AccountId>,
        limit: u64,
        offset: u64,
    ) -> Result<Vec<StatusView>> {
        let Some(me) = viewer.account() else { return Ok(Vec::new()) };
        let wanted = StatusSearch::parse(q);
        let from = match (author, wanted.from.as_deref()) {
            (Some(author), _) => Some(author),
            (None, Some("me")) => Some(me),
            (None, Some(handle)) => match self.service.accounts().by_handle(handle).await? {
                Some(account) => Some(account.id),
                None => return Ok(Vec::new()),
            },
            (None, None) => None,
        };
        if (from.is_none() && wanted.is_vague()) || offset > MAX_OFFSET {
            return Ok(Vec::new());
        }
        let bounds = (usize::try_from(limit).unwrap_or(0), usize::try_from(offset).unwrap_or(0));
        let now = self.service.cx().now();
        let ids = self.service.storage().read().status_search().find(me, &wanted, from, now, bounds).await?;
        self.service.statuses().views(viewer, &ids).await
    }

    /// Reads some statuses after `after` into the index, and goes on later with the next.
    ///
    /// # Errors
    /// The database failed.
    pub(crate) async fn index_after(self, cx: &Cx, after: StatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if let Some(after) = tx.status_search().index_after(after, PIECE).await? {
            tx.jobs().push(cx.id(), &Job::IndexStatuses { after }, cx.now(), None).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
