//! Groups of notifications. A group is a range of ids, so all of this is `notifications_account`.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::ids::{AccountId, NotificationId, StatusId};
use staffroom_domain::notification::{Notification, NotificationFilter, NotificationKind};
use staffroom_domain::notification_group::{GroupKey, SPAN};
use staffroom_domain::{Page, PageRequest};

use super::{COLUMNS, Reads, Row, Writes, conditions};
use crate::db::placeholders;
use crate::error::Result;
use crate::page::keyset;

#[derive(FromQueryResult)]
struct CountRow {
    kind: String,
    status_id: Option<i64>,
    span: i64,
    members: i64,
    newest: i64,
}

/// The members of a group as conditions on `account_id` (`$1`) and what is pushed to `values`.
fn members(key: GroupKey, values: &mut Vec<Value>) -> String {
    match key {
        GroupKey::Single(id) => {
            values.push(id.0.into());
            format!("account_id = $1 AND id = ${} AND NOT filtered", values.len())
        }
        GroupKey::Group(kind, status, span) => {
            let first = span.saturating_mul(SPAN);
            values.extend([kind.as_str().into(), first.into(), first.saturating_add(SPAN).into()]);
            values.push(status.map_or(0, |status| status.0).into());
            let n = values.len();
            format!(
                "account_id = $1 AND kind = ${} AND id >= ${} AND id < ${} AND COALESCE(status_id, 0) = ${n} \
                 AND NOT filtered",
                n - 3,
                n - 2,
                n - 1
            )
        }
    }
}

impl Reads<'_> {
    /// Members of a group, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn of_group(&self, account: AccountId, key: GroupKey, page: &PageRequest) -> Result<Page<Notification>> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let members = members(key, &mut values);
        let (bounds, order) = keyset(page, "id", &mut values);
        let sql = format!("SELECT {COLUMNS} FROM notifications WHERE {members}{bounds}{order}");
        let rows = self.db.all::<Row>(sql, values).await?;
        let rows = rows.into_iter().filter_map(Row::into_notification).collect();
        Ok(Page::from_rows(rows, page, |n| n.id.0))
    }

    /// How many members each group of the spans `first` to `until` has, and its newest one.
    ///
    /// # Errors
    /// The database failed.
    pub async fn group_sizes(
        &self,
        account: AccountId,
        kinds: &[NotificationKind],
        (first, until): (i64, i64),
    ) -> Result<HashMap<GroupKey, (i64, NotificationId)>> {
        if kinds.is_empty() {
            return Ok(HashMap::new());
        }
        let past = until.saturating_add(1).saturating_mul(SPAN);
        let mut values: Vec<Value> =
            vec![account.0.into(), first.saturating_mul(SPAN).into(), past.into(), SPAN.into()];
        let list = placeholders(values.len() + 1, kinds.len());
        values.extend(kinds.iter().map(|kind| Value::from(kind.as_str())));
        let sql = format!(
            "SELECT kind, status_id, id / $4 AS span, COUNT(*) AS members, MAX(id) AS newest FROM notifications \
             WHERE account_id = $1 AND id >= $2 AND id < $3 AND NOT filtered AND kind IN ({list}) \
             GROUP BY kind, status_id, id / $4"
        );
        let rows = self.db.all::<CountRow>(sql, values).await?;
        let size = |row: CountRow| {
            let kind = NotificationKind::parse(&row.kind)?;
            let key = GroupKey::Group(kind, row.status_id.map(StatusId), row.span);
            Some((key, (row.members, NotificationId(row.newest))))
        };
        Ok(rows.into_iter().filter_map(size).collect())
    }

    /// How many groups newer than `after` there are where `grouped` kinds come in groups, counted up to `most`.
    ///
    /// # Errors
    /// The database failed.
    pub async fn unread(
        &self,
        account: AccountId,
        filter: &NotificationFilter,
        grouped: &[NotificationKind],
        after: NotificationId,
        most: u64,
    ) -> Result<i64> {
        if filter.nothing {
            return Ok(0);
        }
        let mut values: Vec<Value> = vec![account.0.into(), after.0.into()];
        let more = conditions(filter, &mut values);
        let counted = if grouped.is_empty() {
            "id".to_owned()
        } else {
            let list = placeholders(values.len() + 1, grouped.len());
            values.extend(grouped.iter().map(|kind| Value::from(kind.as_str())));
            values.push(SPAN.into());
            format!(
                "DISTINCT CASE WHEN kind IN ({list}) THEN kind || '-' || COALESCE(status_id, 0) || '-' || (id / ${}) \
                 ELSE CAST(id AS TEXT) END",
                values.len()
            )
        };
        values.push(i64::try_from(most).unwrap_or(i64::MAX).into());
        let sql = format!(
            "SELECT COUNT(*) AS n FROM (SELECT {counted} AS k FROM notifications \
             WHERE account_id = $1 AND id > $2{more} LIMIT +${}) newer",
            values.len()
        );
        Ok(self.db.number(sql, values).await?.unwrap_or_default())
    }
}

impl Writes<'_> {
    /// Removes the members of a group.
    ///
    /// # Errors
    /// The database failed.
    pub async fn dismiss_group(&self, account: AccountId, key: GroupKey) -> Result<()> {
        let mut values: Vec<Value> = vec![account.0.into()];
        let members = members(key, &mut values);
        self.db.run(format!("DELETE FROM notifications WHERE {members}"), values).await?;
        Ok(())
    }
}
