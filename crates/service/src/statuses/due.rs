//! What falls due by itself: scheduled statuses and the ends of polls.

use staffroom_domain::ids::{PollId, ScheduledStatusId};
use staffroom_domain::job::Job;
use staffroom_domain::notification::NotificationKind;

use super::prepare::Terms;
use super::{Statuses, stored_draft};
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// Publishes a scheduled status (a job), or holds it where the rules ask for that now; running it twice does it once.
    /// One that can never be published any more (refused, or what it answers is gone) is dropped.
    pub(crate) async fn publish_scheduled(&self, cx: &Cx, id: ScheduledStatusId) -> Result<()> {
        let found = self.service.storage().read().statuses().scheduled(id).await?;
        let stored = found.ok_or(ServiceError::NotFound("scheduled status"))?;
        let (draft, cleared) = stored_draft::read(&stored.draft)?;
        let terms = Terms { cleared, ..Terms::default() };
        let published = match self.prepare(cx, stored.account_id, draft, &terms).await {
            Ok(prepared) => Box::pin(self.publish_or_hold(cx, prepared, Some(id))).await.map(drop),
            Err(error) => Err(error),
        };
        if let Err(ServiceError::Refused { .. } | ServiceError::Invalid { .. } | ServiceError::Forbidden(_)) =
            &published
        {
            let tx = self.service.storage().begin().await?;
            tx.statuses().unschedule(stored.account_id, id).await?;
            tx.commit().await?;
        }
        published
    }

    /// Tells voters and author that a poll closed (a job); running it twice tells once. The last counts are sent out, or
    /// asked for.
    pub(crate) async fn close_poll(&self, cx: &Cx, id: PollId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let found = tx.polls().by_ids(&[id], None).await?.remove(&id);
        let poll = found.ok_or(ServiceError::NotFound("poll"))?;
        if let Some(later) = poll.expires_at.filter(|end| *end > cx.now()) {
            // its server let it run longer
            tx.jobs().push(cx.id(), &Job::ClosePoll(id), later, None).await?;
            tx.commit().await?;
            return Ok(());
        }
        let status = tx.statuses().get(poll.status_id).await?.ok_or(ServiceError::NotFound("status"))?;
        let mut told = tx.polls().local_voters(id).await?;
        let last = if status.local {
            told.push(status.account_id);
            Job::TellPollCounts(id)
        } else {
            Job::RefreshStatus(status.id)
        };
        let kind = NotificationKind::Poll;
        tx.notifications().add(&told, status.account_id, kind, Some(status.id), cx.now(), || cx.id()).await?;
        tx.jobs().push(cx.id(), &last, cx.now(), None).await?;
        tx.commit().await?;
        Ok(())
    }
}
