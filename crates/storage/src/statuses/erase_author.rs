//! Erasing everything by one author, piece by piece and without a query per status.

use sea_orm::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, StatusId};

use super::{Reads, Writes};
use crate::db::placeholders;
use crate::error::Result;

/// What refers to the statuses `{ids}` and goes with them (and with boosts of them).
const DEPENDENTS: [&str; 24] = [
    "UPDATE accounts SET statuses_count = statuses_count - (SELECT COUNT(*) FROM statuses r \
     WHERE r.account_id = accounts.id AND r.reblog_of IN ({ids}) AND r.deleted_at IS NULL) \
     WHERE id IN (SELECT r.account_id FROM statuses r WHERE r.reblog_of IN ({ids}) AND r.deleted_at IS NULL)",
    "UPDATE statuses SET replies_count = replies_count - (SELECT COUNT(*) FROM statuses c \
     WHERE c.in_reply_to_id = statuses.id AND c.id IN ({ids})) \
     WHERE id IN (SELECT c.in_reply_to_id FROM statuses c WHERE c.id IN ({ids}))",
    "UPDATE statuses SET reblogs_count = reblogs_count - 1 \
     WHERE id IN (SELECT r.reblog_of FROM statuses r WHERE r.id IN ({ids}))",
    "DELETE FROM home_entries WHERE status_id IN (SELECT id FROM statuses WHERE id IN ({ids}) \
     UNION ALL SELECT id FROM statuses WHERE reblog_of IN ({ids}) AND deleted_at IS NULL)",
    "DELETE FROM notifications WHERE status_id IN \
     (SELECT id FROM statuses WHERE id IN ({ids}) \
     UNION ALL SELECT id FROM statuses WHERE reblog_of IN ({ids}) AND deleted_at IS NULL)",
    "DELETE FROM status_tags WHERE status_id IN ({ids})",
    "DELETE FROM status_versions WHERE status_id IN ({ids})",
    "DELETE FROM favourites WHERE status_id IN ({ids})",
    "DELETE FROM reactions WHERE status_id IN ({ids})",
    "DELETE FROM interaction_requests WHERE target_id IN ({ids}) OR made_id IN ({ids})",
    "DELETE FROM bookmarks WHERE status_id IN ({ids})",
    "DELETE FROM pins WHERE status_id IN ({ids})",
    "DELETE FROM poll_votes WHERE poll_id IN (SELECT id FROM polls WHERE status_id IN ({ids}))",
    "DELETE FROM polls WHERE status_id IN ({ids})",
    "UPDATE statuses SET quotes_count = quotes_count - (SELECT COUNT(*) FROM quotes q \
     WHERE q.quoted_status_id = statuses.id AND q.status_id IN ({ids}) AND q.state = 1) \
     WHERE id IN (SELECT q.quoted_status_id FROM quotes q WHERE q.status_id IN ({ids}) AND q.state = 1)",
    "DELETE FROM quotes WHERE status_id IN ({ids})",
    "UPDATE quotes SET state = 4 WHERE quoted_status_id IN ({ids}) AND state IN (0, 1)",
    "DELETE FROM quote_authorizations WHERE quoted_status_id IN ({ids})",
    "DELETE FROM preview_cards WHERE id IN (SELECT card_id FROM status_cards WHERE status_id IN ({ids})) AND NOT EXISTS \
     (SELECT 1 FROM status_cards l WHERE l.card_id = preview_cards.id AND l.status_id NOT IN ({ids}))",
    "DELETE FROM status_cards WHERE status_id IN ({ids})",
    "UPDATE conversations SET last_status_id = (SELECT MAX(p.id) FROM statuses p \
     WHERE p.thread_id = conversations.thread_id AND p.visibility = 3 AND p.deleted_at IS NULL AND p.id NOT IN ({ids}) \
     AND (p.account_id = conversations.account_id OR EXISTS (SELECT 1 FROM status_mentions m \
     WHERE m.status_id = p.id AND m.account_id = conversations.account_id))) WHERE last_status_id IN ({ids})",
    "DELETE FROM conversations WHERE last_status_id IS NULL \
     AND thread_id IN (SELECT thread_id FROM statuses WHERE id IN ({ids}))",
    // Of our own there are files, which the next sweep removes.
    "UPDATE media_attachments SET status_id = NULL, created_at = 0, detached_at = 0 \
     WHERE status_id IN ({ids}) AND local_path IS NOT NULL",
    "DELETE FROM media_attachments WHERE status_id IN ({ids})",
];

impl Reads<'_> {
    /// Accounts deleted between these times of which statuses are left.
    ///
    /// # Errors
    /// The database failed.
    pub async fn authors_to_erase(&self, since: Timestamp, until: Timestamp) -> Result<Vec<AccountId>> {
        let sql = "SELECT a.id AS n FROM accounts a WHERE a.deleted_at BETWEEN $1 AND $2 AND EXISTS \
                   (SELECT 1 FROM statuses s WHERE s.account_id = a.id AND s.deleted_at IS NULL)";
        Ok(self.db.numbers(sql, vec![since.0.into(), until.0.into()]).await?.into_iter().map(AccountId).collect())
    }

    /// Up to `limit` statuses and boosts of an author, oldest first; fewer mean that there are no more.
    ///
    /// # Errors
    /// The database failed.
    pub async fn left_of(&self, author: AccountId, limit: u64) -> Result<Vec<StatusId>> {
        let sql = "SELECT id AS n FROM statuses WHERE account_id = $1 AND deleted_at IS NULL ORDER BY id LIMIT +$2";
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.db.numbers(sql, vec![author.0.into(), limit.into()]).await?.into_iter().map(StatusId).collect())
    }
}

impl Writes<'_> {
    /// Erases statuses and boosts of an author (see [`Reads::left_of`]) with all that hangs on them.
    ///
    /// # Errors
    /// The database failed.
    pub async fn erase_all(&self, ids: &[StatusId], at: Timestamp) -> Result<()> {
        if ids.is_empty() {
            return Ok(());
        }
        let values: Vec<Value> = ids.iter().map(|id| id.0.into()).collect();
        let list = placeholders(1, ids.len());
        for sql in DEPENDENTS {
            self.db.run(sql.replace("{ids}", &list), values.clone()).await?;
        }
        let sql = format!(
            "UPDATE statuses SET deleted_at = ${}, content = '', text = '', spoiler_text = '', mentions = '', tags = '', \
             emojis = '', media_ids = '' WHERE id IN ({list}) OR (reblog_of IN ({list}) AND deleted_at IS NULL)",
            ids.len() + 1
        );
        let stamped = values.iter().cloned().chain([at.as_millis().into()]).collect();
        self.db.run(sql, stamped).await?;
        // Last: whoever read a status in meanwhile held its row, and is done now that it is ours.
        self.db.run(format!("DELETE FROM status_search WHERE rowid IN ({list})"), values).await?;
        Ok(())
    }

    /// Takes back all favourites and emoji an account gave, and its bookmarks and pins.
    ///
    /// # Errors
    /// The database failed.
    pub async fn forget_favourites_of(&self, account: AccountId) -> Result<()> {
        let steps = [
            "UPDATE statuses SET favourites_count = favourites_count - 1 \
             WHERE id IN (SELECT status_id FROM favourites WHERE account_id = $1)",
            "DELETE FROM favourites WHERE account_id = $1",
            "DELETE FROM reactions WHERE account_id = $1",
            "DELETE FROM interaction_requests WHERE account_id = $1",
            "DELETE FROM feature_authorizations WHERE account_id = $1 OR asker_id = $1",
            "DELETE FROM bookmarks WHERE account_id = $1",
            "DELETE FROM pins WHERE account_id = $1",
            "DELETE FROM home_entries WHERE account_id = $1",
        ];
        for sql in steps {
            self.db.run(sql, vec![account.0.into()]).await?;
        }
        Ok(())
    }
}
