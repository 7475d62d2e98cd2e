//! Polls: seeing and voting.

use std::collections::BTreeSet;
use std::time::Duration;

use staffroom_domain::Viewer;
use staffroom_domain::ids::{AccountId, PollId, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::poll::Poll;
use staffroom_domain::status::Status;
use staffroom_storage::Tx;

use super::audience::{self, inbox_of};
use super::{Statuses, quotes};
use crate::deliveries::{Lane, enqueue};
use crate::exchange::share;
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

/// Counts of another server's poll older than this are asked for again when somebody looks at it.
const STALE_AFTER: Duration = Duration::from_mins(3);
/// Others are told how a poll of ours stands this long after a vote, for all votes in between.
const TELL_AFTER: Duration = Duration::from_mins(3);

impl Statuses<'_> {
    /// A poll as the viewer sees it, and the status it stands in.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see its status.
    pub async fn poll(&self, viewer: Viewer, id: PollId) -> Result<(Poll, Status)> {
        let read = self.service.storage().read();
        let found = read.polls().by_ids(&[id], viewer.account()).await?.remove(&id);
        let poll = found.ok_or(ServiceError::NotFound("poll"))?;
        let seen = read.statuses().visible_to(viewer, poll.status_id).await?;
        let mut status = seen.ok_or(ServiceError::NotFound("poll"))?;
        self.service.emojis().forget_removed(&read.custom_emojis(), vec![&mut status]).await?;
        Ok((poll, status))
    }

    /// As [`Self::poll`]; where the counts are another server's and old, they are asked for behind the viewer's back.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see its status.
    pub async fn show_poll(&self, cx: &Cx, viewer: Viewer, id: PollId) -> Result<(Poll, Status)> {
        let (poll, status) = self.poll(viewer, id).await?;
        let is_final = |counted| poll.expires_at.is_some_and(|end| end < counted);
        let is_stale = |counted| cx.now().minus(STALE_AFTER) > counted && !is_final(counted);
        if viewer.account().is_some() && poll.counted_at.is_some_and(is_stale) {
            let tx = self.service.storage().begin().await?;
            let key = format!("refresh:{}", poll.status_id);
            tx.jobs().push(cx.id(), &Job::RefreshStatus(poll.status_id), cx.now(), Some(&key)).await?;
            tx.commit().await?;
        }
        Ok((poll, status))
    }

    /// Votes, once, and answers the poll and its status. `choices` are positions of options. The author's server is told
    /// of votes in its polls, everybody who has one of ours how it stands.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when `actor` may not see the poll; [`ServiceError::Invalid`] when it closed, is one's
    /// own, was voted in, or the choices do not fit.
    pub async fn vote(&self, cx: &Cx, actor: AccountId, id: PollId, choices: &[usize]) -> Result<(Poll, Status)> {
        let (poll, status) = self.poll(Viewer::Account(actor), id).await?;
        let chosen: BTreeSet<usize> = choices.iter().copied().collect();
        may_vote(cx, actor, &poll, &status, &chosen)?;
        let tx = self.service.storage().begin().await?;
        if !tx.polls().vote(id, actor, &numbers(&chosen)).await? {
            return Err(ServiceError::invalid("Poll", "has already been voted in"));
        }
        if status.local {
            tell_later(&tx, cx, id).await?;
        } else {
            self.send_vote(&tx, cx, actor, poll, &status, &chosen).await?;
        }
        self.service.commit(tx).await?;
        self.poll(Viewer::Account(actor), id).await
    }

    /// Counts a vote from another server in a poll of ours. Where several options may be chosen they come one by one.
    ///
    /// # Errors
    /// As [`Self::vote`].
    pub async fn vote_from_elsewhere(&self, cx: &Cx, actor: AccountId, id: PollId, choice: usize) -> Result<()> {
        let (poll, status) = self.poll(Viewer::Account(actor), id).await?;
        if !status.local {
            return Err(ServiceError::NotFound("poll"));
        }
        let chosen = BTreeSet::from([choice]);
        may_vote(cx, actor, &poll, &status, &chosen)?;
        let tx = self.service.storage().begin().await?;
        let is_counted = if poll.multiple {
            tx.polls().vote_further(id, actor, &numbers(&chosen)).await?
        } else {
            tx.polls().vote(id, actor, &numbers(&chosen)).await?
        };
        if !is_counted {
            return Err(ServiceError::invalid("Poll", "has already been voted in"));
        }
        tell_later(&tx, cx, id).await?;
        self.service.commit(tx).await
    }

    /// Counts a vote in another server's poll until that server tells its own count, and sends it there.
    async fn send_vote(
        self,
        tx: &Tx,
        cx: &Cx,
        actor: AccountId,
        mut poll: Poll,
        status: &Status,
        chosen: &BTreeSet<usize>,
    ) -> Result<()> {
        let account = tx.accounts().by_id(actor).await?.ok_or(ServiceError::NotFound("account"))?;
        let author = tx.accounts().by_id(status.account_id).await?.ok_or(ServiceError::NotFound("account"))?;
        let inboxes: Vec<_> = inbox_of(&author, true).into_iter().collect();
        for option in chosen.iter().filter_map(|choice| poll.options.get(*choice)) {
            let event = Event::Voted { account: &account, status, author: &author, option: &option.title };
            enqueue(tx, self.service, cx, actor, event, Lane::Interactive, &inboxes).await?;
        }
        for choice in chosen {
            if let Some(option) = poll.options.get_mut(*choice) {
                option.votes = option.votes.saturating_add(1);
            }
        }
        poll.voters = poll.voters.saturating_add(1);
        Ok(tx.polls().recount(&poll).await?)
    }

    /// Tells everybody who has a poll of ours how it stands (a job).
    pub(crate) async fn tell_poll_counts(&self, cx: &Cx, id: PollId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let poll = tx.polls().by_ids(&[id], None).await?.remove(&id).ok_or(ServiceError::NotFound("poll"))?;
        if poll.hide_totals && poll.expires_at.is_some_and(|end| end > cx.now()) {
            return Ok(());
        }
        let status = tx.statuses().get(poll.status_id).await?.filter(|status| status.deleted_at.is_none());
        let status = status.ok_or(ServiceError::NotFound("status"))?;
        let tag_accounts = share::named_accounts(&tx, &status).await?;
        let everybody = audience::everybody(&tx, &status).await?;
        let view = quotes::whole(&tx, self.service, status).await?;
        let event = Event::PollCounted { status: &view, tag_accounts: &tag_accounts };
        enqueue(&tx, self.service, cx, view.account.id, event, Lane::Bulk, &everybody).await?;
        self.service.commit(tx).await
    }

    /// Fetches a remote status again (a job).
    pub(crate) async fn refresh(&self, id: StatusId) -> Result<()> {
        let status = self.service.storage().read().statuses().get(id).await?;
        let status = status.filter(|status| !status.local && status.deleted_at.is_none());
        let status = status.ok_or(ServiceError::NotFound("status"))?;
        self.service.others()?.refresh_status(&status.uri).await
    }
}

/// Whether `chosen` is a vote that counts, whoever else voted.
fn may_vote(cx: &Cx, actor: AccountId, poll: &Poll, status: &Status, chosen: &BTreeSet<usize>) -> Result<()> {
    if status.account_id == actor {
        return Err(ServiceError::invalid("Poll", "of one's own cannot be voted in"));
    }
    if poll.expires_at.is_some_and(|at| at <= cx.now()) {
        return Err(ServiceError::invalid("Poll", "has already ended"));
    }
    if chosen.is_empty() || chosen.iter().any(|choice| *choice >= poll.options.len()) {
        return Err(ServiceError::invalid("Choice", "is not an option of the poll"));
    }
    if chosen.len() > 1 && !poll.multiple {
        return Err(ServiceError::invalid("Choice", "must be one option only"));
    }
    Ok(())
}

fn numbers(chosen: &BTreeSet<usize>) -> Vec<i16> {
    chosen.iter().filter_map(|choice| i16::try_from(*choice).ok()).collect()
}

async fn tell_later(tx: &Tx, cx: &Cx, id: PollId) -> Result<()> {
    let (at, key) = (cx.now().plus(TELL_AFTER), format!("poll:{id}"));
    tx.jobs().push(cx.id(), &Job::TellPollCounts(id), at, Some(&key)).await?;
    Ok(())
}
