//! Home timelines are written when a status is: one statement, however many followers.

use std::sync::Arc;

use staffroom_domain::ids::{AccountId, StatusId, floor_at};
use staffroom_domain::news::News;
use staffroom_domain::status::Status;
use staffroom_domain::{Timestamp, Visibility};

use super::Writes;
use crate::error::Result;

/// Entries kept for each account.
const KEPT_ENTRIES: i64 = 800;
/// A boost of what stood in the home timeline this recently does not show again; what is older is no news.
const RECENT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// `f` is the follow, `s` the status. Mutes in force, exclusive lists and languages keep it out.
const WANTED: &str = "NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = f.account_id AND m.target_id = s.account_id \
     AND (m.expires_at IS NULL OR m.expires_at > $2)) \
     AND NOT EXISTS (SELECT 1 FROM lists l JOIN list_accounts la ON la.list_id = l.id \
     WHERE l.account_id = f.account_id AND l.exclusive AND la.account_id = s.account_id) \
     AND (f.languages = '[]' OR s.language IS NULL OR f.languages LIKE '%\"' || s.language || '\"%')";

/// An answer to somebody else shows to those who follow them too.
const ANSWERS: &str = "(s.in_reply_to_account_id IS NULL OR s.in_reply_to_account_id = s.account_id \
     OR s.in_reply_to_account_id = f.account_id OR EXISTS (SELECT 1 FROM follows r \
     WHERE r.account_id = f.account_id AND r.target_id = s.in_reply_to_account_id AND r.accepted))";

impl Writes<'_> {
    /// Puts a stored status (tags and mentions included) into the home timelines of its author, the author's local
    /// followers and, when public, those who follow one of its hashtags. Who listens hears of it unless it is old.
    ///
    /// # Errors
    /// The database failed.
    pub async fn fan_out(&self, status: &Status, now: Timestamp) -> Result<()> {
        // follows_target
        let mut sql = format!(
            "INSERT INTO home_entries (account_id, status_id) SELECT s.account_id, s.id FROM statuses s \
             WHERE s.id = $1 AND s.local UNION SELECT f.account_id, s.id FROM statuses s \
             JOIN follows f ON f.target_id = s.account_id AND f.accepted JOIN users u ON u.account_id = f.account_id \
             WHERE s.id = $1 AND {ANSWERS} AND {WANTED}"
        );
        if status.visibility == Visibility::Direct {
            sql.push_str(
                " AND EXISTS (SELECT 1 FROM status_mentions d WHERE d.status_id = s.id AND d.account_id = f.account_id)",
            );
        }
        if status.visibility == Visibility::Public && !status.tags.is_empty() {
            // status_tags_status, tag_follows_tag
            sql.push_str(
                " UNION SELECT t.account_id, s.id FROM statuses s JOIN status_tags st ON st.status_id = s.id \
                 JOIN tag_follows t ON t.tag_id = st.tag_id WHERE s.id = $1 \
                 AND NOT EXISTS (SELECT 1 FROM mutes m WHERE m.account_id = t.account_id \
                 AND m.target_id = s.account_id AND (m.expires_at IS NULL OR m.expires_at > $2)) \
                 AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = t.account_id \
                 AND b.target_id = s.account_id) OR (b.account_id = s.account_id AND b.target_id = t.account_id))",
            );
        }
        sql.push_str(" ON CONFLICT DO NOTHING");
        self.db.run(sql, vec![status.id.0.into(), now.0.into()]).await?;
        if status.created_at.0 >= now.0 - RECENT_MILLIS {
            self.db.tell(News::Published(Arc::new(status.clone())));
        }
        Ok(())
    }

    /// Puts a boost into the home timelines of the booster and those followers who want boosts, do not mute or block
    /// the author boosted, and have not just seen the status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn fan_out_reblog(&self, reblog: &Status, original: &Status, now: Timestamp) -> Result<()> {
        // follows_target, statuses_one_reblog
        let sql = format!(
            "INSERT INTO home_entries (account_id, status_id) SELECT s.account_id, s.id FROM statuses s \
             WHERE s.id = $1 AND s.local UNION SELECT f.account_id, s.id FROM statuses s \
             JOIN follows f ON f.target_id = s.account_id AND f.accepted JOIN users u ON u.account_id = f.account_id \
             WHERE s.id = $1 AND f.show_reblogs AND f.account_id <> $4 AND {WANTED} \
             AND NOT EXISTS (SELECT 1 FROM mutes om WHERE om.account_id = f.account_id AND om.target_id = $4 \
             AND (om.expires_at IS NULL OR om.expires_at > $2)) \
             AND NOT EXISTS (SELECT 1 FROM blocks b WHERE (b.account_id = f.account_id AND b.target_id = $4) \
             OR (b.account_id = $4 AND b.target_id = f.account_id)) \
             AND NOT EXISTS (SELECT 1 FROM home_entries h WHERE h.account_id = f.account_id AND h.status_id = $3 \
             AND h.status_id > $5) \
             AND NOT EXISTS (SELECT 1 FROM statuses o JOIN home_entries h ON h.status_id = o.id \
             AND h.account_id = f.account_id WHERE o.reblog_of = $3 AND o.deleted_at IS NULL AND o.id > $5) \
             ON CONFLICT DO NOTHING"
        );
        let recent = floor_at(Timestamp(now.0 - RECENT_MILLIS));
        let values =
            vec![reblog.id.0.into(), now.0.into(), original.id.0.into(), original.account_id.0.into(), recent.into()];
        self.db.run(sql, values).await?;
        if reblog.created_at.0 >= now.0 - RECENT_MILLIS {
            self.db.tell(News::Published(Arc::new(reblog.clone())));
        }
        Ok(())
    }

    /// Drops the oldest entries of every home timeline that holds `status` and has grown too long.
    ///
    /// # Errors
    /// The database failed.
    pub async fn trim_homes_with(&self, status: StatusId) -> Result<()> {
        // home_entries_status, then the primary key: the cut is looked up once for each account
        let sql = "DELETE FROM home_entries WHERE (account_id, status_id) IN \
             (SELECT d.account_id, d.status_id FROM (SELECT e.account_id, (SELECT h.status_id FROM home_entries h \
             WHERE h.account_id = e.account_id ORDER BY h.status_id DESC LIMIT 1 OFFSET $2) AS cut \
             FROM home_entries e WHERE e.status_id = $1) c \
             JOIN home_entries d ON d.account_id = c.account_id AND d.status_id < c.cut)";
        self.db.run(sql, vec![status.0.into(), (KEPT_ENTRIES - 1).into()]).await?;
        Ok(())
    }

    /// Puts the newest statuses of `author` that everybody or every follower may see into the home timeline of
    /// `account`, who has just begun to follow. For accounts elsewhere nothing happens.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_author(&self, account: AccountId, author: AccountId) -> Result<()> {
        // statuses_account
        let sql = "INSERT INTO home_entries (account_id, status_id) SELECT $1, n.id FROM \
             (SELECT s.id FROM statuses s WHERE s.account_id = $2 AND s.visibility <= 2 AND s.deleted_at IS NULL \
             AND (s.in_reply_to_uri IS NULL OR s.in_reply_to_account_id = s.account_id) \
             ORDER BY s.id DESC LIMIT 20) n \
             WHERE EXISTS (SELECT 1 FROM users u WHERE u.account_id = $1) ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![account.0.into(), author.0.into()]).await?;
        Ok(())
    }
}
