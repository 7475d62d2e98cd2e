//! Polls: seeing and voting.

use std::collections::BTreeSet;

use staffroom_domain::Viewer;
use staffroom_domain::ids::{AccountId, PollId};
use staffroom_domain::poll::Poll;

use super::Statuses;
use crate::{Cx, Result, ServiceError};

impl Statuses<'_> {
    /// A poll as the viewer sees it, and who asks.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when the viewer may not see its status.
    pub async fn poll(&self, viewer: Viewer, id: PollId) -> Result<(Poll, AccountId)> {
        let read = self.service.storage().read();
        let found = read.polls().by_ids(&[id], viewer.account()).await?.remove(&id);
        let poll = found.ok_or(ServiceError::NotFound("poll"))?;
        let seen = read.statuses().visible_to(viewer, poll.status_id).await?;
        seen.map(|status| (poll, status.account_id)).ok_or(ServiceError::NotFound("poll"))
    }

    /// Votes, once, and answers the poll and who asks. `choices` are positions of options.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when `actor` may not see the poll; [`ServiceError::Invalid`] when it closed, is one's
    /// own, was voted in, or the choices do not fit.
    pub async fn vote(&self, cx: &Cx, actor: AccountId, id: PollId, choices: &[usize]) -> Result<(Poll, AccountId)> {
        let (poll, author) = self.poll(Viewer::Account(actor), id).await?;
        if author == actor {
            return Err(ServiceError::invalid("Poll", "of one's own cannot be voted in"));
        }
        if poll.expires_at.is_some_and(|at| at <= cx.now()) {
            return Err(ServiceError::invalid("Poll", "has already ended"));
        }
        let chosen: BTreeSet<usize> = choices.iter().copied().collect();
        if chosen.is_empty() || chosen.iter().any(|choice| *choice >= poll.options.len()) {
            return Err(ServiceError::invalid("Choice", "is not an option of the poll"));
        }
        if chosen.len() > 1 && !poll.multiple {
            return Err(ServiceError::invalid("Choice", "must be one option only"));
        }
        let chosen: Vec<i16> = chosen.into_iter().filter_map(|choice| i16::try_from(choice).ok()).collect();
        let tx = self.service.storage().begin().await?;
        if !tx.polls().vote(id, actor, &chosen).await? {
            return Err(ServiceError::invalid("Poll", "has already been voted in"));
        }
        tx.commit().await?;
        self.poll(Viewer::Account(actor), id).await
    }
}
