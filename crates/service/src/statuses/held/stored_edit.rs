//! Edits as they are kept in the database while they are held.

use serde::{Deserialize, Serialize};
use staffroom_domain::ids::MediaId;
use staffroom_domain::interaction::QuotePolicy;
use staffroom_domain::media::MediaUpdate;
use staffroom_domain::status::StatusEdit;

use crate::statuses::edit::PreparedEdit;
use crate::{Result, ServiceError};

#[derive(Serialize, Deserialize)]
struct StoredEdit {
    text: String,
    spoiler_text: String,
    sensitive: bool,
    language: Option<String>,
    media_ids: Vec<MediaId>,
    media: Vec<StoredMedia>,
    quote_policy: Option<i16>,
}

#[derive(Serialize, Deserialize)]
struct StoredMedia {
    id: MediaId,
    description: Option<String>,
    focus: Option<(f32, f32)>,
}

/// For the database. The poll is left out: an edit does not change it.
pub(super) fn write(edit: &PreparedEdit) -> Result<String> {
    let media = |(id, change): &(MediaId, MediaUpdate)| StoredMedia {
        id: *id,
        description: change.description.clone(),
        focus: change.focus,
    };
    let edited = &edit.edited;
    let stored = StoredEdit {
        text: edited.text.clone(),
        spoiler_text: edited.spoiler_text.clone(),
        sensitive: edited.sensitive,
        language: edited.language.clone(),
        media_ids: edited.media_ids.clone(),
        media: edit.media_changes.iter().map(media).collect(),
        quote_policy: edit.quote_policy.map(QuotePolicy::code),
    };
    serde_json::to_string(&stored).map_err(|e| ServiceError::Internal(format!("stored edit: {e}")))
}

/// Out of the database.
pub(super) fn read(json: &str) -> Result<StatusEdit> {
    // What serde says of a text it cannot read may quote it.
    let unreadable = |_| ServiceError::Internal("a stored edit cannot be read".to_owned());
    let stored: StoredEdit = serde_json::from_str(json).map_err(unreadable)?;
    let media = |media: StoredMedia| (media.id, MediaUpdate { description: media.description, focus: media.focus });
    Ok(StatusEdit {
        text: Some(stored.text),
        spoiler_text: Some(stored.spoiler_text),
        sensitive: Some(stored.sensitive),
        language: stored.language,
        media_ids: Some(stored.media_ids),
        media_attributes: stored.media.into_iter().map(media).collect(),
        poll: None,
        quote_policy: stored.quote_policy.map(QuotePolicy::from_code),
    })
}
