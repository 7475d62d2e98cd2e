//! Statuses of other servers as they are kept in the database while they wait.

use serde::{Deserialize, Serialize};
use staffroom_domain::account::Emoji;
use staffroom_domain::ids::AccountId;
use staffroom_domain::interaction::InteractionPolicy;
use staffroom_domain::media::{IncomingMedia, MediaKind};
use staffroom_domain::poll::{IncomingPoll, PollOption};
use staffroom_domain::quote::IncomingQuote;
use staffroom_domain::status::IncomingStatus;
use staffroom_domain::{Tag, Timestamp, Visibility};
use staffroom_moderation::Part;

use crate::moderation::Moderation;
use crate::statuses::Arrival;
use crate::{Result, ServiceError};

#[derive(Serialize, Deserialize)]
struct Stored {
    uri: String,
    url: Option<String>,
    author_uri: String,
    in_reply_to_uri: Option<String>,
    content: String,
    spoiler_text: String,
    sensitive: bool,
    visibility: i16,
    language: Option<String>,
    published: Option<i64>,
    updated: Option<i64>,
    mention_uris: Vec<String>,
    recipient_uris: Vec<String>,
    tags: Vec<String>,
    emojis: Vec<(String, String)>,
    media: Vec<StoredMedia>,
    poll: Option<StoredPoll>,
    attached_link: Option<String>,
    quote: Option<(String, Option<String>)>,
    interaction_policy: i64,
    context_uri: Option<String>,
    tag_account_uris: Vec<String>,
    arrival: StoredArrival,
}

#[derive(Serialize, Deserialize)]
struct StoredMedia {
    kind: String,
    url: String,
    content_type: String,
    description: Option<String>,
    size_px: Option<(u32, u32)>,
    focus: Option<(f32, f32)>,
    blurhash: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct StoredPoll {
    options: Vec<(String, i64)>,
    multiple: bool,
    expires_at: Option<i64>,
    voters: Option<i64>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum StoredArrival {
    Delivered,
    Fetched,
    Announced(AccountId),
    Relayed,
}

/// For the database.
pub(super) fn write(incoming: &IncomingStatus, arrival: Arrival) -> Result<String> {
    let media = |media: &IncomingMedia| StoredMedia {
        kind: media.kind.as_str().to_owned(),
        url: media.url.clone(),
        content_type: media.content_type.clone(),
        description: media.description.clone(),
        size_px: media.size_px,
        focus: media.focus,
        blurhash: media.blurhash.clone(),
    };
    let poll = |poll: &IncomingPoll| StoredPoll {
        options: poll.options.iter().map(|option| (option.title.clone(), option.votes)).collect(),
        multiple: poll.multiple,
        expires_at: poll.expires_at.map(|at| at.0),
        voters: poll.voters,
    };
    let stored = Stored {
        uri: incoming.uri.clone(),
        url: incoming.url.clone(),
        author_uri: incoming.author_uri.clone(),
        in_reply_to_uri: incoming.in_reply_to_uri.clone(),
        content: incoming.content.clone(),
        spoiler_text: incoming.spoiler_text.clone(),
        sensitive: incoming.sensitive,
        visibility: incoming.visibility.code(),
        language: incoming.language.clone(),
        published: incoming.published.map(|at| at.0),
        updated: incoming.updated.map(|at| at.0),
        mention_uris: incoming.mention_uris.clone(),
        recipient_uris: incoming.recipient_uris.clone(),
        tags: incoming.tags.iter().map(|tag| tag.display().to_owned()).collect(),
        emojis: incoming.emojis.iter().map(|emoji| (emoji.shortcode.clone(), emoji.url.clone())).collect(),
        media: incoming.media.iter().map(media).collect(),
        poll: incoming.poll.as_ref().map(poll),
        attached_link: incoming.attached_link.clone(),
        quote: incoming.quote.as_ref().map(|quote| (quote.uri.clone(), quote.approval_uri.clone())),
        interaction_policy: incoming.interaction_policy.code(),
        context_uri: incoming.context_uri.clone(),
        tag_account_uris: incoming.tag_account_uris.clone(),
        arrival: match arrival {
            Arrival::Delivered => StoredArrival::Delivered,
            Arrival::Fetched => StoredArrival::Fetched,
            Arrival::Announced(by) => StoredArrival::Announced(by),
            Arrival::Relayed => StoredArrival::Relayed,
        },
    };
    serde_json::to_string(&stored).map_err(|e| ServiceError::Internal(format!("quarantined status: {e}")))
}

/// Out of the database, with how it came.
pub(super) fn read(json: &str) -> Result<(IncomingStatus, Arrival)> {
    // What serde says of a text it cannot read may quote it.
    let unreadable = |_| ServiceError::Internal("a quarantined status cannot be read".to_owned());
    let stored: Stored = serde_json::from_str(json).map_err(unreadable)?;
    let media = |media: StoredMedia| IncomingMedia {
        kind: MediaKind::parse(&media.kind),
        url: media.url,
        content_type: media.content_type,
        description: media.description,
        size_px: media.size_px,
        focus: media.focus,
        blurhash: media.blurhash,
    };
    let poll = |poll: StoredPoll| IncomingPoll {
        options: poll.options.into_iter().map(|(title, votes)| PollOption { title, votes }).collect(),
        multiple: poll.multiple,
        expires_at: poll.expires_at.map(Timestamp),
        voters: poll.voters,
    };
    let incoming = IncomingStatus {
        uri: stored.uri,
        url: stored.url,
        author_uri: stored.author_uri,
        in_reply_to_uri: stored.in_reply_to_uri,
        content: stored.content,
        spoiler_text: stored.spoiler_text,
        sensitive: stored.sensitive,
        visibility: Visibility::from_code(stored.visibility),
        language: stored.language,
        published: stored.published.map(Timestamp),
        updated: stored.updated.map(Timestamp),
        mention_uris: stored.mention_uris,
        recipient_uris: stored.recipient_uris,
        tags: stored.tags.iter().filter_map(|tag| Tag::parse(tag)).collect(),
        emojis: stored.emojis.into_iter().map(|(shortcode, url)| Emoji { shortcode, url }).collect(),
        media: stored.media.into_iter().map(media).collect(),
        poll: stored.poll.map(poll),
        attached_link: stored.attached_link,
        quote: stored.quote.map(|(uri, approval_uri)| IncomingQuote { uri, approval_uri }),
        interaction_policy: InteractionPolicy::from_code(stored.interaction_policy),
        context_uri: stored.context_uri,
        tag_account_uris: stored.tag_account_uris,
    };
    let arrival = match stored.arrival {
        StoredArrival::Delivered => Arrival::Delivered,
        StoredArrival::Fetched => Arrival::Fetched,
        StoredArrival::Announced(by) => Arrival::Announced(by),
        StoredArrival::Relayed => Arrival::Relayed,
    };
    Ok((incoming, arrival))
}

/// By which texts are known again, though nothing of them can be guessed from it.
pub(super) fn digest(moderation: Moderation<'_>, parts: &[(Part, String)]) -> String {
    let named: Vec<(String, &str)> = parts.iter().map(|(part, text)| (part.to_string(), text.as_str())).collect();
    // Texts can always be written.
    moderation.digest(&serde_json::to_string(&named).unwrap_or_default())
}
