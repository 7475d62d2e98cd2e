//! Statuses waiting to be published.

use serde::Serialize;
use staffroom_domain::Visibility;
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::status as domain;

use super::{MediaAttachment, Render};

#[derive(Debug, Serialize)]
struct PollParams {
    options: Vec<String>,
    expires_in: u64,
    multiple: bool,
    hide_totals: bool,
}

/// What was asked for, echoed.
#[derive(Debug, Serialize)]
struct StatusParams {
    text: String,
    visibility: &'static str,
    spoiler_text: String,
    sensitive: Option<bool>,
    language: Option<String>,
    in_reply_to_id: Option<String>,
    media_ids: Option<Vec<String>>,
    poll: Option<PollParams>,
    quoted_status_id: Option<String>,
    quote_approval_policy: Option<&'static str>,
    scheduled_at: Option<String>,
    idempotency: Option<String>,
    application_id: Option<String>,
    with_rate_limit: bool,
}

/// A status waiting to be published.
#[derive(Debug, Serialize)]
pub(crate) struct ScheduledStatus {
    id: String,
    scheduled_at: String,
    params: StatusParams,
    media_attachments: Vec<MediaAttachment>,
}

impl Render<'_> {
    /// A waiting status; `usual` is its author's default audience.
    pub(crate) fn scheduled(&self, scheduled: &domain::ScheduledStatus, usual: Visibility) -> ScheduledStatus {
        let draft = &scheduled.draft;
        let media_ids: Vec<String> = draft.media_ids.iter().map(ToString::to_string).collect();
        ScheduledStatus {
            id: scheduled.id.to_string(),
            scheduled_at: scheduled.scheduled_at.to_rfc3339(),
            params: StatusParams {
                text: draft.text.clone(),
                visibility: draft.visibility.unwrap_or(usual).as_str(),
                spoiler_text: draft.spoiler_text.clone(),
                sensitive: draft.sensitive,
                language: draft.language.clone(),
                in_reply_to_id: draft.in_reply_to.map(|id| id.to_string()),
                media_ids: (!media_ids.is_empty()).then_some(media_ids),
                poll: draft.poll.as_ref().map(|poll| PollParams {
                    options: poll.options.clone(),
                    expires_in: poll.expires_in_secs,
                    multiple: poll.multiple,
                    hide_totals: poll.hide_totals,
                }),
                quoted_status_id: draft.quoted.map(|id| id.to_string()),
                quote_approval_policy: draft.quote_policy.map(QuotePolicy::as_str),
                scheduled_at: None,
                idempotency: draft.idempotency_key.clone(),
                application_id: draft.app_id.map(|id| id.to_string()),
                with_rate_limit: false,
            },
            media_attachments: scheduled.media.iter().map(|media| self.media(media)).collect(),
        }
    }
}
