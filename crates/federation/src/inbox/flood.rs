//! How much one host may deliver: beyond it that host is told to wait, and nobody else notices.

use std::time::Duration;

use moka::ops::compute::Op;
use moka::sync::Cache;
use staffroom_domain::Timestamp;
use staffroom_service::Service;
use staffroom_service::ServiceError;

/// Hosts remembered.
const REMEMBERED: u64 = 20_000;
/// A host whose activities wait longer than this sends faster than we work.
const BEHIND_AFTER: Duration = Duration::from_mins(1);
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// What a host that is too fast is told to wait, in seconds.
const WAIT_SECS: u64 = 30;
/// Seconds' worth of activities a host may send at once.
const BURST_SECS: u64 = 10;

/// What is left for a host, in thousandths of an activity, and what is known of its queue.
#[derive(Clone, Copy, Debug)]
struct Account {
    left: u64,
    at: Timestamp,
    looked_at: Timestamp,
    is_behind: bool,
}

/// Budgets of sending hosts.
pub(crate) struct Budgets {
    accounts: Cache<String, Account>,
    per_sec: u64,
}

impl Budgets {
    /// `per_min` activities a minute for each host, ten seconds' worth at once.
    pub(crate) fn new(per_min: u32) -> Self {
        Self { accounts: Cache::new(REMEMBERED), per_sec: u64::from(per_min).div_ceil(60) }
    }

    /// Whether `host` may deliver anything now: before any signature is checked, and without counting.
    ///
    /// # Errors
    /// [`ServiceError::RateLimited`] where it has to wait; the database failed.
    pub(crate) async fn check(&self, service: &Service, host: &str, now: Timestamp) -> Result<(), ServiceError> {
        let Some(account) = self.accounts.get(host) else { return Ok(()) };
        let mut is_behind = account.is_behind;
        if account.looked_at.plus(LOOK_EVERY) <= now {
            is_behind = service.inbox().waits_since(host).await?.is_some_and(|at| at.plus(BEHIND_AFTER) < now);
            self.accounts.entry(host.to_owned()).and_compute_with(|entry| match entry {
                Some(entry) => Op::Put(Account { looked_at: now, is_behind, ..entry.into_value() }),
                None => Op::Nop,
            });
        }
        let is_spent = self.refilled(account, now).left < 1_000;
        if is_behind || is_spent { Err(ServiceError::RateLimited { retry_after_secs: WAIT_SECS }) } else { Ok(()) }
    }

    /// Counts an activity that `host` has signed.
    pub(crate) fn count(&self, host: &str, now: Timestamp) {
        let full = self.per_sec * BURST_SECS * 1_000;
        self.accounts.entry(host.to_owned()).and_upsert_with(|entry| {
            let account = entry.map_or(Account { left: full, at: now, looked_at: now, is_behind: false }, |entry| {
                self.refilled(entry.into_value(), now)
            });
            Account { left: account.left.saturating_sub(1_000), ..account }
        });
    }

    fn refilled(&self, account: Account, now: Timestamp) -> Account {
        let full = self.per_sec * BURST_SECS * 1_000;
        let passed_ms = u64::try_from(now.0.saturating_sub(account.at.0)).unwrap_or(0);
        let left = account.left.saturating_add(passed_ms.saturating_mul(self.per_sec)).min(full);
        Account { left, at: now, ..account }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::world;

    #[tokio::test]
    async fn sec_102_a_flooding_host_waits_alone_and_not_for_ever() {
        let w = world().await;
        let budgets = Budgets::new(600);
        let now = w.service.cx().now();
        let mut accepted = 0;
        while budgets.check(&w.service, "elm.test", now).await.is_ok() {
            budgets.count("elm.test", now);
            accepted += 1;
        }
        assert_eq!(accepted, 100);
        assert!(budgets.check(&w.service, "yew.test", now).await.is_ok());
        let later = now.plus(Duration::from_millis(100));
        assert!(budgets.check(&w.service, "elm.test", later).await.is_ok());
        budgets.count("elm.test", later);
        assert!(budgets.check(&w.service, "elm.test", later).await.is_err());
        assert!(budgets.check(&w.service, "elm.test", now.plus(Duration::from_secs(20))).await.is_ok());
    }

    #[tokio::test]
    async fn sec_102_a_host_whose_activities_wait_too_long_is_told_so() {
        let w = world().await;
        let budgets = Budgets::new(600);
        let cx = w.service.cx();
        let item = staffroom_service::inbox::NewInboxItem {
            uri: "https://elm.test/1".to_owned(),
            host: "elm.test".to_owned(),
            actor_uri: "https://elm.test/users/bo".to_owned(),
            order_key: 1,
            body: b"{}".to_vec(),
            signed_at: Timestamp::default(),
            ends_follow: None,
        };
        w.service.inbox().accept(&cx, item).await.unwrap();
        for host in ["elm.test", "yew.test"] {
            budgets.count(host, cx.now());
        }
        let later = cx.now().plus(Duration::from_secs(61));
        assert!(budgets.check(&w.service, "elm.test", later).await.is_err());
        assert!(budgets.check(&w.service, "yew.test", later).await.is_ok());
    }
}
