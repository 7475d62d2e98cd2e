//! Statuses: what people write, boost and answer.

use crate::account::{Account, Emoji};
use crate::card::PreviewCard;
use crate::clock::Timestamp;
use crate::hashtag::Tag;
use crate::hold::HoldNote;
use crate::ids::{AccountId, AppId, MediaId, OrganisationId, PollId, StatusId};
use crate::interaction::{InteractionPolicy, Leave, QuotePolicy};
use crate::media::{IncomingMedia, MediaAttachment};
use crate::poll::{IncomingPoll, NewPoll, Poll};
use crate::quote::{IncomingQuote, QuoteView};
use crate::reaction::Reaction;
use crate::visibility::Visibility;

/// Somebody named in a status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Our id of the account.
    pub account_id: AccountId,
    /// Its id on the network.
    pub uri: String,
    /// Its page for people.
    pub url: String,
    /// Name without host.
    pub username: String,
    /// `name` or `name@host`.
    pub acct: String,
}

/// A status, local or remote. A reblog is a status with `reblog_of` and no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Our id.
    pub id: StatusId,
    /// The id it has on the network.
    pub uri: String,
    /// Its page for people.
    pub url: String,
    /// The author.
    pub account_id: AccountId,
    /// Whether the author lives here.
    pub local: bool,
    /// The status it answers, if we have it.
    pub in_reply_to_id: Option<StatusId>,
    /// The author of that status.
    pub in_reply_to_account_id: Option<AccountId>,
    /// The network id of the status it answers, whether or not we have it.
    pub in_reply_to_uri: Option<String>,
    /// The status it boosts.
    pub reblog_of: Option<StatusId>,
    /// The first status of the thread, or itself.
    pub thread_id: StatusId,
    /// Sanitised HTML.
    pub content: String,
    /// What was typed; empty for remote statuses.
    pub text: String,
    /// Content warning, plain text; empty for none.
    pub spoiler_text: String,
    /// Media hidden behind a warning.
    pub sensitive: bool,
    /// Audience.
    pub visibility: Visibility,
    /// Language, BCP 47.
    pub language: Option<String>,
    /// When it was published.
    pub created_at: Timestamp,
    /// Last edit.
    pub edited_at: Option<Timestamp>,
    /// Set once deleted.
    pub deleted_at: Option<Timestamp>,
    /// People named.
    pub mentions: Vec<Mention>,
    /// Hashtags, in order of appearance.
    pub tags: Vec<Tag>,
    /// Custom emoji.
    pub emojis: Vec<Emoji>,
    /// Attachments in order.
    pub media_ids: Vec<MediaId>,
    /// Its poll.
    pub poll_id: Option<PollId>,
    /// The client it was written with.
    pub app_id: Option<AppId>,
    /// Who may do what with it.
    pub interaction_policy: InteractionPolicy,
    /// Where the whole conversation can be read, as its server says.
    pub context_uri: Option<String>,
    /// The leave, given elsewhere, to answer or boost what it answers or boosts.
    pub approval_uri: Option<String>,
    /// The school it is kept inside: nobody elsewhere sees it, whoever it names.
    pub kept_in: Option<OrganisationId>,
    /// Answers known here.
    pub replies_count: i64,
    /// Boosts.
    pub reblogs_count: i64,
    /// Favourites.
    pub favourites_count: i64,
    /// Accepted quotes known here.
    pub quotes_count: i64,
}

impl Status {
    /// A public status of `account_id` that starts a thread, with everything else empty; its page is its `uri`.
    pub fn new(id: StatusId, uri: String, account_id: AccountId, local: bool, created_at: Timestamp) -> Self {
        Self {
            id,
            url: uri.clone(),
            uri,
            account_id,
            local,
            in_reply_to_id: None,
            in_reply_to_account_id: None,
            in_reply_to_uri: None,
            reblog_of: None,
            thread_id: id,
            content: String::new(),
            text: String::new(),
            spoiler_text: String::new(),
            sensitive: false,
            visibility: Visibility::Public,
            language: None,
            created_at,
            edited_at: None,
            deleted_at: None,
            mentions: Vec::new(),
            tags: Vec::new(),
            emojis: Vec::new(),
            media_ids: Vec::new(),
            poll_id: None,
            app_id: None,
            interaction_policy: InteractionPolicy::default(),
            context_uri: None,
            approval_uri: None,
            kept_in: None,
            replies_count: 0,
            reblogs_count: 0,
            favourites_count: 0,
            quotes_count: 0,
        }
    }
}

/// What the viewer has done with a status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "five independent marks, named as Mastodon names them")]
pub struct StatusMarks {
    /// Favourited.
    pub favourited: bool,
    /// Boosted.
    pub reblogged: bool,
    /// Thread muted.
    pub muted: bool,
    /// Bookmarked.
    pub bookmarked: bool,
    /// Pinned to the viewer's own profile.
    pub pinned: bool,
}

/// Name and site of the client a status was written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApplicationView {
    /// Name.
    pub name: String,
    /// Site.
    pub website: Option<String>,
}

/// A status as somebody sees it, with everything needed to show it.
#[derive(Clone, Debug)]
pub struct StatusView {
    /// The status.
    pub status: Status,
    /// Its author.
    pub account: Account,
    /// The boosted status, if this is a boost.
    pub reblog: Option<Box<StatusView>>,
    /// Attachments in order.
    pub media: Vec<MediaAttachment>,
    /// Its poll.
    pub poll: Option<Poll>,
    /// The page it links to.
    pub card: Option<PreviewCard>,
    /// What it quotes.
    pub quote: Option<QuoteView>,
    /// Whether the viewer may quote it.
    pub may_quote: Leave,
    /// The client it was written with.
    pub application: Option<ApplicationView>,
    /// Emoji put to it, the most frequent first.
    pub reactions: Vec<Reaction>,
    /// Marks of the viewer; `None` for anonymous viewers.
    pub marks: Option<StatusMarks>,
    /// Filters of the viewer that match, with the keywords found.
    pub filtered: Vec<crate::filter::FilterMatch>,
    /// Why it, or a change of it, is held; for its author alone.
    pub held: Option<HoldNote>,
}

/// Ancestors and descendants of a status, oldest first, only what the viewer may see.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// From the thread's start down to the status.
    pub ancestors: Vec<StatusView>,
    /// Answers, depth first.
    pub descendants: Vec<StatusView>,
}

/// What an author asks to be published.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Plain text as typed.
    pub text: String,
    /// Content warning.
    pub spoiler_text: String,
    /// Media hidden behind a warning; `None` takes the author's default.
    pub sensitive: Option<bool>,
    /// Audience; `None` takes the author's default.
    pub visibility: Option<Visibility>,
    /// Language; `None` takes the author's default.
    pub language: Option<String>,
    /// The status it answers.
    pub in_reply_to: Option<StatusId>,
    /// Attachments in order.
    pub media_ids: Vec<MediaId>,
    /// A poll.
    pub poll: Option<NewPoll>,
    /// The status it quotes.
    pub quoted: Option<StatusId>,
    /// Who may quote it; `None` takes the author's default.
    pub quote_policy: Option<QuotePolicy>,
    /// The client it is written with.
    pub app_id: Option<AppId>,
    /// The client's `Idempotency-Key`, at most 200 bytes.
    pub idempotency_key: Option<String>,
    /// Whether our tag accounts may share it with other networks; `None` takes the author's default.
    pub share_tagged: Option<bool>,
    /// Only for people of the author's own school: it is direct, and addressed to them and nobody else.
    pub for_school: bool,
}

/// Changes to a published status. `None` leaves a thing as it is.
#[derive(Clone, Debug, Default)]
pub struct StatusEdit {
    /// Plain text.
    pub text: Option<String>,
    /// Content warning.
    pub spoiler_text: Option<String>,
    /// Media hidden behind a warning.
    pub sensitive: Option<bool>,
    /// Language.
    pub language: Option<String>,
    /// All attachments to keep, in order.
    pub media_ids: Option<Vec<MediaId>>,
    /// Changed descriptions and focal points of attachments kept.
    pub media_attributes: Vec<(MediaId, crate::media::MediaUpdate)>,
    /// The poll as the author has it; must be the one there is.
    pub poll: Option<crate::poll::NewPoll>,
    /// Who may quote it from now on.
    pub quote_policy: Option<QuotePolicy>,
}

/// A former version of a status.
#[derive(Clone, Debug)]
pub struct StatusVersion {
    /// Sanitised HTML.
    pub content: String,
    /// Content warning.
    pub spoiler_text: String,
    /// Media hidden behind a warning.
    pub sensitive: bool,
    /// When this version was written.
    pub created_at: Timestamp,
    /// Attachments.
    pub media: Vec<MediaAttachment>,
    /// Custom emoji.
    pub emojis: Vec<Emoji>,
    /// Poll options, if it had a poll.
    pub poll_options: Option<Vec<String>>,
}

/// A status to be published later.
#[derive(Clone, Debug)]
pub struct ScheduledStatus {
    /// Our id.
    pub id: crate::ids::ScheduledStatusId,
    /// When it will be published.
    pub scheduled_at: Timestamp,
    /// What will be published.
    pub draft: Draft,
    /// Attachments.
    pub media: Vec<MediaAttachment>,
}

/// What `publish` did.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "one per request, never in a collection")]
pub enum Published {
    /// Published now (or earlier, under the same idempotency key).
    Status(StatusId),
    /// Will be published later.
    Scheduled(ScheduledStatus),
}

/// A status as received from its author's server, already checked for origin.
#[derive(Clone, Debug)]
pub struct IncomingStatus {
    /// The id it has on the network.
    pub uri: String,
    /// Its page for people.
    pub url: Option<String>,
    /// Network id of the author.
    pub author_uri: String,
    /// Network id of the status it answers.
    pub in_reply_to_uri: Option<String>,
    /// HTML as received (sanitised by the service).
    pub content: String,
    /// Content warning, plain text.
    pub spoiler_text: String,
    /// Media hidden behind a warning.
    pub sensitive: bool,
    /// Audience, from `to` and `cc`.
    pub visibility: Visibility,
    /// Language.
    pub language: Option<String>,
    /// Publication as claimed; never later than now.
    pub published: Option<Timestamp>,
    /// Last edit as claimed.
    pub updated: Option<Timestamp>,
    /// Network ids of the accounts named.
    pub mention_uris: Vec<String>,
    /// Network ids of all recipients that are accounts (`to` and `cc` without collections).
    pub recipient_uris: Vec<String>,
    /// Hashtags.
    pub tags: Vec<Tag>,
    /// Custom emoji.
    pub emojis: Vec<Emoji>,
    /// Attachments.
    pub media: Vec<IncomingMedia>,
    /// Its poll.
    pub poll: Option<IncomingPoll>,
    /// The link its author attached for a preview (FEP-8967).
    pub attached_link: Option<String>,
    /// What it quotes.
    pub quote: Option<IncomingQuote>,
    /// Who may do what with it.
    pub interaction_policy: InteractionPolicy,
    /// Where the whole conversation can be read.
    pub context_uri: Option<String>,
    /// Network ids of tag accounts of the author's own host named in `cc`.
    pub tag_account_uris: Vec<String>,
}
