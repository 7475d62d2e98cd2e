//! Statuses to be published later.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use staffroom_domain::ids::{AccountId, AppId, MediaId, ScheduledStatusId, StatusId};
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::job::Job;
use staffroom_domain::poll::NewPoll;
use staffroom_domain::status::{Draft, Published, ScheduledStatus};
use staffroom_domain::{Page, PageRequest, Timestamp, Visibility};
use staffroom_storage::Tx;
use staffroom_storage::statuses::{Claimed, Scheduled};

use super::Statuses;
use super::prepare::{Prepared, media_missing};
use super::publish::claim;
use crate::{Cx, Result, ServiceError};

/// Shortest notice.
const MIN_AHEAD: Duration = Duration::from_mins(5);
/// Statuses one account can have waiting, as on Mastodon.
const MAX_WAITING: i64 = 300;

/// A draft as kept in the database.
#[derive(Serialize, Deserialize)]
struct StoredDraft {
    text: String,
    spoiler_text: String,
    sensitive: Option<bool>,
    visibility: Option<i16>,
    language: Option<String>,
    in_reply_to: Option<StatusId>,
    media_ids: Vec<MediaId>,
    poll: Option<StoredPoll>,
    app_id: Option<AppId>,
    #[serde(default)]
    share_tagged: Option<bool>,
    #[serde(default)]
    quoted: Option<StatusId>,
    #[serde(default)]
    quote_policy: Option<i16>,
}

#[derive(Serialize, Deserialize)]
struct StoredPoll {
    options: Vec<String>,
    expires_in_secs: u64,
    multiple: bool,
    hide_totals: bool,
}

impl Statuses<'_> {
    /// Keeps a checked draft for later.
    pub(super) async fn schedule(&self, cx: &Cx, prepared: Prepared, at: Timestamp) -> Result<Published> {
        check_ahead(cx, at)?;
        let author = prepared.author.id;
        let id: ScheduledStatusId = cx.id();
        let tx = self.service.storage().begin().await?;
        if let Some(first) = claim(&tx, cx, &prepared, Claimed::Scheduled(id)).await? {
            // The first may be part of the same disk write: others see it, and may be told of it, once that is done.
            tx.commit().await?;
            return self.first_result(author, first).await;
        }
        if tx.statuses().scheduled_count(author).await? >= MAX_WAITING {
            return Err(ServiceError::invalid("Scheduled statuses", format!("can't be more than {MAX_WAITING}")));
        }
        let Prepared { draft, media, .. } = prepared;
        if !draft.media_ids.is_empty() {
            let reserved = tx.media().reserve(author, id, &draft.media_ids).await?;
            if usize::try_from(reserved) != Ok(draft.media_ids.len()) {
                return Err(media_missing());
            }
        }
        let stored = Scheduled { id, account_id: author, scheduled_at: at, draft: write(&draft)? };
        tx.statuses().schedule(&stored).await?;
        set_alarm(&tx, cx, id, at).await?;
        self.service.commit(tx).await?;
        Ok(Published::Scheduled(ScheduledStatus { id, scheduled_at: at, draft, media }))
    }

    /// Statuses waiting to be published, newest first.
    ///
    /// # Errors
    /// The database failed.
    pub async fn scheduled(&self, author: AccountId, page: PageRequest) -> Result<Page<ScheduledStatus>> {
        let read = self.service.storage().read();
        let found = read.statuses().list_scheduled(author, page).await?;
        let drafts: Vec<Draft> = found.items.iter().map(|s| read_draft(&s.draft)).collect::<Result<_>>()?;
        let ids: Vec<MediaId> = drafts.iter().flat_map(|draft| draft.media_ids.iter().copied()).collect();
        let media = read.media().find_many(&ids).await?;
        let items = found.items.iter().zip(drafts).map(|(stored, draft)| ScheduledStatus {
            id: stored.id,
            scheduled_at: stored.scheduled_at,
            media: draft.media_ids.iter().filter_map(|id| media.iter().find(|m| m.id == *id).cloned()).collect(),
            draft,
        });
        let items = items.collect();
        Ok(found.with_items(items))
    }

    /// One of them.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own or already published.
    pub async fn scheduled_one(&self, author: AccountId, id: ScheduledStatusId) -> Result<ScheduledStatus> {
        let read = self.service.storage().read();
        let found = read.statuses().scheduled(id).await?.filter(|s| s.account_id == author);
        let stored = found.ok_or(ServiceError::NotFound("scheduled status"))?;
        let draft = read_draft(&stored.draft)?;
        let found = read.media().find_many(&draft.media_ids).await?;
        let media = draft.media_ids.iter().filter_map(|id| found.iter().find(|m| m.id == *id).cloned()).collect();
        Ok(ScheduledStatus { id, scheduled_at: stored.scheduled_at, draft, media })
    }

    /// Moves one to another time.
    ///
    /// # Errors
    /// As [`Statuses::scheduled_one`]; [`ServiceError::Invalid`] for a time less than five minutes ahead.
    pub async fn reschedule(
        &self,
        cx: &Cx,
        author: AccountId,
        id: ScheduledStatusId,
        at: Timestamp,
    ) -> Result<ScheduledStatus> {
        check_ahead(cx, at)?;
        let tx = self.service.storage().begin().await?;
        if !tx.statuses().reschedule(author, id, at).await? {
            return Err(ServiceError::NotFound("scheduled status"));
        }
        tx.jobs().cancel(&alarm(id)).await?;
        set_alarm(&tx, cx, id, at).await?;
        self.service.commit(tx).await?;
        self.scheduled_one(author, id).await
    }

    /// Drops one.
    ///
    /// # Errors
    /// [`ServiceError::NotFound`] when it is not one's own or already published.
    pub async fn unschedule(&self, _cx: &Cx, author: AccountId, id: ScheduledStatusId) -> Result<()> {
        let tx = self.service.storage().begin().await?;
        if !tx.statuses().unschedule(author, id).await? {
            return Err(ServiceError::NotFound("scheduled status"));
        }
        tx.jobs().cancel(&alarm(id)).await?;
        self.service.commit(tx).await
    }
}

fn check_ahead(cx: &Cx, at: Timestamp) -> Result<()> {
    if at < cx.now().plus(MIN_AHEAD) {
        return Err(ServiceError::invalid("Scheduled at", "must be at least five minutes in the future"));
    }
    Ok(())
}

fn alarm(id: ScheduledStatusId) -> String {
    format!("scheduled:{}", id.0)
}

async fn set_alarm(tx: &Tx, cx: &Cx, id: ScheduledStatusId, at: Timestamp) -> Result<()> {
    tx.jobs().push(cx.id(), &Job::PublishScheduled(id), at, Some(&alarm(id))).await?;
    Ok(())
}

fn write(draft: &Draft) -> Result<String> {
    let stored = StoredDraft {
        text: draft.text.clone(),
        spoiler_text: draft.spoiler_text.clone(),
        sensitive: draft.sensitive,
        visibility: draft.visibility.map(Visibility::code),
        language: draft.language.clone(),
        in_reply_to: draft.in_reply_to,
        media_ids: draft.media_ids.clone(),
        poll: draft.poll.clone().map(|p| StoredPoll {
            options: p.options,
            expires_in_secs: p.expires_in_secs,
            multiple: p.multiple,
            hide_totals: p.hide_totals,
        }),
        app_id: draft.app_id,
        share_tagged: draft.share_tagged,
        quoted: draft.quoted,
        quote_policy: draft.quote_policy.map(QuotePolicy::code),
    };
    serde_json::to_string(&stored).map_err(|e| ServiceError::Internal(format!("scheduled draft: {e}")))
}

/// A draft out of the database.
pub(super) fn read_draft(json: &str) -> Result<Draft> {
    let stored: StoredDraft =
        serde_json::from_str(json).map_err(|e| ServiceError::Internal(format!("scheduled draft: {e}")))?;
    Ok(Draft {
        text: stored.text,
        spoiler_text: stored.spoiler_text,
        sensitive: stored.sensitive,
        visibility: stored.visibility.map(Visibility::from_code),
        language: stored.language,
        in_reply_to: stored.in_reply_to,
        media_ids: stored.media_ids,
        poll: stored.poll.map(|p| NewPoll {
            options: p.options,
            expires_in_secs: p.expires_in_secs,
            multiple: p.multiple,
            hide_totals: p.hide_totals,
        }),
        app_id: stored.app_id,
        quoted: stored.quoted,
        quote_policy: stored.quote_policy.map(QuotePolicy::from_code),
        idempotency_key: None,
        share_tagged: stored.share_tagged,
    })
}
