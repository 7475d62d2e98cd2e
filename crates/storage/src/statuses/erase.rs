//! Erasing statuses: the words go at once, the row stays so that its network id is known to be gone.

use std::sync::Arc;

use sea_orm::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::news::News;
use staffroom_domain::status::Status;

use super::Writes;
use crate::error::Result;

/// What refers to a status and goes with it and its boosts. Boosts are looked up apart from the status, in the words of
/// the partial index on them: with an `OR` the whole table would be read.
const DEPENDENTS: [&str; 18] = [
    "DELETE FROM home_entries WHERE status_id IN (SELECT id FROM statuses WHERE id = $1 \
     UNION ALL SELECT id FROM statuses WHERE reblog_of = $1 AND deleted_at IS NULL)",
    "DELETE FROM notifications WHERE status_id IN (SELECT id FROM statuses WHERE id = $1 \
     UNION ALL SELECT id FROM statuses WHERE reblog_of = $1 AND deleted_at IS NULL)",
    "DELETE FROM status_tags WHERE status_id = $1",
    "DELETE FROM status_search WHERE rowid = $1",
    "DELETE FROM status_versions WHERE status_id = $1",
    "DELETE FROM favourites WHERE status_id = $1",
    "DELETE FROM reactions WHERE status_id = $1",
    "DELETE FROM interaction_requests WHERE target_id = $1 OR made_id = $1",
    "DELETE FROM bookmarks WHERE status_id = $1",
    "DELETE FROM pins WHERE status_id = $1",
    "DELETE FROM poll_votes WHERE poll_id IN (SELECT id FROM polls WHERE status_id = $1)",
    "DELETE FROM polls WHERE status_id = $1",
    "UPDATE statuses SET quotes_count = quotes_count - 1 WHERE id IN \
     (SELECT q.quoted_status_id FROM quotes q WHERE q.status_id = $1 AND q.state = 1)",
    "DELETE FROM quotes WHERE status_id = $1",
    "UPDATE quotes SET state = 4 WHERE quoted_status_id = $1 AND state IN (0, 1)",
    "DELETE FROM quote_authorizations WHERE quoted_status_id = $1",
    // Conversations fall back on the direct status before it, those without one end.
    "UPDATE conversations SET last_status_id = (SELECT MAX(p.id) FROM statuses p \
     WHERE p.thread_id = conversations.thread_id AND p.visibility = 3 AND p.deleted_at IS NULL AND p.id <> $1 \
     AND (p.account_id = conversations.account_id OR EXISTS (SELECT 1 FROM status_mentions m \
     WHERE m.status_id = p.id AND m.account_id = conversations.account_id))) WHERE last_status_id = $1",
    "DELETE FROM conversations WHERE last_status_id IS NULL AND thread_id IN (SELECT thread_id FROM statuses WHERE id = $1)",
];

impl Writes<'_> {
    /// Erases a status or boost with everything that hangs on it. `false` when it was already gone.
    ///
    /// Attachments of local authors are withheld and can be attached again until a sweep; those of remote authors are
    /// forgotten.
    ///
    /// # Errors
    /// The database failed.
    pub async fn erase(&self, status: &Status, at: Timestamp) -> Result<bool> {
        let id: Value = status.id.0.into();
        let sql = "UPDATE statuses SET deleted_at = $2, content = '', text = '', spoiler_text = '', mentions = '', \
             tags = '', emojis = '', media_ids = '' WHERE id = $1 AND deleted_at IS NULL";
        if self.db.run(sql, vec![id.clone(), at.0.into()]).await? == 0 {
            return Ok(false);
        }
        for sql in DEPENDENTS.iter().chain(&crate::cards::UNLINK) {
            self.db.run(*sql, vec![id.clone()]).await?;
        }
        let sql = "UPDATE accounts SET statuses_count = statuses_count - 1 WHERE id IN \
             (SELECT s.account_id FROM statuses s WHERE s.id = $1 AND s.visibility <> 3) OR id IN \
             (SELECT r.account_id FROM statuses r WHERE r.reblog_of = $1 AND r.deleted_at IS NULL AND r.account_id <> $2)";
        self.db.run(sql, vec![id.clone(), status.account_id.0.into()]).await?;
        self.count_own_boost(status).await?;
        let sql = "UPDATE statuses SET deleted_at = $2 WHERE reblog_of = $1 AND deleted_at IS NULL";
        self.db.run(sql, vec![id.clone(), at.0.into()]).await?;
        if status.local {
            let sql = "UPDATE media_attachments SET status_id = NULL, detached_at = $2 WHERE status_id = $1";
            self.db.run(sql, vec![id, at.0.into()]).await?;
        } else {
            self.db.run("DELETE FROM media_attachments WHERE status_id = $1", vec![id]).await?;
        }
        self.db.tell(News::Deleted(Arc::new(status.into())));
        if let Some(parent) = status.in_reply_to_id {
            self.count_reply(parent, -1).await?;
        }
        if let Some(original) = status.reblog_of {
            self.count_reblog(original, -1).await?;
        }
        Ok(true)
    }

    /// An author who boosted their own status loses two: the status and the boost.
    async fn count_own_boost(&self, status: &Status) -> Result<()> {
        let sql = "UPDATE accounts SET statuses_count = statuses_count - 1 WHERE id = $2 AND EXISTS \
             (SELECT 1 FROM statuses r WHERE r.reblog_of = $1 AND r.deleted_at IS NULL AND r.account_id = $2)";
        self.db.run(sql, vec![status.id.0.into(), status.account_id.0.into()]).await?;
        Ok(())
    }
}
