//! Drafts as they are kept in the database until they are published.

use serde::{Deserialize, Serialize};
use staffroom_domain::Visibility;
use staffroom_domain::ids::{AppId, MediaId, StatusId};
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::poll::NewPoll;
use staffroom_domain::status::Draft;

use crate::moderation::Cleared;
use crate::{Result, ServiceError};

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
    #[serde(default)]
    for_school: bool,
    #[serde(default)]
    cleared: Cleared,
}

#[derive(Serialize, Deserialize)]
struct StoredPoll {
    options: Vec<String>,
    expires_in_secs: u64,
    multiple: bool,
    hide_totals: bool,
}

/// For the database; `cleared` is what somebody let out of it although rules matched.
pub(super) fn write(draft: &Draft, cleared: Cleared) -> Result<String> {
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
        for_school: draft.for_school,
        cleared,
    };
    serde_json::to_string(&stored).map_err(|e| ServiceError::Internal(format!("stored draft: {e}")))
}

/// Out of the database.
pub(super) fn read(json: &str) -> Result<(Draft, Cleared)> {
    // What serde says of a text it cannot read may quote it.
    let unreadable = |_| ServiceError::Internal("a stored draft cannot be read".to_owned());
    let stored: StoredDraft = serde_json::from_str(json).map_err(unreadable)?;
    let draft = Draft {
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
        for_school: stored.for_school,
    };
    Ok((draft, stored.cleared))
}
