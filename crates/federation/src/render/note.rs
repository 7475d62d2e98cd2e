//! Statuses as notes and questions.

use serde_json::{Map, Value, json};
use staffroom_domain::Timestamp;
use staffroom_domain::account::Account;
use staffroom_domain::card::PreviewCard;
use staffroom_domain::instance::InstanceIdentity;
use staffroom_domain::interaction::Groups;
use staffroom_domain::media::MediaAttachment;
use staffroom_domain::poll::Poll;
use staffroom_domain::quote::{Quote, QuoteState};
use staffroom_domain::status::{Status, StatusView};

use super::actor::{followers, hashtag, picture_url};
use super::audience::audience;
use super::context::PUBLIC;
use super::emoji::emoji;

/// A local status as `Note`, or `Question` if it carries a poll; without `@context`.
///
/// `now` decides whether a poll is closed.
pub fn note(identity: &InstanceIdentity, view: &StatusView, tag_accounts: &[Account], now: Timestamp) -> Value {
    let status = &view.status;
    let audience = audience(&view.account, status, tag_accounts);
    let mut note = json!({
        "id": status.uri,
        "type": "Note",
        "attributedTo": view.account.uri,
        "content": status.content,
        "published": status.created_at.to_rfc3339(),
        "url": status.url,
        "to": audience.to,
        "cc": audience.cc,
        "sensitive": status.sensitive || view.account.sensitized_at.is_some(),
        "summary": if status.spoiler_text.is_empty() { Value::Null } else { json!(status.spoiler_text) },
        "inReplyTo": status.in_reply_to_uri,
        "conversation": format!("{}/contexts/{}", identity.public_url, status.thread_id),
        "tag": tags(identity, status),
        "attachment": view.media.iter().map(|media| attachment(identity, media)).collect::<Value>(),
        "replies": format!("{}/replies", status.uri),
        "interactionPolicy": policy(&view.account, status),
    });
    let Value::Object(members) = &mut note else { return note };
    if let Some(language) = &status.language {
        members.insert("contentMap".into(), json!({ language: status.content }));
    }
    if let Some(edited) = status.edited_at {
        members.insert("updated".into(), json!(edited.to_rfc3339()));
    }
    if let Some(poll) = &view.poll {
        add_poll(poll, members, now);
    }
    if let Some(uri) = &status.context_uri {
        members.insert("context".into(), json!(uri));
    }
    if let Some(uri) = &status.approval_uri {
        members.insert("replyAuthorization".into(), json!(uri));
    }
    if let (Some(card), Some(Value::Array(attachments))) = (&view.card, members.get_mut("attachment")) {
        attachments.push(link(card));
    }
    if let Some(quote) = &view.quote {
        add_quote(&quote.quote, members);
    }
    note
}

fn tags(identity: &InstanceIdentity, status: &Status) -> Value {
    let mentions = status.mentions.iter().map(|mention| {
        let name = if mention.acct.contains('@') {
            format!("@{}", mention.acct)
        } else {
            format!("@{}@{}", mention.acct, identity.account_domain)
        };
        json!({ "type": "Mention", "href": mention.uri, "name": name })
    });
    let tags = status.tags.iter().map(|tag| hashtag(identity, tag));
    mentions.chain(tags).chain(status.emojis.iter().map(|one| emoji(identity, one))).collect()
}

/// Who may do what: groups become the addresses of collections, the author alone stands for nobody else.
fn policy(author: &Account, status: &Status) -> Value {
    let policy = status.interaction_policy;
    let named = |groups: Groups| -> Vec<String> {
        let mut uris = Vec::new();
        if groups.has(Groups::EVERYBODY) {
            uris.push(PUBLIC.to_owned());
        }
        if groups.has(Groups::FOLLOWERS) {
            uris.push(followers(author));
        }
        if groups.has(Groups::MENTIONED) {
            uris.extend(status.mentions.iter().map(|mention| mention.uri.clone()));
        }
        if uris.is_empty() {
            uris.push(author.uri.clone());
        }
        uris
    };
    let parts = [
        ("canLike", policy.favourite),
        ("canReply", policy.reply),
        ("canAnnounce", policy.reblog),
        ("canQuote", Some(policy.quote.unwrap_or_default())),
    ];
    let said = parts.into_iter().filter_map(|(name, approval)| {
        let approval = json!({ "automaticApproval": named(approval?.automatic), "manualApproval": [] });
        Some((name.to_owned(), approval))
    });
    Value::Object(said.collect())
}

/// What a status quotes, in the spellings in use; what its author may not quote (any more) is not named.
fn add_quote(quote: &Quote, members: &mut Map<String, Value>) {
    if !matches!(quote.state, QuoteState::Pending | QuoteState::Accepted) {
        return;
    }
    for name in ["quote", "quoteUri", "_misskey_quote"] {
        members.insert(name.into(), json!(quote.quoted_uri));
    }
    let link = json!({
        "type": "Link",
        "mediaType": "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
        "href": quote.quoted_uri,
        "rel": "https://misskey-hub.net/ns#_misskey_quote",
    });
    if let Some(Value::Array(tags)) = members.get_mut("tag") {
        tags.push(link);
    }
    if let (QuoteState::Accepted, Some(uri)) = (quote.state, &quote.approval_uri) {
        members.insert("quoteAuthorization".into(), json!(uri));
    }
}

/// The page a status links to, with what is known of it, so that readers need not ask that page themselves (FEP-8967).
fn link(card: &PreviewCard) -> Value {
    let mut link = json!({ "type": "Link", "href": card.url });
    if let (Some(page), Value::Object(members)) = (&card.page, &mut link) {
        let mut preview = json!({ "type": "Article", "name": page.title });
        if let Value::Object(preview) = &mut preview {
            if !page.description.is_empty() {
                preview.insert("summary".into(), json!(page.description));
            }
            if !page.author_name.is_empty() {
                preview.insert("attributedTo".into(), json!({ "name": page.author_name }));
            }
        }
        members.insert("preview".into(), preview);
    }
    link
}

fn attachment(identity: &InstanceIdentity, media: &MediaAttachment) -> Value {
    let mut document = json!({
        "type": "Document",
        "mediaType": media.content_type,
        "url": picture_url(identity, &media.file),
        "name": media.description,
    });
    let Value::Object(members) = &mut document else { return document };
    if let Some((width, height)) = media.size_px {
        members.insert("width".into(), json!(width));
        members.insert("height".into(), json!(height));
    }
    if let Some(blurhash) = &media.blurhash {
        members.insert("blurhash".into(), json!(blurhash));
    }
    if let Some((x, y)) = media.focus {
        members.insert("focalPoint".into(), json!([x, y]));
    }
    document
}

fn add_poll(poll: &Poll, members: &mut Map<String, Value>, now: Timestamp) {
    let is_closed = poll.expires_at.is_some_and(|end| end <= now);
    let hides = poll.hide_totals && !is_closed;
    let options = poll.options.iter().map(|option| {
        let votes = if hides { 0 } else { option.votes };
        json!({ "type": "Note", "name": option.title, "replies": { "type": "Collection", "totalItems": votes } })
    });
    members.insert("type".into(), json!("Question"));
    members.insert(if poll.multiple { "anyOf" } else { "oneOf" }.into(), options.collect());
    members.insert("votersCount".into(), json!(poll.voters));
    if let Some(end) = poll.expires_at {
        members.insert("endTime".into(), json!(end.to_rfc3339()));
        if is_closed {
            members.insert("closed".into(), json!(end.to_rfc3339()));
        }
    }
}

/// What stands in place of a deleted status, without `@context`.
pub fn tombstone(uri: &str) -> Value {
    json!({ "id": uri, "type": "Tombstone" })
}
