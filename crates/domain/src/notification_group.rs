//! Groups of notifications: favourites and boosts of one status, and follows, of one half of a day.
//!
//! Which group a notification is in follows from itself alone, so that it never changes and needs no memory. Ids grow
//! with time, so the half of the day is a range of ids.

use std::fmt;

use crate::account::Account;
use crate::clock::Timestamp;
use crate::ids::{AccountId, NotificationId, StatusId, floor_at};
use crate::notification::{NotificationKind, NotificationView};

/// Kinds that come in groups.
pub const GROUPABLE: [NotificationKind; 3] =
    [NotificationKind::Favourite, NotificationKind::Follow, NotificationKind::Reblog];

/// Ids of one group lie within one such span: those of twelve hours.
pub const SPAN: i64 = floor_at(Timestamp(12 * 60 * 60 * 1000));

/// What a group is known by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GroupKey {
    /// Notifications of one kind about one status (`None`: about nobody's) within one span.
    Group(NotificationKind, Option<StatusId>, i64),
    /// One notification by itself.
    Single(NotificationId),
}

impl GroupKey {
    /// The group of a notification where `grouped` kinds come in groups.
    pub fn of(
        id: NotificationId,
        kind: NotificationKind,
        status: Option<StatusId>,
        grouped: &[NotificationKind],
    ) -> Self {
        let is_about = (kind == NotificationKind::Follow) != status.is_some();
        if is_about && GROUPABLE.contains(&kind) && grouped.contains(&kind) {
            Self::Group(kind, status, id.0.div_euclid(SPAN))
        } else {
            Self::Single(id)
        }
    }

    /// Parses what [`fmt::Display`] writes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (kind, second, third) = (parts.next()?, parts.next()?, parts.next());
        let span = |text: &str| text.parse::<i64>().ok().filter(|span| (0..=i64::MAX / SPAN - 1).contains(span));
        match (kind, third, parts.next()) {
            ("ungrouped", None, None) => NotificationId::parse(second).map(Self::Single),
            ("follow", None, None) => Some(Self::Group(NotificationKind::Follow, None, span(second)?)),
            ("favourite" | "reblog", Some(third), None) => {
                Some(Self::Group(NotificationKind::parse(kind)?, Some(StatusId::parse(second)?), span(third)?))
            }
            _ => None,
        }
    }
}

impl fmt::Display for GroupKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(id) => write!(f, "ungrouped-{id}"),
            Self::Group(kind, None, span) => write!(f, "{}-{span}", kind.as_str()),
            Self::Group(kind, Some(status), span) => write!(f, "{}-{status}-{span}", kind.as_str()),
        }
    }
}

/// A group on a page.
#[derive(Clone, Debug)]
pub struct NotificationGroup {
    /// What it is known by.
    pub key: GroupKey,
    /// How many notifications it has, also those on other pages.
    pub count: i64,
    /// Its newest notification of all.
    pub newest: NotificationId,
    /// The oldest one on this page.
    pub page_min: NotificationId,
    /// The newest one on this page.
    pub page_max: NotificationId,
    /// Who caused the newest ones on this page.
    pub samples: Vec<AccountId>,
    /// The newest one on this page.
    pub view: NotificationView,
}

/// Groups with the accounts they name.
#[derive(Clone, Debug, Default)]
pub struct GroupedNotifications {
    /// Newest first.
    pub groups: Vec<NotificationGroup>,
    /// Every account among the samples, once.
    pub accounts: Vec<Account>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: NotificationId = NotificationId(117_656_888_321_000_123);

    #[test]
    fn keys_are_read_as_they_are_written() {
        let status = Some(StatusId(117_656_888_321_000_001));
        for key in [
            GroupKey::of(ID, NotificationKind::Favourite, status, &GROUPABLE),
            GroupKey::of(ID, NotificationKind::Reblog, status, &GROUPABLE),
            GroupKey::of(ID, NotificationKind::Follow, None, &GROUPABLE),
            GroupKey::of(ID, NotificationKind::Mention, status, &GROUPABLE),
        ] {
            assert_eq!(GroupKey::parse(&key.to_string()), Some(key));
        }
        assert_eq!(GroupKey::of(ID, NotificationKind::Follow, None, &[]), GroupKey::Single(ID));
    }

    #[test]
    fn what_is_no_key_names_nothing() {
        for bad in [
            "",
            "-",
            "follow",
            "follow-x",
            "follow--1",
            "mention-1-2",
            "favourite-1",
            "ungrouped-1-2",
            "favourite-1-2-3",
            "follow-9223372036854775807",
            "follow-1-2",
        ] {
            assert_eq!(GroupKey::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_day_has_two_groups() {
        let at = |hours: i64| {
            let id = NotificationId(floor_at(Timestamp((20_000 * 24 + hours) * 3_600_000)));
            GroupKey::of(id, NotificationKind::Follow, None, &GROUPABLE)
        };
        assert_eq!(at(0), at(11));
        assert_eq!(at(12), at(23));
        assert_ne!(at(11), at(12));
    }
}
