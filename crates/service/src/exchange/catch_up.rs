//! Catching up with peers: after an outage (theirs or ours) the outboxes of their tag accounts are paged from where we
//! stopped, and what is not known yet is fetched, slowly.
//!
//! [`Exchange::catch_up`] is called every second. One call pages at most one peer and fetches at most a few statuses of
//! each host, so that a host never sees more than twenty requests a second from here.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use staffroom_storage::exchange::{Backlog, FeedState, Peer};
use tokio::task::JoinSet;

use super::{Exchange, authority};
use crate::{Cx, Result, ServiceError};

/// How often each peer is paged without an occasion.
const EVERY: Duration = Duration::from_hours(1);
/// Statuses fetched of one host in one call: each costs up to three requests (status, author, handle).
const PER_HOST: u32 = 5;
/// Statuses taken down of one peer in one go.
const MAX_ITEMS: usize = 500;
/// A status that cannot be had is tried this often.
const TRIES: i32 = 2;

impl Exchange<'_> {
    /// Every peer is to be paged soon: the server starts, and may have been away.
    ///
    /// # Errors
    /// The database failed.
    pub async fn catch_up_with_all(&self, cx: &Cx) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.exchange().make_catch_up_due(None, cx.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// `host` sent us something it signed. If it is a peer and was not heard of for ten minutes, it is paged soon.
    ///
    /// # Errors
    /// The database failed.
    pub async fn heard_of(&self, cx: &Cx, host: &str) -> Result<()> {
        let heard = &self.service.inner.heard_of;
        if heard.get(host).is_some() {
            return Ok(());
        }
        heard.insert(host.to_owned(), ());
        if self.service.storage().read().exchange().peer_by_host(host).await?.is_none() {
            return Ok(());
        }
        let tx = self.service.storage().begin().await?;
        tx.exchange().make_catch_up_due(Some(host), cx.now()).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Does what is due, a little of it; returns how many statuses were looked for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn catch_up(&self, cx: &Cx) -> Result<usize> {
        let read = self.service.storage().read();
        if read.exchange().is_catch_up_due(cx.now()).await? {
            let tx = self.service.storage().begin().await?;
            let peer = tx.exchange().claim_catch_up(cx.now(), cx.now().plus(EVERY)).await?;
            tx.commit().await?;
            if let Some(peer) = peer {
                self.page(cx, &peer).await?;
            }
        }
        let waiting = read.exchange().backlog(PER_HOST).await?;
        let count = waiting.len();
        let mut by_host: HashMap<String, Vec<Backlog>> = HashMap::new();
        for item in waiting {
            by_host.entry(item.host.clone()).or_default().push(item);
        }
        // Hosts beside each other, the statuses of one host after one another.
        let mut running = JoinSet::new();
        for (_, items) in by_host {
            let (service, cx) = (self.service.clone(), cx.clone());
            running.spawn(async move {
                for item in items {
                    service.exchange().fetch_missed(&cx, item).await?;
                }
                Ok::<(), ServiceError>(())
            });
        }
        while let Some(ended) = running.join_next().await {
            ended.map_err(|error| ServiceError::Internal(error.to_string()))??;
        }
        Ok(count)
    }

    /// Reads what the tag accounts of a peer announced since the last time, and takes down what is not known.
    async fn page(&self, cx: &Cx, peer: &Peer) -> Result<()> {
        let Some(remote) = self.service.remote() else { return Ok(()) };
        let feeds = self.service.storage().read().exchange().feeds_of(&peer.host).await?;
        for FeedState { account, cursor } in feeds {
            let Some(outbox) = account.endpoints.outbox.clone() else { continue };
            // A peer names pages of its own only, and of the outbox it names itself.
            let start =
                cursor.filter(|cursor| cursor.starts_with(&outbox)).unwrap_or_else(|| format!("{outbox}?since=0"));
            let found = match remote.announced_since(&start).await {
                Ok(found) => found,
                Err(error) => {
                    tracing::info!(peer.host = %peer.host, outbox, %error, "peer was not caught up with");
                    continue;
                }
            };
            let mut seen = HashSet::new();
            let is_theirs = |uri: &str| peer.is_hub || authority(uri).as_deref() == Some(peer.host.as_str());
            let wanted = found.statuses.into_iter().filter(|uri| is_theirs(uri) && seen.insert(uri.clone()));
            let mut uris: Vec<String> = wanted.take(MAX_ITEMS).collect();
            let known = self.service.storage().read().statuses().known_uris(&uris).await?;
            uris.retain(|uri| !known.contains(uri) && !self.service.settings().identity.is_local_uri(uri));
            let tx = self.service.storage().begin().await?;
            tx.exchange().add_backlog(account.id, &peer.host, &uris, || cx.id()).await?;
            if let Some(next) = found.next.filter(|next| next.starts_with(&outbox)) {
                tx.exchange().set_feed_cursor(account.id, &next).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Fetches one status that was missed. One that cannot be had is given up after the second try.
    async fn fetch_missed(&self, cx: &Cx, item: Backlog) -> Result<()> {
        let Some(remote) = self.service.remote() else { return Ok(()) };
        let outcome = remote.status_by_feed(&item.uri, item.tag_account).await;
        if let Ok(Some(id)) = outcome {
            self.pass_on(cx, id, None).await?;
        }
        let is_over = !matches!(outcome, Err(ServiceError::Remote(_))) || item.attempts + 1 >= TRIES;
        let tx = self.service.storage().begin().await?;
        if is_over {
            tx.exchange().remove_backlog(item.id).await?;
        } else {
            tx.exchange().count_backlog_try(item.id).await?;
        }
        tx.commit().await?;
        match outcome {
            Err(error @ (ServiceError::Storage(_) | ServiceError::Internal(_))) => Err(error),
            _ => Ok(()),
        }
    }
}
