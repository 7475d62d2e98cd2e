//! What people want to be told, and how those who cause it stand to them.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::account::UserRole;
use staffroom_domain::ids::{AccountId, StatusId};
use staffroom_domain::notification::NotificationKind;
use staffroom_domain::notification_policy::{Cause, Handling, NotificationPolicy};
use staffroom_domain::{Timestamp, Visibility};

use super::{Reads, Writes};
use crate::db::in_list;
use crate::error::Result;

#[derive(FromQueryResult)]
struct PolicyRow {
    for_not_following: i64,
    for_not_followers: i64,
    for_new_accounts: i64,
    for_private_mentions: i64,
    for_limited_accounts: i64,
}

impl From<PolicyRow> for NotificationPolicy {
    fn from(row: PolicyRow) -> Self {
        Self {
            for_not_following: Handling::from_code(row.for_not_following),
            for_not_followers: Handling::from_code(row.for_not_followers),
            for_new_accounts: Handling::from_code(row.for_new_accounts),
            for_private_mentions: Handling::from_code(row.for_private_mentions),
            for_limited_accounts: Handling::from_code(row.for_limited_accounts),
        }
    }
}

/// A person here and how the cause stands to them.
#[derive(FromQueryResult)]
struct StandingRow {
    id: i64,
    has_policy: Option<i64>,
    for_not_following: Option<i64>,
    for_not_followers: Option<i64>,
    for_new_accounts: Option<i64>,
    for_private_mentions: Option<i64>,
    for_limited_accounts: Option<i64>,
    role: String,
    from_role: Option<String>,
    from_instance: bool,
    silenced_at: Option<i64>,
    account_since: i64,
    followed: Option<i64>,
    follower_since: Option<i64>,
    permitted: Option<i64>,
    visibility: Option<i16>,
    answers: Option<i64>,
}

impl StandingRow {
    fn policy(&self) -> NotificationPolicy {
        if self.has_policy.is_none() {
            return NotificationPolicy::default();
        }
        let handling = |code: Option<i64>| Handling::from_code(code.unwrap_or_default());
        NotificationPolicy {
            for_not_following: handling(self.for_not_following),
            for_not_followers: handling(self.for_not_followers),
            for_new_accounts: handling(self.for_new_accounts),
            for_private_mentions: handling(self.for_private_mentions),
            for_limited_accounts: handling(self.for_limited_accounts),
        }
    }

    fn cause(&self, from: AccountId, kind: NotificationKind) -> Cause {
        let rank = |role: &str| UserRole::parse(role).unwrap_or(UserRole::Member);
        let outranks = self.from_role.as_deref().is_some_and(|theirs| rank(theirs) > rank(&self.role));
        let is_direct = self.visibility.map(Visibility::from_code) == Some(Visibility::Direct);
        Cause {
            kind,
            let_through: self.id == from.0 || self.permitted.is_some() || self.from_instance || outranks,
            followed: self.followed.is_some(),
            follower_since: self.follower_since.map(Timestamp),
            account_since: Timestamp(self.account_since),
            limited: self.silenced_at.is_some(),
            private: is_direct && self.answers != Some(self.id),
        }
    }
}

impl Reads<'_> {
    /// What `account` wants to be told; what Mastodon presets where they never said.
    ///
    /// # Errors
    /// The database failed.
    pub async fn policy(&self, account: AccountId) -> Result<NotificationPolicy> {
        let sql = "SELECT for_not_following, for_not_followers, for_new_accounts, for_private_mentions, \
                   for_limited_accounts FROM notification_policies WHERE account_id = $1";
        let row = self.db.one::<PolicyRow>(sql, vec![account.0.into()]).await?;
        Ok(row.map(NotificationPolicy::from).unwrap_or_default())
    }

    /// What becomes of telling each of `recipients` of what `from` did; those nobody signs in to are left out. `said` is
    /// the status that was said, if that is what they are told of.
    ///
    /// # Errors
    /// The database failed.
    pub(super) async fn handled(
        &self,
        recipients: &[AccountId],
        from: AccountId,
        kind: NotificationKind,
        said: Option<StatusId>,
        now: Timestamp,
    ) -> Result<HashMap<AccountId, Handling>> {
        if recipients.is_empty() {
            return Ok(HashMap::new());
        }
        let mut values: Vec<Value> = vec![from.0.into(), said.map_or(0, |status| status.0).into()];
        let list = in_list(&mut values, recipients.iter().map(|id| id.0));
        // follows_pair, primary keys
        let sql = format!(
            "SELECT u.account_id AS id, u.role AS role, su.role AS from_role, \
             (a.domain IS NULL AND a.kind = 2) AS from_instance, a.silenced_at AS silenced_at, \
             a.created_at AS account_since, p.account_id AS has_policy, p.for_not_following, p.for_not_followers, \
             p.for_new_accounts, p.for_private_mentions, p.for_limited_accounts, fo.id AS followed, \
             fr.created_at AS follower_since, np.created_at AS permitted, s.visibility AS visibility, \
             s.in_reply_to_account_id AS answers \
             FROM users u JOIN accounts a ON a.id = $1 LEFT JOIN users su ON su.account_id = a.id \
             LEFT JOIN notification_policies p ON p.account_id = u.account_id \
             LEFT JOIN follows fo ON fo.account_id = u.account_id AND fo.target_id = a.id AND fo.accepted \
             LEFT JOIN follows fr ON fr.account_id = a.id AND fr.target_id = u.account_id AND fr.accepted \
             LEFT JOIN notification_permissions np ON np.account_id = u.account_id AND np.from_account_id = a.id \
             LEFT JOIN statuses s ON s.id = $2 WHERE u.account_id IN ({list})"
        );
        let rows = self.db.all::<StandingRow>(sql, values).await?;
        let handling = |row: StandingRow| (AccountId(row.id), row.policy().handling(&row.cause(from, kind), now));
        Ok(rows.into_iter().map(handling).collect())
    }
}

impl Writes<'_> {
    /// Stores what `account` wants to be told.
    ///
    /// # Errors
    /// The database failed.
    pub async fn set_policy(&self, account: AccountId, policy: &NotificationPolicy) -> Result<()> {
        let sql = "INSERT INTO notification_policies (account_id, for_not_following, for_not_followers, \
                   for_new_accounts, for_private_mentions, for_limited_accounts) VALUES ($1, $2, $3, $4, $5, $6) \
                   ON CONFLICT (account_id) DO UPDATE SET for_not_following = excluded.for_not_following, \
                   for_not_followers = excluded.for_not_followers, for_new_accounts = excluded.for_new_accounts, \
                   for_private_mentions = excluded.for_private_mentions, \
                   for_limited_accounts = excluded.for_limited_accounts";
        let values = vec![
            account.0.into(),
            policy.for_not_following.code().into(),
            policy.for_not_followers.code().into(),
            policy.for_new_accounts.code().into(),
            policy.for_private_mentions.code().into(),
            policy.for_limited_accounts.code().into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }
}
