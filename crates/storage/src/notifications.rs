//! Queries about notifications.

mod add;
mod change;
mod groups;
mod policy;
mod requests;

use std::fmt::Write as _;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, NotificationId, SeveranceId, StatusId, WarningId};
use staffroom_domain::notification::{Notification, NotificationFilter, NotificationKind};
use staffroom_domain::{Page, PageRequest, Timestamp};

use crate::db::{in_list, placeholders};
use crate::error::Result;
use crate::page::keyset;

crate::db::noun!();

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    account_id: i64,
    from_account_id: i64,
    kind: String,
    status_id: Option<i64>,
    severance_id: Option<i64>,
    warning_id: Option<i64>,
    created_at: i64,
}

impl Row {
    /// `None` for a kind this version does not know.
    fn into_notification(self) -> Option<Notification> {
        Some(Notification {
            id: NotificationId(self.id),
            account_id: AccountId(self.account_id),
            from_account_id: AccountId(self.from_account_id),
            kind: NotificationKind::parse(&self.kind)?,
            status_id: self.status_id.map(StatusId),
            severance_id: self.severance_id.map(SeveranceId),
            warning_id: self.warning_id.map(WarningId),
            created_at: Timestamp(self.created_at),
        })
    }
}

/// What `filter` asks for as ` AND …` conditions.
fn conditions(filter: &NotificationFilter, values: &mut Vec<Value>) -> String {
    let mut more = String::new();
    for (kinds, word) in [(&filter.kinds, "IN"), (&filter.exclude, "NOT IN")] {
        if !kinds.is_empty() {
            let list = placeholders(values.len() + 1, kinds.len());
            values.extend(kinds.iter().map(|k| Value::from(k.as_str())));
            // Writing to a String cannot fail.
            let _ = write!(more, " AND kind {word} ({list})");
        }
    }
    if let Some(from) = filter.from {
        values.push(from.0.into());
        // Writing to a String cannot fail.
        let _ = write!(more, " AND from_account_id = ${}", values.len());
    }
    if !filter.with_filtered {
        more.push_str(" AND NOT filtered");
    }
    more
}

const COLUMNS: &str = "id, account_id, from_account_id, kind, status_id, severance_id, warning_id, created_at";

impl Reads<'_> {
    /// Notifications of `account`, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn list(
        &self,
        account: AccountId,
        filter: &NotificationFilter,
        page: PageRequest,
    ) -> Result<Page<Notification>> {
        if filter.nothing {
            return Ok(Page::empty());
        }
        // notifications_account
        let mut values: Vec<Value> = vec![account.0.into()];
        let more = conditions(filter, &mut values);
        let (bounds, order) = keyset(&page, "id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM notifications WHERE account_id = $1{more}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let rows = rows.into_iter().filter_map(Row::into_notification).collect();
        Ok(Page::from_rows(rows, &page, |n| n.id.0))
    }

    /// One notification of `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn get(&self, account: AccountId, id: NotificationId) -> Result<Option<Notification>> {
        let sql = format!("SELECT {COLUMNS} FROM notifications WHERE id = $1 AND account_id = $2");
        let row = self.db.one::<Row>(sql, vec![id.0.into(), account.0.into()]).await?;
        Ok(row.and_then(Row::into_notification))
    }

    /// Notifications of `account` whose ids are at most `reach` away from `id`. Index: the primary key.
    ///
    /// # Errors
    /// The database failed.
    pub async fn near(&self, account: AccountId, id: NotificationId, reach: i64) -> Result<Vec<Notification>> {
        let sql = format!("SELECT {COLUMNS} FROM notifications WHERE id BETWEEN $1 AND $2 AND account_id = $3");
        let values = vec![id.0.saturating_sub(reach).into(), id.0.saturating_add(reach).into(), account.0.into()];
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows.into_iter().filter_map(Row::into_notification).collect())
    }

    /// Those of `candidates` that live here and want to hear of `from`: neither side blocks, the domain is not blocked,
    /// nothing is muted, neither the person nor the thread.
    ///
    /// # Errors
    /// The database failed.
    pub async fn willing(
        &self,
        candidates: &[AccountId],
        from: AccountId,
        thread: Option<StatusId>,
        now: Timestamp,
    ) -> Result<Vec<AccountId>> {
        if candidates.is_empty() {
            return Ok(Vec::new());
        }
        let mut values = vec![from.0.into(), thread.map_or(0, |t| t.0).into(), now.0.into()];
        let list = in_list(&mut values, candidates.iter().map(|c| c.0));
        let sql = format!(
            "SELECT u.account_id AS n FROM users u WHERE u.account_id IN ({list}) AND u.account_id <> $1 {WILLING}"
        );
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }

    /// Local followers of `author` who asked to be told of each of their statuses and want to hear of this one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn subscribers(&self, author: AccountId, thread: StatusId, now: Timestamp) -> Result<Vec<AccountId>> {
        // follows_target
        let sql = format!(
            "SELECT u.account_id AS n FROM follows f JOIN users u ON u.account_id = f.account_id \
             WHERE f.target_id = $1 AND f.accepted AND f.notify {WILLING}"
        );
        let values = vec![author.0.into(), thread.0.into(), now.0.into()];
        Ok(self.db.numbers(sql, values).await?.into_iter().map(AccountId).collect())
    }
}

/// `u` is who would be told, `$1` who caused it, `$2` the thread, `$3` now.
const WILLING: &str = "AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = u.account_id AND b.target_id = $1) \
     OR (b.account_id = $1 AND b.target_id = u.account_id)) \
     AND NOT EXISTS (SELECT 1 FROM account_domain_blocks d JOIN accounts fa ON fa.domain = d.domain \
     WHERE d.account_id = u.account_id AND fa.id = $1) \
     AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = u.account_id AND m.target_id = $1 AND m.notifications \
     AND (m.expires_at IS NULL OR m.expires_at > $3)) \
     AND NOT EXISTS (SELECT 1 FROM thread_mutes tm WHERE tm.account_id = u.account_id AND tm.thread_id = $2)";

impl Writes<'_> {
    /// Takes back what `from` caused.
    ///
    /// # Errors
    /// The database failed.
    pub async fn retract(
        &self,
        account: AccountId,
        from: AccountId,
        kind: NotificationKind,
        status: Option<StatusId>,
    ) -> Result<()> {
        // notifications_once
        let sql = "DELETE FROM notifications WHERE account_id = $1 AND from_account_id = $2 AND kind = $3 \
                   AND COALESCE(status_id, 0) = $4";
        let status = status.map_or(0, |s| s.0);
        self.db.run(sql, vec![account.0.into(), from.0.into(), kind.as_str().into(), status.into()]).await?;
        Ok(())
    }

    /// Removes one; `false` when there is none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismiss(&self, account: AccountId, id: NotificationId) -> Result<bool> {
        let sql = "DELETE FROM notifications WHERE id = $1 AND account_id = $2";
        Ok(self.db.run(sql, vec![id.0.into(), account.0.into()]).await? == 1)
    }

    /// Removes all.
    ///
    /// # Errors
    /// The database failed.
    pub async fn clear(&self, account: AccountId) -> Result<()> {
        self.db.run("DELETE FROM notifications WHERE account_id = $1", vec![account.0.into()]).await?;
        Ok(())
    }
}
