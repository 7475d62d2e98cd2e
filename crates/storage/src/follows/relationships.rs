//! How an account stands to many others, in four queries however many there are.

use std::collections::HashMap;

use sea_orm::{FromQueryResult, Value};
use staffroom_domain::Timestamp;
use staffroom_domain::ids::AccountId;
use staffroom_domain::relationship::Relationship;

use super::{Reads, Row, languages};
use crate::db::placeholders;
use crate::error::Result;

#[derive(FromQueryResult)]
struct Pair {
    account_id: i64,
    target_id: i64,
}

#[derive(FromQueryResult)]
struct Mute {
    target_id: i64,
    notifications: bool,
    expires_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct Kept {
    id: i64,
    domain_blocking: bool,
    endorsed: bool,
    comment: Option<String>,
}

impl Reads<'_> {
    /// How `viewer` stands to each of `ids`, in their order; accounts are not looked at, so unknown ids give strangers.
    /// Mutes that ended before `now` count as none.
    ///
    /// # Errors
    /// The database failed.
    pub async fn relationships(
        &self,
        viewer: AccountId,
        ids: &[AccountId],
        now: Timestamp,
    ) -> Result<Vec<Relationship>> {
        let mut found: HashMap<i64, Relationship> = ids.iter().map(|id| (id.0, Relationship::none(*id))).collect();
        let list = placeholders(2, ids.len());
        let values: Vec<Value> = std::iter::once(&viewer).chain(ids).map(|id| id.0.into()).collect();

        let sql = format!(
            "SELECT {columns} FROM follows WHERE account_id = $1 AND target_id IN ({list}) \
             UNION ALL SELECT {columns} FROM follows WHERE target_id = $1 AND account_id IN ({list})",
            columns = super::COLUMNS
        );
        for row in self.db.all::<Row>(sql, values.clone()).await? {
            if row.account_id == viewer.0 {
                let Some(r) = found.get_mut(&row.target_id) else { continue };
                r.following = row.accepted;
                r.requested = !row.accepted;
                r.showing_reblogs = row.show_reblogs;
                r.notifying = row.notify;
                r.languages = languages(&row.languages)?;
            } else if let Some(r) = found.get_mut(&row.account_id) {
                r.followed_by = row.accepted;
                r.requested_by = !row.accepted;
            }
        }

        let sql = format!(
            "SELECT account_id, target_id FROM blocks WHERE account_id = $1 AND target_id IN ({list}) \
             UNION ALL SELECT account_id, target_id FROM blocks WHERE target_id = $1 AND account_id IN ({list})"
        );
        for row in self.db.all::<Pair>(sql, values.clone()).await? {
            if row.account_id == viewer.0 {
                found.entry(row.target_id).and_modify(|r| r.blocking = true);
            } else {
                found.entry(row.account_id).and_modify(|r| r.blocked_by = true);
            }
        }

        let sql = format!(
            "SELECT target_id, notifications, expires_at FROM mutes WHERE account_id = $1 AND target_id IN ({list})"
        );
        for row in self.db.all::<Mute>(sql, values.clone()).await? {
            if row.expires_at.is_none_or(|at| at > now.as_millis()) {
                found.entry(row.target_id).and_modify(|r| {
                    r.muting = true;
                    r.muting_notifications = row.notifications;
                    r.muting_expires_at = row.expires_at.map(Timestamp);
                });
            }
        }

        // account_domain_blocks_pair, endorsements_pair, primary key of account_notes
        let sql = format!(
            "SELECT a.id, d.id IS NOT NULL AS domain_blocking, e.id IS NOT NULL AS endorsed, n.comment FROM accounts a \
             LEFT JOIN account_domain_blocks d ON d.account_id = $1 AND d.domain = a.domain \
             LEFT JOIN endorsements e ON e.account_id = $1 AND e.target_id = a.id \
             LEFT JOIN account_notes n ON n.account_id = $1 AND n.target_id = a.id WHERE a.id IN ({list})"
        );
        for row in self.db.all::<Kept>(sql, values).await? {
            found.entry(row.id).and_modify(|r| {
                r.domain_blocking = row.domain_blocking;
                r.endorsed = row.endorsed;
                r.note = row.comment.unwrap_or_default();
            });
        }
        Ok(ids.iter().filter_map(|id| found.get(&id.0).cloned()).collect())
    }
}
