//! Notes, and everything that is shown like one: questions, articles, pages, events, videos.

use serde::Deserialize;
use serde_json::Value;
use staffroom_domain::Timestamp;
use staffroom_domain::account::Emoji;
use staffroom_domain::hashtag::Tag;
use staffroom_domain::media::{IncomingMedia, MediaKind, is_blurhash};
use staffroom_domain::poll::{IncomingPoll, PollOption};
use staffroom_domain::quote::IncomingQuote;
use staffroom_domain::status::IncomingStatus;
use url::Url;

use super::audience::{Recipients, visibility};
use super::lenient::{self, id_of, items, link_of, member, parse_url, pixels, shorten};
use super::policy::{Owner, policy};
use super::quote::Quoting;
use super::readable::LongForm;
use super::{MAX_ATTACHMENTS, MAX_EMOJI, MAX_MENTIONS, MAX_NAME_CHARS, MAX_OPTIONS, MAX_TAGS};

/// Longest emoji name, in characters.
const MAX_SHORTCODE_CHARS: usize = 100;

/// A note, as received.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NoteDoc {
    /// Its id.
    #[serde(default, deserialize_with = "lenient::id")]
    pub id: Option<Url>,
    /// Its type.
    #[serde(default, rename = "type", deserialize_with = "lenient::word")]
    pub kind: String,
    /// Its author; of several the first.
    #[serde(default, deserialize_with = "lenient::id")]
    pub attributed_to: Option<Url>,
    /// The note it answers.
    #[serde(default, deserialize_with = "lenient::id")]
    pub in_reply_to: Option<Url>,
    /// Title; the chosen option when the note is a vote.
    #[serde(default, deserialize_with = "lenient::text")]
    pub name: Option<String>,
    /// HTML.
    #[serde(default, deserialize_with = "lenient::text")]
    pub content: Option<String>,
    #[serde(default)]
    content_map: Value,
    #[serde(default, deserialize_with = "lenient::text")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "lenient::flag")]
    sensitive: Option<bool>,
    #[serde(default, deserialize_with = "lenient::text")]
    published: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    updated: Option<String>,
    #[serde(default, deserialize_with = "lenient::link")]
    url: Option<Url>,
    /// Primary recipients.
    #[serde(default)]
    pub to: Recipients,
    /// Further recipients.
    #[serde(default)]
    pub cc: Recipients,
    #[serde(default, deserialize_with = "lenient::list")]
    tag: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::list")]
    attachment: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::list")]
    one_of: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::list")]
    any_of: Vec<Value>,
    #[serde(default, deserialize_with = "lenient::text")]
    end_time: Option<String>,
    /// When a poll was closed; some only say that it was.
    #[serde(default)]
    closed: Value,
    #[serde(default)]
    voters_count: Value,
    #[serde(default)]
    interaction_policy: Value,
    #[serde(default, deserialize_with = "lenient::id")]
    context: Option<Url>,
    #[serde(default, deserialize_with = "lenient::text")]
    start_time: Option<String>,
    #[serde(default)]
    location: Value,
    #[serde(flatten)]
    quoting: Quoting,
}

/// Whether things of this type are shown as statuses.
pub fn is_status(kind: &str) -> bool {
    matches!(kind, "Note" | "Question" | "Article" | "Page" | "Event" | "Video" | "Audio" | "Image")
}

impl NoteDoc {
    /// Whether it is a vote in a poll: a name, an answer to something, and no text.
    pub fn is_vote(&self) -> bool {
        self.kind == "Note" && self.name.is_some() && self.content.is_none() && self.in_reply_to.is_some()
    }

    /// The status it describes. `followers` is the author's followers collection, where known.
    ///
    /// # Errors
    /// What is missing or contradictory: type, id, author, id and author on different servers.
    pub fn into_incoming(self, followers: Option<&str>) -> Result<IncomingStatus, &'static str> {
        if !is_status(&self.kind) {
            return Err("object is not shown as a status");
        }
        let id = self.id.clone().ok_or("object has no id")?;
        let author = self.attributed_to.clone().ok_or("object has no author")?;
        if id.origin() != author.origin() {
            return Err("object and its author are on different servers");
        }
        let recipients: Vec<&Url> = self.to.uris.iter().chain(&self.cc.uris).collect();
        let is_neighbour =
            |uri: &&&Url| uri.origin() == author.origin() && **uri != &author && Some(uri.as_str()) != followers;
        Ok(IncomingStatus {
            // a page on another host could pass itself off as this note
            url: self.url.as_ref().filter(|url| url.host_str() == id.host_str()).map(Url::to_string),
            in_reply_to_uri: self.in_reply_to.as_ref().map(Url::to_string),
            content: self.html(),
            spoiler_text: self.spoiler_text(),
            sensitive: self.sensitive.unwrap_or(false) || (self.kind == "Note" && self.summary.is_some()),
            visibility: visibility(&self.to, &self.cc, &author, followers),
            language: self.language(),
            published: self.published.as_deref().and_then(Timestamp::parse),
            updated: self.updated.as_deref().and_then(Timestamp::parse),
            mention_uris: self.mentions(),
            tag_account_uris: recipients.iter().filter(is_neighbour).map(ToString::to_string).collect(),
            recipient_uris: recipients.iter().map(ToString::to_string).collect(),
            tags: self.hashtags(),
            emojis: self.tag.iter().filter_map(emoji).take(MAX_EMOJI).collect(),
            media: self.attachment.iter().filter_map(media).take(MAX_ATTACHMENTS).collect(),
            poll: self.poll(),
            attached_link: self.attachment.iter().find_map(attached_link).map(Into::into),
            quote: self
                .quoting
                .read(&self.tag)
                .map(|(uri, approval)| IncomingQuote { uri: uri.into(), approval_uri: approval.map(Into::into) }),
            interaction_policy: policy(
                &self.interaction_policy,
                &Owner { author: &author, followers, mentioned: &self.mentions() },
            ),
            context_uri: self.context.as_ref().map(Url::to_string),
            uri: id.into(),
            author_uri: author.into(),
        })
    }

    /// The text: `content`, else the first of `contentMap`; what has a title shows it first, linked. Sanitised by
    /// whoever stores it.
    fn html(&self) -> String {
        let mapped = || self.content_map.as_object().and_then(|map| map.values().find_map(Value::as_str));
        let mut html = self.content.clone().or_else(|| mapped().map(ToOwned::to_owned)).unwrap_or_default();
        if self.kind != "Note"
            && self.kind != "Question"
            && let Some(title) = &self.name
        {
            let link = self.url.as_ref().or(self.id.as_ref()).map(Url::as_str).unwrap_or_default();
            let form = LongForm {
                title,
                link,
                summary: self.summary.as_deref(),
                attachment: &self.attachment,
                start: self.start_time.as_deref().filter(|_| self.kind == "Event"),
                end: self.end_time.as_deref(),
                location: &self.location,
            };
            html = form.html();
        }
        html
    }

    /// The poll of a question: its options under `oneOf` or `anyOf`, votes as `totalItems` of their `replies`
    /// (FEP-9967). Of more options than can be kept one too many is read, for the reader to notice.
    fn poll(&self) -> Option<IncomingPoll> {
        let multiple = self.one_of.is_empty();
        let options = if multiple { &self.any_of } else { &self.one_of };
        let read = |option: &Value| {
            let votes = option.get("replies").and_then(|replies| replies.get("totalItems")).map_or(0, count);
            Some(PollOption { title: shorten(member(option, "name")?, MAX_NAME_CHARS), votes })
        };
        let options: Vec<PollOption> = options.iter().filter_map(read).take(MAX_OPTIONS + 1).collect();
        let moment = |text: &str| Timestamp::parse(text);
        let closed = self.closed.as_str().and_then(moment);
        (self.kind == "Question" && !options.is_empty()).then(|| IncomingPoll {
            options,
            multiple,
            expires_at: closed.or_else(|| self.end_time.as_deref().and_then(moment)),
            voters: (!self.voters_count.is_null()).then(|| count(&self.voters_count)),
        })
    }

    fn spoiler_text(&self) -> String {
        let is_warning = matches!(self.kind.as_str(), "Note" | "Question");
        self.summary.as_deref().filter(|_| is_warning).map(|text| shorten(text, MAX_NAME_CHARS)).unwrap_or_default()
    }

    /// The one language of `contentMap`; several say nothing about which is `content`'s, unless one is the same text.
    fn language(&self) -> Option<String> {
        let map = self.content_map.as_object()?;
        let same = |(_, text): &(&String, &Value)| text.as_str() == self.content.as_deref();
        let (language, _) = if map.len() == 1 { map.iter().next() } else { map.iter().find(same) }?;
        let is_tag =
            (2..=35).contains(&language.len()) && language.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        (is_tag && language != "und").then(|| language.clone())
    }

    fn mentions(&self) -> Vec<String> {
        let mentions = self.tag.iter().filter(|tag| member(tag, "type") == Some("Mention"));
        mentions.filter_map(|tag| link_of(tag).or_else(|| id_of(tag))).take(MAX_MENTIONS).map(Into::into).collect()
    }

    fn hashtags(&self) -> Vec<Tag> {
        let mut found: Vec<Tag> = Vec::new();
        for tag in self.tag.iter().filter(|tag| member(tag, "type") == Some("Hashtag")).take(MAX_TAGS) {
            if let Some(tag) = member(tag, "name").and_then(Tag::parse)
                && !found.iter().any(|known| known.name() == tag.name())
            {
                found.push(tag);
            }
        }
        found
    }
}

/// A custom emoji, if the entry is one with a usable name and picture.
pub(super) fn emoji(tag: &Value) -> Option<Emoji> {
    let shortcode = member(tag, "name").filter(|_| member(tag, "type") == Some("Emoji"))?.trim_matches(':');
    let is_usable = !shortcode.is_empty()
        && shortcode.chars().count() <= MAX_SHORTCODE_CHARS
        && shortcode.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let url = items(tag.get("icon")?).iter().find_map(|icon| link_of(icon.get("url")?))?;
    is_usable.then(|| Emoji { shortcode: shortcode.to_owned(), url: url.into() })
}

fn media(attachment: &Value) -> Option<IncomingMedia> {
    let kind = member(attachment, "type")?;
    if !matches!(kind, "Document" | "Image" | "Video" | "Audio") {
        return None;
    }
    let url = attachment.get("url").and_then(link_of)?;
    let content_type = member(attachment, "mediaType").map(|text| shorten(text, 100)).unwrap_or_default();
    let described = match content_type.split('/').next().unwrap_or_default() {
        "" => kind,
        main => main,
    };
    let kind = match described {
        "image" | "Image" => MediaKind::Image,
        "video" | "Video" => MediaKind::Video,
        "audio" | "Audio" => MediaKind::Audio,
        _ => MediaKind::Unknown,
    };
    let hash = member(attachment, "blurhash").filter(|hash| is_blurhash(hash));
    Some(IncomingMedia {
        kind,
        url: url.into(),
        content_type,
        description: member(attachment, "name").filter(|text| !text.is_empty()).map(|text| shorten(text, 10_000)),
        size_px: pixels(attachment, "width").zip(pixels(attachment, "height")),
        focus: attachment.get("focalPoint").and_then(focus),
        blurhash: hash.map(ToOwned::to_owned),
    })
}

/// Where an attachment leads that is nothing but a link (FEP-8967).
fn attached_link(attachment: &Value) -> Option<Url> {
    let is_link = matches!(member(attachment, "type"), None | Some("Link"));
    is_link.then(|| parse_url(member(attachment, "href")?)).flatten()
}

/// Both coordinates of a focal point, each within −1…1.
fn focus(value: &Value) -> Option<(f32, f32)> {
    let [x, y] = value.as_array()?.as_slice() else { return None };
    #[expect(clippy::cast_possible_truncation, reason = "a picture's focal point needs no more")]
    let read = |value: &Value| value.as_f64().filter(|n| (-1.0..=1.0).contains(n)).map(|n| n as f32);
    Some((read(x)?, read(y)?))
}

/// A count as claimed; what is no number counts as none.
fn count(value: &Value) -> i64 {
    value.as_i64().or_else(|| value.as_u64().map(|_| i64::MAX)).unwrap_or(0).max(0)
}
