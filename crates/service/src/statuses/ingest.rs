//! Taking in a status from another server.

use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, IdGen, StatusId};
use staffroom_domain::job::Job;
use staffroom_domain::status::{IncomingStatus, Status};
use staffroom_domain::{Viewer, Visibility};
use staffroom_storage::Tx;

use super::feed::Feed;
use super::incoming::{attachments, bounded, status_of};
use super::quarantine::{Came, Release, Waited, first_arrival};
use super::remove::same_origin;
use super::{Arrival, Statuses, cards, incoming_poll, quotes, store, threads};
use crate::{Cx, Result, ServiceError};

/// Older ones take an id of their own time, and nobody is told of them.
const RECENT: Duration = Duration::from_hours(24);
/// Tries to find a free id of a past millisecond.
const ID_TRIES: usize = 8;
/// A thread with more than this below a missing status is not followed further up: its start may never come. Each
/// step costs a few requests (status, author, handle), so that a thread costs at most about a hundred.
const MAX_CLIMB: i64 = 30;

/// How a status came.
struct Way<'w> {
    arrival: Arrival,
    /// The feed it came by.
    feed: Option<Feed>,
    /// What of it waited for a moderator.
    waited: Waited<'w>,
}

impl Statuses<'_> {
    /// Stores a remote status (or its newer version). `None` when nobody here has to do with it, its author deleted
    /// it, a rule drops it, or wants a person to look at it first. The same status again changes nothing.
    ///
    /// # Errors
    /// The database failed, or the author's server did not tell who the author is.
    pub async fn ingest(&self, cx: &Cx, incoming: IncomingStatus, arrival: Arrival) -> Result<Option<StatusId>> {
        if self.service.settings().identity.is_local_uri(&incoming.uri) {
            // Ours is what we say it is.
            return self.id_of(&incoming.uri).await;
        }
        let read = self.service.storage().read();
        if let Some(known) = read.statuses().by_uri(&incoming.uri).await? {
            if known.deleted_at.is_some() {
                return Ok(None);
            }
            if incoming.updated > Some(known.edited_at.unwrap_or(known.created_at)) {
                self.ingest_edit(cx, incoming).await?;
            }
            return Ok(Some(known.id));
        }
        Box::pin(self.take_in(cx, incoming, arrival, None)).await
    }

    /// [`Self::ingest`] of what is not known here; with `release` a moderator lets it in after it waited.
    pub(super) async fn take_in(
        &self,
        cx: &Cx,
        incoming: IncomingStatus,
        arrival: Arrival,
        release: Option<&Release<'_>>,
    ) -> Result<Option<StatusId>> {
        let read = self.service.storage().read();
        if let Some(by) = read.statuses().tombstone(&incoming.uri).await?
            && same_origin(&by, &incoming.author_uri)
        {
            return Ok(None);
        }
        let Some(author) = self.author(&incoming.author_uri).await? else { return Ok(None) };
        let mut incoming = bounded(incoming, cx.now());
        self.drop_unwanted_media(&mut incoming, &author);
        let parent = self.parent(&mut incoming, &author).await?;
        let people = self.people(&incoming).await?;
        if self.is_wish(cx, &incoming, &author, &people).await? {
            return Ok(None);
        }
        let before = read.quarantine().by_uri(&incoming.uri).await?;
        let mut arrival = arrival;
        let mut is_wanted =
            release.is_some() || self.is_wanted(&incoming, &author, parent.as_ref(), &people, arrival).await?;
        if let (false, Some(first)) = (is_wanted, first_arrival(before.as_ref())?) {
            // a newer version of what waits comes in as that would
            arrival = first;
            is_wanted = self.is_wanted(&incoming, &author, parent.as_ref(), &people, arrival).await?;
        }
        let feed = self.feed_of(&incoming, &author, arrival).await?.filter(|feed| !is_wanted || feed.shows());
        if !is_wanted && feed.as_ref().is_none_or(Feed::is_refused) {
            return Ok(None);
        }
        let waited = if let Some(release) = release {
            Waited::Released(release)
        } else {
            let came = Came { incoming: &incoming, author: &author, arrival, waited: before.as_ref() };
            if !self.can_stand(cx, &came, None).await? {
                return Ok(None);
            }
            Waited::before(before.as_ref(), &incoming)
        };
        if let Some(feed) = &feed
            && !is_wanted
            && !self.is_trusted(cx, &mut incoming, feed).await?
        {
            return Ok(None);
        }
        let way = Way { arrival, feed, waited };
        let stored = Box::pin(self.store_incoming(cx, &incoming, &way, &author, parent.as_ref(), people)).await?;
        self.erase_if_buried(cx, &incoming.uri).await?;
        Ok(stored)
    }

    /// Whether it is kept whatever feed brought it.
    async fn is_wanted(
        &self,
        incoming: &IncomingStatus,
        author: &Account,
        parent: Option<&Status>,
        people: &[Account],
        arrival: Arrival,
    ) -> Result<bool> {
        Ok((arrival == Arrival::Fetched && !self.is_held(&incoming.uri).await?)
            || self.quotes_us(incoming).await?
            || self.concerns_us(author, parent, people).await?
            || self.is_pushed(incoming, author, arrival).await?)
    }

    /// What it answers. Whoever may not see a status puts nothing below it either: then it stands for itself.
    async fn parent(&self, incoming: &mut IncomingStatus, author: &Account) -> Result<Option<Status>> {
        let Some(uri) = &incoming.in_reply_to_uri else { return Ok(None) };
        let read = self.service.storage().read();
        let Some(parent) = read.statuses().by_uris(std::slice::from_ref(uri)).await?.pop() else { return Ok(None) };
        let is_open = |visibility| matches!(visibility, Visibility::Public | Visibility::Unlisted);
        // of a status from elsewhere we do not know everybody it was sent to
        let is_suspect = !is_open(parent.visibility) && (parent.local || is_open(incoming.visibility));
        if is_suspect && read.statuses().visible_to(Viewer::Account(author.id), parent.id).await?.is_none() {
            incoming.in_reply_to_uri = None;
            return Ok(None);
        }
        Ok(Some(parent))
    }

    /// The stored author, asked for if need be; `None` for one of ours, or one that is gone.
    async fn author(&self, uri: &str) -> Result<Option<Account>> {
        let read = self.service.storage().read();
        let mut found = read.accounts().by_uri(uri).await?;
        if let (None, Some(remote)) = (&found, self.service.remote())
            && let Some(id) = remote.account_by_uri(uri).await?
        {
            found = read.accounts().by_id(id).await?;
        }
        Ok(found.filter(|author| !author.is_local() && !author.is_gone()))
    }

    /// What a domain may not show here is not kept.
    pub(super) fn drop_unwanted_media(&self, incoming: &mut IncomingStatus, author: &Account) {
        let domain = author.domain.as_deref().unwrap_or_default();
        if self.service.domains().limits(domain).reject_media {
            incoming.media.clear();
            incoming.emojis.clear();
        }
    }

    /// Stored accounts a status is addressed to.
    pub(super) async fn people(&self, incoming: &IncomingStatus) -> Result<Vec<Account>> {
        let mut uris = incoming.mention_uris.clone();
        uris.extend(incoming.recipient_uris.iter().filter(|uri| !incoming.mention_uris.contains(uri)).cloned());
        let found = self.service.storage().read().accounts().by_uris(&uris).await?;
        // In the order of the status, not of the database.
        Ok(uris.iter().filter_map(|uri| found.iter().find(|a| a.uri == *uri && a.is_present()).cloned()).collect())
    }

    /// Whether a moderator has not let it in; then looking it up does not bring it in either.
    async fn is_held(&self, uri: &str) -> Result<bool> {
        let held = self.service.storage().read().exchange().held(uri).await?;
        Ok(held.is_some_and(|held| held.allowed != Some(true)))
    }

    /// Whether it quotes one of ours.
    async fn quotes_us(&self, incoming: &IncomingStatus) -> Result<bool> {
        match &incoming.quote {
            Some(quote) => Ok(self.by_uri(&quote.uri).await?.is_some_and(|quoted| quoted.local)),
            None => Ok(false),
        }
    }

    /// Whether somebody here has to do with it, whatever feeds it came by.
    pub(super) async fn concerns_us(
        &self,
        author: &Account,
        parent: Option<&Status>,
        people: &[Account],
    ) -> Result<bool> {
        if parent.is_some() || people.iter().any(Account::is_local) {
            return Ok(true);
        }
        Ok(self.service.storage().read().statuses().is_followed_here(author.id).await?)
    }

    async fn store_incoming(
        &self,
        cx: &Cx,
        incoming: &IncomingStatus,
        way: &Way<'_>,
        author: &Account,
        parent: Option<&Status>,
        people: Vec<Account>,
    ) -> Result<Option<StatusId>> {
        let is_named = |account: &Account| incoming.mention_uris.contains(&account.uri);
        let named: Vec<Account> = people.iter().filter(|a| is_named(a)).cloned().collect();
        let mentions: Vec<(AccountId, bool)> = people.iter().map(|a| (a.id, !is_named(a))).collect();
        let recent_from = way.waited.came_at(cx.now()).minus(RECENT);
        let tx = self.service.storage().begin().await?;
        for _ in 0..ID_TRIES {
            let published = incoming.published.unwrap_or(cx.now());
            let id = if published >= recent_from {
                cx.id()
            } else {
                let salt = u16::try_from(cx.below(1 << 16)).unwrap_or(0);
                StatusId(IdGen::backdated(published, salt))
            };
            let mut status = status_of(incoming, id, author, parent, &named, cx.now());
            let media = attachments(cx, incoming, author, id);
            status.media_ids = media.iter().map(|m| m.id).collect();
            let poll = incoming.poll.clone().map(|poll| incoming_poll::poll_of(cx, cx.id(), &status, poll));
            status.poll_id = poll.as_ref().map(|poll| poll.id);
            if store::store(&tx, cx, &status, &mentions).await?.is_none() {
                if let Some(first) = tx.statuses().by_uri(&status.uri).await? {
                    // Somebody else was faster, perhaps in the disk write now under way.
                    tx.commit().await?;
                    return Ok(Some(first.id).filter(|_| first.deleted_at.is_none()));
                }
                continue;
            }
            tx.media().insert_many(&media).await?;
            if let Some(poll) = &poll {
                incoming_poll::store(&tx, cx, poll).await?;
            }
            connect(&tx, cx, &status, way.arrival).await?;
            cards::attach(&tx, self.service, cx, &status, incoming.attached_link.as_deref()).await?;
            if let Some(quote) = &incoming.quote {
                quotes::take(&tx, cx, self.service, &status, author, quote).await?;
            }
            if let Some(feed) = &way.feed {
                feed.brought(&tx, cx, &status).await?;
            }
            let is_recent = status.created_at >= recent_from;
            let ids: Vec<AccountId> = named.iter().map(|account| account.id).collect();
            if is_recent {
                store::distribute(&tx, cx, &status, &ids).await?;
            } else if way.arrival != Arrival::Fetched {
                store::show_in_homes(&tx, cx, &status).await?;
            }
            way.waited.commit(self.service, cx, tx, status.id).await?;
            return Ok(Some(status.id));
        }
        Err(ServiceError::Conflict("no free id for a status of that time".to_owned()))
    }
}

/// Ties a new status to answers that came before it, and asks for the one it answers if that is missing.
async fn connect(tx: &Tx, cx: &Cx, status: &Status, arrival: Arrival) -> Result<()> {
    tx.statuses().adopt_replies(status).await?;
    let Some(uri) = status.in_reply_to_uri.as_ref().filter(|_| status.in_reply_to_id.is_none()) else { return Ok(()) };
    if tx.statuses().thread_size(status.thread_id).await? <= MAX_CLIMB {
        let key = format!("fetch:{uri}");
        tx.jobs().push(cx.id(), &Job::FetchStatus { uri: uri.clone() }, cx.now(), Some(&key)).await?;
    }
    if arrival == Arrival::Delivered {
        threads::complete_later(tx, cx, status).await?;
    }
    Ok(())
}
