//! Storing statuses, their versions, and the counts that go with them.

use std::sync::Arc;

use sea_orm::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::ids::{AccountId, StatusId, TagId};
use staffroom_domain::news::News;
use staffroom_domain::status::Status;

use super::Writes;
use super::row::{emojis_text, media_ids_text, mentions_text, tags_text};
use crate::db::in_order;
use crate::error::Result;
use crate::status_search::{index, index_for, index_new};

impl Writes<'_> {
    /// Stores a status. `false` when its id, its network id or the same boost is already there; then nothing changed.
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert(&self, s: &Status) -> Result<bool> {
        self.insert_naming(s, &[]).await
    }

    /// The same for one that names accounts, see [`Writes::add_mentions`].
    ///
    /// # Errors
    /// The database failed.
    pub async fn insert_naming(&self, s: &Status, named: &[(AccountId, bool)]) -> Result<bool> {
        if !self.insert_row(s).await? {
            return Ok(false);
        }
        let people = self.link_named(s.id, named).await?;
        match s.reblog_of {
            Some(original) => index_for(self.db, &[s.account_id], original).await?,
            None => index_new(self.db, s, &people).await?,
        }
        Ok(true)
    }

    async fn insert_row(&self, s: &Status) -> Result<bool> {
        let values: Vec<Value> = vec![
            s.id.0.into(),
            s.uri.as_str().into(),
            s.url.as_str().into(),
            s.account_id.0.into(),
            s.local.into(),
            s.in_reply_to_id.map(|id| id.0).into(),
            s.in_reply_to_account_id.map(|id| id.0).into(),
            s.in_reply_to_uri.clone().into(),
            s.reblog_of.map(|id| id.0).into(),
            s.thread_id.0.into(),
            s.content.as_str().into(),
            s.text.as_str().into(),
            s.spoiler_text.as_str().into(),
            s.sensitive.into(),
            s.visibility.code().into(),
            s.language.clone().into(),
            s.created_at.0.into(),
            s.edited_at.map(|t| t.0).into(),
            mentions_text(&s.mentions)?.into(),
            tags_text(&s.tags).into(),
            emojis_text(&s.emojis)?.into(),
            media_ids_text(&s.media_ids).into(),
            s.poll_id.map(|id| id.0).into(),
            s.app_id.map(|id| id.0).into(),
            s.interaction_policy.code().into(),
            s.context_uri.clone().into(),
            s.approval_uri.clone().into(),
            s.kept_in.map(|id| id.0).into(),
        ];
        let sql = "INSERT INTO statuses (id, uri, url, account_id, local, in_reply_to_id, in_reply_to_account_id, \
             in_reply_to_uri, reblog_of, thread_id, content, text, spoiler_text, sensitive, visibility, language, \
             created_at, edited_at, mentions, tags, emojis, media_ids, poll_id, app_id, \
             interaction_policy, context_uri, approval_uri, kept_in, replies_count, reblogs_count, favourites_count) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, \
             $22, $23, $24, $25, $26, $27, $28, 0, 0, 0) ON CONFLICT DO NOTHING";
        Ok(self.db.run(sql, values).await? == 1)
    }

    /// Replaces what an edit can change. Counts, audience narrowing included, nothing else. What was erased meanwhile
    /// stays so.
    ///
    /// # Errors
    /// The database failed.
    pub async fn update_edited(&self, s: &Status) -> Result<()> {
        let sql = "UPDATE statuses SET content = $2, text = $3, spoiler_text = $4, sensitive = $5, visibility = $6, \
             language = $7, edited_at = $8, mentions = $9, tags = $10, emojis = $11, media_ids = $12, poll_id = $13, \
             interaction_policy = $14 WHERE id = $1 AND deleted_at IS NULL";
        let values: Vec<Value> = vec![
            s.id.0.into(),
            s.content.as_str().into(),
            s.text.as_str().into(),
            s.spoiler_text.as_str().into(),
            s.sensitive.into(),
            s.visibility.code().into(),
            s.language.clone().into(),
            s.edited_at.map(|t| t.0).into(),
            mentions_text(&s.mentions)?.into(),
            tags_text(&s.tags).into(),
            emojis_text(&s.emojis)?.into(),
            media_ids_text(&s.media_ids).into(),
            s.poll_id.map(|id| id.0).into(),
            s.interaction_policy.code().into(),
        ];
        if self.db.run(sql, values).await? > 0 {
            index(self.db, s).await?;
            self.db.tell(News::Edited(Arc::new(s.clone())));
        }
        Ok(())
    }

    /// Gives an answer that waited for leave its audience and its place in the thread, unless it was erased meanwhile.
    ///
    /// # Errors
    /// The database failed.
    pub async fn let_out(&self, s: &Status) -> Result<()> {
        let sql = "UPDATE statuses SET visibility = $2, in_reply_to_id = $3, in_reply_to_account_id = $4, \
                   thread_id = $5, approval_uri = $6 WHERE id = $1 AND deleted_at IS NULL";
        let values: Vec<Value> = vec![
            s.id.0.into(),
            s.visibility.code().into(),
            s.in_reply_to_id.map(|id| id.0).into(),
            s.in_reply_to_account_id.map(|id| id.0).into(),
            s.thread_id.0.into(),
            s.approval_uri.clone().into(),
        ];
        if self.db.run(sql, values).await? > 0 {
            index(self.db, s).await?;
        }
        Ok(())
    }

    /// Keeps the present version of `s` in its history.
    ///
    /// # Errors
    /// The database failed.
    pub async fn keep_version(&self, s: &Status) -> Result<()> {
        let sql = "INSERT INTO status_versions (status_id, created_at, content, spoiler_text, sensitive, media_ids) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
        let values: Vec<Value> = vec![
            s.id.0.into(),
            s.edited_at.unwrap_or(s.created_at).0.into(),
            s.content.as_str().into(),
            s.spoiler_text.as_str().into(),
            s.sensitive.into(),
            media_ids_text(&s.media_ids).into(),
        ];
        self.db.run(sql, values).await?;
        Ok(())
    }

    /// Links a status to its hashtags.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_tags(&self, id: StatusId, tags: &[TagId]) -> Result<()> {
        // In one order: two edits at once do not wait for each other in a circle.
        let rows = in_order(tags).into_iter().map(|tag| vec![tag.0.into(), id.0.into()]).collect();
        self.db.insert_many("INSERT INTO status_tags (tag_id, status_id)", rows, "ON CONFLICT DO NOTHING").await?;
        Ok(())
    }

    /// Unlinks a status from all its hashtags.
    ///
    /// # Errors
    /// The database failed.
    pub async fn clear_tags(&self, id: StatusId) -> Result<()> {
        self.db.run("DELETE FROM status_tags WHERE status_id = $1", vec![id.0.into()]).await?;
        Ok(())
    }

    /// Names further accounts in a status: (account, silent). Silent ones may see it without being shown as named.
    ///
    /// # Errors
    /// The database failed.
    pub async fn add_mentions(&self, id: StatusId, mentions: &[(AccountId, bool)]) -> Result<()> {
        let people = self.link_named(id, mentions).await?;
        index_for(self.db, &people, id).await
    }

    /// Links a status to accounts it names; who they are.
    async fn link_named(&self, id: StatusId, named: &[(AccountId, bool)]) -> Result<Vec<AccountId>> {
        // In one order: two edits at once do not wait for each other in a circle.
        let named = in_order(named);
        let rows = named.iter().map(|(who, silent)| vec![id.0.into(), who.0.into(), (*silent).into()]).collect();
        let head = "INSERT INTO status_mentions (status_id, account_id, silent)";
        self.db.insert_many(head, rows, "ON CONFLICT DO NOTHING").await?;
        Ok(named.into_iter().map(|(who, _)| who).collect())
    }

    /// One answer more (or fewer) to a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_reply(&self, parent: StatusId, by: i64) -> Result<()> {
        let sql = "UPDATE statuses SET replies_count = replies_count + $2 WHERE id = $1";
        self.db.run(sql, vec![parent.0.into(), by.into()]).await?;
        Ok(())
    }

    /// One boost more (or fewer) of a status; `false` where it is gone. Until the transaction ends nobody else erases it.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_reblog(&self, original: StatusId, by: i64) -> Result<bool> {
        let sql = "UPDATE statuses SET reblogs_count = reblogs_count + $2 WHERE id = $1 AND deleted_at IS NULL";
        Ok(self.db.run(sql, vec![original.0.into(), by.into()]).await? > 0)
    }

    /// One accepted quote more (or fewer) of a status.
    ///
    /// # Errors
    /// The database failed.
    pub async fn count_quote(&self, quoted: StatusId, by: i64) -> Result<()> {
        let sql = "UPDATE statuses SET quotes_count = quotes_count + $2 WHERE id = $1";
        self.db.run(sql, vec![quoted.0.into(), by.into()]).await?;
        Ok(())
    }

    /// Links answers that came before `parent` to it; returns how many.
    ///
    /// # Errors
    /// The database failed.
    pub async fn adopt_replies(&self, parent: &Status) -> Result<u64> {
        // statuses_in_reply_to_uri
        let sql = "UPDATE statuses SET in_reply_to_id = $1, in_reply_to_account_id = $2 \
             WHERE in_reply_to_uri = $3 AND in_reply_to_id IS NULL AND deleted_at IS NULL";
        let values = vec![parent.id.0.into(), parent.account_id.0.into(), parent.uri.as_str().into()];
        let adopted = self.db.run(sql, values).await?;
        if adopted > 0 {
            // Each was the start of a thread of its own, which now becomes part of this one.
            let sql = "UPDATE statuses SET thread_id = $1 WHERE thread_id IN \
                 (SELECT c.id FROM statuses c WHERE c.in_reply_to_id = $2 AND c.thread_id = c.id)";
            self.db.run(sql, vec![parent.thread_id.0.into(), parent.id.0.into()]).await?;
            // conversations_thread; who has a conversation of that thread already keeps it
            let sql = "UPDATE conversations SET thread_id = $1 WHERE thread_id IN \
                 (SELECT c.id FROM statuses c WHERE c.in_reply_to_id = $2) AND NOT EXISTS (SELECT 1 FROM conversations o \
                 WHERE o.account_id = conversations.account_id AND o.thread_id = $1)";
            self.db.run(sql, vec![parent.thread_id.0.into(), parent.id.0.into()]).await?;
            self.count_reply(parent.id, i64::try_from(adopted).unwrap_or(i64::MAX)).await?;
        }
        Ok(adopted)
    }

    /// Remembers until a later clean-up that `by_uri` said the object `uri` is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn bury(&self, uri: &str, by_uri: &str, at: Timestamp) -> Result<()> {
        let sql = "INSERT INTO tombstones (uri, by_uri, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.db.run(sql, vec![uri.into(), by_uri.into(), at.0.into()]).await?;
        Ok(())
    }
}
