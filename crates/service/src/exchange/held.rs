//! Statuses of feeds that wait for a moderator.

use std::time::Duration;

use staffroom_domain::ids::HeldItemId;
use staffroom_domain::job::Job;
use staffroom_domain::moderation_log::{Deed, Subject};
pub use staffroom_storage::exchange::HeldItem;

use super::Exchange;
use crate::auth::Authority;
use crate::moderation_log::Entry;
use crate::{Cx, Result, ServiceError};

/// When an allowed status is looked at again, in case whoever allowed it was cut off before it was fetched.
const LOOK_AGAIN: Duration = Duration::from_mins(2);

impl Exchange<'_> {
    /// What waits, oldest first, after `after` (0 for the beginning), at most `limit`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn held(&self, after: HeldItemId, limit: u64) -> Result<Vec<HeldItem>> {
        Ok(self.service.storage().read().exchange().waiting(after, limit).await?)
    }

    /// The operator lets a status in (it is fetched from its own server) or refuses it for good.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when nothing waits under this id, [`ServiceError::Conflict`] when its author changed
    /// it since (then it waits again, with its new words) or it is gone, [`ServiceError::Remote`] when its server does
    /// not answer (then it waits as before).
    pub async fn decide_held(&self, cx: &Cx, id: HeldItemId, allow: bool) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let item = tx.exchange().held_by_id(id).await?.filter(|item| item.allowed.is_none());
        let item = item.ok_or(ServiceError::NotFound("held status"))?;
        tx.exchange().decide(id, allow).await?;
        if allow {
            tx.jobs().push(cx.id(), &Job::FetchHeld(id), cx.now().plus(LOOK_AGAIN), None).await?;
        }
        let deed = if allow { Deed::AllowFeedItem } else { Deed::RefuseFeedItem };
        let done = Entry::new(&Authority::operator(), deed, Subject::new("feed_item", &id));
        self.service.commit_deed(tx, done).await?;
        if !allow {
            return Ok(());
        }
        match self.let_in(&item).await {
            Ok(true) => Ok(()),
            Ok(false) => Err(ServiceError::Conflict("the status was changed since, or is gone".to_owned())),
            Err(error) => {
                let tx = self.service.storage().begin().await?;
                tx.exchange().undecide(id).await?;
                tx.commit().await?;
                Err(error)
            }
        }
    }

    /// Fetches an allowed status that is still not here (a job).
    pub(crate) async fn fetch_held(&self, id: HeldItemId) -> Result<()> {
        let item = self.service.storage().read().exchange().held_by_id(id).await?;
        match item.filter(|item| item.allowed == Some(true)) {
            Some(item) => self.let_in(&item).await.map(drop),
            None => Ok(()),
        }
    }

    /// Fetches an allowed status, or its new words; false when these are not there (any more).
    async fn let_in(&self, item: &HeldItem) -> Result<bool> {
        let storage = self.service.storage();
        let others = self.service.others()?;
        if storage.read().statuses().by_uri(&item.uri).await?.is_some() {
            others.refresh_status(&item.uri).await?;
        } else if others.status_by_feed(&item.uri, item.tag_account).await?.is_none() {
            return Ok(false);
        }
        match storage.read().exchange().held_by_id(item.id).await? {
            Some(held) if held.allowed != Some(true) => Ok(false),
            // it came another way meanwhile
            Some(_) => {
                let tx = storage.begin().await?;
                tx.exchange().drop_held(&item.uri).await?;
                tx.commit().await?;
                Ok(true)
            }
            None => Ok(true),
        }
    }
}
