//! The directory: people who want to be found.

use staffroom_domain::Viewer;
use staffroom_domain::account::Account;

use super::{DirectoryQuery, Discovery};
use crate::Result;

/// Most people skipped: nobody leafs further, and each one skipped is read.
const MAX_OFFSET: u64 = 10_000;

impl Discovery<'_> {
    /// People who want to be found, without those between whom and the viewer there is a block or mute.
    ///
    /// # Errors
    /// [`Unauthorized`](crate::ServiceError::Unauthorized) for strangers where the instance keeps its timelines to its
    /// people; the database failed.
    pub async fn directory(&self, viewer: Viewer, query: DirectoryQuery) -> Result<Vec<Account>> {
        self.service.timelines().check_open(viewer)?;
        let DirectoryQuery { order, local, limit, offset } = query;
        if offset > MAX_OFFSET {
            return Ok(Vec::new());
        }
        Ok(self.service.storage().read().discovery().directory(viewer, order, local, limit, offset).await?)
    }
}
