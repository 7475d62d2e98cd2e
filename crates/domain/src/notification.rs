//! Notifications.

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, NotificationId, SeveranceId, StatusId, WarningId};
use crate::moderation::AccountWarning;
use crate::status::StatusView;

/// Why somebody is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NotificationKind {
    /// Named in a status.
    Mention,
    /// Somebody asked to be told about published a status.
    Status,
    /// Boosted.
    Reblog,
    /// Followed.
    Follow,
    /// Asked to be followed.
    FollowRequest,
    /// Favourited.
    Favourite,
    /// A poll voted in or made has closed.
    Poll,
    /// A status boosted was edited.
    Update,
    /// A status was quoted.
    Quote,
    /// A status quoted was edited.
    QuotedUpdate,
    /// An emoji was put to a status, without favouriting it.
    Reaction,
    /// Follows were ended by a suspension.
    SeveredRelationships,
    /// A moderator took a measure.
    ModerationWarning,
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 13] = [
        Self::Mention,
        Self::Status,
        Self::Reblog,
        Self::Follow,
        Self::FollowRequest,
        Self::Favourite,
        Self::Poll,
        Self::Update,
        Self::Quote,
        Self::QuotedUpdate,
        Self::Reaction,
        Self::SeveredRelationships,
        Self::ModerationWarning,
    ];

    /// Mastodon's word; of a reaction, which Mastodon does not know, glitch-soc's.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Status => "status",
            Self::Reblog => "reblog",
            Self::Follow => "follow",
            Self::FollowRequest => "follow_request",
            Self::Favourite => "favourite",
            Self::Poll => "poll",
            Self::Update => "update",
            Self::Quote => "quote",
            Self::QuotedUpdate => "quoted_update",
            Self::Reaction => "reaction",
            Self::SeveredRelationships => "severed_relationships",
            Self::ModerationWarning => "moderation_warning",
        }
    }

    /// Parses Mastodon's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
}

/// Why follows ended, in Mastodon's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeveranceKind {
    /// A domain was suspended.
    DomainBlock,
    /// An account was suspended.
    AccountSuspension,
}

impl SeveranceKind {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DomainBlock => "domain_block",
            Self::AccountSuspension => "account_suspension",
        }
    }

    /// Parses that word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::DomainBlock, Self::AccountSuspension].into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What one person lost by a suspension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Severance {
    /// Our id.
    pub id: SeveranceId,
    /// Why.
    pub kind: SeveranceKind,
    /// The domain, or the handle of the account.
    pub target_name: String,
    /// Followers lost.
    pub followers_count: i64,
    /// Accounts no longer followed.
    pub following_count: i64,
    /// When.
    pub created_at: Timestamp,
}

/// A notification as its recipient sees it.
#[derive(Clone, Debug)]
pub struct NotificationView {
    /// Our id.
    pub id: NotificationId,
    /// Why.
    pub kind: NotificationKind,
    /// When.
    pub created_at: Timestamp,
    /// Who caused it.
    pub account: Account,
    /// The status it is about.
    pub status: Option<StatusView>,
    /// The follows it is about.
    pub severance: Option<Severance>,
    /// The measure it is about.
    pub warning: Option<AccountWarning>,
}

/// Which notifications to list.
#[derive(Clone, Debug, Default)]
pub struct NotificationFilter {
    /// Only these kinds; empty for all.
    pub kinds: Vec<NotificationKind>,
    /// Not these kinds.
    pub exclude: Vec<NotificationKind>,
    /// Only from this account.
    pub from: Option<AccountId>,
    /// `types[]` was given but named no kind known here: the list is empty.
    pub nothing: bool,
    /// Those kept apart too.
    pub with_filtered: bool,
}

/// A stored notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// Our id.
    pub id: NotificationId,
    /// Who is told.
    pub account_id: AccountId,
    /// Who caused it.
    pub from_account_id: AccountId,
    /// Why.
    pub kind: NotificationKind,
    /// About which status.
    pub status_id: Option<StatusId>,
    /// About which ended follows.
    pub severance_id: Option<SeveranceId>,
    /// About which measure of a moderator.
    pub warning_id: Option<WarningId>,
    /// When.
    pub created_at: Timestamp,
}
