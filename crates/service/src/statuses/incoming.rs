//! A status from another server, cut to size and made safe. Everything in it was written by strangers.

use std::collections::HashSet;

use staffroom_domain::account::{Account, Emoji, Picture};
use staffroom_domain::ids::{MediaId, StatusId};
use staffroom_domain::media::{IncomingMedia, MediaAttachment, MediaState, is_blurhash};
use staffroom_domain::status::{IncomingStatus, Status};
use staffroom_domain::{Timestamp, text};
use url::Url;

use super::incoming_poll;
use super::mentions::mention_of;
use super::prepare::language;
use crate::Cx;

const MAX_MENTIONS: usize = 50;
const MAX_RECIPIENTS: usize = 100;
const MAX_TAGS: usize = 100;
const MAX_TAG_ACCOUNTS: usize = 16;
const MAX_MEDIA: usize = 16;
const MAX_EMOJIS: usize = 100;
/// Longest content warning, in characters.
const MAX_SPOILER_CHARS: usize = 2_000;
/// Longest media description, in characters.
const MAX_DESCRIPTION_CHARS: usize = 10_000;
/// Longest network id or URL, in bytes.
const MAX_URL_BYTES: usize = 2_048;
const MAX_SHORTCODE_BYTES: usize = 64;
/// Longest side of a picture believed, in pixels.
const MAX_SIDE_PX: u32 = 100_000;

/// Cuts every list and text to size and drops what is no usable address. Publication is never later than `now`.
pub(super) fn bounded(mut incoming: IncomingStatus, now: Timestamp) -> IncomingStatus {
    incoming.url = incoming.url.filter(|url| is_web_url(url));
    incoming.in_reply_to_uri = incoming.in_reply_to_uri.filter(|uri| is_web_url(uri) && *uri != incoming.uri);
    incoming.content = text::sanitize(&incoming.content);
    incoming.spoiler_text = cut(&incoming.spoiler_text, MAX_SPOILER_CHARS);
    incoming.language = language(incoming.language);
    incoming.published = Some(incoming.published.map_or(now, |at| at.min(now).max(Timestamp(0))));
    incoming.updated = incoming.updated.map(|at| at.min(now));
    incoming.mention_uris = distinct(incoming.mention_uris, MAX_MENTIONS);
    incoming.recipient_uris = distinct(incoming.recipient_uris, MAX_RECIPIENTS);
    incoming.tag_account_uris = distinct(incoming.tag_account_uris, MAX_TAG_ACCOUNTS);
    let mut seen = HashSet::new();
    incoming.tags.retain(|tag| seen.insert(tag.name().to_owned()));
    incoming.tags.truncate(MAX_TAGS);
    incoming.emojis.retain(is_sound_emoji);
    incoming.emojis.truncate(MAX_EMOJIS);
    incoming.media.retain(|media| is_web_url(&media.url));
    incoming.media.truncate(MAX_MEDIA);
    incoming.poll = incoming.poll.and_then(|poll| incoming_poll::bounded(poll, now));
    incoming.attached_link = incoming.attached_link.filter(|url| is_web_url(url));
    incoming.context_uri = incoming.context_uri.filter(|uri| is_web_url(uri));
    incoming.quote = incoming.quote.filter(|quote| is_web_url(&quote.uri) && quote.uri != incoming.uri);
    if let Some(quote) = &mut incoming.quote {
        quote.approval_uri = quote.approval_uri.take().filter(|uri| is_web_url(uri));
    }
    incoming
}

/// The rows of its attachments.
pub(super) fn attachments(cx: &Cx, incoming: &IncomingStatus, author: &Account, id: StatusId) -> Vec<MediaAttachment> {
    let sane = |(w, h): &(u32, u32)| (1..=MAX_SIDE_PX).contains(w) && (1..=MAX_SIDE_PX).contains(h);
    let in_range = |(x, y): &(f32, f32)| (-1.0..=1.0).contains(x) && (-1.0..=1.0).contains(y);
    let attachment = |media: &IncomingMedia| MediaAttachment {
        id: cx.id::<MediaId>(),
        account_id: author.id,
        status_id: Some(id),
        kind: media.kind,
        file: Picture::Remote(media.url.clone()),
        preview: None,
        content_type: cut(&media.content_type, 100),
        size_px: media.size_px.filter(sane),
        preview_px: None,
        focus: media.focus.filter(in_range),
        blurhash: media.blurhash.clone().filter(|hash| is_blurhash(hash)),
        description: media.description.as_deref().map(|text| cut(text, MAX_DESCRIPTION_CHARS)),
        created_at: cx.now(),
        state: MediaState::Ready,
        recording: None,
    };
    incoming.media.iter().map(attachment).collect()
}

/// The status to be stored under `id`, without attachments.
pub(super) fn status_of(
    incoming: &IncomingStatus,
    id: StatusId,
    author: &Account,
    parent: Option<&Status>,
    named: &[Account],
    now: Timestamp,
) -> Status {
    Status {
        url: incoming.url.clone().unwrap_or_else(|| incoming.uri.clone()),
        in_reply_to_id: parent.map(|parent| parent.id),
        in_reply_to_account_id: parent.map(|parent| parent.account_id),
        in_reply_to_uri: incoming.in_reply_to_uri.clone(),
        thread_id: parent.map_or(id, |parent| parent.thread_id),
        content: incoming.content.clone(),
        spoiler_text: incoming.spoiler_text.clone(),
        sensitive: incoming.sensitive || !incoming.spoiler_text.is_empty(),
        visibility: incoming.visibility,
        language: incoming.language.clone(),
        edited_at: incoming.updated.filter(|at| Some(*at) > incoming.published),
        mentions: named.iter().map(mention_of).collect(),
        tags: incoming.tags.clone(),
        emojis: incoming.emojis.clone(),
        interaction_policy: incoming.interaction_policy,
        context_uri: incoming.context_uri.clone(),
        ..Status::new(id, incoming.uri.clone(), author.id, false, incoming.published.unwrap_or(now))
    }
}

fn is_web_url(url: &str) -> bool {
    url.len() <= MAX_URL_BYTES
        && Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.host_str().is_some())
}

/// Whether a custom emoji has a usable name and picture.
pub(super) fn is_sound_emoji(emoji: &Emoji) -> bool {
    (1..=MAX_SHORTCODE_BYTES).contains(&emoji.shortcode.len())
        && emoji.shortcode.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
        && is_web_url(&emoji.url)
}

fn distinct(uris: Vec<String>, max: usize) -> Vec<String> {
    let mut seen = HashSet::new();
    uris.into_iter().filter(|uri| is_web_url(uri) && seen.insert(uri.clone())).take(max).collect()
}

fn cut(text: &str, max_chars: usize) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).take(max_chars).collect()
}
