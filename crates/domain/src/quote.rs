//! Quotes: a status that shows another one, with the leave of that one's author (FEP-044f).

use crate::ids::{AccountId, StatusId};
use crate::status::StatusView;

/// What became of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteState {
    /// Nobody has said yes or no.
    Pending,
    /// The author of the quoted status agrees.
    Accepted,
    /// They do not.
    Rejected,
    /// They did once.
    Revoked,
    /// The quoted status was deleted.
    Deleted,
}

impl QuoteState {
    /// The number kept in the database.
    pub const fn code(self) -> i16 {
        match self {
            Self::Pending => 0,
            Self::Accepted => 1,
            Self::Rejected => 2,
            Self::Revoked => 3,
            Self::Deleted => 4,
        }
    }

    /// From the number kept in the database; an unknown one reads as rejected.
    pub const fn from_code(code: i16) -> Self {
        match code {
            0 => Self::Pending,
            1 => Self::Accepted,
            3 => Self::Revoked,
            4 => Self::Deleted,
            _ => Self::Rejected,
        }
    }

    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Deleted => "deleted",
        }
    }
}

/// That a status quotes another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The status that quotes; a status quotes one other at most.
    pub status_id: StatusId,
    /// Its author.
    pub account_id: AccountId,
    /// Network id of the status quoted.
    pub quoted_uri: String,
    /// That status, if we have it.
    pub quoted_status_id: Option<StatusId>,
    /// Its author, if we have it.
    pub quoted_account_id: Option<AccountId>,
    /// What became of it.
    pub state: QuoteState,
    /// Network id of the authorization, where there is (said to be) one.
    pub approval_uri: Option<String>,
    /// Network id of the request, if we made one.
    pub request_uri: Option<String>,
}

/// What a viewer is shown of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuoteShown {
    /// As it stands.
    State(QuoteState),
    /// The viewer may not see the status quoted.
    Unauthorized,
    /// The viewer blocks its author.
    BlockedAccount,
    /// The viewer mutes its author.
    MutedAccount,
}

impl QuoteShown {
    /// Mastodon's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::State(state) => state.as_str(),
            Self::Unauthorized => "unauthorized",
            Self::BlockedAccount => "blocked_account",
            Self::MutedAccount => "muted_account",
        }
    }
}

/// A quote as somebody sees it.
#[derive(Clone, Debug)]
pub struct QuoteView {
    /// The quote.
    pub quote: Quote,
    /// What is shown of it.
    pub shown: QuoteShown,
    /// The status quoted; only where it is accepted and the viewer may see it. In a quote within a quote it stays away.
    pub status: Option<Box<StatusView>>,
}

/// That a status of another server quotes something, as it says itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncomingQuote {
    /// Network id of the status quoted.
    pub uri: String,
    /// Network id of the authorization it names.
    pub approval_uri: Option<String>,
}

/// An authorization as found at its own address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundAuthorization {
    /// Network id of who gives it.
    pub author_uri: String,
    /// Network id of the status that quotes.
    pub quoting_uri: String,
    /// Network id of the status quoted.
    pub quoted_uri: String,
}
