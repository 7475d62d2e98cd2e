//! What is talked about now.

use crate::card::PreviewCard;
use crate::ids::{CardId, TagId};

/// Use on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayOfUse {
    /// Days since the Unix epoch.
    pub day: i64,
    /// Public statuses.
    pub statuses: i64,
    /// Their authors.
    pub accounts: i64,
}

/// A hashtag that is talked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendingTag {
    /// The hashtag.
    pub id: TagId,
    /// Its spelling.
    pub name: String,
    /// Use of the last days, newest first.
    pub history: Vec<DayOfUse>,
}

/// A link that several people pass round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrendingLink {
    /// Our id of the page.
    pub id: CardId,
    /// Where it leads.
    pub card: PreviewCard,
    /// Use of the last days, newest first.
    pub history: Vec<DayOfUse>,
}

/// What is talked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrendKind {
    /// Hashtags.
    Tags,
    /// Statuses.
    Statuses,
    /// Links.
    Links,
}

impl TrendKind {
    /// The word kept in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tags => "tags",
            Self::Statuses => "statuses",
            Self::Links => "links",
        }
    }
}

/// A trend with what a moderator decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decided<T> {
    /// Our id of the hashtag, status or page.
    pub id: i64,
    /// The trend.
    pub trend: T,
    /// Whether it may be shown; `None` where nobody decided, and it is.
    pub allowed: Option<bool>,
}
