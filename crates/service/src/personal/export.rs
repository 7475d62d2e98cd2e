//! What a person takes along to another server: whom they follow, block and mute, blocked domains, lists, bookmarks.

use std::collections::HashMap;

use staffroom_domain::account::Account;
use staffroom_domain::ids::AccountId;
use staffroom_domain::list::List;
use staffroom_domain::relationship::{Listed, Relationship};
use staffroom_domain::{PageRequest, Viewer};

use super::Personal;
use crate::Result;

/// Entries read at once.
const PART: u64 = 500;
/// Most entries of a list that are written out.
const MOST: usize = 50_000;

/// All entries of a list, part after part.
macro_rules! every {
    (|$page:ident| $read:expr) => {{
        let mut $page = PageRequest::newest(PART);
        let mut entries = Vec::new();
        loop {
            let found = $read.await?;
            entries.extend(found.items);
            match found.next {
                Some(next) if entries.len() < MOST => $page.max_id = Some(next),
                _ => break entries,
            }
        }
    }};
}

impl Personal<'_> {
    /// Whom one follows, and how, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_followed(&self, me: AccountId) -> Result<Vec<(Account, Relationship)>> {
        let accounts = self.service.accounts();
        let found = every!(|page| accounts.following(Viewer::Account(me), me, page));
        self.related(me, found).await
    }

    /// Whom one mutes, and how, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_muted(&self, me: AccountId) -> Result<Vec<(Account, Relationship)>> {
        let follows = self.service.follows();
        let found = every!(|page| follows.mutes(me, page));
        self.related(me, found).await
    }

    /// Whom one blocks, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_blocked(&self, me: AccountId) -> Result<Vec<Account>> {
        let follows = self.service.follows();
        let found = every!(|page| follows.blocks(me, page));
        Ok(found.into_iter().map(|listed| listed.account).collect())
    }

    /// Domains one wants nothing of, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_blocked_domains(&self, me: AccountId) -> Result<Vec<String>> {
        let follows = self.service.follows();
        Ok(every!(|page| follows.domain_blocks(me, page)))
    }

    /// One's lists, of which there are few, with who is on them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_listed(&self, me: AccountId) -> Result<Vec<(List, Vec<Account>)>> {
        let mut all = Vec::new();
        for list in self.lists(me).await? {
            let members = every!(|page| self.list_accounts(me, list.id, page));
            all.push((list, members.into_iter().map(|listed| listed.account).collect()));
        }
        Ok(all)
    }

    /// Network ids of what one bookmarked and may still see, newest bookmark first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn all_bookmarked(&self, me: AccountId) -> Result<Vec<String>> {
        let timelines = self.service.timelines();
        let found = every!(|page| timelines.bookmarks(me, page));
        Ok(found.into_iter().map(|view| view.status.uri).collect())
    }

    /// How one stands to those of a list.
    async fn related(&self, me: AccountId, found: Vec<Listed>) -> Result<Vec<(Account, Relationship)>> {
        let ids: Vec<AccountId> = found.iter().map(|listed| listed.account.id).collect();
        let mut relations = HashMap::new();
        for ids in ids.chunks(usize::try_from(PART).unwrap_or(usize::MAX)) {
            let known = self.service.accounts().relationships(me, ids).await?;
            relations.extend(known.into_iter().map(|relation| (relation.id, relation)));
        }
        let with_relation = |listed: Listed| {
            let relation = relations.remove(&listed.account.id)?;
            Some((listed.account, relation))
        };
        Ok(found.into_iter().filter_map(with_relation).collect())
    }
}
