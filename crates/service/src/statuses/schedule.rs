//! Statuses to be published later.

use std::time::Duration;

use staffroom_domain::hold::{Hold, HoldChoice};
use staffroom_domain::ids::{AccountId, MediaId, ScheduledStatusId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::status::{Draft, Published, ScheduledStatus};
use staffroom_domain::{Page, PageRequest, Timestamp};
use staffroom_storage::statuses::{Claimed, Scheduled};
use staffroom_storage::{Tx, holds};

use super::prepare::{Prepared, media_missing};
use super::publish::claim;
use super::{Statuses, held, stored_draft};
use crate::moderation::Cleared;
use crate::{Cx, Result, ServiceError};

/// Shortest notice.
const MIN_AHEAD: Duration = Duration::from_mins(5);
/// Statuses one account can have waiting, as on Mastodon.
const MAX_WAITING: i64 = 300;

impl Statuses<'_> {
    /// Keeps a checked draft for later.
    pub(super) async fn schedule(&self, cx: &Cx, prepared: Prepared, at: Timestamp) -> Result<Published> {
        check_ahead(cx, at)?;
        let author = prepared.author.id;
        let id: ScheduledStatusId = cx.id();
        let tx = self.service.storage().begin().await?;
        if let Some(first) = claim(&tx, cx, &prepared, Claimed::Scheduled(id)).await? {
            // The first may be part of the same disk write: others see it, and may be told of it, once that is done.
            tx.commit().await?;
            return self.first_result(author, first).await;
        }
        if tx.statuses().scheduled_count(author).await? >= MAX_WAITING {
            return Err(ServiceError::invalid("Scheduled statuses", format!("can't be more than {MAX_WAITING}")));
        }
        let Prepared { draft, media, .. } = prepared;
        store(&tx, cx, author, id, at, &draft, Cleared::default()).await?;
        self.service.commit(tx).await?;
        Ok(Published::Scheduled(ScheduledStatus { id, scheduled_at: at, draft, media }))
    }

    /// Statuses waiting to be published, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scheduled(&self, author: AccountId, page: PageRequest) -> Result<Page<ScheduledStatus>> {
        let read = self.service.storage().read();
        let found = read.statuses().list_scheduled(author, page).await?;
        let drafts: Vec<Draft> =
            found.items.iter().map(|s| Ok(stored_draft::read(&s.draft)?.0)).collect::<Result<_>>()?;
        let ids: Vec<MediaId> = drafts.iter().flat_map(|draft| draft.media_ids.iter().copied()).collect();
        let media = read.media().find_many(&ids).await?;
        let items = found.items.iter().zip(drafts).map(|(stored, draft)| ScheduledStatus {
            id: stored.id,
            scheduled_at: stored.scheduled_at,
            media: draft.media_ids.iter().filter_map(|id| media.iter().find(|m| m.id == *id).cloned()).collect(),
            draft,
        });
        let items = items.collect();
        Ok(found.with_items(items))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own or already published.
    pub async fn scheduled_one(&self, author: AccountId, id: ScheduledStatusId) -> Result<ScheduledStatus> {
        let read = self.service.storage().read();
        let found = read.statuses().scheduled(id).await?.filter(|s| s.account_id == author);
        let stored = found.ok_or(ServiceError::NotFound("scheduled status"))?;
        let (draft, _) = stored_draft::read(&stored.draft)?;
        let found = read.media().find_many(&draft.media_ids).await?;
        let media = draft.media_ids.iter().filter_map(|id| found.iter().find(|m| m.id == *id).cloned()).collect();
        Ok(ScheduledStatus { id, scheduled_at: stored.scheduled_at, draft, media })
    }

    /// Moves one to another time.
    ///
    /// # Errors
    /// As [`Statuses::scheduled_one`]; [`ServiceError::Invalid`] for a time less than five minutes ahead,
    /// [`ServiceError::Conflict`] when it is held and somebody decides about it now.
    pub async fn reschedule(
        &self,
        cx: &Cx,
        author: AccountId,
        id: ScheduledStatusId,
        at: Timestamp,
    ) -> Result<ScheduledStatus> {
        check_ahead(cx, at)?;
        let tx = self.service.storage().begin().await?;
        if tx.statuses().reschedule(author, id, at).await? {
            tx.jobs().cancel(&alarm(id)).await?;
            set_alarm(&tx, cx, id, at).await?;
        } else {
            let held =
                scheduled_hold(&tx.holds(), author, id).await?.ok_or(ServiceError::NotFound("scheduled status"))?;
            held::keep_changed(&tx, cx, Hold { scheduled_at: Some(at), ..held }).await?;
        }
        self.service.commit(tx).await?;
        self.scheduled_one(author, id).await
    }

    /// Drops one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own or already published.
    pub async fn unschedule(&self, cx: &Cx, author: AccountId, id: ScheduledStatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if tx.statuses().unschedule(author, id).await? {
            tx.jobs().cancel(&alarm(id)).await?;
            return self.service.commit(tx).await;
        }
        drop(tx);
        let held = scheduled_hold(&self.service.storage().read().holds(), author, id).await?;
        let held = held.ok_or(ServiceError::NotFound("scheduled status"))?;
        self.choose(cx, author, held.id, HoldChoice::Withdraw).await.map(drop)
    }
}

/// A held status of `author` that was to be published later.
async fn scheduled_hold(holds: &holds::Reads<'_>, author: AccountId, id: ScheduledStatusId) -> Result<Option<Hold>> {
    let found = holds.of(author, StatusId(id.0)).await?;
    Ok(found.filter(|hold| hold.state.is_open() && hold.scheduled_at.is_some()))
}

/// Stores a draft for later, in a transaction.
pub(super) async fn store(
    tx: &Tx,
    cx: &Cx,
    author: AccountId,
    id: ScheduledStatusId,
    at: Timestamp,
    draft: &Draft,
    cleared: Cleared,
) -> Result<()> {
    if !draft.media_ids.is_empty() {
        let reserved = tx.media().reserve(author, id, &draft.media_ids).await?;
        if usize::try_from(reserved) != Ok(draft.media_ids.len()) {
            return Err(media_missing());
        }
    }
    let draft = stored_draft::write(draft, cleared)?;
    tx.statuses().schedule(&Scheduled { id, account_id: author, scheduled_at: at, draft }).await?;
    set_alarm(tx, cx, id, at).await
}

pub(super) fn check_ahead(cx: &Cx, at: Timestamp) -> Result<()> {
    if at < cx.now().plus(MIN_AHEAD) {
        return Err(ServiceError::invalid("Scheduled at", "must be at least five minutes in the future"));
    }
    Ok(())
}

fn alarm(id: ScheduledStatusId) -> String {
    format!("scheduled:{}", id.0)
}

async fn set_alarm(tx: &Tx, cx: &Cx, id: ScheduledStatusId, at: Timestamp) -> Result<()> {
    tx.jobs().push(cx.id(), &Job::PublishScheduled(id), at, Some(&alarm(id))).await?;
    Ok(())
}
