//! Rows of `statuses` and the short texts kept in them. Empty lists are empty texts: nothing to parse on the hot path.

use sea_orm::FromQueryResult;
use staffroom_domain::account::Emoji;
use staffroom_domain::ids::{MediaId, StatusId};
use staffroom_domain::interaction::InteractionPolicy;
use staffroom_domain::status::{Mention, Status};
use staffroom_domain::{Tag, Timestamp, Visibility};

use crate::error::{Result, StorageError};

/// All columns of a status, from the alias `s`.
pub(crate) const COLUMNS: &str = "s.id, s.uri, s.url, s.account_id, s.local, s.in_reply_to_id, \
     s.in_reply_to_account_id, s.in_reply_to_uri, s.reblog_of, s.thread_id, s.content, s.text, s.spoiler_text, \
     s.sensitive, s.visibility, s.language, s.created_at, s.edited_at, s.deleted_at, s.mentions, s.tags, s.emojis, \
     s.media_ids, s.poll_id, s.app_id, s.replies_count, s.reblogs_count, s.favourites_count, \
     s.interaction_policy, s.quotes_count, s.context_uri, s.approval_uri, s.kept_in";

/// A row of `statuses`.
#[derive(Debug, FromQueryResult)]
pub(crate) struct Row {
    id: i64,
    uri: String,
    url: String,
    account_id: i64,
    local: bool,
    in_reply_to_id: Option<i64>,
    in_reply_to_account_id: Option<i64>,
    in_reply_to_uri: Option<String>,
    reblog_of: Option<i64>,
    thread_id: i64,
    content: String,
    text: String,
    spoiler_text: String,
    sensitive: bool,
    visibility: i16,
    language: Option<String>,
    created_at: i64,
    edited_at: Option<i64>,
    deleted_at: Option<i64>,
    mentions: String,
    tags: String,
    emojis: String,
    media_ids: String,
    poll_id: Option<i64>,
    app_id: Option<i64>,
    replies_count: i64,
    reblogs_count: i64,
    favourites_count: i64,
    interaction_policy: i64,
    quotes_count: i64,
    context_uri: Option<String>,
    approval_uri: Option<String>,
    kept_in: Option<i64>,
}

impl TryFrom<Row> for Status {
    type Error = StorageError;

    fn try_from(row: Row) -> Result<Self> {
        Ok(Self {
            id: StatusId(row.id),
            uri: row.uri,
            url: row.url,
            account_id: row.account_id.into(),
            local: row.local,
            in_reply_to_id: row.in_reply_to_id.map(StatusId),
            in_reply_to_account_id: row.in_reply_to_account_id.map(Into::into),
            in_reply_to_uri: row.in_reply_to_uri,
            reblog_of: row.reblog_of.map(StatusId),
            thread_id: StatusId(row.thread_id),
            content: row.content,
            text: row.text,
            spoiler_text: row.spoiler_text,
            sensitive: row.sensitive,
            visibility: Visibility::from_code(row.visibility),
            language: row.language,
            created_at: Timestamp(row.created_at),
            edited_at: row.edited_at.map(Timestamp),
            deleted_at: row.deleted_at.map(Timestamp),
            mentions: mentions_from(&row.mentions)?,
            tags: row.tags.split('\n').filter_map(Tag::parse).collect(),
            emojis: emojis_from(&row.emojis)?,
            media_ids: media_ids_from(&row.media_ids),
            poll_id: row.poll_id.map(Into::into),
            app_id: row.app_id.map(Into::into),
            replies_count: row.replies_count,
            reblogs_count: row.reblogs_count,
            favourites_count: row.favourites_count,
            interaction_policy: InteractionPolicy::from_code(row.interaction_policy),
            quotes_count: row.quotes_count,
            context_uri: row.context_uri,
            approval_uri: row.approval_uri,
            kept_in: row.kept_in.map(Into::into),
        })
    }
}

/// Rows as statuses, in their order.
pub(crate) fn statuses_from(rows: Vec<Row>) -> Result<Vec<Status>> {
    rows.into_iter().map(Status::try_from).collect()
}

type StoredMention = (i64, String, String, String, String);

fn mentions_from(text: &str) -> Result<Vec<Mention>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let stored: Vec<StoredMention> =
        serde_json::from_str(text).map_err(|_| StorageError::Corrupt { what: "status mentions" })?;
    let mention =
        |(id, uri, url, username, acct): StoredMention| Mention { account_id: id.into(), uri, url, username, acct };
    Ok(stored.into_iter().map(mention).collect())
}

/// Mentions as kept in their column.
pub(super) fn mentions_text(mentions: &[Mention]) -> Result<String> {
    if mentions.is_empty() {
        return Ok(String::new());
    }
    let stored: Vec<_> = mentions.iter().map(|m| (m.account_id.0, &m.uri, &m.url, &m.username, &m.acct)).collect();
    serde_json::to_string(&stored).map_err(|_| StorageError::Corrupt { what: "status mentions" })
}

fn emojis_from(text: &str) -> Result<Vec<Emoji>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let stored: Vec<(String, String)> =
        serde_json::from_str(text).map_err(|_| StorageError::Corrupt { what: "status emojis" })?;
    Ok(stored.into_iter().map(|(shortcode, url)| Emoji { shortcode, url }).collect())
}

/// Custom emoji as kept in their column.
pub(super) fn emojis_text(emojis: &[Emoji]) -> Result<String> {
    if emojis.is_empty() {
        return Ok(String::new());
    }
    let stored: Vec<_> = emojis.iter().map(|e| (&e.shortcode, &e.url)).collect();
    serde_json::to_string(&stored).map_err(|_| StorageError::Corrupt { what: "status emojis" })
}

/// Hashtags as kept in their column: one spelling a line.
pub(super) fn tags_text(tags: &[Tag]) -> String {
    tags.iter().map(Tag::display).collect::<Vec<_>>().join("\n")
}

/// Attachments as kept in their column.
pub(super) fn media_ids_text(ids: &[MediaId]) -> String {
    ids.iter().map(|id| id.0.to_string()).collect::<Vec<_>>().join(",")
}

/// Attachments from their column.
pub(super) fn media_ids_from(text: &str) -> Vec<MediaId> {
    text.split(',').filter_map(MediaId::parse).collect()
}
