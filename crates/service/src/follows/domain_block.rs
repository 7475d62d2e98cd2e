//! A person wants nothing of a domain: their own choice, nobody is told but those whose follows end.

use staffroom_domain::domain_rule::normalise;
use staffroom_domain::ids::AccountId;
use staffroom_domain::job::Job;
use staffroom_domain::relationship::Follow;
use staffroom_domain::{Page, PageRequest};
use staffroom_storage::Tx;

use super::Follows;
use super::pair::{Pair, end_follow, tell};
use crate::ports::Event;
use crate::{Cx, Result, ServiceError};

/// Domains one person may block.
const MAX_BLOCKS: i64 = 2_000;
/// Follows ended in one transaction.
const CHUNK: u64 = 50;

impl Follows<'_> {
    /// Domains somebody blocks, newest first; the cursor is the block's.
    ///
    /// # Errors
    /// The database failed.
    pub async fn domain_blocks(&self, account: AccountId, page: PageRequest) -> Result<Page<String>> {
        let found = self.service.storage().read().account_domain_blocks().list(account, &page).await?;
        Ok(found.map(|(_, domain)| domain))
    }

    /// `account` blocks a domain: nothing from there shows to them or notifies them, what they were told of it goes, and
    /// follows both ways end (those by a job). Exactly this name is meant, nothing below it. Repeating changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no domain, our own, and one more than 2000.
    pub async fn block_domain(&self, cx: &Cx, account: AccountId, domain: &str) -> Result<()> {
        let domain = self.foreign(domain)?;
        let tx = self.service.storage().begin().await?;
        if tx.account_domain_blocks().count(account).await? >= MAX_BLOCKS {
            return Err(ServiceError::invalid(
                "domain",
                format!("you have reached the maximum of {MAX_BLOCKS} domains"),
            ));
        }
        if tx.account_domain_blocks().add(cx.id(), account, &domain, cx.now()).await? {
            tx.account_domain_blocks().remove_notifications(account, &domain).await?;
            let key = format!("leave:{}:{domain}", account.0);
            tx.jobs().push(cx.id(), &Job::LeaveDomain { account, domain }, cx.now(), Some(&key)).await?;
        }
        self.service.commit(tx).await?;
        self.service.signals().jobs.notify_one();
        Ok(())
    }

    /// What blocking a domain would end: how many of it `account` follows, and how many of it follow `account`.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no domain, or our own.
    pub async fn ties_with_domain(&self, account: AccountId, domain: &str) -> Result<(i64, i64)> {
        let domain = self.foreign(domain)?;
        Ok(self.service.storage().read().account_domain_blocks().ties_with(account, &domain).await?)
    }

    /// Ends that; follows do not come back. Ending what is not there changes nothing.
    ///
    /// # Errors
    /// [`ServiceError::Invalid`] for what is no domain, or our own.
    pub async fn unblock_domain(&self, account: AccountId, domain: &str) -> Result<()> {
        let domain = self.foreign(domain)?;
        let tx = self.service.storage().begin().await?;
        tx.account_domain_blocks().remove(account, &domain).await?;
        Ok(tx.commit().await?)
    }

    /// Ends all follows between somebody here and a domain they block (a job).
    pub(crate) async fn leave_domain(&self, cx: &Cx, account: AccountId, domain: &str) -> Result<()> {
        loop {
            let tx = self.service.storage().begin().await?;
            if !tx.account_domain_blocks().holds(account, domain).await? {
                return Ok(());
            }
            let some = tx.account_domain_blocks().follows_with(account, domain, CHUNK).await?;
            if some.is_empty() {
                return Ok(());
            }
            let both: Vec<AccountId> = some.iter().flat_map(|follow| [follow.account_id, follow.target_id]).collect();
            tx.accounts().lock_all(&both).await?;
            for follow in &some {
                self.end(&tx, cx, account, follow).await?;
            }
            self.service.commit(tx).await?;
        }
    }

    async fn end(self, tx: &Tx, cx: &Cx, account: AccountId, follow: &Follow) -> Result<()> {
        let is_ours = follow.account_id == account;
        let other = if is_ours { follow.target_id } else { follow.account_id };
        let pair = Pair::load(tx, account, other).await?;
        end_follow(tx, cx, follow).await?;
        let event = if is_ours {
            Event::FollowUndone { account: &pair.actor, target: &pair.target, follow }
        } else {
            Event::FollowRejected { target: &pair.actor, follower: &pair.target, follow }
        };
        tell(tx, self.service, cx, account, &pair.target, event).await
    }

    /// The name of a domain that is not ours, with its port if it was given one, as in handles.
    fn foreign(self, domain: &str) -> Result<String> {
        let name = normalise(domain).ok_or_else(|| ServiceError::invalid("domain", "is not a domain name"))?;
        let name = match domain.trim().rsplit_once(':') {
            Some((_, port)) => format!("{name}:{port}"),
            None => name,
        };
        let identity = &self.service.settings().identity;
        if name == identity.account_domain || name == identity.host() {
            return Err(ServiceError::invalid("domain", "is this instance itself"));
        }
        Ok(name)
    }
}
