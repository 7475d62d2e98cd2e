//! Reading statuses into the index of words again.

use std::time::Duration;

use staffroom_domain::Account;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::job::Job;
use staffroom_storage::Tx;

use super::Search;
use crate::{Cx, Result, ServiceError};

/// Statuses read into the index in one go; fewer after a failure, to come near the one that cannot be read in.
const PIECES: [u16; 3] = [200, 20, 1];
/// Others write between two pieces.
const PAUSE: Duration = Duration::from_millis(100);
/// A status that somebody is changing is waited for this long.
const HELD: Duration = Duration::from_secs(1);
/// Authors elsewhere may change their mind as often as they like: what they wrote is read in once in this time.
const ELSEWHERE: Duration = Duration::from_mins(5);

impl Search<'_> {
    /// Has all statuses read into the index again, the newest first, in the background.
    ///
    /// # Errors
    /// The database failed.
    pub async fn reindex(self, cx: &Cx) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        self.queue(cx, &tx, None).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Has the statuses of `author`, or all, read into the index again once `tx` is committed, somewhat later for an author
    /// elsewhere. Where that is under way it begins again; where it waits to begin, that stays.
    pub(crate) async fn queue(self, cx: &Cx, tx: &Tx, author: Option<&Account>) -> Result<()> {
        let delay = author.filter(|author| !author.is_local()).map_or(Duration::ZERO, |_| ELSEWHERE);
        let author = author.map(|author| author.id);
        let key = author.map_or_else(|| "index_statuses".to_owned(), |author| format!("index_statuses:{author}"));
        let job = Job::IndexStatuses { author, before: StatusId(0) };
        tx.jobs().begin_again(cx.id(), &job, cx.now().plus(delay), &key).await?;
        Ok(())
    }

    /// Reads some statuses before `before` (0: from the newest on) into the index; what is to be done next, and after
    /// which pause. One that cannot be read in for what it holds is passed over.
    ///
    /// # Errors
    /// The database failed: nothing is passed over, and the same is to be done again later.
    pub(crate) async fn index_before(
        self,
        author: Option<AccountId>,
        before: StatusId,
    ) -> Result<Option<(Job, Duration)>> {
        let last = self.piece(author, before).await?;
        Ok(last.map(|last| {
            let pause = if last == before { HELD } else { PAUSE };
            (Job::IndexStatuses { author, before: last }, pause)
        }))
    }

    async fn piece(self, author: Option<AccountId>, before: StatusId) -> Result<Option<StatusId>> {
        for limit in PIECES {
            match self.try_piece(author, before, limit).await {
                Err(ServiceError::Storage(error)) if error.is_of_value() => {
                    tracing::warn!(%error, limit, %before, "statuses could not be read into the index");
                }
                ended => return ended,
            }
        }
        let status = self.service.storage().read().status_search().newest_before(author, before).await?;
        if let Some(status) = status {
            tracing::error!(%status, "a status cannot be read into the index and is not found by its words");
        }
        Ok(status)
    }

    async fn try_piece(self, author: Option<AccountId>, before: StatusId, limit: u16) -> Result<Option<StatusId>> {
        let tx = self.service.storage().begin().await?;
        match tx.status_search().index_before(author, before, limit).await {
            Ok(last) => {
                tx.commit().await?;
                Ok(last)
            }
            Err(error) => {
                // At once: the next piece passes by what is still held.
                tx.rollback().await?;
                Err(error.into())
            }
        }
    }
}
