//! Lists of followers, follows and requests, and where followers can be reached.

use sea_orm::{FromQueryResult, QueryResult, Value};
use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Listed;
use staffroom_domain::{Page, PageRequest, Timestamp};

use super::Reads;
use crate::accounts::{AccountRow, COLUMNS as ACCOUNT};
use crate::error::Result;
use crate::page::keyset;

/// An account with the cursor (and, for mutes, the end) of the list it stands in.
pub(crate) struct ListedRow(pub(crate) Listed);

impl FromQueryResult for ListedRow {
    fn from_query_result(row: &QueryResult, pre: &str) -> Result<Self, sea_orm::DbErr> {
        Ok(Self(Listed {
            cursor: row.try_get("", "cursor_id")?,
            account: AccountRow::from_query_result(row, pre)?.0,
            expires_at: row.try_get::<Option<i64>>("", "list_expires_at")?.map(Timestamp),
        }))
    }
}

/// A place where followers can be reached.
#[derive(Clone, Debug, PartialEq, Eq, FromQueryResult)]
pub struct FollowerInbox {
    /// Its URL.
    pub url: String,
    /// Whether the whole host shares it.
    pub shared: bool,
}

impl Reads<'_> {
    /// Accepted followers of `id`, newest first, those hidden from `viewer` by a block left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn followers(
        &self,
        id: AccountId,
        viewer: Option<AccountId>,
        page: &PageRequest,
    ) -> Result<Page<Listed>> {
        self.list("f.account_id", "f.target_id = $1 AND f.accepted", id, viewer, page).await
    }

    /// Accounts `id` follows, newest first, those hidden from `viewer` by a block left out.
    ///
    /// # Errors
    /// The database failed.
    pub async fn following(
        &self,
        id: AccountId,
        viewer: Option<AccountId>,
        page: &PageRequest,
    ) -> Result<Page<Listed>> {
        self.list("f.target_id", "f.account_id = $1 AND f.accepted", id, viewer, page).await
    }

    /// Accounts that wait for `id` to let them follow, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests(&self, id: AccountId, page: &PageRequest) -> Result<Page<Listed>> {
        self.list("f.account_id", "f.target_id = $1 AND NOT f.accepted", id, None, page).await
    }

    /// How many accounts wait for `id` to let them follow.
    ///
    /// # Errors
    /// The database failed.
    pub async fn requests_count(&self, id: AccountId) -> Result<i64> {
        let sql = "SELECT COUNT(*) AS n FROM follows WHERE target_id = $1 AND NOT accepted";
        Ok(self.db.number(sql, vec![id.0.into()]).await?.unwrap_or(0))
    }

    async fn list(
        &self,
        other: &str,
        condition: &str,
        id: AccountId,
        viewer: Option<AccountId>,
        page: &PageRequest,
    ) -> Result<Page<Listed>> {
        let mut values: Vec<Value> = vec![id.0.into()];
        let hidden = match viewer {
            None => "",
            Some(viewer) => {
                values.push(viewer.0.into());
                " AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = a.id AND b.target_id = $2)"
            }
        };
        let (bounds, order) = keyset(page, "f.id", &mut values);
        let sql = format!(
            "SELECT f.id AS cursor_id, CAST(NULL AS BIGINT) AS list_expires_at, {ACCOUNT} FROM follows f \
             JOIN accounts a ON a.id = {other} \
             WHERE {condition} AND a.suspended_at IS NULL AND a.deleted_at IS NULL{hidden}{bounds}{order}"
        );
        let rows = self.db.all::<ListedRow>(sql, values).await?;
        Ok(Page::from_rows(rows.into_iter().map(|row| row.0).collect(), page, |l: &Listed| l.cursor))
    }

    /// The inboxes that reach all remote followers of `id`, in no order: of each the one its host shares, or their own
    /// where there is none. A URL that is somebody's own and shared by others is there as both.
    ///
    /// # Errors
    /// The database failed.
    pub async fn follower_inboxes(&self, id: AccountId) -> Result<Vec<FollowerInbox>> {
        let source = "(SELECT DISTINCT COALESCE(a.shared_inbox, a.inbox) AS url, \
                      CASE WHEN a.shared_inbox IS NULL THEN 0 ELSE 1 END AS shared \
                      FROM follows f JOIN accounts a ON a.id = f.account_id \
                      WHERE f.target_id = $1 AND f.accepted AND a.domain IS NOT NULL AND a.suspended_at IS NULL \
                      AND a.deleted_at IS NULL AND COALESCE(a.shared_inbox, a.inbox) IS NOT NULL) AS inboxes";
        let rows: Vec<(String, i64)> = self.db.gathered("url, shared", source, vec![id.0.into()]).await?;
        Ok(rows.into_iter().map(|(url, shared)| FollowerInbox { url, shared: shared == 1 }).collect())
    }

    /// All local accounts that follow `id` (accepted).
    ///
    /// # Errors
    /// The database failed.
    pub async fn local_followers(&self, id: AccountId) -> Result<Vec<AccountId>> {
        let sql = "SELECT f.account_id AS n FROM follows f JOIN accounts a ON a.id = f.account_id \
                   WHERE f.target_id = $1 AND f.accepted AND a.domain IS NULL";
        Ok(self.db.numbers(sql, vec![id.0.into()]).await?.into_iter().map(AccountId).collect())
    }

    /// Whether anybody local follows (or asked to follow) `id`: whether its statuses were asked for.
    ///
    /// # Errors
    /// The database failed.
    pub async fn has_local_follower(&self, id: AccountId) -> Result<bool> {
        let sql = "SELECT f.id AS n FROM follows f JOIN accounts a ON a.id = f.account_id \
                   WHERE f.target_id = $1 AND a.domain IS NULL LIMIT 1";
        Ok(self.db.number(sql, vec![id.0.into()]).await?.is_some())
    }

    /// Where everybody can be reached who may hold something of `account`: followers, accounts followed, and the inboxes
    /// its statuses went to.
    ///
    /// # Errors
    /// The database failed.
    pub async fn acquainted_inboxes(&self, account: AccountId) -> Result<Vec<FollowerInbox>> {
        let sql = "SELECT COALESCE(a.shared_inbox, a.inbox) AS url, a.shared_inbox IS NOT NULL AS shared \
                   FROM accounts a WHERE a.domain IS NOT NULL AND a.deleted_at IS NULL \
                   AND COALESCE(a.shared_inbox, a.inbox) IS NOT NULL AND a.id IN \
                   (SELECT account_id FROM follows WHERE target_id = $1 \
                    UNION SELECT target_id FROM follows WHERE account_id = $1) \
                   UNION SELECT i.url AS url, i.is_shared AS shared FROM statuses s \
                   JOIN status_reach r ON r.status_id = s.id JOIN fed_inboxes i ON i.id = r.inbox_id \
                   WHERE s.account_id = $1";
        self.db.all(sql, vec![account.0.into()]).await
    }
}
