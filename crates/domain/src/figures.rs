//! What is counted for moderators: figures by day, frequent values, and who stayed.

use crate::Timestamp;
use crate::ids::TagId;

/// Milliseconds of a day.
const DAY_MILLIS: i64 = 24 * 3600 * 1000;

/// Whole days (UTC), from the start of the first to the end of the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Start of the first day.
    pub start: Timestamp,
    /// End of the last day, which is the start of the one after.
    pub end: Timestamp,
}

impl Span {
    /// The days from that of `first` to that of `last`, both included; `None` when `last` comes before.
    pub fn new(first: Timestamp, last: Timestamp) -> Option<Self> {
        let (first, last) = (day_of(first), day_of(last));
        (first <= last).then_some(Self { start: start_of(first), end: start_of(last.saturating_add(1)) })
    }

    /// Days since the Unix epoch, of the first.
    pub const fn first_day(&self) -> i64 {
        day_of(self.start)
    }

    /// Days since the Unix epoch, of the one after the last.
    pub const fn end_day(&self) -> i64 {
        day_of(self.end)
    }

    /// As many days, right before.
    #[must_use]
    pub const fn before(&self) -> Self {
        let millis = self.end.0 - self.start.0;
        Self { start: Timestamp(self.start.0 - millis), end: self.start }
    }
}

/// The day of a moment, in days since the Unix epoch.
pub const fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MILLIS)
}

/// When a day began.
pub const fn start_of(day: i64) -> Timestamp {
    Timestamp(day.saturating_mul(DAY_MILLIS))
}

/// What can be counted day by day; Mastodon's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Figure {
    /// People here who were active.
    ActiveUsers,
    /// People who came.
    NewUsers,
    /// Favourites, boosts and replies of people here.
    Interactions,
    /// Reports that came.
    OpenedReports,
    /// Reports that were dealt with.
    ResolvedReports,
    /// Authors of public statuses with a hashtag.
    TagAccounts(TagId),
    /// Public statuses with it.
    TagUses(TagId),
    /// Servers they were written on.
    TagServers(TagId),
    /// Accounts of a domain that became known.
    InstanceAccounts(String),
    /// Statuses of theirs that are here.
    InstanceStatuses(String),
    /// Reports about them.
    InstanceReports(String),
    /// Follows of people here that lead to them.
    InstanceFollows(String),
    /// Follows of theirs that lead here.
    InstanceFollowers(String),
}

/// Of what the most frequent values can be asked; Mastodon's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dimension {
    /// Interface languages of people here who were active.
    Languages,
    /// Apps that people who came signed in with first.
    Sources,
    /// Servers that statuses come from.
    Servers,
    /// Servers that public statuses with a hashtag come from.
    TagServers(TagId),
    /// Languages of these.
    TagLanguages(TagId),
    /// Accounts of a domain, by their followers.
    InstanceAccounts(String),
    /// Languages of statuses from a domain.
    InstanceLanguages(String),
}

/// A value and how frequent it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DimensionRow {
    /// The value; `None` for what has none: this server, no app, no language.
    pub name: Option<String>,
    /// How often.
    pub count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn spans_are_whole_days() {
        let span = Span::new(at("2026-11-16T12:00:00Z"), at("2026-11-22T00:00:00Z")).unwrap();
        assert_eq!((span.start, span.end), (at("2026-11-16T00:00:00Z"), at("2026-11-23T00:00:00Z")));
        assert_eq!(span.end_day() - span.first_day(), 7);
        assert_eq!((span.before().start, span.before().end), (at("2026-11-09T00:00:00Z"), span.start));
        assert_eq!(Span::new(at("2026-11-23T00:00:00Z"), at("2026-11-22T23:00:00Z")), None);
    }
}
