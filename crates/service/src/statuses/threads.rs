//! Whole threads: what is missing of one is asked for elsewhere, and what everybody may see of ours is told.

use std::time::Duration;

use staffroom_domain::ids::StatusId;
use staffroom_domain::job::Job;
use staffroom_domain::status::Status;
use staffroom_domain::{Page, PageRequest, Viewer};
use staffroom_storage::Tx;

use super::Statuses;
use crate::ports::ThreadToFill;
use crate::{Cx, Result, ServiceError};

/// Time over which servers that got the same answer ask for its thread, in milliseconds.
const SPREAD_MS: u64 = 60_000;
/// Pause between two rounds for one thread, at least; as much again is added by chance.
const PAUSE: Duration = Duration::from_secs(30);
/// Rounds for one thread; each makes at most twenty requests.
const MAX_ROUNDS: u8 = 5;

/// How it goes with completing a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadRefresh {
    /// The thread as it was known when somebody opened it.
    pub thread: StatusId,
    /// More may come.
    pub is_running: bool,
    /// How many statuses came since; not known on every node.
    pub result_count: Option<i64>,
}

impl Statuses<'_> {
    /// Somebody opened a thread of another server: what is missing of it is asked for, once in ten minutes. People here
    /// only: for guests nobody elsewhere is asked. As long as something may still come, how that goes.
    ///
    /// # Errors
    /// The database failed.
    pub async fn thread_opened(&self, cx: &Cx, viewer: Viewer, id: StatusId) -> Result<Option<ThreadRefresh>> {
        if viewer == Viewer::Anonymous {
            return Ok(None);
        }
        let read = self.service.storage().read();
        let Some(status) = read.statuses().visible_to(viewer, id).await? else { return Ok(None) };
        let is_complete = status.local && status.thread_id == status.id;
        if is_complete || !status.visibility.is_open() {
            return Ok(None);
        }
        let thread = status.thread_id;
        if self.service.inner.opened_threads.contains_key(&thread) {
            return Ok(self.thread_refresh(thread).await?.filter(|refresh| refresh.is_running));
        }
        let size = read.statuses().thread_size(thread).await?;
        self.service.inner.opened_threads.insert(thread, size);
        let tx = self.service.storage().begin().await?;
        push_round(&tx, cx, &status, 0, Duration::ZERO).await?;
        tx.commit().await?;
        Ok(Some(ThreadRefresh { thread, is_running: true, result_count: Some(0) }))
    }

    /// How it goes with completing a thread; `None` where nobody opened it lately.
    ///
    /// # Errors
    /// The database failed.
    pub async fn thread_refresh(&self, thread: StatusId) -> Result<Option<ThreadRefresh>> {
        let read = self.service.storage().read();
        let before = self.service.inner.opened_threads.get(&thread);
        // what came on top of it may have made it part of a longer one
        let now = read.statuses().get(thread).await?.map_or(thread, |first| first.thread_id);
        let keys: Vec<String> =
            [thread, now].iter().flat_map(|thread| (0..MAX_ROUNDS).map(|round| round_key(*thread, round))).collect();
        let is_running = read.jobs().is_any_kept(&keys).await?;
        if !is_running && before.is_none() {
            return Ok(None);
        }
        let result_count = match before {
            Some(before) => Some((read.statuses().thread_size(now).await? - before).max(0)),
            None => None,
        };
        Ok(Some(ThreadRefresh { thread, is_running, result_count }))
    }

    /// One round of completing the thread around a status (a job).
    pub(crate) async fn fill_thread(&self, cx: &Cx, id: StatusId, round: u8) -> Result<()> {
        let read = self.service.storage().read();
        let Some(status) = read.statuses().get(id).await? else { return Ok(()) };
        let root = if status.thread_id == id { None } else { read.statuses().get(status.thread_id).await? };
        let first = root.as_ref().unwrap_or(&status);
        let mut uris: Vec<String> = [Some(first), root.as_ref().map(|_| &status)]
            .into_iter()
            .flatten()
            .filter(|status| !status.local && status.visibility.is_open())
            .map(|status| status.uri.clone())
            .collect();
        uris.dedup();
        let missing_uri = first.in_reply_to_uri.clone().filter(|_| first.in_reply_to_id.is_none());
        if uris.is_empty() && missing_uri.is_none() {
            return Ok(());
        }
        let remote = self.service.others()?;
        let wanted = ThreadToFill { thread: status.thread_id, uris, missing_uri };
        if remote.fill_thread(&wanted).await? && round + 1 < MAX_ROUNDS {
            let pause = PAUSE + Duration::from_millis(cx.below(30_000));
            let tx = self.service.storage().begin().await?;
            push_round(&tx, cx, &status, round + 1, pause).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether a status with this network id is here, or was and is gone, or was deleted before it came.
    ///
    /// # Errors
    /// The database failed.
    pub async fn was_seen(&self, uri: &str) -> Result<bool> {
        let read = self.service.storage().read();
        Ok(read.statuses().by_uri(uri).await?.is_some() || read.statuses().tombstone(uri).await?.is_some())
    }

    /// The conversation a status of ours began: network id of its author, and of the statuses everybody may see, newest
    /// first.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when no status of ours that everybody may see began it.
    pub async fn conversation(&self, id: StatusId, page: PageRequest) -> Result<(String, Page<String>)> {
        let missing = || ServiceError::NotFound("conversation");
        let read = self.service.storage().read();
        let root = read.statuses().visible_to(Viewer::Anonymous, id).await?;
        let root = root.filter(|root| root.local && root.thread_id == id && root.reblog_of.is_none());
        let root = root.ok_or_else(missing)?;
        let author = read.accounts().by_id(root.account_id).await?.ok_or_else(missing)?;
        Ok((author.uri, read.statuses().thread_uris(id, page).await?))
    }
}

/// An answer came whose thread is not known here: it is completed by and by.
pub(super) async fn complete_later(tx: &Tx, cx: &Cx, status: &Status) -> Result<()> {
    if !status.visibility.is_open() {
        return Ok(());
    }
    push_round(tx, cx, status, 0, Duration::from_millis(cx.below(SPREAD_MS))).await
}

async fn push_round(tx: &Tx, cx: &Cx, status: &Status, round: u8, pause: Duration) -> Result<()> {
    let key = round_key(status.thread_id, round);
    let job = Job::FillThread { status: status.id, round };
    tx.jobs().push(cx.id(), &job, cx.now().plus(pause), Some(&key)).await?;
    Ok(())
}

fn round_key(thread: StatusId, round: u8) -> String {
    format!("thread:{thread}:{round}")
}
