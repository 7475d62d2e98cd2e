//! Statuses in other languages.

use serde::Serialize;
use staffroom_service::translation::TranslatedStatus;

#[derive(Debug, Serialize)]
struct TranslatedOption {
    title: String,
}

#[derive(Debug, Serialize)]
struct TranslatedPoll {
    id: String,
    options: Vec<TranslatedOption>,
}

#[derive(Debug, Serialize)]
struct TranslatedAttachment {
    id: String,
    description: String,
}

/// What a status says in another language.
#[derive(Debug, Serialize)]
pub(crate) struct Translation {
    id: String,
    content: String,
    spoiler_text: String,
    language: String,
    detected_source_language: String,
    provider: &'static str,
    poll: Option<TranslatedPoll>,
    media_attachments: Vec<TranslatedAttachment>,
}

impl From<TranslatedStatus> for Translation {
    fn from(status: TranslatedStatus) -> Self {
        let options = |titles: Vec<String>| titles.into_iter().map(|title| TranslatedOption { title }).collect();
        let media = status.media.into_iter();
        Self {
            id: status.id.to_string(),
            content: status.content,
            spoiler_text: status.spoiler_text,
            language: status.language,
            detected_source_language: status.source,
            provider: status.provider,
            poll: status.poll.map(|(id, titles)| TranslatedPoll { id: id.to_string(), options: options(titles) }),
            media_attachments: media
                .map(|(id, description)| TranslatedAttachment { id: id.to_string(), description })
                .collect(),
        }
    }
}
