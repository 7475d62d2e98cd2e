//! Notifications.

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, NotificationId, StatusId};
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
}

impl NotificationKind {
    /// All kinds.
    pub const ALL: [Self; 11] = [
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
        }
    }

    /// Parses Mastodon's word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == text)
    }
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
    /// When.
    pub created_at: Timestamp,
}
