//! What is talked about now.

use crate::card::PreviewCard;
use crate::ids::TagId;

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
    /// Where it leads.
    pub card: PreviewCard,
    /// Use of the last days, newest first.
    pub history: Vec<DayOfUse>,
}
