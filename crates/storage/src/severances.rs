//! Follows that ended because a domain or an account was suspended: which ones, and whom of ours that concerns.
//!
//! Everything about one person is asked with who that is: nobody reads what others lost.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, NotificationId, SeveranceId};
use staffroom_domain::news::News;
use staffroom_domain::notification::{NotificationKind, Severance, SeveranceKind};
use staffroom_domain::relationship::Follow;
use staffroom_domain::{Account, Timestamp};

use crate::db::in_list;
use crate::dialect;
use crate::domains::{OF_DOMAIN, of_domain};
use crate::error::{Result, StorageError};
use crate::follows::{COLUMNS as FOLLOW, Row as FollowRow};
use crate::push;

crate::db::noun!();

/// What ended by one suspension.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct Ended {
    /// The domain or the handle that was suspended.
    pub name: String,
    /// Follows and requests that ended, in either direction.
    pub follows: i64,
}

/// Somebody here who lost follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concerned {
    /// Who.
    pub account_id: AccountId,
    /// Followers lost.
    pub followers: i64,
    /// Accounts no longer followed.
    pub following: i64,
}

/// Whom somebody lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// Who followed.
    pub followers: Vec<AccountId>,
    /// Who was followed.
    pub following: Vec<AccountId>,
}

impl Reads<'_> {
    /// What ended by suspensions, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn events(&self, limit: u64) -> Result<Vec<Ended>> {
        let sql = "SELECT e.domain AS name, (SELECT COUNT(*) FROM severed_follows f WHERE f.event_id = e.id) AS follows \
                   FROM severance_events e ORDER BY e.id DESC LIMIT +$1";
        self.db.all(sql, vec![i64::try_from(limit).unwrap_or(i64::MAX).into()]).await
    }

    /// Those of `ids` that `account` was told of.
    ///
    /// # Errors
    /// The database failed, or holds a kind this version does not know.
    pub async fn of(&self, account: AccountId, ids: &[SeveranceId]) -> Result<Vec<Severance>> {
        #[derive(FromQueryResult)]
        struct Row {
            id: i64,
            kind: String,
            domain: String,
            followers_count: i64,
            following_count: i64,
            created_at: i64,
        }
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        let sql = format!(
            "SELECT s.id, e.kind, e.domain, s.followers_count, s.following_count, e.created_at FROM severances s \
             JOIN severance_events e ON e.id = s.event_id WHERE s.account_id = $1 AND s.id IN ({list})"
        );
        let severance = |row: Row| {
            Ok(Severance {
                id: SeveranceId(row.id),
                kind: SeveranceKind::parse(&row.kind).ok_or(StorageError::Corrupt { what: "severance_events.kind" })?,
                target_name: row.domain,
                followers_count: row.followers_count,
                following_count: row.following_count,
                created_at: Timestamp(row.created_at),
            })
        };
        self.db.all::<Row>(sql, values).await?.into_iter().map(severance).collect()
    }

    /// Whom of theirs `account` lost by the severance `id`, if that is its own; at most `limit` in each direction.
    ///
    /// # Errors
    /// The database failed.
    pub async fn lost(&self, account: AccountId, id: SeveranceId, limit: u64) -> Result<Option<Lost>> {
        let sql = "SELECT event_id AS n FROM severances WHERE id = $1 AND account_id = $2";
        let Some(event) = self.db.number(sql, vec![id.0.into(), account.0.into()]).await? else { return Ok(None) };
        let mut found = Lost::default();
        for (list, other, own) in
            [(&mut found.followers, "account_id", "target_id"), (&mut found.following, "target_id", "account_id")]
        {
            // severed_follows_account, severed_follows_target
            let sql = format!(
                "SELECT {other} AS n FROM severed_follows WHERE event_id = $1 AND {own} = $2 AND accepted \
                 ORDER BY {other} LIMIT +$3"
            );
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let ids = self.db.numbers(sql, vec![event.into(), account.0.into(), limit.into()]).await?;
            *list = ids.into_iter().map(AccountId).collect();
        }
        Ok(Some(found))
    }
}

impl Writes<'_> {
    /// Ends all follows between us and a domain, in both directions, and keeps which ones they were under `event`. Who was
    /// in a list because of one leaves it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sever_domain(&self, event: i64, domain: &str, now: Timestamp) -> Result<Vec<Concerned>> {
        let theirs = format!("SELECT a.id FROM accounts a WHERE {OF_DOMAIN}");
        let which = format!("f.account_id IN ({theirs}) OR f.target_id IN ({theirs})");
        self.sever(event, SeveranceKind::DomainBlock, domain, &which, of_domain(domain), now).await
    }

    /// Ends all follows of people here by a remote account and keeps which ones they were under `event`. Returns the
    /// follows too.
    ///
    /// # Errors
    /// The database failed.
    pub async fn sever_follower(
        &self,
        event: i64,
        account: &Account,
        now: Timestamp,
    ) -> Result<(Vec<Follow>, Vec<Concerned>)> {
        let sql = format!("SELECT {FOLLOW} FROM follows WHERE account_id = $1 ORDER BY id");
        let follows = self.db.all::<FollowRow>(sql, vec![account.id.0.into()]).await?;
        let follows = follows.into_iter().map(Follow::try_from).collect::<Result<Vec<_>>>()?;
        if follows.is_empty() {
            return Ok((follows, Vec::new()));
        }
        let kind = SeveranceKind::AccountSuspension;
        let concerned =
            self.sever(event, kind, &account.acct(), "f.account_id = $1", vec![account.id.0.into()], now).await?;
        Ok((follows, concerned))
    }

    /// Tells each of `concerned` what it lost by `event`; ids come from `next_id`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn tell(
        &self,
        event: i64,
        concerned: &[Concerned],
        now: Timestamp,
        mut next_id: impl FnMut() -> i64,
    ) -> Result<()> {
        let (mut severances, mut notifications, mut told) = (Vec::new(), Vec::new(), Vec::new());
        let kind = NotificationKind::SeveredRelationships;
        for one in concerned {
            let (id, to) = (next_id(), one.account_id.0);
            severances.push(vec![id.into(), event.into(), to.into(), one.followers.into(), one.following.into()]);
            // nobody else caused it: it comes from oneself, as Mastodon has it
            let (notification, word) = (next_id(), kind.as_str());
            told.push((one.account_id, NotificationId(notification)));
            notifications.push(vec![notification.into(), to.into(), to.into(), word.into(), id.into(), now.0.into()]);
            self.db.tell(News::Notified(one.account_id, NotificationId(notification)));
        }
        let head = "INSERT INTO severances (id, event_id, account_id, followers_count, following_count)";
        self.db.insert_many(head, severances, "").await?;
        let head = "INSERT INTO notifications (id, account_id, from_account_id, kind, severance_id, created_at)";
        self.db.insert_many(head, notifications, "").await?;
        push::queue(self.db, &told, kind, now, next_id).await
    }

    /// `which` chooses among `follows f` by `values`.
    async fn sever(
        &self,
        event: i64,
        kind: SeveranceKind,
        name: &str,
        which: &str,
        mut values: Vec<Value>,
        now: Timestamp,
    ) -> Result<Vec<Concerned>> {
        let add = "INSERT INTO severance_events (id, kind, domain, created_at) VALUES ($1, $2, $3, $4)";
        self.db.run(add, vec![event.into(), kind.as_str().into(), name.into(), now.0.into()]).await?;
        // Whoever changes a follow holds both accounts: what is kept and counted here is what then goes.
        let lock = format!(
            "SELECT a.id AS n FROM accounts a WHERE a.id IN (SELECT f.account_id FROM follows f WHERE {which} UNION ALL \
             SELECT f.target_id FROM follows f WHERE {which}) ORDER BY a.id{}",
            dialect::for_no_key_update(self.db.backend)
        );
        self.db.numbers(lock, values.clone()).await?;
        values.push(event.into());
        let keep = format!(
            "INSERT INTO severed_follows (event_id, account_id, target_id, show_reblogs, notify, languages, accepted) \
             SELECT CAST(${} AS BIGINT), f.account_id, f.target_id, f.show_reblogs, f.notify, f.languages, f.accepted \
             FROM follows f WHERE {which}",
            values.len()
        );
        self.db.run(keep, values).await?;
        for sql in [
            "UPDATE accounts SET following_count = following_count - (SELECT COUNT(*) FROM severed_follows s \
             WHERE s.event_id = $1 AND s.accepted AND s.account_id = accounts.id) \
             WHERE id IN (SELECT account_id FROM severed_follows WHERE event_id = $1)",
            "UPDATE accounts SET followers_count = followers_count - (SELECT COUNT(*) FROM severed_follows s \
             WHERE s.event_id = $1 AND s.accepted AND s.target_id = accounts.id) \
             WHERE id IN (SELECT target_id FROM severed_follows WHERE event_id = $1)",
            "DELETE FROM list_accounts WHERE (list_id, account_id) IN (SELECT l.id, s.target_id \
             FROM severed_follows s JOIN lists l ON l.account_id = s.account_id WHERE s.event_id = $1)",
            "DELETE FROM follows WHERE (account_id, target_id) IN \
             (SELECT s.account_id, s.target_id FROM severed_follows s WHERE s.event_id = $1)",
        ] {
            self.db.run(sql, vec![event.into()]).await?;
        }
        self.concerned(event).await
    }

    /// People here who lost follows that were accepted; tag accounts and the instance itself are nobody.
    async fn concerned(&self, event: i64) -> Result<Vec<Concerned>> {
        #[derive(FromQueryResult)]
        struct Row {
            account_id: i64,
            followers: i64,
            following: i64,
        }
        let sql = "SELECT u.account_id, \
                   (SELECT COUNT(*) FROM severed_follows s WHERE s.event_id = $1 AND s.accepted \
                   AND s.target_id = u.account_id) AS followers, \
                   (SELECT COUNT(*) FROM severed_follows s WHERE s.event_id = $1 AND s.accepted \
                   AND s.account_id = u.account_id) AS following \
                   FROM users u WHERE u.account_id IN (SELECT account_id FROM severed_follows WHERE event_id = $1 \
                   AND accepted UNION SELECT target_id FROM severed_follows WHERE event_id = $1 AND accepted) \
                   ORDER BY u.account_id";
        let rows = self.db.all::<Row>(sql, vec![event.into()]).await?;
        let concerned = |row: Row| Concerned {
            account_id: AccountId(row.account_id),
            followers: row.followers,
            following: row.following,
        };
        Ok(rows.into_iter().map(concerned).collect())
    }
}
