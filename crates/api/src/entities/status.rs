//! Statuses and their former versions.

use serde::Serialize;
use staffroom_domain::hold::HoldNote;
use staffroom_domain::interaction::Groups;
use staffroom_domain::quote::{QuoteShown, QuoteState, QuoteView};
use staffroom_domain::status::{self as domain, StatusView};
use staffroom_domain::{Timestamp, account};

use super::account::CustomEmoji;
use super::card::PreviewCard;
use super::{Account, FilterResult, MediaAttachment, Poll, Render};

#[derive(Debug, Serialize)]
struct Mention {
    id: String,
    username: String,
    url: String,
    acct: String,
}

#[derive(Debug, Serialize)]
struct StatusTag {
    name: String,
    url: String,
}

#[derive(Debug, Serialize)]
struct StatusApplication {
    name: String,
    website: Option<String>,
}

/// What the viewer did with a status; only for people signed in.
#[derive(Debug, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "Mastodon's shape")]
struct Marks {
    favourited: bool,
    reblogged: bool,
    muted: bool,
    bookmarked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pinned: Option<bool>,
    filtered: Vec<FilterResult>,
}

/// What only Staffroom tells of a status.
#[derive(Debug, Serialize)]
struct Ours {
    held: Held,
}

/// Why a status, or an edit of it, is held.
#[derive(Debug, Serialize)]
struct Held {
    reason: String,
    rule: Option<String>,
    since: String,
    state: &'static str,
    is_edit: bool,
    choices: Vec<&'static str>,
}

/// A status.
#[derive(Debug, Serialize)]
pub(crate) struct Status {
    id: String,
    uri: String,
    url: String,
    created_at: String,
    edited_at: Option<String>,
    in_reply_to_id: Option<String>,
    in_reply_to_account_id: Option<String>,
    sensitive: bool,
    spoiler_text: String,
    visibility: &'static str,
    language: Option<String>,
    replies_count: i64,
    reblogs_count: i64,
    favourites_count: i64,
    quotes_count: i64,
    content: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    reblog: Option<Box<Status>>,
    application: Option<StatusApplication>,
    account: Account,
    media_attachments: Vec<MediaAttachment>,
    mentions: Vec<Mention>,
    tags: Vec<StatusTag>,
    emojis: Vec<CustomEmoji>,
    card: Option<PreviewCard>,
    poll: Option<Poll>,
    quote: Option<Quote>,
    quote_approval: QuoteApproval,
    reactions: Vec<Reaction>,
    #[serde(skip_serializing_if = "Option::is_none")]
    staffroom: Option<Ours>,
    #[serde(flatten)]
    marks: Option<Marks>,
}

/// An emoji put to a status, as glitch-soc shows it.
#[derive(Debug, Serialize)]
struct Reaction {
    name: String,
    count: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    me: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    static_url: Option<String>,
}

/// What a status quotes: within a quote only named.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Quote {
    Full { state: &'static str, quoted_status: Option<Box<Status>> },
    Shallow { state: &'static str, quoted_status_id: Option<String> },
}

/// Who may quote a status.
#[derive(Debug, Serialize)]
struct QuoteApproval {
    automatic: Vec<&'static str>,
    manual: Vec<&'static str>,
    current_user: &'static str,
}

#[derive(Debug, Serialize)]
struct EditOption {
    title: String,
}

#[derive(Debug, Serialize)]
struct EditPoll {
    options: Vec<EditOption>,
}

/// A version of a status.
#[derive(Debug, Serialize)]
pub(crate) struct StatusEdit {
    content: String,
    spoiler_text: String,
    sensitive: bool,
    created_at: String,
    account: Account,
    media_attachments: Vec<MediaAttachment>,
    emojis: Vec<CustomEmoji>,
    #[serde(skip_serializing_if = "Option::is_none")]
    poll: Option<EditPoll>,
}

impl Render<'_> {
    /// A status as its viewer sees it.
    pub(crate) fn status(&self, view: &StatusView) -> Status {
        self.status_quoting(view, |quote| Quote::Full {
            state: quote.shown.as_str(),
            quoted_status: quote.status.as_deref().map(|quoted| Box::new(self.quoted_status(quoted))),
        })
    }

    /// A status within a quote.
    fn quoted_status(&self, view: &StatusView) -> Status {
        self.status_quoting(view, |quote| {
            let is_shown = quote.shown == QuoteShown::State(QuoteState::Accepted);
            let id = quote.quote.quoted_status_id.filter(|_| is_shown);
            Quote::Shallow { state: quote.shown.as_str(), quoted_status_id: id.map(|id| id.to_string()) }
        })
    }

    fn reaction(&self, reaction: &staffroom_domain::reaction::Reaction) -> Reaction {
        let url = reaction.picture_url.as_ref().map(|url| self.service.media().remote_url(url));
        Reaction {
            name: reaction.name.clone(),
            count: reaction.count,
            me: self.viewer.account().map(|_| reaction.is_own),
            static_url: url.clone(),
            url,
        }
    }

    fn status_quoting(&self, view: &StatusView, quote: impl Fn(&QuoteView) -> Quote) -> Status {
        let status = &view.status;
        Status {
            id: status.id.to_string(),
            uri: status.uri.clone(),
            url: if status.url.is_empty() { status.uri.clone() } else { status.url.clone() },
            created_at: status.created_at.to_rfc3339(),
            edited_at: status.edited_at.map(Timestamp::to_rfc3339),
            in_reply_to_id: status.in_reply_to_id.map(|id| id.to_string()),
            in_reply_to_account_id: status.in_reply_to_account_id.map(|id| id.to_string()),
            sensitive: status.sensitive || self.is_sensitized(view),
            spoiler_text: status.spoiler_text.clone(),
            visibility: status.visibility.as_str(),
            language: status.language.clone(),
            replies_count: status.replies_count.max(0),
            reblogs_count: status.reblogs_count.max(0),
            favourites_count: status.favourites_count.max(0),
            quotes_count: status.quotes_count.max(0),
            content: status.content.clone(),
            text: None,
            reblog: view.reblog.as_deref().map(|reblog| Box::new(self.status(reblog))),
            application: view
                .application
                .as_ref()
                .map(|app| StatusApplication { name: app.name.clone(), website: app.website.clone() }),
            account: self.account(&view.account),
            media_attachments: view.media.iter().map(|media| self.media(media)).collect(),
            mentions: status.mentions.iter().map(mention).collect(),
            tags: self.status_tags(status),
            emojis: self.emojis(&status.emojis),
            card: view.card.as_ref().and_then(|card| self.card(card)),
            poll: view.poll.as_ref().map(|poll| self.poll(poll, status)),
            quote: view.quote.as_ref().map(quote),
            quote_approval: quote_approval(view),
            reactions: view.reactions.iter().map(|reaction| self.reaction(reaction)).collect(),
            staffroom: view.held.as_ref().map(|note| Ours { held: held(note) }),
            marks: self.marks(view),
        }
    }

    /// Whether moderators put the author's media behind a warning; the author sees them as meant.
    fn is_sensitized(&self, view: &StatusView) -> bool {
        view.account.sensitized_at.is_some() && self.viewer != staffroom_domain::Viewer::Account(view.account.id)
    }

    /// A status just deleted, with the text as typed, for "delete and redraft".
    pub(crate) fn deleted_status(&self, view: &StatusView) -> Status {
        Status { text: Some(view.status.text.clone()), ..self.status(view) }
    }

    /// A version of a status by `author`.
    pub(crate) fn status_edit(&self, version: &domain::StatusVersion, author: &account::Account) -> StatusEdit {
        StatusEdit {
            content: version.content.clone(),
            spoiler_text: version.spoiler_text.clone(),
            sensitive: version.sensitive,
            created_at: version.created_at.to_rfc3339(),
            account: self.account(author),
            media_attachments: version.media.iter().map(|media| self.media(media)).collect(),
            emojis: self.emojis(&version.emojis),
            poll: version.poll_options.as_ref().map(|options| EditPoll {
                options: options.iter().map(|title| EditOption { title: title.clone() }).collect(),
            }),
        }
    }

    fn status_tags(&self, status: &domain::Status) -> Vec<StatusTag> {
        let identity = &self.service.settings().identity;
        let tags = status.tags.iter();
        tags.map(|tag| StatusTag { name: tag.name().to_owned(), url: identity.tag_url(tag) }).collect()
    }

    fn marks(&self, view: &StatusView) -> Option<Marks> {
        let viewer = self.viewer.account()?;
        let marks = view.marks.unwrap_or_default();
        Some(Marks {
            favourited: marks.favourited,
            reblogged: marks.reblogged,
            muted: marks.muted,
            bookmarked: marks.bookmarked,
            pinned: (view.status.account_id == viewer && view.reblog.is_none()).then_some(marks.pinned),
            filtered: view.filtered.iter().map(|found| FilterResult::new(found, view.status.id)).collect(),
        })
    }
}

fn held(note: &HoldNote) -> Held {
    Held {
        reason: note.reason.clone(),
        rule: note.rule.clone(),
        since: note.since.to_rfc3339(),
        state: note.state.as_str(),
        is_edit: note.is_edit,
        choices: note.choices.iter().map(|choice| choice.as_str()).collect(),
    }
}

fn quote_approval(view: &StatusView) -> QuoteApproval {
    let approval = view.status.interaction_policy.quote.unwrap_or_default();
    QuoteApproval {
        automatic: groups(approval.automatic),
        manual: groups(approval.manual),
        current_user: view.may_quote.as_str(),
    }
}

/// Groups in Mastodon's words; what it has no word for is an unsupported policy.
fn groups(groups: Groups) -> Vec<&'static str> {
    let words = [
        (Groups::EVERYBODY, "public"),
        (Groups::FOLLOWERS, "followers"),
        (Groups::FOLLOWED, "following"),
        (Groups::OTHERS, "unsupported_policy"),
    ];
    words.into_iter().filter(|(group, _)| groups.has(*group)).map(|(_, word)| word).collect()
}

fn mention(mention: &domain::Mention) -> Mention {
    Mention {
        id: mention.account_id.to_string(),
        username: mention.username.clone(),
        url: mention.url.clone(),
        acct: mention.acct.clone(),
    }
}
