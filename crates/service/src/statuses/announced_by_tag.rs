//! A tag account elsewhere announced a status, or took that back.

use staffroom_domain::Visibility;
use staffroom_domain::exchange::PeerTrust;
use staffroom_domain::ids::{AccountId, StatusId};

use super::{Statuses, store};
use crate::exchange::authority;
use crate::{Cx, Result};

impl Statuses<'_> {
    /// A tag account announced a remote status that carries its hashtag: it enters the hashtag timelines, and no boost
    /// appears. The status must already be stored.
    ///
    /// Hashtag timelines follow from the status' own hashtags, so a status shows there once however often it is
    /// announced; what is left to do is to show it to people here who follow the hashtag.
    ///
    /// # Errors
    /// The database failed.
    pub async fn announced_by_tag(&self, cx: &Cx, tag_account: AccountId, id: StatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let announcer = tx.accounts().by_id(tag_account).await?.filter(|account| !account.is_local());
        let (Some(announcer), Some(status)) = (announcer, tx.statuses().get(id).await?) else { return Ok(()) };
        let is_announceable = status.visibility == Visibility::Public && status.reblog_of.is_none() && !status.local;
        let carries_it = announcer.tag.is_some_and(|tag| status.tags.iter().any(|t| t.name() == tag.name()));
        let Some(host) = authority(&announcer.uri).filter(|_| is_announceable && carries_it) else { return Ok(()) };
        let trust = tx.exchange().peer_by_host(&host).await?.map(|peer| peer.trust).unwrap_or_default();
        if trust == PeerTrust::Reject {
            return Ok(());
        }
        tx.exchange().add_feed_items(id, &[tag_account], &host, cx.now()).await?;
        store::show_in_homes(&tx, cx, &status).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A tag account took its announcement back: what only it stands for leaves the hashtag timelines.
    ///
    /// # Errors
    /// The database failed.
    pub async fn withdrawn_by_tag(&self, tag_account: AccountId, id: StatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.exchange().withdraw(id, tag_account).await?;
        tx.commit().await?;
        Ok(())
    }
}
