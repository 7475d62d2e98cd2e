//! Notifications in groups: favourites and boosts of one status, and follows, are one line each.

use std::collections::{HashMap, HashSet};

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, NotificationId};
use staffroom_domain::notification::{Notification, NotificationFilter, NotificationKind, NotificationView};
use staffroom_domain::notification_group::{GroupKey, GroupedNotifications, NotificationGroup};
use staffroom_domain::{Page, PageRequest};

use super::Notifications;
use crate::{Result, ServiceError};

/// Notifications read at once while looking for groups …
const CHUNK: u64 = 200;
/// … and how often at most; the next page goes on from there.
const CHUNKS: usize = 10;
/// Most accounts a group shows, as in Mastodon.
const SAMPLES: usize = 8;
/// Most accounts looked at for them; others may be gone.
const CANDIDATES: usize = 40;

/// A page of groups while it is gathered.
#[derive(Default)]
struct Gathered {
    keys: Vec<GroupKey>,
    members: HashMap<GroupKey, Vec<Notification>>,
    /// The first and the last notification read, in the order of reading.
    ends: Option<(i64, i64)>,
    more: bool,
}

impl Gathered {
    /// Takes a notification in; false when it would begin a group too many.
    fn take(&mut self, key: GroupKey, notification: Notification, limit: usize) -> bool {
        if !self.members.contains_key(&key) {
            if self.keys.len() >= limit {
                self.more = true;
                return false;
            }
            self.keys.push(key);
        }
        let id = notification.id.0;
        self.ends = Some(self.ends.map_or((id, id), |(first, _)| (first, id)));
        self.members.entry(key).or_default().push(notification);
        true
    }
}

impl Notifications<'_> {
    /// One's notifications in groups, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn groups(
        &self,
        account: AccountId,
        filter: &NotificationFilter,
        grouped: &[NotificationKind],
        page: PageRequest,
    ) -> Result<Page<GroupedNotifications>> {
        let gathered = self.gather(account, filter, grouped, page).await?;
        let ascending = page.min_id.is_some();
        let (next, prev) = match gathered.ends {
            None => (None, None),
            Some((first, last)) if ascending => (Some(first), Some(last)),
            Some((first, last)) => (gathered.more.then_some(last), Some(first)),
        };
        let mut groups: Vec<(GroupKey, Vec<Notification>)> = Vec::with_capacity(gathered.keys.len());
        let mut members = gathered.members;
        for key in gathered.keys {
            let mut found = members.remove(&key).unwrap_or_default();
            found.sort_unstable_by_key(|n| std::cmp::Reverse(n.id));
            groups.push((key, found));
        }
        groups.sort_by_key(|(_, members)| std::cmp::Reverse(members.first().map(|n| n.id)));
        // one item: the whole page with what it names
        Ok(Page { items: vec![self.present(account, groups).await?], next, prev })
    }

    /// One group.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is none, or what it is about can no longer be seen.
    pub async fn group(&self, account: AccountId, key: GroupKey) -> Result<GroupedNotifications> {
        let page = PageRequest::newest(CHUNK);
        let members = self.service.storage().read().notifications().of_group(account, key, &page).await?.items;
        let found = self.present(account, vec![(key, members)]).await?;
        if found.groups.is_empty() { Err(ServiceError::NotFound("group of notifications")) } else { Ok(found) }
    }

    /// Who caused the notifications of a group, newest first, those who are gone left out.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when there is no such group.
    pub async fn group_accounts(&self, account: AccountId, key: GroupKey, page: PageRequest) -> Result<Page<Account>> {
        let read = self.service.storage().read();
        let found = read.notifications().of_group(account, key, &page).await?;
        if found.items.is_empty() && page.max_id.is_none() && page.min_id.is_none() && page.since_id.is_none() {
            return Err(ServiceError::NotFound("group of notifications"));
        }
        let ids = distinct(found.items.iter().map(|n| n.from_account_id));
        let accounts = read.accounts().by_ids(&ids).await?;
        Ok(found.with_items(accounts.into_iter().filter(|account| !account.is_gone()).collect()))
    }

    /// Removes a group; one that is not there stays so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismiss_group(&self, account: AccountId, key: GroupKey) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        tx.notifications().dismiss_group(account, key).await?;
        tx.commit().await?;
        Ok(())
    }

    /// How many groups are newer than what was read last, counted up to `most`. Where no kinds are `grouped` each
    /// notification counts.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unread(
        &self,
        account: AccountId,
        filter: &NotificationFilter,
        grouped: &[NotificationKind],
        most: u64,
    ) -> Result<i64> {
        let read = self.service.storage().read();
        let marker = read.markers().find(account, &["notifications".to_owned()]).await?;
        let after = NotificationId(marker.first().map_or(0, |marker| marker.last_read_id));
        Ok(read.notifications().unread(account, filter, grouped, after, most).await?)
    }

    async fn gather(
        self,
        account: AccountId,
        filter: &NotificationFilter,
        grouped: &[NotificationKind],
        page: PageRequest,
    ) -> Result<Gathered> {
        let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
        let ascending = page.min_id.is_some();
        let mut bounds = PageRequest { limit: CHUNK, ..page };
        let mut gathered = Gathered::default();
        let read = self.service.storage().read();
        // Each chunk goes on where the one before ended: nearly always the first one is enough.
        for _ in 0..CHUNKS {
            let mut found = read.notifications().list(account, filter, bounds).await?.items;
            if ascending {
                found.reverse();
            }
            let full = u64::try_from(found.len()).unwrap_or(u64::MAX) >= CHUNK;
            let last = found.last().map(|n| n.id.0);
            for n in found {
                let key = GroupKey::of(n.id, n.kind, n.status_id, grouped);
                if !gathered.take(key, n, limit) {
                    return Ok(gathered);
                }
            }
            gathered.more = full;
            if !full {
                break;
            }
            if ascending {
                bounds.min_id = last;
            } else {
                bounds.max_id = last;
            }
        }
        Ok(gathered)
    }

    /// Groups with what is shown of them; those of which nothing can be seen are left out.
    async fn present(
        self,
        account: AccountId,
        found: Vec<(GroupKey, Vec<Notification>)>,
    ) -> Result<GroupedNotifications> {
        let candidates = |members: &[Notification]| {
            let mut ids = distinct(members.iter().map(|n| n.from_account_id));
            ids.truncate(CANDIDATES);
            ids
        };
        let ids = distinct(found.iter().flat_map(|(_, members)| candidates(members)));
        let read = self.service.storage().read();
        let accounts = read.accounts().by_ids(&ids).await?;
        let mut accounts: HashMap<AccountId, Account> =
            accounts.into_iter().filter(|account| !account.is_gone()).map(|account| (account.id, account)).collect();
        let is_there = |n: &&Notification| accounts.contains_key(&n.from_account_id);
        let shown: Vec<Notification> =
            found.iter().filter_map(|(_, members)| members.iter().find(is_there).cloned()).collect();
        let views = self.views(account, shown).await?;
        let mut views: HashMap<NotificationId, NotificationView> = views.into_iter().map(|v| (v.id, v)).collect();
        let sizes = self.sizes(account, &found).await?;
        let mut groups = Vec::with_capacity(found.len());
        for (key, members) in found {
            let view = members.iter().find(is_there).and_then(|n| views.remove(&n.id));
            let (Some(view), Some(newest), Some(oldest)) = (view, members.first(), members.last()) else { continue };
            let mut samples = candidates(&members);
            samples.retain(|id| accounts.contains_key(id));
            samples.truncate(SAMPLES);
            let size = sizes.get(&key).copied();
            let (count, most_recent) = size.unwrap_or((i64::try_from(members.len()).unwrap_or(i64::MAX), newest.id));
            groups.push(NotificationGroup {
                key,
                count,
                newest: most_recent,
                page_min: oldest.id,
                page_max: newest.id,
                samples,
                view,
            });
        }
        let named = distinct(groups.iter().flat_map(|group| group.samples.iter().copied()));
        let accounts = named.iter().filter_map(|id| accounts.remove(id)).collect();
        Ok(GroupedNotifications { groups, accounts })
    }

    async fn sizes(
        self,
        account: AccountId,
        found: &[(GroupKey, Vec<Notification>)],
    ) -> Result<HashMap<GroupKey, (i64, NotificationId)>> {
        let grouped = found.iter().filter_map(|(key, _)| match key {
            GroupKey::Group(kind, _, span) => Some((*kind, *span)),
            GroupKey::Single(_) => None,
        });
        let (kinds, spans): (Vec<NotificationKind>, Vec<i64>) = grouped.unzip();
        let (Some(first), Some(last)) = (spans.iter().min(), spans.iter().max()) else { return Ok(HashMap::new()) };
        let kinds = distinct(kinds.into_iter());
        Ok(self.service.storage().read().notifications().group_sizes(account, &kinds, (*first, *last)).await?)
    }
}

fn distinct<T: Copy + Eq + std::hash::Hash>(ids: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = HashSet::new();
    ids.filter(|id| seen.insert(*id)).collect()
}
