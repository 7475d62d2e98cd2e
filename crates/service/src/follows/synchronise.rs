//! Followers synchronisation: what another server says of the followers here of one of its accounts, and what we tell of
//! ours.

use std::collections::HashSet;
use std::time::Duration;

use staffroom_domain::account::Account;
use staffroom_domain::ids::{AccountId, FollowId};
use staffroom_domain::job::Job;
use staffroom_domain::relationship::Follow;
use staffroom_storage::Tx;

use super::Follows;
use super::pair::{accept_follow, end_follow, tell};
use crate::ports::Event;
use crate::{Cx, Result};

/// Servers that find another digest do not all ask at once, in milliseconds.
const SPREAD_MS: u64 = 5_000;

impl Follows<'_> {
    /// Network ids of the followers of `account` that lie on `origin` (`https://host`).
    ///
    /// # Errors
    /// The database failed.
    pub async fn followers_on(&self, account: AccountId, origin: &str) -> Result<Vec<String>> {
        Ok(self.service.storage().read().follows().followers_on(account, origin).await?)
    }

    /// Network ids of the people here who follow the remote account `uri`, if that is known and its followers collection
    /// is `collection`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followers_here(&self, uri: &str, collection: &str) -> Result<Option<(AccountId, Vec<String>)>> {
        let read = self.service.storage().read();
        let account = read.accounts().by_uri(uri).await?.filter(|account| !account.is_local() && !account.is_gone());
        let account = account.filter(|account| account.endpoints.followers.as_deref() == Some(collection));
        let Some(account) = account else { return Ok(None) };
        let ours = &self.service.settings().identity.public_url;
        Ok(Some((account.id, read.follows().followers_on(account.id, ours).await?)))
    }

    /// The list of the followers here of `account`, to be had at `url`, is not ours: it is asked for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn differ(&self, cx: &Cx, account: AccountId, url: &str) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        let job = Job::SynchroniseFollowers { account, url: url.to_owned() };
        let at = cx.now().plus(Duration::from_millis(cx.below(SPREAD_MS)));
        tx.jobs().push(cx.id(), &job, at, Some(&format!("followers:{}", account.0))).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks for the list and puts ours in order (a job): who is not on it follows no more, and who is on it without
    /// following takes that back there. A list that cannot be read whole changes nothing.
    pub(crate) async fn synchronise(&self, cx: &Cx, id: AccountId, url: &str) -> Result<()> {
        let remote = self.service.others()?;
        let Some(listed) = remote.followers_listed(url).await? else { return Ok(()) };
        let tx = self.service.storage().begin().await?;
        let Some(account) = tx.accounts().by_id(id).await?.filter(|account| !account.is_gone()) else { return Ok(()) };
        let listed: HashSet<String> = listed.into_iter().collect();
        let identity = &self.service.settings().identity;
        let ours: Vec<String> = listed.iter().filter(|uri| identity.is_local_uri(uri)).cloned().collect();
        let mut known = tx.accounts().by_uris(&ours).await?;
        known.retain(Account::is_local);
        let mut held = vec![id];
        held.extend(known.iter().map(|follower| follower.id));
        held.extend(tx.follows().local_follows_of(id).await?.iter().map(|(_, follow)| follow.account_id));
        tx.accounts().lock_all(&held).await?;
        // As they are now that nobody else changes them.
        for follow in tx.follows().local_follows_of(id).await? {
            if follow.1.accepted && !listed.contains(&follow.0) {
                end_follow(&tx, cx, &follow.1).await?;
            }
        }
        for follower in &known {
            self.agree(&tx, cx, follower, &account).await?;
        }
        self.service.commit(tx).await
    }

    /// `follower` is on the list of `target`.
    async fn agree(self, tx: &Tx, cx: &Cx, follower: &Account, target: &Account) -> Result<()> {
        match tx.follows().pair(follower.id, target.id).await? {
            Some(follow) if follow.accepted => Ok(()),
            // the yes was lost on its way
            Some(follow) => {
                accept_follow(tx, &follow).await?;
                Ok(())
            }
            None => {
                let id: FollowId = cx.id();
                let follow = Follow {
                    id,
                    account_id: follower.id,
                    target_id: target.id,
                    uri: format!("{}#follows/{id}", follower.uri),
                    accepted: true,
                    show_reblogs: true,
                    notify: false,
                    languages: Vec::new(),
                    created_at: cx.now(),
                    relay: false,
                };
                let event = Event::FollowUndone { account: follower, target, follow: &follow };
                tell(tx, self.service, cx, follower.id, target, event).await
            }
        }
    }
}
