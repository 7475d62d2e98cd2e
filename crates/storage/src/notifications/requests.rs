//! Notifications that are kept apart, by whom they are from.

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, NotificationRequestId, StatusId};
use staffroom_domain::news::News;
use staffroom_domain::notification_policy::NotificationRequest;
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::{Reads, Writes};
use crate::db::{in_list, in_order};
use crate::error::Result;
use crate::page::keyset;

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    from_account_id: i64,
    created_at: i64,
    notifications: i64,
    last_status_id: Option<i64>,
    updated_at: i64,
}

impl From<Row> for NotificationRequest {
    fn from(row: Row) -> Self {
        Self {
            id: NotificationRequestId(row.id),
            from_account_id: AccountId(row.from_account_id),
            notifications: row.notifications,
            last_status_id: row.last_status_id.map(StatusId),
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        }
    }
}

/// The notifications of a request `r`.
const KEPT: &str = "FROM notifications n WHERE n.account_id = r.account_id \
     AND n.from_account_id = r.from_account_id AND n.filtered";

/// Requests of somebody who can be seen, with something in them. Index: `notifications_once`
fn alive() -> String {
    format!(
        "FROM notification_requests r JOIN accounts a ON a.id = r.from_account_id WHERE r.account_id = $1 \
         AND a.suspended_at IS NULL AND a.deleted_at IS NULL AND EXISTS (SELECT 1 {KEPT})"
    )
}

impl Reads<'_> {
    /// Requests to `account`, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests(&self, account: AccountId, page: &PageRequest) -> Result<Page<NotificationRequest>> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let (bounds, order) = keyset(page, "r.id", &mut values);
        let rows = self.requests_where(&format!("{bounds}{order}"), values).await?;
        Ok(Page::from_rows(rows, page, |request: &NotificationRequest| request.id.0))
    }

    /// Those of `ids` that are to `account`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests_of(
        &self,
        account: AccountId,
        ids: &[NotificationRequestId],
    ) -> Result<Vec<NotificationRequest>> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, ids.iter().map(|id| id.0));
        self.requests_where(&format!(" AND r.id IN ({list})"), values).await
    }

    async fn requests_where(&self, rest: &str, values: Vec<Value>) -> Result<Vec<NotificationRequest>> {
        let sql = format!(
            "SELECT r.id, r.from_account_id, r.created_at, (SELECT COUNT(*) {KEPT}) AS notifications, \
             (SELECT MAX(n.status_id) {KEPT}) AS last_status_id, \
             COALESCE((SELECT MAX(n.created_at) {KEPT}), r.created_at) AS updated_at {}{rest}",
            alive()
        );
        let rows = self.db.all::<Row>(sql, values).await?;
        Ok(rows.into_iter().map(NotificationRequest::from).collect())
    }

    /// How many requests wait for `account`, and how many notifications in them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn pending(&self, account: AccountId) -> Result<(i64, i64)> {
        let requests = format!("SELECT COUNT(*) AS n {}", alive());
        let requests = self.db.number(requests, vec![account.0.into()]).await?;
        let notifications = "SELECT COUNT(*) AS n FROM notifications n JOIN notification_requests r \
             ON r.account_id = n.account_id AND r.from_account_id = n.from_account_id \
             JOIN accounts a ON a.id = r.from_account_id WHERE r.account_id = $1 AND n.filtered \
             AND a.suspended_at IS NULL AND a.deleted_at IS NULL";
        let notifications = self.db.number(notifications, vec![account.0.into()]).await?;
        Ok((requests.unwrap_or_default(), notifications.unwrap_or_default()))
    }
}

impl Writes<'_> {
    /// Shows what was kept apart of each of `from`, now and from now on.
    ///
    /// # Errors
    /// The database failed.
    pub async fn let_through(&self, account: AccountId, from: &[AccountId], now: Timestamp) -> Result<()> {
        if from.is_empty() {
            return Ok(());
        }
        // In one order: two requests at once do not wait for each other in a circle.
        let rows = in_order(from).into_iter().map(|from| vec![account.0.into(), from.0.into(), now.0.into()]).collect();
        let head = "INSERT INTO notification_permissions (account_id, from_account_id, created_at)";
        self.db.insert_many(head, rows, "ON CONFLICT (account_id, from_account_id) DO NOTHING").await?;
        let mut values: Vec<Value> = vec![account.0.into(), false.into()];
        let list = in_list(&mut values, from.iter().map(|id| id.0));
        // notifications_once
        let sql = format!(
            "UPDATE notifications SET filtered = $2 WHERE account_id = $1 AND from_account_id IN ({list}) AND filtered"
        );
        self.db.run(sql, values).await?;
        self.db.tell(News::NotificationsMerged(account));
        self.forget_requests(account, from).await
    }

    /// Removes what was kept apart of each of `from`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismiss_requests(&self, account: AccountId, from: &[AccountId]) -> Result<()> {
        if from.is_empty() {
            return Ok(());
        }
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, from.iter().map(|id| id.0));
        // notifications_once
        let sql =
            format!("DELETE FROM notifications WHERE account_id = $1 AND from_account_id IN ({list}) AND filtered");
        self.db.run(sql, values).await?;
        self.forget_requests(account, from).await
    }

    async fn forget_requests(&self, account: AccountId, from: &[AccountId]) -> Result<()> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let list = in_list(&mut values, from.iter().map(|id| id.0));
        let sql = format!("DELETE FROM notification_requests WHERE account_id = $1 AND from_account_id IN ({list})");
        self.db.run(sql, values).await?;
        Ok(())
    }
}
