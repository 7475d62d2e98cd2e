//! A tag account elsewhere announced a status.

use staffroom_domain::Visibility;
use staffroom_domain::ids::{AccountId, StatusId};

use super::{Statuses, store};
use crate::{Cx, Result};

impl Statuses<'_> {
    /// A tag account announced a remote status: it enters the hashtag timelines, and no boost appears. The status must
    /// already be stored.
    ///
    /// Hashtag timelines follow from the status' own hashtags, so a status shows there once however often it is
    /// announced; what is left to do is to show it to people here who follow the hashtag.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announced_by_tag(&self, cx: &Cx, tag_account: AccountId, id: StatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let announcer = tx.accounts().by_id(tag_account).await?;
        let Some(status) = tx.statuses().get(id).await? else { return Ok(()) };
        let is_announceable = status.visibility == Visibility::Public && status.reblog_of.is_none() && !status.local;
        if !is_announceable || announcer.is_none_or(|account| account.tag.is_none() || account.is_local()) {
            return Ok(());
        }
        store::show_in_homes(&tx, cx, &status).await?;
        tx.commit().await?;
        Ok(())
    }
}
